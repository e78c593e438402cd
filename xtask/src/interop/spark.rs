//! `cargo xtask interop spark`: the end-to-end suite against Apache Spark's Thrift server.
//!
//! Spark's server implements the protocol from which Databricks' was derived, and is not part of
//! this project. The command installs it (a Python package with the jars), starts it on loopback,
//! passes it to the suite with `DBSQL_SPARK_URL`, and always stops it.

mod java;
mod loopback;
mod process;
mod server;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use xshell::{Cmd, Shell, cmd};

use self::server::{Home, Server};
use crate::{
    flags,
    interop::{self, venv},
    report,
};

/// The newest version that accepts a `Bearer` header (4.x responds with 500 to any).
pub(super) const PYSPARK: &str = "3.5.9";

impl flags::Spark {
    pub(crate) fn run(self, sh: &Shell) -> anyhow::Result<()> {
        run(sh, self.keep, self.exec.as_deref())
    }
}

/// Returns why this machine cannot run the server, if so.
pub(crate) fn why_unavailable(sh: &Shell) -> Option<String> {
    if !cfg!(target_os = "linux") {
        return Some(
            "needs Linux: the loopback guard reads /proc and preloads a library".to_owned(),
        );
    }
    let works = |command: Cmd<'_>| command.quiet().ignore_stdout().ignore_stderr().run().is_ok();
    if !works(cmd!(sh, "python3 -c").arg("import ensurepip, venv")) {
        return Some("`python3` with its venv module is missing".to_owned());
    }
    if !works(cmd!(sh, "cc --version")) {
        return Some("`cc` is missing".to_owned());
    }
    java::why_unavailable(sh)
}

/// Starts the server, runs the suite (or `exec` instead) and stops the server unless `keep` is set.
pub(crate) fn run(sh: &Shell, keep: bool, exec: Option<&str>) -> anyhow::Result<()> {
    if let Some(reason) = why_unavailable(sh) {
        bail!("interop spark cannot run here: {reason}");
    }
    let dir = sh.create_dir(interop::cache_dir(sh)?.join("spark"))?;
    let _lock = lock(&dir)?;
    java::ensure(sh)?;
    let venv = install(sh)?;
    let home = Home { spark: spark_home(&venv)?, dir };
    let mut server = Server::start(sh, &home, keep)?;
    report::say(&format!(
        "Spark's Thrift server answers at {} (pid {})",
        server.url(),
        server.pid()
    ));

    let suite = run_suite(sh, &server.url(), exec);
    if suite.is_err() {
        home.show_log_tail();
    }
    let stopped = if keep {
        let (url, pid) = (server.url(), server.pid());
        server.leave_running();
        report::say(&format!("left running: {url}; `kill {pid}` stops it, as does the next start"));
        Ok(())
    } else {
        server.stop()
    };
    suite?;
    stopped
}

/// The virtual environment with Spark in it.
fn install(sh: &Shell) -> anyhow::Result<PathBuf> {
    let probe = format!(
        "import glob, importlib.metadata, os, pyspark; \
         assert importlib.metadata.version('pyspark') == '{PYSPARK}'; \
         assert glob.glob(os.path.dirname(pyspark.__file__) + '/jars/spark-hive-thriftserver_*.jar')"
    );
    venv::ensure(sh, &format!("pyspark-{PYSPARK}"), &format!("pyspark=={PYSPARK}"), &probe)
}

fn run_suite(sh: &Shell, url: &str, exec: Option<&str>) -> anyhow::Result<()> {
    let suite = match exec {
        Some(command) => cmd!(sh, "sh -c {command}"),
        // The whole workspace, to reuse the build of `cargo test --workspace`.
        None => cmd!(sh, "cargo test --workspace --test end-to-end"),
    };
    suite.env("DBSQL_SPARK_URL", url).run().context("the suite against Spark failed")
}

/// Returns the folder of Spark in the package.
fn spark_home(venv: &Path) -> anyhow::Result<PathBuf> {
    let lib = venv.join("lib");
    fs::read_dir(&lib)?
        .filter_map(|entry| Some(entry.ok()?.path().join("site-packages").join("pyspark")))
        .find(|home| home.join("bin").join("spark-submit").exists())
        .with_context(|| format!("no pyspark below {}", lib.display()))
}

/// Prevents a second command from overwriting or stopping the server of the first one.
fn lock(dir: &Path) -> anyhow::Result<File> {
    let file = File::create(dir.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            bail!("another `interop spark` is at work in {}", dir.display())
        }
        Err(fs::TryLockError::Error(error)) => Err(error.into()),
    }
}
