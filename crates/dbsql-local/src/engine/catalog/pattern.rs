//! The patterns of `SHOW`.

/// Returns whether a name matches a pattern of `SHOW`, ignoring case: `*` matches any text, `.` any
/// character, `|` separates alternatives, which are trimmed. `%` also matches any text, since it is
/// a common habit.
#[must_use]
pub fn like(pattern: &str, name: &str) -> bool {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    pattern.split('|').any(|part| {
        let part: Vec<char> = part.trim().to_lowercase().chars().collect();
        is_like(&part, &name)
    })
}

fn is_like(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut read) = (0, 0);
    // The last `*`, and the position in the name at that point.
    let mut star = None;
    while read < name.len() {
        match pattern.get(at) {
            Some('*' | '%') => {
                star = Some((at, read));
                at += 1;
            }
            Some(letter) if *letter == name[read] || *letter == '.' => {
                at += 1;
                read += 1;
            }
            _ => match star {
                Some((star_at, from)) => {
                    star = Some((star_at, from + 1));
                    at = star_at + 1;
                    read = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|sign| matches!(sign, '*' | '%'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_show() {
        let cases = [
            ("sales*", "sales_2024", true),
            ("s.les", "sALES", true),
            ("s.les", "sles", false),
            ("a|b*", "bc", true),
            (" a ", "a", true),
            ("*a*b", "xaxxab", true),
            ("*a*b", "xaxxac", false),
            ("", "x", false),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(like(pattern, name), expected, "{pattern} on {name}");
        }
    }
}
