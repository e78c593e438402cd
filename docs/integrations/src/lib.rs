//! The snippets of `docs/integrations.md` that need Polars and DuckDB.

#[cfg(feature = "duckdb")]
pub mod duckdb;
#[cfg(feature = "polars")]
pub mod polars;
