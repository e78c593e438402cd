//! Sessions, which statements run in.

use std::sync::{Arc, Mutex, PoisonError};

use dbsql_runtime::{Instant, Runtime};
use dbsql_transport::BoxFuture;
use http::{HeaderMap, header};

use crate::engine::{EngineSession, ProgressSink, Query, QueryOutput, SessionOptions, SqlError};
use crate::identity::Identity;
use crate::sea;
use crate::service::{Inner, Node};
use crate::statement::{discard, guarded};
use crate::thrift::ThriftVersion;

/// The protocol of a session.
#[derive(Debug)]
pub(crate) enum Protocol {
    Thrift(ThriftVersion),
    Sea(sea::SessionState),
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) identity: Identity,
    pub(crate) protocol: Protocol,
    /// Its node behind a load balancer.
    pub(crate) node: Node,
    pub(crate) options: SessionOptions,
    pub(crate) engine: Arc<dyn EngineSession>,
    pub(crate) used: LastUse,
    /// The client that opened it, as it calls itself.
    pub(crate) agent: Option<String>,
    pub(crate) opened: Instant,
}

/// The maximum length of a stored user agent.
const MAX_AGENT: usize = 256;

/// Returns the client of a request, as it calls itself.
pub(crate) fn agent(headers: &HeaderMap) -> Option<String> {
    let text = String::from_utf8_lossy(headers.get(header::USER_AGENT)?.as_bytes());
    Some(text.chars().take(MAX_AGENT).collect())
}

impl Session {
    /// Returns `true` if it belongs to a single statement that was submitted without a session.
    pub(crate) fn is_implicit(&self) -> bool {
        matches!(&self.protocol, Protocol::Sea(state) if state.is_implicit())
    }

    /// Opens a session with the engine, without registering it.
    pub(crate) fn open(
        inner: &Inner,
        protocol: Protocol,
        node: Node,
        options: SessionOptions,
        agent: Option<String>,
    ) -> Result<Arc<Self>, SqlError> {
        let engine = guarded(|| inner.engine.open_session(&options))?;
        Ok(Arc::new(Self {
            identity: Identity::random(&inner.runtime),
            protocol,
            node,
            options,
            engine,
            used: LastUse::now(&inner.runtime),
            agent,
            opened: inner.runtime.now(),
        }))
    }

    /// Returns the current value of a setting: from `SET`, or else the initial one.
    pub(crate) fn setting(&self, key: &str) -> Option<String> {
        self.engine.setting(key).or_else(|| lookup(&self.options.configuration, key))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A panic of the engine would otherwise fail the request that closes the session.
        discard(std::mem::replace(&mut self.engine, Arc::new(Closed)));
    }
}

/// The engine session of a session that is being dropped, which nothing uses.
#[derive(Debug)]
struct Closed;

impl EngineSession for Closed {
    fn execute(
        &self,
        _: Query,
        _: ProgressSink,
    ) -> BoxFuture<'static, Result<QueryOutput, SqlError>> {
        Box::pin(std::future::ready(Err(SqlError::internal("the session is closed"))))
    }
}

/// Returns the value of a setting, with a case-insensitive key.
pub(crate) fn lookup<'a>(
    configuration: impl IntoIterator<Item = (&'a String, &'a String)>,
    key: &str,
) -> Option<String> {
    let mut configuration = configuration.into_iter();
    configuration.find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value.clone())
}

/// The time of the last use.
#[derive(Debug)]
pub(crate) struct LastUse(Mutex<Instant>);

impl LastUse {
    pub(crate) fn now(runtime: &Runtime) -> Self {
        Self(Mutex::new(runtime.now()))
    }

    pub(crate) fn touch(&self, runtime: &Runtime) {
        let mut at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *at = (*at).max(runtime.now());
    }

    pub(crate) fn at(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
