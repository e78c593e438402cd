//! Node.js packages for the interop commands, each in a separate folder.

use std::path::PathBuf;

use anyhow::Context as _;
use xshell::{Shell, cmd};

use crate::{interop, report};

/// Returns the `node_modules` of the folder `name` with `package` in it, installing it if it is
/// missing. `package` is a specifier of npm, such as `@databricks/sql@2.1.0`.
pub(crate) fn ensure(sh: &Shell, name: &str, package: &str) -> anyhow::Result<PathBuf> {
    cmd!(sh, "node --version").quiet().ignore_stdout().run().context("`node` is missing")?;
    let folder = interop::cache_dir(sh)?.join(format!("node-{name}"));
    // Written last, so that an interrupted installation does not count as complete.
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

/// Returns why this machine has no Node.js or npm, if so.
pub(crate) fn why_unavailable(sh: &Shell) -> Option<String> {
    ["node", "npm"]
        .into_iter()
        .find(|program| {
            let version = cmd!(sh, "{program} --version");
            version.quiet().ignore_stdout().ignore_stderr().run().is_err()
        })
        .map(|program| format!("`{program}` is missing"))
}
