//! The text of string literals.

/// What a literal says, by what stands between its quotes.
pub(super) fn unescaped(inside: &str, quote: char) -> String {
    // In units of UTF-16, since `\ud83d\ude00` is one letter.
    let mut units: Vec<u16> = Vec::with_capacity(inside.len());
    let push = |units: &mut Vec<u16>, letter: char| {
        let mut buffer = [0; 2];
        units.extend_from_slice(letter.encode_utf16(&mut buffer));
    };
    let mut rest = inside;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        if letter == quote {
            // Two quotes end one literal and start the next, which is appended to it.
            rest = rest.strip_prefix(quote).unwrap_or(rest);
            continue;
        }
        if letter != '\\' {
            push(&mut units, letter);
            continue;
        }
        if let Some((code, behind)) = coded(rest) {
            match u16::try_from(code) {
                Ok(unit) => units.push(unit),
                Err(_) => push(&mut units, char::from_u32(code).unwrap_or('?')),
            }
            rest = behind;
            continue;
        }
        let Some(next) = rest.chars().next() else {
            push(&mut units, '\\');
            break;
        };
        rest = &rest[next.len_utf8()..];
        match next {
            '0' => units.push(0),
            'b' => units.push(8),
            'n' => push(&mut units, '\n'),
            'r' => push(&mut units, '\r'),
            't' => push(&mut units, '\t'),
            'Z' => units.push(0x1a),
            // Left to LIKE.
            '%' | '_' => {
                push(&mut units, '\\');
                push(&mut units, next);
            }
            other => push(&mut units, other),
        }
    }
    char::decode_utf16(units).map(|letter| letter.unwrap_or('?')).collect()
}

/// `u0041`, `U0001F600` or `101` (octal), and what is behind it.
fn coded(text: &str) -> Option<(u32, &str)> {
    let (start, count, radix) = match text.as_bytes().first()? {
        b'u' => (1, 4, 16),
        b'U' => (1, 8, 16),
        b'0' | b'1' => (0, 3, 8),
        _ => return None,
    };
    let digits = text.get(start..start + count)?;
    let all = digits.chars().all(|digit| digit.is_digit(radix));
    let code = all.then(|| u32::from_str_radix(digits, radix).ok())??;
    Some((code, &text[start + count..]))
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn escapes_are_letters() {
        assert_eq!(unescaped(r"\u0041\101\U00000042\n\%", '\''), "AAB\n\\%");
        assert_eq!(unescaped(r"\ud83d\ude00", '\''), "\u{1f600}");
        assert_eq!(unescaped("it''s", '\''), "its");
        assert_eq!(unescaped(r"\q\u12", '\''), "qu12");
    }
}
