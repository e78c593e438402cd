//! Pages of a server that keeps one cursor per result.
//!
//! Reading starts with `FETCH_FIRST`, even if no other reader is known: a handle may have been read
//! elsewhere. After a lost response the position of the cursor is unknown, so only `FETCH_FIRST` is
//! retried. Where others may move the cursor, a page is used only when the next one confirms that
//! nobody did.
//!
//! Some engines reject `FETCH_FIRST`. There, a result that this client submitted, and whose handle
//! was not given away, is read once from start to end; a page that may be lost is an error.

use std::sync::{Mutex, MutexGuard, PoisonError};

use dbsql_protocol::types::{TFetchOrientation, TFetchResultsReq};

use super::unconfirmed::Position;
use super::{ThriftPages, signed};
use crate::backend::Until;
use crate::backend::pages::{Fetched, Page};
use crate::{Error, ErrorKind, Result, RetryAdvice};

impl ThriftPages {
    /// Fetches the first page, or the one at the cursor.
    pub(super) async fn at_cursor(
        &self,
        mut first: bool,
        limit: usize,
        until: Until,
    ) -> Result<Fetched> {
        loop {
            if first {
                let readers = &self.target.readers;
                lock(&self.unconfirmed).begin(readers.ask() && readers.is_own());
            } else if let Some(page) = lock(&self.unconfirmed).take() {
                return Ok(Fetched::Page(page));
            }
            // At least half of the limit, which pages rarely exceed.
            let held = lock(&self.unconfirmed).held_bytes().min(limit / 2);
            let limit = limit - held;
            let asked = lock(&self.page_size).request(self.wanted_bytes(limit));
            let page = match self.once_at_cursor(first, asked, limit, until).await? {
                Fetched::Page(page) => page,
                Fetched::TooLarge => {
                    lock(&self.page_size).was_too_large(asked);
                    if asked == 1 {
                        return Ok(Fetched::TooLarge);
                    }
                    // The cursor has moved past the page.
                    first = true;
                    continue;
                }
            };
            let settled = lock(&self.starts).settle(page, limit)?;
            first = match settled {
                Some(page) => lock(&self.unconfirmed).add(page)? == Position::Moved,
                None => false,
            };
        }
    }

    async fn once_at_cursor(
        &self,
        first: bool,
        asked: u64,
        limit: usize,
        until: Until,
    ) -> Result<Fetched> {
        let unread = self.target.readers.is_unread();
        let fetched = self.oriented(first, asked, limit, until).await;
        match fetched {
            Err(error) if !rejects_first(&error) => Err(error),
            // Nothing was fetched before, so the cursor is at the start.
            Err(_) if first && unread => {
                self.target.readers.was_read();
                lock(&self.starts).begin();
                let fetched = self.oriented(false, asked, limit, until).await;
                Ok(match fetched.map_err(|error| self.cannot_go_back(error))? {
                    Fetched::Page(page) => Fetched::Page(Page { rewound: true, ..page }),
                    Fetched::TooLarge => Fetched::TooLarge,
                })
            }
            Err(error) => Err(self.cannot_go_back(error)),
            Ok(fetched) => {
                self.target.readers.was_read();
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
        if attempt > 0 || !self.target.readers.is_own() {
            // The server may still be at work on an earlier attempt.
            lock(&self.unconfirmed).is_not_alone();
        }
        let body_bytes = body.len() as u64;
        let fetched = self.decode(body, rewinds(attempt), limit).await?;
        if let Fetched::Page(page) = &fetched {
            lock(&self.page_size).arrived(page.row_count()?, body_bytes);
        }
        Ok(fetched)
    }

    /// The error of a server that rejects `FETCH_FIRST`, when there is no alternative.
    fn cannot_go_back(&self, error: Error) -> Error {
        if !rejects_first(&error) {
            return error;
        }
        let begun = lock(&self.starts).begun();
        let refused = if begun {
            let message = "rows of the result may be lost, and the server cannot rewind to them";
            Error::new(ErrorKind::ResultGone, message)
        } else {
            let message = "the server cannot rewind to the first row of the result, which may have \
                           been read already";
            Error::new(ErrorKind::Unsupported, message)
                .with_retry(RetryAdvice::Never)
                .with_next_step(
                    "read the result once, in the client that submitted the statement, before its \
                     handle is requested",
                )
        };
        refused.with_source(error)
    }
}

fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns `true` if the server does not support `FETCH_FIRST`, by the message of Hive's server and
/// its relatives.
fn rejects_first(error: &Error) -> bool {
    let text = error.server_diagnostics().unwrap_or_default().to_ascii_lowercase();
    let named = text.contains("fetch_first");
    error.sql_state() == Some("HY106")
        || named && ["not supported", "unsupported"].iter().any(|mark| text.contains(mark))
}
