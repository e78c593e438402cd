//! The discovery of pages: when one is fetched, and where it is placed.

use super::ahead::LOOK_AHEAD;
use super::piece::{Piece, Source};
use super::{Failure, Paging, Pipeline, Run, State, Stopped};
use crate::backend::pages::PageAt;
use crate::results::crew::DAMAGED_ATTEMPTS;
use crate::results::page_order::{Outline, PageUse};
use crate::{Error, Result};

/// The number of known files that were not started at which no more links are requested.
const LINKS_AHEAD: usize = 32;

/// The number of inline pages that may wait after the first.
const PAGES_AHEAD: usize = 1;

/// A page to request.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct PageRequest {
    pub(in super::super) at: PageAt,
    /// The maximum size of the page.
    pub(in super::super) limit: usize,
    /// Whether it is requested ahead of the reader, with less than the whole budget.
    pub(in super::super) ahead: bool,
}

impl Pipeline {
    /// Returns the page to fetch next; `None` if none can be.
    ///
    /// # Errors
    ///
    /// [`Stopped`].
    pub(in super::super) fn page_request(
        &self,
        run: &Run,
        usual_bytes: usize,
    ) -> Result<Option<PageRequest>, Stopped> {
        let mut state = self.lock();
        state.paging_run(run)?;
        let ahead = !state.pieces.is_empty();
        let left = self.limit.saturating_sub(state.held);
        let limit = if ahead { usual_bytes.min(left) } else { self.limit };
        state.page_bytes = if ahead { limit } else { 0 };
        let at = state.order.request();
        Ok(at.map(|at| PageRequest { at, limit, ahead }))
    }

    /// Adds a page; returns `true` if it has no rows and more may follow.
    ///
    /// # Errors
    ///
    /// [`Stopped`]; the inner result is that of the order of pages.
    pub(in super::super) fn add_page(
        &self,
        run: &Run,
        outline: &Outline,
        pieces: impl FnOnce(u64, u64) -> Vec<Source>,
    ) -> Result<Result<bool>, Stopped> {
        let mut state = self.lock();
        state.paging_run(run)?;
        state.page_bytes = 0;
        let added = state.place(outline, pieces);
        drop(state);
        self.readable.notify_one();
        Ok(added)
    }

    /// Adds the page that came with the response to the submit, before any task runs.
    pub(in super::super) fn add_attached(
        &self,
        outline: &Outline,
        pieces: impl FnOnce(u64, u64) -> Vec<Source>,
    ) -> Result<bool> {
        self.lock().place(outline, pieces)
    }

    /// Records a damaged page. Returns the number of consecutive ones, until requested rows arrive:
    /// at a cursor, valid earlier pages come in between.
    pub(in super::super) fn page_was_damaged(&self, run: &Run) -> Result<u32, Stopped> {
        let mut state = self.lock();
        state.paging_run(run)?;
        state.damaged_pages += 1;
        let times = state.damaged_pages;
        if times >= DAMAGED_ATTEMPTS {
            state.damaged_pages = 0;
        }
        Ok(times)
    }

    /// Records that the next page does not fit with what is held: it is fetched when it is needed.
    pub(in super::super) fn no_page_ahead(&self, run: &Run) {
        let mut state = self.lock();
        if state.paging_run(run).is_ok() {
            state.page_is_large = true;
        }
    }

    /// Returns `true` if a paused search for pages must continue, which is while the reader waits.
    pub(in super::super) fn paging_goes_on(&self, run: &Run) -> bool {
        let mut state = self.lock();
        if state.paging_run(run).is_err() {
            return false;
        }
        state.page_is_empty = !state.reader_waits;
        state.reader_waits
    }

    /// Records that the search for pages ended for now.
    pub(in super::super) fn paging_ended(&self, run: &Run, failed: Option<Error>) {
        let mut state = self.lock();
        if state.paging_run(run).is_err() {
            return;
        }
        state.page_bytes = 0;
        let call = state.call;
        state.paging = match failed {
            None => Paging::Idle,
            error => Paging::Failed(Failure { error, call }),
        };
        drop(state);
        self.readable.notify_one();
        self.room.notify_waiters();
    }
}

impl State {
    pub(super) fn paging_run(&self, run: &Run) -> Result<(), Stopped> {
        match &self.paging {
            Paging::Running(running) if running.run == run.run => Ok(()),
            _ => Err(Stopped),
        }
    }

    pub(super) fn wants_page(&self) -> bool {
        if !matches!(self.paging, Paging::Idle) || self.order.ended() {
            return false;
        }
        if !self.order.can_fetch() {
            return self.pieces.is_empty();
        }
        if self.page_is_large && !self.pieces.is_empty() {
            return false;
        }
        if self.page_is_empty && !self.reader_waits {
            return false;
        }
        let begun = self.pieces.iter().take(LOOK_AHEAD).filter(|piece| !piece.is_queued()).count();
        let queued = self.pieces.len() - begun;
        match self.pieces.front() {
            None => true,
            Some(_) if self.linked => queued < LINKS_AHEAD,
            // Not before the caller reads the page before it.
            Some(_) => self.pieces.len() <= PAGES_AHEAD && self.order.may_read_ahead(),
        }
    }

    pub(super) fn place(
        &mut self,
        outline: &Outline,
        pieces: impl FnOnce(u64, u64) -> Vec<Source>,
    ) -> Result<bool> {
        self.page_is_large = false;
        self.page_is_empty = false;
        let row = self.order.position();
        let page_use = self.order.place(outline)?;
        let skip = match page_use {
            PageUse::Rows { skip } => {
                self.damaged_pages = 0;
                skip
            }
            // Nothing of it is needed, but a page that claims to be empty is verified.
            PageUse::Unwanted if outline.rows == 0 => 0,
            PageUse::Unwanted => return Ok(false),
        };
        for source in pieces(skip, row) {
            self.linked = matches!(source, Source::File(..));
            self.held += source.bytes();
            self.pieces.push_back(Piece::new(self.next_id, source));
            self.next_id += 1;
        }
        Ok(outline.rows == 0 && !self.order.ended())
    }
}
