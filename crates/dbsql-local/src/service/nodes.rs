//! The nodes behind a load balancer that routes sessions by a cookie.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};

use crate::service::Inner;

/// The name of the cookie.
const COOKIE: &str = "dbsql-node";

/// One of the two nodes.
pub(crate) type Node = u64;

/// Returns the node for the next session: they take turns.
pub(super) fn next(inner: &Inner) -> Node {
    inner.placed.load(Ordering::Relaxed) % 2
}

/// Returns `true` if the request returns the cookie of this node.
pub(super) fn is_reached(headers: &HeaderMap, node: Node) -> bool {
    let wanted = format!("{COOKIE}={node}");
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|value| value.split(';')).any(|cookie| cookie.trim() == wanted)
}

pub(super) fn put_cookie(response: &mut Response<Bytes>, node: Node, attributes: &str) {
    if let Ok(cookie) = HeaderValue::try_from(format!("{COOKIE}={node}; {attributes}")) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
