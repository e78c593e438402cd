//! The calls of the Statement Execution API, by path and method.

use std::sync::Arc;

use bytes::Bytes;
use dbsql_protocol::sea::ExecuteStatement;
use dbsql_protocol::sea::json::{self, Limits};
use http::{Method, Request};

use crate::operation::Operation;
use crate::sea::{query, sessions, statements};
use crate::service::Inner;
use crate::session::Session;

/// A call, with the ids in its path.
#[derive(Debug)]
pub(crate) enum Call {
    CreateSession,
    DeleteSession(String),
    Execute,
    Status(String),
    Chunk(String, String),
    Cancel(String),
    Close(String),
    ListQueries,
    Query(String),
    ListWarehouses,
    Warehouse(String),
    StartWarehouse(String),
}

/// The prefix of all paths.
const PREFIX: &str = "/api/2.0/sql/";

const READS: &str = "GET, HEAD";

impl Call {
    /// Returns the call at this path, or the methods of the path; `None` if there is no such path.
    pub(crate) fn of(method: &Method, path: &str) -> Option<Result<Self, &'static str>> {
        let reads = method == Method::GET || method == Method::HEAD;
        let posts = method == Method::POST;
        let deletes = method == Method::DELETE;
        // Some clients add a trailing slash.
        let path = path.strip_prefix(PREFIX)?.trim_end_matches('/');
        let segments: Vec<String> = path.split('/').map(query::decoded).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (serves, call, allowed) = match segments[..] {
            ["sessions"] => (posts, Self::CreateSession, "POST"),
            ["sessions", id] => (deletes, Self::DeleteSession(id.to_owned()), "DELETE"),
            ["statements"] => (posts, Self::Execute, "POST"),
            ["statements", id] if deletes => (true, Self::Close(id.to_owned()), ""),
            ["statements", id] => (reads, Self::Status(id.to_owned()), "GET, HEAD, DELETE"),
            ["statements", id, "cancel"] => (posts, Self::Cancel(id.to_owned()), "POST"),
            ["statements", id, "result", "chunks", index] => {
                (reads, Self::Chunk(id.to_owned(), index.to_owned()), READS)
            }
            ["history", "queries"] => (reads, Self::ListQueries, READS),
            ["history", "queries", id] => (reads, Self::Query(id.to_owned()), READS),
            ["warehouses"] => (reads, Self::ListWarehouses, READS),
            ["warehouses", id] => (reads, Self::Warehouse(id.to_owned()), READS),
            ["warehouses", id, "start"] => (posts, Self::StartWarehouse(id.to_owned()), "POST"),
            _ => return None,
        };
        Some(if serves { Ok(call) } else { Err(allowed) })
    }

    /// The name under which requests are counted and faults are planned.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::CreateSession => "sea-create-session",
            Self::DeleteSession(_) => "sea-delete-session",
            Self::Execute => "sea-execute",
            Self::Status(_) => "sea-status",
            Self::Chunk(..) => "sea-chunk",
            Self::Cancel(_) => "sea-cancel",
            Self::Close(_) => "sea-close",
            Self::ListQueries | Self::Query(_) => "sea-history",
            Self::ListWarehouses | Self::Warehouse(_) => "warehouses",
            Self::StartWarehouse(_) => "warehouse-start",
        }
    }

    /// Returns the statement of the call, if it is alive.
    pub(crate) fn operation(&self, inner: &Inner) -> Option<Arc<Operation>> {
        match self {
            Self::Status(id) | Self::Chunk(id, _) | Self::Cancel(id) | Self::Close(id) => {
                inner.sea_operation(&statements::guid(id)?)
            }
            _ => None,
        }
    }

    /// Returns the session of the call, by its statement if necessary.
    pub(crate) fn session(&self, inner: &Inner, request: &Request<Bytes>) -> Option<Arc<Session>> {
        match self {
            Self::DeleteSession(id) => sessions::find(inner, id).ok(),
            Self::Execute => {
                let execute = json::read::<ExecuteStatement>(request.body(), &Limits::REQUEST);
                sessions::find(inner, &execute.ok()?.session_id?).ok()
            }
            _ => self.operation(inner).map(|operation| Arc::clone(&operation.session)),
        }
    }
}
