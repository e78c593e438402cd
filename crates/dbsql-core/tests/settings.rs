//! Invalid settings and statements are rejected before anything is sent.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use dbsql_core::{
    BoxFuture, Client, Config, ErrorKind, RetryPolicy, SharedTransport, Statement, Transport,
    TransportError,
};
use dbsql_transport::Body;

/// Refuses every connection and counts the requests.
#[derive(Clone, Debug, Default)]
struct Unreachable(Arc<AtomicUsize>);

impl Transport for Unreachable {
    fn send(
        &self,
        _: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Err(TransportError::connect("refused")) })
    }
}

fn config(host: &str) -> Config {
    Config::new(host, "/sql/1.0/warehouses/w").token("canary").retry(RetryPolicy::none())
}

/// The error of a client that cannot be built.
#[track_caller]
fn rejected(config: Config) -> String {
    let transport = SharedTransport::new(Unreachable::default());
    let error = Client::builder(config).transport(transport).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("canary") && !shown.contains('\n'), "{shown}");
    error.to_string()
}

#[test]
fn client_is_not_built_for_a_bad_host() {
    for host in ["h:99999", "h:abc", "h:-1", "h:", "h:0", "[::1", "http://h:99999", "h\u{1b}[2J"] {
        rejected(config(host));
    }
    assert!(rejected(config("jdbc:databricks://h:443;PWD=canary")).contains("JDBC URL"));
    assert!(rejected(config("https://token:canary@h")).contains("user information"));
}

#[test]
fn client_is_not_built_with_a_setting_that_cannot_work() {
    let zero = Duration::ZERO;
    let good = || config("h.example");
    for (name, config) in [
        ("response_timeout", good().response_timeout(zero)),
        ("submit_response_timeout", good().submit_response_timeout(zero)),
        ("keep_alive", good().keep_alive(Some(zero))),
        ("byte_budget", good().byte_budget(0)),
        ("max_requests_in_flight", good().max_requests_in_flight(1)),
        ("max_polls_in_flight", good().max_polls_in_flight(255)),
        ("max_polls_per_second", good().max_polls_per_second(0)),
        ("max_downloads", good().max_downloads(0)),
        ("retry policy", good().retry(RetryPolicy::new().max_backoff(zero))),
    ] {
        assert!(rejected(config).contains(name), "{name}");
    }
    let huge = Duration::MAX;
    let config = good().response_timeout(huge).submit_response_timeout(huge).keep_alive(Some(huge));
    let transport = SharedTransport::new(Unreachable::default());
    assert!(Client::builder(config).transport(transport).build().is_ok());
}

#[test]
fn transport_options_together_with_a_transport_are_rejected() {
    let http = dbsql_core::HttpOptions::new;
    let build = |config: Config| {
        let given = || SharedTransport::new(Unreachable::default());
        let builder = Client::builder(config).transport(given());
        builder.storage_transport(given()).sign_in_transport(given()).build()
    };
    assert!(build(config("h.example")).is_ok());
    for config in [
        config("h.example").http(http()),
        config("h.example").storage_http(http()),
        config("h.example").sign_in_http(http()),
    ] {
        let error = build(config).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("together with a custom transport"), "{error}");
    }
}

#[cfg(feature = "hyper-client")]
#[test]
fn transport_that_cannot_be_built_reports_why() {
    let no_such = dbsql_core::HttpOptions::new().add_root_certificate_file("no-such.pem");
    for config in [
        config("h.example").http(no_such.clone()),
        config("h.example").storage_http(no_such.clone()),
        config("h.example").sign_in_http(no_such),
    ] {
        let error = Client::new(config).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("no-such.pem"), "{error}");
    }
}

