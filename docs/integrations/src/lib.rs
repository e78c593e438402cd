//! The snippets of `docs/integrations.md` that need Polars and DuckDB.

#[cfg(feature = "duckdb")]
mod duckdb;
#[cfg(feature = "polars")]
mod polars;
