//! The names of span fields and metric labels, each once.
//!
//! Those of OpenTelemetry are from its semantic conventions 1.45. Attributes specific to Databricks
//! start with `databricks.`, by the rule that such attributes are in the namespace of the value of
//! `db.system.name`.

/// The fields that `tracing-opentelemetry` reads.
pub(super) const OTEL_NAME: &str = "otel.name";
pub(super) const OTEL_KIND: &str = "otel.kind";
pub(super) const OTEL_STATUS_CODE: &str = "otel.status_code";

pub(super) const DB_SYSTEM_NAME: &str = "db.system.name";
pub(super) const DB_NAMESPACE: &str = "db.namespace";
pub(super) const DB_OPERATION_NAME: &str = "db.operation.name";
pub(super) const DB_QUERY_TEXT: &str = "db.query.text";
pub(super) const DB_RESPONSE_STATUS_CODE: &str = "db.response.status_code";
pub(super) const DB_RESPONSE_RETURNED_ROWS: &str = "db.response.returned_rows";
pub(super) const ERROR_TYPE: &str = "error.type";
pub(super) const SERVER_ADDRESS: &str = "server.address";
pub(super) const SERVER_PORT: &str = "server.port";

pub(super) const HTTP_REQUEST_METHOD: &str = "http.request.method";
pub(super) const HTTP_REQUEST_RESEND_COUNT: &str = "http.request.resend_count";
pub(super) const HTTP_RESPONSE_STATUS_CODE: &str = "http.response.status_code";

/// The method of this client.
pub(super) const DATABRICKS_CALL: &str = "databricks.call";
/// `thrift` or `sea`.
pub(super) const DATABRICKS_PROTOCOL: &str = "databricks.protocol";
/// The id in the query history.
pub(super) const DATABRICKS_QUERY_ID: &str = "databricks.query.id";
/// The protocol's name for a request.
pub(super) const DATABRICKS_REQUEST_NAME: &str = "databricks.request.name";

/// The value of [`DB_SYSTEM_NAME`]: Databricks has no registered one, so it is the product name in
/// lower case.
pub(super) const SYSTEM: &str = "databricks";
/// The value of [`OTEL_KIND`].
pub(super) const CLIENT: &str = "client";
/// The value of [`OTEL_STATUS_CODE`] of failures. Successes have none.
pub(super) const ERROR: &str = "ERROR";
/// The value of [`ERROR_TYPE`] of a call whose future was dropped before it completed.
pub(super) const DROPPED: &str = "dropped";
