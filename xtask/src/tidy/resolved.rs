//! Rule: the dependency tree of a user of one layer, after cargo has resolved features.
//!
//! The layer table covers only direct dependencies; these are the guarantees about the whole tree.

use xshell::{Shell, cmd};

use super::Finding;
use crate::bench::build;

/// A guarantee about the dependency tree of one crate.
struct Promise {
    package: &'static str,
    flags: &'static [&'static str],
    /// Crate families that must not appear: the name itself, or the name and a dash.
    without: &'static [&'static str],
    why: &'static str,
}

/// The application with a custom transport.
pub(crate) const NO_HYPER: &str = "dbsql-no-hyper";

/// The crates of the built-in transport.
const HTTP_STACK: &[&str] = &["hyper", "h2", "rustls", "tokio-rustls", "ring", "aws-lc-rs"];

const PROMISES: &[Promise] = &[
    Promise {
        package: "dbsql-core",
        flags: &["--no-default-features"],
        without: HTTP_STACK,
        why: "an engine over a foreign transport brings no HTTP stack",
    },
    Promise {
        package: "dbsql-protocol",
        flags: &[],
        without: &["tokio", "arrow"],
        why: "the protocol knows types and bytes alone",
    },
    Promise {
        package: "dbsql-local",
        flags: &[],
        without: &["datafusion"],
        why: "a warehouse for tests compiles quickly",
    },
    Promise {
        package: "dbsql",
        flags: &["--no-default-features"],
        without: HTTP_STACK,
        why: "the facade over a foreign transport brings no HTTP stack",
    },
    Promise {
        package: NO_HYPER,
        flags: &[],
        without: HTTP_STACK,
        why: "an application over a foreign transport has no HTTP stack",
    },
];

pub(super) fn check(sh: &Shell) -> anyhow::Result<Vec<Finding>> {
    findings(sh, PROMISES.iter())
}

/// Fails if the application with a custom transport has an HTTP stack in its dependency tree.
pub(crate) fn check_no_hyper(sh: &Shell) -> anyhow::Result<()> {
    let found = findings(sh, PROMISES.iter().filter(|promise| promise.package == NO_HYPER))?;
    let messages: Vec<_> = found.into_iter().map(|finding| finding.message).collect();
    anyhow::ensure!(messages.is_empty(), "{}", messages.join("; "));
    Ok(())
}

fn findings<'a>(
    sh: &Shell,
    promises: impl Iterator<Item = &'a Promise>,
) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for promise in promises {
        let (package, flags, format) = (promise.package, promise.flags, "{p}");
        let listing =
            cmd!(sh, "cargo tree --package {package} --edges normal --prefix none --format {format} {flags...}")
                .quiet()
                .read()?;
        findings.extend(broken(promise, &listing));
    }
    let crates = build::crates(sh)?.len();
    if crates > build::MAX_CRATES {
        let most = build::MAX_CRATES;
        let message =
            format!("an application gets {crates} crates with the facade: at most {most}");
        findings.push(Finding::failure("crates/dbsql/Cargo.toml", 1, message));
    }
    Ok(findings)
}

/// Returns the violations of the guarantee in the listing, which has one `name version` per line.
fn broken(promise: &Promise, listing: &str) -> Vec<Finding> {
    let Promise { package, flags, without, why } = promise;
    let mut names: Vec<&str> =
        listing.lines().filter_map(|line| line.split_whitespace().next()).collect();
    names.sort_unstable();
    names.dedup();
    let is_banned = |name: &&str| {
        without.iter().any(|&family| {
            name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
    };
    let message = |name| {
        let tree =
            ["cargo tree -p", package].into_iter().chain(flags.iter().copied()).collect::<Vec<_>>();
        format!("`{}` names `{name}`: {why}", tree.join(" "))
    };
    let manifest = match *package {
        NO_HYPER => "tests/no-hyper/Cargo.toml".to_owned(),
        package => format!("crates/{package}/Cargo.toml"),
    };
    names
        .into_iter()
        .filter(is_banned)
        .map(|name| Finding::failure(&manifest, 1, message(name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_that_keeps_the_promise_passes() {
        let listing =
            "dbsql-core v0.1.0 (crates/dbsql-core)\nhttp v1.5.0\nhttp-body v1.1.0\ntokio v1.54.0\n";
        assert_eq!(broken(&PROMISES[0], listing), []);
        assert_eq!(broken(&PROMISES[1], "dbsql-protocol v0.1.0\nbytes v1.12.0\n"), []);
    }

    #[test]
    fn a_banned_family_is_named_once() {
        let listing =
            "dbsql-core v0.1.0\nhyper-util v0.1.21\nbytes v1.12.0\nhyper-util v0.1.21 (*)\n";
        let found = broken(&PROMISES[0], listing);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].message.contains("--no-default-features` names `hyper-util`"),
            "{found:?}"
        );
        assert_eq!(broken(&PROMISES[1], "tokio v1\narrow-schema v59\n").len(), 2);
        assert_eq!(broken(&PROMISES[2], "hyper v1\ndatafusion-common v55\n").len(), 1);
    }
}
