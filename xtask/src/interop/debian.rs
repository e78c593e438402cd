//! Programs of Debian that a command needs, and their installation.

use std::path::Path;

use anyhow::{Context as _, ensure};
use xshell::{Shell, cmd};

use crate::report;

/// Programs with their Debian packages.
pub(crate) struct Programs(pub(crate) &'static [(&'static str, &'static str)]);

impl Programs {
    /// Returns why some of them are missing and cannot be installed, if so.
    pub(crate) fn why_unavailable(&self, sh: &Shell) -> Option<String> {
        if !cfg!(target_os = "linux") {
            return Some("needs Linux: the programs are those of Debian".to_owned());
        }
        let missing = self.missing(sh);
        if missing.is_empty() || self.can_install(sh) {
            return None;
        }
        Some(format!("these programs are missing and cannot be installed: {}", missing.join(", ")))
    }

    /// Installs those that are missing.
    pub(crate) fn ensure(&self, sh: &Shell) -> anyhow::Result<()> {
        let packages = self.missing(sh);
        if packages.is_empty() {
            return Ok(());
        }
        report::say(&format!("installing {}", packages.join(", ")));
        let _noninteractive = sh.push_env("DEBIAN_FRONTEND", "noninteractive");
        // Installed servers are not started: each command starts its own.
        let _no_services = sh.push_env("RUNLEVEL", "1");
        let install = || {
            let packages = &packages;
            cmd!(sh, "apt-get install --yes --no-install-recommends {packages...}")
                .quiet()
                .ignore_stdout()
                .ignore_stderr()
                .run()
        };
        if install().is_err() {
            cmd!(sh, "apt-get update").quiet().ignore_stdout().run()?;
            install().with_context(|| format!("cannot install {}", packages.join(", ")))?;
        }
        let missing = self.missing(sh);
        ensure!(missing.is_empty(), "installed, and still missing: {}", missing.join(", "));
        Ok(())
    }

    fn missing(&self, sh: &Shell) -> Vec<&'static str> {
        let is_missing = |program: &str| {
            let folders = ["/usr/sbin", "/usr/bin", "/usr/local/bin"];
            !folders.iter().any(|folder| sh.path_exists(Path::new(folder).join(program)))
        };
        let missing = self.0.iter().filter(|(program, _)| is_missing(program));
        missing.map(|(_, package)| *package).collect()
    }

    fn can_install(&self, sh: &Shell) -> bool {
        let is_root = cmd!(sh, "id -u").quiet().ignore_stderr().read().is_ok_and(|id| id == "0");
        let knows = |package: &str| {
            let show = cmd!(sh, "apt-cache show {package}").quiet();
            show.ignore_stdout().ignore_stderr().run().is_ok()
        };
        let knows_all = || self.missing(sh).into_iter().all(knows);
        // Without package lists it needs an update, and so a reachable mirror.
        let updates =
            || cmd!(sh, "apt-get update").quiet().ignore_stdout().ignore_stderr().run().is_ok();
        is_root && (knows_all() || updates() && knows_all())
    }
}
