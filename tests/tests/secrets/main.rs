//! Canary secrets in every sign-in, at level TRACE: they occur in the requests that need them, and
//! nowhere else. A separate program, so that everything in it is logged.

#![expect(clippy::unwrap_used, reason = "its helpers stand outside of the tests themselves")]

mod browser;
mod canaries;
mod programs;
mod sign_ins;
mod world;
