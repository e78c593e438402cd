//! `application/x-www-form-urlencoded`, in bodies and in queries.

/// More than any request has. Each is compared with all others.
const MAX_PARAMETERS: usize = 100;

/// The parameters of a request, each at most once.
#[derive(Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// `None` if a parameter is duplicated, which RFC 6749 forbids (section 3.1), or is not UTF-8, or
    /// if there are too many.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let mut form = Self::default();
        for pair in text.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()) {
            let end = pair.iter().position(|&byte| byte == b'=');
            let (name, value) = match end {
                Some(end) => (&pair[..end], &pair[end + 1..]),
                None => (pair, &[][..]),
            };
            let (name, value) = (decode(name)?, decode(value)?);
            if form.0.len() == MAX_PARAMETERS || form.0.iter().any(|(known, _)| *known == name) {
                return None;
            }
            form.0.push((name, value));
        }
        Some(form)
    }

    /// Returns a parameter. One without a value counts as missing (RFC 6749, section 3.1).
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// Decodes `+` and percent signs; `None` if the result is not UTF-8. An invalid escape stands for
/// itself.
pub(super) fn decode(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, behind)) = rest.split_first() {
        rest = behind;
        bytes.push(match (first, behind) {
            (b'+', _) => b' ',
            (b'%', [high, low, ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    rest = &behind[2..];
                    high << 4 | low
                }
                _ => first,
            },
            _ => first,
        });
    }
    String::from_utf8(bytes).ok()
}

/// Encodes everything that is not unreserved in RFC 3986.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_round_trips() {
        let text = "a b+c%25=&/ü\"<>~";
        assert_eq!(decode(encode(text).as_bytes()).as_deref(), Some(text));
        assert_eq!(encode("a b&<"), "a%20b%26%3C");
    }

    #[test]
    fn invalid_escapes_stand_for_themselves() {
        assert_eq!(decode(b"100%").as_deref(), Some("100%"));
        assert_eq!(decode(b"%zz%4").as_deref(), Some("%zz%4"));
        assert_eq!(decode(b"%41+%42").as_deref(), Some("A B"));
        assert_eq!(decode(b"%ff"), None);
    }

    #[test]
    fn duplicate_and_empty_parameters_are_rejected() {
        let form = Form::parse(b"a=1&b=&c&=&").expect("a form");
        assert_eq!([form.get("a"), form.get("b"), form.get("c")], [Some("1"), None, None]);
        assert!(Form::parse(b"a=1&a=2").is_none());
        assert!(Form::parse(b"a=1&%61=2").is_none());
    }
}
