//! Python packages for the interop commands, each in a separate virtual environment.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use anyhow::Context as _;
use xshell::{Shell, cmd};

use crate::{interop, report};

/// The number of attempts of an installation: package indexes may be unavailable for minutes.
const ATTEMPTS: u64 = 3;

/// Returns the virtual environment `name` with `package` in it, creating it if it is missing.
///
/// `package` is a specifier of pip (`pyspark==3.5.9`), several are separated by spaces. `probe` is
/// a Python statement that succeeds only if the package is usable.
pub(crate) fn ensure(
    sh: &Shell,
    name: &str,
    package: &str,
    probe: &str,
) -> anyhow::Result<PathBuf> {
    let venv = interop::cache_dir(sh)?.join(format!("venv-{name}"));
    // Written last, so that an interrupted installation does not count as complete.
    let stamp = venv.join("installed");
    let is_whole = fs::read_to_string(&stamp).is_ok_and(|installed| installed.trim() == package);
    if is_whole && works(sh, &venv, probe) {
        return Ok(venv);
    }
    report::say(&format!("installing {package} into {}", venv.display()));
    let mut attempt = 1;
    while let Err(error) = install(sh, &venv, package) {
        if attempt == ATTEMPTS {
            return Err(error.context(format!("cannot install {package} ({ATTEMPTS} attempts)")));
        }
        report::problem(&format!("attempt {attempt} of {ATTEMPTS} failed: {error:#}"));
        thread::sleep(Duration::from_secs(5 * attempt));
        attempt += 1;
    }
    anyhow::ensure!(
        works(sh, &venv, probe),
        "{package} is installed but does not work: `{probe}` fails"
    );
    fs::write(&stamp, format!("{package}\n"))?;
    Ok(venv)
}

/// The environment's Python.
pub(crate) fn python(venv: &Path) -> PathBuf {
    venv.join("bin").join("python")
}

fn works(sh: &Shell, venv: &Path, probe: &str) -> bool {
    let python = python(venv);
    python.exists()
        && cmd!(sh, "{python} -c {probe}").quiet().ignore_stdout().ignore_stderr().run().is_ok()
}

fn install(sh: &Shell, venv: &Path, package: &str) -> anyhow::Result<()> {
    sh.remove_path(venv)?;
    cmd!(sh, "python3 -m venv {venv}")
        .quiet()
        .run()
        .context("`python3 -m venv` failed (on Debian it needs the package python3-venv)")?;
    let python = python(venv);
    let packages = package.split_whitespace();
    cmd!(
        sh,
        "{python} -m pip install --quiet --no-cache-dir --disable-pip-version-check {packages...}"
    )
    .quiet()
    .run()?;
    Ok(())
}
