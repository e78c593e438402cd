//! Reading a result: pages of rows, in order, each row once.
//!
//! Two kinds of servers have to be read without skipping or doubling a row.
//!
//! * Databricks honours `startRowOffset`: each fetch names the row it wants, so any fetch may be
//!   repeated, by anybody, at any time.
//! * Apache Spark's and Hive's servers pass over it. They keep one cursor for each result, which
//!   every fetch moves. Their answer tells where a page starts, so a cursor that is not where it
//!   should be is seen; `FETCH_FIRST` takes it back to row 0 and the rows up to the wanted one are
//!   fetched again and dropped. Two readers would fight for the cursor, so there is one at a time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TFetchOrientation, TFetchResultsReq, TGetResultSetMetadataReq, TGetResultSetMetadataResp,
    TOperationHandle,
};
use dbsql_transport::BoxFuture;

use super::Thrift;
use super::fault::{self, About};
use super::operation::wire_handle;
use super::rpc::Call;
use super::submit::DirectRows;
use crate::backend::{ResultSource, Target, Until};
use crate::{Error, ErrorKind, Result, RetryAdvice};

mod cursors;
mod downloads;
mod format;
mod link;
mod page;

use self::cursors::CursorGuard;
pub(super) use self::cursors::Cursors;
use self::downloads::{Downloads, Source};
use self::format::{Format, window};
use self::link::Link;
use self::page::{Page, Rows};

/// How often a page that arrived garbled is asked for again.
const GARBLED_ATTEMPTS: u32 = 5;

/// The pause before a garbled page is asked for again the first time; it doubles.
const GARBLED_PAUSE: Duration = Duration::from_millis(100);

/// How often the cursor may be found elsewhere before somebody else must be reading, too.
const DISTURBED_ATTEMPTS: u32 = 3;

/// Rows of the first fetch from a server that knows no byte limit.
const FIRST_ROWS: u64 = 1_000;

/// Most rows asked for at once. Spark narrows the number to 32 bits, and what overflows looks
/// like an empty page, that is like the end.
const MOST_ROWS: u64 = 1_000_000;

/// An open result, read page by page.
#[derive(Debug)]
pub(crate) struct ThriftResult {
    source: Source,
    /// What came with the answer to the submit and was not read yet.
    direct: Option<Arc<DirectRows>>,
    /// The next row to ask for: all before it were handed out, are ready or are on their way.
    position: u64,
    /// Rows were taken in, so the result is at least this long.
    started: bool,
    /// No page follows.
    ended: bool,
    reading: Reading,
    /// Batches of the page, in order.
    ready: VecDeque<RecordBatch>,
    /// Files of the page, in order.
    downloads: Downloads,
}

/// How this server is read.
#[derive(Debug)]
enum Reading {
    /// Each fetch names its row.
    ByOffset,
    /// One cursor, moved by each fetch.
    ByCursor { known: bool, disturbed: u32, rows: u64, _only_reader: CursorGuard },
    /// All that there is came with the answer to the submit.
    Nothing,
}

pub(super) async fn open(
    thrift: &Thrift,
    target: &Target,
    direct: Option<Arc<DirectRows>>,
    row: u64,
    until: Until,
) -> Result<ThriftResult> {
    let operation = wire_handle(&target.handle)?;
    let closed = direct.as_ref().is_some_and(|direct| direct.closed);
    let metadata = match direct.as_ref().and_then(|direct| direct.metadata.as_ref()) {
        Some(metadata) => metadata.clone(),
        // Nothing left to ask: a statement without rows, whose operation is closed.
        None if closed => TGetResultSetMetadataResp::default(),
        None => fetch_metadata(thrift, target, &operation, until).await?,
    };
    let error = |kind, message| Error::new(kind, message);
    if direct.as_ref().is_some_and(|direct| direct.lacks_rows()) {
        return Err(error(
            ErrorKind::ResultGone,
            "the server closed the operation without sending its rows",
        ));
    }
    if metadata.is_staging_operation == Some(true) {
        return Err(error(
            ErrorKind::Unsupported,
            "the result is a volume operation, which this version cannot carry out",
        ));
    }
    let format = Format::new(&metadata)?;
    // Only servers with Databricks' extensions tell the format of the result.
    let reading = if closed {
        Reading::Nothing
    } else if metadata.result_format.is_some() {
        Reading::ByOffset
    } else {
        let only_reader = thrift.cursors.take(target.query_id()).ok_or_else(|| {
            error(
                ErrorKind::Unsupported,
                "this server keeps one cursor for each result, and another reader holds it",
            )
            .with_next_step("drain or drop the other reader first, or share its batches")
        })?;
        Reading::ByCursor {
            known: false,
            disturbed: 0,
            rows: FIRST_ROWS,
            _only_reader: only_reader,
        }
    };
    let source = Source {
        thrift: thrift.clone(),
        target: target.clone(),
        operation,
        format: Arc::new(format),
        refreshable: matches!(reading, Reading::ByOffset),
    };
    Ok(ThriftResult {
        source,
        direct: direct.filter(|direct| direct.rows.is_some()),
        position: row,
        started: false,
        ended: false,
        reading,
        ready: VecDeque::new(),
        downloads: Downloads::default(),
    })
}

