//! The patterns of metadata calls: `%` for any text, `_` for any character, `\` before either.

/// Returns `true` if a name matches. A missing or empty pattern matches everything. Names are
/// case-insensitive.
pub(super) fn matches(pattern: Option<&str>, name: &str) -> bool {
    let Some(pattern) = pattern.filter(|pattern| !pattern.is_empty()) else { return true };
    let pattern = parse(&pattern.to_lowercase());
    let name: Vec<char> = name.to_lowercase().chars().collect();
    // Where to backtrack to: behind the last `%`, one character later.
    let (mut at, mut in_name) = (0, 0);
    let mut back = None;
    while in_name < name.len() {
        match pattern.get(at) {
            Some(Part::Any) => {
                back = Some((at, in_name));
                at += 1;
            }
            Some(part) if part.is(name[in_name]) => {
                at += 1;
                in_name += 1;
            }
            _ => {
                let Some((any, start)) = back else { return false };
                back = Some((any, start + 1));
                at = any + 1;
                in_name = start + 1;
            }
        }
    }
    pattern[at..].iter().all(|part| matches!(part, Part::Any))
}

enum Part {
    Any,
    One,
    Exactly(char),
}

impl Part {
    fn is(&self, found: char) -> bool {
        match self {
            Self::Any => false,
            Self::One => true,
            Self::Exactly(wanted) => *wanted == found,
        }
    }
}

fn parse(pattern: &str) -> Vec<Part> {
    let mut characters = pattern.chars();
    let mut parts = Vec::new();
    while let Some(character) = characters.next() {
        parts.push(match character {
            '%' | '*' => Part::Any,
            '_' => Part::One,
            '\\' => Part::Exactly(characters.next().unwrap_or('\\')),
            other => Part::Exactly(other),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_jdbc() {
        let cases = [
            ("%", "anything", true),
            ("t_st", "test", true),
            ("t\\_st", "test", false),
            ("t\\_st", "T_ST", true),
            ("%a%b", "xaxxab", true),
            ("%a%b", "xaxxac", false),
            ("abc", "ab", false),
            ("ab", "abc", false),
            ("", "x", true),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(matches(Some(pattern), name), expected, "{pattern} on {name}");
        }
    }
}
