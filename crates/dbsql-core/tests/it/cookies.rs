//! Cookies, by which a load balancer keeps a session on one node. They are returned with the calls
//! of their session, to the workspace and to no other host.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use dbsql_core::{Client, Config, ErrorKind};
use dbsql_local::{Quirks, SeenRequest, Settings};
use dbsql_transport::{Body, BoxFuture, Transport, TransportError};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Request, Response};

use crate::support::{
    CANCEL, CLOSE, CLOSE_SESSION, EXECUTE, FETCH, HOST, METADATA, OPEN, PATH, STATUS, Server, Step,
    TOKEN, Tokens, client, config, counted, ids, seconds,
};

/// A load balancer with two nodes.
fn two_nodes(attributes: &str) -> Server {
    Server::with(node_settings(attributes))
}

fn node_settings(attributes: &str) -> Settings {
    let quirks = Quirks { node_cookie: Some(attributes.to_owned()), ..Quirks::default() };
    Settings { arrow: false, quirks, ..Settings::default() }
}

/// The cookies that a request carries.
fn sent(seen: &SeenRequest) -> Vec<String> {
    let values = seen.headers().get_all(COOKIE).iter().map(|value| value.to_str().expect("ASCII"));
    values.flat_map(|value| value.split("; ")).map(str::to_owned).collect()
}

/// The cookies of the last request of a method.
fn last_sent(server: &Server, method: &str) -> Vec<String> {
    sent(server.seen().iter().rfind(|seen| seen.name() == method).expect(method))
}

#[tokio::test(start_paused = true)]
async fn every_call_of_a_session_carries_its_cookie() {
    let server = two_nodes("Path=/; HttpOnly");
    let client = client(&server);
    for node in ["dbsql-node=0", "dbsql-node=1"] {
        let before = server.total();
        let connection = client.connect().await.unwrap();
        let query = connection.execute_async("SELECT 1").await.unwrap();
        query.sync_status().await.unwrap();
        let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
        assert_eq!(ids(&rows), counted(0, 10));
        query.cancel().await.unwrap();
        query.close().await.unwrap();
        connection.close().await.unwrap();
        let mut methods = Vec::new();
        for seen in server.seen().into_iter().skip(before) {
            let expected = if seen.name() == OPEN { vec![] } else { vec![node.to_owned()] };
            assert_eq!(sent(&seen), expected, "{}", seen.name());
            methods.push(seen.name().to_owned());
        }
        for method in [EXECUTE, STATUS, METADATA, FETCH, CANCEL, CLOSE, CLOSE_SESSION] {
            assert!(methods.iter().any(|name| name == method), "{method}: {methods:?}");
        }
    }
    assert_eq!((server.open_sessions(), server.count(OPEN)), (0, 2), "none is lost or leaked");
}

#[tokio::test(start_paused = true)]
async fn sessions_of_two_nodes_keep_their_cookies_apart() {
    let server = two_nodes("Path=/");
    let client = client(&server);
    let (one, two) = (client.connect().await.unwrap(), client.connect().await.unwrap());
    for connection in [&one, &two, &one, &two] {
        let rows = connection.execute("SELECT 1").await.unwrap().fetch_all().await.unwrap();
        assert_eq!(ids(&rows), counted(0, 10));
    }
    let rows = client.execute("SELECT 1").await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&rows), counted(0, 10), "the client's own session has one, too");
    assert_eq!((server.count(OPEN), server.executions().len()), (3, 5));
    one.close_all().await.unwrap();
    two.close_all().await.unwrap();
    client.shutdown(seconds(60)).await.unwrap();
    assert_eq!(server.open_sessions(), 0);
}

#[tokio::test(start_paused = true)]
async fn abandoned_submit_is_canceled_on_its_own_node() {
    let server = two_nodes("Path=/");
    server.plan(|plan| plan.runs_for = seconds(3600));
    server.script(EXECUTE, [Step::serve().after(seconds(5))]);
    let client = client(&server);
    let submit = client.execute_async("SELECT 1").cancel_on_drop().into_future();
    assert!(tokio::time::timeout(seconds(1), submit).await.is_err());
    client.shutdown(seconds(600)).await.unwrap();
    assert_eq!((server.running(), server.open_operations()), (0, 0));
    assert_eq!(last_sent(&server, CANCEL), ["dbsql-node=0"]);
    assert_eq!(last_sent(&server, CLOSE), ["dbsql-node=0"]);
}

