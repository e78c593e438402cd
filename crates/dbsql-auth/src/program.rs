//! Runs a command line program to get a token.

use std::path::Path;
use std::time::Duration;

use dbsql_runtime::{NoRuntime, Subprocess, SubprocessErrorKind};
use zeroize::Zeroizing;

use crate::scrub::scrub;
use crate::{AuthContext, AuthError, AuthErrorKind};

/// A program that prints tokens, with its name and advice for error messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Program<'a> {
    /// Its name, such as "the Databricks CLI".
    pub(crate) name: &'static str,
    pub(crate) path: &'a Path,
    /// What to do when it is missing.
    pub(crate) install: &'static str,
    /// The command that signs a user in.
    pub(crate) sign_in: &'a str,
    pub(crate) timeout: Duration,
}

/// The reason why a program printed nothing useful.
pub(crate) enum Failure {
    /// It ended with an error; this is its message.
    Exited(ExitError),
    Other(AuthError),
}

/// The message of a program that failed. It may contain secrets.
pub(crate) struct ExitError {
    text: Zeroizing<String>,
    code: i32,
}

/// Phrases by which the programs report a network failure, in lower case: those of Go's and
/// Python's libraries.
const NETWORK: [&str; 8] = [
    "dial tcp",
    "i/o timeout",
    "tls handshake timeout",
    "context deadline exceeded",
    "connection reset",
    "max retries exceeded",
    "connection aborted",
    "read timed out",
];

impl ExitError {
    /// Returns `true` if the message contains these words, case-insensitively.
    pub(crate) fn has(&self, words: &str) -> bool {
        self.text.to_ascii_lowercase().contains(&words.to_ascii_lowercase())
    }

    /// Returns the error of a program that failed: sign in again, unless it was the network.
    pub(crate) fn into_error(self, program: &Program<'_>) -> AuthError {
        let is_network = NETWORK.iter().any(|words| self.has(words));
        let kind = if is_network { AuthErrorKind::Unavailable } else { AuthErrorKind::Rejected };
        let error = AuthError::new(kind, self.message(program));
        if is_network {
            return error.with_next_step("try again later, or check the network of this machine");
        }
        error.with_next_step(format!("run `{}`", program.sign_in))
    }

    pub(crate) fn message(&self, program: &Program<'_>) -> String {
        let (name, code) = (program.name, self.code);
        match scrub(&self.text) {
            text if text.is_empty() => format!("{name} failed with exit code {code}"),
            text => format!("{name} failed with exit code {code}: {text}"),
        }
    }
}

impl Program<'_> {
    /// Runs `subprocess` and returns its output.
    pub(crate) async fn run(
        &self,
        context: &AuthContext,
        subprocess: &Subprocess,
    ) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let mut error = match context.runtime().run_subprocess(subprocess).await {
            Ok(output) => return Ok(Zeroizing::new(output.stdout)),
            Err(error) => error,
        };
        let Self { name, install, .. } = *self;
        let path = self.path.display();
        let error = match error.kind() {
            SubprocessErrorKind::Failed { code } => {
                let stderr = Zeroizing::new(error.take_stderr());
                let stdout = Zeroizing::new(error.take_stdout());
                // Its message is on standard error; what it printed before it failed is not.
                let text = if stderr.trim_ascii().is_empty() { stdout } else { stderr };
                let text = Zeroizing::new(String::from_utf8_lossy(&text).into_owned());
                return Err(Failure::Exited(ExitError { text, code }));
            }
            SubprocessErrorKind::NotFound => {
                AuthError::new(AuthErrorKind::Invalid, format!("{name} (`{path}`) not found"))
                    .with_next_step(install)
            }
            SubprocessErrorKind::NotExecutable => {
                let message = format!("{name} (`{path}`) is not executable");
                AuthError::new(AuthErrorKind::Invalid, message).with_next_step(install)
            }
            SubprocessErrorKind::TimedOut => {
                let limit = self.timeout.as_secs_f64();
                let message = format!("{name} did not end within {limit} s");
                let next_step = format!("check what `{}` is waiting for", self.sign_in);
                AuthError::new(AuthErrorKind::Unavailable, message).with_next_step(next_step)
            }
            SubprocessErrorKind::TooMuchOutput => self.junk(),
            SubprocessErrorKind::NoRuntime(missing) => AuthError::new(
                AuthErrorKind::Invalid,
                format!("{name} cannot be run outside a tokio runtime"),
            )
            .with_next_step(NoRuntime::next_step(&missing)),
            kind => {
                let message = match kind {
                    SubprocessErrorKind::Killed { signal } => {
                        format!("{name} was killed by signal {signal}")
                    }
                    _ => format!("{name} could not be run"),
                };
                AuthError::new(AuthErrorKind::Unavailable, message).with_next_step("try again")
            }
        };
        Err(Failure::Other(error))
    }

    /// Returns the error of unexpected output. Nothing of it is quoted, since it may contain a
    /// token.
    pub(crate) fn junk(&self) -> AuthError {
        let path = self.path.display();
        let message = format!("{} printed something other than a token", self.name);
        AuthError::new(AuthErrorKind::Invalid, message)
            .with_next_step(format!("check that `{path}` is {}, and update it", self.name))
    }
}

impl Failure {
    /// Returns the error of a program without an alternative.
    pub(crate) fn into_error(self, program: &Program<'_>) -> AuthError {
        match self {
            Self::Exited(failed) => failed.into_error(program),
            Self::Other(error) => error,
        }
    }
}