async fn fetch_metadata(
    thrift: &Thrift,
    target: &Target,
    operation: &TOperationHandle,
    until: Until,
) -> Result<TGetResultSetMetadataResp> {
    let request = TGetResultSetMetadataReq { operation_handle: operation.clone() };
    let call = Call::about_result(target, until);
    let response = thrift.call::<rpc::GetResultSetMetadata>(call, &request).await?;
    fault::check(&response.status, About::Result)?;
    Ok(response)
}

impl ResultSource for ThriftResult {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.source.format.schema)
    }

    fn next(&mut self, until: Until) -> BoxFuture<'_, Result<Option<RecordBatch>>> {
        Box::pin(async move {
            let mut empty_pages = 0;
            loop {
                if let Some(batch) = self.ready.pop_front() {
                    return Ok(Some(batch));
                }
                if !self.downloads.is_empty() {
                    self.ready = self.downloads.next(&self.source, until).await?.into();
                    continue;
                }
                if self.ended {
                    return Ok(None);
                }
                let page = match &self.direct {
                    Some(direct) => self.source.direct_page(Arc::clone(direct)).await,
                    None if matches!(self.reading, Reading::Nothing) => Ok(Page::end_at(0)),
                    None => Ok(self.fetch(until).await?),
                };
                let was_empty = page.as_ref().is_ok_and(|page| page.row_count() == 0);
                match page.and_then(|page| self.accept(page)) {
                    Err(error) if self.can_be_fetched_again() => {
                        tracing::debug!(%error, "rows that came with the submit's answer are no good");
                        self.direct = None;
                        continue;
                    }
                    // The statement ran, and these were its only rows.
                    Err(error) if self.direct.is_some() => {
                        return Err(error.with_retry(RetryAdvice::Unsafe).with_next_step(
                            "the server has closed the operation: these rows cannot be fetched again",
                        ));
                    }
                    other => other?,
                }
                self.direct = None;
                if was_empty && !self.ended {
                    // A page may be empty although more follows; ask again, but do not spin.
                    empty_pages = (empty_pages + 1).min(20);
                    let pause = Duration::from_millis(50) * empty_pages;
                    self.source.pause(pause, until, "the server had no rows ready").await?;
                }
            }
        })
    }
}

impl ThriftResult {
    /// What is read now came with the answer to the submit, and the server still has it.
    fn can_be_fetched_again(&self) -> bool {
        self.direct.is_some() && !matches!(self.reading, Reading::Nothing)
    }

    /// Takes a page in: checks where it starts, drops what was taken before, notices the end.
    fn accept(&mut self, page: Page) -> Result<()> {
        let (start, rows) = (page.start, page.row_count());
        if start > self.position {
            return self.misplaced(&page);
        }
        let end = start.checked_add(rows).ok_or_else(|| self.protocol("its rows overflow"))?;
        if let Reading::ByCursor { known, .. } = &mut self.reading {
            *known = true;
        }
        let more = match &self.reading {
            Reading::ByOffset => page.more.unwrap_or(rows > 0),
            // Such a server always says that there is no more; an empty page is the end.
            Reading::ByCursor { .. } => rows > 0,
            Reading::Nothing if page.more == Some(true) => {
                let message = "the server closed the operation before it sent all of its rows";
                return Err(Error::new(ErrorKind::Truncated, message));
            }
            Reading::Nothing => false,
        };
        if !more {
            if end < self.position {
                return Err(self.too_short(end));
            }
            self.ended = true;
        }
        if end <= self.position {
            // The wanted row was asked for, so asking again would bring the same page again.
            let asked_for = matches!(self.reading, Reading::ByOffset) && self.direct.is_none();
            if more && rows > 0 && asked_for {
                return Err(self.protocol(&format!(
                    "rows {start} to {end} came when row {} was asked for",
                    self.position
                )));
            }
            return Ok(());
        }
        match page.rows {
            Rows::Here(batches) => {
                self.ready = window(batches, self.position - start, rows).into();
            }
            Rows::Linked(links) => {
                let wanted = links.into_iter().filter(|link| link.end() > self.position);
                let wanted = wanted
                    .map(|link| Link { skip: self.position.saturating_sub(link.start), ..link });
                self.downloads.add(wanted);
            }
        }
        self.position = end;
        self.started = true;
        if let Reading::ByCursor { disturbed, .. } = &mut self.reading {
            *disturbed = 0;
        }
        Ok(())
    }

