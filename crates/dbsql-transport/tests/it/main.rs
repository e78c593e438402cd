//! The default transport on real sockets, and the conformance checks against good and bad ones.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests have their own clock and tasks"
)]

mod conformance;
mod connect;
mod early;
mod identity;
mod once;
mod permit;
mod pool;
mod proxies;
mod proxy_server;
mod runtimes;
mod server;
mod tls;
mod trust;

// The transports of `docs/transports.md`.
#[path = "../../examples/transports/reqwest.rs"]
#[expect(unreachable_pub, reason = "as an author writes it in a crate")]
mod reqwest_transport;
#[path = "../../examples/transports/socket.rs"]
#[expect(unreachable_pub, reason = "as an author writes it in a crate")]
mod socket_transport;

use std::error::Error;

use bytes::Bytes;
use dbsql_transport::{Body, HyperTransport, SendPermit, Transport, TransportError};
use http::{Request, Response};

/// A POST with a body and a permit.
fn post(url: &str) -> (Request<Bytes>, SendPermit) {
    let permit = SendPermit::new();
    let request = Request::post(url).extension(permit.clone()).body(Bytes::from("ask"));
    (request.expect("a valid request"), permit)
}

async fn send(transport: &HyperTransport, url: &str) -> Result<Response<Body>, TransportError> {
    transport.send(post(url).0).await
}

async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect(1 << 20).await.expect("a whole body");
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// Formats an error and its sources.
fn chain(error: &TransportError) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}
