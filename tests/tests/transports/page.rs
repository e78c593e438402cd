//! `docs/transports.md` shows the files that are tested here, whole.

const PAGE: &str = include_str!("../../../docs/transports.md");
const FILES: [(&str, &str); 2] = [
    ("socket", include_str!("../../../crates/dbsql-transport/examples/transports/socket.rs")),
    ("reqwest", include_str!("../../../crates/dbsql-transport/examples/transports/reqwest.rs")),
];

#[test]
fn page_shows_the_tested_files() {
    for (name, text) in FILES {
        // Without the `//!` head, which the page says in its own words.
        let (_, code) = text.split_once("\n\n").unwrap();
        assert!(PAGE.contains(&format!("\n```rust\n{code}```\n")), "docs/transports.md: {name}.rs");
    }
}

#[test]
fn each_transport_is_under_100_lines_of_code() {
    for (name, text) in FILES {
        let is_code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
        let lines = text.lines().filter(is_code).count();
        assert!(lines < 100, "{name}.rs: {lines}");
    }
}
