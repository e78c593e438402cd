//! Malicious bodies: the codec neither panics on them nor takes more memory than documented.
//!
//! This is a separate test binary, since it counts allocations. Every decode here runs under
//! [`bounded`].

#[path = "../support/support.rs"]
#[allow(dead_code, reason = "shared with the other tests, which use the rest")]
mod support;

mod bounded;
mod lengths;
mod mutations;
mod nesting;
mod sea;
