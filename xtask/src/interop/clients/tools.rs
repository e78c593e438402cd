//! dbt and SQLAlchemy with pandas, which read the catalog and define tables: they work or they do
//! not, and so are no columns of the matrix.

use std::path::Path;

use anyhow::Context as _;
use xshell::{Shell, cmd};

use crate::interop::clients::warehouse::Warehouse;
use crate::interop::venv;
use crate::{report, workspace};

const PYTHON: &str = "dbt-databricks==1.10.9 dbt-core==1.10.23 databricks-sqlalchemy==2.0.10 \
                      databricks-sql-connector==4.9.0 pandas==3.1.1";
const PROBE: &str = "import dbt.cli.main, databricks.sqlalchemy, pandas";
/// The project that dbt runs.
const PROJECT: &str = "tests/fakes/dbt";

/// Runs them against a warehouse of their own.
pub(super) fn check(sh: &Shell, program: &Path) -> anyhow::Result<()> {
    let venv = venv::ensure(sh, "tools", PYTHON, PROBE)?;
    let warehouse = Warehouse::start(program, &[])?;
    let folder = sh.create_temp_dir()?;
    let project = folder.path().join("dbt");
    let original = workspace::root().join(PROJECT);
    // dbt writes into its project.
    cmd!(sh, "cp -r {original} {project}").quiet().run()?;
    let python = venv::python(&venv);
    let script = workspace::root().join("xtask/src/interop/clients/tools.py");
    let (url, path) = (&warehouse.url, &warehouse.http_path);
    cmd!(sh, "{python} -W ignore {script} {url} {path} {project}")
        .run()
        .context("dbt or SQLAlchemy failed")?;
    report::say("dbt and SQLAlchemy with pandas work with the local warehouse");
    Ok(())
}
