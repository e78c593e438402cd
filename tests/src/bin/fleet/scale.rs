//! Two runs with different numbers of executions: the cost of one more execution.

use std::error::Error;
use std::fmt;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::flags::Plan;

/// The reports of the small and the large run.
#[derive(Debug)]
pub(crate) struct Comparison {
    small: Value,
    large: Value,
}

pub(crate) fn compare(plan: &Plan, factor: u32) -> Result<Comparison, Box<dyn Error>> {
    let executions = plan.executions.checked_mul(factor.max(2)).ok_or("too many executions")?;
    let small = run(*plan)?;
    let large = run(Plan { executions, ..*plan })?;
    Ok(Comparison { small, large })
}

/// Runs in a separate process, for a fresh start.
fn run(plan: Plan) -> Result<Value, Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?)
        .args(plan.to_arguments())
        .arg("--json")
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    let report = serde_json::from_slice(&output.stdout);
    Ok(report.map_err(|_| format!("the run with {} executions failed", plan.executions))?)
}

impl Comparison {
    /// The cost of an execution beyond what both runs share, such as connections.
    fn kib_per_execution(&self) -> f64 {
        let difference = |path: &str| {
            let figure = |report: &Value| report.pointer(path).and_then(Value::as_f64);
            figure(&self.large).unwrap_or(f64::NAN) - figure(&self.small).unwrap_or(f64::NAN)
        };
        let memory = difference("/resident_kib/waiting") - difference("/resident_kib/idle");
        memory / difference("/executions")
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "small": self.small,
            "large": self.large,
            "kib_per_execution": self.kib_per_execution(),
        })
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:#}\n{:#}", self.small, self.large)?;
        writeln!(f, "{:.2} KiB for each further waiting execution", self.kib_per_execution())?;
        let peaks = [&self.small, &self.large].map(|report| report["connections_peak"].as_u64());
        if peaks[0] != peaks[1] {
            let [small, large] = peaks.map(Option::unwrap_or_default);
            writeln!(
                f,
                "connections grew from {small} to {large}: their memory is in this figure"
            )?;
        }
        Ok(())
    }
}
