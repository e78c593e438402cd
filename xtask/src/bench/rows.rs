//! Rows as structs, compared with the same structs built by hand, by the program `bench-rows`.

use std::fmt;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::bench::clients::Programs;
use crate::bench::table::Section;
use crate::bench::works::{Scale, Work};

pub(crate) fn run(programs: &Programs, work: &Work, scale: Scale) -> anyhow::Result<Section> {
    let size = if scale.is_quick() { ["40000", "1"] } else { ["1000000", "11"] };
    let output = Command::new(programs.bench_rows())
        .args(size)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start bench-rows")?;
    ensure!(output.status.success(), "bench-rows failed");
    let text = String::from_utf8_lossy(&output.stdout);
    let measured =
        serde_json::from_str(&text).with_context(|| format!("bench-rows said {text}"))?;
    Ok(Section::rows(work, measured))
}

/// Writes the measurements of `bench-rows` as a table.
pub(crate) fn table(f: &mut fmt::Formatter<'_>, measured: &Value) -> fmt::Result {
    writeln!(f, "| {} rows | by hand, CPU s | rows, CPU s | rows / by hand |", measured["rows"])?;
    writeln!(f, "|---|---|---|---|")?;
    for (about, name) in [
        ("six columns, two of them text (`orders`)", "orders"),
        ("four columns, none of them text (`numbers`)", "numbers"),
    ] {
        let seconds = |kind: &str| measured[name][kind].as_f64().unwrap_or(f64::NAN);
        let (by_hand, rows) = (seconds("by_hand_seconds"), seconds("rows_seconds"));
        writeln!(f, "| {about} | {by_hand:.3} | {rows:.3} | {:.2} |", rows / by_hand)?;
    }
    Ok(())
}
