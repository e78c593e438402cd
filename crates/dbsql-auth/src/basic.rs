//! User name and password.

use std::future::ready;

use crate::{AuthContext, AuthError, Authorization, BoxFuture, Secret, Token, TokenProvider};

/// A user name and a password, as accepted by the Thrift servers of Apache Spark and Hive.
/// Databricks does not accept them.
///
/// ```
/// use dbsql_auth::{AuthErrorKind, Basic};
///
/// let provider = Basic::new("someone", "password")?;
/// assert_eq!(format!("{provider:?}"), "Basic(Authorization(..))"); // prints neither
///
/// let error = Basic::new("some:one", "password").expect_err("a colon would end the name");
/// assert_eq!(error.kind(), AuthErrorKind::Invalid);
/// # Ok::<(), dbsql_auth::AuthError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Basic(Authorization);

impl Basic {
    /// Creates a provider that sends both with every request.
    ///
    /// # Errors
    ///
    /// [`AuthErrorKind::Invalid`](crate::AuthErrorKind::Invalid) when the user name contains a
    /// colon or either contains a control character.
    pub fn new(user: &str, password: impl Into<Secret>) -> Result<Self, AuthError> {
        Authorization::basic(user, &password.into()).map(Self)
    }
}

impl TokenProvider for Basic {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(ready(Ok(self.0.clone().into())))
    }
}
