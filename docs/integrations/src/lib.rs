//! The snippets of `docs/integrations.md` and `docs/observability.md` that need what nothing else
//! depends on.

#[cfg(feature = "duckdb")]
pub mod duckdb;
#[cfg(feature = "opentelemetry")]
pub mod opentelemetry;
#[cfg(feature = "polars")]
pub mod polars;
#[cfg(feature = "prometheus")]
pub mod prometheus;
