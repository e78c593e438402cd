//! The clients, and running one.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use crate::interop::clients::matrix::{Column, Ended, SCENARIOS};
use crate::interop::clients::warehouse::Warehouse;
use crate::interop::venv;
use crate::{report, workspace};

/// The packages of the Python clients. `cryptography` makes the certificate, `lz4` decompresses the
/// SDK's files.
pub(super) const PYTHON: &str = "databricks-sql-connector[pyarrow]==4.9.0 \
                                 databricks-sql-kernel==1.3.0 arrowbricks==6.2.0 \
                                 databricks-sdk==0.162.0 cryptography==50.0.2 lz4==4.4.5";
/// A statement that succeeds if they are installed.
pub(super) const PROBE: &str = "import databricks.sql, databricks.sdk, databricks_sql_kernel, \
                                pyarrow, arrowbricks, cryptography, lz4";
pub(super) const NODE: &str = "@databricks/sql@2.1.0";

/// A client as it is used for one column of the matrix.
pub(super) struct Judge {
    /// The heading of the column, with the version of the client.
    pub(super) title: &'static str,
    pub(super) runtime: Runtime,
    /// The file below `clients`, and its first argument, if it has one.
    script: &'static str,
    mode: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Runtime {
    Python,
    Node,
    /// Node.js with a client that supports only TLS.
    NodeWithTls,
}

#[rustfmt::skip]
pub(super) const JUDGES: [Judge; 8] = [
    Judge { title: "Python connector 4.9.0", runtime: Runtime::Python, script: "connector.py", mode: "thrift" },
    Judge { title: "the same, `use_sea=True`", runtime: Runtime::Python, script: "connector.py", mode: "sea" },
    Judge { title: "the same, `use_kernel=True`, kernel 1.3.0", runtime: Runtime::Python, script: "connector.py", mode: "kernel" },
    Judge { title: "arrowbricks 6.2.0", runtime: Runtime::Python, script: "bricks.py", mode: "thrift" },
    Judge { title: "the same, `protocol=\"sea\"`", runtime: Runtime::Python, script: "bricks.py", mode: "sea" },
    Judge { title: "SDK for Python 0.162.0", runtime: Runtime::Python, script: "sdk.py", mode: "" },
    Judge { title: "Node.js driver 2.1.0, TLS", runtime: Runtime::NodeWithTls, script: "node.js", mode: "thrift" },
    Judge { title: "the same, `useKernel: true`, kernel 1.0.0", runtime: Runtime::Node, script: "node.js", mode: "kernel" },
];

/// Everything that is installed, built and started for all of them.
pub(super) struct Stage {
    pub(super) venv: PathBuf,
    pub(super) node_modules: Option<PathBuf>,
    pub(super) warehouse: Warehouse,
    /// The one with TLS, and the certificate to trust.
    pub(super) with_tls: Option<(Warehouse, PathBuf)>,
    /// This project's program that submits and picks up.
    pub(super) pick_up: PathBuf,
    /// The number of rows of a large result.
    pub(super) rows: u64,
}

impl Judge {
    /// Runs all scenarios with it.
    pub(super) fn run(&self, stage: &Stage) -> anyhow::Result<Column> {
        let mut command = self.command(stage)?;
        let output = command.output().with_context(|| format!("{} cannot be run", self.title))?;
        let (printed, errors) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let lines = printed.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut column = Column { title: self.title, ended: Vec::new() };
        let mut seconds = 0.0;
        for line in lines {
            let text = |key: &str| line[key].as_str().map(str::to_owned).context("no such text");
            let scenario = text("scenario")?;
            ensure!(
                SCENARIOS.iter().any(|(name, _)| *name == scenario),
                "{}: there is no scenario `{scenario}`",
                self.title
            );
            let ended = Ended { outcome: text("outcome")?, note: text("note")? };
            seconds += line["seconds"].as_f64().unwrap_or_default();
            column.ended.push((scenario, ended));
        }
        column.fail_what_is_missing();
        if !output.status.success() || column.has_failed() {
            report::problem(&format!("{} failed:\n{printed}\n{errors}", self.title));
        }
        report::say(&format!("{}: {} scenarios in {seconds:.0} s", self.title, SCENARIOS.len()));
        Ok(column)
    }

    fn command(&self, stage: &Stage) -> anyhow::Result<Command> {
        let script = workspace::root().join("xtask/src/interop/clients").join(self.script);
        let rows = stage.rows.to_string();
        let mut command = if self.runtime == Runtime::Python {
            Command::new(venv::python(&stage.venv))
        } else {
            let mut command = Command::new("node");
            command.env("NODE_PATH", stage.node_modules.as_ref().context("it is not installed")?);
            command
        };
        command.arg(script);
        if !self.mode.is_empty() {
            command.arg(self.mode);
        }
        let (warehouse, certificate) = match (self.runtime, &stage.with_tls) {
            (Runtime::NodeWithTls, Some((warehouse, certificate))) => {
                (warehouse, certificate.as_path())
            }
            (Runtime::NodeWithTls, None) => bail!("there is no warehouse with TLS"),
            _ => (&stage.warehouse, Path::new("")),
        };
        command.args([&warehouse.url, &warehouse.http_path, &rows]).arg(&stage.pick_up);
        if self.runtime != Runtime::Python {
            command.arg(certificate);
        }
        Ok(command)
    }
}
