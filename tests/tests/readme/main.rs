//! The output shown in `docs/try-it.md` is that of its command.

#![expect(clippy::unwrap_used, reason = "its helpers stand outside of the tests themselves")]

use std::path::Path;
use std::process::Command;

const PAGE: &str = include_str!("../../../docs/try-it.md");

/// The block of the page that begins with this line.
fn block(first_line: &str) -> &'static str {
    let from = PAGE.find(&format!("```text\n{first_line}\n")).unwrap() + "```text\n".len();
    let len = PAGE[from..].find("\n```").unwrap() + 1;
    &PAGE[from..from + len]
}

/// A separate build of the quick start, without settings, over each protocol.
#[test]
fn quick_start_prints_what_the_page_shows() {
    let programs = Path::new(env!("CARGO_BIN_EXE_pick-up")).parent().unwrap();
    let program = programs.join("examples").join("quickstart");
    assert!(program.with_extension(std::env::consts::EXE_EXTENSION).exists(), "{NOT_BUILT}");
    for protocol in [None, Some("sea"), Some("thrift")] {
        let mut command = Command::new(&program);
        command.args(protocol.iter().flat_map(|protocol| ["--protocol", protocol]));
        for name in ["DATABRICKS_HOST", "DATABRICKS_HTTP_PATH", "DATABRICKS_TOKEN"] {
            command.env_remove(name);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8(output.stdout).unwrap();
        let line = protocol.map(|protocol| format!("protocol    {protocol}\n"));
        let shown = block("warehouse   local, on a free port of this machine");
        assert_eq!(printed, line.unwrap_or_default() + shown);
    }
}

const NOT_BUILT: &str = "the example is not built; `cargo test --workspace` builds it, and so does \
                         `cargo build --example quickstart`";
