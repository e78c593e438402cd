//! Which functions may be called by name.
//!
//! A function is supported once its answers were compared with those of Apache Spark (`tests/spark`).
//! What DataFusion has beside them is not: it may answer differently.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Whether a statement may call a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Support {
    Supported,
    /// Databricks has it, the local warehouse does not.
    Missing,
    /// There is no such function.
    Unknown,
}

/// Returns the support for a function, by its name in lower case.
pub(in crate::engine) fn support(name: &str) -> Support {
    // Those that only the parser writes have a name that starts so.
    if SUPPORTED.contains(name) || name.starts_with("dbsql_") {
        Support::Supported
    } else if KNOWN.contains(name) {
        Support::Missing
    } else {
        Support::Unknown
    }
}

static SUPPORTED: LazyLock<BTreeSet<&str>> = LazyLock::new(|| names(include_str!("supported.txt")));

/// The functions of Apache Spark 3.5, and further ones of Databricks.
static KNOWN: LazyLock<BTreeSet<&str>> = LazyLock::new(|| names(include_str!("known.txt")));

fn names(lines: &'static str) -> BTreeSet<&'static str> {
    lines.lines().filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn supported_functions_are_known() {
        let unknown: Vec<_> = SUPPORTED.difference(&KNOWN).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        assert_eq!(support("upper"), Support::Supported);
        assert_eq!(support("from_xml"), Support::Missing);
        assert_eq!(support("no_such"), Support::Unknown);
    }
}
