//! Credentials for `dbsql`: secrets that cannot be printed, and the tokens of requests.
//!
//! ```
//! use dbsql_auth::{AuthContext, ClientCredentials, TokenCache};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn sample(context: AuthContext) -> Result<(), Box<dyn std::error::Error>> {
//! let provider = ClientCredentials::new("client id", "client secret");
//! let tokens = TokenCache::new(provider.into(), context);
//!
//! let authorization = tokens.authorization().await?;
//! let mut request = http::Request::post("https://example.com/sql").body(())?;
//! authorization.apply(request.headers_mut());
//! # Ok(())
//! # }
//! ```
//!
//! # Concepts
//!
//! - [`Secret`] is a string that cannot be printed by accident: `Debug` prints a fixed text, there
//!   is no `Display`, and the only way to the text is [`Secret::expose`].
//! - [`Authorization`] is the value of one request's `Authorization` header, marked as sensitive.
//! - [`TokenProvider`] fetches a [`Token`]: one call is one sign-in or renewal. It gets an
//!   [`AuthContext`]: the transport, the runtime and the workspace of its client.
//! - [`TokenCache`] holds the token, renews it before it expires, and lets all callers wait for one
//!   renewal.
//!
//! # Features
//!
//! | Feature | What it adds | Default |
//! |---|---|---|
//! | `cli` | `DatabricksCli` and `AzureCli` | yes |
//! | `browser` | `BrowserSignIn` | no |
//! | `private-key-jwt` | `PrivateKeyJwt` | no |
//!
//! # Out of scope
//!
//! Reading configuration is the task of `dbsql-core`. And while a [`Secret`] wipes its memory, the
//! header value made from it lives in buffers of the HTTP stack that are not wiped.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod authorization;
#[cfg(feature = "cli")]
mod azure_cli;
mod azure_client_secret;
mod azure_cloud;
mod basic;
#[cfg(feature = "browser")]
mod browser;
mod cache;
mod client_credentials;
mod context;
#[cfg(feature = "cli")]
mod databricks_cli;
mod discovery;
mod environment;
mod error;
#[cfg(all(test, unix, feature = "cli"))]
mod fake_programs;
mod federation;
mod hosts;
mod jwt_claims;
#[cfg(feature = "private-key-jwt")]
mod private_key_jwt;
#[cfg(feature = "cli")]
mod program;
mod provider;
mod provider_fn;
mod quoting;
pub mod recipes;
#[cfg(any(feature = "cli", feature = "browser"))]
mod scrub;
mod secret;
mod sign_in_request;
mod static_token;
#[cfg(feature = "cli")]
mod timestamp;
mod token;
mod token_endpoint;

pub use crate::authorization::Authorization;
#[cfg(feature = "cli")]
pub use crate::azure_cli::AzureCli;
pub use crate::azure_client_secret::AzureClientSecret;
pub use crate::basic::Basic;
#[cfg(feature = "browser")]
pub use crate::browser::BrowserSignIn;
pub use crate::cache::TokenCache;
pub use crate::client_credentials::ClientCredentials;
pub use crate::context::AuthContext;
#[cfg(feature = "cli")]
pub use crate::databricks_cli::DatabricksCli;
pub use crate::error::{AuthError, AuthErrorKind};
pub use crate::federation::{Federation, IdTokenSource};
#[cfg(feature = "private-key-jwt")]
pub use crate::private_key_jwt::{JwtAlgorithm, PrivateKeyJwt};
pub use crate::provider::{SharedTokenProvider, TokenProvider};
pub use crate::provider_fn::token_provider_fn;
pub use crate::secret::Secret;
pub use crate::static_token::StaticToken;
pub use crate::token::Token;
pub use dbsql_transport::BoxFuture;

#[cfg(test)]
mod test_support;

/// The examples in the README of this crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
