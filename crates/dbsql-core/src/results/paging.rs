//! Finds the pages of a result, ahead of the reader.

use std::sync::Arc;
use std::time::Duration;

use super::crew::{Broken, Crew, DAMAGED_ATTEMPTS, DAMAGED_PAUSE};
use super::page_order::Outline;
use super::pipeline::{Inline, PageRequest, Run, Source};
use crate::backend::link::Link;
use crate::backend::pages::{Fetched, Page, Piece};
use crate::{Error, ErrorKind, Result, RetryAdvice};

/// The step by which the pauses between fetches of empty pages grow, and the number of steps.
const EMPTY_PAUSE: Duration = Duration::from_millis(50);
const EMPTY_PAUSE_STEPS: u32 = 20;

impl Crew {
    /// Fetches the next page with rows, and retries if it is damaged.
    pub(super) async fn find_page(&self, run: &Run) -> Result<(), Broken> {
        let mut empty_pages = 0;
        loop {
            let request = self.pipeline.page_request(run, self.fetcher.page_bytes)?;
            let page = match request {
                None => Page::end(),
                Some(PageRequest { at, limit, ahead }) => {
                    match self.fetcher.pages.fetch(at, limit, None).await {
                        // Requested again when all the memory is available for it.
                        Ok(Fetched::TooLarge) if ahead => {
                            self.pipeline.no_page_ahead(run);
                            return Ok(());
                        }
                        Ok(fetched) => fetched.within(limit)?,
                        Err(error) if is_damaged(&error) => {
                            let times = self.pipeline.page_was_damaged(run)?;
                            if times >= DAMAGED_ATTEMPTS {
                                return Err(error.into());
                            }
                            tracing::debug!(%error, times, "failed to decode a page");
                            self.fetcher.runtime.sleep(DAMAGED_PAUSE * (1 << (times - 1))).await;
                            continue;
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
            };
            let parts = Parts::of(page, request.is_none())?;
            let outline = parts.outline;
            let empty =
                self.pipeline.add_page(run, &outline, |skip, row| parts.sources(skip, row))??;
            if !empty {
                return Ok(());
            }
            // A page may be empty although more follow; retry, but do not spin.
            empty_pages = (empty_pages + 1).min(EMPTY_PAUSE_STEPS);
            self.fetcher.runtime.sleep(EMPTY_PAUSE * empty_pages).await;
            if !self.pipeline.paging_goes_on(run) {
                return Ok(());
            }
        }
    }
}

/// Returns `true` if fetching again may help.
pub(super) fn is_damaged(error: &Error) -> bool {
    error.kind() == ErrorKind::Decode && error.retry() != RetryAdvice::Never
}

/// A page divided into its parts.
pub(super) struct Parts {
    pub(super) outline: Outline,
    links: Vec<Link>,
    inline: Vec<Piece>,
    bytes: usize,
}

impl Parts {
    /// # Errors
    ///
    /// `Protocol` for a page with both links and inline rows.
    pub(super) fn of(page: Page, attached: bool) -> Result<Self> {
        let rows = page.row_count()?;
        let (mut links, mut inline) = (Vec::new(), Vec::new());
        let mut linked: u64 = 0;
        for piece in page.pieces {
            match piece {
                Piece::Link(link) => {
                    linked = linked.saturating_add(link.rows);
                    links.push(link);
                }
                piece => inline.push(piece),
            }
        }
        if linked > 0 && rows > linked {
            let message = "a page has both inline rows and links";
            return Err(Error::new(ErrorKind::Protocol, message));
        }
        let outline =
            Outline { start: page.start, rows, more: page.more, rewound: page.rewound, attached };
        Ok(Self { outline, links, inline, bytes: page.bytes })
    }

    /// Returns the pieces after the first `skip` rows.
    ///
    /// The first requested row has the number `row`.
    pub(super) fn sources(self, skip: u64, row: u64) -> Vec<Source> {
        if !self.links.is_empty() {
            let bytes = self.bytes / self.links.len();
            return wanted(self.links, skip)
                .map(|link| Source::File(Box::new(link), bytes))
                .collect();
        }
        if self.inline.is_empty() {
            return Vec::new();
        }
        let (pieces, bytes) = (Arc::new(self.inline), self.bytes);
        let start = row.saturating_sub(skip);
        vec![Source::Inline(Inline { pieces, start, skip, bytes })]
    }
}

/// Returns the links after the first `skip` rows.
fn wanted(links: Vec<Link>, skip: u64) -> impl Iterator<Item = Link> {
    let mut skip = skip;
    links.into_iter().filter_map(move |link| {
        let here = skip.min(link.rows);
        skip -= here;
        (here < link.rows).then_some(Link { skip: here, ..link })
    })
}
