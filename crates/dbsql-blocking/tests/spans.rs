//! Spans of a call are children of its caller's span, as if it ran on the caller's thread. In a
//! separate process: tracing decides once for all threads which spans are enabled, and other tests
//! enable none.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use std::sync::{Arc, Mutex};

use dbsql_blocking::{Client, Config};
use dbsql_local::Service;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// The name of a span and of its parent.
type Named = (&'static str, Option<&'static str>);

#[derive(Clone, Default)]
struct Parents(Arc<Mutex<Vec<Named>>>);

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Parents {
    fn on_new_span(
        &self,
        _: &tracing::span::Attributes<'_>,
        id: &tracing::span::Id,
        context: Context<'_, S>,
    ) {
        let span = context.span(id).unwrap();
        let parent = span.parent().map(|parent| parent.name());
        self.0.lock().unwrap().push((span.name(), parent));
    }
}

#[test]
fn span_of_a_call_is_a_child_of_its_callers_span() {
    let service = Service::builder().accept_token("secret").build();
    let config = Config::new("http://warehouse.test", "/sql/1.0/warehouses/local").token("secret");
    let client = Client::builder(config).transport(service.transport()).build().unwrap();
    let parents = Parents::default();
    let subscriber = tracing_subscriber::registry().with(parents.clone());
    tracing::subscriber::with_default(subscriber, || {
        let _request = tracing::info_span!("request").entered();
        client.connect().open().unwrap();
    });
    let seen = parents.0.lock().unwrap();
    assert!(seen.contains(&("dbsql.call", Some("request"))), "{seen:?}");
}
