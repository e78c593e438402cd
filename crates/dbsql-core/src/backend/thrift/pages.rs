//! The pages of a result: `GetResultSetMetadata`, and `FetchResults` as pages.
//!
//! There are two kinds of servers.
//!
//! * Databricks honors `startRowOffset`: each fetch specifies its first row.
//! * The servers of Apache Spark and Hive ignore it. They keep one cursor per result, which every
//!   fetch moves; `FETCH_FIRST` resets it to row 0, if the engine supports it.

mod at_cursor;
mod page_size;
mod starts;
mod unconfirmed;

use std::ops::Range;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use dbsql_protocol::message::{ReplyError, decode_reply_within};
use dbsql_protocol::rpc;
use dbsql_protocol::rpc::Rpc;
use dbsql_protocol::types::{
    TFetchOrientation, TFetchResultsReq, TFetchResultsResp, TGetResultSetMetadataReq,
    TGetResultSetMetadataResp, TOperationHandle, TRowSet, TSparkArrowBatch, TSparkRowSetType,
};
use dbsql_transport::BoxFuture;

use self::page_size::PageSize;
use self::starts::Starts;
use self::unconfirmed::Unconfirmed;
use super::fault::{self, About};
use super::operation::wire_handle;
use super::rpc::{Call, DECODE_IN_PLACE, SCHEMA_LIMIT, exceeds, is_too_large, raised, unreadable};
use super::submit::{DIRECT_LIMIT, DirectRows};
use super::{Thrift, links};
use crate::backend::pages::{Fetched, Page, PageAccess, PageAt, Pages, Piece};
use crate::backend::{Target, Until};
use crate::{Error, ErrorKind, Result, RetryAdvice};
use dbsql_arrow::Layout;

/// The maximum number of rows requested at once. Spark narrows the number to 32 bits, and an
/// overflow looks like an empty page, that is like the end.
const MAX_ROWS: u64 = 1_000_000;

/// The minimum number of bytes that the links of one page should lead to: enough links for all
/// downloads, each of which is about 20 MB.
const LINKED_BYTES: u64 = 512 << 20;

/// The memory allowed for the structs of a page in addition to its rows, however small the page is.
const STRUCT_BYTES: usize = 4 << 20;

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
    /// Whether rows are in files behind links.
    linked: bool,
    /// The number of rows to request, if the server has no byte limit.
    page_size: Mutex<PageSize>,
    /// What the pages of a cursor claim about their positions.
    starts: Mutex<Starts>,
    /// The pages at a cursor that others may move.
    unconfirmed: Mutex<Unconfirmed>,
}

/// Opens the result of an operation.
pub(super) async fn open(
    thrift: &Thrift,
    target: &Target,
    direct: Option<Arc<DirectRows>>,
    until: Until,
) -> Result<ThriftPages> {
    let operation = wire_handle(target)?;
    let closed = direct.as_ref().is_some_and(|direct| direct.closed);
    let fetched;
    let metadata = match direct.as_ref().and_then(|direct| direct.metadata.as_ref()) {
        Some(metadata) => metadata,
        None => {
            fetched = match closed {
                // Nothing left to request: a statement without rows.
                true => TGetResultSetMetadataResp::default(),
                false => metadata(thrift, target, &operation, until).await?,
            };
            &fetched
        }
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
    let layout = thrift.last_layout.of(metadata)?;
    let access = if closed {
        PageAccess::AttachedOnly
    } else if metadata.result_format.is_some() {
        // Only servers with Databricks' extensions report the format of the result.
        PageAccess::ByRow
    } else {
        PageAccess::ByCursor
    };
    let linked = metadata.result_format == Some(TSparkRowSetType::URL_BASED_SET);
    Ok(ThriftPages {
        thrift: thrift.clone(),
        target: target.clone(),
        operation,
        layout,
        access,
        direct,
        linked,
        page_size: Mutex::default(),
        starts: Mutex::default(),
        unconfirmed: Mutex::default(),
    })
}

async fn metadata(
    thrift: &Thrift,
    target: &Target,
    operation: &TOperationHandle,
    until: Until,
) -> Result<TGetResultSetMetadataResp> {
    let request = TGetResultSetMetadataReq { operation_handle: operation.clone() };
    let call = Call::about_result(target, SCHEMA_LIMIT, until);
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
        rows.map(|response| match page(response, true, DIRECT_LIMIT, 0)? {
            Fetched::Page(page) => Ok(page),
            Fetched::TooLarge => {
                Err(Error::new(ErrorKind::Protocol, "the direct result has too many links"))
            }
        })
        .transpose()
    }

    fn fetch(&self, at: PageAt, limit: usize, until: Until) -> BoxFuture<'_, Result<Fetched>> {
        Box::pin(async move {
            match at {
                PageAt::Row(row) => self.at_row(row, MAX_ROWS, limit, until).await,
                PageAt::First => self.at_cursor(true, limit, until).await,
                PageAt::Next => self.at_cursor(false, limit, until).await,
            }
        })
    }

    fn fresh_links(
        &self,
        rows: Range<u64>,
        limit: usize,
        until: Until,
    ) -> BoxFuture<'_, Result<Fetched>> {
        // Fetching the rows by their number returns a new link.
        Box::pin(self.at_row(rows.start, rows.end.saturating_sub(rows.start), limit, until))
    }

    fn truncated(&self) -> Option<bool> {
        None
    }
}

