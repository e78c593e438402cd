//! The pages of one result: `GetResultSetMetadata`, and `FetchResults` as pages.
//!
//! There are two kinds of servers.
//!
//! * Databricks honors `startRowOffset`: each fetch names its first row.
//! * Apache Spark's and Hive's servers ignore it. They keep one cursor for each result, which every
//!   fetch moves; `FETCH_FIRST` returns it to row 0.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use dbsql_protocol::message::{ReplyError, decode_reply};
use dbsql_protocol::rpc;
use dbsql_protocol::rpc::Rpc;
use dbsql_protocol::types::{
    TFetchOrientation, TFetchResultsReq, TFetchResultsResp, TGetResultSetMetadataReq,
    TGetResultSetMetadataResp, TOperationHandle, TRowSet, TSparkArrowBatch,
};
use dbsql_transport::BoxFuture;

use super::fault::{self, About};
use super::operation::wire_handle;
use super::rpc::{Call, raised, unreadable};
use super::submit::DirectRows;
use super::{Thrift, links};
use crate::backend::pages::{Page, PageAccess, PageAt, Pages, Piece};
use crate::backend::{Target, Until};
use crate::{Error, ErrorKind, Result, RetryAdvice};
use dbsql_arrow::Layout;

/// Rows of the first fetch from a server that knows no byte limit.
const FIRST_ROWS: u64 = 1_000;

/// The most rows requested at once. Spark narrows the number to 32 bits, and an overflow looks like an
/// empty page, that is like the end.
const MAX_ROWS: u64 = 1_000_000;

/// Bodies up to this size are decoded where they arrive, which is faster than moving them to another
/// thread.
const DECODE_IN_PLACE: usize = 64 << 10;

/// The pages of one result.
#[derive(Debug)]
pub(super) struct ThriftPages {
    thrift: Thrift,
    target: Target,
    operation: TOperationHandle,
    layout: Layout,
    access: PageAccess,
    /// The rows that came with the response to the submit.
    direct: Option<Arc<DirectRows>>,
    /// How many rows to request next, where the server has no byte limit.
    page_rows: AtomicU64,
}

/// Opens the result of an operation.
pub(super) async fn open(
    thrift: &Thrift,
    target: &Target,
    direct: Option<Arc<DirectRows>>,
    until: Until,
) -> Result<ThriftPages> {
    let operation = wire_handle(&target.handle)?;
    let closed = direct.as_ref().is_some_and(|direct| direct.closed);
    let metadata = match direct.as_ref().and_then(|direct| direct.metadata.as_ref()) {
        Some(metadata) => metadata.clone(),
        // Nothing left to request: a statement without rows, whose operation is closed.
        None if closed => TGetResultSetMetadataResp::default(),
        None => metadata(thrift, target, &operation, until).await?,
    };
    if direct.as_ref().is_some_and(|direct| direct.lacks_rows()) {
        return Err(Error::new(
            ErrorKind::ResultGone,
            "the server closed the operation without sending its rows",
        ));
    }
    if metadata.is_staging_operation == Some(true) {
        return Err(Error::new(
            ErrorKind::Unsupported,
            "the result is a volume operation, which is not supported yet",
        ));
    }
    let layout = Layout::new(
        metadata.arrow_schema.clone(),
        metadata.schema.as_ref(),
        metadata.lz4_compressed.unwrap_or(false),
    )?;
    let access = if closed {
        PageAccess::AttachedOnly
    } else if metadata.result_format.is_some() {
        // Only servers with Databricks' extensions report the format of the result.
        PageAccess::ByRow
    } else {
        PageAccess::ByCursor
    };
    Ok(ThriftPages {
        thrift: thrift.clone(),
        target: target.clone(),
        operation,
        layout,
        access,
        direct,
        page_rows: AtomicU64::new(FIRST_ROWS),
    })
}

