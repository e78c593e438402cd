//! JSON as a tree that keeps the order of its members and the digits of its numbers.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

use crate::engine::text_form;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Boolean(bool),
    /// As written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// The deepest nesting.
const MAX_DEPTH: usize = 256;

impl Json {
    /// Reads the value at the start of a text; `None` if it is invalid. What is behind it is ignored.
    /// Texts may be in single quotes. With `words`, NaN and the infinities are numbers, and texts have no
    /// control characters.
    pub(super) fn parse(text: &str, words: bool) -> Option<Self> {
        let mut reader = Reader { rest: text.chars().peekable(), words };
        reader.skip_space();
        reader.value(0)
    }

    /// The JSON without spaces; numbers as Java prints them.
    pub(super) fn print(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Boolean(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Self::Number(digits) => out.push_str(&number(digits)),
            Self::Text(text) => quote(text, out),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.print(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (index, (name, member)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    quote(name, out);
                    out.push(':');
                    member.print(out);
                }
                out.push('}');
            }
        }
    }

    pub(super) fn printed(&self) -> String {
        let mut out = String::new();
        self.print(&mut out);
        out
    }
}

/// An integer as it is, another number as a DOUBLE.
fn number(digits: &str) -> String {
    if !digits.contains(['.', 'e', 'E', 'N', 'I']) {
        return if digits == "-0" { "0".to_owned() } else { digits.to_owned() };
    }
    let value: f64 = digits.replace("Infinity", "inf").parse().unwrap_or(f64::NAN);
    let shown = text_form::float(value, &format!("{value:e}"));
    if value.is_finite() { shown } else { format!("\"{shown}\"") }
}

/// Writes a text with its quotes.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            // Writing to a string cannot fail.
            control if control < ' ' => drop(write!(out, "\\u{:04X}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    words: bool,
}

impl Reader<'_> {
    fn skip_space(&mut self) {
        while self.rest.next_if(|letter| matches!(letter, ' ' | '\t' | '\n' | '\r')).is_some() {}
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(letter) = self.rest.next_if(|letter| letter.is_ascii_alphanumeric()) {
            word.push(letter);
        }
        word
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.rest.peek()? {
            '{' => self.object(depth),
            '[' => self.list(depth),
            '"' | '\'' => self.text().map(Json::Text),
            letter if *letter == '-' || letter.is_ascii_digit() => self.number(),
            '+' if self.words => {
                self.rest.next();
                self.infinity("")
            }
            _ => match self.word().as_str() {
                "null" => Some(Json::Null),
                "true" => Some(Json::Boolean(true)),
                "false" => Some(Json::Boolean(false)),
                word @ ("NaN" | "Infinity") if self.words => Some(Json::Number(word.to_owned())),
                _ => None,
            },
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        self.rest.next();
        self.skip_space();
        let mut members = Vec::new();
        if self.rest.next_if_eq(&'}').is_some() {
            return Some(Json::Object(members));
        }
        loop {
            self.skip_space();
            let name = self.text()?;
            self.skip_space();
            self.rest.next_if_eq(&':')?;
            self.skip_space();
            members.push((name, self.value(depth + 1)?));
            self.skip_space();
            match self.rest.next()? {
                ',' => {}
                '}' => return Some(Json::Object(members)),
                _ => return None,
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Json> {
        self.rest.next();
        self.skip_space();
        let mut items = Vec::new();
        if self.rest.next_if_eq(&']').is_some() {
            return Some(Json::List(items));
        }
        loop {
            self.skip_space();
            items.push(self.value(depth + 1)?);
            self.skip_space();
            match self.rest.next()? {
                ',' => {}
                ']' => return Some(Json::List(items)),
                _ => return None,
            }
        }
    }

    fn text(&mut self) -> Option<String> {
        let quote = self.rest.next_if(|letter| matches!(letter, '"' | '\''))?;
        let mut units: Vec<u16> = Vec::new();
        loop {
            let letter = self.rest.next()?;
            if letter == quote {
                break;
            }
            let mut buffer = [0; 2];
            // Only the functions of paths take it.
            if self.words && letter < ' ' {
                return None;
            }
            if letter != '\\' {
                units.extend_from_slice(letter.encode_utf16(&mut buffer));
                continue;
            }
            units.push(match self.rest.next()? {
                'b' => 8,
                'f' => 0xc,
                'n' => 0xa,
                'r' => 0xd,
                't' => 9,
                '"' => 0x22,
                '\\' => 0x5c,
                '/' => 0x2f,
                '\'' => 0x27,
                'u' => {
                    let mut code = 0;
                    for _ in 0..4 {
                        let digit = self.rest.next()?.to_digit(16)?;
                        code = code * 16 + u16::try_from(digit).ok()?;
                    }
                    code
                }
                _ => return None,
            });
        }
        Some(char::decode_utf16(units).map(|letter| letter.unwrap_or('?')).collect())
    }

    /// Behind a sign.
    fn infinity(&mut self, sign: &str) -> Option<Json> {
        let known = matches!(self.word().as_str(), "Infinity" | "INF");
        known.then(|| Json::Number(format!("{sign}Infinity")))
    }

    fn digits(&mut self, out: &mut String) -> Option<()> {
        let before = out.len();
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            out.push(digit);
        }
        (out.len() > before).then_some(())
    }

    fn number(&mut self) -> Option<Json> {
        let mut out = String::new();
        out.extend(self.rest.next_if_eq(&'-'));
        if self.words && self.rest.peek().is_some_and(|letter| letter.is_ascii_alphabetic()) {
            return self.infinity("-");
        }
        let zero = self.rest.peek() == Some(&'0');
        let start = out.len();
        self.digits(&mut out)?;
        if zero && out.len() - start > 1 {
            return None;
        }
        if self.rest.next_if_eq(&'.').is_some() {
            out.push('.');
            self.digits(&mut out)?;
        }
        if self.rest.next_if(|letter| matches!(letter, 'e' | 'E')).is_some() {
            out.push('e');
            out.extend(self.rest.next_if(|letter| matches!(letter, '+' | '-')));
            self.digits(&mut out)?;
        }
        // Something else may not follow directly.
        let ends =
            |letter: &char| matches!(letter, ' ' | '\t' | '\n' | '\r' | ',' | ']' | '}' | ':');
        self.rest.peek().is_none_or(ends).then_some(Json::Number(out))
    }
}
