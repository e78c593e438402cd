//! The guarantees of the engine, each with the fault that would violate it, against an in-memory
//! server and with paused time.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]
#![expect(clippy::disallowed_methods, reason = "tests have their own clock and tasks")]

mod ahead;
mod any_mix;
mod changes;
mod closing;
mod cookies;
mod cursors;
mod deadlines;
mod direct;
mod downloads;
mod dropped;
mod early;
mod early_ranges;
mod endings;
mod extremes;
mod hygiene;
mod kept;
mod large;
mod leaving;
mod metadata;
mod next_reader;
mod once;
mod outside;
mod pages;
mod panics;
mod permission;
mod polling;
mod proxies;
mod reading;
mod refusals;
mod repeats;
mod results;
mod retry_after;
#[cfg(feature = "rows")]
mod rows;
mod runtimes;
mod sea;
mod secrets;
mod sessions;
mod shapes;
mod sockets;
mod states;
mod support;
mod tokens;
mod tunnels;
mod waiting;
