//! The programs that the cases need, and how they come onto a machine with Debian.

use std::path::Path;

use anyhow::{Context as _, ensure};
use xshell::{Shell, cmd};

use crate::report;

/// Programs with Debian's packages of them.
const TOOLS: [(&str, &str); 4] = [
    ("openssl", "openssl"),
    ("squid", "squid"),
    ("microsocks", "microsocks"),
    ("stunnel4", "stunnel4"),
];

/// Why this machine has not got all of them and cannot install them, if so.
pub(crate) fn obstacle(sh: &Shell) -> Option<String> {
    if !cfg!(target_os = "linux") {
        return Some("needs Linux: the programs are those of Debian".to_owned());
    }
    let missing = missing(sh);
    if missing.is_empty() || can_install(sh) {
        return None;
    }
    Some(format!("these programs are missing and cannot be installed: {}", missing.join(", ")))
}

/// Installs those that are missing.
pub(super) fn ensure(sh: &Shell) -> anyhow::Result<()> {
    let packages = missing(sh);
    if packages.is_empty() {
        return Ok(());
    }
    report::say(&format!("installing {}", packages.join(", ")));
    let _noninteractive = sh.push_env("DEBIAN_FRONTEND", "noninteractive");
    // The cases start their own servers: those of the system stay off.
    let _no_services = sh.push_env("RUNLEVEL", "1");
    let install = || {
        let packages = &packages;
        let install = "apt-get install --yes --no-install-recommends";
        let words: Vec<_> = install.split(' ').skip(1).collect();
        cmd!(sh, "apt-get {words...} {packages...}").quiet().ignore_stdout().ignore_stderr().run()
    };
    if install().is_err() {
        cmd!(sh, "apt-get update").quiet().ignore_stdout().run()?;
        install().with_context(|| format!("cannot install {}", packages.join(", ")))?;
    }
    let missing = missing(sh);
    ensure!(missing.is_empty(), "installed, and still missing: {}", missing.join(", "));
    Ok(())
}

/// Lets the users that the servers work as into a folder, and write there.
pub(super) fn open_to_all(sh: &Shell, folder: &Path) -> anyhow::Result<()> {
    Ok(cmd!(sh, "chmod 0777 {folder}").quiet().run()?)
}

fn missing(sh: &Shell) -> Vec<&'static str> {
    let is_missing = |program: &str| {
        let folders = ["/usr/sbin", "/usr/bin", "/usr/local/bin"];
        !folders.iter().any(|folder| sh.path_exists(Path::new(folder).join(program)))
    };
    TOOLS.iter().filter(|(program, _)| is_missing(program)).map(|(_, package)| *package).collect()
}

fn can_install(sh: &Shell) -> bool {
    let is_root = cmd!(sh, "id -u").quiet().ignore_stderr().read().is_ok_and(|id| id == "0");
    let knows = |package: &str| {
        cmd!(sh, "apt-cache show {package}").quiet().ignore_stdout().ignore_stderr().run().is_ok()
    };
    // Without lists of packages it takes an update, which needs a mirror that can be reached.
    let updates =
        || cmd!(sh, "apt-get update").quiet().ignore_stdout().ignore_stderr().run().is_ok();
    is_root
        && (missing(sh).into_iter().all(knows) || updates() && missing(sh).into_iter().all(knows))
}
