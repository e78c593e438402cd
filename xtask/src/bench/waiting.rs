//! Waits for many executions, measured by the program `fleet`.

use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::bench::clients::Programs;
use crate::bench::table::Section;
use crate::bench::works::{Scale, Work};

pub(crate) fn run(
    programs: &Programs,
    work: &Work,
    executions: usize,
    scale: Scale,
) -> anyhow::Result<Section> {
    let (executions, ends_after) = if scale.is_quick() { (20, "1") } else { (executions, "10") };
    let executions = executions.to_string();
    let measured =
        measure(programs, &["--executions", &executions, "--json", "--ends-after", ends_after])?;
    let flags = ["--executions", &executions, "--bare", "--mode", "hold", "--hold", "600"];
    let bare = measure(programs, &flags).map_err(|error| format!("{error:#}"));
    Ok(Section::waiting(work, measured, bare))
}

/// Runs `fleet` with these flags and returns its report.
fn measure(programs: &Programs, flags: &[&str]) -> anyhow::Result<Value> {
    let output = Command::new(programs.fleet())
        .args(flags)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start fleet")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let measured: Value =
        serde_json::from_str(&text).with_context(|| format!("fleet said {text}"))?;
    ensure!(output.status.success(), "waits failed: {}", measured["first_failure"]);
    Ok(measured)
}
