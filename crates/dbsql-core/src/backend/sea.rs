//! The backend of the Statement Execution API (SEA): JSON over HTTP, for SQL warehouses.

use std::sync::Arc;
use std::time::Duration;

use dbsql_transport::BoxFuture;

use crate::backend::pages::Pages;
use crate::backend::{
    Asking, Attachment, Backend, MetadataPlan, Sending, Session, SessionState, Submitted, Target,
    Until,
};
use crate::config::{Config, SessionOptions};
use crate::http::exchange::Exchange;
use crate::http::retries::Retries;
use crate::http::store::Storage;
use crate::metadata_request::Request;
use crate::statement::Statement;
use crate::status::StatusReport;
use crate::{Error, ErrorKind, Result};

mod call;
mod chunk_rows;
mod chunks;
mod fault;
mod first_chunk;
mod history;
mod inline_results;
mod layout;
mod operation;
mod pages;
mod parameters;
mod peek;
mod session;
mod show;
mod submit;
mod text_rows;

use self::first_chunk::FirstChunk;
use self::inline_results::InlineResults;
use self::session::SeaSession;

/// SEA calls and their settings.
#[derive(Clone, Debug)]
pub(crate) struct Sea {
    exchange: Arc<Exchange>,
    storage: Storage,
    response_timeout: Duration,
    submit_response_timeout: Duration,
    /// The maximum size of a page, as for all reading of results.
    byte_budget: usize,
    inline: InlineResults,
}

impl Sea {
    pub(crate) fn new(exchange: Arc<Exchange>, storage: Storage, config: &Config) -> Self {
        Self {
            exchange,
            storage,
            response_timeout: config.response_timeout,
            submit_response_timeout: config.submit_response_timeout,
            byte_budget: usize::try_from(config.byte_budget).unwrap_or(usize::MAX),
            inline: InlineResults::new(config.inline_results),
        }
    }

    /// The retries of a call, by the policy of this client.
    pub(crate) fn retries(&self, until: Until) -> Retries {
        let Exchange { runtime, retry, budget, .. } = &*self.exchange;
        Retries::new(runtime, retry, budget, until)
    }

    /// The warehouse that runs the statements.
    ///
    /// # Errors
    ///
    /// `Config` when the http_path has none.
    fn warehouse_id(&self) -> Result<&str> {
        self.exchange.endpoint.warehouse_id().ok_or_else(no_warehouse)
    }
}

/// The error of an http_path that is not that of a SQL warehouse.
pub(crate) fn no_warehouse() -> Error {
    let message = "the http_path is not that of a SQL warehouse, and only those support the Statement \
                   Execution API";
    Error::new(ErrorKind::Config, message).with_next_step(
        "use the HTTP path of a SQL warehouse, such as /sql/1.0/warehouses/1234567890abcdef, or \
         use SqlProtocol::Thrift for a cluster",
    )
}

impl Backend for Sea {
    fn open_session<'a>(
        &'a self,
        options: &'a SessionOptions,
        state: SessionState,
        until: Until,
    ) -> BoxFuture<'a, Result<Session>> {
        Box::pin(async move {
            let session = session::open(self, options, state, until).await?;
            Ok(Session::new(session))
        })
    }

    fn close_session<'a>(
        &'a self,
        session: &'a Session,
        until: Until,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { session::close(self, own(session)?, until).await })
    }

    fn submit<'a>(
        &'a self,
        session: Option<&'a Session>,
        statement: &'a Statement,
        sending: &'a Sending,
        until: Until,
    ) -> BoxFuture<'a, Result<Submitted>> {
        Box::pin(async move {
            let none = Session::new(SeaSession::default());
            let session = session.unwrap_or(&none);
            let mut submitted =
                submit::execute(self, own(session)?, statement, sending, until).await?;
            submitted.target.session = Some(session.clone());
            Ok(submitted)
        })
    }

    fn metadata_plan(&self, request: &Request) -> MetadataPlan {
        show::plan(request)
    }

    fn submit_metadata<'a>(
        &'a self,
        session: &'a Session,
        request: &'a Request,
        sending: &'a Sending,
        until: Until,
    ) -> BoxFuture<'a, Result<Submitted>> {
        Box::pin(async move {
            let statement = show::statement(request)?;
            self.submit(Some(session), &statement, sending, until).await
        })
    }

    fn status<'a>(
        &'a self,
        target: &'a Target,
        asking: Asking,
        until: Until,
    ) -> BoxFuture<'a, Result<StatusReport>> {
        Box::pin(operation::status(self, target, asking, until))
    }

    fn cancel<'a>(&'a self, target: &'a Target, until: Until) -> BoxFuture<'a, Result<()>> {
        Box::pin(operation::cancel(self, target, until))
    }

    fn close<'a>(&'a self, target: &'a Target, until: Until) -> BoxFuture<'a, Result<()>> {
        Box::pin(operation::close(self, target, until))
    }

    fn open_result<'a>(
        &'a self,
        target: &'a Target,
        attachment: Option<Attachment>,
        until: Until,
    ) -> BoxFuture<'a, Result<Arc<dyn Pages>>> {
        Box::pin(async move {
            let first = attachment.and_then(Attachment::get::<FirstChunk>);
            let pages = pages::open(self, target, first, until).await?;
            Ok(Arc::new(pages) as Arc<dyn Pages>)
        })
    }
}

/// Returns the session as this backend opened it.
fn own(session: &Session) -> Result<&SeaSession> {
    session.get().ok_or_else(|| {
        Error::new(ErrorKind::Unsupported, "the session belongs to the other protocol")
    })
}
