//! The Statement Execution API (SEA): requests and answers of the JSON protocol.
//!
//! The structs have public fields, [`Default`] and both serde traits, so that a client and a server can
//! use them. [`json::read`] and [`json::write`] turn bodies into them and back, [`path`] says where they
//! are sent.
//!
//! # What is read
//!
//! Servers differ, so reading is tolerant: null is as good as missing, unknown fields are skipped, unknown
//! names of enums are kept, numbers may be texts or floats without a fraction, and zeros may be missing
//! (hence the `Option`s: `None` is written as nothing). A number that does not fit, a value of another
//! type, a field that appears twice and a missing id are errors that name the field. In fields that no
//! server has documented a value of another type is ignored.
//!
//! # Secrets
//!
//! `Debug` prints no statement, parameter, row, value of a setting or header, and no query string of a
//! link. No error repeats a text of a document.

mod at;
mod attachment;
mod chunk_query;
mod empty;
mod error_body;
mod execute;
mod field;
pub mod json;
mod list_queries;
mod manifest;
mod names;
mod number;
mod parameter;
pub mod path;
mod query_history;
mod query_metrics;
mod query_tag;
mod record;
mod result_data;
mod rows;
mod scalar;
mod session;
mod statement;
mod status;
mod timestamp;
mod wait_timeout;
mod warehouse;

pub use crate::sea::{
    attachment::Attachment,
    chunk_query::ChunkQuery,
    empty::Empty,
    error_body::{ErrorBody, ErrorCode, ErrorDetail},
    execute::{Compression, Disposition, ExecuteStatement, Format, OnWaitTimeout},
    list_queries::{InvalidPair, ListQueries, QueryFilter, TimeRange},
    manifest::{ChunkInfo, ColumnInfo, ColumnType, Manifest, ResultSchema},
    parameter::StatementParameter,
    query_history::{QueryInfo, QueryList, QueryStatus},
    query_metrics::QueryMetrics,
    query_tag::QueryTag,
    result_data::{ExternalLink, NextChunk, ResultData},
    rows::{Row, Rows, RowsTooLarge},
    session::{CreateSession, DeleteSession, Session, SessionVersion},
    statement::{StatementHead, StatementResponse},
    status::{ServiceError, StatementState, StatementStatus},
    timestamp::Timestamp,
    wait_timeout::WaitTimeout,
    warehouse::{
        OdbcParams, Warehouse, WarehouseHealth, WarehouseList, WarehouseState, WarehouseType,
    },
};
