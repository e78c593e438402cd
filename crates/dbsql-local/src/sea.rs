//! The Statement Execution API (SEA): its requests and their handlers.

mod body;
mod chunks;
mod delivery;
mod execute;
mod history;
mod manifest;
mod query;
mod refusal;
mod route;
mod sessions;
mod statements;
mod status;
mod warehouses;

use std::sync::Arc;

use bytes::Bytes;
use dbsql_protocol::sea::json::{self, Document, Limits};
use http::{Request, Response};

use crate::faults::Fault;
pub(crate) use crate::sea::delivery::Delivery;
use crate::sea::refusal::Refusal;
pub(crate) use crate::sea::route::Call;
pub(crate) use crate::sea::sessions::SessionState;
pub(crate) use crate::sea::statements::guid;
use crate::service::Inner;
use crate::settings::Settings;

/// A request and the service that handles it.
#[derive(Clone, Copy)]
struct Ask<'a> {
    inner: &'a Arc<Inner>,
    request: &'a Request<Bytes>,
    /// The prefix of links.
    origin: &'a str,
    /// The fault to apply to the response.
    fault: Option<&'a Fault>,
}

/// Handles a request.
pub(crate) async fn answer(
    inner: &Arc<Inner>,
    request: &Request<Bytes>,
    call: &Call,
    origin: &str,
    fault: Option<&Fault>,
) -> Response<Bytes> {
    let ask = Ask { inner, request, origin, fault };
    let answer = match call {
        Call::CreateSession => ask.write(sessions::create(ask)),
        Call::DeleteSession(id) => ask.write(sessions::delete(ask, id)),
        Call::Execute => ask.write(execute::execute(ask).await),
        Call::Status(id) => ask.write(statements::status(ask, id).await),
        Call::Chunk(id, index) => ask.write(chunks::chunk(ask, id, index).await),
        Call::Cancel(id) => ask.write(statements::cancel(ask, id)),
        Call::Close(id) => ask.write(statements::close(ask, id)),
        Call::ListQueries => ask.write(history::list(ask)),
        Call::Query(id) => ask.write(history::query(ask, id)),
        Call::ListWarehouses => ask.write(Ok(warehouses::list(ask))),
        Call::Warehouse(id) => ask.write(warehouses::get(ask, id)),
        Call::StartWarehouse(id) => ask.write(warehouses::start(ask, id)),
    };
    answer.unwrap_or_else(|refusal| refusal.response())
}

impl Ask<'_> {
    /// Reads the body of the request.
    fn read<T: Document>(&self) -> Result<T, Refusal> {
        json::read(self.request.body(), &Limits::REQUEST)
            .map_err(|error| Refusal::bad_request(error.to_string()))
    }

    /// Writes the response.
    fn write<T: Document>(&self, answer: Result<T, Refusal>) -> Result<Response<Bytes>, Refusal> {
        body::write(&answer?, &self.inner.settings().quirks)
    }

    /// Fails unless this is the id of the warehouse.
    fn check_warehouse(&self, id: &str) -> Result<(), Refusal> {
        let settings: &Settings = &self.inner.settings();
        match id == settings.warehouse_id() {
            true => Ok(()),
            false => Err(Refusal::no_warehouse(id)),
        }
    }
}
