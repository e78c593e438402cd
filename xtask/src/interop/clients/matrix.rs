//! The outcome of each client in each scenario: written to the page, and parsed from it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The scenarios as the scripts name them, and as the page does.
pub(super) const SCENARIOS: [(&str, &str); 14] = [
    ("connect", "connect"),
    ("select_one", "`SELECT 1`"),
    ("types", "all types, value by value"),
    ("parameters", "parameters"),
    ("inline", "1,000,000 rows inline"),
    ("links", "1,000,000 rows by links"),
    ("execute_async", "`execute_async` or its like"),
    ("cancel", "cancel"),
    ("errors", "SQL errors"),
    ("picked_up", "its statement, read by `dbsql` by its id"),
    ("picks_up", "a statement of `dbsql`, read by its id"),
    ("warehouses", "warehouses: get, list, start"),
    ("history", "query history"),
    ("close", "close"),
];

/// The lines around the matrix in the page.
const BEGIN: &str = "<!-- The matrix: `cargo xtask interop clients --write` writes it. -->";
const END: &str = "<!-- End of the matrix. -->";

/// The outcome of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    /// `ok`, `n/a` or `bug`.
    pub(super) outcome: String,
    /// Why it is not `ok`.
    pub(super) note: String,
}

impl Ended {
    /// The outcome that is never on the page.
    pub(super) const FAILED: &str = "FAILED";
}

/// The outcomes of one client.
pub(super) struct Column {
    pub(super) title: &'static str,
    /// By scenario.
    pub(super) ended: Vec<(String, Ended)>,
}

impl Column {
    /// A script that exited before its last scenario failed in all scenarios that it did not reach.
    pub(super) fn fail_what_is_missing(&mut self) {
        for (name, _) in SCENARIOS {
            if self.of(name).is_none() {
                let ended = Ended { outcome: Ended::FAILED.to_owned(), note: String::new() };
                self.ended.push((name.to_owned(), ended));
            }
        }
    }

    pub(super) fn has_failed(&self) -> bool {
        self.ended.iter().any(|(_, ended)| ended.outcome == Ended::FAILED)
    }

    fn of(&self, scenario: &str) -> Option<&Ended> {
        self.ended.iter().find(|(name, _)| name == scenario).map(|(_, ended)| ended)
    }
}

/// The table and the notes below it.
pub(super) fn show(columns: &[Column]) -> String {
    let mut notes: Vec<String> = Vec::new();
    let mut table = String::from("| |");
    for column in columns {
        table.extend([" ", column.title, " |"]);
    }
    table.push_str("\n|---|");
    table.extend(columns.iter().map(|_| "---|"));
    for (name, title) in SCENARIOS {
        let _ = write!(table, "\n| {title} |");
        for column in columns {
            let _ = write!(
                table,
                " {} |",
                column.of(name).map_or_else(String::new, |ended| cell(ended, &mut notes))
            );
        }
    }
    table.push('\n');
    for (at, note) in notes.iter().enumerate() {
        let _ = write!(table, "\n{}. {note}", at + 1);
    }
    table.push('\n');
    table
}

/// The outcome with the number of its note, if it has one.
fn cell(ended: &Ended, notes: &mut Vec<String>) -> String {
    if ended.note.is_empty() {
        return ended.outcome.clone();
    }
    let at = notes.iter().position(|note| *note == ended.note).unwrap_or_else(|| {
        notes.push(ended.note.clone());
        notes.len() - 1
    });
    format!("{} ({})", ended.outcome, at + 1)
}

/// Returns the page with this matrix instead of its own; `None` without the marker lines.
pub(super) fn written(page: &str, columns: &[Column]) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{}\n{END}{after}", show(columns)))
}

/// Returns the differences from the page for these clients.
pub(super) fn differences(page: &str, columns: &[Column]) -> Vec<String> {
    let Some(on_page) = read(page) else {
        return vec!["the page has no matrix".to_owned()];
    };
    let mut differences = Vec::new();
    for column in columns {
        for (name, title) in SCENARIOS {
            let here = column.of(name);
            let there = on_page.get(&(column.title.to_owned(), title.to_owned()));
            if here != there {
                let describe = |ended: Option<&Ended>| match ended {
                    None => "nothing".to_owned(),
                    Some(Ended { outcome, note }) if note.is_empty() => outcome.clone(),
                    Some(Ended { outcome, note }) => format!("{outcome}: {note}"),
                };
                differences.push(format!(
                    "{}, {title}: {}; the page: {}",
                    column.title,
                    describe(here),
                    describe(there)
                ));
            }
        }
    }
    differences
}

