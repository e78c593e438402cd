//! OIDC federation: a token of another issuer, exchanged at the workspace.

use std::path::PathBuf;

use crate::discovery::{Discovery, OAuthEndpoints};
use crate::environment::Environment;
use crate::hosts::is_of_workspace;
use crate::jwt_claims::JwtClaims;
use crate::sign_in_request::Rejection;
use crate::token_endpoint::TokenRequest;
use crate::{AuthContext, AuthError, BoxFuture, Secret, Token, TokenProvider};

mod id_token;

/// OIDC federation: a token of another issuer, exchanged at the workspace (`env-oidc`, `file-oidc`,
/// `github-oidc`).
///
/// The token is read again at each renewal and exchanged at the token endpoint of the workspace by the
/// grant of RFC 8693. A token that the workspace itself has issued is used as it is.
///
/// # Errors of the sign-in
///
/// As for [`ClientCredentials`](crate::ClientCredentials); and
/// [`Invalid`](crate::AuthErrorKind::Invalid) when there is no token, or it is no JWT.
#[derive(Clone, Debug)]
#[must_use]
pub struct Federation {
    source: IdTokenSource,
    client_id: Option<String>,
    audience: Option<String>,
    scopes: Vec<String>,
    discovery: Discovery,
    environment: Environment,
}

/// Where the token of the other issuer comes from. Read again at each renewal.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum IdTokenSource {
    /// The environment variable of this name.
    Environment(String),
    /// The file at this path. Blanks and line breaks around the token are ignored.
    File(PathBuf),
    /// The token service of GitHub Actions, in a job with the permission `id-token: write`.
    ///
    /// The runner names the service and the token for it in `ACTIONS_ID_TOKEN_REQUEST_URL` and
    /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. The request token is sent to that host only, over https; the
    /// host need not be allowed, since the one who can set the variable knows the token anyway.
    GitHubActions,
}

impl Federation {
    /// Exchanges tokens from `source`.
    pub fn new(source: IdTokenSource) -> Self {
        Self {
            source,
            client_id: None,
            audience: None,
            scopes: vec!["all-apis".to_owned()],
            discovery: Discovery::new(),
            environment: Environment::Process,
        }
    }

    /// Sets the id of the service principal, for a federation policy of its own. Without one the
    /// policy of the account decides who signs in.
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// Sets the audience that is asked for, where the source lets one ask: GitHub Actions does. By
    /// default the one that the workspace names, else the URL of its token endpoint.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Sets the scopes that are asked for; `all-apis` by default.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the URL of the OAuth metadata, in place of the one of the workspace.
    pub fn discovery_url(mut self, discovery_url: impl Into<String>) -> Self {
        self.discovery.set_url(discovery_url.into());
        self
    }

    /// Sets the id of the account, for a host that serves several, such as the accounts console.
    pub fn account_id(mut self, account_id: impl Into<String>) -> Self {
        self.discovery.set_account_id(account_id.into());
        self
    }

    async fn sign_in(&self, context: &AuthContext) -> Result<Token, AuthError> {
        let subject = match &self.source {
            IdTokenSource::Environment(name) => id_token::of_variable(&self.environment, name)?,
            IdTokenSource::File(path) => id_token::of_file(context, path).await?,
            IdTokenSource::GitHubActions => {
                let audience = self.github_audience(context).await?;
                id_token::of_github(context, &self.environment, &audience).await?
            }
        };
        let claims = JwtClaims::read(&subject).ok_or_else(|| {
            AuthError::invalid(format!("what {} holds is no JWT", self.source.name()))
                .with_next_step("give it the token of the identity provider, and nothing else")
        })?;
        if claims.issuer().is_some_and(|issuer| is_of_workspace(context, issuer)) {
            let token = Token::bearer(&subject)?;
            return Ok(match claims.expiry() {
                Some(end) => token.expires_at(end),
                None => token,
            });
        }
        let endpoints = self.discovery.endpoints(context).await?;
        self.exchange(context, endpoints, &subject).await.map_err(|rejection| {
            self.discovery.forget();
            self.explained(context, &claims, rejection)
        })
    }

    async fn github_audience(&self, context: &AuthContext) -> Result<String, AuthError> {
        match &self.audience {
            Some(audience) => Ok(audience.clone()),
            None => {
                let endpoints = self.discovery.endpoints(context).await?;
                let token_endpoint = || endpoints.token.uri().to_string();
                Ok(endpoints.audience.clone().unwrap_or_else(token_endpoint))
            }
        }
    }

    async fn exchange(
        &self,
        context: &AuthContext,
        endpoints: OAuthEndpoints,
        subject: &Secret,
    ) -> Result<Token, Rejection> {
        let grant = "urn:ietf:params:oauth:grant-type:token-exchange";
        let mut request = TokenRequest::new(endpoints.token, grant)
            .secret("subject_token", subject)
            .field("subject_token_type", "urn:ietf:params:oauth:token-type:jwt")
            .field("return_original_token_if_authenticated", "true")
            .scopes(&self.scopes);
        if let Some(client_id) = &self.client_id {
            request = request.field("client_id", client_id);
        }
        Ok(request.send(context).await?.into_token()?)
    }

    /// Adds what most often is behind a rejection.
    fn explained(
        &self,
        context: &AuthContext,
        claims: &JwtClaims,
        rejection: Rejection,
    ) -> AuthError {
        let ago =
            claims.expiry().and_then(|end| context.runtime().wall_now().duration_since(end).ok());
        match (&rejection.code, ago) {
            (Some(_), Some(ago)) => rejection.error.with_next_step(format!(
                "the token that {} holds ended {} s ago, by the clock of this machine: renew it",
                self.source.name(),
                ago.as_secs(),
            )),
            _ => rejection.error,
        }
    }
}

impl IdTokenSource {
    /// The source, for errors.
    fn name(&self) -> String {
        match self {
            Self::Environment(name) => format!("the environment variable {name}"),
            Self::File(path) => format!("the file {}", path.display()),
            Self::GitHubActions => "the answer of GitHub Actions".to_owned(),
        }
    }
}

impl TokenProvider for Federation {
    fn token<'a>(&'a self, context: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(self.sign_in(context))
    }
}

#[cfg(test)]
mod tests;
