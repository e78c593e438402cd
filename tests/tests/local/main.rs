//! The facade against the local warehouse with its scripted engine: in process, without a socket,
//! with paused time. It covers what Apache Spark's server does not support: direct results, inline
//! Arrow, LZ4, result files behind links, parameters.

#![expect(clippy::unwrap_used, reason = "its helpers stand outside of the tests themselves")]

mod attempts;
mod direct;
mod expiry;
mod faults;
mod idle;
mod links;
mod once;
mod protocols;
mod simulation;
mod support;
mod wording;
