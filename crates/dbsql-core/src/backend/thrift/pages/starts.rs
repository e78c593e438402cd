//! The starts of a cursor's pages. Servers report them in three ways, and only their pages show
//! which one it is.

use dbsql_protocol::types::TColumn;

use crate::backend::pages::{Page, Piece};
use crate::{Error, ErrorKind, Result};

/// The maximum number of pages held while it is unknown whether the cursor moves.
const MAX_HELD: usize = 8;

/// What the pages of one result show so far. Without I/O.
#[derive(Debug, Default)]
pub(super) struct Starts {
    report: StartReport,
    /// The columns of the first page, while they are needed to recognize it.
    first: Vec<TColumn>,
    /// Pages that look like the first one, in order, while it is unknown whether they are.
    held: Vec<Page>,
    held_bytes: usize,
    begun: bool,
}

/// The meaning of a page's claimed start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum StartReport {
    /// Unknown: there was only a first page, which starts at 0 in two of the ways.
    #[default]
    Unknown,
    /// The number of its first row, as from Apache Spark.
    FirstRow,
    /// The number of the row after its last one, as from Apache Kyuubi.
    End,
    /// Always 0, as from HiveServer2: rows are counted here instead.
    Never,
}

impl Starts {
    /// Replaces the claimed start of a page by the true one, or by `None` if the server does not
    /// report it. Returns `None` while the page must be held: fetch the next one then.
    ///
    /// # Errors
    ///
    /// `Protocol` when the pages contradict each other, and when the same rows are returned
    /// repeatedly and nothing proves that they are others. `limit` bounds the size of the held
    /// pages.
    pub(super) fn settle(&mut self, page: Page, limit: usize) -> Result<Option<Page>> {
        self.begun = true;
        let claimed = page.start.unwrap_or_default();
        let rows = page.row_count()?;
        if page.rewound {
            return self.settle_first(page, claimed, rows).map(Some);
        }
        match self.report {
            StartReport::FirstRow => Ok(Some(page)),
            StartReport::End => before_end(page, claimed, rows).map(Some),
            StartReport::Never => Ok(Some(Page { start: None, ..page })),
            StartReport::Unknown if claimed > 0 => {
                // The held pages were the first page again: another reader moved the cursor.
                self.decide(StartReport::FirstRow);
                self.held.clear();
                Ok(Some(page))
            }
            StartReport::Unknown if rows == 0 && self.held.is_empty() => {
                Ok(Some(Page { start: None, ..page }))
            }
            StartReport::Unknown if rows > 0 && self.looks_like_first(&page) => {
                self.hold(page, limit).map(|()| None)
            }
            // The cursor moves although its pages start at 0.
            StartReport::Unknown => {
                self.decide(StartReport::Never);
                Ok(Some(joined(std::mem::take(&mut self.held), page)))
            }
        }
    }

    /// Handles the first page of the result, which starts at row 0.
    fn settle_first(&mut self, page: Page, claimed: u64, rows: u64) -> Result<Page> {
        self.held.clear();
        self.held_bytes = 0;
        match self.report {
            StartReport::Unknown if rows > 0 && claimed == rows => self.decide(StartReport::End),
            StartReport::Unknown => self.first = columns(&page).cloned().collect(),
            StartReport::FirstRow | StartReport::End | StartReport::Never => {}
        }
        match self.report {
            StartReport::End => before_end(page, claimed, rows),
            StartReport::Unknown | StartReport::FirstRow | StartReport::Never => Ok(page),
        }
    }

    /// Records that the cursor is about to move.
    pub(super) fn begin(&mut self) {
        self.begun = true;
    }

    /// Returns `true` if a page was fetched.
    pub(super) fn begun(&self) -> bool {
        self.begun
    }

    fn decide(&mut self, report: StartReport) {
        tracing::debug!(?report, "detected how the server reports the start of pages");
        self.report = report;
        self.first.clear();
    }

    fn hold(&mut self, page: Page, limit: usize) -> Result<()> {
        self.held_bytes = self.held_bytes.saturating_add(page.bytes);
        self.held.push(page);
        if self.held.len() < MAX_HELD && self.held_bytes <= limit {
            return Ok(());
        }
        self.held.clear();
        Err(Error::new(
            ErrorKind::Protocol,
            "the server returned the same rows repeatedly without reporting where they start",
        ))
    }

    /// Returns `true` if the page may be the first one again, with another length.
    fn looks_like_first(&self, page: &Page) -> bool {
        let mut page = columns(page);
        self.first.iter().all(|first| page.next().is_some_and(|column| same_start(first, column)))
    }
}

fn before_end(page: Page, claimed: u64, rows: u64) -> Result<Page> {
    let start = claimed.checked_sub(rows).ok_or_else(|| {
        Error::new(ErrorKind::Protocol, "a page of the result ends before its first row")
    })?;
    Ok(Page { start: Some(start), ..page })
}

/// Joins the pages in order. The last one says whether there are more rows.
fn joined(held: Vec<Page>, last: Page) -> Page {
    let mut pieces = Vec::new();
    let mut bytes: usize = 0;
    let (more, rewound) = (last.more, last.rewound);
    for page in held.into_iter().chain([last]) {
        pieces.extend(page.pieces);
        bytes = bytes.saturating_add(page.bytes);
    }
    Page { start: None, pieces, more, rewound, bytes }
}

fn columns(page: &Page) -> impl Iterator<Item = &TColumn> {
    page.pieces.iter().flat_map(|piece| match piece {
        Piece::Columns(columns) => columns.as_slice(),
        Piece::Arrow { .. } | Piece::Stream { .. } | Piece::Link(_) | Piece::Batch(_) => &[],
    })
}

