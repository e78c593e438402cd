//! Regular expressions of Java, as ones of the `regex` crate. What the two read differently is refused.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::num::NonZero;
use std::str::Chars;
use std::sync::{Arc, Mutex, PoisonError};

use regex::{Captures, Regex};

use crate::engine::errors::{Result, unsupported};
use dbsql_local::engine::SqlError;

/// A pattern, compiled.
#[derive(Debug)]
pub(super) struct Pattern {
    regex: Regex,
    /// `$` also matches before the last line terminator in Java.
    has_end: bool,
    /// The case of letters is ignored: in Java only of ASCII letters.
    ignores_case: bool,
}

/// Patterns that were compiled last: most statements have one for all rows.
static RECENT: Mutex<Vec<Recent>> = Mutex::new(Vec::new());
type Recent = (String, Arc<Pattern>);
const MAX_RECENT: usize = 16;

impl Pattern {
    /// Compiles a pattern, or returns one that was compiled before.
    ///
    /// # Errors
    ///
    /// The pattern is invalid, or has another meaning in Java.
    pub(super) fn new(function: &str, pattern: &str) -> Result<Arc<Self>> {
        let recent = || RECENT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = recent().iter().find(|(own, _)| own == pattern) {
            return Ok(Arc::clone(known));
        }
        let compiled = Arc::new(Self::compile(function, pattern)?);
        let mut recent = recent();
        if recent.len() >= MAX_RECENT {
            recent.remove(0);
        }
        recent.push((pattern.to_owned(), Arc::clone(&compiled)));
        Ok(compiled)
    }

    fn compile(function: &str, pattern: &str) -> Result<Self> {
        let invalid = || {
            let message = format!(
                "The value of parameter(s) `regexp` in `{function}` is invalid: '{pattern}'."
            );
            SqlError::new("INVALID_PARAMETER_VALUE.PATTERN", "22023", message)
        };
        let mut reader = Reader {
            rest: pattern.chars().peekable(),
            out: String::new(),
            depth: 0,
            dot_all: false,
            has_end: false,
            ignores_case: false,
        };
        match reader.read() {
            Ok(()) => {}
            Err(Unread::Invalid) => return Err(invalid()),
            Err(Unread::Other(what)) => {
                return Err(unsupported(format!("{what} in the regular expression {pattern}")));
            }
        }
        let regex = Regex::new(&reader.out).map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                unsupported(format!("a regular expression as large as {pattern}"))
            }
            // What Java may take.
            _ => unsupported(format!("the regular expression {pattern}")),
        })?;
        Ok(Self { regex, has_end: reader.has_end, ignores_case: reader.ignores_case })
    }

    /// The number of groups.
    pub(super) fn groups(&self) -> usize {
        self.regex.captures_len() - 1
    }

    fn check(&self, text: &str) -> Result<()> {
        let line_end = |letter| matches!(letter, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
        if self.has_end && text.ends_with(line_end) {
            return Err(unsupported("$ in a regular expression for a text that ends with a line"));
        }
        if self.ignores_case && !text.is_ascii() {
            return Err(unsupported("(?i) in a regular expression for a text that is not ASCII"));
        }
        Ok(())
    }

    /// Whether a part of the text matches.
    pub(super) fn is_in(&self, text: &str) -> Result<bool> {
        self.check(text)?;
        Ok(self.regex.is_match(text))
    }

    /// The first match from this byte on.
    pub(super) fn first<'a>(&self, text: &'a str, from: usize) -> Result<Option<Captures<'a>>> {
        self.check(text)?;
        Ok(self.regex.captures_at(text, from))
    }

    /// All matches from this byte on, one behind the other: behind an empty one the next letter is
    /// skipped, and an empty one may follow another.
    pub(super) fn all<'a>(&self, text: &'a str, from: usize) -> Result<Vec<Captures<'a>>> {
        self.check(text)?;
        let mut found = Vec::new();
        let mut at = from;
        while at <= text.len() {
            let Some(captures) = self.regex.captures_at(text, at) else { break };
            let (start, end) =
                captures.get(0).map_or((at, at), |whole| (whole.start(), whole.end()));
            let letter = text[end..].chars().next();
            if start == end && letter.is_some_and(|letter| letter.len_utf16() > 1) {
                // Java finds another one in the middle of such a letter.
                return Err(unsupported("an empty match beside a letter beyond U+FFFF"));
            }
            at = if start == end { end + letter.map_or(1, char::len_utf8) } else { end };
            found.push(captures);
        }
        Ok(found)
    }

    /// The group with this name.
    pub(super) fn named(&self, name: &str) -> Option<usize> {
        self.regex.capture_names().position(|own| own == Some(name))
    }
}

