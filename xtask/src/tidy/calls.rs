//! Rule: calls that would make a run unrepeatable, and leftovers that must not be merged.
//!
//! Time, chance and tasks come from `dbsql-runtime` alone, so that a whole run can be repeated from a
//! seed. The rule sees names, not types: it finds the ways that are written by mistake.

use super::{
    Finding,
    rust_source::{RustSource, is_word},
};

/// Where a name is banned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// The crates' code outside of tests, except the runtime crate.
    Replayable,
    /// Code outside of tests in any package.
    Shipped,
    /// Everywhere, tests too.
    Everywhere,
}

struct Ban {
    name: &'static str,
    scope: Scope,
    why: &'static str,
}

const fn ban(scope: Scope, name: &'static str, why: &'static str) -> Ban {
    Ban { name, scope, why }
}

const CLOCK: &str = "time comes from the clock of `dbsql-runtime`";
const CHANCE: &str = "chance comes from the entropy of `dbsql-runtime`";
const TASKS: &str = "tasks and blocking work are started through `dbsql-runtime`";

const BANS: &[Ban] = &[
    ban(Scope::Replayable, "Instant::now", CLOCK),
    ban(Scope::Replayable, "SystemTime::now", CLOCK),
    ban(Scope::Replayable, "tokio::time", CLOCK),
    ban(Scope::Replayable, "thread::sleep", CLOCK),
    ban(Scope::Replayable, "Uuid::new_v4", CHANCE),
    ban(Scope::Replayable, "Uuid::now_v7", CHANCE),
    ban(Scope::Replayable, "getrandom", CHANCE),
    ban(Scope::Replayable, "RandomState", CHANCE),
    ban(Scope::Replayable, "tokio::spawn", TASKS),
    ban(Scope::Replayable, "task::spawn", TASKS),
    ban(Scope::Replayable, "spawn_blocking", TASKS),
    ban(Scope::Replayable, "spawn_local", TASKS),
    ban(Scope::Replayable, "block_in_place", TASKS),
    ban(Scope::Replayable, "JoinSet", TASKS),
    ban(Scope::Replayable, "thread::spawn", TASKS),
    ban(Scope::Replayable, "thread::Builder", TASKS),
    ban(Scope::Shipped, ".unwrap()", "say in an `expect` why it cannot fail, or return the error"),
    ban(Scope::Everywhere, "unsafe", "this workspace has no unsafe code"),
    ban(Scope::Everywhere, "todo!", "finish it"),
    ban(Scope::Everywhere, "unimplemented!", "finish it"),
    ban(Scope::Everywhere, "dbg!", "a leftover of debugging"),
    ban(Scope::Everywhere, "#[ignore", "assert what happens today and say that it is wrong"),
];

/// On a line with a hash map: nothing visible depends on the order of its entries.
const ORDER_NOT_VISIBLE: &str = "// tidy: order not visible";

pub(super) fn check(source: &RustSource) -> Vec<Finding> {
    let mut findings = Vec::new();
    for Ban { name, scope, why } in BANS {
        for at in source.find(name).filter(|&at| applies(*scope, source, at)) {
            findings.push(finding(source, at, format!("`{name}`: {why}")));
        }
    }
    for name in ["HashMap", "HashSet"] {
        for at in source.find(name).filter(|&at| applies(Scope::Replayable, source, at)) {
            let line = source.line_text(at);
            // An import has no order, and the places that use it are found on their own.
            if !line.contains(ORDER_NOT_VISIBLE) && !is_import(source, at) {
                let message = format!(
                    "`{name}`: its order changes from run to run; take the BTree one, or end the line with `{ORDER_NOT_VISIBLE}`"
                );
                findings.push(finding(source, at, message));
            }
        }
    }
    for at in source.find("select!").filter(|&at| applies(Scope::Replayable, source, at)) {
        let arms =
            source.code[at + "select!".len()..].trim_start().trim_start_matches(['{', '(', '[']);
        if !arms.trim_start().starts_with("biased") {
            let message = "`select!` without `biased;` polls its arms in random order";
            findings.push(finding(source, at, message.to_owned()));
        }
    }
    findings
}

