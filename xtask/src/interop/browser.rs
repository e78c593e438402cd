//! `cargo xtask interop browser`: the browser sign-in in Chromium, at the local warehouse's page, and
//! `cargo xtask interop page`: the page that shows what the warehouse is doing.
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

/// The picture of the page in the guide.
const PICTURE: &str = "docs/local-warehouse-page.png";

impl flags::Page {
    pub(crate) fn run(self, sh: &Shell) -> anyhow::Result<()> {
        let (browser, driver) = ensure(sh)?;
        let _dir = sh.push_dir(workspace::root());
        // A program without SQL, so that DataFusion is not compiled for it.
        let picture = self.picture.then_some(PICTURE);
        cmd!(
            sh,
            "cargo run --quiet --package dbsql-tests --bin browse-page -- {driver} {browser} {picture...}"
        )
        .run()
        .context("the page failed")?;
        report::say("interop page: Chromium used the page");
        Ok(())
    }
}

impl flags::Browser {
    pub(crate) fn run(self, sh: &Shell) -> anyhow::Result<()> {
        let (browser, driver) = ensure(sh)?;
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

/// The browser and its driver, installed if they are missing.
fn ensure(sh: &Shell) -> anyhow::Result<(PathBuf, PathBuf)> {
    let found = || Some((find(&BROWSERS)?, find(&DRIVERS)?));
    if found().is_none() {
        if let Some(reason) = CHROMIUM.why_unavailable(sh) {
            bail!("no Chromium here: {reason}");
        }
        CHROMIUM.ensure(sh)?;
    }
    found().context("Chromium is not on the PATH")
}

/// The first of these programs that is on the `PATH`.
fn find(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file())
}
