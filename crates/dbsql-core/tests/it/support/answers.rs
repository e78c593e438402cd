//! Parts of responses.

use bytes::Bytes;
use dbsql_protocol::types::{TColumn, TI64Column, TStatus, TStatusCode, TStringColumn};

pub(crate) fn ok() -> TStatus {
    TStatus { status_code: TStatusCode::SUCCESS_STATUS, ..TStatus::default() }
}

pub(crate) fn failed(message: &str) -> TStatus {
    TStatus {
        status_code: TStatusCode::ERROR_STATUS,
        error_message: Some(message.to_owned()),
        ..TStatus::default()
    }
}

/// A BIGINT column.
pub(crate) fn bigints(values: impl IntoIterator<Item = i64>) -> TColumn {
    TColumn::I64Val(TI64Column { values: values.into_iter().collect(), nulls: Bytes::new() })
}

/// A STRING column.
pub(crate) fn strings(values: &[&str]) -> TColumn {
    TColumn::StringVal(TStringColumn { values: values.iter().collect(), nulls: Bytes::new() })
}
