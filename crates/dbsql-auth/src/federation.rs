//! OIDC federation: the token of another issuer is exchanged at the workspace.

use std::path::PathBuf;

use crate::discovery::{Discovery, OAuthEndpoints};
use crate::environment::Environment;
use crate::hosts::is_of_workspace;
use crate::jwt_claims::JwtClaims;
use crate::sign_in_request::Rejection;
use crate::token_endpoint::TokenRequest;
use crate::{AuthContext, AuthError, BoxFuture, Secret, Token, TokenProvider};

mod id_token;

/// OIDC federation: the token of another issuer is exchanged at the workspace (`env-oidc`,
/// `file-oidc`, `github-oidc`).
///
/// The token is read again for each renewal and exchanged at the token endpoint of the workspace
/// with the grant of RFC 8693. A token that the workspace itself has issued is used directly.
///
/// # Errors of the sign-in
///
/// As for [`ClientCredentials`](crate::ClientCredentials); and
/// [`Invalid`](crate::AuthErrorKind::Invalid) when there is no token, or it is not a JWT.
///
/// # Example
///
/// ```
/// use dbsql_auth::{AuthContext, Federation, IdTokenSource, TokenProvider};
///
/// # async fn sample(context: AuthContext) -> Result<(), dbsql_auth::AuthError> {
/// // In a job of GitHub Actions with the permission `id-token: write`.
/// let provider = Federation::new(IdTokenSource::GitHubActions)
///     .client_id("11111111-2222-3333-4444-555555555555");
/// let token = provider.token(&context).await?;
/// # drop(token); Ok(()) }
/// ```
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

/// The source of the other issuer's token. It is read again for each renewal.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum IdTokenSource {
    /// The environment variable with this name.
    Environment(String),
    /// The file at this path. Whitespace around the token is ignored.
    File(PathBuf),
    /// The token service of GitHub Actions, in a job with the permission `id-token: write`.
    ///
    /// The runner sets the URL of the service and the token for it in
    /// `ACTIONS_ID_TOKEN_REQUEST_URL` and `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. The request token is
    /// sent to that host only, over https; the host need not be allowed, since what can set the
    /// variable has the token anyway.
    GitHubActions,
}

impl Federation {
    /// Creates a provider that exchanges tokens from `source`.
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

    /// Sets the id of the service principal, for its own federation policy. Without one, the policy
    /// of the account decides who signs in.
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// Sets the audience to request, if the source supports that: GitHub Actions does. By default
    /// it is the one that the workspace specifies, or the URL of its token endpoint.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Sets the requested scopes; `all-apis` by default.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the URL of the OAuth metadata, replacing that of the workspace.
    pub fn discovery_url(mut self, discovery_url: impl Into<String>) -> Self {
        self.discovery.set_url(discovery_url.into());
        self
    }

    /// Sets the id of the account, for hosts that serve several, such as the accounts console.
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
            AuthError::invalid(format!("the contents of {} are not a JWT", self.source.name()))
                .with_next_step(
                    "it must contain the token of the identity provider and nothing else",
                )
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

    /// Adds the most frequent cause of a rejection.
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
                "the token in {} expired {} s ago by the clock of this machine: renew it",
                self.source.name(),
                ago.as_secs(),
            )),
            _ => rejection.error,
        }
    }
}

impl IdTokenSource {
    /// Names the source in error messages.
    fn name(&self) -> String {
        match self {
            Self::Environment(name) => format!("the environment variable {name}"),
            Self::File(path) => format!("the file {}", path.display()),
            Self::GitHubActions => "the response of GitHub Actions".to_owned(),
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
