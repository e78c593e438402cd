//! The local warehouse, driven by the messages of its protocol.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests have their own clock and tasks"
)]

mod admin;
mod bad_input;
mod catalog;
mod connections;
mod errors;
mod faults;
mod gateway;
mod held;
mod lifetimes;
mod limits;
mod links;
mod oauth;
mod queue;
mod redirects;
mod results;
mod script;
mod sea;
mod servers;
mod sessions;
mod socket_faults;
mod socket_input;
mod sockets;
mod statements;
mod store;
mod support;
mod test_warehouse;
mod tls;
mod tokens;
mod unknown_fields;
mod waits;
mod web_pages;
