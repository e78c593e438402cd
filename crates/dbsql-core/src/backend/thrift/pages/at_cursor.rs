//! Pages from a server that keeps one cursor for each result.
//!
//! Reading begins with `FETCH_FIRST`, also where no other reader is known: a handle may have been read
//! from elsewhere. After a lost response the position of the cursor is unknown, so nothing but
//! `FETCH_FIRST` is sent again. Some engines reject it. There, a result that this client submitted, and
//! whose handle it gave to nobody, is read once from the start to the end; a page that may be lost is
//! an error.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use dbsql_protocol::types::{TFetchOrientation, TFetchResultsReq};

use super::{MAX_ROWS, ThriftPages, signed};
use crate::backend::Until;
use crate::backend::pages::{Fetched, Page};
use crate::{Error, ErrorKind, Result, RetryAdvice};

/// A page that is too large is asked for again with so many times fewer rows.
const SHRINK: u64 = 8;

impl ThriftPages {
    /// Fetches the first page, or the one at the cursor.
    pub(super) async fn at_cursor(
        &self,
        mut first: bool,
        limit: usize,
        until: Until,
    ) -> Result<Fetched> {
        loop {
            let asked = self.page_rows.load(Ordering::Relaxed);
            let page = match self.once_at_cursor(first, asked, limit, until).await? {
                Fetched::Page(page) => page,
                Fetched::TooLarge => {
                    self.page_rows.store((asked / SHRINK).max(1), Ordering::Relaxed);
                    if asked == 1 {
                        return Ok(Fetched::TooLarge);
                    }
                    // The cursor has passed the page.
                    first = true;
                    continue;
                }
            };
            let settled = {
                let mut starts = self.starts.lock().unwrap_or_else(PoisonError::into_inner);
                starts.settle(page, limit)?
            };
            if let Some(page) = settled {
                return Ok(Fetched::Page(page));
            }
            first = false;
        }
    }

    async fn once_at_cursor(
        &self,
        first: bool,
        asked: u64,
        limit: usize,
        until: Until,
    ) -> Result<Fetched> {
        let unread = self.target.unread.is_unread();
        let fetched = self.oriented(first, asked, limit, until).await;
        match fetched {
            Err(error) if !rejects_first(&error) => Err(error),
            // Nothing was fetched before, so the cursor is at the start.
            Err(_) if first && unread => {
                self.target.unread.was_read();
                self.starts.lock().unwrap_or_else(PoisonError::into_inner).begin();
                let fetched = self.oriented(false, asked, limit, until).await;
                Ok(match fetched.map_err(|error| self.cannot_go_back(error))? {
                    Fetched::Page(page) => Fetched::Page(Page { rewound: true, ..page }),
                    Fetched::TooLarge => Fetched::TooLarge,
                })
            }
            Err(error) => Err(self.cannot_go_back(error)),
            Ok(fetched) => {
                self.target.unread.was_read();
                Ok(fetched)
            }
        }
    }

    async fn oriented(
        &self,
        first: bool,
        asked: u64,
        limit: usize,
        until: Until,
    ) -> Result<Fetched> {
        // Once a request was sent, the position of the cursor is unknown until its response.
        let rewinds = |attempt: u32| first || attempt > 0;
        let request = |attempt: u32| TFetchResultsReq {
            operation_handle: self.operation.clone(),
            orientation: if rewinds(attempt) {
                TFetchOrientation::FETCH_FIRST
            } else {
                TFetchOrientation::FETCH_NEXT
            },
            max_rows: signed(asked),
            ..TFetchResultsReq::default()
        };
        let Some((attempt, body)) = self.request(limit, until, request).await? else {
            return Ok(Fetched::TooLarge);
        };
        let body_bytes = body.len() as u64;
        let fetched = self.decode(body, rewinds(attempt), limit).await?;
        if let Fetched::Page(page) = &fetched {
            let next = next_rows(asked, page.row_count()?, body_bytes, self.wanted_bytes(limit));
            self.page_rows.store(next, Ordering::Relaxed);
        }
        Ok(fetched)
    }

    /// The error of a server that rejects `FETCH_FIRST`, where nothing else can be asked for.
    fn cannot_go_back(&self, error: Error) -> Error {
        if !rejects_first(&error) {
            return error;
        }
        let begun = self.starts.lock().unwrap_or_else(PoisonError::into_inner).begun();
        let refused = if begun {
            let message = "rows of the result may be lost, and the server cannot go back to them";
            Error::new(ErrorKind::ResultGone, message)
        } else {
            let message = "the server cannot go back to the first row of the result, which may have \
                           been read from before";
            Error::new(ErrorKind::Unsupported, message)
                .with_retry(RetryAdvice::Never)
                .with_next_step("read the result once, in the client that submitted the statement")
        };
        refused.with_source(error)
    }
}

/// Returns whether the server does not know `FETCH_FIRST`, in the words of Hive's and its relatives.
fn rejects_first(error: &Error) -> bool {
    let text = error.server_diagnostics().unwrap_or_default().to_ascii_lowercase();
    let named = text.contains("fetch_first");
    error.sql_state() == Some("HY106")
        || named && ["not supported", "unsupported"].iter().any(|mark| text.contains(mark))
}

/// Returns how many rows to request next, so that a page has about the wanted size: estimated from the
/// last page, and at most ten times as many.
fn next_rows(asked: u64, got: u64, body_bytes: u64, wanted_bytes: u64) -> u64 {
    if got == 0 {
        return asked;
    }
    let row_bytes = (body_bytes / got).max(1);
    (wanted_bytes / row_bytes).clamp(1, asked.saturating_mul(10)).min(MAX_ROWS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_size_follows_the_size_of_rows() {
        // Small rows: grows tenfold at most, up to the cap.
        assert_eq!(next_rows(1_000, 1_000, 8_000, 16 << 20), 10_000);
        assert_eq!(next_rows(500_000, 500_000, 500_000, 16 << 20), MAX_ROWS);
        // Rows of a megabyte: shrinks at once.
        assert_eq!(next_rows(1_000, 1_000, 1 << 30, 16 << 20), 15);
        assert_eq!(next_rows(10, 1, 1 << 30, 16 << 20), 1);
        assert_eq!(next_rows(10, 0, 100, 16 << 20), 10);
    }
}
