//! Makes the text of a token service suitable for an error message: short, without control
//! characters, and never with a secret that was sent to it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use crate::Secret;

/// The maximum length of quoted text, in characters.
const MAX_QUOTED: usize = 300;

/// The maximum length of a quoted word: longer ones are tokens and the like.
const MAX_WORD: usize = 80;

/// The maximum length of an error code.
const MAX_CODE: usize = 64;

/// The secrets of one request, in the forms in which a server may echo them.
#[derive(Default)]
pub(crate) struct SentSecrets(Vec<Zeroizing<String>>);

impl SentSecrets {
    /// Records a secret that is sent.
    pub(crate) fn note(&mut self, secret: &Secret) {
        let plain = secret.expose();
        if plain.is_empty() {
            return;
        }
        let encoded: String = byte_serialize(plain.as_bytes()).collect();
        for form in [
            plain.to_owned(),
            encoded,
            STANDARD_NO_PAD.encode(plain),
            URL_SAFE_NO_PAD.encode(plain),
        ] {
            self.0.push(Zeroizing::new(form.to_lowercase()));
        }
    }

    fn are_in(&self, text: &str) -> bool {
        let text = Zeroizing::new(text.to_lowercase());
        self.0.iter().any(|form| text.contains(form.as_str()))
    }

    /// Returns the text as it may be quoted; `None` if it may not be quoted at all.
    pub(crate) fn quotable(&self, text: &str) -> Option<String> {
        if self.are_in(text) {
            return None;
        }
        let mut quoted = String::new();
        for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
            // A query string may contain anything.
            let word = match word.split_once(['?', '#']) {
                Some((address, _)) if word.contains("://") => address,
                _ => word,
            };
            if word.is_empty() {
                continue;
            }
            if !quoted.is_empty() {
                quoted.push(' ');
            }
            match word.chars().count() {
                0..=MAX_WORD => quoted.extend(word.chars().filter(|c| !is_invisible(*c))),
                _ => quoted.push_str("[...]"),
            }
        }
        if let Some((cut, _)) = quoted.char_indices().nth(MAX_QUOTED) {
            quoted.truncate(cut);
            quoted.push_str("...");
        }
        // Joining words can reconstruct a secret that was split.
        (!quoted.is_empty() && !self.are_in(&quoted)).then_some(quoted)
    }

    /// Returns the error code, if it is well-formed: RFC 6749, 5.2.
    pub(crate) fn code(&self, code: &str) -> Option<String> {
        let has_form = !code.is_empty()
            && code.len() <= MAX_CODE
            && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.:".contains(&b));
        (has_form && !self.are_in(code)).then(|| code.to_owned())
    }
}

/// Characters that reverse or hide the text around them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(secret: &str) -> SentSecrets {
        let mut sent = SentSecrets::default();
        sent.note(&secret.into());
        sent
    }

    #[test]
    fn text_with_a_sent_secret_is_not_quoted() {
        let sent = sent("Hunter+2/3=");
        let base64 = STANDARD_NO_PAD.encode("Hunter+2/3=");
        for text in [
            "the secret Hunter+2/3= is wrong",
            "the secret hunter+2/3= is wrong",
            "secret=Hunter%2B2%2F3%3D",
            "secret=Hunter%2b2%2f3%3d",
            &format!("Basic {base64}"),
            "Hunter+2\u{200b}/3=",
        ] {
            assert_eq!(sent.quotable(text), None, "{text}");
        }
        assert_eq!(sent.quotable("the secret is wrong").as_deref(), Some("the secret is wrong"));
    }

    #[test]
    fn quoted_text_is_short_and_plain() {
        let sent = sent("hunter2");
        let quote = |text: &str| sent.quotable(text).expect("nothing secret");
        assert_eq!(quote("a\r\n\tb\u{7f}c\u{1b}[31md  e"), "a b c [31md e");
        assert_eq!(quote("see https://h/path?code=abc#x now"), "see https://h/path now");
        assert_eq!(quote(&format!("a {} b", "x".repeat(81))), "a [...] b");
        assert_eq!(quote(&"ab ".repeat(1000)).chars().count(), MAX_QUOTED + 3);
        assert_eq!(quote("abc\u{202e}def"), "abcdef");
        assert_eq!(sent.quotable(" \n"), None);
    }

    #[test]
    fn only_well_formed_codes_are_kept() {
        let sent = sent("hunter2");
        assert_eq!(sent.code("invalid_client").as_deref(), Some("invalid_client"));
        for code in ["", "invalid client", "<html>", "hunter2", "x\n", &"x".repeat(65)] {
            assert_eq!(sent.code(code), None, "{code}");
        }
    }
}
