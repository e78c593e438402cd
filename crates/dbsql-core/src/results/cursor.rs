//! The cursor of a result on a server that keeps one: its position, and whether it moves.
//!
//! Every fetch moves the cursor, even one whose response is lost, so its position is unknown after
//! a lost response. Then the first page is fetched again, and the rows before the requested one are
//! dropped. Two readers would compete for the cursor, so there is one at a time.

use crate::backend::pages::PageAt;
use crate::engine::cursors::CursorGuard;
use crate::{Error, ErrorKind, Result};

/// The maximum number of consecutive times that the cursor may be beyond the requested row before
/// another reader must be the cause.
const MAX_JUMPS: u32 = 3;

/// The maximum number of consecutive times that the cursor may go back on its own.
const MAX_STEPS_BACK: u32 = 3;

/// One result's cursor.
#[derive(Debug)]
pub(super) struct Cursor {
    /// Its position, if known.
    at: Option<u64>,
    /// The expected start of the last requested page.
    expected: u64,
    /// The end of the last page.
    last_end: u64,
    jumps: u32,
    steps_back: u32,
    /// Whether the server reports where pages start.
    pub(super) tells_starts: bool,
    /// Held to exclude other readers; `None` in tests.
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

    /// Returns the page to fetch next. Until the response, the position of the cursor is unknown.
    pub(super) fn request(&mut self) -> PageAt {
        let at = self.at.take();
        self.expected = at.unwrap_or(0);
        at.map_or(PageAt::First, |_| PageAt::Next)
    }

    /// Releases it for another reader.
    pub(super) fn release(&mut self) {
        self.at = None;
        drop(self.only_reader.take());
    }

    /// Pages before it must be fetched again.
    pub(super) fn lost(&mut self) {
        self.at = None;
    }

    /// Returns the start of a page, if the server does not report it.
    pub(super) fn start(&self, rewound: bool) -> u64 {
        if rewound { 0 } else { self.expected }
    }

    /// Records a page that ends at `end`, the new position of the cursor.
    ///
    /// # Errors
    ///
    /// `Protocol` when the server keeps returning rows from before the cursor.
    pub(super) fn arrived(&mut self, start: u64, end: u64, rewound: bool) -> Result<()> {
        self.at = Some(end);
        let went_back = !rewound && start < self.last_end && end > start;
        self.last_end = end;
        if went_back {
            self.steps_back += 1;
        }
        if self.steps_back > MAX_STEPS_BACK {
            // The next call starts afresh, and gives up sooner.
            self.steps_back = MAX_STEPS_BACK;
            self.at = None;
            return Err(Error::new(
                ErrorKind::Protocol,
                format!("the server returned rows {start} to {end} repeatedly"),
            ));
        }
        Ok(())
    }

    /// Records that requested rows arrived.
    pub(super) fn progressed(&mut self) {
        self.jumps = 0;
        self.steps_back = 0;
    }

    /// Handles a page that starts beyond the requested row: another reader moved the cursor. The
    /// next request returns to the first page.
    ///
    /// # Errors
    ///
    /// `Unsupported` when it happens repeatedly.
    pub(super) fn jumped(&mut self) -> Result<()> {
        self.at = None;
        self.jumps += 1;
        if self.jumps <= MAX_JUMPS {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Unsupported,
            "another reader is reading this result, and the server keeps a single cursor",
        )
        .with_next_step("read it from one place at a time"))
    }
}
