//! Pending authorization requests, codes and issued tokens.

use std::collections::{BTreeMap, BTreeSet};

use dbsql_runtime::{Instant, Runtime};
use serde_json::{Map, Value, json};

use crate::credentials::{Credentials, Issued};
use crate::later::{later, later_wall};
use crate::oauth::discovery::{Asked, issuer};
use crate::oauth::jwt::{random_text, seconds_since_epoch};
use crate::oauth::redirect::Redirect;
use crate::oauth::shelf::Shelf;
use crate::settings::TokenForm;

/// The maximum number of entries of each kind; the oldest are dropped.
const ROOM: usize = 10_000;

/// The maximum number of access tokens of one sign-in that are revoked with it.
const FAMILY_ROOM: usize = 100;

/// The owner of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    /// The user or service principal.
    pub(super) principal: String,
    pub(super) client: String,
    pub(super) scope: String,
}

/// An authorization request that is shown to the user.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) client: String,
    pub(super) redirect: Redirect,
    pub(super) scope: String,
    pub(super) state: Option<String>,
    /// `code_challenge`.
    pub(super) challenge: String,
}

/// An authorization code.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) holder: Holder,
    pub(super) redirect: String,
    pub(super) challenge: String,
    pub(super) until: Instant,
    /// The sign-in that its tokens belong to.
    pub(super) family: u64,
    pub(super) is_used: bool,
}

/// A refresh token.
#[derive(Clone, Debug)]
pub(super) struct RefreshToken {
    pub(super) holder: Holder,
    pub(super) family: u64,
    pub(super) is_used: bool,
}

#[derive(Debug)]
pub(super) struct SignIns {
    pub(super) questions: Shelf<Question>,
    pub(super) codes: Shelf<Code>,
    pub(super) refresh_tokens: Shelf<RefreshToken>,
    /// Entra tokens for Azure management, with their expiry.
    pub(super) management_tokens: Shelf<Instant>,
    /// The access tokens of each sign-in with refresh.
    families: BTreeMap<u64, Vec<Hidden>>,
    next_family: u64,
    /// The client and `jti` of used assertions.
    assertions: BTreeSet<(String, String)>,
    /// The number of token responses, by grant.
    pub(super) grants: BTreeMap<&'static str, u64>,
}

impl Default for SignIns {
    fn default() -> Self {
        Self {
            questions: Shelf::new(ROOM),
            codes: Shelf::new(ROOM),
            refresh_tokens: Shelf::new(ROOM),
            management_tokens: Shelf::new(ROOM),
            families: BTreeMap::new(),
            next_family: 0,
            assertions: BTreeSet::new(),
            grants: BTreeMap::new(),
        }
    }
}

impl SignIns {
    pub(super) fn new_family(&mut self) -> u64 {
        if self.families.len() >= ROOM {
            self.families.pop_first();
        }
        self.next_family += 1;
        self.families.insert(self.next_family, Vec::new());
        self.next_family
    }

    /// Revokes everything that was issued for one sign-in.
    pub(super) fn revoke_family(&mut self, family: u64, credentials: &Credentials) {
        for Hidden(token) in self.families.remove(&family).unwrap_or_default() {
            credentials.remove_token(&token);
        }
        self.refresh_tokens.retain(|token| token.family != family);
    }

    /// Returns `true` if this assertion is used for the first time.
    pub(super) fn is_first(&mut self, client: &str, id: &str) -> bool {
        if self.assertions.len() >= ROOM {
            self.assertions.pop_first();
        }
        self.assertions.insert((client.to_owned(), id.to_owned()))
    }

    pub(super) fn count(&mut self, grant: &'static str) {
        *self.grants.entry(grant).or_default() += 1;
    }

    /// Creates a new refresh token.
    pub(super) fn refresh_token(
        &mut self,
        holder: Holder,
        family: u64,
        runtime: &Runtime,
    ) -> String {
        let token = random_text(runtime);
        self.refresh_tokens.put(token.clone(), RefreshToken { holder, family, is_used: false });
        token
    }

    /// Issues an access token and returns the response that contains it.
    pub(super) fn issue(
        &mut self,
        asked: &Asked<'_>,
        holder: &Holder,
        family: Option<u64>,
    ) -> Map<String, Value> {
        let Asked { inner, settings, base, .. } = asked;
        let lifetime = settings.token_lifetime;
        let token = match settings.token_form {
            TokenForm::Opaque => random_text(&inner.runtime),
            TokenForm::Jwt => {
                let now = inner.runtime.wall_now();
                inner.oauth.key.sign(&json!({
                    "iss": issuer(base, None),
                    "sub": holder.principal,
                    "aud": settings.workspace_id,
                    "client_id": holder.client,
                    "scope": holder.scope,
                    "iat": seconds_since_epoch(now),
                    "exp": seconds_since_epoch(later_wall(now, lifetime)),
                    "jti": random_text(&inner.runtime),
                }))
            }
        };
        let until = later(inner.runtime.now(), lifetime.saturating_sub(settings.reject_before_end));
        let issued = Issued { principal: holder.principal.clone(), is_of_entra: false };
        inner.credentials.issue(&token, until, issued);
        if let Some(tokens) = family.and_then(|family| self.families.get_mut(&family)) {
            if tokens.len() >= FAMILY_ROOM {
                tokens.remove(0);
            }
            tokens.push(Hidden(token.clone()));
        }
        let mut answer = Map::new();
        answer.insert("access_token".to_owned(), token.into());
        answer.insert("token_type".to_owned(), "Bearer".into());
        answer.insert("expires_in".to_owned(), lifetime.as_secs().into());
        answer.insert("scope".to_owned(), holder.scope.clone().into());
        answer
    }
}

/// Not printed.
struct Hidden(String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[REDACTED]")
    }
}
