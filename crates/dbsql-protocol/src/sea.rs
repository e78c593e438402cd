//! The Statement Execution API (SEA): requests and responses of the JSON protocol.
//!
//! The structs have public fields and implement [`Default`] and both serde traits, so that clients
//! and servers can use them. [`json::read`] and [`json::write`] convert them from and to bodies,
//! [`path`] has the URL paths.
//!
//! # Tolerance
//!
//! Servers differ, so reading is tolerant: null is equivalent to missing, unknown fields are
//! skipped, unknown enum names are kept, numbers may be strings or floats without a fraction, and
//! zeros may be missing (hence the `Option`s: `None` is not written). A number out of range, a
//! value of a wrong type, a duplicate field and a missing id are errors that name the field. In
//! undocumented fields a value of a wrong type is ignored.
//!
//! # Secrets
//!
//! `Debug` prints no statement, parameter, row, setting or header value, and no query string of a
//! link. Errors never quote strings of a document.

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
