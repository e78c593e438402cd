//! Programs that are run for what they print, or started for a person.

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

/// How long the pipes of a program that has ended are read on: something that it started may hold them
/// open.
const PIPE_GRACE: Duration = Duration::from_secs(1);

/// A program to run, with its arguments.
///
/// A name without a slash is looked for in the folders of `PATH`. The program has no standard input and
/// the environment of this process, as far as [`env`](Self::env) and [`env_remove`](Self::env_remove) do
/// not change it.
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
    /// The program with this name or path.
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

    /// Sets a variable of the program's environment.
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), Some(value.into())));
        self
    }

    /// Removes a variable from the program's environment.
    pub fn env_remove(mut self, name: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), None));
        self
    }

    /// Sets when the program is killed if it has not ended; never unless set.
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets how many bytes the program may write to its standard output, and as many to its standard
    /// error; 64 KiB unless set. That memory is allocated when the program starts.
    pub fn output_limit(mut self, bytes: usize) -> Self {
        self.output_limit = bytes;
        self
    }

    /// The name or path of the program.
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
        // A group of its own, so that it can be killed with all that it started.
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

    /// The program ended: well, or how else.
    fn check(&self, status: ExitStatus) -> Result<(), SubprocessError> {
        if status.success() {
            return Ok(());
        }
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Err(self.error(SubprocessErrorKind::Killed { signal }));
        }
        // Without a code it can only have been killed by something that has no number here.
        Err(self.error(SubprocessErrorKind::Failed { code: status.code().unwrap_or(-1) }))
    }
}

/// Without the arguments and the environment, which may hold secrets.
impl fmt::Debug for Subprocess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subprocess").field("program", &self.program).finish_non_exhaustive()
    }
}

/// What a program wrote that ended with exit code 0.
#[derive(Clone, PartialEq, Eq)]
pub struct SubprocessOutput {
    /// What it wrote to its standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to its standard error.
    pub stderr: Vec<u8>,
}

/// Without the bytes, which may be secret.
impl fmt::Debug for SubprocessOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubprocessOutput")
            .field("stdout_len", &self.stdout.len())
            .field("stderr_len", &self.stderr.len())
            .finish()
    }
}

impl Runtime {
    /// Runs a program to its end and returns what it wrote.
    ///
    /// A program that closed its pipes or ended, but left something behind that holds them open, is not
    /// waited for: what was written until a second after its end is the output, and what it left behind
    /// goes on.
    ///
    /// What other programs do cannot be repeated from a seed: a [seeded](Self::seeded) runtime runs the
    /// program as any other. A paused clock does not wait for it either: with nothing else to do, tokio
    /// advances to the deadline at once.
    ///
    /// # Errors
    ///
    /// [`SubprocessError`], whose kind says what went wrong. A program that failed is an error, too, and
    /// [`SubprocessError::stderr`] is what it wrote.
    ///
    /// # Cancel safety
    ///
    /// The program is killed when the future is dropped or the deadline passes, on Unix together with
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

    /// Starts a program that is to outlive the call, such as a browser; it gets no pipes and is never
    /// killed. Returns when it ended well, or still runs at the deadline of `subprocess`; without a
    /// deadline, as soon as it runs.
    ///
    /// # Errors
    ///
    /// [`SubprocessError`] when the program cannot be started, or failed before the deadline.
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

/// A program that has not been waited for. Dropping it kills the program and its process group; tokio
/// collects what remains of it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // No id: it was waited for, and the id of the group may be another one's by now.
        #[cfg(unix)]
        {
            let id = self.0.id().and_then(|id| i32::try_from(id).ok());
            if let Some(group) = id.and_then(rustix::process::Pid::from_raw) {
                // It fails when everything in the group has ended, which is as good.
                let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            }
        }
    }
}

/// The name of a program as errors print it.
fn shown(program: &Path) -> String {
    let name: &OsStr = program.as_os_str();
    name.to_string_lossy().into_owned()
}

// Linux: they look into `/proc` for what is still running.
#[cfg(all(test, target_os = "linux"))]
mod tests;
