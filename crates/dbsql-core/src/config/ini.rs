//! The syntax of profile files.
//!
//! It is that of Python's `configparser`, which the official tools use or imitate: `key = value` or
//! `key: value`, case-insensitive keys, comment lines that start with `#` or `;`, and lines that
//! are indented deeper than their key continue its value. A duplicate section or key is an error,
//! since it would be ambiguous; nothing is quoted, interpolated or inherited. A byte order mark is
//! skipped. No INI library implements these rules.

use std::collections::BTreeMap;

/// The sections of a file, with keys in lower case.
#[derive(Debug, Default)]
pub(super) struct Ini {
    sections: BTreeMap<String, Section>,
}

#[derive(Debug, Default)]
struct Section {
    line: usize,
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    line: usize,
    value: String,
}

/// An invalid line. Never contains the text of the line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) line: usize,
    pub(super) message: String,
}

/// The only section that may be repeated, as in `configparser`.
pub(super) const DEFAULT: &str = "DEFAULT";

impl Ini {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, SyntaxError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = &bytes[..error.valid_up_to()];
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            failure(line, "the text is not UTF-8")
        })?;
        let mut parser = Parser::default();
        for (number, line) in (1..).zip(lines(text)) {
            parser.line(number, line)?;
        }
        Ok(parser.ini)
    }

    /// Returns the keys and values of a section, each once.
    pub(super) fn section(&self, name: &str) -> Option<impl Iterator<Item = (&str, &str)>> {
        let section = self.sections.get(name)?;
        Some(section.entries.iter().map(|(key, entry)| (&**key, entry.value.trim_end())))
    }

    pub(super) fn value(&self, section: &str, key: &str) -> Option<&str> {
        Some(self.sections.get(section)?.entries.get(key)?.value.trim_end())
    }

    pub(super) fn section_names(&self) -> impl Iterator<Item = &str> {
        self.sections.keys().map(String::as_str)
    }
}

/// Iterates over the lines, ended by LF, CR LF or CR.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let after = &text[end..];
        rest = Some(after.strip_prefix("\r\n").unwrap_or(&after[1..]));
        Some(&text[..end])
    })
}

fn failure(line: usize, message: impl Into<String>) -> SyntaxError {
    SyntaxError { line, message: message.into() }
}

#[derive(Default)]
struct Parser {
    ini: Ini,
    section: Option<String>,
    /// The key that a line with deeper indentation continues.
    key: Option<String>,
    indent: usize,
}

impl Parser {
    fn line(&mut self, number: usize, line: &str) -> Result<(), SyntaxError> {
        let text = line.trim();
        if text.starts_with(['#', ';']) {
            return Ok(());
        }
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        // An empty line is kept inside a multi-line value, and removed at its end.
        if (text.is_empty() || indent > self.indent)
            && let Some(entry) = self.current()
        {
            entry.value.push('\n');
            entry.value.push_str(text);
            return Ok(());
        }
        if text.is_empty() {
            return Ok(());
        }
        self.indent = indent;
        // A section header needs a character between its brackets.
        let header = text.strip_prefix('[').and_then(|rest| Some(&rest[..rest.rfind(']')?]));
        match header.filter(|name| !name.is_empty()) {
            Some(name) => self.begin_section(number, name),
            None => self.entry(number, text),
        }
    }

    fn current(&mut self) -> Option<&mut Entry> {
        let section = self.ini.sections.get_mut(self.section.as_ref()?)?;
        section.entries.get_mut(self.key.as_ref()?)
    }

    fn begin_section(&mut self, line: usize, name: &str) -> Result<(), SyntaxError> {
        let earlier = self.ini.sections.get(name).map(|section| section.line);
        if let Some(first) = earlier.filter(|_| name != DEFAULT) {
            return Err(failure(line, format!("duplicate section, first in line {first}")));
        }
        self.ini.sections.entry(name.to_owned()).or_default().line = line;
        self.section = Some(name.to_owned());
        self.key = None;
        Ok(())
    }

    fn entry(&mut self, line: usize, text: &str) -> Result<(), SyntaxError> {
        let Some(name) = &self.section else {
            return Err(failure(line, "this line is not in a section such as [DEFAULT]"));
        };
        let Some((key, value)) = text.split_once(['=', ':']) else {
            return Err(failure(line, "it is neither a section nor a key with a value"));
        };
        let key = key.trim_end().to_lowercase();
        if key.is_empty() {
            return Err(failure(line, "the key is empty"));
        }
        let section = self.ini.sections.entry(name.clone()).or_default();
        if let Some(first) = section.entries.get(&key) {
            let message = format!("duplicate key, first in line {}", first.line);
            return Err(failure(line, message));
        }
        section.entries.insert(key.clone(), Entry { line, value: value.trim().to_owned() });
        self.key = Some(key);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
