//! The reasons why a program produced no output.

use std::fmt;
use std::io;
use std::path::Path;

use super::shown;
use crate::NoRuntime;

/// The error of a program that could not be run, failed, or wrote too much.
///
/// `Display` names the program as the caller did, without its arguments or its output; so does
/// `Debug`, since all of these may be secret.
pub struct SubprocessError {
    program: String,
    kind: SubprocessErrorKind,
    output: [Vec<u8>; 2],
    source: Option<io::Error>,
}

/// The reason why a program failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubprocessErrorKind {
    /// The caller is not in a tokio runtime with an I/O driver.
    NoRuntime(NoRuntime),
    /// There is no such program, or its interpreter is missing.
    NotFound,
    /// The file exists but is not executable.
    NotExecutable,
    /// The program did not end before the deadline and was killed.
    TimedOut,
    /// The program was killed by a signal.
    Killed {
        /// The signal number.
        signal: i32,
    },
    /// The program ended with an exit code other than 0.
    Failed {
        /// The exit code.
        code: i32,
    },
    /// The program exceeded the output limit and was killed.
    TooMuchOutput,
    /// Another I/O error while starting, reading or waiting.
    Io,
}

impl SubprocessError {
    pub(super) fn new(program: &Path, kind: SubprocessErrorKind) -> Self {
        Self { program: shown(program), kind, output: [Vec::new(), Vec::new()], source: None }
    }

    pub(super) fn with_source(mut self, source: io::Error) -> Self {
        self.source = Some(source);
        self
    }

    pub(super) fn with_output(mut self, stdout: Vec<u8>, stderr: Vec<u8>) -> Self {
        self.output = [stdout, stderr];
        self
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> SubprocessErrorKind {
        self.kind
    }

    /// Returns what a failed program wrote to its standard output. It may be secret.
    #[must_use]
    pub fn stdout(&self) -> &[u8] {
        &self.output[0]
    }

    /// Returns what a failed program wrote to its standard error. It may be secret.
    #[must_use]
    pub fn stderr(&self) -> &[u8] {
        &self.output[1]
    }

    /// Takes what a failed program wrote to its standard output, so that it can be wiped.
    #[must_use]
    pub fn take_stdout(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output[0])
    }

    /// Takes what a failed program wrote to its standard error, so that it can be wiped.
    #[must_use]
    pub fn take_stderr(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output[1])
    }
}

impl fmt::Display for SubprocessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = &self.program;
        match self.kind {
            SubprocessErrorKind::NoRuntime(_) => {
                write!(f, "`{program}` cannot be run outside a tokio runtime")
            }
            SubprocessErrorKind::NotFound => write!(f, "program `{program}` not found"),
            SubprocessErrorKind::NotExecutable => write!(f, "`{program}` is not executable"),
            SubprocessErrorKind::TimedOut => write!(f, "`{program}` timed out"),
            SubprocessErrorKind::Killed { signal } => {
                write!(f, "`{program}` was killed by signal {signal}")
            }
            SubprocessErrorKind::Failed { code } => {
                write!(f, "`{program}` failed with exit code {code}")
            }
            SubprocessErrorKind::TooMuchOutput => {
                write!(f, "`{program}` exceeded its output limit")
            }
            SubprocessErrorKind::Io => write!(f, "`{program}` could not be run"),
        }
    }
}

impl fmt::Debug for SubprocessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubprocessError")
            .field("program", &self.program)
            .field("kind", &self.kind)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for SubprocessError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let SubprocessErrorKind::NoRuntime(missing) = &self.kind {
            return Some(missing);
        }
        self.source.as_ref().map(|source| source as _)
    }
}
