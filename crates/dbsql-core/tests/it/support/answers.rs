//! Parts of answers.

use bytes::Bytes;
use dbsql_protocol::types::{
    TColumn, TColumnDesc, TI64Column, TPrimitiveTypeEntry, TRowSet, TStatus, TStatusCode,
    TStringColumn, TTableSchema, TTypeDesc, TTypeEntry, TTypeId,
};

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

pub(super) fn invalid_handle() -> TStatus {
    TStatus { status_code: TStatusCode::INVALID_HANDLE_STATUS, ..TStatus::default() }
}

/// A schema of these columns.
pub(super) fn table_of(columns: &[(&str, TTypeId)]) -> TTableSchema {
    let column = |(position, (name, id)): (i32, &(&str, TTypeId))| TColumnDesc {
        column_name: (*name).to_owned(),
        type_desc: TTypeDesc {
            types: vec![TTypeEntry::PrimitiveEntry(TPrimitiveTypeEntry {
                r#type: *id,
                type_qualifiers: None,
            })],
        },
        position,
        comment: None,
    };
    TTableSchema { columns: (1..).zip(columns).map(column).collect() }
}

/// A BIGINT column.
pub(crate) fn bigints(values: impl IntoIterator<Item = i64>) -> TColumn {
    TColumn::I64Val(TI64Column { values: values.into_iter().collect(), nulls: Bytes::new() })
}

/// A STRING column.
pub(crate) fn strings(values: &[&str]) -> TColumn {
    TColumn::StringVal(TStringColumn { values: values.iter().collect(), nulls: Bytes::new() })
}

/// Rows `start..end` of a result that counts from 0.
pub(super) fn counting(start: u64, end: u64) -> TRowSet {
    let number = |row: u64| i64::try_from(row).expect("few rows");
    TRowSet {
        start_row_offset: number(start),
        columns: Some(vec![bigints((start..end).map(number))]),
        ..TRowSet::default()
    }
}
