//! The programs that the cases need.

use std::path::Path;

use xshell::{Shell, cmd};

use crate::interop::debian::Programs;

pub(super) const TOOLS: Programs = Programs(&[
    ("openssl", "openssl"),
    ("squid", "squid"),
    ("microsocks", "microsocks"),
    ("stunnel4", "stunnel4"),
]);

/// Lets the users of the servers enter a folder and write to it.
pub(super) fn open_to_all(sh: &Shell, folder: &Path) -> anyhow::Result<()> {
    Ok(cmd!(sh, "chmod 0777 {folder}").quiet().run()?)
}
