//! The URL paths of the calls. Untrusted ids are percent-encoded, so that none can name another
//! path.

use std::fmt::{self, Display};

use crate::{handle::QueryId, sea::ListQueries};

/// `POST` [`CreateSession`](crate::sea::CreateSession).
pub const SESSIONS: &str = "/api/2.0/sql/sessions";
/// `POST` [`ExecuteStatement`](crate::sea::ExecuteStatement).
pub const STATEMENTS: &str = "/api/2.0/sql/statements";
/// `GET`; the response is a [`WarehouseList`](crate::sea::WarehouseList).
pub const WAREHOUSES: &str = "/api/2.0/sql/warehouses";
/// `GET` with the query of [`ListQueries`]; the response is a [`QueryList`](crate::sea::QueryList).
pub const QUERY_HISTORY: &str = "/api/2.0/sql/history/queries";

/// `DELETE` ends a session; the warehouse must be named, see
/// [`DeleteSession`](crate::sea::DeleteSession).
#[must_use]
pub fn session(session_id: &str) -> String {
    format!("{SESSIONS}/{}", Segment(session_id))
}

/// `GET` returns the status and the first chunk; `DELETE` closes the statement.
#[must_use]
pub fn statement(statement_id: QueryId) -> String {
    format!("{STATEMENTS}/{statement_id}")
}

/// `POST` with an empty body cancels the statement.
#[must_use]
pub fn cancel(statement_id: QueryId) -> String {
    format!("{STATEMENTS}/{statement_id}/cancel")
}

/// `GET` returns a chunk as a [`ResultData`](crate::sea::ResultData).
#[must_use]
pub fn chunk(statement_id: QueryId, chunk_index: u64) -> String {
    format!("{STATEMENTS}/{statement_id}/result/chunks/{chunk_index}")
}

/// `GET` returns a [`Warehouse`](crate::sea::Warehouse).
#[must_use]
pub fn warehouse(warehouse_id: &str) -> String {
    format!("{WAREHOUSES}/{}", Segment(warehouse_id))
}

/// `POST` starts the warehouse.
#[must_use]
pub fn start(warehouse_id: &str) -> String {
    format!("{WAREHOUSES}/{}/start", Segment(warehouse_id))
}

/// `GET` returns a [`QueryInfo`](crate::sea::QueryInfo).
#[must_use]
pub fn query(query_id: &str) -> String {
    format!("{QUERY_HISTORY}/{}", Segment(query_id))
}

/// `GET` returns a page of the query history as a [`QueryList`](crate::sea::QueryList).
#[must_use]
pub fn query_list(request: &ListQueries) -> String {
    let mut path = QUERY_HISTORY.to_owned();
    for (number, (name, value)) in request.to_pairs().into_iter().enumerate() {
        path.push(if number == 0 { '?' } else { '&' });
        path.push_str(&format!("{name}={}", Segment(&value)));
    }
    path
}

/// `GET` returns a [`QueryInfo`](crate::sea::QueryInfo) with its metrics.
#[must_use]
pub fn query_with_metrics(query_id: &str) -> String {
    format!("{}?include_metrics=true", query(query_id))
}

/// A path segment, or a value in a query string.
struct Segment<'a>(&'a str);

impl Display for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A segment of dots only would change the path.
        let only_dots = self.0.bytes().all(|byte| byte == b'.');
        for byte in self.0.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'~' => {
                    write!(f, "{}", char::from(byte))?;
                }
                b'.' if !only_dots => f.write_str(".")?,
                _ => write!(f, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}
