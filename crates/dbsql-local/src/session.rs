//! A session: what statements are run in, and what they end with.

use std::sync::{Arc, Mutex, PoisonError};

use dbsql_runtime::{Instant, Runtime};

use crate::engine::{EngineSession, SessionOptions};
use crate::identity::Identity;
use crate::service::Node;
use crate::thrift::ThriftVersion;

/// The protocol that a session was opened over.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Protocol {
    Thrift(ThriftVersion),
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) identity: Identity,
    pub(crate) protocol: Protocol,
    /// Where it lives, behind a load balancer.
    pub(crate) node: Node,
    pub(crate) options: SessionOptions,
    pub(crate) engine: Arc<dyn EngineSession>,
    pub(crate) used: LastUse,
}

impl Session {
    /// A setting as it stands now: what `SET` made of it, else what the session began with.
    pub(crate) fn setting(&self, key: &str) -> Option<String> {
        self.engine.setting(key).or_else(|| lookup(&self.options.configuration, key))
    }
}

/// The value of a setting whose key may be spelled in any case.
pub(crate) fn lookup<'a>(
    configuration: impl IntoIterator<Item = (&'a String, &'a String)>,
    key: &str,
) -> Option<String> {
    let mut configuration = configuration.into_iter();
    configuration.find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value.clone())
}

/// When something was last used.
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
