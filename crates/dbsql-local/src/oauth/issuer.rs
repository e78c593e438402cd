//! Issuers whose tokens can be exchanged at the workspace.

use std::time::SystemTime;

use crate::oauth::jwt::{Jwt, SigningKey};
use crate::oauth::public_key::PublicKey;

/// An issuer that the workspace trusts, as in a federation policy.
#[derive(Clone, Debug)]
pub struct ForeignIssuer {
    pub(super) url: String,
    audiences: Vec<String>,
    keys: Vec<PublicKey>,
}

/// The issuer of the tokens of GitHub Actions.
pub(super) const GITHUB: &str = "https://token.actions.githubusercontent.com";

impl ForeignIssuer {
    /// Creates an issuer by its URL, the `iss` claim of its tokens.
    /// [`Service::id_token`](crate::Service::id_token) creates such tokens.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), audiences: Vec::new(), keys: Vec::new() }
    }

    /// Returns the issuer of the imitated token service of GitHub Actions.
    #[must_use]
    pub fn github_actions() -> Self {
        Self::new(GITHUB)
    }

    /// Accepts this audience; any audience is accepted unless one is set.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Accepts signatures of this key, for tokens that a test signs itself.
    #[must_use]
    pub fn key(mut self, key: PublicKey) -> Self {
        self.keys.push(key);
        self
    }

    /// Returns `true` if this issuer has signed the token for an accepted audience, and it is
    /// currently valid.
    pub(super) fn vouches_for(&self, token: &Jwt<'_>, own: &SigningKey, now: SystemTime) -> bool {
        let is_signed =
            token.is_made_with(own) || self.keys.iter().any(|key| token.is_signed_by(key));
        let is_for_us = self.audiences.is_empty() || token.is_for(&self.audiences);
        is_signed && is_for_us && token.is_current(now)
    }
}
