//! A setting that is missing, contradicts another one or is invalid.

use std::borrow::Cow;

use dbsql_auth::AuthError;

use crate::{Error, ErrorKind};

/// An error in the settings, and how to fix it. Never contains the value of a setting that may be a
/// secret.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(super) message: String,
    pub(super) next_step: Cow<'static, str>,
    pub(super) source: Option<AuthError>,
    /// Whether a setting was not found, so that the searched sources matter.
    pub(super) is_missing: bool,
}

impl Problem {
    pub(super) fn new(message: impl Into<String>, next_step: impl Into<Cow<'static, str>>) -> Self {
        let (message, next_step) = (message.into(), next_step.into());
        Self { message, next_step, source: None, is_missing: false }
    }

    /// Creates the problem of a missing setting.
    pub(super) fn missing(
        message: impl Into<String>,
        next_step: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { is_missing: true, ..Self::new(message, next_step) }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        let error = Self::new(ErrorKind::Config, problem.message).with_next_step(problem.next_step);
        match problem.source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(items: &[impl AsRef<str>]) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}
