//! As much of TOML as our own manifests use: sections, keys and values, with their lines.

/// One `key = value` of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The section's name without brackets; empty before the first one.
    pub(super) section: String,
    /// The key; `a.workspace = true` becomes the key `a` with the value `{ workspace = true }`.
    pub(super) key: String,
    pub(super) value: String,
    pub(super) line: usize,
}

/// The entries of a manifest in their order. An array may run over several lines.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut section = String::new();
    let mut open = 0_isize;
    for (line, content) in (1..).zip(text.lines()) {
        let content = without_comment(content).trim();
        if open > 0 {
            if let Some(entry) = entries.last_mut() {
                entry.value.push(' ');
                entry.value.push_str(content);
            }
            open += balance(content);
        } else if content.starts_with('[') {
            section = content.trim_matches(['[', ']']).trim().to_owned();
        } else if let Some((key, value)) = content.split_once('=') {
            let (key, value) = (key.trim(), value.trim());
            open = balance(value);
            let (key, value) = key.rsplit_once('.').map_or_else(
                || (key.to_owned(), value.to_owned()),
                |(key, last)| (key.to_owned(), format!("{{ {last} = {value} }}")),
            );
            entries.push(Entry { section: section.clone(), key, value, line });
        }
    }
    entries
}

impl Entry {
    /// Whether the value is inherited from the workspace.
    pub(super) fn is_inherited(&self) -> bool {
        self.field("workspace") == Some("true")
    }

    /// The value of one field of an inline table.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let table = self.value.strip_prefix('{')?.strip_suffix('}')?;
        table.match_indices(name).find_map(|(at, _)| {
            let starts = table[..at].trim_end().is_empty() || table[..at].trim_end().ends_with(',');
            let value =
                table[at + name.len()..].trim_start().strip_prefix('=').filter(|_| starts)?;
            Some(value.split(',').next().unwrap_or(value).trim())
        })
    }
}

fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '#' if !quoted => return &line[..at],
            _ => {}
        }
    }
    line
}

/// Brackets opened less brackets closed, outside of strings.
fn balance(text: &str) -> isize {
    let mut quoted = false;
    text.chars().fold(0, |depth, c| {
        if c == '"' {
            quoted = !quoted;
        }
        match c {
            '[' | '{' if !quoted => depth + 1,
            ']' | '}' if !quoted => depth - 1,
            _ => depth,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_keys_and_lines_are_read() {
        let found = entries(
            "[package] # a\nname = \"a # b\"\nversion.workspace = true\n\n[dependencies]\nb = { version = \"1\", features = [\n  \"c\", # d\n] }\ne = \"2\"\n",
        );
        let places: Vec<_> =
            found.iter().map(|e| (e.section.as_str(), e.key.as_str(), e.line)).collect();
        assert_eq!(
            places,
            [
                ("package", "name", 2),
                ("package", "version", 3),
                ("dependencies", "b", 6),
                ("dependencies", "e", 9)
            ]
        );
        assert_eq!(found[0].value, "\"a # b\"");
        assert!(found[1].is_inherited());
        assert_eq!(found[2].field("version"), Some("\"1\""));
        assert_eq!(found[2].field("features"), Some("[ \"c\""));
        assert_eq!(found[2].field("git"), None);
    }

    #[test]
    fn a_field_is_not_found_inside_another_name() {
        let found = entries("[a]\nb = { default-features = false, path = \"features/x\" }\n");
        assert_eq!(found[0].field("features"), None);
        assert_eq!(found[0].field("default-features"), Some("false"));
    }
}
