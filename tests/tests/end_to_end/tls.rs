//! The whole suite again, with a local warehouse over TLS.

use std::process::Command;

use crate::support::{TLS, is_spark};

const NAME: &str = "tls::whole_suite_passes_over_tls";

#[test]
fn whole_suite_passes_over_tls() {
    // Spark's server runs with its default configuration, without TLS.
    if is_spark() || std::env::var_os(TLS).is_some() {
        return;
    }
    let mut suite = Command::new(std::env::current_exe().unwrap());
    let output = suite.args(["--skip", NAME]).env(TLS, "1").output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(!printed.contains("running 0 tests"), "{printed}");
    assert!(
        printed.contains("pick_up::another_process_picks_up_what_a_third_submitted::sea ... ok")
    );
}
