//! The settings of a session: a value is accepted only if it is in force.

use super::errors::{Result, unsupported};
use dbsql_local::engine::SqlError;

/// Settings of how fast a statement runs, which change no result.
const WITHOUT_EFFECT: &[&str] = &[
    "use_cached_result",
    "enable_photon",
    "max_file_partition_bytes",
    "query_tags",
    "spark.sql.shuffle.partitions",
    "spark.sql.files.maxpartitionbytes",
    "spark.sql.autobroadcastjointhreshold",
];

/// Returns the value of a setting that nobody has changed.
pub(super) fn default(key: &str) -> Option<&'static str> {
    match key.to_ascii_lowercase().as_str() {
        "ansi_mode" | "spark.sql.ansi.enabled" => Some("true"),
        "timezone" | "spark.sql.session.timezone" => Some("UTC"),
        "legacy_time_parser_policy" | "spark.sql.legacy.timeparserpolicy" => Some("EXCEPTION"),
        _ => None,
    }
}

/// Rejects a value that would have no effect although it should have one. Keys without a meaning are
/// kept for statements to read.
pub(super) fn check(key: &str, value: &str) -> Result<()> {
    let known = key.to_ascii_lowercase();
    let value = value.trim().trim_matches(['\'', '"']).to_ascii_lowercase();
    let is = |values: &[&str]| values.contains(&value.as_str());
    let fits = match known.as_str() {
        "ansi_mode" | "spark.sql.ansi.enabled" | "autocommit" => is(&["true", "1"]),
        "timezone" | "spark.sql.session.timezone" => is_utc(&value),
        "legacy_time_parser_policy" | "spark.sql.legacy.timeparserpolicy" => is(&["exception"]),
        "spark.sql.casesensitive" | "read_only_external_metastore" => is(&["false"]),
        "spark.sql.storeassignmentpolicy" => is(&["ansi"]),
        "statement_timeout" => {
            if value.parse::<u64>().is_err() {
                let message = format!("The value '{value}' of STATEMENT_TIMEOUT is not a number.");
                return Err(SqlError::new("INVALID_CONF_VALUE", "22022", message));
            }
            true
        }
        // Of the protocol: the service looks after them.
        other if other.contains("thriftserver") => true,
        other if WITHOUT_EFFECT.contains(&other) => true,
        other => !other.starts_with("spark.sql.") && !other.starts_with("spark.databricks."),
    };
    if fits { Ok(()) } else { Err(unsupported(format!("{key} = {value}"))) }
}

pub(super) fn is_utc(zone: &str) -> bool {
    ["utc", "etc/utc", "z", "+00:00", "gmt", "local"]
        .iter()
        .any(|known| zone.eq_ignore_ascii_case(known))
}
