//! `cargo xtask interop thrift`: our Thrift codec against the one that Apache Thrift generates.
//!
//! The other side is the Python code inside the `databricks-sql-connector` package. In order:
//!
//! 1. `oracle.py` writes the fixtures, which must equal the committed ones. With the environment
//!    variable `DBSQL_BLESS=1` they replace the committed ones instead.
//! 2. The IDL must agree with the package on every name, id, type, enum, default and method.
//! 3. Python reads our encodings of all sample values, which must equal its own sample values.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::ensure;
use xshell::{Shell, cmd};

use crate::{
    codegen,
    interop::{cache_dir, venv},
    report,
};

mod schema;

/// The package with the generated code. The fixtures name no version: a later one must produce the
/// same bytes.
const PACKAGE: &str = "databricks-sql-connector==4.8.0";
/// A statement that succeeds if the package is installed.
const PROBE: &str = "import databricks.sql.thrift_api.TCLIService.TCLIService";
const FIXTURES: [&str; 3] = ["structs.txt", "messages.txt", "schema.txt"];

/// Runs all of it.
pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    let python = venv::python(&venv::ensure(sh, "thrift", PACKAGE, PROBE)?);
    let folder = cache_dir(sh)?.join("thrift");
    let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/interop/thrift/oracle.py");

    let fresh = folder.join("fixtures");
    fs::create_dir_all(&fresh)?;
    cmd!(sh, "{python} {oracle} write {fresh}").run()?;
    compare_fixtures(&fresh)?;

    let schema_text = fs::read_to_string(fresh.join("schema.txt"))?;
    schema::compare(&codegen::protocol_idl()?, &schema_text)?;

    let ours = folder.join("ours.txt");
    let lines = cmd!(sh, "cargo run --quiet -p dbsql-protocol --example oracle_samples").read()?;
    fs::write(&ours, lines + "\n")?;
    cmd!(sh, "{python} {oracle} read {ours}").run()?;
    report::say("interop thrift: both codecs agree");
    Ok(())
}

fn compare_fixtures(fresh: &Path) -> anyhow::Result<()> {
    let committed = committed_fixtures();
    let bless = env::var("DBSQL_BLESS").is_ok_and(|value| value == "1");
    for name in FIXTURES {
        let path = committed.join(name);
        let new = fs::read_to_string(fresh.join(name))?;
        if bless {
            fs::create_dir_all(&committed)?;
            fs::write(&path, &new)?;
            continue;
        }
        let old = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        let line = old.lines().zip(new.lines()).position(|(old, new)| old != new);
        let line = line.unwrap_or_else(|| old.lines().count().min(new.lines().count())) + 1;
        ensure!(
            old == new,
            "{} differs from what Python writes, first in line {line}; if Python is right, \
             run again with DBSQL_BLESS=1",
            path.display()
        );
    }
    Ok(())
}

fn committed_fixtures() -> PathBuf {
    codegen::protocol_crate().join("tests/fixtures")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_idl_agrees_with_the_python_package() {
        let text = fs::read_to_string(committed_fixtures().join("schema.txt")).expect("a fixture");
        let idl = codegen::protocol_idl().expect("an IDL");
        if let Err(error) = schema::compare(&idl, &text) {
            panic!("{error:#}");
        }
    }
}
