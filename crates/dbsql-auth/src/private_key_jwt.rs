//! Client credentials proven by a signed JWT.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::discovery::Discovery;
use crate::hosts::Endpoint;
use crate::token_endpoint::TokenRequest;
use crate::{AuthContext, AuthError, BoxFuture, Secret, Token, TokenProvider};

mod signing_key;

pub use signing_key::JwtAlgorithm;
use signing_key::SigningKey;

/// The lifetime of the JWT: enough for clocks that differ by a minute or two.
const ASSERTION_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// Client credentials of a service principal, proven by a JWT that is signed with a private key.
///
/// The grant is `client_credentials` with a `client_assertion` of RFC 7523, 2.2. Its audience is
/// the token endpoint; it is valid for five minutes and for a single use. The key is RSA of 2048 to
/// 4096 bits, or EC over P-256 or P-384, in PEM: `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY`
/// (PKCS#1), unencrypted.
///
/// The nonce of an EC signature and the salt of a PS signature come from the randomness of the
/// system, which `ring` reads itself; without it signing fails.
///
/// # Errors of the sign-in
///
/// As for [`ClientCredentials`](crate::ClientCredentials); and
/// [`Invalid`](crate::AuthErrorKind::Invalid) for a key that cannot be used, with the command that
/// converts it.
///
/// # Example
///
/// ```
/// use dbsql_auth::{AuthContext, JwtAlgorithm, PrivateKeyJwt, TokenProvider};
///
/// # async fn sample(context: AuthContext) -> Result<(), Box<dyn std::error::Error>> {
/// let key = std::fs::read_to_string("private-key.pem")?;
/// let provider = PrivateKeyJwt::new("client id", key)
///     .key_id("key 1")
///     .algorithm(JwtAlgorithm::Ps256);
/// let token = provider.token(&context).await?;
/// # drop(token); Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct PrivateKeyJwt {
    client_id: String,
    key: Secret,
    key_id: Option<String>,
    algorithm: Option<JwtAlgorithm>,
    scopes: Vec<String>,
    token_url: Option<String>,
    discovery: Discovery,
}

impl PrivateKeyJwt {
    /// Creates a provider for the service principal with this id and a private key in PEM.
    pub fn new(client_id: impl Into<String>, key: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            key: key.into(),
            key_id: None,
            algorithm: None,
            scopes: vec!["all-apis".to_owned()],
            token_url: None,
            discovery: Discovery::new(),
        }
    }

    /// Sets the id of the key on the server.
    pub fn key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Sets the signature algorithm; by default `RS256`, `ES256` or `ES384`, depending on the key.
    pub fn algorithm(mut self, algorithm: JwtAlgorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// Sets the requested scopes.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the URL of the token endpoint, replacing the one that is discovered.
    pub fn token_url(mut self, token_url: impl Into<String>) -> Self {
        self.token_url = Some(token_url.into());
        self
    }

    async fn sign_in(&self, context: &AuthContext) -> Result<Token, AuthError> {
        let endpoint = match &self.token_url {
            Some(url) => Endpoint::parse(context, "the token endpoint", url)?,
            None => self.discovery.endpoints(context).await?.token,
        };
        let assertion = self.assertion(context, &endpoint).await?;
        // A single-use assertion is recreated for another attempt, not resent.
        let request = TokenRequest::new(endpoint, "client_credentials")
            .field("client_id", &self.client_id)
            .field(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            )
            .secret("client_assertion", &assertion)
            .scopes(&self.scopes)
            .once();
        let answer = request.send(context).await.inspect_err(|_| self.discovery.forget())?;
        answer.into_token()
    }

    /// Creates a new JWT for this endpoint.
    async fn assertion(
        &self,
        context: &AuthContext,
        endpoint: &Endpoint,
    ) -> Result<Secret, AuthError> {
        let runtime = context.runtime();
        let id = runtime.random_bytes::<16>().map_err(|error| {
            AuthError::unavailable("the system has no randomness for the id of the JWT")
                .with_source(error)
        })?;
        let now = runtime.wall_now();
        let claims = json!({
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": endpoint.uri().to_string(),
            "iat": numeric_date(now)?,
            "exp": numeric_date(now + ASSERTION_LIFETIME)?,
            "jti": URL_SAFE_NO_PAD.encode(id),
        });
        let (key, algorithm, key_id) = (self.key.clone(), self.algorithm, self.key_id.clone());
        // An RSA signature takes milliseconds.
        let signed = runtime.offload(move || {
            let key = SigningKey::from_pem(&key, algorithm)?;
            let mut header = json!({ "alg": key.algorithm().name(), "typ": "JWT" });
            if let Some(key_id) = key_id {
                header["kid"] = key_id.into();
            }
            let part = |json: &serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
            let text = format!("{}.{}", part(&header), part(&claims));
            let signature = key.sign(text.as_bytes())?;
            Ok(Secret::from(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))))
        });
        signed
            .await
            .map_err(|error| AuthError::unavailable("failed to sign the JWT").with_source(error))?
    }
}

fn numeric_date(time: SystemTime) -> Result<u64, AuthError> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map(|since| since.as_secs()).map_err(|error| {
        AuthError::invalid("the clock of this machine is before 1970").with_source(error)
    })
}

impl TokenProvider for PrivateKeyJwt {
    fn token<'a>(&'a self, context: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(self.sign_in(context))
    }
}

#[cfg(test)]
mod tests;
