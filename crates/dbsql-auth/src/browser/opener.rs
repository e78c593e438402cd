//! Opens a browser.

use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use dbsql_runtime::{Runtime, Subprocess, SubprocessError};

use crate::BoxFuture;

/// How long a program that opens the browser is watched for failures.
const WATCHED: Duration = Duration::from_secs(2);

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Custom = dyn Fn(String) -> BoxFuture<'static, Result<(), BoxError>> + Send + Sync;

/// The way to open the browser.
#[derive(Clone)]
pub(super) enum Opener {
    System,
    Custom(Arc<Custom>),
}

/// The error of a browser that could not be opened.
#[derive(Debug)]
pub(super) enum OpenError {
    /// None of the programs works; this is the error of the last one.
    Programs(SubprocessError),
    /// There is no program to try.
    NoProgram,
    Custom(BoxError),
}

impl Opener {
    pub(super) async fn open(&self, runtime: &Runtime, url: &str) -> Result<(), OpenError> {
        match self {
            Self::Custom(open) => open(url.to_owned()).await.map_err(OpenError::Custom),
            Self::System => {
                start_first(runtime, programs(browser_variable().as_deref(), url)).await
            }
        }
    }
}

#[cfg(any(windows, target_os = "macos"))]
fn browser_variable() -> Option<String> {
    None
}

/// The Unix convention: programs to try, separated by colons.
#[cfg(not(any(windows, target_os = "macos")))]
fn browser_variable() -> Option<String> {
    std::env::var("BROWSER").ok()
}

/// Returns the programs to try, in order. The URL is a separate argument: no shell interprets it.
fn programs(browser: Option<&str>, url: &str) -> Vec<Subprocess> {
    let mut programs = Vec::new();
    for entry in browser.into_iter().flat_map(|entries| entries.split(':')) {
        let mut words = entry.split_whitespace();
        let Some(program) = words.next() else { continue };
        let mut arguments: Vec<OsString> =
            words.map(|word| word.replace("%s", url).into()).collect();
        if !entry.contains("%s") {
            arguments.push(url.into());
        }
        programs.push(Subprocess::new(program).args(arguments));
    }
    programs.push(if cfg!(windows) {
        Subprocess::new("rundll32").args(["url.dll,FileProtocolHandler", url])
    } else if cfg!(target_os = "macos") {
        Subprocess::new("open").arg(url)
    } else {
        Subprocess::new("xdg-open").arg(url)
    });
    programs
}

/// Starts the first program that works.
async fn start_first(runtime: &Runtime, programs: Vec<Subprocess>) -> Result<(), OpenError> {
    let mut last = OpenError::NoProgram;
    for program in programs {
        // Some are the browser itself, and run as long as it does.
        match runtime.launch(&program.deadline(runtime.now() + WATCHED)).await {
            Ok(()) => return Ok(()),
            Err(error) => {
                tracing::debug!(%error, "failed to open a browser");
                last = OpenError::Programs(error);
            }
        }
    }
    Err(last)
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Programs(error) => error.fmt(f),
            Self::NoProgram => f.write_str("no program that opens a browser was found"),
            Self::Custom(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Programs(error) => error.source(),
            Self::NoProgram => None,
            Self::Custom(error) => error.source(),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn browser_variable_precedes_the_default_program() {
        let url = "https://h.test/a?b=%20&c";
        let usual = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
        let usual = Subprocess::new(usual).arg(url);
        let found = programs(Some("one:two --new %s:: three -a"), url);
        let expected = [
            Subprocess::new("one").arg(url),
            Subprocess::new("two").args(["--new", url]),
            Subprocess::new("three").args(["-a", url]),
            usual.clone(),
        ];
        assert!(found == expected, "{found:?}");
        assert!(programs(None, url) == [usual]);
    }

    #[tokio::test]
    async fn first_working_program_is_used() {
        let runtime = Runtime::real();
        let missing = || Subprocess::new("dbsql-no-such-program");
        let works = vec![missing(), Subprocess::new("false"), Subprocess::new("true")];
        start_first(&runtime, works).await.expect("the last one works");
        let error = start_first(&runtime, vec![missing()]).await.expect_err("none works");
        assert_eq!(error.to_string(), "program `dbsql-no-such-program` not found");
        assert!(matches!(start_first(&runtime, Vec::new()).await, Err(OpenError::NoProgram)));
    }
}