async fn metadata(
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

impl Pages for ThriftPages {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn access(&self) -> PageAccess {
        self.access
    }

    fn has_attached(&self) -> bool {
        self.direct.as_ref().is_some_and(|direct| direct.rows.is_some())
    }

    fn attached(&self) -> Result<Option<Page>> {
        let rows = self.direct.as_ref().and_then(|direct| direct.rows.as_ref());
        rows.map(|response| page(response, true)).transpose()
    }

    fn fetch(&self, at: PageAt, until: Until) -> BoxFuture<'_, Result<Page>> {
        Box::pin(async move {
            match at {
                PageAt::Row(row) => self.at_row(row, MAX_ROWS, until).await,
                PageAt::First => self.at_cursor(true, until).await,
                PageAt::Next => self.at_cursor(false, until).await,
            }
        })
    }

    fn fresh_links(&self, rows: Range<u64>, until: Until) -> BoxFuture<'_, Result<Page>> {
        // Fetching the rows by their number returns a new link.
        Box::pin(self.at_row(rows.start, rows.end.saturating_sub(rows.start), until))
    }

    fn truncated(&self) -> Option<bool> {
        None
    }
}

impl ThriftPages {
    async fn at_row(&self, row: u64, max_rows: u64, until: Until) -> Result<Page> {
        let request = |_| TFetchResultsReq {
            operation_handle: self.operation.clone(),
            orientation: TFetchOrientation::FETCH_NEXT,
            max_rows: signed(max_rows),
            max_bytes: Some(signed(self.thrift.fetch_bytes)),
            start_row_offset: Some(signed(row)),
            ..TFetchResultsReq::default()
        };
        let (_, body) =
            self.thrift.call_raw::<rpc::FetchResults>(self.call(until), request).await?;
        self.decode(body, false).await
    }

    async fn at_cursor(&self, first: bool, until: Until) -> Result<Page> {
        let asked = self.page_rows.load(Ordering::Relaxed);
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
        let (attempt, body) =
            self.thrift.call_raw::<rpc::FetchResults>(self.call(until), request).await?;
        let body_bytes = body.len() as u64;
        let page = self.decode(body, rewinds(attempt)).await?;
        let next = next_rows(asked, page.row_count()?, body_bytes, self.thrift.fetch_bytes);
        self.page_rows.store(next, Ordering::Relaxed);
        Ok(page)
    }

    fn call(&self, until: Until) -> Call {
        Call::about_result(&self.target, until)
    }

    async fn decode(&self, body: Bytes, rewound: bool) -> Result<Page> {
        let in_place = body.len() <= DECODE_IN_PLACE;
        let decode = move || response(body).and_then(|response| page(&response, rewound));
        if in_place {
            return decode();
        }
        let decoded = self.thrift.exchange.runtime.offload(decode).await;
        decoded.unwrap_or_else(|error| {
            Err(Error::new(ErrorKind::Decode, "decoding a page failed").with_source(error))
        })
    }
}

fn response(body: Bytes) -> Result<TFetchResultsResp> {
    let name = rpc::FetchResults::NAME;
    decode_reply::<rpc::FetchResults>(body).map_err(|error| match error {
        ReplyError::Exception(exception) => raised(name, &exception),
        ReplyError::Decode(error) => {
            Error::new(ErrorKind::Decode, format!("invalid response to {name}")).with_source(error)
        }
        other => unreadable(name, other),
    })
}

fn page(response: &TFetchResultsResp, rewound: bool) -> Result<Page> {
    fault::check(&response.status, About::Result)?;
    let set = response.results.as_ref().ok_or_else(|| {
        Error::new(ErrorKind::Protocol, "the response to FetchResults has no row set")
    })?;
    let start = u64::try_from(set.start_row_offset)
        .map_err(|_| Error::new(ErrorKind::Protocol, "a row set starts before the first row"))?;
    let (start, pieces) = pieces(set, start)?;
    Ok(Page { start: Some(start), pieces, more: response.has_more_rows, rewound })
}

