//! `cargo xtask interop sql`: asks Apache Spark's own server the statements that the local warehouse is
//! compared by, writes its answers into the tree, and compares.

use std::path::Path;

use xshell::{Shell, cmd};

use super::{cache_dir, spark};
use crate::workspace;

/// Where the answers are kept, in the workspace.
const ANSWERS: &str = "crates/dbsql-warehouse/tests/spark/answers";

pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    let statements = cache_dir(sh)?.join("statements.json");
    // As in `cargo test --workspace`, so that nothing is compiled twice.
    let test = ["test", "--workspace", "--test", "spark"];
    cmd!(sh, "cargo {test...} -- --ignored --exact print_statements")
        .env("DBSQL_STATEMENTS", &statements)
        .run()?;
    let program = workspace::programs(sh)?.join("spark-answers");
    let folder = workspace::root().join(ANSWERS);
    let quoted = |path: &Path| format!("'{}'", path.display());
    let ask = [&*program, &*statements, &*folder].map(quoted).join(" ");
    spark::run(sh, false, Some(&ask))?;
    std::fs::write(folder.join("version.txt"), format!("{}\n", spark::PYSPARK))?;
    cmd!(sh, "cargo {test...} -- --nocapture").run()?;
    Ok(())
}
