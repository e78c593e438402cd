//! OIDC federation: a token of another issuer, exchanged at the workspace.

use std::path::PathBuf;

use crate::{AuthContext, AuthError, AuthErrorKind, BoxFuture, Token, TokenProvider};

/// OIDC federation: a token of another issuer, exchanged at the workspace (`env-oidc`, `file-oidc`,
/// `github-oidc`).
#[derive(Clone, Debug)]
#[must_use]
pub struct Federation {
    source: IdTokenSource,
    client_id: Option<String>,
    audience: Option<String>,
}

/// Where the token of the other issuer comes from. Read again at each renewal.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum IdTokenSource {
    /// The environment variable of this name.
    Environment(String),
    /// The file at this path.
    File(PathBuf),
    /// The token service of GitHub Actions.
    GitHubActions,
}

impl Federation {
    /// Exchanges tokens from `source`.
    pub fn new(source: IdTokenSource) -> Self {
        Self { source, client_id: None, audience: None }
    }

    /// Sets the id of the service principal, for a federation policy of its own.
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// Sets the audience that is asked for, where the source lets one ask.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }
}

impl TokenProvider for Federation {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(async { Err(AuthError::new(AuthErrorKind::Unavailable, "not written yet")) })
    }
}
