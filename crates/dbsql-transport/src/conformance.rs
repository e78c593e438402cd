//! Checks that any [`Transport`](crate::Transport) must pass. **Unstable**: checks are added in
//! any release; for use in tests only.
//!
//! Each suite takes a function that makes a transport, runs every check with a new one, and gives
//! back all that failed. They run on a tokio runtime with its timer and I/O drivers enabled.
//!
//! - [`http_checks`] is for transports that speak HTTP over sockets. It starts a small server on
//!   127.0.0.1 for each check, with answers that a real server gives only on bad days.
//! - [`exchange_checks`] is the part that makes sense for every transport, also for one without
//!   sockets: it is told what to ask.
//!
//! ```
//! # #[cfg(all(feature = "hyper-client", feature = "ring"))]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use dbsql_transport::{HttpOptions, HyperTransport, SharedTransport, conformance};
//!
//! let transport = HyperTransport::new(HttpOptions::default())?;
//! conformance::http_checks(|| SharedTransport::new(transport.clone())).await?;
//! # Ok(())
//! # }
//! # #[cfg(not(all(feature = "hyper-client", feature = "ring")))]
//! # fn main() {}
//! ```

mod exchange;
mod http;
mod run;
mod server;

pub use self::exchange::{Endpoint, exchange_checks};
pub use self::http::http_checks;
pub use self::run::{Failure, Failures};
