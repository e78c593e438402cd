//! The table of outcomes: written to the page, and parsed from it.

use std::fmt::Write as _;

use crate::interop::reliability::run::Ended;

/// A scenario and its outcomes.
pub(crate) struct Row {
    pub(crate) title: String,
    pub(crate) theirs: Option<Ended>,
    pub(crate) ours: Ended,
}

const HEAD: &str =
    "| What goes wrong | Python connector 4.8.0 | ran | after | `dbsql` | ran | after |";

pub(crate) fn show(rows: &[Row]) -> String {
    let mut table = format!("{HEAD}\n|---|---|---|---|---|---|---|\n");
    for Row { title, theirs, ours } in rows {
        let theirs = theirs.as_ref().map_or_else(|| "| |".to_owned(), cells);
        let ours = cells(ours);
        writeln!(table, "| {title} | {theirs} | {ours} |").expect("a string takes all text");
    }
    table
}

fn cells(ended: &Ended) -> String {
    let Ended { outcome, runs, seconds, .. } = ended;
    let after = if *seconds < 2.0 { "at once".to_owned() } else { format!("{seconds:.0} s") };
    format!("{outcome} | {runs} | {after}")
}

/// Returns the differences from the page. Times are not compared, since they depend on the machine.
pub(crate) fn differences(page: &str, rows: &[Row]) -> Vec<String> {
    let lines = page.lines().skip_while(|line| *line != HEAD).skip(2);
    let lines: Vec<Vec<&str>> = lines
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let mut differences = Vec::new();
    for Row { title, ours, .. } in rows {
        let runs = ours.runs.to_string();
        // Nothing precedes the first `|`.
        match lines.iter().find(|cells| cells.get(1) == Some(&title.as_str())) {
            None => differences.push(format!("no row for `{title}`")),
            Some(cells) if cells.get(5..7) != Some(&[ours.outcome.as_str(), runs.as_str()]) => {
                differences.push(format!("`{title}`: {}", ours.in_full()));
            }
            Some(_) => {}
        }
    }
    for cells in lines {
        let title = cells.get(1).copied().unwrap_or_default();
        if !rows.iter().any(|row| row.title == title) {
            differences.push(format!("a row for `{title}`, and there is no such scenario"));
        }
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(title: &str, outcome: &str, runs: u64) -> Row {
        let ours = Ended::of(outcome, runs);
        Row { title: title.to_owned(), theirs: Some(Ended::of("other", 2)), ours }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let rows = [row("a poll: 502", "all rows", 1), row("b", "`Auth`, `RepeatCall`", 1)];
        let page = format!("# Page\n\n{}\nMore.\n| not | it |\n", show(&rows));
        assert_eq!(differences(&page, &rows), Vec::<String>::new());
    }

    #[test]
    fn wrong_outcome_count_or_number_of_rows_is_found() {
        let page = show(&[row("a", "all rows", 1), row("b", "done", 1), row("c", "done", 1)]);
        let found =
            differences(&page, &[row("a", "all rows", 2), row("b", "`Auth`", 1), row("d", "x", 1)]);
        assert_eq!(found.len(), 4, "{found:?}");
    }

    #[test]
    fn the_other_client_and_times_do_not_count() {
        let mut slow = row("a", "all rows", 1);
        slow.ours.seconds = 60.0;
        slow.theirs = None;
        assert!(differences(&show(&[row("a", "all rows", 1)]), &[slow]).is_empty());
    }
}
