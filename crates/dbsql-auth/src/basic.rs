//! User name and password.

use std::future::ready;

use crate::{AuthContext, AuthError, Authorization, BoxFuture, Secret, Token, TokenProvider};

/// User name and password, as Apache Spark's and Hive's own servers take them. Databricks does
/// not.
#[derive(Clone, Debug)]
pub struct Basic(Authorization);

impl Basic {
    /// Sends both with every request.
    ///
    /// # Errors
    ///
    /// [`AuthErrorKind::Invalid`](crate::AuthErrorKind::Invalid) when the user name has a colon or
    /// one of the two has a control character.
    pub fn new(user: &str, password: impl Into<Secret>) -> Result<Self, AuthError> {
        Authorization::basic(user, &password.into()).map(Self)
    }
}

impl TokenProvider for Basic {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(ready(Ok(self.0.clone().into())))
    }
}
