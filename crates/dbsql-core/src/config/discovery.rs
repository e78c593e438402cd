//! Finding settings in the environment and in the profile file.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use super::Config;
use super::environment::Environment;
use super::file_system::{FileSystem, RealFiles};
use super::problem::Problem;
use super::profile_file::{ProfileFile, shown, usual_path};
use super::sources::Sources;
use crate::Result;

/// Finds settings like [`Config::discover`], with an environment, a profile or a file chosen in
/// code.
///
/// ```
/// use dbsql_core::Discovery;
///
/// # fn sample() -> Result<(), dbsql_core::Error> {
/// let config = Discovery::new().profile("prod").config_file("/etc/databrickscfg").load()?;
/// # drop(config); Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Discovery {
    environment: Option<Environment>,
    profile: Option<String>,
    config_file: Option<PathBuf>,
}

/// The sources to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    All,
    Environment,
    Profile,
}

impl Discovery {
    /// Creates a discovery that uses the environment of this process.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the variables to use, instead of those of this process. Sign-ins that read variables
    /// later, such as `env-oidc`, still read those of the process.
    pub fn environment<N, V>(mut self, variables: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<OsString>,
        V: Into<OsString>,
    {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.environment = Some(Environment::of(variables));
        self
    }

    /// Sets the profile, instead of `DATABRICKS_CONFIG_PROFILE`. The environment still takes
    /// precedence: use [`Config::from_profile`] to read only the profile.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Sets the profile file, instead of `DATABRICKS_CONFIG_FILE`. A leading `~` is the home
    /// folder.
    pub fn config_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.config_file = Some(path.into());
        self
    }

    /// Reads the sources and returns the settings. Reads at most one small file, and sends nothing.
    ///
    /// # Errors
    ///
    /// As [`Config::discover`].
    pub fn load(self) -> Result<Config> {
        self.load_scope(Scope::All)
    }

    pub(super) fn load_scope(self, scope: Scope) -> Result<Config> {
        Ok(Config::with_sources(self.sources(scope, &RealFiles)?))
    }

    pub(super) fn sources(self, scope: Scope, files: &dyn FileSystem) -> Result<Sources, Problem> {
        let environment = self.environment.unwrap_or_else(Environment::of_process);
        let mut sources = Sources {
            surroundings: Some(Arc::new(environment.surroundings(files))),
            ..Sources::default()
        };
        if scope != Scope::Profile {
            sources.environment = environment.settings()?;
        }
        if scope == Scope::Environment {
            return Ok(sources);
        }
        let by_variable = match scope {
            Scope::All => environment.text("DATABRICKS_CONFIG_PROFILE")?,
            _ => None,
        };
        let named = self.profile.as_deref().or(by_variable);
        let path = self
            .config_file
            .or_else(|| environment.path("DATABRICKS_CONFIG_FILE"))
            .unwrap_or_else(usual_path);
        let path = environment.expand(&path);
        if let Some((key, given)) = sources.keeps_out_profiles().filter(|_| named.is_none()) {
            let note = format!(
                "the profile file {} was not read: {} is set ({}), and no profile is selected",
                shown(&path),
                key.name(),
                given.origin
            );
            sources.notes.push(note);
            return Ok(sources);
        }
        match ProfileFile::read(&path, files)? {
            Some(file) => {
                sources.profile = file.choose(named)?;
                if sources.profile.is_none() {
                    let note = format!("the profile file {} has no [DEFAULT]", shown(&path));
                    sources.notes.push(note);
                }
            }
            // As in the official SDKs: the environment may have everything needed.
            None if scope == Scope::All => {
                let wanted = named.map(|name| format!(", so there is no profile [{name}]"));
                let note = format!(
                    "the profile file {} does not exist{}",
                    shown(&path),
                    wanted.unwrap_or_default()
                );
                sources.notes.push(note);
            }
            None => {
                return Err(Problem::new(
                    format!("the profile file {} does not exist", shown(&path)),
                    "write it with `databricks auth login --profile NAME`, or select another file with \
                     DATABRICKS_CONFIG_FILE",
                ));
            }
        }
        Ok(sources)
    }
}

#[cfg(test)]
mod tests;
