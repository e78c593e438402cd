//! The Thrift backend: TCLIService over HTTP, as Databricks, Apache Spark and Hive speak it.

use std::sync::Arc;
use std::time::Duration;

use dbsql_protocol::handle::ExecutionHandle;
use dbsql_transport::BoxFuture;

use crate::Result;
use crate::backend::{Backend, ResultSource, Sending, Session, Submitted, Until};
use crate::config::{Config, SessionOptions};
use crate::exchange::Exchange;
use crate::statement::Statement;
use crate::status::StatusReport;
use crate::storage::Storage;

mod fault;
mod fetch;
mod operation;
mod rpc;
mod session;
mod submit;

pub(crate) use self::session::ThriftSession;
pub(crate) use self::submit::DirectRows;

/// Thrift calls and what they need to know.
#[derive(Clone, Debug)]
pub(crate) struct Thrift {
    exchange: Arc<Exchange>,
    answer_timeout: Duration,
    submit_answer_timeout: Duration,
    fetch_bytes: u64,
    byte_budget: u64,
    storage: Storage,
    cursors: fetch::Cursors,
}

impl Thrift {
    pub(crate) fn new(exchange: Arc<Exchange>, storage: Storage, config: &Config) -> Self {
        Self {
            exchange,
            answer_timeout: config.answer_timeout,
            submit_answer_timeout: config.submit_answer_timeout,
            fetch_bytes: config.fetch_bytes,
            byte_budget: config.byte_budget,
            storage,
            cursors: fetch::Cursors::default(),
        }
    }
}

impl Backend for Thrift {
    fn open_session<'a>(
        &'a self,
        options: &'a SessionOptions,
        until: Until,
    ) -> BoxFuture<'a, Result<Session>> {
        Box::pin(async move {
            let session = session::open(self, options, until).await?;
            Ok(Session::Thrift(Arc::new(session)))
        })
    }

    fn close_session<'a>(
        &'a self,
        session: &'a Session,
        until: Until,
    ) -> BoxFuture<'a, Result<()>> {
        let Session::Thrift(session) = session;
        Box::pin(session::close(self, session, until))
    }

    fn submit<'a>(
        &'a self,
        session: &'a Session,
        statement: &'a Statement,
        sending: &'a Sending,
        until: Until,
    ) -> BoxFuture<'a, Result<Submitted>> {
        let Session::Thrift(session) = session;
        Box::pin(submit::submit(self, session, statement, sending, until))
    }

    fn status<'a>(
        &'a self,
        handle: &'a ExecutionHandle,
        until: Until,
    ) -> BoxFuture<'a, Result<StatusReport>> {
        Box::pin(operation::status(self, handle, until))
    }

    fn cancel<'a>(
        &'a self,
        handle: &'a ExecutionHandle,
        until: Until,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(operation::cancel(self, handle, until))
    }

    fn close<'a>(&'a self, handle: &'a ExecutionHandle, until: Until) -> BoxFuture<'a, Result<()>> {
        Box::pin(operation::close(self, handle, until))
    }

    fn open_result<'a>(
        &'a self,
        handle: &'a ExecutionHandle,
        direct: Option<Arc<DirectRows>>,
        row: u64,
        until: Until,
    ) -> BoxFuture<'a, Result<Box<dyn ResultSource>>> {
        Box::pin(async move {
            let source = fetch::open(self, handle, direct, row, until).await?;
            Ok(Box::new(source) as Box<dyn ResultSource>)
        })
    }
}
