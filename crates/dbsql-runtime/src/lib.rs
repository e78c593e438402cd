//! Time, randomness and tasks for `dbsql`: real, or repeatable from a seed.
//!
//! Every crate above this one takes the time, random numbers, tasks and threads for blocking work
//! from here and from nowhere else. That one rule makes a whole run repeatable: with
//! [`Runtime::seeded`] and tokio's paused clock, the same seed gives the same run.
//!
//! ```
//! use std::time::Duration;
//! use dbsql_runtime::Runtime;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let runtime = Runtime::seeded(7);
//! let start = runtime.now();
//! runtime.sleep(Duration::from_secs(3600)).await; // no time passes for real
//! assert_eq!(runtime.now() - start, Duration::from_secs(3600));
//! assert_eq!(runtime.random_u64(), Runtime::seeded(7).random_u64());
//! # }
//! ```
//!
//! A [`Runtime`] may be created anywhere, including outside an async runtime. Its async methods
//! need a tokio runtime with its timer enabled; [`Tasks::spawn`] needs one to be running.
//! [`Runtime::current`] identifies the caller's runtime or says what it lacks, and [`PerRuntime`]
//! keeps separate what two runtimes cannot share.
//!
//! # Features
//!
//! | Feature | What it adds | Default |
//! |---|---|---|
//! | `net` | `Runtime::current_with_io`, and `Runtime::listen_on_loopback` for a browser | no |
//! | `process` | `Runtime::run_subprocess` and `Runtime::launch` | no |
//!
//! Out of scope: HTTP, the protocols, and runtimes other than tokio.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod clock;
mod current;
mod entropy;
mod home;
#[cfg(feature = "net")]
mod loopback;
mod offload;
mod per_runtime;
mod runtime;
mod single_flight;
#[cfg(feature = "process")]
mod subprocess;
mod tasks;
mod timer;

pub use crate::clock::Elapsed;
pub use crate::current::{NoRuntime, NoRuntimeKind, RuntimeId};
pub use crate::entropy::EntropyError;
pub use crate::home::{HomeRuntime, Pulse};
#[cfg(feature = "net")]
pub use crate::loopback::{LoopbackError, LoopbackListener, LoopbackStream};
pub use crate::offload::OffloadError;
pub use crate::per_runtime::PerRuntime;
pub use crate::runtime::Runtime;
pub use crate::single_flight::{FlightError, SingleFlight};
#[cfg(feature = "process")]
pub use crate::subprocess::{Subprocess, SubprocessError, SubprocessErrorKind, SubprocessOutput};
pub use crate::tasks::Tasks;
pub use tokio::time::Instant;

/// The examples in the README of this crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
