//! `cargo xtask interop integrations`: the snippets of `docs/integrations.md` and
//! `docs/observability.md` that need Polars, DuckDB, OpenTelemetry and Prometheus.
//!
//! They are in a separate package, since Polars takes minutes to compile and nothing else needs it.
//! The snippet with DuckDB is checked and not linked, since its C++ library takes many minutes to
//! build.

use xshell::{Shell, cmd};

use crate::workspace;

pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    let target = workspace::target_dir(sh)?.join("integrations");
    let package = ["--manifest-path", "docs/integrations/Cargo.toml", "--locked", "--target-dir"];
    let only = ["--no-default-features", "--features"];
    // A check needs no library, so none is downloaded.
    cmd!(sh, "cargo check {package...} {target} {only...} duckdb")
        .env("DUCKDB_DOWNLOAD_LIB", "0")
        .run()?;
    cmd!(sh, "cargo check {package...} {target} {only...} opentelemetry,prometheus").run()?;
    cmd!(sh, "cargo test {package...} {target} {only...} polars").run()?;
    Ok(())
}
