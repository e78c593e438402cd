//! A token that never changes.

use std::future::ready;

use crate::{AuthContext, AuthError, Authorization, BoxFuture, Secret, Token, TokenProvider};

/// A bearer token that never changes: a personal access token, or any other token that outlives the
/// program.
///
/// ```
/// use dbsql_auth::{AuthErrorKind, StaticToken};
///
/// let text = "a-token\n"; // as read from a file
/// let error = StaticToken::new(text).expect_err("it ends with a line break");
/// assert_eq!(error.kind(), AuthErrorKind::Invalid);
///
/// let provider = StaticToken::new(text.trim_end())?;
/// assert_eq!(format!("{provider:?}"), "StaticToken(Authorization(..))"); // not the token
/// # Ok::<(), dbsql_auth::AuthError>(())
/// ```
#[derive(Clone, Debug)]
pub struct StaticToken(Authorization);

impl StaticToken {
    /// Creates a provider that sends `token` with every request.
    ///
    /// # Errors
    ///
    /// [`AuthErrorKind::Invalid`](crate::AuthErrorKind::Invalid) when it is empty or contains a
    /// character that is not allowed in a token.
    pub fn new(token: impl Into<Secret>) -> Result<Self, AuthError> {
        Authorization::bearer(&token.into()).map(Self)
    }
}

impl TokenProvider for StaticToken {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(ready(Ok(self.0.clone().into())))
    }
}
