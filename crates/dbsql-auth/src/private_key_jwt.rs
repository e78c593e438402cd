//! Client credentials that are proven by a signed JWT.

use crate::{AuthContext, AuthError, AuthErrorKind, BoxFuture, Secret, Token, TokenProvider};

/// Client credentials of a service principal, proven by a JWT that is signed with a private key.
#[derive(Clone, Debug)]
#[must_use]
pub struct PrivateKeyJwt {
    client_id: String,
    key: Secret,
    key_id: Option<String>,
    scopes: Vec<String>,
    token_url: Option<String>,
}

impl PrivateKeyJwt {
    /// Signs in as the service principal with this id, with a private key in PEM.
    pub fn new(client_id: impl Into<String>, key: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            key: key.into(),
            key_id: None,
            scopes: vec!["all-apis".to_owned()],
            token_url: None,
        }
    }

    /// Sets the id of the key, as the server knows it.
    pub fn key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Sets the scopes that are asked for.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the URL of the token endpoint, in place of the one that the workspace names.
    pub fn token_url(mut self, token_url: impl Into<String>) -> Self {
        self.token_url = Some(token_url.into());
        self
    }
}

impl TokenProvider for PrivateKeyJwt {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(async { Err(AuthError::new(AuthErrorKind::Unavailable, "not written yet")) })
    }
}
