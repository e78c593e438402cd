//! The Thrift backend: TCLIService over HTTP, for Databricks, Apache Spark and Hive.

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
use crate::metadata_request::Request;
use crate::statement::Statement;
use crate::status::StatusReport;
use crate::{Error, ErrorKind, Result};

mod fault;
mod last_layout;
mod links;
mod metadata;
mod operation;
mod pages;
mod rpc;
mod session;
mod submit;

use self::last_layout::LastLayout;
use self::session::ThriftSession;
use self::submit::DirectRows;

/// Thrift calls and their settings.
#[derive(Clone, Debug)]
pub(crate) struct Thrift {
    exchange: Arc<Exchange>,
    response_timeout: Duration,
    submit_response_timeout: Duration,
    fetch_bytes: u64,
    last_layout: LastLayout,
}

impl Thrift {
    pub(crate) fn new(exchange: Arc<Exchange>, config: &Config) -> Self {
        Self {
            exchange,
            response_timeout: config.response_timeout,
            submit_response_timeout: config.submit_response_timeout,
            fetch_bytes: config.fetch_bytes,
            last_layout: LastLayout::default(),
        }
    }
}

impl Backend for Thrift {
    fn open_session<'a>(
        &'a self,
        options: &'a SessionOptions,
        _: SessionState,
        until: Until,
    ) -> BoxFuture<'a, Result<Session>> {
        Box::pin(async move {
            let session = session::open(self, options, until).await?;
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
            let session = session.ok_or_else(|| {
                Error::new(ErrorKind::Unsupported, "Thrift requires a session for every statement")
            })?;
            submit::execute_statement(self, own(session)?, statement, sending, until).await
        })
    }

    fn metadata_plan(&self, _: &Request) -> MetadataPlan {
        MetadataPlan::Ask
    }

    fn submit_metadata<'a>(
        &'a self,
        session: &'a Session,
        request: &'a Request,
        sending: &'a Sending,
        until: Until,
    ) -> BoxFuture<'a, Result<Submitted>> {
        Box::pin(async move { metadata::start(self, own(session)?, request, sending, until).await })
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
            let direct = attachment.and_then(Attachment::get::<DirectRows>);
            let pages = pages::open(self, target, direct, until).await?;
            Ok(Arc::new(pages) as Arc<dyn Pages>)
        })
    }
}

/// Returns the session as this backend opened it.
fn own(session: &Session) -> Result<&ThriftSession> {
    session.get().ok_or_else(|| {
        Error::new(ErrorKind::Unsupported, "the session belongs to the other protocol")
    })
}