/// Reads the rows of a set in the form that it has: a server may change it from one page to the next.
fn pieces(set: &TRowSet, start: u64) -> Result<(u64, Vec<Piece>)> {
    reject_other_forms(set)?;
    let links = links::in_order(set.result_links.as_deref().unwrap_or_default())?;
    // The links' own offsets are what counts; a set of links may leave its start at zero.
    let start = links.first().map_or(start, |link| link.start);
    let mut pieces: Vec<Piece> = links.into_iter().map(Piece::Link).collect();
    for batch in set.arrow_batches.as_deref().unwrap_or_default() {
        pieces.push(arrow(batch)?);
    }
    let columns = set.columns.as_deref().unwrap_or_default();
    // A statement without rows has columns in its schema, but none in its row set.
    if dbsql_arrow::row_count(columns)? > 0 {
        pieces.push(Piece::Columns(columns.to_vec()));
    }
    Ok((start, pieces))
}

fn arrow(batch: &TSparkArrowBatch) -> Result<Piece> {
    let rows = u64::try_from(batch.row_count).map_err(|_| {
        Error::new(ErrorKind::Decode, "a batch announces a negative number of rows")
    })?;
    Ok(Piece::Arrow { batch: batch.batch.clone(), rows })
}

/// Rejects forms of rows that were not requested. Ignoring them would lose rows.
fn reject_other_forms(set: &TRowSet) -> Result<()> {
    let form = if !set.rows.is_empty() {
        "rows one by one"
    } else if set.binary_columns.as_ref().is_some_and(|columns| !columns.is_empty()) {
        "serialized columns"
    } else {
        return Ok(());
    };
    Err(Error::new(
        ErrorKind::Unsupported,
        format!("the server sends the result as {form}, which are not supported"),
    )
    .with_retry(RetryAdvice::Never))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
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
    use dbsql_protocol::types::{TColumn, TI64Column, TSparkArrowResultLink, TStatus, TStatusCode};

    use super::*;

    fn columns(rows: i64) -> TColumn {
        TColumn::I64Val(TI64Column { values: (0..rows).collect(), nulls: Bytes::new() })
    }

    fn link(start: i64, rows: i64) -> TSparkArrowResultLink {
        TSparkArrowResultLink {
            file_link: "https://storage.example/file".to_owned(),
            start_row_offset: start,
            row_count: rows,
            ..TSparkArrowResultLink::default()
        }
    }

    fn read(set: TRowSet) -> Result<Page> {
        let status = TStatus { status_code: TStatusCode::SUCCESS_STATUS, ..TStatus::default() };
        let results = Some(set);
        page(&TFetchResultsResp { status, results, ..TFetchResultsResp::default() }, false)
    }

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

    #[test]
    fn page_of_links_starts_at_its_first_link() {
        let set = TRowSet {
            result_links: Some(vec![link(9, 3), link(5, 4), link(99, 0)]),
            ..TRowSet::default()
        };
        let page = read(set).unwrap();
        assert_eq!((page.start, page.row_count().unwrap()), (Some(5), 7));
    }

    #[test]
    fn columns_beside_links_are_kept() {
        for (links, pieces) in [(vec![], 1), (vec![link(0, 0)], 1), (vec![link(2, 4)], 2)] {
            let set = TRowSet {
                columns: Some(vec![columns(2)]),
                result_links: Some(links),
                ..TRowSet::default()
            };
            assert_eq!(read(set).unwrap().pieces.len(), pieces, "none is ignored silently");
        }
    }

    #[test]
    fn impossible_numbers_are_errors() {
        let negative_start = TRowSet { start_row_offset: -1, ..TRowSet::default() };
        assert_eq!(read(negative_start).unwrap_err().kind(), ErrorKind::Protocol);
        let batch = TSparkArrowBatch { batch: Bytes::new(), row_count: -1 };
        let negative_rows = TRowSet { arrow_batches: Some(vec![batch]), ..TRowSet::default() };
        assert_eq!(read(negative_rows).unwrap_err().kind(), ErrorKind::Decode);
        let uneven = TRowSet { columns: Some(vec![columns(2), columns(3)]), ..TRowSet::default() };
        assert_eq!(read(uneven).unwrap_err().kind(), ErrorKind::Decode);
    }
}
