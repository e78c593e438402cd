//! The identity provider of the warehouse: discovery, the authorization page, the token endpoint, and
//! imitations of Microsoft Entra and of the token service of GitHub Actions.

mod answer;
mod assertion;
mod authenticate;
mod authorize;
mod call;
mod client;
mod client_credentials;
mod code;
mod control;
mod discovery;
mod entra;
mod exchange;
mod form;
mod github;
mod issuer;
mod jwt;
mod me;
mod origin;
mod page;
mod public_key;
mod redirect;
mod refresh;
mod shelf;
mod sign_ins;
mod token;

use std::sync::{Mutex, MutexGuard, PoisonError};

use dbsql_runtime::Runtime;
use http::HeaderMap;

pub(crate) use self::call::Call;
pub use self::client::OAuthClient;
pub(crate) use self::discovery::answer;
pub(crate) use self::entra::lacks_management_token;
pub use self::issuer::ForeignIssuer;
pub use self::public_key::PublicKey;

use self::jwt::{SigningKey, random_text};
use self::sign_ins::SignIns;
use crate::service::Inner;

/// The user if none is registered.
const DEFAULT_USER: &str = "user@dbsql.local";

/// Returns the user or service principal of a request: the owner of its token, or else the first
/// user.
pub(crate) fn user(inner: &Inner, headers: &HeaderMap) -> String {
    let issued = inner.credentials.holder(headers).map(|issued| issued.principal);
    issued.unwrap_or_else(|| inner.oauth.first_user().to_owned())
}

/// The registered clients, users and issuers.
#[derive(Debug, Default)]
pub(crate) struct Realm {
    pub(crate) clients: Vec<OAuthClient>,
    pub(crate) entra_clients: Vec<OAuthClient>,
    pub(crate) users: Vec<String>,
    pub(crate) issuers: Vec<ForeignIssuer>,
}

impl Realm {
    /// Returns `true` if anything was registered, so that requests without a token are rejected.
    pub(crate) fn is_populated(&self) -> bool {
        !(self.clients.is_empty()
            && self.entra_clients.is_empty()
            && self.users.is_empty()
            && self.issuers.is_empty())
    }
}

/// The identity provider of one service.
#[derive(Debug)]
pub(crate) struct OAuth {
    realm: Realm,
    key: SigningKey,
    /// The request token of a GitHub Actions job.
    github_token: Secret,
    sign_ins: Mutex<SignIns>,
}

impl OAuth {
    pub(crate) fn new(mut realm: Realm, runtime: &Runtime) -> Self {
        if !realm.clients.iter().any(|client| client.id == client::CLI) {
            realm.clients.push(OAuthClient::built_in());
        }
        if realm.users.is_empty() {
            realm.users.push(DEFAULT_USER.to_owned());
        }
        Self {
            realm,
            key: SigningKey::random(runtime),
            github_token: Secret(random_text(runtime)),
            sign_ins: Mutex::default(),
        }
    }

    /// Returns the user of tokens that were issued without a sign-in.
    fn first_user(&self) -> &str {
        self.realm.users.first().map_or(DEFAULT_USER, String::as_str)
    }

    fn client(&self, id: &str) -> Option<&OAuthClient> {
        self.realm.clients.iter().find(|client| client.id == id)
    }

    fn sign_ins(&self) -> MutexGuard<'_, SignIns> {
        self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Not printed.
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[REDACTED]")
    }
}
