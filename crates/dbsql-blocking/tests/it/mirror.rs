//! The blocking API has everything that the async API has, except for the differences listed here.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Methods that have another name or are missing here, each with the reason.
const DIFFERENT: &[(&str, &str, Option<&str>, &str)] = &[
    ("ClientBuilder", "runtime", None, "callers wait in real time"),
    ("Submit", "cancel_on_drop", Some("cancel_at_deadline"), "nothing can be dropped"),
    ("Execute", "cancel_on_drop", Some("cancel_at_deadline"), "nothing can be dropped"),
    ("ExecuteRows", "cancel_on_drop", Some("cancel_at_deadline"), "nothing can be dropped"),
    ("ResultSet", "next", Some("try_next"), "`next` is that of `Iterator`"),
    ("Rows", "next", Some("try_next"), "`next` is that of `Iterator`"),
];

/// The types that have a counterpart of the same name.
const MIRRORED: &[&str] = &[
    "Client",
    "ClientBuilder",
    "Connect",
    "Connection",
    "Submit",
    "Execute",
    "AsyncExecution",
    "ExecuteRows",
    "Rows",
    "ResultSet",
    "StatusChanges",
    "Tables",
    "Columns",
    "Functions",
    "ForeignKeys",
];

/// Names of the facade without a counterpart, each with the reason.
const ABSENT: &[(&str, &str)] = &[
    ("Call", "calls without options are plain methods"),
    ("Wait", "`wait` and `wait_with` are plain methods"),
    ("Runtime", "callers wait in real time"),
];

fn sources(folder: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, texts),
            false if path.extension().is_some_and(|extension| extension == "rs") => {
                texts.push(fs::read_to_string(path).unwrap());
            }
            false => {}
        }
    }
}

fn crate_sources(name: &str) -> Vec<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut texts = Vec::new();
    sources(&crates.join(name).join("src"), &mut texts);
    texts
}

/// The public methods of a type, by the layout of rustfmt: in blocks `impl Type {` or `impl<..> Type<..> {`
/// that end with a brace at the start of a line.
fn methods(texts: &[String], of: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in texts {
        let mut inside = false;
        for line in text.lines() {
            if line.starts_with("impl") && line.ends_with('{') && !line.contains(" for ") {
                let after = line.trim_start_matches("impl").trim_start();
                let named = match after.strip_prefix('<') {
                    Some(rest) => rest.split_once("> ").map_or(rest, |(_, named)| named),
                    None => after,
                };
                inside = named.split(['<', ' ']).next() == Some(of);
            } else if line.starts_with('}') {
                inside = false;
            }
            let line = line.trim_start();
            let public = line.strip_prefix("pub fn ").or(line.strip_prefix("pub async fn "));
            let public = public.or(line.strip_prefix("pub const fn "));
            if let (true, Some(rest)) = (inside, public) {
                found.insert(rest.split(['(', '<']).next().unwrap().to_owned());
            }
        }
    }
    found
}

#[test]
fn each_async_method_has_a_counterpart() {
    let (core, here) = (crate_sources("dbsql-core"), crate_sources("dbsql-blocking"));
    let mut missing = Vec::new();
    for of in MIRRORED {
        let (theirs, ours) = (methods(&core, of), methods(&here, of));
        for method in theirs {
            let different =
                DIFFERENT.iter().find(|(name, was, ..)| name == of && *was == method.as_str());
            let expected = different.map_or(Some(method.as_str()), |(_, _, renamed, _)| *renamed);
            if expected.is_some_and(|expected| !ours.contains(expected)) {
                missing.push(format!("{of}::{method}"));
            }
        }
    }
    assert_eq!(missing, [""; 0], "add them to dbsql-blocking, or to the table here");
    // The parser finds methods at all.
    assert!(methods(&core, "AsyncExecution").contains("get_results_from"));
    assert!(methods(&core, "Client").contains("shutdown"));
}

/// The names in `pub use` statements and items of a crate root.
fn exports(name: &str) -> BTreeSet<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let root = fs::read_to_string(crates.join(name).join("src/lib.rs")).unwrap();
    let code = root.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: String = code.collect::<Vec<_>>().join(" ");
    let uses = code.split("pub use ").skip(1).map(|rest| rest.split(';').next().unwrap());
    let mut names: BTreeSet<String> = uses
        .flat_map(|list| list.split(['{', '}', ',']))
        .map(|name| name.split(" as ").last().unwrap().trim())
        .filter(|name| !name.ends_with("::"))
        .map(|name| name.rsplit("::").next().unwrap().to_owned())
        .filter(|name| !name.is_empty() && !name.starts_with("__"))
        .collect();
    let modules = code.split("pub mod ").skip(1);
    names.extend(modules.map(|rest| rest.split([' ', ';']).next().unwrap().to_owned()));
    names.retain(|name| !name.starts_with("__"));
    names
}

#[test]
fn each_name_of_the_facade_is_exported() {
    let (facade, here) = (exports("dbsql"), exports("dbsql-blocking"));
    assert!(facade.contains("AsyncExecution") && facade.contains("auth"), "{facade:?}");
    let absent: BTreeSet<_> = ABSENT.iter().map(|(name, _)| (*name).to_owned()).collect();
    // Inside of `arrow`.
    let inner = ["array", "schema"].map(str::to_owned);
    let missing: Vec<_> = facade
        .difference(&here)
        .filter(|name| !absent.contains(*name) && !inner.contains(name))
        .collect();
    assert!(
        missing.is_empty(),
        "export {missing:?} from dbsql-blocking, or add it to the table here"
    );
}
