//! Credentials for `dbsql`: secrets that cannot be printed, and where the token of each request
//! comes from.
//!
//! ```
//! use dbsql_auth::{SharedTokenProvider, StaticToken};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let provider = SharedTokenProvider::new(StaticToken::new("dapi0123456789")?);
//!
//! let authorization = provider.authorization().await?;
//! let mut request = http::Request::post("https://example.com/sql").body(())?;
//! authorization.apply(request.headers_mut());
//!
//! assert_eq!(request.headers()["authorization"], "Bearer dapi0123456789");
//! assert!(!format!("{provider:?} {authorization:?} {request:?}").contains("dapi"));
//! # Ok(())
//! # }
//! ```
//!
//! # Concepts
//!
//! - [`Secret`] is a string that cannot be printed by accident: `Debug` shows a fixed text, there
//!   is no `Display`, and the only way to the text is [`Secret::expose`].
//! - [`Authorization`] is the value of one request's `Authorization` header, marked as sensitive.
//! - [`TokenProvider`] gives one for each request. [`StaticToken`] and [`Basic`] always give the
//!   same; a provider of your own can fetch and refresh tokens, see the example there.
//!
//! # Features
//!
//! None yet.
//!
//! # What it does not do
//!
//! It opens no connection and reads no file or environment variable. There is no OAuth yet. And
//! while a [`Secret`] wipes its memory, the header value made from it lives in buffers of the HTTP
//! stack that nobody wipes.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod authorization;
mod basic;
mod error;
mod provider;
mod secret;
mod static_token;

pub use crate::authorization::Authorization;
pub use crate::basic::Basic;
pub use crate::error::{AuthError, AuthErrorKind};
pub use crate::provider::{SharedTokenProvider, TokenProvider};
pub use crate::secret::Secret;
pub use crate::static_token::StaticToken;
pub use dbsql_transport::BoxFuture;
