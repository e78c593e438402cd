//! What a sign-in in the browser gave, and whose it is.

use std::time::SystemTime;

use crate::token_endpoint::TokenAnswer;
use crate::{AuthError, Secret, Token};

/// What tokens are for. Tokens of one key are never used for another.
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

/// The tokens of a person.
#[derive(Clone, Debug)]
#[cfg_attr(test, derive(PartialEq, Eq))]
pub(super) struct Session {
    pub(super) access_token: Secret,
    /// When the access token ends, where that is known.
    pub(super) end: Option<SystemTime>,
    pub(super) refresh_token: Option<Secret>,
    /// Whether it came from the file or went into it.
    pub(super) is_saved: bool,
}

impl Session {
    /// From the answer to a request that was sent at `asked`. An answer without a new refresh token
    /// leaves the old one in use: RFC 6749, 6.
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
