//! The facade against Apache Spark's own Thrift server, which nobody of this project wrote.
//!
//! `cargo xtask interop spark` installs and starts the server, sets the variable that names it and
//! runs this. The long query of these tests has one partition, so that it takes one of the
//! server's few task slots and leaves the others to the tests beside it.

mod cancel;
mod errors;
mod many;
mod pick_up;
mod results;
mod sessions;
mod submit;
mod support;
mod types;
