//! Programs that are run for their output, or started for the user.

mod error;
mod pipe;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::task::Poll;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::Instant;

use self::pipe::Pipe;
use crate::Runtime;

pub use self::error::{SubprocessError, SubprocessErrorKind};

/// How long the pipes are read after the program has ended: a child process may hold them open.
const PIPE_GRACE: Duration = Duration::from_secs(1);

/// A program to run, with its arguments.
///
/// A name without a slash is looked up in the directories of `PATH`. The program has no standard
/// input and inherits the environment of this process, as changed by [`env`](Self::env) and
/// [`env_remove`](Self::env_remove).
///
/// [`Runtime::run_subprocess`] runs it:
///
/// ```no_run
/// use std::time::Duration;
/// use dbsql_runtime::{Runtime, Subprocess};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), dbsql_runtime::SubprocessError> {
/// let runtime = Runtime::real();
/// let program = Subprocess::new("databricks")
///     .args(["auth", "token", "--profile", "staging"])
///     .env_remove("DATABRICKS_HOST")
///     .deadline(runtime.now() + Duration::from_secs(30));
/// let output = runtime.run_subprocess(&program).await?;
/// assert!(output.stdout.starts_with(b"{"));
/// # Ok(()) }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct Subprocess {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, Option<OsString>)>,
    deadline: Option<Instant>,
    output_limit: usize,
}

impl Subprocess {
    /// Creates a description of the program with this name or path.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            deadline: None,
            output_limit: 64 * 1024,
        }
    }

    /// Adds an argument.
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Adds arguments.
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets an environment variable of the program.
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), Some(value.into())));
        self
    }

    /// Removes an environment variable of the program.
    pub fn env_remove(mut self, name: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), None));
        self
    }

    /// Sets the time at which the program is killed if it has not ended; never unless set.
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets the number of bytes that the program may write to its standard output, and the same
    /// number to its standard error; 64 KiB unless set. The memory is allocated when the program
    /// starts.
    pub fn output_limit(mut self, bytes: usize) -> Self {
        self.output_limit = bytes;
        self
    }

    /// Returns the name or path of the program.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::null());
        for (name, value) in &self.environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        // Its own process group, so that it can be killed with everything it started.
        #[cfg(unix)]
        command.process_group(0);
        command
    }

    fn error(&self, kind: SubprocessErrorKind) -> SubprocessError {
        SubprocessError::new(&self.program, kind)
    }

    fn not_started(&self, error: std::io::Error) -> SubprocessError {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => SubprocessErrorKind::NotFound,
            std::io::ErrorKind::PermissionDenied => SubprocessErrorKind::NotExecutable,
            _ => SubprocessErrorKind::Io,
        };
        self.error(kind).with_source(error)
    }

    /// Checks the exit status of the program.
    fn check(&self, status: ExitStatus) -> Result<(), SubprocessError> {
        if status.success() {
            return Ok(());
        }
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Err(self.error(SubprocessErrorKind::Killed { signal }));
        }
        // Without an exit code or a signal number, the program was killed by something unknown.
        Err(self.error(SubprocessErrorKind::Failed { code: status.code().unwrap_or(-1) }))
    }
}

/// Omits the arguments and the environment, which may hold secrets.
impl fmt::Debug for Subprocess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subprocess").field("program", &self.program).finish_non_exhaustive()
    }
}

/// The output of a program that ended with exit code 0.
#[derive(Clone, PartialEq, Eq)]
pub struct SubprocessOutput {
    /// The bytes written to standard output.
    pub stdout: Vec<u8>,
    /// The bytes written to standard error.
    pub stderr: Vec<u8>,
}

/// Omits the bytes, which may be secret.
impl fmt::Debug for SubprocessOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubprocessOutput")
            .field("stdout_len", &self.stdout.len())
            .field("stderr_len", &self.stderr.len())
            .finish()
    }
}

