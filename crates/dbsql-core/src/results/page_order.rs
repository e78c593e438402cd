//! The order of pages: which one is next, where it belongs, and when the result ends. No I/O.

use super::cursor::Cursor;
use crate::backend::pages::{PageAccess, PageAt};
use crate::{Error, ErrorKind, Result};

/// How far a result has been read, in pages: proves that each row comes once and in order.
#[derive(Debug)]
pub(super) struct PageOrder {
    access: Access,
    /// The next row to ask for: all before it were returned, are ready or in flight.
    position: u64,
    /// Rows were accepted, so the result is at least this long.
    started: bool,
    /// Every end is asked for twice.
    confirms_end: bool,
    /// The server said once that the result ends here, in a way that is not enough.
    end_is_near: bool,
    ended: bool,
}

/// How pages are asked for, and what is remembered for it.
#[derive(Debug)]
enum Access {
    ByRow,
    ByCursor(Cursor),
    AttachedOnly,
}

/// What a page says about itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline {
    pub(super) start: Option<u64>,
    pub(super) rows: u64,
    pub(super) more: Option<bool>,
    pub(super) rewound: bool,
    /// It came with the answer to the submit.
    pub(super) attached: bool,
}

/// What to do with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placed {
    /// None of its rows are wanted.
    Unwanted,
    /// All of its rows but the first `skip` are next.
    Rows { skip: u64 },
}

impl PageOrder {
    /// For a result read from `row` on. `cursor` is used by [`PageAccess::ByCursor`] alone.
    pub(super) fn new(access: PageAccess, cursor: Cursor, row: u64) -> Self {
        let access = match access {
            PageAccess::ByRow => Access::ByRow,
            PageAccess::ByCursor => Access::ByCursor(cursor),
            PageAccess::AttachedOnly => Access::AttachedOnly,
        };
        Self {
            access,
            position: row,
            started: false,
            confirms_end: false,
            end_is_near: false,
            ended: false,
        }
    }

    /// Asks once more at each end that the server says.
    pub(super) fn confirm_end(mut self, confirms: bool) -> Self {
        self.confirms_end = confirms;
        self
    }

    /// The next row to ask for.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// No page follows.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Pages can be fetched; otherwise all there is came with the answer to the submit.
    pub(super) fn can_fetch(&self) -> bool {
        !matches!(self.access, Access::AttachedOnly)
    }

    /// Whether a page may be fetched before the reader needs it. One that is in flight when the reader
    /// is dropped moves the cursor under the next reader, which only sees it where pages say where they
    /// start.
    pub(super) fn may_read_ahead(&self) -> bool {
        match &self.access {
            Access::ByCursor(cursor) => cursor.tells_starts,
            Access::ByRow | Access::AttachedOnly => true,
        }
    }

    /// Leaves the cursor to another reader.
    pub(super) fn release_cursor(&mut self) {
        if let Access::ByCursor(cursor) = &mut self.access {
            cursor.release();
        }
    }

    /// Goes back to a row that was accepted before, whose page is to be fetched again.
    pub(super) fn rewind(&mut self, row: u64) {
        self.position = row;
        self.end_is_near = false;
        self.ended = false;
        if let Access::ByCursor(cursor) = &mut self.access {
            cursor.lost();
        }
    }

    /// The page to fetch next; `None` when none can be.
    pub(super) fn request(&mut self) -> Option<PageAt> {
        match &mut self.access {
            Access::ByRow => Some(PageAt::Row(self.position)),
            Access::ByCursor(cursor) => Some(cursor.request()),
            Access::AttachedOnly => None,
        }
    }

    /// Accepts a page: checks where it starts, tells which rows were accepted before, notices the
    /// end. Changes nothing of what was accepted when it fails.
    ///
    /// # Errors
    ///
    /// `Protocol` for a page out of order, `Truncated` and `InvalidInput` for a result that ends
    /// too soon, `Unsupported` for a cursor that another reader moves.
    pub(super) fn place(&mut self, page: &Outline) -> Result<Placed> {
        let position = self.position;
        let start = page.start.unwrap_or_else(|| match &self.access {
            Access::ByCursor(cursor) => cursor.start(page.rewound || page.attached),
            Access::ByRow if !page.attached => position,
            Access::ByRow | Access::AttachedOnly => 0,
        });
        if start > position {
            return match &mut self.access {
                Access::ByCursor(cursor) if !page.rewound && !page.attached => {
                    cursor.jumped().map(|()| Placed::Unwanted)
                }
                _ => Err(out_of_order(&format!(
                    "a page starts at row {start}, not at row {position}"
                ))),
            };
        }
        let end = start.checked_add(page.rows).ok_or_else(|| out_of_order("its rows overflow"))?;
        if let Access::ByCursor(cursor) = &mut self.access {
            cursor.arrived(start, end, page.rewound || page.attached)?;
            // A first page starts at 0 also where all pages say so.
            cursor.tells_starts |= page.start.is_some_and(|start| start > 0);
        }
        // The wanted row was asked for, so asking again would bring the same page again.
        let is_behind = end <= position && page.rows > 0 && !page.attached;
        let more = match &self.access {
            Access::ByRow => page.more.unwrap_or(page.rows > 0),
            // Such a server always says that there is no more; an empty page is the end.
            Access::ByCursor(_) => page.rows > 0,
            Access::AttachedOnly if page.more == Some(true) => {
                return Err(Error::new(
                    ErrorKind::Truncated,
                    "the server closed the operation before it sent all of its rows",
                ));
            }
            Access::AttachedOnly => false,
        };
        if !more && end < position {
            return Err(self.too_short(end));
        }
        if is_behind && matches!(self.access, Access::ByRow) {
            let message = format!("rows {start} to {end} came instead of row {position}");
            return Err(out_of_order(&message));
        }
        self.end_is_near &= page.rows == 0;
        if !more {
            // Its own word is enough in an answer to what was asked, else a second one is needed.
            let is_certain = match &self.access {
                Access::ByRow => {
                    let asked = start == position || page.attached;
                    page.more == Some(false) && asked && !self.confirms_end
                }
                Access::ByCursor(_) | Access::AttachedOnly => true,
            };
            self.ended = is_certain || self.end_is_near;
            self.end_is_near = true;
        }
        if end <= position {
            return Ok(Placed::Unwanted);
        }
        self.position = end;
        self.started = true;
        if let Access::ByCursor(cursor) = &mut self.access {
            cursor.progressed();
        }
        Ok(Placed::Rows { skip: position - start })
    }

    /// The result ended before the wanted row.
    fn too_short(&self, end: u64) -> Error {
        let position = self.position;
        if self.started {
            let message = format!("the result ended at row {end} after {position} rows were read");
            Error::new(ErrorKind::Truncated, message)
        } else {
            let message = format!("there is no row {position}: the result has {end} rows");
            Error::new(ErrorKind::InvalidInput, message)
        }
    }
}

fn out_of_order(message: &str) -> Error {
    Error::new(ErrorKind::Protocol, format!("the result is out of order: {message}"))
}

#[cfg(test)]
mod tests;
