//! Tests that need real sockets and real time. They include short runs of two stress programs; for
//! long runs see the top of each program.

mod short_tokens;

use std::process::Command;

use serde_json::Value;

/// Runs a program of this package to its end and returns its JSON report.
fn report(program: &str, arguments: &[&str]) -> Value {
    let output = Command::new(program).args(arguments).arg("--json").output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {}\n{text}\n{errors}", output.status);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn stress(arguments: &[&str]) {
    let report = report(env!("CARGO_BIN_EXE_submit-stress"), arguments);
    assert_eq!(report["wrong_total"], 0, "{report}");
    // The run can only find wrong results if every kind of outcome occurs.
    let outcomes = report["outcomes"].to_string();
    for outcome in ["succeeded", "reported as not run", "reported as unknown", "dropped"] {
        assert!(outcomes.contains(outcome), "no submit {outcome}: {report}");
    }
}

#[test]
fn submits_over_http1_report_the_true_outcome() {
    stress(&["--protocol", "h1", "--submits", "15000"]);
}

#[test]
fn submits_over_http2_report_the_true_outcome() {
    stress(&["--protocol", "h2", "--submits", "8000"]);
}

#[test]
fn waits_stay_within_the_limits() {
    for mode in [&["--mode", "now"][..], &["--mode", "hold", "--hold", "1"]] {
        let arguments = [&["--executions", "300", "--ends-after", "4", "--caps", "100:50"], mode];
        let report = report(env!("CARGO_BIN_EXE_fleet"), &arguments.concat());
        let number = |name: &str| report[name].as_u64().unwrap_or(u64::MAX);
        assert_eq!(number("failed_waits"), 0, "{report}");
        assert!(number("polls_in_flight_peak") <= 50, "{report}");
        // 50 polls and 64 other requests; submits use separate connections.
        assert!(number("connections_peak") <= 2 * (50 + 64), "{report}");
        let rate = report["polls_per_second_waiting"].as_f64().unwrap_or(f64::MAX);
        assert!(rate <= 110.0, "{report}");
    }
}
