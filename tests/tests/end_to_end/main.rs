//! The facade end to end, with the same tests against two servers: the Thrift server of Apache
//! Spark, which was not written by this project, and the local warehouse with SQL.
//!
//! `cargo test` starts the local warehouse. `cargo xtask interop spark` installs and starts Spark's
//! server, sets `DBSQL_SPARK_URL` and runs the same tests. Where the servers are known to differ, a
//! test asks which one it has and expects its behaviour.

#![expect(clippy::unwrap_used, reason = "its helpers stand outside of the tests themselves")]

mod cancel;
mod errors;
mod many;
mod metadata;
mod parameters;
mod pick_up;
mod results;
mod rows;
mod sessions;
mod submit;
mod support;
mod tls;
mod types;