#[cfg(feature = "hyper-client")]
#[test]
fn plain_http_needs_the_setting_that_the_error_names() {
    let error = Client::new(config("http://h.example")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    for part in ["h.example", "HttpOptions::allow_plain_http"] {
        assert!(error.to_string().contains(part), "{error}");
    }
    let allowed = dbsql_core::HttpOptions::new().allow_plain_http(true);
    assert!(Client::new(config("http://h.example").http(allowed)).is_ok());
    assert!(Client::new(config("http://127.0.0.1:1")).is_ok());
}

#[tokio::test]
async fn statement_that_cannot_work_is_not_sent() {
    let transport = Unreachable::default();
    let client = Client::builder(config("h.example"))
        .transport(SharedTransport::new(transport.clone()))
        .build()
        .unwrap();
    let select = || Statement::new("SELECT 1");
    for statement in [
        select().row_limit(0),
        select().timeout(Duration::ZERO),
        select().timeout(Duration::MAX),
        select().bind("", 1),
        select().bind("a\nb", 1),
    ] {
        let error = client.execute_async(statement).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    assert_eq!(transport.0.load(Ordering::Relaxed), 0);
    // A statement with a quoted name is sent.
    let statement = select().bind("first-name", 1).bind("p.1", 2).bind("a`b", 3);
    let error = client.execute_async(statement).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert!(transport.0.load(Ordering::Relaxed) > 0);
}

/// Keeps the headers of the last request, and returns an error.
#[derive(Clone, Debug, Default)]
struct Recorder(Arc<Mutex<http::HeaderMap>>);

impl Transport for Recorder {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        *self.0.lock().unwrap() = request.headers().clone();
        Box::pin(async { Err(TransportError::connect("refused")) })
    }
}

/// The headers that are sent with a statement.
async fn sent(config: Config) -> http::HeaderMap {
    let recorder = Recorder::default();
    let transport = SharedTransport::new(recorder.clone());
    let client = Client::builder(config).transport(transport).build().unwrap();
    client.execute_async("SELECT 1").await.unwrap_err();
    let headers = recorder.0.lock().unwrap();
    headers.clone()
}

#[tokio::test]
async fn workspace_is_sent_with_every_request() {
    let header = |headers: &http::HeaderMap, name: &str| {
        headers.get(name).map(|value| value.to_str().unwrap().to_owned())
    };
    for (config, org, workspace) in [
        (config("h.example"), None, None),
        (config("h.example").workspace_id("12"), Some("12"), Some("12")),
        (config("h.example/?o=12"), Some("12"), Some("12")),
        (config("h.example").workspace_id("eastern"), None, Some("eastern")),
        (config("h.example").http_path("/sql/1.0/warehouses/w?o=12"), Some("12"), None),
        (config("h.example").cluster_id("c").workspace_id("12"), Some("12"), Some("12")),
        (config("h.example").cluster_id("c"), None, None),
    ] {
        let headers = sent(config).await;
        assert_eq!(header(&headers, "x-databricks-org-id").as_deref(), org);
        assert_eq!(header(&headers, "x-databricks-workspace-id").as_deref(), workspace);
        assert_eq!(header(&headers, "authorization").as_deref(), Some("Bearer canary"));
    }
    let basic = sent(config("h.example").basic("u", "p")).await;
    assert_eq!(header(&basic, "authorization").as_deref(), Some("Basic dTpw"));
}

#[tokio::test]
async fn allowed_hosts_apply_to_the_sign_in() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let provider = {
        let seen = Arc::clone(&seen);
        dbsql_auth::token_provider_fn(move |context: dbsql_auth::AuthContext| {
            seen.lock().unwrap().extend_from_slice(context.allowed_hosts());
            std::future::ready(dbsql_auth::Token::bearer(&dbsql_auth::Secret::from("t")))
        })
    };
    let config = config("h.example").allow_auth_host("idp.example").allow_auth_host("b.example");
    let headers = sent(config.credentials(provider)).await;
    assert_eq!(*seen.lock().unwrap(), ["idp.example", "b.example"]);
    assert_eq!(headers["authorization"], "Bearer t");
}
