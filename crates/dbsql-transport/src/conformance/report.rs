//! The results of a run, by check.

use std::fmt;

use super::check::Check;

/// The verdicts of all checks of a run. `Display` lists all of them, failures first and in detail.
#[must_use]
#[derive(Clone, Debug)]
pub struct Report(pub(super) Vec<CheckResult>);

/// A check and its verdict.
#[derive(Clone, Debug)]
pub struct CheckResult {
    pub(super) check: &'static Check,
    pub(super) verdict: Verdict,
}

/// The result of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The transport meets the requirement.
    Passed,
    /// It does not meet it.
    Failed(Failure),
    /// The check was skipped for this reason: see [`Suite::skip`](super::Suite::skip).
    Skipped(String),
}

/// Why a check failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// What the contract requires.
    pub expected: String,
    /// What happened instead.
    pub got: String,
    /// What to do about it.
    pub next_step: &'static str,
}

impl Report {
    /// Returns whether no check failed. Skipped ones are ignored.
    #[must_use]
    pub fn is_pass(&self) -> bool {
        self.failed().next().is_none()
    }

    /// Returns the results of all checks, in the order in which they ran.
    #[must_use]
    pub fn results(&self) -> &[CheckResult] {
        &self.0
    }

    /// Returns the failed checks with their failures.
    pub fn failed(&self) -> impl Iterator<Item = (&'static Check, &Failure)> {
        self.0.iter().filter_map(|result| match &result.verdict {
            Verdict::Failed(failure) => Some((result.check, failure)),
            _ => None,
        })
    }
}

impl CheckResult {
    /// Returns the check.
    #[must_use]
    pub fn check(&self) -> &'static Check {
        self.check
    }

    /// Returns its verdict.
    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (failed, all) = (self.failed().count(), self.0.len());
        write!(f, "transport conformance: {failed} of {all} checks failed")?;
        for (check, Failure { expected, got, next_step }) in self.failed() {
            write!(f, "\nFAILED   {}", check.name)?;
            write!(f, "\n         proves    {}", check.proves)?;
            write!(f, "\n         expected  {expected}")?;
            write!(f, "\n         got       {got}")?;
            write!(f, "\n         next      {next_step}")?;
        }
        for CheckResult { check, verdict } in &self.0 {
            match verdict {
                Verdict::Passed => write!(f, "\nok       {}", check.name)?,
                Verdict::Skipped(reason) => write!(f, "\nskipped  {}: {reason}", check.name)?,
                Verdict::Failed(_) => {}
            }
        }
        Ok(())
    }
}

impl std::error::Error for Report {}