impl Runtime {
    /// Runs a program to its end and returns its output.
    ///
    /// A program that closed its pipes or ended, but left a process behind that holds them open, is
    /// not waited for: the output is what was written until one second after its end, and the
    /// process it left behind keeps running.
    ///
    /// Other programs cannot be replayed from a seed: a [seeded](Self::seeded) runtime runs the
    /// program like any other. A paused clock does not wait for it either: with nothing else to do,
    /// tokio advances to the deadline immediately.
    ///
    /// # Errors
    ///
    /// [`SubprocessError`], whose kind says what failed. A program that fails is an error as well;
    /// [`SubprocessError::stderr`] returns what it wrote.
    ///
    /// # Cancel safety
    ///
    /// The program is killed when the future is dropped or the deadline passes: on Unix with
    /// everything that it started and that is still in its process group, elsewhere alone.
    #[cfg_attr(docsrs, doc(cfg(feature = "process")))]
    pub async fn run_subprocess(
        &self,
        subprocess: &Subprocess,
    ) -> Result<SubprocessOutput, SubprocessError> {
        self.current_with_io()
            .map_err(|missing| subprocess.error(SubprocessErrorKind::NoRuntime(missing)))?;
        let mut command = subprocess.command();
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let child = command.spawn().map_err(|error| subprocess.not_started(error))?;
        let mut running = Running(child);
        let mut stdout = Pipe::new(running.0.stdout.take(), subprocess.output_limit);
        let mut stderr = Pipe::new(running.0.stderr.take(), subprocess.output_limit);

        let mut drained = Poll::Pending;
        let status = {
            let mut end = pin!(running.0.wait());
            let until_end = poll_fn(|cx| {
                if drained.is_pending() {
                    drained = pipe::poll_both(&mut stdout, &mut stderr, cx);
                }
                if let Poll::Ready(Err(kind)) = drained {
                    return Poll::Ready(Err(subprocess.error(kind)));
                }
                end.as_mut()
                    .poll(cx)
                    .map_err(|error| subprocess.error(SubprocessErrorKind::Io).with_source(error))
            });
            self.timeout_at(subprocess.deadline, until_end)
                .await
                .map_err(|_| subprocess.error(SubprocessErrorKind::TimedOut))??
        };
        if drained.is_pending() {
            let rest = poll_fn(|cx| pipe::poll_both(&mut stdout, &mut stderr, cx));
            if let Ok(Err(kind)) = self.timeout_at(Some(self.now() + PIPE_GRACE), rest).await {
                return Err(subprocess.error(kind));
            }
        }
        let (stdout, stderr) = (stdout.into_bytes(), stderr.into_bytes());
        match subprocess.check(status) {
            Ok(()) => Ok(SubprocessOutput { stdout, stderr }),
            Err(error) => Err(error.with_output(stdout, stderr)),
        }
    }

    /// Starts a program that is to outlive the call, such as a browser; it has no pipes and is
    /// never killed. Returns when the program has ended successfully, or still runs at the deadline
    /// of `subprocess`; without a deadline, as soon as it has started.
    ///
    /// # Errors
    ///
    /// [`SubprocessError`] when the program cannot be started, or fails before the deadline.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the program running.
    #[cfg_attr(docsrs, doc(cfg(feature = "process")))]
    pub async fn launch(&self, subprocess: &Subprocess) -> Result<(), SubprocessError> {
        self.current_with_io()
            .map_err(|missing| subprocess.error(SubprocessErrorKind::NoRuntime(missing)))?;
        let mut command = subprocess.command();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| subprocess.not_started(error))?;
        let deadline = subprocess.deadline.unwrap_or_else(|| self.now());
        match self.timeout_at(Some(deadline), child.wait()).await {
            Err(_) => Ok(()),
            Ok(Ok(status)) => subprocess.check(status),
            Ok(Err(error)) => Err(subprocess.error(SubprocessErrorKind::Io).with_source(error)),
        }
    }
}

/// A program that has not been waited for. Dropping it kills the program and its process group;
/// tokio reaps it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // No id: the process was reaped, and the group id may have been reused.
        #[cfg(unix)]
        {
            let id = self.0.id().and_then(|id| i32::try_from(id).ok());
            if let Some(group) = id.and_then(rustix::process::Pid::from_raw) {
                // Fails when every process in the group has ended, which is the goal.
                let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            }
        }
    }
}

/// Formats the name of a program for error messages.
fn shown(program: &Path) -> String {
    let name: &OsStr = program.as_os_str();
    name.to_string_lossy().into_owned()
}

// Linux only: they look up running processes in `/proc`.
#[cfg(all(test, target_os = "linux"))]
mod tests;
