//! The tokens of a browser sign-in, and what they belong to.

use std::time::SystemTime;

use crate::token_endpoint::TokenAnswer;
use crate::{AuthError, Secret, Token};

/// Identifies what tokens are for. Tokens of one key are never used for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) origin: String,
    pub(super) client_id: String,
    pub(super) scopes: Vec<String>,
}

impl Key {
    pub(super) fn new(origin: String, client_id: &str, scopes: &[String]) -> Self {
        let mut scopes = scopes.to_vec();
        scopes.sort();
        scopes.dedup();
        Self { origin, client_id: client_id.to_owned(), scopes }
    }
}

/// The tokens of a user.
#[derive(Clone, Debug)]
#[cfg_attr(test, derive(PartialEq, Eq))]
pub(super) struct Session {
    pub(super) access_token: Secret,
    /// The expiry of the access token, if known.
    pub(super) end: Option<SystemTime>,
    pub(super) refresh_token: Option<Secret>,
    /// Whether the tokens were read from the file or written to it.
    pub(super) is_saved: bool,
}

impl Session {
    /// Creates a session from the response to a request that was sent at `asked`. If the response
    /// has no new refresh token, the old one stays valid: RFC 6749, 6.
    pub(super) fn new(answer: TokenAnswer, asked: SystemTime, old: Option<&Secret>) -> Self {
        Self {
            access_token: answer.access_token,
            end: answer.lifetime.and_then(|lifetime| asked.checked_add(lifetime)),
            refresh_token: answer.refresh_token.or_else(|| old.cloned()),
            is_saved: false,
        }
    }

    pub(super) fn has_same_tokens(&self, other: &Self) -> bool {
        self.access_token == other.access_token && self.refresh_token == other.refresh_token
    }

    pub(super) fn token(&self) -> Result<Token, AuthError> {
        let token = Token::bearer(&self.access_token)?;
        Ok(match self.end {
            Some(end) => token.expires_at(end),
            None => token,
        })
    }
}
