//! The Java runtime that Spark needs.

use anyhow::{Context as _, ensure};
use xshell::{Shell, cmd};

use crate::report;

/// Debian's name of a runtime that Spark 3.5 supports.
const PACKAGE: &str = "openjdk-17-jre-headless";

/// Returns why Java is missing and cannot be installed, if so.
pub(super) fn why_unavailable(sh: &Shell) -> Option<String> {
    let reason =
        || format!("`java` is missing (Spark wants Java 17; on Debian the package is {PACKAGE})");
    (!is_present(sh) && !can_install(sh)).then(reason)
}

/// Installs Java if it is missing and that is permitted.
pub(super) fn ensure(sh: &Shell) -> anyhow::Result<()> {
    if is_present(sh) {
        return Ok(());
    }
    report::say(&format!("installing {PACKAGE}"));
    let _noninteractive = sh.push_env("DEBIAN_FRONTEND", "noninteractive");
    cmd!(sh, "apt-get update").quiet().ignore_stdout().run()?;
    cmd!(sh, "apt-get install --yes --no-install-recommends {PACKAGE}")
        .quiet()
        .ignore_stdout()
        .run()
        .with_context(|| format!("cannot install {PACKAGE}; install a Java 17 by hand"))?;
    ensure!(is_present(sh), "{PACKAGE} is installed, but `java` does not run");
    Ok(())
}

/// Spark's scripts prefer `JAVA_HOME` to the `java` on the `PATH`.
fn is_present(sh: &Shell) -> bool {
    let java =
        sh.var("JAVA_HOME").map_or_else(|_| "java".to_owned(), |home| format!("{home}/bin/java"));
    cmd!(sh, "{java} -version").quiet().ignore_stdout().ignore_stderr().run().is_ok()
}

fn can_install(sh: &Shell) -> bool {
    let is_root = cmd!(sh, "id -u").quiet().ignore_stderr().read().is_ok_and(|id| id == "0");
    let has_apt =
        cmd!(sh, "apt-get --version").quiet().ignore_stdout().ignore_stderr().run().is_ok();
    is_root && has_apt
}