/// Returns the column headings of the page.
pub(super) fn titles(page: &str) -> Vec<String> {
    table(page).and_then(|(mut lines, _)| lines.next().map(cells)).unwrap_or_default()
}

/// The cells of the page by client and scenario.
fn read(page: &str) -> Option<BTreeMap<(String, String), Ended>> {
    let (mut lines, notes) = table(page)?;
    let titles = cells(lines.next()?);
    let mut found = BTreeMap::new();
    for line in lines.skip(1) {
        let scenario = line.split('|').nth(1)?.trim().to_owned();
        for (title, cell) in titles.iter().zip(cells(line)) {
            let (outcome, note) =
                match cell.strip_suffix(')').and_then(|cell| cell.split_once(" (")) {
                    Some((outcome, number)) => (outcome.to_owned(), notes.get(number)?.clone()),
                    None => (cell, String::new()),
                };
            found.insert((title.clone(), scenario.clone()), Ended { outcome, note });
        }
    }
    Some(found)
}

/// The lines of the table, and the notes by their numbers.
fn table(page: &str) -> Option<(impl Iterator<Item = &str>, BTreeMap<String, String>)> {
    let (_, rest) = page.split_once(BEGIN)?;
    let (matrix, _) = rest.split_once(END)?;
    let notes = matrix.lines().filter_map(|line| line.split_once(". "));
    let notes = notes
        .filter(|(number, _)| number.parse::<u32>().is_ok())
        .map(|(number, note)| (number.to_owned(), note.to_owned()))
        .collect();
    Some((matrix.lines().filter(|line| line.starts_with('|')), notes))
}

/// Returns the cells of a line after the first one.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim().trim_end_matches('|');
    line.split('|').skip(2).map(|cell| cell.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(title: &'static str, change: &str, outcome: &str, note: &str) -> Column {
        let ended = SCENARIOS.map(|(name, _)| {
            let (outcome, note) = if name == change { (outcome, note) } else { ("ok", "") };
            (name.to_owned(), Ended { outcome: outcome.to_owned(), note: note.to_owned() })
        });
        Column { title, ended: ended.into() }
    }

    #[test]
    fn what_a_client_did_not_come_to_has_failed() {
        let mut cut = column("A", "cancel", "ok", "");
        assert!(!cut.has_failed());
        cut.ended.pop();
        cut.fail_what_is_missing();
        assert!(cut.has_failed() && cut.ended.len() == SCENARIOS.len());
    }

    fn page(columns: &[Column]) -> String {
        let empty = format!("# Page\n\n{BEGIN}\n{END}\n\n| not | it |\n1. Nor this.\n");
        written(&empty, columns).unwrap()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let columns = [
            column("A 1.0", "cancel", "bug", "it hangs. For long."),
            column("B", "inline", "n/a", "no option (yet)"),
        ];
        let page = page(&columns);
        assert_eq!(differences(&page, &columns), Vec::<String>::new());
        assert_eq!(titles(&page), ["A 1.0", "B"]);
        assert!(
            page.contains("| bug (2) |") && page.contains("\n2. it hangs. For long.\n"),
            "{page}"
        );
        assert_eq!(written(&page, &columns).unwrap(), page);
        // With only some clients, the numbers of their notes differ.
        assert_eq!(differences(&page, &columns[..1]), Vec::<String>::new());
    }

    #[test]
    fn another_outcome_note_or_client_is_found() {
        let page = page(&[column("A", "cancel", "bug", "it hangs")]);
        for (title, outcome, note, count) in [
            ("A", "ok", "", 1),
            ("A", "n/a", "it hangs", 1),
            ("A", "bug", "it crashes", 1),
            ("B", "bug", "it hangs", SCENARIOS.len()),
        ] {
            let found = differences(&page, &[column(title, "cancel", outcome, note)]);
            assert_eq!(found.len(), count, "{found:?}");
        }
        assert_eq!(differences("no matrix", &[]).len(), 1);
    }
}
