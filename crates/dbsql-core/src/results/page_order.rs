//! The order of pages: the next one, its position, and the end of the result. No I/O.

use super::cursor::Cursor;
use crate::backend::pages::{PageAccess, PageAt};
use crate::{Error, ErrorKind, Result};

/// How far a result has been read, in pages: proves that each row is returned once and in order.
#[derive(Debug)]
pub(super) struct PageOrder {
    access: Access,
    /// The next row to request: all before it were returned, are ready or in flight.
    position: u64,
    /// Whether rows were accepted, so that the result is at least this long.
    started: bool,
    /// Whether each end is confirmed.
    confirms_end: bool,
    /// Whether the server reported the end once, in a way that is not sufficient.
    end_is_near: bool,
    ended: bool,
}

/// How pages are requested, and the state needed for it.
#[derive(Debug)]
enum Access {
    ByRow,
    ByCursor(Cursor),
    AttachedOnly,
}

/// The description of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline {
    pub(super) start: Option<u64>,
    pub(super) rows: u64,
    pub(super) more: Option<bool>,
    pub(super) rewound: bool,
    /// Whether it came with the response to the submit.
    pub(super) attached: bool,
}

/// How a page is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageUse {
    /// None of its rows are needed.
    Unwanted,
    /// Its rows after the first `skip` are next.
    Rows { skip: u64 },
}

impl PageOrder {
    /// Creates the order for a result read from `row` on. `cursor` is used only by
    /// [`PageAccess::ByCursor`].
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

    /// Sets whether each end is confirmed by another request.
    pub(super) fn confirm_end(mut self, confirms: bool) -> Self {
        self.confirms_end = confirms;
        self
    }

    /// Returns the next row to request.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Returns `true` if no page follows.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Returns `true` if pages can be fetched; otherwise the whole result came with the response to
    /// the submit.
    pub(super) fn can_fetch(&self) -> bool {
        !matches!(self.access, Access::AttachedOnly)
    }

    /// Returns `true` if a page may be fetched before the reader needs it. A fetch in flight when
    /// the reader is dropped moves the cursor under the next reader, which only notices it if pages
    /// report where they start.
    pub(super) fn may_read_ahead(&self) -> bool {
        match &self.access {
            Access::ByCursor(cursor) => cursor.tells_starts,
            Access::ByRow | Access::AttachedOnly => true,
        }
    }

    /// Releases the cursor for another reader.
    pub(super) fn release_cursor(&mut self) {
        if let Access::ByCursor(cursor) = &mut self.access {
            cursor.release();
        }
    }

    /// Goes back to a row that was accepted before, whose page must be fetched again.
    pub(super) fn rewind(&mut self, row: u64) {
        self.position = row;
        self.end_is_near = false;
        self.ended = false;
        if let Access::ByCursor(cursor) = &mut self.access {
            cursor.lost();
        }
    }

    /// Returns the page to fetch next; `None` if none can be.
    pub(super) fn request(&mut self) -> Option<PageAt> {
        match &mut self.access {
            Access::ByRow => Some(PageAt::Row(self.position)),
            Access::ByCursor(cursor) => Some(cursor.request()),
            Access::AttachedOnly => None,
        }
    }

    /// Accepts a page: checks where it starts, determines which rows were accepted before, and
    /// detects the end. When it fails, nothing accepted before changes.
    ///
    /// # Errors
    ///
    /// `Protocol` for a page out of order, `Truncated` and `InvalidInput` for a result that ends
    /// too early, `Unsupported` for a cursor that another reader moves.
    pub(super) fn place(&mut self, page: &Outline) -> Result<PageUse> {
        let position = self.position;
        let start = page.start.unwrap_or_else(|| match &self.access {
            Access::ByCursor(cursor) => cursor.start(page.rewound || page.attached),
            Access::ByRow if !page.attached => position,
            Access::ByRow | Access::AttachedOnly => 0,
        });
        if start > position {
            return match &mut self.access {
                Access::ByCursor(cursor) if !page.rewound && !page.attached => {
                    cursor.jumped().map(|()| PageUse::Unwanted)
                }
                _ => Err(out_of_order(&format!(
                    "a page starts at row {start}, not at row {position}"
                ))),
            };
        }
        let end = start.checked_add(page.rows).ok_or_else(|| out_of_order("its rows overflow"))?;
        if let Access::ByCursor(cursor) = &mut self.access {
            cursor.arrived(start, end, page.rewound || page.attached)?;
            // A first page starts at 0 even if all pages claim so.
            cursor.tells_starts |= page.start.is_some_and(|start| start > 0);
        }
        // The row was requested, so another request would return the same page.
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
            let message = format!("received rows {start} to {end} instead of row {position}");
            return Err(out_of_order(&message));
        }
        self.end_is_near &= page.rows == 0;
        if !more {
            // A single report is sufficient in the expected response, otherwise a second one is
            // needed.
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
            return Ok(PageUse::Unwanted);
        }
        self.position = end;
        self.started = true;
        if let Access::ByCursor(cursor) = &mut self.access {
            cursor.progressed();
        }
        Ok(PageUse::Rows { skip: position - start })
    }

    /// The error of a result that ended before the requested row.
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
