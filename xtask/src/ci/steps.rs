//! The steps of `cargo xtask ci` in order: quick ones that often fail come first.

use xshell::{Shell, cmd};

use crate::{bench, codegen, interop, public_api, tidy};

/// One step.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) run: fn(&Shell) -> anyhow::Result<Outcome>,
}

/// The outcome of a step that did not fail.
pub(super) enum Outcome {
    Done,
    /// This machine lacks something that the step needs.
    Skipped(String),
}

pub(super) const STEPS: &[Step] = &[
    Step { name: "fmt", about: "rustfmt leaves nothing to change", run: fmt },
    Step { name: "clippy", about: "no warning, in each supported set of features", run: clippy },
    Step { name: "codegen", about: "the generated code is fresh", run: codegen_check },
    Step { name: "tidy", about: "the rules of the tree", run: tidy_check },
    Step {
        name: "no-hyper",
        about: "an application over a foreign transport builds without an HTTP stack",
        run: no_hyper,
    },
    Step { name: "test", about: "every test of the workspace", run: test },
    Step {
        name: "test-aws-lc",
        about: "TLS and proxies with the other cryptography",
        run: test_aws_lc,
    },
    Step { name: "bench", about: "the benchmarks run, at tiny sizes", run: bench_quick },
    Step { name: "docs", about: "the docs build without a warning", run: docs },
    Step {
        name: "public-api",
        about: "the snapshots of the public API are fresh",
        run: public_api_check,
    },
    Step { name: "deny", about: "bans, licences and sources of dependencies", run: deny },
    Step {
        name: "interop-thrift",
        about: "our codec against Apache Thrift's",
        run: interop_thrift,
    },
    Step {
        name: "interop-clients",
        about: "clients of other projects against the local warehouse",
        run: interop_clients,
    },
    Step {
        name: "interop-config",
        about: "settings and profiles against the official SDK",
        run: interop_config,
    },
    Step {
        name: "interop-reliability",
        about: "under faults our client ends as its page says",
        run: interop_reliability,
    },
    Step {
        name: "interop-net",
        about: "the facade through real proxies and TLS",
        run: interop_net,
    },
    Step {
        name: "interop-spark",
        about: "the facade against Spark's Thrift server",
        run: interop_spark,
    },
];

/// Sets of features to check in addition to the default: the package and its flags.
const FEATURE_SETS: &[(&str, &[&str])] = &[
    ("dbsql-transport", &["--no-default-features"]),
    ("dbsql-transport", &["--all-features"]),
    ("dbsql-auth", &["--no-default-features"]),
    ("dbsql-auth", &["--all-features"]),
    ("dbsql-core", &["--no-default-features"]),
    ("dbsql-core", &["--features", "browser,chrono-04,jiff-02,private-key-jwt,rust_decimal-1"]),
    ("dbsql-core", &["--no-default-features", "--features", "hyper-client,aws-lc-rs"]),
];

fn fmt(sh: &Shell) -> anyhow::Result<Outcome> {
    cmd!(sh, "cargo fmt --all -- --check").run()?;
    Ok(Outcome::Done)
}

fn clippy(sh: &Shell) -> anyhow::Result<Outcome> {
    cmd!(sh, "cargo clippy --workspace --all-targets -- --deny warnings").run()?;
    for &(package, flags) in FEATURE_SETS {
        cmd!(sh, "cargo clippy --package {package} --all-targets {flags...} -- --deny warnings")
            .run()?;
    }
    Ok(Outcome::Done)
}

fn codegen_check(_: &Shell) -> anyhow::Result<Outcome> {
    codegen::run(true)?;
    Ok(Outcome::Done)
}

fn tidy_check(sh: &Shell) -> anyhow::Result<Outcome> {
    tidy::run(sh)?;
    Ok(Outcome::Done)
}

/// Alone, so that no other package adds features.
fn no_hyper(sh: &Shell) -> anyhow::Result<Outcome> {
    let package = tidy::NO_HYPER;
    cmd!(sh, "cargo build --package {package}").run()?;
    tidy::check_no_hyper(sh)?;
    Ok(Outcome::Done)
}

fn test(sh: &Shell) -> anyhow::Result<Outcome> {
    cmd!(sh, "cargo test --workspace").run()?;
    Ok(Outcome::Done)
}

/// The crates that depend on cryptography, with the non-default provider.
fn test_aws_lc(sh: &Shell) -> anyhow::Result<Outcome> {
    let tests = ["tls::", "trust::", "proxies::"];
    cmd!(sh, "cargo test --package dbsql-transport --features aws-lc-rs --test it -- {tests...}")
        .run()?;
    Ok(Outcome::Done)
}

fn bench_quick(sh: &Shell) -> anyhow::Result<Outcome> {
    bench::check(sh)?;
    Ok(Outcome::Done)
}

fn docs(sh: &Shell) -> anyhow::Result<Outcome> {
    cmd!(sh, "cargo doc --workspace --no-deps --document-private-items")
        .env("RUSTDOCFLAGS", "--deny warnings")
        .run()?;
    Ok(Outcome::Done)
}

fn public_api_check(sh: &Shell) -> anyhow::Result<Outcome> {
    public_api::run(sh, &[], true)?;
    Ok(Outcome::Done)
}

fn deny(sh: &Shell) -> anyhow::Result<Outcome> {
    let version = cmd!(sh, "cargo deny --version").quiet().ignore_stdout().ignore_stderr();
    if version.run().is_err() {
        return Ok(Outcome::Skipped("cargo-deny is not installed".to_owned()));
    }
    cmd!(sh, "cargo deny check bans licenses sources").run()?;
    Ok(Outcome::Done)
}

fn interop_thrift(sh: &Shell) -> anyhow::Result<Outcome> {
    interop::thrift::run(sh)?;
    Ok(Outcome::Done)
}

fn interop_clients(sh: &Shell) -> anyhow::Result<Outcome> {
    interop::clients::check(sh)?;
    Ok(Outcome::Done)
}

fn interop_config(sh: &Shell) -> anyhow::Result<Outcome> {
    interop::config::run(sh)?;
    Ok(Outcome::Done)
}

fn interop_reliability(sh: &Shell) -> anyhow::Result<Outcome> {
    interop::reliability::check(sh)?;
    Ok(Outcome::Done)
}

fn interop_net(sh: &Shell) -> anyhow::Result<Outcome> {
    if let Some(reason) = interop::net::why_unavailable(sh) {
        return Ok(Outcome::Skipped(reason));
    }
    interop::net::run(sh)?;
    Ok(Outcome::Done)
}

fn interop_spark(sh: &Shell) -> anyhow::Result<Outcome> {
    if let Some(reason) = interop::spark::why_unavailable(sh) {
        return Ok(Outcome::Skipped(reason));
    }
    interop::spark::run(sh, false, None)?;
    Ok(Outcome::Done)
}
