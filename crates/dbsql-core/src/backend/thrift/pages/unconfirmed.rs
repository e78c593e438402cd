//! The pages that another reader of the cursor may have disturbed.
//!
//! Apache Spark's server carries out two fetches of one result at the same time: each takes rows
//! that the other one then lacks, and the starts of both pages look right. But the cursor has moved
//! by the rows of both afterwards. So a page is used only when the next one starts where it ended.

use std::collections::VecDeque;

use crate::backend::pages::Page;
use crate::{Error, ErrorKind, Result};

/// The maximum number of consecutive times that others may move the cursor.
const MAX_MOVES: u32 = 3;

/// The pages of one reading, in order. Without I/O.
#[derive(Debug, Default)]
pub(super) struct Unconfirmed {
    /// Whether this reader alone has moved the cursor so far.
    is_alone: bool,
    /// The last page, until the next one confirms it.
    last: Option<Page>,
    /// Pages to use.
    ready: VecDeque<Page>,
    /// The row up to which pages were confirmed, over all readings.
    furthest: u64,
    /// How often others moved the cursor since then.
    moves: u32,
}

/// The position of the cursor after a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Position {
    AfterPage,
    /// Another reader moved it: the pages must be fetched again from the first one.
    Moved,
}

impl Unconfirmed {
    /// Begins at the first page.
    pub(super) fn begin(&mut self, is_alone: bool) {
        self.is_alone = is_alone;
        self.last = None;
        self.ready.clear();
    }

    /// Records that another reader, or an earlier fetch whose response is lost, may move the cursor
    /// from now on.
    pub(super) fn is_not_alone(&mut self) {
        self.is_alone = false;
    }

    /// Returns the next page to use.
    pub(super) fn take(&mut self) -> Option<Page> {
        self.ready.pop_front()
    }

    /// Returns the size of the page that waits for the next one.
    pub(super) fn held_bytes(&self) -> usize {
        self.last.as_ref().map_or(0, |last| last.bytes)
    }

    /// Adds a page, whose start is known if the server reports it.
    ///
    /// # Errors
    ///
    /// `Unsupported` when others move the cursor repeatedly.
    pub(super) fn add(&mut self, page: Page) -> Result<Position> {
        if page.rewound {
            self.last = None;
        }
        let Some(start) = page.start.filter(|_| !self.is_alone) else {
            // Without starts nothing can be confirmed.
            self.ready.extend(self.last.take());
            self.ready.push_back(page);
            return Ok(Position::AfterPage);
        };
        let expected = match &self.last {
            Some(last) => Some(end(last)?),
            None => page.rewound.then_some(0),
        };
        if expected.is_some_and(|expected| start != expected) {
            self.moved()?;
            return Ok(Position::Moved);
        }
        if start > self.furthest {
            (self.furthest, self.moves) = (start, 0);
        }
        self.ready.extend(self.last.replace(page));
        Ok(Position::AfterPage)
    }

    fn moved(&mut self) -> Result<()> {
        self.moves += 1;
        if self.moves <= MAX_MOVES {
            return Ok(());
        }
        self.moves = 0;
        Err(Error::new(
            ErrorKind::Unsupported,
            "another reader is reading this result, and the server keeps a single cursor",
        )
        .with_next_step("read it from one place at a time"))
    }
}

fn end(page: &Page) -> Result<u64> {
    page.start.unwrap_or_default().checked_add(page.row_count()?).ok_or_else(|| {
        Error::new(ErrorKind::Protocol, "the result is out of order: its rows overflow")
    })
}
