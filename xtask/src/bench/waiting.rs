//! Many executions waited for, by the program `fleet`.

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
    let (executions, ends_after) = if scale.is_quick() { (20, 1) } else { (executions, 10) };
    let output = Command::new(programs.fleet())
        .args(["--executions", &executions.to_string(), "--json"])
        .args(["--ends-after", &ends_after.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start fleet")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let told: Value = serde_json::from_str(&text).with_context(|| format!("fleet said {text}"))?;
    ensure!(output.status.success(), "waits failed: {}", told["first_failure"]);
    Ok(Section::waiting(work, told))
}
