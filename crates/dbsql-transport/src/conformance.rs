//! Checks that any [`Transport`] must pass. **Unstable**: any release may add checks; for use in
//! tests only.
//!
//! All checks are in one list, [`checks()`]: each [`Check`] has a name, says what it proves and
//! which transports it is for. A [`Suite`] runs them and returns a [`Report`], which lists every
//! check by name and, for each failure, what was expected, what happened and what to do next.
//!
//! - [`Suite::new`] is for transports that use HTTP/1.1 over sockets. It starts its own server on
//!   127.0.0.1 for each check, with responses that are rare on real servers.
//! - [`Suite::for_endpoint`] is for transports without sockets, or that cannot use plain HTTP to
//!   127.0.0.1: it needs two requests with known responses, and runs the checks that need no more.
//!
//! ```
//! # #[cfg(all(feature = "hyper-client", feature = "ring"))]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use dbsql_transport::{HttpOptions, HyperTransport, conformance::Suite};
//!
//! let transport = HyperTransport::new(HttpOptions::default())?;
//! let report = Suite::new(|| transport.clone()).run().await;
//! assert!(report.is_pass(), "{report}");
//!
//! // Only one check:
//! let suite = Suite::new(|| transport.clone()).only("redirect_is_not_followed")?;
//! assert!(suite.run().await.is_pass());
//! # Ok(())
//! # }
//! # #[cfg(not(all(feature = "hyper-client", feature = "ring")))]
//! # fn main() {}
//! ```
//!
//! # What it does not check
//!
//! TLS, proxies, name resolution, HTTP/2, waiting for a response that takes minutes, use from
//! several runtimes, [`FreshConnection`](crate::FreshConnection) and
//! [`RemoteOnly`](crate::RemoteOnly).

mod check;
mod checks;
mod expect;
mod report;
mod server;
mod suite;

pub use self::check::{Check, Scope};
pub use self::checks::checks;
pub use self::report::{CheckResult, Failure, Report, Verdict};
pub use self::suite::{Endpoint, Suite, UnknownCheck};

#[cfg(doc)]
use crate::Transport;
