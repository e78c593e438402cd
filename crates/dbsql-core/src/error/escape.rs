//! Untrusted text in printed errors: control and invisible characters are escaped.
//!
//! Everything that an [`Error`](super::Error) prints goes through here, so that a column name or a
//! server's message can neither add a line to a log, nor control a terminal, nor reorder the text.

use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use super::Source;

/// Escapes what is written to it. Backslashes stay: the text is for people, not for parsers.
pub(super) struct Escaping<'a, 'b>(pub(super) &'a mut fmt::Formatter<'b>);

impl fmt::Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some((at, found)) = rest.char_indices().find(|(_, c)| must_escape(*c)) {
            self.0.write_str(&rest[..at])?;
            write!(self.0, "{}", found.escape_default())?;
            rest = &rest[at + found.len_utf8()..];
        }
        self.0.write_str(rest)
    }
}

/// `Display` and `Debug` of a value, in one line and escaped.
pub(super) struct Escaped<T>(pub(super) T);

impl<T: fmt::Display> fmt::Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping(f), "{}", self.0)
    }
}

impl<T: fmt::Debug> fmt::Debug for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping(f), "{:?}", self.0)
    }
}

/// Control characters, line and paragraph separators, and characters that are invisible or change
/// the direction of text (Unicode's `Bidi_Control` and `Default_Ignorable_Code_Point`, without the
/// combining ones).
#[rustfmt::skip]
fn must_escape(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns a cause as it may be printed. A cause whose text needs no escaping is unchanged; any
/// other keeps its text and loses its type.
pub(super) fn printable(source: Source) -> Source {
    if !chain_of(&*source).any(|cause| cause.to_string().chars().any(must_escape)) {
        return source;
    }
    let texts: Vec<String> = chain_of(&*source).map(|cause| Escaped(cause).to_string()).collect();
    let chain = texts
        .into_iter()
        .rev()
        .fold(None, |source, text| Some(EscapedCause { text, source: source.map(Box::new) }));
    match chain {
        Some(cause) => Arc::new(cause),
        None => source,
    }
}

/// An error and its causes.
fn chain_of<'a>(
    first: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(first), |&cause| cause.source())
}

/// The escaped text of a cause, and its own cause.
#[derive(Debug)]
struct EscapedCause {
    text: String,
    source: Option<Box<EscapedCause>>,
}

impl fmt::Display for EscapedCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for EscapedCause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Error, ErrorKind, ServerMessage};
    use super::*;

    /// Examples of hostile text, with the expected output.
    const HOSTILE: [(&str, &str); 14] = [
        ("\n", r"\n"),
        ("\r", r"\r"),
        ("\t", r"\t"),
        ("\0", r"\u{0}"),
        ("\u{1b}[31m", r"\u{1b}[31m"),
        ("\u{7f}", r"\u{7f}"),
        ("\u{85}", r"\u{85}"),
        ("\u{9b}", r"\u{9b}"),
        ("\u{200b}", r"\u{200b}"),
        ("\u{202e}", r"\u{202e}"),
        ("\u{2028}", r"\u{2028}"),
        ("\u{2066}", r"\u{2066}"),
        ("\u{feff}", r"\u{feff}"),
        ("\u{e0041}", r"\u{e0041}"),
    ];

    /// Checks that everything printed of an error and its causes is one harmless line.
    #[track_caller]
    fn assert_harmless(error: &Error) {
        for cause in chain_of(error) {
            for text in [cause.to_string(), format!("{cause:?}")] {
                assert!(!text.chars().any(must_escape), "{text:?}");
            }
        }
        // The pretty form has its own line breaks, but no other control characters.
        let pretty = format!("{error:#?}");
        assert!(!pretty.chars().any(|c| c != '\n' && must_escape(c)), "{pretty:?}");
    }

    #[test]
    fn message_and_host_are_escaped() {
        for (raw, escaped) in HOSTILE {
            let message = format!("column `a{raw}b` is not valid UTF-8");
            let error =
                Error::new(ErrorKind::Decode, message).with_host(&format!("h{raw}.example"));
            let shown = error.to_string();
            assert!(shown.contains(&format!("column `a{escaped}b` is")), "{shown}");
            assert!(shown.contains(&format!("host h{escaped}.example")), "{shown}");
            assert_harmless(&error);
        }
    }

    #[test]
    fn readable_text_is_not_escaped() {
        let text = "größe \"ÄÖ\" 数量 עברית \\d+ 'e\u{301}' 🙂";
        let error = Error::new(ErrorKind::InvalidInput, text);
        assert_eq!(error.to_string(), text);
    }

    #[test]
    fn server_message_is_escaped_and_diagnostics_are_raw() {
        for (raw, _) in HOSTILE {
            let text = format!("[SOME_CLASS] before{raw}after");
            let state = format!("42{raw}P0");
            let json = serde_json::json!({ "errorClass": format!("A{raw}B") }).to_string();
            let server = ServerMessage::new(None, Some(&text), Some(&state), Some(&json));
            let error = Error::from_server(ErrorKind::Failed, "the statement failed", server);
            assert_harmless(&error);
            assert_eq!(error.server_diagnostics(), Some(text.as_str()));
            // Both are invalid, so neither is passed on.
            assert_eq!(error.sql_state(), None);
            assert_eq!(error.error_class(), Some("SOME_CLASS"));
        }
    }

    #[test]
    fn hostile_cause_is_escaped_down_the_chain() {
        #[derive(Debug)]
        struct Outer(String, std::io::Error);
        impl fmt::Display for Outer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl StdError for Outer {
            fn source(&self) -> Option<&(dyn StdError + 'static)> {
                Some(&self.1)
            }
        }
        for (raw, escaped) in HOSTILE {
            for (outer, inner) in [("x", raw), (raw, "x"), (raw, raw)] {
                let cause =
                    Outer(format!("outer {outer}"), std::io::Error::other(inner.to_owned()));
                let error = Error::new(ErrorKind::Transport, "x").with_source(cause);
                assert_harmless(&error);
                let cause = error.source().unwrap();
                let texts = format!("{cause} {}", cause.source().unwrap());
                assert!(texts.starts_with("outer ") && texts.contains(escaped), "{texts}");
            }
        }
    }

    #[test]
    fn harmless_cause_keeps_its_type() {
        let cause = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        let error = Error::new(ErrorKind::Transport, "x").with_source(cause);
        assert!(error.source().unwrap().is::<std::io::Error>());
    }
}
