//! OAuth client credentials of a Databricks service principal.

use crate::{AuthContext, AuthError, AuthErrorKind, BoxFuture, Secret, Token, TokenProvider};

/// OAuth client credentials of a Databricks service principal (`oauth-m2m`).
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientCredentials {
    client_id: String,
    client_secret: Secret,
    scopes: Vec<String>,
    discovery_url: Option<String>,
}

impl ClientCredentials {
    /// Signs in as the service principal with this id, with an OAuth secret of its own.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            scopes: vec!["all-apis".to_owned()],
            discovery_url: None,
        }
    }

    /// Sets the scopes that are asked for.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the URL of the discovery document, in place of the one of the workspace.
    pub fn discovery_url(mut self, discovery_url: impl Into<String>) -> Self {
        self.discovery_url = Some(discovery_url.into());
        self
    }
}

impl TokenProvider for ClientCredentials {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(async { Err(AuthError::new(AuthErrorKind::Unavailable, "not written yet")) })
    }
}
