//! Canary secrets in every sign-in, at the level TRACE: they are found in the requests that they are
//! for, and nowhere else. A program of its own, so that everything in it is logged.

#![expect(clippy::unwrap_used, reason = "its helpers stand outside of the tests themselves")]

mod browser;
mod canaries;
mod programs;
mod sign_ins;
mod world;
