//! The transports that `docs/transports.md` builds: the page shows the files, and the facade works over
//! them. That they pass the conformance suite is a test of `dbsql-transport`.

#![expect(clippy::unwrap_used, reason = "its helpers stand outside of the tests themselves")]

mod page;
mod warehouse;

#[path = "../../../crates/dbsql-transport/examples/transports/reqwest.rs"]
#[expect(unreachable_pub, reason = "as an author would write it in a crate of its own")]
mod reqwest_transport;
#[path = "../../../crates/dbsql-transport/examples/transports/socket.rs"]
#[expect(unreachable_pub, reason = "as an author would write it in a crate of its own")]
mod socket_transport;
