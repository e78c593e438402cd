//! When to retry, and how long to wait: policy, backoff, budget, `Retry-After`; and the number of
//! attempts in an error.
//!
//! This module does not decide *whether* a request may be retried: that depends on the call and on
//! [`RequestSent`](crate::RequestSent), and is up to the engine.
//!
//! ```
//! use std::time::Duration;
//! use dbsql_runtime::Runtime;
//! use dbsql_transport::retry::{RetryBudget, RetryPolicy};
//!
//! # #[derive(Debug)] struct Answer;
//! # async fn try_once() -> Option<Answer> { Some(Answer) }
//! async fn with_retries(runtime: &Runtime, budget: &RetryBudget) -> Option<Answer> {
//!     let mut backoff = RetryPolicy::default().backoff();
//!     loop {
//!         if let Some(answer) = try_once().await {
//!             budget.credit();
//!             return Some(answer);
//!         }
//!         let pause = backoff.next_delay(runtime, None)?;
//!         if !budget.try_spend() {
//!             return None;
//!         }
//!         runtime.sleep(pause).await;
//!     }
//! }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! # assert!(with_retries(&Runtime::real(), &RetryBudget::default()).await.is_some());
//! # }
//! ```

mod attempts;
mod backoff;
mod budget;
mod policy;
mod retry_after;

pub use self::attempts::Attempts;
pub use self::backoff::Backoff;
pub use self::budget::RetryBudget;
pub use self::policy::{InvalidRetryPolicy, RetryPolicy};
pub use self::retry_after::{MAX_RETRY_AFTER, retry_after};
