//! The sign-in of the Databricks CLI.

use std::path::PathBuf;
use std::time::Duration;

use crate::{AuthContext, AuthError, AuthErrorKind, BoxFuture, Token, TokenProvider};

/// The sign-in of the Databricks CLI, asked for a token by `databricks auth token` (`databricks-cli`).
#[derive(Clone, Debug)]
#[must_use]
pub struct DatabricksCli {
    profile: Option<String>,
    path: Option<PathBuf>,
    timeout: Duration,
}

impl DatabricksCli {
    /// Asks the `databricks` program on the `PATH` for a token for the workspace of the client.
    pub fn new() -> Self {
        Self { profile: None, path: None, timeout: Duration::from_secs(60) }
    }

    /// Asks for the token of a profile, in place of that of the host.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// Sets the path of the program.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Sets how long the program may take; 60 s by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

impl TokenProvider for DatabricksCli {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(async { Err(AuthError::new(AuthErrorKind::Unavailable, "not written yet")) })
    }
}