enum Unread {
    Invalid,
    /// A thing that may be valid.
    Other(&'static str),
}

type Read<T = ()> = std::result::Result<T, Unread>;

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
    depth: usize,
    dot_all: bool,
    has_end: bool,
    ignores_case: bool,
}

impl Reader<'_> {
    fn read(&mut self) -> Read {
        // Whether a quantifier can follow.
        let mut item = false;
        while let Some(letter) = self.rest.next() {
            match letter {
                '\\' => {
                    item = true;
                    self.escape(false)?;
                }
                '[' => {
                    item = true;
                    self.class()?;
                }
                '(' => {
                    item = false;
                    self.group()?;
                }
                ')' => {
                    self.depth = self.depth.checked_sub(1).ok_or(Unread::Invalid)?;
                    item = true;
                    self.out.push(')');
                }
                '.' => {
                    item = true;
                    let any =
                        if self.dot_all { "(?s:.)" } else { r"[^\n\r\x{85}\x{2028}\x{2029}]" };
                    self.out.push_str(any);
                }
                '*' | '+' | '?' if !item && self.out.ends_with(['^', '$']) => {
                    return Err(Unread::Other("a quantifier of ^ or $"));
                }
                '*' | '+' | '?' if !item => return Err(Unread::Invalid),
                '*' | '+' | '?' => {
                    self.out.push(letter);
                    self.laziness()?;
                    item = false;
                }
                // Of nothing, it is taken in Java, and does nothing.
                '{' => {
                    self.counts(item)?;
                    item = false;
                }
                '$' => {
                    item = false;
                    self.has_end = true;
                    self.out.push('$');
                }
                '^' | '|' => {
                    item = false;
                    self.out.push(letter);
                }
                other => {
                    item = true;
                    self.literal(other)?;
                }
            }
        }
        if self.depth > 0 { Err(Unread::Invalid) } else { Ok(()) }
    }

    fn literal(&mut self, letter: char) -> Read {
        self.check_case(letter.into())?;
        let mut buffer = [0; 4];
        self.out.push_str(&regex::escape(letter.encode_utf8(&mut buffer)));
        Ok(())
    }

    /// Java ignores the case of ASCII letters only; here U+212A would be a `k`.
    fn check_case(&self, code: u32) -> Read {
        match self.ignores_case && code > 0x7F {
            true => Err(Unread::Other("(?i) before a letter that is not ASCII")),
            false => Ok(()),
        }
    }

    /// Behind a quantifier.
    fn laziness(&mut self) -> Read {
        match self.rest.peek() {
            Some('?') => {
                self.rest.next();
                self.out.push('?');
            }
            Some('+') => return Err(Unread::Other("a possessive quantifier")),
            _ => {}
        }
        match self.rest.peek() {
            Some('*' | '+' | '?') => Err(Unread::Invalid),
            _ => Ok(()),
        }
    }

    /// `{2}`, `{2,}` or `{2,3}`; of an item, or of nothing.
    fn counts(&mut self, item: bool) -> Read {
        let mut inside = String::new();
        loop {
            match self.rest.next() {
                Some('}') => break,
                Some(letter) if letter.is_ascii_digit() || letter == ',' => inside.push(letter),
                _ => return Err(Unread::Invalid),
            }
        }
        let (least, most) = inside.split_once(',').unwrap_or((&inside, ""));
        let number = |digits: &str| digits.parse::<u32>().map_err(|_| Unread::Invalid);
        let least = number(least)?;
        if !most.is_empty() && number(most)? < least {
            return Err(Unread::Invalid);
        }
        // Writing to a string cannot fail.
        let _ = match item {
            true => write!(self.out, "{{{inside}}}"),
            false => write!(self.out, "(?:)"),
        };
        self.laziness()
    }

    fn group(&mut self) -> Read {
        self.depth += 1;
        if self.rest.peek() != Some(&'?') {
            self.out.push('(');
            return Ok(());
        }
        self.rest.next();
        match self.rest.next() {
            Some(':') => self.out.push_str("(?:"),
            Some('<') => {
                let mut name = String::new();
                loop {
                    match self.rest.next() {
                        Some('>') => break,
                        Some('=' | '!') if name.is_empty() => {
                            return Err(Unread::Other("lookbehind"));
                        }
                        Some(letter) if letter.is_ascii_alphanumeric() => name.push(letter),
                        _ => return Err(Unread::Invalid),
                    }
                }
                if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
                    return Err(Unread::Invalid);
                }
                let _ = write!(self.out, "(?<{name}>");
            }
            Some('=' | '!') => return Err(Unread::Other("lookahead")),
            Some('>') => return Err(Unread::Other("an atomic group")),
            Some(first @ ('i' | 's')) => self.flags(first)?,
            _ => return Err(Unread::Other("a flag")),
        }
        Ok(())
    }

    /// `(?i)` and `(?s)` at the start of the pattern.
    fn flags(&mut self, first: char) -> Read {
        if !self.out.is_empty() {
            return Err(Unread::Other("a flag behind the start"));
        }
        let mut next = Some(first);
        loop {
            match next {
                Some('i') => self.ignores_case = true,
                Some('s') => self.dot_all = true,
                Some(')') => break,
                _ => return Err(Unread::Other("a flag")),
            }
            next = self.rest.next();
        }
        self.depth -= 1;
        if self.ignores_case {
            self.out.push_str("(?i)");
        }
        Ok(())
    }

    /// Behind a backslash; in a class or not.
    fn escape(&mut self, in_class: bool) -> Read {
        let Some(letter) = self.rest.next() else { return Err(Unread::Invalid) };
        let set = |inside: &str, negated: bool| match (in_class, negated) {
            (true, false) => inside.to_owned(),
            (_, true) => format!("[^{inside}]"),
            (false, false) => format!("[{inside}]"),
        };
        const DIGIT: &str = "0-9";
        const WORD: &str = "a-zA-Z_0-9";
        const SPACE: &str = r" \t\n\x0B\x0C\r";
        let plain = match letter {
            'd' => set(DIGIT, false),
            'D' => set(DIGIT, true),
            'w' => set(WORD, false),
            'W' => set(WORD, true),
            's' => set(SPACE, false),
            'S' => set(SPACE, true),
            'b' | 'B' | 'A' | 'z' if !in_class => format!("\\{letter}"),
            't' => "\\t".to_owned(),
            'n' => "\\n".to_owned(),
            'r' => "\\r".to_owned(),
            'f' => "\\x0C".to_owned(),
            'a' => "\\x07".to_owned(),
            'e' => "\\x1B".to_owned(),
            'x' | 'u' => {
                let code = self.code(letter)?;
                format!("\\x{{{code:x}}}")
            }
            'p' | 'P' => self.property(letter == 'P', in_class)?,
            'Q' if !in_class => {
                return self.quoted();
            }
            '0'..='9' | 'k' => return Err(Unread::Other("a backreference")),
            'h' | 'H' | 'v' | 'V' | 'R' | 'X' | 'G' | 'Z' | 'N' | 'c' | 'Q' | 'E' => {
                return Err(Unread::Other("an escape"));
            }
            other if other.is_ascii_alphabetic() => return Err(Unread::Invalid),
            other => {
                let mut buffer = [0; 4];
                regex::escape(other.encode_utf8(&mut buffer))
            }
        };
        self.out.push_str(&plain);
        Ok(())
    }

    /// `\x41`, `\x{1F600}` and `\u0041`.
    fn code(&mut self, kind: char) -> Read<u32> {
        let mut digits = String::new();
        if kind == 'x' && self.rest.peek() == Some(&'{') {
            self.rest.next();
            loop {
                match self.rest.next() {
                    Some('}') => break,
                    Some(letter) => digits.push(letter),
                    None => return Err(Unread::Invalid),
                }
            }
        } else {
            let count = if kind == 'x' { 2 } else { 4 };
            for _ in 0..count {
                digits.extend(self.rest.next());
            }
            if digits.chars().count() != count {
                return Err(Unread::Invalid);
            }
        }
        let code = u32::from_str_radix(&digits, 16).map_err(|_| Unread::Invalid)?;
        if char::from_u32(code).is_none() {
            return Err(Unread::Other("half a letter"));
        }
        self.check_case(code)?;
        Ok(code)
    }

    /// `\p{Alpha}`, `\pL` and the like.
    fn property(&mut self, negated: bool, in_class: bool) -> Read<String> {
        let name = match self.rest.next() {
            Some('{') => {
                let mut name = String::new();
                loop {
                    match self.rest.next() {
                        Some('}') => break name,
                        Some(letter) => name.push(letter),
                        None => return Err(Unread::Invalid),
                    }
                }
            }
            Some(letter) => letter.to_string(),
            None => return Err(Unread::Invalid),
        };
        let inside = match name.as_str() {
            "Lower" => "a-z",
            "Upper" => "A-Z",
            "ASCII" => r"\x00-\x7F",
            "Alpha" => "a-zA-Z",
            "Digit" => "0-9",
            "Alnum" => "a-zA-Z0-9",
            "Punct" => r"!-/:-@\[-`{-~",
            "Graph" => "!-~",
            "Print" => " -~",
            "Blank" => r" \t",
            "Cntrl" => r"\x00-\x1F\x7F",
            "XDigit" => "0-9a-fA-F",
            "Space" => r" \t\n\x0B\x0C\r",
            "L" | "Lu" | "Ll" | "Lt" | "M" | "N" | "Nd" | "P" | "S" | "Z" | "Sc" => {
                return Ok(format!("\\{}{{{name}}}", if negated { 'P' } else { 'p' }));
            }
            _ => return Err(Unread::Other("a property")),
        };
        Ok(match (in_class, negated) {
            (true, false) => inside.to_owned(),
            (_, true) => format!("[^{inside}]"),
            (false, false) => format!("[{inside}]"),
        })
    }

    /// Text between `\Q` and `\E`.
    fn quoted(&mut self) -> Read {
        while let Some(letter) = self.rest.next() {
            if letter == '\\' && self.rest.peek() == Some(&'E') {
                self.rest.next();
                return Ok(());
            }
            self.literal(letter)?;
        }
        Ok(())
    }

    /// Behind `[`.
    fn class(&mut self) -> Read {
        self.out.push('[');
        if self.rest.peek() == Some(&'^') {
            self.rest.next();
            self.out.push('^');
        }
        let mut first = true;
        loop {
            match self.rest.next() {
                None => return Err(Unread::Invalid),
                Some(']') if first => return Err(Unread::Other("] at the start of a class")),
                Some(']') => break,
                Some('[') => return Err(Unread::Other("a class in a class")),
                Some('&') if self.rest.peek() == Some(&'&') => {
                    return Err(Unread::Other("an intersection"));
                }
                Some('\\') => self.escape(true)?,
                // At the start or the end it is a letter.
                Some('-') if first || self.rest.peek() == Some(&']') => self.out.push_str("\\-"),
                Some('-') if self.rest.peek() == Some(&'-') => {
                    return Err(Unread::Other("two - in a class"));
                }
                Some('-') => self.out.push('-'),
                Some(other) => self.literal(other)?,
            }
            first = false;
        }
        self.out.push(']');
        Ok(())
    }
}

