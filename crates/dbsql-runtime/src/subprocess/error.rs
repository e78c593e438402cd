//! Why a program gave no output.

use std::fmt;
use std::io;
use std::path::Path;

use super::shown;
use crate::NoRuntime;

/// A program gave no output.
///
/// `Display` names the program as it was asked for, neither its arguments nor what it wrote; nor does
/// `Debug`, since all of that may be secret.
pub struct SubprocessError {
    program: String,
    kind: SubprocessErrorKind,
    output: [Vec<u8>; 2],
    source: Option<io::Error>,
}

/// What went wrong with a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubprocessErrorKind {
    /// The caller is not in a tokio runtime that can run it.
    NoRuntime(NoRuntime),
    /// There is no such program, or its interpreter is missing.
    NotFound,
    /// There is a file of that name that must not be executed.
    NotExecutable,
    /// It did not end before the deadline, and was killed.
    TimedOut,
    /// A signal killed it.
    Killed {
        /// The number of the signal.
        signal: i32,
    },
    /// It ended with an exit code other than 0.
    Failed {
        /// The exit code.
        code: i32,
    },
    /// It wrote more than it may, and was killed.
    TooMuchOutput,
    /// It could not be started, read or waited for, for another reason.
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

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> SubprocessErrorKind {
        self.kind
    }

    /// What a program that failed wrote to its standard output. It may be secret.
    #[must_use]
    pub fn stdout(&self) -> &[u8] {
        &self.output[0]
    }

    /// What a program that failed wrote to its standard error. It may be secret.
    #[must_use]
    pub fn stderr(&self) -> &[u8] {
        &self.output[1]
    }

    /// Takes what a program that failed wrote to its standard output, so that it can be wiped.
    #[must_use]
    pub fn take_stdout(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output[0])
    }

    /// Takes what a program that failed wrote to its standard error, so that it can be wiped.
    #[must_use]
    pub fn take_stderr(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output[1])
    }
}

impl fmt::Display for SubprocessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = &self.program;
        match self.kind {
            SubprocessErrorKind::NoRuntime(_) => write!(f, "`{program}` cannot be run from here"),
            SubprocessErrorKind::NotFound => write!(f, "the program `{program}` was not found"),
            SubprocessErrorKind::NotExecutable => write!(f, "`{program}` cannot be executed"),
            SubprocessErrorKind::TimedOut => write!(f, "`{program}` did not end in time"),
            SubprocessErrorKind::Killed { signal } => {
                write!(f, "`{program}` was killed by signal {signal}")
            }
            SubprocessErrorKind::Failed { code } => {
                write!(f, "`{program}` failed with exit code {code}")
            }
            SubprocessErrorKind::TooMuchOutput => write!(f, "`{program}` wrote too much"),
            SubprocessErrorKind::Io => write!(f, "`{program}` cannot be run"),
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
