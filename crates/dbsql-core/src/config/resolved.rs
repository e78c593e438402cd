//! The resolved settings: endpoint and credentials.

use dbsql_auth::SharedTokenProvider;

use super::Config;
use super::host::HostUrl;
use super::problem::Problem;
use super::setting::Key;
use super::sign_in::{self, Choice};
use super::sources::Merged;
use super::target;
use crate::{Error, Result};

/// The endpoint and the credentials.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) host: HostUrl,
    pub(crate) http_path: String,
    pub(crate) workspace_id: Option<String>,
    pub(crate) credentials: SharedTokenProvider,
}

/// Each part separately, so that all problems can be reported at once.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) host: Result<HostUrl, Problem>,
    pub(super) http_path: Result<String, Problem>,
    pub(super) workspace_id: Result<Option<String>, Problem>,
    /// `None` for a provider that was set in code, and if none could be selected.
    pub(super) sign_in: Option<Choice>,
    pub(super) credentials: Result<SharedTokenProvider, Problem>,
}

impl Parts {
    pub(super) fn of(config: &Config, settings: &Merged<'_>) -> Self {
        let host = match settings.get(Key::Host) {
            Some(text) => HostUrl::parse(text),
            None => Err(Problem::missing(
                "host is not set",
                "set host (DATABRICKS_HOST) to the host of the workspace, such as \
                 adb-1234.5.azuredatabricks.net",
            )),
        };
        let at = host.as_ref().ok();
        let (sign_in, credentials) = match &config.provider {
            Some(provider) => (None, Ok(provider.clone())),
            None => match sign_in::choose(settings) {
                Ok(choice) => {
                    let credentials = choice.provider(settings);
                    (Some(choice), credentials)
                }
                Err(problem) => (None, Err(problem)),
            },
        };
        Self {
            http_path: target::http_path(settings, at),
            workspace_id: target::workspace_id(settings, at),
            host,
            sign_in,
            credentials,
        }
    }

    /// Returns all problems, each once.
    pub(super) fn problems(&self) -> Vec<&Problem> {
        let found = [
            self.host.as_ref().err(),
            self.http_path.as_ref().err(),
            self.workspace_id.as_ref().err(),
            self.credentials.as_ref().err(),
        ];
        let mut problems: Vec<&Problem> = Vec::new();
        for problem in found.into_iter().flatten() {
            if problems.iter().all(|earlier| earlier.message != problem.message) {
                problems.push(problem);
            }
        }
        problems
    }
}

impl Config {
    /// Merges the settings and validates those of the connection.
    ///
    /// # Errors
    ///
    /// `Config`, with all problems and where the settings were found.
    pub(crate) fn resolve(&self) -> Result<Resolved> {
        let settings = self.sources.merge();
        match Parts::of(self, &settings) {
            Parts {
                host: Ok(host),
                http_path: Ok(http_path),
                workspace_id: Ok(workspace_id),
                credentials: Ok(credentials),
                ..
            } => Ok(Resolved { host, http_path, workspace_id, credentials }),
            parts => Err(together(&parts.problems(), &settings)),
        }
    }
}

/// Combines all problems into one error. A single one keeps its message.
fn together(problems: &[&Problem], settings: &Merged<'_>) -> Error {
    let messages: Vec<_> = problems.iter().map(|problem| &*problem.message).collect();
    let mut message = messages.join("; ");
    let is_missing = problems.iter().any(|problem| problem.is_missing);
    // The sources that a discovery searched in vain.
    for note in settings.notes.iter().filter(|_| is_missing) {
        message.push_str("; ");
        message.push_str(note);
    }
    let steps: Vec<_> = problems.iter().map(|problem| &*problem.next_step).collect();
    Problem {
        message,
        next_step: steps.join("; ").into(),
        source: problems.iter().find_map(|problem| problem.source.clone()),
        is_missing,
    }
    .into()
}
