//! Spans and metrics, by the semantic conventions of OpenTelemetry for database clients.
//!
//! A *call* is one logical operation of the client, such as `execute` or `wait`: it has one span and one
//! record in the histogram, whatever its outcome. The HTTP requests below it have one span per
//! attempt. No other module names a field, and nothing is sent anywhere: spans and metrics go to
//! the subscriber and the recorder that the application installed, if any.

mod call;
mod fields;
mod keyword;
#[cfg(feature = "metrics-024")]
mod metric;
mod request;

use std::sync::Arc;

use dbsql_runtime::Runtime;
use http::Uri;
use http::uri::Scheme;

pub(crate) use self::call::{CallInfo, Observation, learned_query};
pub(crate) use self::request::{
    RequestInfo, answered, download_span, failed, request_span, unanswered,
};
use crate::{Error, Result};

/// The common data of the calls of a client. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Telemetry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    #[cfg_attr(
        not(feature = "metrics-024"),
        expect(dead_code, reason = "spans have their own clock")
    )]
    runtime: Runtime,
    address: Arc<str>,
    port: Option<u16>,
    namespace: Option<Arc<str>>,
    records_query_text: bool,
}

impl Telemetry {
    /// `namespace` is that of statements without their own session.
    pub(crate) fn new(
        runtime: &Runtime,
        endpoint: &Uri,
        namespace: Option<Arc<str>>,
        records_query_text: bool,
    ) -> Self {
        #[cfg(feature = "metrics-024")]
        metric::describe();
        Self(Arc::new(Inner {
            runtime: runtime.clone(),
            address: address(endpoint).into(),
            port: port(endpoint),
            namespace,
            records_query_text,
        }))
    }

    /// The namespace of statements without their own session.
    pub(crate) fn namespace(&self) -> Option<Arc<str>> {
        self.0.namespace.clone()
    }

    /// Starts the observation of a call, which ends when it is dropped.
    pub(crate) fn begin(&self, info: &CallInfo<'_>) -> Observation {
        Observation::new(self, info)
    }

    /// Runs a call in its span. A future that is dropped before it completes is recorded as such.
    pub(crate) async fn observe<T>(
        &self,
        info: CallInfo<'_>,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.begin(&info).finish(work).await
    }

    /// As [`observe`](Self::observe), where `failure` extracts a failure from the result of a
    /// successful call, such as that of the statement that was waited for.
    pub(crate) async fn observe_with<T>(
        &self,
        info: CallInfo<'_>,
        work: impl Future<Output = Result<T>>,
        failure: impl FnOnce(&T) -> Option<Error>,
    ) -> Result<T> {
        self.begin(&info).finish_with(work, failure).await
    }
}

/// Returns the host of a URL, an IPv6 address without brackets.
fn address(uri: &Uri) -> &str {
    uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
}

fn port(uri: &Uri) -> Option<u16> {
    let usual = || match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTPS => Some(443),
        Some(scheme) if *scheme == Scheme::HTTP => Some(80),
        _ => None,
    };
    uri.port_u16().or_else(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_is_named_without_brackets_and_with_its_port() {
        for (uri, expected) in [
            ("https://example.com/x", ("example.com", Some(443))),
            ("http://example.com/x", ("example.com", Some(80))),
            ("http://127.0.0.1:8080/x", ("127.0.0.1", Some(8080))),
            ("https://[::1]:8443/x", ("::1", Some(8443))),
        ] {
            let uri: Uri = uri.parse().unwrap();
            assert_eq!((address(&uri), port(&uri)), expected, "{uri}");
        }
    }
}
