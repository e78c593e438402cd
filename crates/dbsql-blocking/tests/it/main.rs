//! The blocking client against a local warehouse, called on each kind of thread.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod callbacks;
mod calls;
mod contexts;
mod deadlines;
mod dropping;
mod examples;
mod mirror;
mod results;
mod rows;
mod support;
mod threads;
