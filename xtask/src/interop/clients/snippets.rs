//! The programs of `docs/testing-without-a-warehouse.md` in Python and for Node.js, run as they stand
//! there against a warehouse of their own.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::interop::clients::warehouse::Warehouse;
use crate::interop::venv;
use crate::{report, workspace};

/// What `--only` calls them.
pub(super) const NAME: &str = "snippets";

const PYTHON: &str = "docs/snippets/without_a_warehouse.py";
const NODE: &str = "docs/snippets/without_a_warehouse.js";

/// For one run on this machine.
const ADMIN_TOKEN: &str = "an-admin-token-of-no-value";

/// Runs them; the one for Node.js only with its packages.
pub(super) fn run(
    warehouse: &Path,
    venv: &Path,
    node_modules: Option<&Path>,
) -> anyhow::Result<()> {
    let flags: [&OsStr; 2] = ["--admin-token".as_ref(), ADMIN_TOKEN.as_ref()];
    let warehouse = Warehouse::start(warehouse, &flags)?;
    run_one(Command::new(venv::python(venv)), PYTHON, &warehouse)?;
    match node_modules {
        Some(node_modules) => {
            let mut node = Command::new("node");
            node.env("NODE_PATH", node_modules);
            run_one(node, NODE, &warehouse)
        }
        None => {
            report::say(&format!("left out: {NODE} (no Node.js)"));
            Ok(())
        }
    }
}

fn run_one(mut program: Command, script: &str, warehouse: &Warehouse) -> anyhow::Result<()> {
    let status = program
        .arg(workspace::root().join(script))
        .env("DATABRICKS_HOST", &warehouse.url)
        .env("DATABRICKS_HTTP_PATH", &warehouse.http_path)
        .env("DBSQL_ADMIN_TOKEN", ADMIN_TOKEN)
        .status()
        .with_context(|| format!("cannot run {script}"))?;
    if !status.success() {
        bail!("{script} failed");
    }
    Ok(())
}