    /// A page that starts behind the wanted row: the rows between are missing from it.
    fn misplaced(&mut self, page: &Page) -> Result<()> {
        let message = format!("a page starts at row {}, not at row {}", page.start, self.position);
        match &mut self.reading {
            Reading::ByCursor { known, disturbed, .. } if !page.rewound => {
                *known = false;
                *disturbed += 1;
                if *disturbed <= DISTURBED_ATTEMPTS {
                    return Ok(());
                }
                let error = Error::new(
                    ErrorKind::Unsupported,
                    "somebody else is reading this result, and the server keeps one cursor for all",
                );
                Err(error.with_next_step("read it from one place at a time"))
            }
            _ => Err(self.protocol(&message)),
        }
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

    async fn fetch(&mut self, until: Until) -> Result<Page> {
        let mut garbled = 0;
        loop {
            let result = self.fetch_once(until).await;
            match result {
                Err(error)
                    if error.kind() == ErrorKind::Decode && garbled + 1 < GARBLED_ATTEMPTS =>
                {
                    tracing::debug!(%error, garbled, "a page could not be decoded");
                    let pause = GARBLED_PAUSE * 2_u32.pow(garbled);
                    self.source.pause(pause, until, "the pages that came were damaged").await?;
                    garbled += 1;
                }
                other => return other,
            }
        }
    }

    async fn fetch_once(&mut self, until: Until) -> Result<Page> {
        let (rewind_at_once, max_rows) = match &mut self.reading {
            Reading::ByCursor { known, rows, .. } => {
                // Until the answer is here, nobody knows where the cursor is.
                (!std::mem::replace(known, false), *rows)
            }
            _ => (false, MOST_ROWS),
        };
        let by_offset = matches!(self.reading, Reading::ByOffset);
        let rewinds = |attempt: u32| !by_offset && (rewind_at_once || attempt > 0);
        let request = |attempt: u32| TFetchResultsReq {
            operation_handle: self.source.operation.clone(),
            orientation: if rewinds(attempt) {
                TFetchOrientation::FETCH_FIRST
            } else {
                TFetchOrientation::FETCH_NEXT
            },
            max_rows: signed(max_rows),
            max_bytes: by_offset.then(|| signed(self.source.thrift.fetch_bytes)),
            start_row_offset: by_offset.then(|| signed(self.position)),
            ..TFetchResultsReq::default()
        };
        let call = Call::about_result(&self.source.target, until);
        let (attempt, body) =
            self.source.thrift.call_raw::<rpc::FetchResults>(call, request).await?;
        let rewound = rewinds(attempt);
        let body_bytes = body.len() as u64;
        let format = Arc::clone(&self.source.format);
        let page = self.source.offload(move || Page::decode(body, &format, rewound)).await?;
        if let Reading::ByCursor { rows, .. } = &mut self.reading {
            *rows = next_rows(*rows, page.row_count(), body_bytes, self.source.thrift.fetch_bytes);
        }
        Ok(page)
    }

    fn protocol(&self, message: &str) -> Error {
        Error::new(ErrorKind::Protocol, format!("the result is out of order: {message}"))
    }
}

impl Source {
    async fn direct_page(&self, direct: Arc<DirectRows>) -> Result<Page> {
        let format = Arc::clone(&self.format);
        let decode = move || match &direct.rows {
            Some(response) => Page::from_response(response, &format, true),
            None => Ok(Page::end_at(0)),
        };
        self.offload(decode).await
    }

    /// Decodes off the async threads and behind the panic boundary.
    async fn offload<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let done = self.thrift.exchange.runtime.offload(work).await;
        let decoded = done.unwrap_or_else(|error| {
            Err(Error::new(ErrorKind::Decode, "decoding the rows broke off").with_source(error))
        });
        decoded
    }

    async fn pause(&self, pause: Duration, until: Until, why: &str) -> Result<()> {
        let runtime = &self.thrift.exchange.runtime;
        runtime.timeout_at(until, runtime.sleep(pause)).await.map_err(|error| {
            let message = format!("the deadline passed while {why}");
            Error::new(ErrorKind::Deadline, message).with_source(error)
        })
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// How many rows to ask for next, so that a page has about the wanted size: judged by the page
/// just read, and never ten times more at once.
fn next_rows(asked: u64, got: u64, body_bytes: u64, wanted_bytes: u64) -> u64 {
    if got == 0 {
        return asked;
    }
    let row_bytes = (body_bytes / got).max(1);
    (wanted_bytes / row_bytes).clamp(1, asked.saturating_mul(10)).min(MOST_ROWS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_size_follows_the_rows() {
        // Small rows: grows tenfold at most, up to the cap.
        assert_eq!(next_rows(1_000, 1_000, 8_000, 16 << 20), 10_000);
        assert_eq!(next_rows(500_000, 500_000, 500_000, 16 << 20), MOST_ROWS);
        // Rows of a megabyte: shrinks at once.
        assert_eq!(next_rows(1_000, 1_000, 1 << 30, 16 << 20), 15);
        assert_eq!(next_rows(10, 1, 1 << 30, 16 << 20), 1);
        assert_eq!(next_rows(10, 0, 100, 16 << 20), 10);
    }
}
