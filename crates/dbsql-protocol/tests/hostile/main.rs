//! Bodies made to hurt: the codec neither panics on them nor lets them take more memory than it says.
//!
//! A test binary of its own, since it counts allocations. Every decode here runs under [`bounded`].

#[path = "../support/support.rs"]
#[allow(dead_code, reason = "shared with the other tests, which use the rest")]
mod support;

mod bounded;
mod lengths;
mod mutations;
mod nesting;
mod sea;
