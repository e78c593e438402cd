//! The choice of the protocol.

use std::future::IntoFuture;

use dbsql_core::{CloseOutcome, Config, ErrorKind, SqlProtocol};
use dbsql_local::{Quirks, Settings};

use super::{CREATE_SESSION, SEA_EXECUTE, sea};
use crate::support::{
    EXECUTE, HOST, Log, OPEN, Server, Step, TOKEN, client_with, config, counted, ids, seconds,
};

/// A warehouse that does not speak Thrift.
fn without_thrift() -> Server {
    let quirks = Quirks { refuse_thrift: true, ..Quirks::default() };
    Server::with(Settings { quirks, ..Settings::default() })
}

#[tokio::test(start_paused = true)]
async fn warehouse_without_thrift_works() {
    let server = without_thrift();
    let client = client_with(&server, config());
    for _ in 0..3 {
        let results = client.execute("SELECT 1").await.unwrap();
        assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
    }
    let connection = client.clone().connect().await.unwrap();
    let _ = connection.execute("SELECT 1").await.unwrap();
    // Remembered for the life of the client.
    assert_eq!((server.count(OPEN), server.count(CREATE_SESSION)), (1, 1));
    assert_eq!((server.count(EXECUTE), server.count(SEA_EXECUTE)), (0, 4));
}

#[tokio::test(start_paused = true)]
async fn connection_switches_too() {
    let server = without_thrift();
    let connection = client_with(&server, config()).connect().await.unwrap();
    let _ = connection.execute("SELECT 1").await.unwrap();
    assert_eq!((server.count(OPEN), server.count(CREATE_SESSION)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn client_with_a_configured_protocol_never_switches() {
    let server = without_thrift();
    let client = client_with(&server, config().protocol(SqlProtocol::Thrift));
    let error = client.execute("SELECT 1").await.unwrap_err();
    assert_eq!((error.kind(), error.sql_state()), (ErrorKind::Unsupported, Some("KP001")));
    assert_eq!((server.count(OPEN), server.total()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn no_other_failure_of_thrift_switches_the_protocol() {
    for step in [
        || Step::http(500),
        || Step::http(404),
        || Step::body("<html>"),
        || Step::error(400, "PERMISSION_DENIED: no"),
    ] {
        let server = Server::databricks();
        server.always(OPEN, step);
        assert!(client_with(&server, config()).execute("SELECT 1").await.is_err());
        assert_eq!(server.count(CREATE_SESSION) + server.count(SEA_EXECUTE), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn thrift_is_the_default_protocol() {
    let server = Server::databricks();
    let _ = client_with(&server, config()).execute("SELECT 1").await.unwrap();
    assert_eq!((server.count(EXECUTE), server.count(SEA_EXECUTE)), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn protocol_switch_is_logged_once_per_client() {
    /// Sessions of both kinds at once, and another one later.
    async fn use_it(server: &Server) {
        let client = client_with(server, config());
        let connects = (0..5).map(|_| client.connect().into_future());
        let (connections, _) = futures_util::future::join(
            futures_util::future::join_all(connects),
            client.execute("SELECT 1").into_future(),
        )
        .await;
        assert!(connections.iter().all(Result::is_ok));
        let _ = client.clone().connect().await.unwrap();
    }
    use_it(&without_thrift()).await;
    let log = Log::default();
    let guard = log.listen();
    let server = without_thrift();
    use_it(&server).await;
    drop(guard);
    assert!(server.count(OPEN) > 1, "several are refused at once");
    let (text, word) = (log.text(), "does not support Thrift");
    assert_eq!(text.matches(word).count(), 1, "{text}");
    assert!(text.lines().any(|line| line.contains(word) && line.contains("INFO")), "{text}");
}

/// A warehouse may stop supporting Thrift while a client exists. The statement that was rejected
/// for the lost session did not run, so nothing is sent twice.
#[tokio::test(start_paused = true)]
async fn protocol_switches_when_a_session_is_reopened() {
    for own in [true, false] {
        let server = Server::databricks();
        let client = client_with(&server, config());
        let connection = client.connect().await.unwrap();
        let run = async |sql: &str| match own {
            true => connection.execute_async(sql).await,
            false => client.execute_async(sql).await,
        };
        run("SELECT 1").await.unwrap().close().await.unwrap();
        server.change(|settings| settings.quirks.refuse_thrift = true);
        server.lose_sessions();
        let query = run("SELECT 2").await.unwrap();
        assert!(query.serialize().unwrap().starts_with("sea:"));
        let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
        assert_eq!(ids(&rows), counted(0, 10));
        query.close().await.unwrap();
        assert_eq!((server.count(EXECUTE), server.count(SEA_EXECUTE)), (2, 1));
        assert_eq!(server.executions().len(), 2, "each ran once");
        let opened = server.count(OPEN);
        let _ = client.connect().await.unwrap();
        assert_eq!(server.count(OPEN), opened, "it is remembered");
        client.shutdown(seconds(10)).await.unwrap();
        assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
    }
}

/// Where the state of earlier statements would be lost, no session is opened and the protocol does
/// not switch.
#[tokio::test(start_paused = true)]
async fn lost_stateful_session_stays_lost_on_the_other_protocol() {
    let server = Server::databricks();
    let connection = client_with(&server, config()).connect().await.unwrap();
    connection.execute_async("USE main").await.unwrap().close().await.unwrap();
    server.change(|settings| settings.quirks.refuse_thrift = true);
    server.lose_sessions();
    let error = connection.execute_async("SELECT 2").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired);
    assert_eq!((server.count(OPEN), server.count(CREATE_SESSION)), (1, 0));
}

/// A client configured for Thrift reports the error when a session is reopened, too.
#[tokio::test(start_paused = true)]
async fn reopening_never_switches_a_client_with_a_configured_protocol() {
    let server = Server::databricks();
    let client = client_with(&server, config().protocol(SqlProtocol::Thrift));
    let connection = client.connect().await.unwrap();
    connection.execute_async("SELECT 1").await.unwrap().close().await.unwrap();
    server.change(|settings| settings.quirks.refuse_thrift = true);
    server.lose_sessions();
    let error = connection.execute_async("SELECT 2").await.unwrap_err();
    assert_eq!((error.kind(), error.sql_state()), (ErrorKind::Unsupported, Some("KP001")));
    assert_eq!((server.executions().len(), server.count(CREATE_SESSION)), (1, 0));
}

#[test]
fn only_a_warehouse_has_the_protocol() {
    let server = Server::databricks();
    let config = Config::new(HOST, "/sql/protocolv1/o/1/cluster").token(TOKEN);
    let builder = |config| dbsql_core::Client::builder(config).transport(server.clone()).build();
    let error = builder(config.clone().protocol(SqlProtocol::Sea)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("SQL warehouse"), "{error}");
    assert!(builder(config).is_ok());
    assert!(builder(sea()).is_ok());
}
