//! OAuth client credentials of a Databricks service principal.

use crate::discovery::Discovery;
use crate::token_endpoint::TokenRequest;
use crate::{AuthContext, AuthError, BoxFuture, Secret, Token, TokenProvider};

/// OAuth client credentials of a Databricks service principal (`oauth-m2m`).
///
/// Discovers the token endpoint of the workspace, and posts the `client_credentials` grant of RFC
/// 6749, 4.4 there. Id and secret are sent with HTTP Basic, encoded as section 2.3.1 requires.
/// There is no refresh token: a renewal is another sign-in.
///
/// # Errors of the sign-in
///
/// - [`Invalid`](crate::AuthErrorKind::Invalid): an endpoint is at a host that credentials may not be sent
///   to, or the workspace has no OAuth metadata.
/// - [`Rejected`](crate::AuthErrorKind::Rejected): the token service rejected the credentials (`invalid_client`), or
///   something else responded in its place.
/// - [`Unavailable`](crate::AuthErrorKind::Unavailable): no response or a transient error, also after two
///   retries.
///
/// # Example
///
/// ```
/// use dbsql_auth::{AuthContext, ClientCredentials, TokenProvider};
///
/// # async fn sample(context: AuthContext) -> Result<(), dbsql_auth::AuthError> {
/// let provider = ClientCredentials::new("client id", "client secret").scopes(["sql"]);
/// let token = provider.token(&context).await?;
/// # drop(token); Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientCredentials {
    client_id: String,
    client_secret: Secret,
    scopes: Vec<String>,
    discovery: Discovery,
}

impl ClientCredentials {
    /// Creates a provider for the service principal with this id and OAuth secret.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            scopes: vec!["all-apis".to_owned()],
            discovery: Discovery::new(),
        }
    }

    /// Sets the requested scopes.
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
        let endpoints = self.discovery.endpoints(context).await?;
        let request = TokenRequest::new(endpoints.token, "client_credentials")
            .scopes(&self.scopes)
            .basic(&self.client_id, &self.client_secret)?;
        let answer = request.send(context).await.inspect_err(|_| self.discovery.forget())?;
        answer.into_token()
    }
}

impl TokenProvider for ClientCredentials {
    fn token<'a>(&'a self, context: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(self.sign_in(context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::Scripted;

    const WORKSPACE: &str = "https://dbc-1.cloud.databricks.com";
    const METADATA: &str = r#"{
        "issuer": "https://dbc-1.cloud.databricks.com/oidc",
        "authorization_endpoint": "https://dbc-1.cloud.databricks.com/oidc/v1/authorize",
        "token_endpoint": "https://dbc-1.cloud.databricks.com/oidc/v1/token"
    }"#;

    #[tokio::test(start_paused = true)]
    async fn client_signs_in_at_the_discovered_endpoint() {
        let server = Scripted::routes(&[
            ("/oidc/.well-known/oauth-authorization-server", 200, METADATA),
            (
                "/oidc/v1/token",
                200,
                r#"{"access_token":"t1","token_type":"Bearer","expires_in":3600}"#,
            ),
        ]);
        let context = server.context(WORKSPACE);
        let provider = ClientCredentials::new("id with:colon", "s%cret");
        let token = provider.token(&context).await.expect("signs in");
        assert_eq!(token.authorization().header_value(), "Bearer t1");
        let asked = context.runtime().wall_now();
        assert_eq!(token.lifetime(asked), Some(std::time::Duration::from_secs(3600)));
        assert_eq!(
            server.asked(),
            [
                "GET https://dbc-1.cloud.databricks.com/.well-known/databricks-config",
                "GET https://dbc-1.cloud.databricks.com/oidc/.well-known/oauth-authorization-server",
                "POST https://dbc-1.cloud.databricks.com/oidc/v1/token",
            ]
        );
        assert_eq!(server.form(2), ["grant_type=client_credentials", "scope=all-apis"]);
        let sent = server.sent();
        let [config, metadata, post] = &sent[..] else { panic!("{sent:?}") };
        assert!(config.headers().get("authorization").is_none());
        assert!(metadata.headers().get("authorization").is_none());
        // Base64 of "id+with%3Acolon:s%25cret".
        assert_eq!(post.headers()["authorization"], "Basic aWQrd2l0aCUzQWNvbG9uOnMlMjVjcmV0");
        assert!(post.headers()["authorization"].is_sensitive());
        assert_eq!(post.headers()["accept"], "application/json");
        assert_eq!(post.headers()["content-type"], "application/x-www-form-urlencoded");

        // The endpoints are cached now.
        let _ = provider.token(&context).await.expect("signs in again");
        assert_eq!(server.asked().len(), 4);
    }
}
