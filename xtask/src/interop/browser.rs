//! `cargo xtask interop browser`: the browser sign-in in Chromium, at the local warehouse's page.
//!
//! The browser is real, and so are its requests to our listener: those that it sends on its own,
//! the one caused by a click, and those of other pages. Not part of CI, since Chromium is large.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

use crate::interop::debian::Programs;
use crate::{flags, report, workspace};

/// The names under which systems have the browser.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

const DRIVERS: [&str; 2] = ["chromedriver", "chromium.chromedriver"];

/// The packages to install if there is none of them.
const CHROMIUM: Programs =
    Programs(&[("chromium", "chromium"), ("chromedriver", "chromium-driver")]);

impl flags::Browser {
    pub(crate) fn run(self, sh: &Shell) -> anyhow::Result<()> {
        let found = || Some((find(&BROWSERS)?, find(&DRIVERS)?));
        if found().is_none() {
            if let Some(reason) = CHROMIUM.why_unavailable(sh) {
                bail!("interop browser cannot run here: {reason}");
            }
            CHROMIUM.ensure(sh)?;
        }
        let (browser, driver) = found().context("Chromium is not on the PATH")?;
        let _dir = sh.push_dir(workspace::root());
        cmd!(
            sh,
            "cargo run --quiet --package dbsql-tests --example browser-sign-in -- {driver} {browser}"
        )
        .run()
        .context("the browser sign-in failed")?;
        report::say("interop browser: Chromium signed in");
        Ok(())
    }
}

/// The first of these programs that is on the `PATH`.
fn find(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file())
}