#[tokio::test(start_paused = true)]
async fn pick_up_by_another_client_carries_no_cookie() {
    let server = two_nodes("Path=/");
    let one = client(&server);
    let query = one.execute_async("SELECT 1").await.unwrap();
    let handle = query.handle().unwrap();
    // The load balancer has set no cookie for the other client.
    let error = client(&server).get_async_execution(handle.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert_eq!(last_sent(&server, STATUS), [""; 0]);
    // The same applies to a pick-up in the same client: the handle does not name a session.
    one.get_async_execution(handle).await.unwrap_err();
    assert_eq!(last_sent(&server, STATUS), [""; 0]);
    query.sync_status().await.unwrap();
    assert_eq!(last_sent(&server, STATUS), ["dbsql-node=0"]);
}

#[tokio::test(start_paused = true)]
async fn downloads_carry_no_cookie() {
    let quirks = node_settings("Path=/").quirks;
    let settings = Settings { link_threshold: 0, file_bytes: 32, quirks, ..Settings::default() };
    let server = Server::with(settings);
    let connection = client(&server).connect().await.unwrap();
    let rows = connection.execute("SELECT 1").await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&rows), counted(0, 10));
    let seen = server.seen();
    let downloads: Vec<_> = seen.iter().filter(|seen| seen.name() == "download").collect();
    assert!(!downloads.is_empty(), "{seen:?}");
    for download in downloads {
        assert_eq!(sent(download), [""; 0]);
        assert_eq!(download.authorization(), "");
    }
    assert_eq!(last_sent(&server, EXECUTE), ["dbsql-node=0"]);
}

/// The cookies to set in the response to the n-th request, counted from 0.
type Setting = dyn FnMut(usize) -> Vec<String> + Send;

/// A server behind an intermediary that sets cookies.
#[derive(Clone)]
struct Baker {
    server: Server,
    sets: Arc<Mutex<(usize, Box<Setting>)>>,
}

impl Baker {
    fn new(sets: impl FnMut(usize) -> Vec<String> + Send + 'static) -> Self {
        Self { server: Server::databricks(), sets: Arc::new(Mutex::new((0, Box::new(sets)))) }
    }

    /// A server that sets these cookies in its first response.
    fn once(cookies: &[&str]) -> Self {
        let cookies: Vec<String> = cookies.iter().map(|&cookie| cookie.to_owned()).collect();
        Self::new(move |n| if n == 0 { cookies.clone() } else { Vec::new() })
    }

    fn client(&self, config: Config) -> Client {
        let runtime = dbsql_core::Runtime::seeded(7);
        Client::builder(config).transport(self.clone()).runtime(runtime).build().unwrap()
    }

    /// The cookies sent with the first statement of a session.
    async fn carried(&self, config: Config) -> Vec<String> {
        let connection = self.client(config).connect().await.unwrap();
        let _ = connection.execute_async("SELECT 1").await.unwrap();
        last_sent(&self.server, EXECUTE)
    }
}

impl std::fmt::Debug for Baker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Baker(..)")
    }
}

impl Transport for Baker {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            let mut response = self.server.send(request).await?;
            let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
            let (number, set) = &mut *sets;
            append(response.headers_mut(), set(*number));
            *number += 1;
            Ok(response)
        })
    }
}

fn append(headers: &mut HeaderMap, cookies: Vec<String>) {
    for cookie in cookies {
        headers.append(SET_COOKIE, HeaderValue::try_from(cookie).expect("a header"));
    }
}

#[tokio::test(start_paused = true)]
async fn rotating_cookie_is_sent_as_it_was_set_last() {
    let baker = Baker::new(|n| vec![format!("node={n}; Path=/")]);
    let connection = baker.client(config()).connect().await.unwrap();
    let query = connection.execute_async("SELECT 1").await.unwrap();
    for _ in 0..3 {
        query.sync_status().await.unwrap();
    }
    query.close().await.unwrap();
    connection.close().await.unwrap();
    for (n, seen) in baker.server.seen().iter().enumerate() {
        let expected = n.checked_sub(1).map(|last| format!("node={last}"));
        assert_eq!(sent(seen), expected.into_iter().collect::<Vec<_>>(), "{}", seen.name());
    }
    assert!(baker.server.total() >= 7);
}

#[tokio::test(start_paused = true)]
async fn cookie_is_sent_where_its_attributes_allow() {
    for (cookie, is_sent) in [
        ("n=1", true),
        ("n=1; Path=/; HttpOnly; SameSite=Lax", true),
        ("n=1; Path=/sql/1.0", true),
        ("n=1; Path=/sql/1.0/warehouses/abc", true),
        ("n=1; Path=/sql/1.0/warehouses/ab", false),
        ("n=1; Path=/api", false),
        ("n=1; Secure", true),
        ("n=1; Domain=example", true),
        ("n=1; Domain=warehouse.example", true),
        ("n=1; Domain=other.example", false),
        ("n=1; Domain=house.example", false),
        ("n=1; Max-Age=60", true),
        ("n=1; Max-Age=0", false),
        ("n=1; Max-Age=-1", false),
        ("n=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", false),
        ("n=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60", true),
    ] {
        let carried = Baker::once(&[cookie]).carried(config()).await;
        let expected: &[&str] = if is_sent { &["n=1"] } else { &[] };
        assert_eq!(carried, expected, "{cookie}");
    }
}

