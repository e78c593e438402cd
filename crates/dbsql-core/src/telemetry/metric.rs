//! The metrics of one call, through the recorder of the crate `metrics`.

use std::sync::Arc;

use dbsql_runtime::Instant;
use metrics::{Label, SharedString, Unit};

use super::call::{CallInfo, Failure};
use super::fields::*;
use super::{Inner, Telemetry};

const DURATION: &str = "db.client.operation.duration";
const RETURNED_ROWS: &str = "db.client.response.returned_rows";

/// Describes the metrics to the recorder.
pub(super) fn describe() {
    metrics::describe_histogram!(
        DURATION,
        Unit::Seconds,
        "Duration of database client operations."
    );
    metrics::describe_histogram!(
        RETURNED_ROWS,
        Unit::Count,
        "The actual number of records returned by the database operation."
    );
}

/// The measurement of a call.
#[derive(Debug)]
pub(super) struct Metric {
    client: Arc<Inner>,
    began: Instant,
    call: &'static str,
    operation: Option<&'static str>,
    namespace: Option<Arc<str>>,
}

impl Metric {
    pub(super) fn begin(telemetry: &Telemetry, info: &CallInfo<'_>) -> Self {
        let client = Arc::clone(&telemetry.0);
        Self {
            began: client.runtime.now(),
            client,
            call: info.name,
            operation: info.operation(),
            namespace: info.namespace.clone(),
        }
    }

    pub(super) fn end(&self, failure: Option<&Failure<'_>>, rows: Option<u64>) {
        let elapsed = self.client.runtime.now().saturating_duration_since(self.began);
        let labels = self.labels(failure);
        if let Some(rows) = rows {
            // Exact up to 2^53 rows.
            metrics::histogram!(RETURNED_ROWS, labels.clone()).record(rows as f64);
        }
        metrics::histogram!(DURATION, labels).record(elapsed);
    }

    fn labels(&self, failure: Option<&Failure<'_>>) -> Vec<Label> {
        let shared = |text: &Arc<str>| SharedString::from_shared(Arc::clone(text));
        let owned = |text: &str| SharedString::from_owned(text.to_owned());
        let mut labels = vec![
            Label::from_static_parts(DB_SYSTEM_NAME, SYSTEM),
            Label::from_static_parts(DATABRICKS_CALL, self.call),
            Label::new(SERVER_ADDRESS, shared(&self.client.address)),
        ];
        let operation =
            self.operation.map(|name| Label::from_static_parts(DB_OPERATION_NAME, name));
        let namespace = self.namespace.as_ref().map(|name| Label::new(DB_NAMESPACE, shared(name)));
        let port = self.client.port.map(|port| Label::new(SERVER_PORT, owned(&port.to_string())));
        let class = failure.map(|failure| Label::new(ERROR_TYPE, owned(failure.class)));
        let code = failure.and_then(|failure| failure.code);
        let code = code.map(|code| Label::new(DB_RESPONSE_STATUS_CODE, owned(code)));
        labels.extend([operation, namespace, port, class, code].into_iter().flatten());
        labels
    }
}
