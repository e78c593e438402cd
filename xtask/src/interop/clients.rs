//! `cargo xtask interop clients`: clients of other projects against the local warehouse, over both
//! protocols. They check what it sends, and the matrix of `docs/clients.md` has the results. The
//! programs of `docs/testing-without-a-warehouse.md` run with them.

mod judge;
mod matrix;
mod snippets;
mod tools;
mod warehouse;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use xshell::{Shell, cmd};

use self::judge::{JUDGES, Judge, NODE, PROBE, PYTHON, Runtime, Stage};
use self::matrix::Column;
use self::warehouse::Warehouse;
use crate::interop::{at_once, cache_dir, npm, venv};
use crate::{flags, report, workspace};

/// The page with the matrix.
const PAGE: &str = "docs/clients.md";

/// The rows of a large result. The short form has enough for links, and for several chunks inline.
const ROWS: u64 = 1_000_000;
const FEW_ROWS: u64 = 300_000;

/// The number of clients that run concurrently: each spends most of its time waiting for slow
/// statements.
const AT_ONCE: usize = 2;

impl flags::Clients {
    pub(crate) fn run(self, sh: &Shell) -> anyhow::Result<()> {
        let reason = npm::why_unavailable(sh);
        let mut judges: Vec<&Judge> = JUDGES.iter().collect();
        if let Some(only) = &self.only {
            if only == snippets::NAME {
                let installed = Installed::new(sh, reason.is_none())?;
                return installed.run_snippets();
            }
            judges.retain(|judge| judge.title.contains(only));
            ensure!(!judges.is_empty(), "no client has `{only}` in the head of its column");
        }
        let has_node = reason.is_none();
        if let Some(reason) = reason {
            let (python, node): (Vec<_>, Vec<_>) =
                judges.into_iter().partition(|judge| judge.runtime == Runtime::Python);
            judges = python;
            ensure!(self.short || node.is_empty(), "{reason}, and so the clients for Node.js");
            for Judge { title, .. } in node {
                report::say(&format!("left out: {title} ({reason})"));
            }
        }
        if self.write {
            ensure!(judges.len() == JUDGES.len() && !self.short, "a page is written in full");
        }
        let rows = if self.short { FEW_ROWS } else { ROWS };
        let installed = Installed::new(sh, has_node)?;
        if self.only.is_none() {
            installed.run_snippets()?;
        }
        if self.only.is_none() && !self.short {
            tools::check(sh, &installed.warehouse())?;
        }
        let columns = judge(sh, &installed, &judges, rows)?;
        report::say(&format!("\n{}", matrix::show(&columns)));
        if let Some(failed) = columns.iter().find(|column| column.has_failed()) {
            bail!("{} failed; `--only` repeats one client alone", failed.title);
        }
        let path = workspace::root().join(PAGE);
        let page = fs::read_to_string(&path).with_context(|| format!("cannot read {PAGE}"))?;
        if self.write {
            let page = matrix::written(&page, &columns).context("the page has no place for it")?;
            fs::write(&path, page)?;
            return Ok(());
        }
        compare(&page, &columns)
    }
}

/// The step of `cargo xtask ci`.
pub(crate) fn check(sh: &Shell) -> anyhow::Result<()> {
    flags::Clients { short: true, only: None, write: false }.run(sh)
}

/// Fails if the page has other results for these clients.
fn compare(page: &str, columns: &[Column]) -> anyhow::Result<()> {
    let mut differences = matrix::differences(page, columns);
    for title in matrix::titles(page) {
        if !JUDGES.iter().any(|judge| judge.title == title) {
            differences.push(format!("{title}: a column of the page, and there is no such client"));
        }
    }
    for difference in &differences {
        report::problem(difference);
    }
    if !differences.is_empty() {
        bail!("{PAGE} says something else: fix what is wrong, or `interop clients --write`");
    }
    report::say(&format!("{} clients fare as {PAGE} says", columns.len()));
    Ok(())
}

/// What was installed and built for all of them.
struct Installed {
    venv: PathBuf,
    node_modules: Option<PathBuf>,
    /// The folder with the programs of this project.
    built: PathBuf,
}

impl Installed {
    fn new(sh: &Shell, has_node: bool) -> anyhow::Result<Self> {
        let venv = venv::ensure(sh, "judges", PYTHON, PROBE)?;
        let node_modules = has_node.then(|| npm::ensure(sh, "judges", NODE)).transpose()?;
        let built = workspace::programs(sh)?;
        Ok(Self { venv, node_modules, built })
    }

    fn warehouse(&self) -> PathBuf {
        self.built.join("dbsql-warehouse")
    }

    fn run_snippets(&self) -> anyhow::Result<()> {
        snippets::run(&self.warehouse(), &self.venv, self.node_modules.as_deref())
    }
}

/// Starts everything that they need, and runs them.
fn judge(
    sh: &Shell,
    installed: &Installed,
    judges: &[&Judge],
    rows: u64,
) -> anyhow::Result<Vec<Column>> {
    let (program, venv) = (installed.warehouse(), installed.venv.clone());
    let uses_tls = judges.iter().any(|judge| judge.runtime == Runtime::NodeWithTls);
    let with_tls = uses_tls.then(|| with_tls(sh, &program, &venv)).transpose()?;
    let stage = Stage {
        venv,
        node_modules: installed.node_modules.clone(),
        warehouse: Warehouse::start(&program, &[])?,
        with_tls,
        pick_up: installed.built.join("pick-up"),
        rows,
    };
    report::say(&format!("the local warehouse is at {}", stage.warehouse.url));
    at_once::all(judges, AT_ONCE, |judge| judge.run(&stage))
}

/// Starts a warehouse with TLS; returns it and the certificate to trust.
fn with_tls(sh: &Shell, program: &Path, venv: &Path) -> anyhow::Result<(Warehouse, PathBuf)> {
    let folder = sh.create_dir(cache_dir(sh)?.join("certificate"))?;
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let python = venv::python(venv);
    let script = workspace::root().join("xtask/src/interop/clients/certificate.py");
    cmd!(sh, "{python} {script} {certificate} {key}").quiet().run()?;
    let flags: [&OsStr; 4] =
        ["--tls-cert".as_ref(), certificate.as_ref(), "--tls-key".as_ref(), key.as_ref()];
    let warehouse = Warehouse::start(program, &flags)?;
    Ok((warehouse, certificate))
}
