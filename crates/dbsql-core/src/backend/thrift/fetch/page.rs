//! One page of rows: a fetch's answer, checked and turned into Arrow.

use arrow_array::RecordBatch;
use bytes::Bytes;
use dbsql_protocol::message::{ReplyError, decode_reply};
use dbsql_protocol::rpc;
use dbsql_protocol::rpc::Rpc;
use dbsql_protocol::types::{TFetchResultsResp, TRowSet};

use super::super::fault::{self, About};
use super::super::rpc::{raised, unreadable};
use super::format::{Format, row_total};
use super::link::Link;
use crate::error::RetryAdvice;
use crate::{Error, ErrorKind, Result};

/// Rows `start..start + rows()` of a result.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) start: u64,
    pub(super) rows: Rows,
    /// What the server says of rows behind these, if it does.
    pub(super) more: Option<bool>,
    /// The fetch asked for the first page.
    pub(super) rewound: bool,
}

/// Where the rows of a page are.
#[derive(Debug)]
pub(super) enum Rows {
    Here(Vec<RecordBatch>),
    /// In files, in order and without a gap between them.
    Linked(Vec<Link>),
}

impl Page {
    /// No rows, and none behind them.
    pub(super) fn end_at(start: u64) -> Self {
        Self { start, rows: Rows::Here(Vec::new()), more: Some(false), rewound: false }
    }

    pub(super) fn row_count(&self) -> u64 {
        match &self.rows {
            Rows::Here(batches) => row_total(batches),
            Rows::Linked(links) => links.iter().map(|link| link.rows).sum(),
        }
    }

    /// # Errors
    ///
    /// `Decode` for bytes that are not what they should be (fetching again may help), else what
    /// the server says.
    pub(super) fn decode(body: Bytes, format: &Format, rewound: bool) -> Result<Self> {
        Self::from_response(&response(body)?, format, rewound)
    }

    pub(super) fn from_response(
        response: &TFetchResultsResp,
        format: &Format,
        rewound: bool,
    ) -> Result<Self> {
        fault::check(&response.status, About::Result)?;
        let more = response.has_more_rows;
        let set = response.results.as_ref().ok_or_else(|| {
            Error::new(ErrorKind::Protocol, "a fetch was answered without a row set")
        })?;
        let start = u64::try_from(set.start_row_offset).map_err(|_| {
            Error::new(ErrorKind::Protocol, "a row set starts before the first row")
        })?;
        let (start, rows) = rows(set, start, format)?;
        Ok(Self { start, rows, more, rewound })
    }
}

pub(super) fn response(body: Bytes) -> Result<TFetchResultsResp> {
    let name = rpc::FetchResults::NAME;
    decode_reply::<rpc::FetchResults>(body).map_err(|error| match error {
        ReplyError::Exception(exception) => raised(name, &exception),
        ReplyError::Decode(error) => {
            let message = format!("the answer to {name} is not what it should be: {error}");
            Error::new(ErrorKind::Decode, message).with_source(error)
        }
        other => unreadable(name, other),
    })
}

/// Which of its forms the set has is decided by what is in it: a server may change it from one
/// page to the next.
fn rows(set: &TRowSet, start: u64, format: &Format) -> Result<(u64, Rows)> {
    refuse_other_forms(set)?;
    let links = set.result_links.as_deref().unwrap_or_default();
    if !links.is_empty() {
        let links = Link::in_order(links)?;
        // The links' own offsets are what counts; a set of links may leave its start at zero.
        let start = links.first().map_or(start, |link| link.start);
        return Ok((start, Rows::Linked(links)));
    }
    let inline = set.arrow_batches.as_deref().unwrap_or_default();
    if !inline.is_empty() {
        let mut batches = Vec::with_capacity(inline.len());
        for batch in inline {
            batches.extend(format.inline(batch)?);
        }
        batches.retain(|batch| batch.num_rows() > 0);
        return Ok((start, Rows::Here(batches)));
    }
    let columns = set.columns.as_deref().unwrap_or_default();
    // A statement without rows has columns in its schema, but none in its row set.
    let batch = if columns.is_empty() { None } else { format.columns(columns)? };
    Ok((start, Rows::Here(batch.into_iter().collect())))
}

/// Forms of rows that were not asked for. To pass over them would lose rows.
fn refuse_other_forms(set: &TRowSet) -> Result<()> {
    let form = if !set.rows.is_empty() {
        "rows one by one"
    } else if set.binary_columns.as_ref().is_some_and(|columns| !columns.is_empty()) {
        "serialized columns"
    } else {
        return Ok(());
    };
    Err(Error::new(
        ErrorKind::Unsupported,
        format!("the server sends the result as {form}, which were not asked for"),
    )
    .with_retry(RetryAdvice::Never))
}
