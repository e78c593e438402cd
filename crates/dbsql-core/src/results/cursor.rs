//! The cursor of a result on a server that keeps one: where it stands, and whether it moves.
//!
//! Every fetch moves the cursor, also one whose response is lost, so its position is unknown after a
//! lost response. Then the first page is fetched again, and the rows up to the wanted one are dropped.
//! Two readers would compete for the cursor, so there is one at a time.

use crate::backend::pages::PageAt;
use crate::engine::cursors::CursorGuard;
use crate::{Error, ErrorKind, Result};

/// How often in a row the cursor may be found beyond the wanted row before it must be another
/// reader's doing.
const MAX_JUMPS: u32 = 3;

/// How often in a row the cursor may go back without being asked to.
const MAX_STEPS_BACK: u32 = 3;

/// One result's cursor.
#[derive(Debug)]
pub(super) struct Cursor {
    /// Where it stands, while that is known.
    at: Option<u64>,
    /// Where the page begins that was asked for last.
    expected: u64,
    /// Where the last page ended.
    last_end: u64,
    jumps: u32,
    steps_back: u32,
    /// The server says where pages start.
    pub(super) tells_starts: bool,
    /// Held so that there is no other reader; `None` in tests.
    only_reader: Option<CursorGuard>,
}

impl Cursor {
    pub(super) fn new(only_reader: Option<CursorGuard>) -> Self {
        Self {
            at: None,
            expected: 0,
            last_end: 0,
            jumps: 0,
            steps_back: 0,
            tells_starts: false,
            only_reader,
        }
    }

    /// The page to fetch next. Until its response, the position of the cursor is unknown.
    pub(super) fn request(&mut self) -> PageAt {
        let at = self.at.take();
        self.expected = at.unwrap_or(0);
        at.map_or(PageAt::First, |_| PageAt::Next)
    }

    /// Leaves it to another reader.
    pub(super) fn release(&mut self) {
        self.at = None;
        drop(self.only_reader.take());
    }

    /// Pages behind it are to be fetched again.
    pub(super) fn lost(&mut self) {
        self.at = None;
    }

    /// Where a page begins, if the server does not say it.
    pub(super) fn start(&self, rewound: bool) -> u64 {
        if rewound { 0 } else { self.expected }
    }

    /// A page arrived that ends at `end`, after which the cursor stands.
    ///
    /// # Errors
    ///
    /// `Protocol` when the server goes on returning rows from before the cursor.
    pub(super) fn arrived(&mut self, start: u64, end: u64, rewound: bool) -> Result<()> {
        self.at = Some(end);
        let went_back = !rewound && start < self.last_end && end > start;
        self.last_end = end;
        if went_back {
            self.steps_back += 1;
        }
        if self.steps_back > MAX_STEPS_BACK {
            // The next call begins anew, and gives up sooner.
            self.steps_back = MAX_STEPS_BACK;
            self.at = None;
            return Err(Error::new(
                ErrorKind::Protocol,
                format!("the server returned rows {start} to {end} again and again"),
            ));
        }
        Ok(())
    }

    /// Rows that were wanted arrived.
    pub(super) fn progressed(&mut self) {
        self.jumps = 0;
        self.steps_back = 0;
    }

    /// A page began beyond the wanted row: another reader moved the cursor. The next request goes
    /// back to the first page.
    ///
    /// # Errors
    ///
    /// `Unsupported` when it happens again and again.
    pub(super) fn jumped(&mut self) -> Result<()> {
        self.at = None;
        self.jumps += 1;
        if self.jumps <= MAX_JUMPS {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Unsupported,
            "another reader reads this result, and the server keeps one cursor for all",
        )
        .with_next_step("read it from one place at a time"))
    }
}