/// Returns `true` if two columns have the same values over the length of the shorter one.
fn same_start(one: &TColumn, other: &TColumn) -> bool {
    macro_rules! same {
        ($($member:ident),*) => {
            match (one, other) {
                $((TColumn::$member(one), TColumn::$member(other)) => {
                    let rows = one.values.len().min(other.values.len());
                    one.values.iter().take(rows).eq(other.values.iter().take(rows))
                        && (0..rows).all(|row| is_null(&one.nulls, row) == is_null(&other.nulls, row))
                })*
                (TColumn::DoubleVal(one), TColumn::DoubleVal(other)) => {
                    // Bitwise, so that NaN equals NaN.
                    one.values.raw().iter().zip(other.values.raw()).all(|(one, other)| one == other)
                }
                _ => false,
            }
        };
    }
    same!(BoolVal, ByteVal, I16Val, I32Val, I64Val, StringVal, BinaryVal)
}

fn is_null(nulls: &[u8], row: usize) -> bool {
    nulls.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use dbsql_protocol::types::TI64Column;

    use super::*;

    fn page(start: u64, values: impl IntoIterator<Item = i64>) -> Page {
        let column = TI64Column { values: values.into_iter().collect(), nulls: Bytes::new() };
        let pieces = vec![Piece::Columns(vec![TColumn::I64Val(column)])];
        Page { start: Some(start), pieces, more: Some(false), rewound: false, bytes: 100 }
    }

    fn first(start: u64, values: impl IntoIterator<Item = i64>) -> Page {
        Page { rewound: true, ..page(start, values) }
    }

    /// Returns the starts and lengths of the resulting pages.
    fn settled(pages: impl IntoIterator<Item = Page>) -> Result<Vec<(Option<u64>, u64)>> {
        let mut starts = Starts::default();
        let settled = pages.into_iter().filter_map(|page| starts.settle(page, 10_000).transpose());
        settled.map(|page| page.and_then(|page| Ok((page.start, page.row_count()?)))).collect()
    }

    #[test]
    fn starts_of_spark_are_used_unchanged() {
        let pages = [first(0, 0..4), page(4, 4..8), page(0, 0..4), page(8, [])];
        let expected = [(Some(0), 4), (Some(4), 4), (Some(0), 4), (Some(8), 0)];
        assert_eq!(settled(pages).unwrap(), expected);
    }

    #[test]
    fn ends_of_kyuubi_become_starts() {
        let pages = [first(4, 0..4), page(8, 4..8), page(9, 8..9), page(9, []), first(3, 0..3)];
        let expected = [(Some(0), 4), (Some(4), 4), (Some(8), 1), (Some(9), 0), (Some(0), 3)];
        assert_eq!(settled(pages).unwrap(), expected);
        assert!(settled([first(4, 0..4), page(3, 4..8)]).is_err());
    }

    #[test]
    fn zeros_of_hive_are_ignored() {
        let pages = [first(0, 0..4), page(0, 4..8), page(0, 4..8), page(0, []), first(0, 0..2)];
        let expected = [(Some(0), 4), (None, 4), (None, 4), (None, 0), (Some(0), 2)];
        assert_eq!(settled(pages).unwrap(), expected);
        assert_eq!(settled([first(0, 0..4), page(0, [])]).unwrap(), [(Some(0), 4), (None, 0)]);
    }

    #[test]
    fn equal_rows_are_held_until_the_cursor_moves() {
        let same = || page(0, [7; 4]);
        for (last, rows) in [(page(0, [7, 8]), 10), (page(0, []), 8)] {
            let pages = [first(0, [7; 3]), same(), same(), last];
            assert_eq!(settled(pages).unwrap(), [(Some(0), 3), (None, rows)]);
        }
        // The first page came again, and then the cursor went on.
        let pages = [first(0, [7; 3]), page(0, [7; 5]), page(5, [7; 2])];
        assert_eq!(settled(pages).unwrap(), [(Some(0), 3), (Some(5), 2)]);
        // Held pages are dropped when reading restarts.
        let pages = [first(0, [7; 3]), same(), first(0, [7; 3]), same(), page(0, [])];
        assert_eq!(settled(pages).unwrap(), [(Some(0), 3), (Some(0), 3), (None, 4)]);
    }

    #[test]
    fn repeated_page_is_an_error() {
        let mut starts = Starts::default();
        starts.settle(first(0, 0..4), 10_000).unwrap();
        let pages = (0..20).find(|_| starts.settle(page(0, 0..4), 10_000).is_err());
        assert_eq!(pages, Some(MAX_HELD - 1));
        // Large pages are not held for long.
        starts.settle(first(0, 0..4), 250).unwrap();
        let pages = (0..20).find(|_| starts.settle(page(0, 0..4), 250).is_err());
        assert_eq!(pages, Some(2));
    }

    #[test]
    fn columns_are_compared_over_the_shorter_length() {
        let column = |values: &[i64], nulls: &'static [u8]| {
            let values = values.iter().copied().collect();
            TColumn::I64Val(TI64Column { values, nulls: Bytes::from_static(nulls) })
        };
        let one = column(&[1, 2, 3], &[0b010]);
        for (other, same) in [
            (column(&[1, 2, 3, 4], &[0b1010, 0]), true),
            (column(&[1, 2], &[0b10]), true),
            (column(&[], &[]), true),
            (column(&[1, 2, 3], &[]), false),
            (column(&[1, 2, 4], &[0b010]), false),
            (TColumn::Unset, false),
        ] {
            assert_eq!(same_start(&one, &other), same, "{other:?}");
        }
    }
}
