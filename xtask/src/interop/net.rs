//! `cargo xtask interop net`: the facade reaches the local warehouse through proxies, a TLS terminator
//! and certificates that this project did not write: squid, microsocks, stunnel and OpenSSL, from Debian.
//!
//! The client and the warehouse are the program `net-probe` of the end-to-end suites. Each case has
//! the expected outcomes of two statements, one with an inline result and one with result files.

mod cases;
mod certificates;
mod servers;
mod tools;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use xshell::Shell;

use self::cases::{Case, Seen};
use self::certificates::Certificates;
use self::servers::Stage;
use crate::interop::at_once;
use crate::{report, workspace};

/// The number of clients that run concurrently.
const AT_ONCE: usize = 2;

/// The token that the warehouse accepts: proxies must never see it.
const TOKEN: &str = "the-token-of-the-suite";

/// Returns why it cannot run on this machine, if so.
pub(crate) fn why_unavailable(sh: &Shell) -> Option<String> {
    tools::TOOLS.why_unavailable(sh)
}

/// Runs all cases and prints the results; fails if they are not the expected ones.
pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    if let Some(reason) = why_unavailable(sh) {
        bail!("interop net cannot run here: {reason}");
    }
    tools::TOOLS.ensure(sh)?;
    let probe = workspace::programs(sh)?.join("net-probe");
    let began = Instant::now();
    // Not below the target folder: squid runs as a user without access to it.
    let folder = sh.create_temp_dir()?;
    tools::open_to_all(sh, folder.path())?;
    let certificates = Certificates::make(sh, folder.path())?;
    let stage = Stage::start(&probe, folder.path(), &certificates)?;
    let cases = cases::all(&stage, &certificates);
    let seen = at_once::all(&cases, AT_ONCE, |case| {
        query(&probe, case).with_context(|| format!("case `{}`", case.name))
    })?;
    let mut wrong = Vec::new();
    report::say("| Case | Expected | Seen |\n|---|---|---|");
    for (case, seen) in cases.iter().zip(&seen) {
        let verdict = if case.is_as_expected(seen) { "" } else { " **not as expected**" };
        report::say(&format!("| {} | {} | {}{verdict} |", case.name, case.expected, seen.short()));
        if !verdict.is_empty() {
            wrong.push(format!("{}: {}", case.name, seen.in_full()));
        }
        ensure!(!seen.in_full().contains(TOKEN), "case `{}`: the token is in an error", case.name);
    }
    // They write the logs until they have exited.
    let logs = stage.stop()?;
    wrong.extend(cases::judge_logs(&logs));
    for line in &wrong {
        report::problem(line);
    }
    ensure!(wrong.is_empty(), "{} things are not as expected", wrong.len());
    let took = report::seconds(began.elapsed());
    report::say(&format!("interop net: {} cases as expected, in {took}", cases.len()));
    Ok(())
}

/// Runs the client of a case to its end.
fn query(probe: &Path, case: &Case) -> anyhow::Result<Seen> {
    let mut command = Command::new(probe);
    command.arg("query").args(&case.settings);
    for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] {
        command.env_remove(name);
    }
    // The certificates that this machine trusts do not matter for the cases.
    let output = command.envs(case.environment.iter().cloned()).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().last().with_context(|| {
        format!("the client said nothing: {}", String::from_utf8_lossy(&output.stderr))
    })?;
    let json: Value = serde_json::from_str(line).with_context(|| format!("{line}: not JSON"))?;
    Ok(Seen(json))
}

/// A file in the folder of the run.
fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join(name)
}
