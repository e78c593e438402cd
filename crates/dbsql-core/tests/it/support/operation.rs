//! One statement on the server: how long it runs, how it ends, what its result is.

use std::time::Duration;

use bytes::Bytes;
use dbsql_protocol::types::{
    TFetchResultsResp, TGetOperationStatusResp, TGetResultSetMetadataResp, TOperationState,
    TRowSet, TSparkRowSetType, TTypeId,
};
use tokio::time::Instant;

use super::answers::{counting, ok, table_of};

/// What a statement is like. Its result is one BIGINT column that counts from 0.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// How long it runs.
    pub(crate) runs_for: Duration,
    /// The state that it ends in.
    pub(crate) ends: TOperationState,
    /// How many rows it has.
    pub(crate) rows: u64,
    /// Most rows that the server sends at once.
    pub(crate) page: u64,
    /// How long the server holds a status call while it runs.
    pub(crate) holds: Duration,
    /// It has a result set; DDL has none.
    pub(crate) has_rows: bool,
    /// Rows changed by DML.
    pub(crate) modified: Option<i64>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            runs_for: Duration::ZERO,
            ends: TOperationState::FINISHED_STATE,
            rows: 10,
            page: 4,
            holds: Duration::ZERO,
            has_rows: true,
            modified: None,
        }
    }
}

/// One statement on the server.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) plan: Plan,
    pub(super) secret: Bytes,
    pub(super) session: Bytes,
    pub(super) started: Instant,
    pub(super) canceled: bool,
    /// Where `FETCH_NEXT` goes on.
    pub(super) cursor: u64,
}

impl Operation {
    pub(super) fn left(&self) -> Duration {
        self.plan.runs_for.saturating_sub(self.started.elapsed())
    }

    pub(super) fn state(&self) -> TOperationState {
        match () {
            () if self.canceled => TOperationState::CANCELED_STATE,
            () if !self.left().is_zero() => TOperationState::RUNNING_STATE,
            () => self.plan.ends,
        }
    }

    pub(super) fn status(&self) -> TGetOperationStatusResp {
        let state = self.state();
        let failed = state == TOperationState::ERROR_STATE;
        TGetOperationStatusResp {
            status: ok(),
            operation_state: Some(state),
            sql_state: failed.then(|| "42P01".to_owned()),
            error_message: failed.then(|| "[TABLE_OR_VIEW_NOT_FOUND] no such table".to_owned()),
            num_modified_rows: self.plan.modified,
            ..TGetOperationStatusResp::default()
        }
    }

    /// `format` is told by Databricks only.
    pub(super) fn metadata(&self, format: Option<TSparkRowSetType>) -> TGetResultSetMetadataResp {
        let columns: &[_] = match (self.plan.has_rows, format) {
            (true, _) => &[("id", TTypeId::BIGINT_TYPE)],
            // Spark calls the result of a statement without one so.
            (false, None) => &[("Result", TTypeId::STRING_TYPE)],
            (false, Some(_)) => &[],
        };
        TGetResultSetMetadataResp {
            status: ok(),
            schema: Some(table_of(columns)),
            result_format: format,
            ..TGetResultSetMetadataResp::default()
        }
    }

    /// The page at `start`; `tells` when the server says truly whether there is more.
    pub(super) fn page(&mut self, start: u64, max_rows: u64, tells: bool) -> TFetchResultsResp {
        let rows = if self.plan.has_rows { self.plan.rows } else { 0 };
        let start = start.min(rows);
        let end = rows.min(start + max_rows.min(self.plan.page));
        self.cursor = end;
        let set = if self.plan.has_rows { counting(start, end) } else { TRowSet::default() };
        TFetchResultsResp {
            status: ok(),
            has_more_rows: Some(tells && end < rows),
            results: Some(set),
            ..TFetchResultsResp::default()
        }
    }
}
