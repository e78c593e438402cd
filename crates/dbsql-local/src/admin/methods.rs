//! The names of requests that scripts and plans may use.

use crate::admin::Refusal;
use crate::counters::DOWNLOAD;
use crate::thrift;

/// The names of requests that are no calls of Thrift, as [`Service::request_counts`] lists them.
///
/// [`Service::request_counts`]: crate::Service::request_counts
const OTHERS: [&str; 22] = [
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

/// Returns all names.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    thrift::METHODS.into_iter().chain(OTHERS)
}

/// Returns the name if there is such a request: one that never comes would be a fault that never
/// happens.
pub(super) fn known((field, name): (String, String)) -> Result<String, Refusal> {
    match all().any(|known| known == name) {
        true => Ok(name),
        false => {
            Err(Refusal::invalid(field, "is not the name of a request: GET /-/methods lists them"))
        }
    }
}
