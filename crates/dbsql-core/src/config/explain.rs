//! The settings, described for people.

use std::fmt::Write as _;

use super::Config;
use super::layer::Given;
use super::resolved::Parts;
use super::setting::{Key, Shown};

impl Config {
    /// Describes in a few lines the endpoint, the sign-in and why it was selected, where each
    /// setting was found, and what is missing and how to set it. For people: the format may change.
    ///
    /// It contains no secrets, and it never fails or sends requests.
    ///
    /// ```
    /// use dbsql_core::Config;
    ///
    /// let config: Config = "databricks://token:dapi123@h.example/sql/1.0/warehouses/abc".parse()?;
    /// assert_eq!(
    ///     config.explain(),
    ///     "connects to   https://h.example/sql/1.0/warehouses/abc
    /// signs in      by pat, from token (the connection URL)
    /// settings
    ///   host       h.example (the connection URL)
    ///   http_path  /sql/1.0/warehouses/abc (the connection URL)
    ///   token      (not shown) (the connection URL)
    /// "
    /// );
    /// # Ok::<(), dbsql_core::Error>(())
    /// ```
    #[must_use]
    pub fn explain(&self) -> String {
        let settings = self.sources.merge();
        let parts = Parts::of(self, &settings);
        let mut text = Text::default();
        match (&parts.host, &parts.http_path) {
            (Ok(host), Ok(path)) => {
                let path = format!("/{}", path.trim_start_matches('/'));
                let url = format!("{}://{}", host.scheme(), host.authority());
                text.line("connects to", &format!("{url}{}", Shown::Path.show(&path)));
            }
            (Ok(host), Err(_)) => {
                let url = format!("{}://{}", host.scheme(), host.authority());
                text.line("connects to", &format!("{url}, and no path is known"));
            }
            (Err(_), _) => text.line("connects to", "no host is known"),
        }
        if let Ok(Some(id)) = &parts.workspace_id {
            text.line("workspace", id);
        }
        let sign_in = match &parts.sign_in {
            Some(choice) => format!("by {}, {}", choice.name(), choice.why),
            None if parts.credentials.is_ok() => "by the provider that was set in code".to_owned(),
            None => "not at all".to_owned(),
        };
        text.line("signs in", &sign_in);
        let width = settings.iter().map(|(key, _)| key.name().len()).max().unwrap_or(0);
        let row =
            |(key, given): (Key, &Given)| format!("  {:<width$}  {}", key.name(), given.shown(key));
        text.list("settings", settings.iter().map(row));
        text.list("overridden", settings.overridden.iter().copied().map(row));
        let mut notes = settings.notes.clone();
        if let Some(profile) = settings.profile.filter(|profile| !profile.unknown.is_empty()) {
            let keys: Vec<_> = profile.unknown.iter().map(|key| Shown::Name.show(key)).collect();
            let name = &profile.name;
            notes.push(format!(
                "profile [{}] of {} has unknown keys: {}",
                name.section,
                name.file,
                keys.join(", ")
            ));
        }
        text.list("notes", notes.iter().map(|note| format!("  {note}")));
        let problems = parts.problems();
        text.list(
            "problems",
            problems.iter().map(|problem| {
                let cause = problem.source.as_ref().map(|cause| format!(": {cause}"));
                let cause = cause.unwrap_or_default();
                format!("  {}{cause}\n    {}", problem.message, problem.next_step)
            }),
        );
        text.0
    }
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, head: &str, rest: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{head:<12}  {}", one_line(rest));
    }

    fn list(&mut self, head: &str, rows: impl Iterator<Item = String>) {
        let mut rows = rows.peekable();
        if rows.peek().is_some() {
            let _ = writeln!(self.0, "{head}");
        }
        for row in rows {
            for line in row.lines() {
                let _ = writeln!(self.0, "{}", one_line(line));
            }
        }
    }
}

/// Text from a file or a provider must not add lines or control a terminal.
fn one_line(text: &str) -> String {
    let escape =
        |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests;
