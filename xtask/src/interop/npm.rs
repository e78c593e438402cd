//! Packages for Node.js for the interop commands, each in a folder of its own.

use std::path::PathBuf;

use anyhow::Context as _;
use xshell::{Shell, cmd};

use crate::{interop, report};

/// The `node_modules` of the folder `name` with `package` in it, made when it is not there yet.
/// `package` is what npm takes, such as `@databricks/sql@2.1.0`.
pub(crate) fn ensure(sh: &Shell, name: &str, package: &str) -> anyhow::Result<PathBuf> {
    cmd!(sh, "node --version").quiet().ignore_stdout().run().context("`node` is missing")?;
    let folder = interop::cache_dir(sh)?.join(format!("node-{name}"));
    // Written last: an installation that was cut short must not pass for a whole one.
    let stamp = folder.join("installed");
    let is_whole = sh.read_file(&stamp).is_ok_and(|installed| installed.trim() == package);
    if !is_whole {
        report::say(&format!("installing {package} into {}", folder.display()));
        sh.create_dir(&folder)?;
        cmd!(sh, "npm install --silent --no-audit --no-fund --prefix {folder} {package}")
            .quiet()
            .ignore_stdout()
            .run()
            .with_context(|| format!("cannot install {package} with `npm`"))?;
        sh.write_file(&stamp, format!("{package}\n"))?;
    }
    Ok(folder.join("node_modules"))
}

/// Whether this machine has Node.js and npm at all.
pub(crate) fn why_unavailable(sh: &Shell) -> Option<String> {
    ["node", "npm"]
        .into_iter()
        .find(|program| {
            let version = cmd!(sh, "{program} --version");
            version.quiet().ignore_stdout().ignore_stderr().run().is_err()
        })
        .map(|program| format!("`{program}` is missing"))
}