impl ThriftPages {
    async fn at_row(&self, row: u64, max_rows: u64, limit: usize, until: Until) -> Result<Fetched> {
        let request = |_| TFetchResultsReq {
            operation_handle: self.operation.clone(),
            orientation: TFetchOrientation::FETCH_NEXT,
            max_rows: signed(max_rows),
            // For rows behind links, which are not part of the page.
            max_bytes: Some(signed(match self.linked {
                true => self.thrift.fetch_bytes.max(LINKED_BYTES),
                false => self.wanted_bytes(limit),
            })),
            start_row_offset: Some(signed(row)),
            ..TFetchResultsReq::default()
        };
        match self.request(limit, until, request).await? {
            Some((_, body)) => self.decode(body, false, limit).await,
            None => Ok(Fetched::TooLarge),
        }
    }

    /// Returns about how many bytes of rows to request: less than the limit, which the response
    /// must fit into with everything around them.
    fn wanted_bytes(&self, limit: usize) -> u64 {
        self.thrift.fetch_bytes.min(limit as u64 / 2).max(1)
    }

    /// Returns the body of the response, with the number of the attempt; `None` when it is too
    /// large.
    async fn request(
        &self,
        limit: usize,
        until: Until,
        request: impl Fn(u32) -> TFetchResultsReq + Send + Sync,
    ) -> Result<Option<(u32, Bytes)>> {
        let call = Call::about_result(&self.target, limit, until);
        match self.thrift.call_raw::<rpc::FetchResults>(call, request).await {
            Err(error) if is_too_large(&error) => Ok(None),
            answered => answered.map(Some),
        }
    }

    async fn decode(&self, body: Bytes, rewound: bool, limit: usize) -> Result<Fetched> {
        let in_place = body.len() <= DECODE_IN_PLACE;
        let decode = move || {
            let body_bytes = body.len();
            match response(body, limit)? {
                Some(response) => page(&response, rewound, limit, body_bytes),
                None => Ok(Fetched::TooLarge),
            }
        };
        if in_place {
            return decode();
        }
        let decoded = self.thrift.exchange.runtime.offload(decode).await;
        decoded.unwrap_or_else(|error| {
            Err(Error::new(ErrorKind::Decode, "failed to decode a page").with_source(error))
        })
    }
}

/// Decodes the body of a response; `None` when it exceeds the limit: its structs, since rows stay
/// slices of the body.
fn response(body: Bytes, limit: usize) -> Result<Option<TFetchResultsResp>> {
    let name = rpc::FetchResults::NAME;
    let budget = limit.saturating_sub(body.len()).saturating_add(STRUCT_BYTES);
    match decode_reply_within::<rpc::FetchResults>(body, budget) {
        Ok(response) => Ok(Some(response)),
        Err(error) if exceeds(&error, budget) => Ok(None),
        Err(ReplyError::Exception(exception)) => Err(raised(name, &exception)),
        Err(ReplyError::Decode(error)) => {
            let message = format!("invalid response to {name}");
            Err(Error::new(ErrorKind::Decode, message).with_source(error))
        }
        Err(other) => Err(unreadable(name, other)),
    }
}

fn page(
    response: &TFetchResultsResp,
    rewound: bool,
    limit: usize,
    body_bytes: usize,
) -> Result<Fetched> {
    fault::check(&response.status, About::Result)?;
    let set = response.results.as_ref().ok_or_else(|| {
        Error::new(ErrorKind::Protocol, "the response to FetchResults has no row set")
    })?;
    let start = u64::try_from(set.start_row_offset)
        .map_err(|_| Error::new(ErrorKind::Protocol, "a row set starts before the first row"))?;
    let links = set.result_links.as_deref().unwrap_or_default();
    let link_bytes = links.iter().map(links::memory).fold(0, usize::saturating_add);
    if link_bytes > limit {
        return Ok(Fetched::TooLarge);
    }
    let (start, pieces) = pieces(set, start)?;
    // Rows are slices of the body and keep all of it.
    let is_inline = pieces.iter().any(|piece| !matches!(piece, Piece::Link(_)));
    let bytes = link_bytes.saturating_add(if is_inline { body_bytes } else { 0 });
    Ok(Fetched::Page(Page {
        start: Some(start),
        pieces,
        more: response.has_more_rows,
        rewound,
        bytes,
    }))
}

/// Reads the rows of a set in their actual form: a server may change it from one page to the next.
fn pieces(set: &TRowSet, start: u64) -> Result<(u64, Vec<Piece>)> {
    reject_other_forms(set)?;
    let links = links::in_order(set.result_links.as_deref().unwrap_or_default())?;
    // The links' own offsets count; a set of links may leave its start at zero.
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

#[cfg(test)]
mod tests;