/// A replacement: texts, and groups of the match.
#[derive(Debug)]
pub(super) enum Part {
    Text(String),
    Group(usize),
}

/// Reads the replacement of `regexp_replace`: `$1`, `${name}`, and a backslash before any letter.
///
/// # Errors
///
/// The pattern has no such group, or a `$` has nothing behind it.
pub(super) fn replacement(text: &str, pattern: &Pattern) -> Result<Vec<Part>> {
    let invalid = || unsupported(format!("the replacement '{text}' in a regular expression"));
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '\\' => plain.push(rest.next().ok_or_else(invalid)?),
            '$' => {
                parts.push(Part::Text(std::mem::take(&mut plain)));
                let group = if rest.peek() == Some(&'{') {
                    let name: String =
                        rest.by_ref().skip(1).take_while(|next| *next != '}').collect();
                    pattern.named(&name).ok_or_else(invalid)?
                } else {
                    let digit = |next: Option<&char>| next.and_then(|next| next.to_digit(10));
                    let index = |digit: u32| usize::try_from(digit).unwrap_or(usize::MAX);
                    let mut group = index(digit(rest.peek()).ok_or_else(invalid)?);
                    rest.next();
                    // More digits, as long as there is such a group.
                    while let Some(next) = digit(rest.peek()) {
                        let longer = group * 10 + index(next);
                        if longer > pattern.groups() {
                            break;
                        }
                        group = longer;
                        rest.next();
                    }
                    group
                };
                if group > pattern.groups() {
                    return Err(invalid());
                }
                parts.push(Part::Group(group));
            }
            other => plain.push(other),
        }
    }
    parts.push(Part::Text(plain));
    Ok(parts)
}

/// Splits a text; the limit is the most parts.
pub(super) fn split(
    pattern: &Pattern,
    text: &str,
    limit: Option<NonZero<usize>>,
) -> Result<Vec<String>> {
    let most = limit.map_or(usize::MAX, NonZero::get);
    let mut parts = Vec::new();
    let mut from = 0;
    for found in pattern.all(text, 0)? {
        if parts.len() + 1 >= most {
            break;
        }
        let Some(whole) = found.get(0) else { continue };
        // No empty part before an empty match at the start.
        if whole.end() == 0 {
            continue;
        }
        parts.push(text[from..whole.start()].to_owned());
        from = whole.end();
    }
    parts.push(text[from..].to_owned());
    Ok(parts)
}
