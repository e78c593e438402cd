//! `cargo xtask tidy`: the rules of this tree that rustc, rustfmt and clippy do not check.
//!
//! One module per rule. A rule takes text and returns [`Finding`]s, so each is tested with small
//! inputs.

mod citations;
mod layers;
mod manifests;
mod packages;
mod pages;
mod resolved;
mod rust_version;
mod shape;
mod snippets;
mod source;
mod tree;

pub(crate) use self::resolved::{NO_HYPER, check_no_hyper};

use anyhow::bail;
use xshell::Shell;

use crate::{flags, report, tidy::tree::Tree, workspace};

/// The message of a rule about a location in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    path: String,
    line: usize,
    message: String,
    severity: Severity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Severity {
    /// Printed, and tidy passes.
    Warning,
    /// Tidy fails.
    Failure,
}

impl Finding {
    fn failure(path: &str, line: usize, message: impl Into<String>) -> Self {
        let severity = Severity::Failure;
        Self { path: path.to_owned(), line, message: message.into(), severity }
    }

    fn warning(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::failure(path, line, message) }
    }
}

impl flags::Tidy {
    pub(crate) fn run(self, sh: &Shell) -> anyhow::Result<()> {
        run(sh)
    }
}

/// Checks the whole tree; an error if a rule is violated.
pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    let tree = Tree::read(sh)?;
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with(".rs")) {
        findings.extend(shape::check(&file.path, &file.text));
    }
    findings.extend(citations::check(&tree));
    findings.extend(manifests::check(&tree));
    findings.extend(pages::check(&tree));
    findings.extend(snippets::check(&tree));
    let metadata = workspace::metadata(sh)?;
    findings.extend(layers::check(&metadata, &tree)?);
    findings.extend(packages::check(&metadata, &tree)?);
    findings.extend(resolved::check(sh)?);
    findings.extend(rust_version::check(sh)?);

    findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    for Finding { path, line, message, severity } in &findings {
        let label = if *severity == Severity::Warning { "warning: " } else { "" };
        report::problem(&format!("{path}:{line}: {label}{message}"));
    }
    let failures = findings.iter().filter(|f| f.severity == Severity::Failure).count();
    if failures > 0 {
        bail!("tidy: {failures} finding(s)");
    }
    report::say(&format!("tidy: {} files are tidy", tree.files.len()));
    Ok(())
}
