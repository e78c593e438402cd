//! The registered clients.

use std::fmt;

use crate::credentials::same;
use crate::oauth::public_key::PublicKey;
use crate::oauth::redirect::Redirect;

/// A client of the sign-in endpoints: an application, or a service principal.
///
/// ```
/// use dbsql_local::{OAuthClient, Service};
///
/// let service = Service::builder()
///     .oauth_client(OAuthClient::confidential("service principal", "its secret"))
///     .oauth_client(OAuthClient::public("application", "http://localhost:8020"))
///     .build();
/// ```
#[derive(Clone)]
pub struct OAuthClient {
    pub(super) id: String,
    secret: Option<String>,
    keys: Vec<(Option<String>, PublicKey)>,
    redirects: Vec<String>,
    scopes: Vec<String>,
}

/// The scopes that a client may request unless it is registered for others.
const SCOPES: [&str; 3] = ["all-apis", "sql", "offline_access"];

/// The client that the Databricks CLI and most tools use; it is always registered.
pub(super) const CLI: &str = "databricks-cli";

impl OAuthClient {
    fn new(id: impl Into<String>) -> Self {
        let scopes = SCOPES.map(str::to_owned).to_vec();
        Self { id: id.into(), secret: None, keys: Vec::new(), redirects: Vec::new(), scopes }
    }

    /// Creates a client with a secret: a service principal, which signs in with client credentials.
    #[must_use]
    pub fn confidential(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { secret: Some(secret.into()), ..Self::new(id) }
    }

    /// Creates a client that authenticates with JWTs signed with the private half of this key (RFC
    /// 7523), such as `private_key_jwt` of OpenID Connect.
    #[must_use]
    pub fn with_key(id: impl Into<String>, key: PublicKey) -> Self {
        Self { keys: vec![(None, key)], ..Self::new(id) }
    }

    /// Creates a client without a secret: an application that opens the authorization page in a
    /// browser and listens at the redirect URI, which must be `http` to a loopback address. Any
    /// port is accepted (RFC 8252, section 7.3); host and path must match.
    #[must_use]
    pub fn public(id: impl Into<String>, redirect_uri: impl Into<String>) -> Self {
        Self::new(id).redirect_uri(redirect_uri)
    }

    /// Adds a redirect URI.
    #[must_use]
    pub fn redirect_uri(mut self, redirect_uri: impl Into<String>) -> Self {
        self.redirects.push(redirect_uri.into());
        self
    }

    /// Sets the id of the key of [`with_key`](Self::with_key): tokens that name another one are
    /// rejected.
    #[must_use]
    pub fn key_id(mut self, id: impl Into<String>) -> Self {
        if let Some((key_id, _)) = self.keys.last_mut() {
            *key_id = Some(id.into());
        }
        self
    }

    /// Sets the scopes that it may request: `all-apis`, `sql` and `offline_access` by default.
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    pub(super) fn built_in() -> Self {
        Self::public(CLI, "http://localhost:8020")
    }

    /// Returns `true` if it can authenticate.
    pub(super) fn is_confidential(&self) -> bool {
        self.secret.is_some() || !self.keys.is_empty()
    }

    pub(super) fn has_secret(&self, secret: &str) -> bool {
        self.secret.as_ref().is_some_and(|own| same(own.as_bytes(), secret.as_bytes()))
    }

    /// Returns the keys that may have this id.
    pub(super) fn keys(&self, id: Option<&str>) -> impl Iterator<Item = &PublicKey> {
        let fits = move |own: &Option<String>| own.is_none() || own.as_deref() == id;
        self.keys.iter().filter(move |(own, _)| fits(own)).map(|(_, key)| key)
    }

    /// Returns `true` if this redirect URI is registered.
    pub(super) fn listens_at(&self, redirect: &Redirect) -> bool {
        self.redirects.iter().filter_map(|own| Redirect::parse(own)).any(|own| own.fits(redirect))
    }

    /// Returns the scopes that are granted for a request: all requested ones, or those of the
    /// client if none are. `None` if it is not registered for one of them.
    pub(super) fn granted(&self, asked: Option<&str>) -> Option<String> {
        let Some(asked) = asked else {
            let first = self.scopes.iter().find(|scope| *scope != "offline_access");
            return Some(first.cloned().unwrap_or_default());
        };
        let mut scopes = asked.split(' ').filter(|scope| !scope.is_empty());
        scopes.all(|scope| self.scopes.iter().any(|own| own == scope)).then(|| asked.to_owned())
    }
}

impl fmt::Debug for OAuthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthClient")
            .field("id", &self.id)
            .field("is_confidential", &self.is_confidential())
            .field("redirects", &self.redirects)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
