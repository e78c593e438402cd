//! What spans and metrics tell of calls, over both protocols. A program of its own: its subscriber and
//! its recorder of metrics are those of the process.

#![expect(clippy::unwrap_used, reason = "its helpers stand outside of the tests themselves")]

mod measured;
mod metrics;
mod recorded;
mod setup;
mod spans;
mod text;
