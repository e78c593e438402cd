//! What the crate promises, one module per promise.

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