fn applies(scope: Scope, source: &RustSource, at: usize) -> bool {
    let path = source.path.as_str();
    match scope {
        Scope::Everywhere => true,
        Scope::Shipped => path.contains("src/") && !source.is_test(at),
        Scope::Replayable => {
            path.starts_with("crates/")
                && path.contains("/src/")
                && !path.starts_with("crates/dbsql-runtime/")
                && !source.is_test(at)
        }
    }
}

/// Whether the offset is within a `use` declaration.
fn is_import(source: &RustSource, at: usize) -> bool {
    let before = &source.code[..at];
    let Some(start) = before.rfind("use ") else { return false };
    !before[..start].ends_with(is_word) && !before[start..].contains(';')
}

fn finding(source: &RustSource, at: usize, message: String) -> Finding {
    Finding::failure(&source.path, source.line(at), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGINE: &str = "crates/dbsql-core/src/poll.rs";

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let mut lines: Vec<_> =
            check(&RustSource::new(path, text)).into_iter().map(|f| f.line).collect();
        lines.sort_unstable();
        lines
    }

    #[track_caller]
    fn passes(path: &str, text: &str) {
        assert!(check(&RustSource::new(path, text)).is_empty(), "{text}");
    }

    #[test]
    fn raw_time_chance_and_tasks_are_found_in_the_engine() {
        for line in [
            "let now = std::time::Instant::now();",
            "let now = SystemTime::now();",
            "let id = Uuid::new_v4();",
            "tokio::spawn(task);",
            "tokio::task::spawn_blocking(work);",
            "std::thread::spawn(work);",
            "thread::sleep(pause);",
            "tokio::time::sleep(pause).await;",
            "use tokio::time::{sleep, timeout};",
            "tokio::time::interval(pause);",
        ] {
            assert!(!lines(ENGINE, line).is_empty(), "{line}");
        }
    }

    #[test]
    fn the_runtime_tests_and_comments_may_name_them() {
        let call = "let now = Instant::now();\n";
        passes("crates/dbsql-runtime/src/clock.rs", call);
        passes("crates/dbsql-core/tests/it/main.rs", call);
        passes("crates/dbsql-transport/src/conformance.rs", call);
        passes("xtask/src/ci.rs", call);
        passes(ENGINE, &format!("#[cfg(test)]\nmod tests {{\n{call}}}\n"));
        passes(ENGINE, "// Instant::now() is banned\nlet a = \"Instant::now()\";");
    }

    #[test]
    fn a_hash_map_needs_its_comment() {
        passes(ENGINE, "use std::collections::{BTreeMap, HashMap};\n");
        assert_eq!(lines(ENGINE, "use a::B;\nlet m = HashMap::new();\n"), [2]);
        passes(ENGINE, "let m = HashMap::new(); // tidy: order not visible\n");
        assert_eq!(lines(ENGINE, "let m = HashSet::new(); // tidy: fine\n"), [1]);
    }

    #[test]
    fn select_must_be_biased() {
        passes(ENGINE, "tokio::select! {\n    biased;\n    a = b => c,\n}");
        assert_eq!(lines(ENGINE, "\ntokio::select! {\n    a = b => c,\n}"), [2]);
    }

    #[test]
    fn unwrap_is_for_tests() {
        assert_eq!(lines("xtask/src/ci.rs", "a.unwrap();"), [1]);
        assert_eq!(lines("crates/dbsql-runtime/src/lib.rs", "a.unwrap();"), [1]);
        passes("crates/dbsql-runtime/tests/it.rs", "a.unwrap();");
        passes(ENGINE, "a.unwrap_or(b); a.expect(\"c\");");
    }

    #[test]
    fn leftovers_are_found_in_tests_too() {
        for line in
            ["todo!()", "unimplemented!(\"a\")", "dbg!(a)", "#[ignore]", "#[ignore = \"slow\"]"]
        {
            assert_eq!(lines("tests/tests/facade.rs", line), [1], "{line}");
        }
        assert_eq!(lines(ENGINE, "unsafe { a }"), [1]);
        passes(ENGINE, "#![forbid(unsafe_code)]");
    }
}
