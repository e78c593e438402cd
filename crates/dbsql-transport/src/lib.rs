//! One HTTP exchange for `dbsql`: a request goes in, a response comes out.
//!
//! The engine above this crate is independent of the HTTP stack. It uses [`Transport`], a trait
//! with one method, and ships with one implementation, [`HyperTransport`]. This is a complete
//! transport, which answers every request itself:
//!
//! ```
//! use bytes::Bytes;
//! use dbsql_transport::{Body, BoxFuture, SendPermit, SharedTransport, Transport, TransportError};
//!
//! #[derive(Debug)]
//! struct Echo;
//!
//! impl Transport for Echo {
//!     fn send(
//!         &self,
//!         request: http::Request<Bytes>,
//!     ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
//!         let permit = SendPermit::hold_for(&request);
//!         Box::pin(async move {
//!             // From here on the request counts as sent.
//!             permit.take()?;
//!             Ok(http::Response::new(Body::from(request.into_body())))
//!         })
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let transport = SharedTransport::new(Echo);
//! let request = http::Request::post("http://localhost/").body(Bytes::from("hello"))?;
//! let response = transport.send(request).await?;
//! assert_eq!(response.into_body().collect(1024).await?, "hello");
//! # Ok(())
//! # }
//! ```
//!
//! # Responsibilities
//!
//! | The transport | The engine |
//! |---|---|
//! | TLS, trust, ALPN | credentials |
//! | name lookup, proxies, connect timeout | deadlines, read and stall timeouts |
//! | connection pool | what a status means; retries, redirects |
//! | tells whether a failed request may have been sent | decides whether to repeat it |
//!
//! The last row is the important one: a statement must never run twice, so a request that may have
//! reached the server is not resent blindly. [`TransportError::request_sent`] decides for failures,
//! and [`SendPermit`] for requests that the engine itself gives up: sending and giving up compete
//! for it, and one of them wins.
//!
//! [`retry`] contains the retry policy, the shared retry budget and the parser for `Retry-After`.
//! They are below the engine because sign-ins need them as well.
//!
//! # Features
//!
//! | Feature | What it adds | Extra dependencies | Default |
//! |---|---|---|---|
//! | `hyper-client` | [`HyperTransport`]; needs one of the next two | hyper, rustls | yes |
//! | `ring` | cryptography by ring | ring | yes |
//! | `aws-lc-rs` | cryptography by AWS-LC; wins when both are on | aws-lc-rs | no |
//! | `tower` | `TowerTransport`, over any `tower::Service` of HTTP requests | tower-service | no |
//! | `conformance` | `conformance`, checks that any transport must pass (unstable) | tokio's `net` | no |
//!
//! `docs/transports.md` in the repository builds two transports from nothing, over a socket and over
//! reqwest. The crates whose types a transport names are re-exported: [`bytes`], [`http`],
//! [`http_body`].
//!
//! Without features there is neither hyper nor rustls in the tree.
//!
//! # Out of scope
//!
//! Redirects, cookies, decompression, authentication, read timeouts, and protocols above HTTP.
//!
#![cfg_attr(feature = "hyper-client", doc = "[`HyperTransport`]: crate::HyperTransport")]
#![cfg_attr(not(feature = "hyper-client"), doc = "[`HyperTransport`]: #features")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod body;
mod error;
mod fresh_connection;
mod options;
mod proxy;
mod proxy_failure;
mod remote_only;
mod request_body;
pub mod retry;
mod send_permit;
#[cfg(feature = "tower")]
mod tower_transport;
mod transport;

#[cfg(feature = "conformance")]
#[cfg_attr(docsrs, doc(cfg(feature = "conformance")))]
pub mod conformance;
#[cfg(feature = "hyper-client")]
mod hyper_transport;

#[doc(no_inline)]
pub use dbsql_runtime::{NoRuntime, Runtime};
pub use futures_core::future::BoxFuture;
#[doc(no_inline)]
pub use {bytes, http, http_body};

pub use crate::body::{Body, CollectError};
pub use crate::error::{RequestSent, TransportError, TransportErrorKind};
pub use crate::fresh_connection::FreshConnection;
#[cfg(feature = "hyper-client")]
#[cfg_attr(docsrs, doc(cfg(feature = "hyper-client")))]
pub use crate::hyper_transport::{BuildError, HyperTransport};
pub use crate::options::{HttpOptions, InvalidHttpOptions};
pub use crate::proxy::{InvalidProxy, Proxy};
pub use crate::proxy_failure::ProxyFailure;
pub use crate::remote_only::RemoteOnly;
pub use crate::request_body::RequestBody;
pub use crate::send_permit::{Revoked, SendPermit};
#[cfg(feature = "tower")]
#[cfg_attr(docsrs, doc(cfg(feature = "tower")))]
pub use crate::tower_transport::TowerTransport;
pub use crate::transport::{SharedTransport, Transport};

/// The cause of an error.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The examples in the README of this crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
