//! The guarantees of the crate, one module each.

#[path = "../support/support.rs"]
#[allow(dead_code, reason = "shared with the other tests, which use the rest")]
mod support;

mod codec;
mod handles;
mod messages;
mod quiet;
mod redaction;
mod sea;
mod views;
