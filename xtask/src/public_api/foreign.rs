//! Rule: a type of another crate in the public API needs a decision, since it ties us to its major
//! version. The facade re-exports the crates in its API, so that users need not guess a version.

use std::collections::BTreeSet;

/// Names allowed in every crate: the standard library, and the primitive types, whose associated
/// items rustdoc lists like those of a crate.
const STD: &[&str] = &[
    "alloc", "bool", "char", "core", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize",
    "std", "str", "u8", "u16", "u32", "u64", "u128", "usize",
];

/// The other crates that the public API of each crate may name. Before you add a crate:
///
/// * we are tied to its major version; a feature that adds it has that version in its name
///   (`chrono-04`);
/// * the facade re-exports what its users have to name: `dbsql-core`'s `arrow_array` and
///   `arrow_schema` as `dbsql::arrow`, `http`, `bytes`, `uuid`, `dbsql_auth` and `dbsql_transport`. Traits
///   that are only implemented (`futures_core`, `serde_core`) and conversions (`tokio`'s `Instant`) need no
///   name from us.
#[rustfmt::skip]
const ALLOWED: &[(&str, &[&str])] = &[
    ("dbsql", &["arrow_array", "arrow_schema", "bytes", "dbsql_auth", "dbsql_core", "dbsql_transport", "http", "uuid"]),
    ("dbsql-blocking", &["arrow_array", "arrow_schema", "dbsql_core", "dbsql_protocol", "dbsql_transport", "serde_core", "tokio"]),
    ("dbsql-core", &["arrow_array", "arrow_schema", "chrono", "dbsql_arrow", "dbsql_auth", "dbsql_protocol", "dbsql_runtime", "dbsql_transport", "futures_core", "jiff", "metrics", "rust_decimal", "serde_core", "tokio"]),
    ("dbsql-auth", &["dbsql_runtime", "dbsql_transport", "futures_core", "http"]),
    ("dbsql-transport", &["bytes", "dbsql_runtime", "futures_core", "http", "http_body", "tower_service"]),
    ("dbsql-runtime", &["tokio"]),
    ("dbsql-arrow", &["arrow_array", "arrow_schema", "bytes", "dbsql_protocol", "serde_core"]),
    ("dbsql-protocol", &["bytes", "serde_core", "uuid"]),
    ("dbsql-local", &["arrow_array", "arrow_schema", "bytes", "dbsql_protocol", "dbsql_runtime", "dbsql_transport", "futures_core", "http", "serde_json"]),
    ("dbsql-warehouse", &["arrow_array", "dbsql_local"]),
];

/// Returns the names in the lines of a crate's API that are not allowed.
pub(super) fn problems(package: &str, lines: &str) -> Vec<String> {
    let allowed = ALLOWED.iter().find(|(name, _)| *name == package).map_or(&[][..], |row| row.1);
    let own = package.replace('-', "_");
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for line in lines.lines() {
        for name in crates(line) {
            let is_allowed = name == own || STD.contains(&name) || allowed.contains(&name);
            if !is_allowed && seen.insert(name) {
                problems.push(format!(
                    "{package}: its public API names `{name}`, which xtask/src/public_api/foreign.rs does not allow: {line}"
                ));
            }
        }
    }
    problems
}

/// Returns the first segments of the paths in a line.
fn crates(line: &str) -> impl Iterator<Item = &str> {
    let is_path = |c: char| c.is_alphanumeric() || "_:".contains(c);
    let paths = line.split(move |c| !is_path(c)).filter_map(|path| path.split_once("::"));
    // Types and generics start with a capital letter; the path of a trait's item follows `>`.
    paths.map(|(first, _)| first).filter(|first| first.starts_with(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_of_a_line_are_found() {
        let line = "pub fn a::run<T: http::Ext>(&self, x: &bytes::Bytes) -> core::result::Result<T::Out, <Self as serde::Ser>::Error>";
        assert_eq!(crates(line).collect::<Vec<_>>(), ["a", "http", "bytes", "core", "serde"]);
        assert_eq!(crates("pub a::Point::x: u8").collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn foreign_crate_is_named_once_with_its_line() {
        let found = problems(
            "dbsql",
            "pub fn dbsql::a() -> hyper::Body\npub fn dbsql::b() -> hyper::Body\n",
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("`hyper`") && found[0].contains("dbsql::a()"), "{found:?}");
        assert!(
            problems("dbsql", "pub use dbsql::http\npub fn dbsql::a() -> http::Uri\n").is_empty()
        );
    }
}
