//! SQL that a newcomer from Databricks types, on the engine itself.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]
#![expect(clippy::disallowed_methods, reason = "tests have their own clock and tasks")]

mod changes;
mod definitions;
mod errors;
mod files;
mod merge;
mod parameters;
#[cfg(unix)]
mod program;
mod queries;
mod sessions;
mod stopping;
mod support;
