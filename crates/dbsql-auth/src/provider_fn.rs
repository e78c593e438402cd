//! A provider made from an async closure.

use std::fmt;

use crate::{AuthContext, AuthError, BoxFuture, Token, TokenProvider};

/// Creates a [`TokenProvider`] from an async closure. The [recipes](crate::recipes) for managed
/// identities and metadata services use it.
///
/// ```
/// use std::time::Duration;
/// use dbsql_auth::{Secret, Token, token_provider_fn};
///
/// # async fn ask_the_vault() -> Result<String, dbsql_auth::AuthError> { Ok("t".to_owned()) }
/// let provider = token_provider_fn(async |_context| {
///     let token = Secret::from(ask_the_vault().await?);
///     Ok(Token::bearer(&token)?.expires_in(Duration::from_secs(3600)))
/// });
/// ```
pub fn token_provider_fn<F, R>(fetch: F) -> impl TokenProvider
where
    F: Fn(AuthContext) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Token, AuthError>> + Send + 'static,
{
    ProviderFn(fetch)
}

struct ProviderFn<F>(F);

impl<F, R> TokenProvider for ProviderFn<F>
where
    F: Fn(AuthContext) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Token, AuthError>> + Send + 'static,
{
    fn token<'a>(&'a self, context: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin((self.0)(context.clone()))
    }
}

impl<F> fmt::Debug for ProviderFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("token_provider_fn(..)")
    }
}
