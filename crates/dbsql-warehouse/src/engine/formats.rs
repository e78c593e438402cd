//! Date patterns: converts Spark's letters to those of DataFusion.

/// Converts `yyyy-MM-dd` to `%Y-%m-%d`; `None` if the pattern has unknown letters.
pub(super) fn chrono_format(pattern: &str) -> Option<String> {
    let mut format = String::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            // Quoted text; two quotes are one.
            if letters.next_if_eq(&'\'').is_some() {
                format.push('\'');
                continue;
            }
            for literal in letters.by_ref().take_while(|letter| *letter != '\'') {
                push_literal(&mut format, literal);
            }
            continue;
        }
        if !letter.is_ascii_alphabetic() {
            push_literal(&mut format, letter);
            continue;
        }
        let mut count = 1;
        while letters.next_if_eq(&letter).is_some() {
            count += 1;
        }
        format.push_str(match (letter, count) {
            ('y', 2) => "%y",
            ('y', 1 | 4) => "%Y",
            ('M' | 'L', 1) => "%-m",
            ('M' | 'L', 2) => "%m",
            ('M' | 'L', 3) => "%b",
            ('M' | 'L', 4) => "%B",
            ('d', 1) => "%-d",
            ('d', 2) => "%d",
            ('D', 1) => "%-j",
            ('D', 3) => "%j",
            ('E', 1..=3) => "%a",
            ('E', 4) => "%A",
            ('H', 1) => "%-H",
            ('H', 2) => "%H",
            ('h', 1) => "%-I",
            ('h', 2) => "%I",
            ('m', 1) => "%-M",
            ('m', 2) => "%M",
            ('s', 1) => "%-S",
            ('s', 2) => "%S",
            ('S', 3) => "%3f",
            ('S', 6) => "%6f",
            ('S', 9) => "%9f",
            ('a', 1) => "%p",
            _ => return None,
        });
    }
    Some(format)
}

fn push_literal(format: &mut String, letter: char) {
    if letter == '%' {
        format.push('%');
    }
    format.push(letter);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spark_patterns_become_chrono_patterns() {
        for (pattern, format) in [
            ("yyyy-MM-dd", Some("%Y-%m-%d")),
            ("yyyy-MM-dd'T'HH:mm:ss.SSS", Some("%Y-%m-%dT%H:%M:%S.%3f")),
            ("d MMM yy", Some("%-d %b %y")),
            ("h 'uhr' a''", Some("%-I uhr %p'")),
            ("100%", Some("100%%")),
            ("QQQ", None),
        ] {
            assert_eq!(chrono_format(pattern).as_deref(), format, "{pattern}");
        }
    }
}
