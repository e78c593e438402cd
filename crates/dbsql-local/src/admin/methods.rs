//! The names of requests that scripts and plans may use.

use dbsql_protocol::rpc::{self, Rpc as _};

use crate::admin::Refusal;
use crate::counters::DOWNLOAD;

/// The names under which requests are counted, as [`Service::request_counts`] lists them.
///
/// [`Service::request_counts`]: crate::Service::request_counts
pub(super) const KNOWN: [&str; 43] = [
    rpc::OpenSession::NAME,
    rpc::CloseSession::NAME,
    rpc::GetInfo::NAME,
    rpc::ExecuteStatement::NAME,
    rpc::GetTypeInfo::NAME,
    rpc::GetCatalogs::NAME,
    rpc::GetSchemas::NAME,
    rpc::GetTables::NAME,
    rpc::GetTableTypes::NAME,
    rpc::GetColumns::NAME,
    rpc::GetFunctions::NAME,
    rpc::GetPrimaryKeys::NAME,
    rpc::GetCrossReference::NAME,
    rpc::GetOperationStatus::NAME,
    rpc::CancelOperation::NAME,
    rpc::CloseOperation::NAME,
    rpc::GetResultSetMetadata::NAME,
    rpc::FetchResults::NAME,
    rpc::GetDelegationToken::NAME,
    rpc::CancelDelegationToken::NAME,
    rpc::RenewDelegationToken::NAME,
    "sea-create-session",
    "sea-delete-session",
    "sea-execute",
    "sea-status",
    "sea-chunk",
    "sea-cancel",
    "sea-close",
    "sea-history",
    "warehouses",
    "warehouse-start",
    "databricks-config",
    "oauth-discovery",
    "oauth-authorize",
    "oauth-token",
    "aad-auth",
    "aad-token",
    "github-token",
    "scim-me",
    DOWNLOAD,
    "feature-flags",
    "telemetry",
    "other",
];

/// Returns the name if there is such a request: one that never comes would be a fault that never
/// happens.
pub(super) fn known((field, name): (String, String)) -> Result<String, Refusal> {
    match KNOWN.contains(&name.as_str()) {
        true => Ok(name),
        false => {
            Err(Refusal::invalid(field, "is not the name of a request: GET /-/methods lists them"))
        }
    }
}
