//! One page of rows: a fetch's answer, checked and turned into Arrow.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use bytes::Bytes;
use dbsql_protocol::message::{ReplyError, decode_reply};
use dbsql_protocol::rpc;
use dbsql_protocol::rpc::Rpc;
use dbsql_protocol::types::{TFetchResultsResp, TRowSet};

use super::super::fault::{self, About};
use super::super::rpc::{raised, unreadable};
use crate::columnar;
use crate::error::RetryAdvice;
use crate::{Error, ErrorKind, Result};

/// Rows `start..start + rows()` of a result.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) start: u64,
    /// `None` when there are no rows.
    pub(super) batch: Option<RecordBatch>,
    /// What the server says of rows behind these, if it does.
    pub(super) more: Option<bool>,
    /// The fetch asked for the first page.
    pub(super) rewound: bool,
}

impl Page {
    /// No rows, and none behind them.
    pub(super) fn end_at(start: u64) -> Self {
        Self { start, batch: None, more: Some(false), rewound: false }
    }

    pub(super) fn rows(&self) -> u64 {
        self.batch.as_ref().map_or(0, |batch| batch.num_rows() as u64)
    }

    /// # Errors
    ///
    /// `Decode` for bytes that are not what they should be (fetching again may help), else what
    /// the server says.
    pub(super) fn decode(body: Bytes, schema: &SchemaRef, rewound: bool) -> Result<Self> {
        let name = rpc::FetchResults::NAME;
        let response = decode_reply::<rpc::FetchResults>(body).map_err(|error| match error {
            ReplyError::Exception(exception) => raised(name, &exception),
            ReplyError::Decode(error) => {
                let message = format!("the answer to {name} is not what it should be: {error}");
                Error::new(ErrorKind::Decode, message).with_source(error)
            }
            other => unreadable(name, other),
        })?;
        Self::from_response(&response, schema, rewound)
    }

    pub(super) fn from_response(
        response: &TFetchResultsResp,
        schema: &SchemaRef,
        rewound: bool,
    ) -> Result<Self> {
        fault::check(&response.status, About::Result)?;
        let more = response.has_more_rows;
        let Some(rows) = &response.results else {
            return Err(Error::new(ErrorKind::Protocol, "a fetch was answered without a row set"));
        };
        let start = u64::try_from(rows.start_row_offset).map_err(|_| {
            Error::new(ErrorKind::Protocol, "a row set starts before the first row")
        })?;
        refuse_other_forms(rows)?;
        let batch = match rows.columns.as_deref() {
            // A statement without rows has columns in its schema, but none in its row set.
            None | Some([]) => None,
            Some(columns) if columnar::row_count(columns)? == 0 => None,
            Some(columns) => Some(columnar::record_batch(schema, columns)?),
        };
        Ok(Self { start, batch, more, rewound })
    }
}

/// Forms of rows that were not asked for. To pass over them would lose rows.
fn refuse_other_forms(rows: &TRowSet) -> Result<()> {
    let form = if !rows.rows.is_empty() {
        "rows one by one"
    } else if rows.arrow_batches.as_ref().is_some_and(|batches| !batches.is_empty()) {
        "Arrow batches"
    } else if rows.result_links.as_ref().is_some_and(|links| !links.is_empty()) {
        "links"
    } else if rows.binary_columns.as_ref().is_some_and(|columns| !columns.is_empty()) {
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