#[tokio::test(start_paused = true)]
async fn secure_cookie_is_not_sent_over_plain_http() {
    let plain = || Config::new("http://localhost", PATH).token(TOKEN);
    let carried = Baker::once(&["s=1; Secure", "p=2"]).carried(plain()).await;
    assert_eq!(carried, ["p=2"]);
    let carried = Baker::once(&["s=1; Secure", "p=2"]).carried(config()).await;
    assert_eq!(carried, ["s=1", "p=2"]);
}

#[tokio::test(start_paused = true)]
async fn expired_cookie_is_no_longer_sent() {
    let baker = Baker::new(|n| match n {
        0 => vec!["short=1; Max-Age=60".to_owned(), "long=2".to_owned()],
        3 => vec!["long=; Max-Age=0".to_owned()],
        _ => Vec::new(),
    });
    let connection = baker.client(config()).connect().await.unwrap();
    let query = connection.execute_async("SELECT 1").await.unwrap();
    let mut carried = vec![last_sent(&baker.server, EXECUTE)];
    for _ in 0..3 {
        tokio::time::sleep(seconds(61)).await;
        query.sync_status().await.unwrap();
        carried.push(last_sent(&baker.server, STATUS));
    }
    assert_eq!(carried, [vec!["short=1", "long=2"], vec!["long=2"], vec!["long=2"], vec![]]);
}

#[tokio::test(start_paused = true)]
async fn cookie_with_credentials_is_never_kept() {
    let auth = ["hive.server2.auth=canary", "Hive.Server2.AUTH=canary; Path=/", "n=1"];
    assert_eq!(Baker::once(&auth).carried(config()).await, ["n=1"]);
    let baker = Baker::new(|_| vec!["hive.server2.auth=canary".to_owned()]);
    let connection = baker.client(config()).connect().await.unwrap();
    let query = connection.execute_async("SELECT 1").await.unwrap();
    query.wait().await.unwrap();
    query.close().await.unwrap();
    assert!(baker.server.seen().iter().all(|seen| sent(seen).is_empty()));
}

#[tokio::test(start_paused = true)]
async fn cookies_beyond_the_limits_of_number_and_size_are_not_kept() {
    let many: Vec<String> = (0..21).map(|n| format!("c{n}=1")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let carried = Baker::once(&many).carried(config()).await;
    assert_eq!(carried, many[..20], "the first twenty");
    let long = |length: usize| format!("l={}", "x".repeat(length));
    let (fits, too_long) = (long(4095), long(4096));
    assert_eq!(Baker::once(&[&fits, "n=1"]).carried(config()).await, [fits.as_str(), "n=1"]);
    assert_eq!(Baker::once(&[&too_long, "n=1"]).carried(config()).await, ["n=1"]);
}

#[tokio::test(start_paused = true)]
async fn rejected_credentials_clear_the_cookies() {
    let baker = Baker::once(&["n=canary"]);
    let tokens = Config::new(HOST, PATH).credentials(Tokens::new());
    let connection = baker.client(tokens).connect().await.unwrap();
    let query = connection.execute_async("SELECT 1").await.unwrap();
    assert_eq!(last_sent(&baker.server, EXECUTE), ["n=canary"]);
    baker.server.script(STATUS, [Step::http(401)]);
    query.sync_status().await.unwrap();
    assert_eq!(last_sent(&baker.server, STATUS), [""; 0], "the second try");
    let _ = connection.execute_async("SELECT 1").await.unwrap();
    query.close().await.unwrap();
    connection.close_all().await.unwrap();
    for method in [EXECUTE, CLOSE, CLOSE_SESSION] {
        assert_eq!(last_sent(&baker.server, method), [""; 0], "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn cookies_set_with_a_rejection_are_not_kept() {
    // Each response sets one, also the final rejection of the token.
    let baker = Baker::new(|n| vec![format!("n={n}")]);
    let tokens = Config::new(HOST, PATH).credentials(Tokens::new());
    let connection = baker.client(tokens).connect().await.unwrap();
    let query = connection.execute_async("SELECT 1").await.unwrap();
    baker.server.script(STATUS, [Step::http(401), Step::http(401)]);
    let error = query.sync_status().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    query.sync_status().await.unwrap();
    assert_eq!(last_sent(&baker.server, STATUS), [""; 0]);
}
