//! SQL errors and connection failures: typed, short, with the next step.

use std::time::Duration;

use dbsql::{Client, Config, ErrorKind, ExecutionStatus, RetryAdvice};
use dbsql_tests::{Server, SqlProtocol, over_both};

use crate::support::{client, connection, is_spark, server};

/// Asserts that the error contains nothing of a Java stack trace or of the query plan.
fn assert_short(text: &str) {
    for mark in ["\tat ", "\n", "HiveSQLException", ".scala:", ".java:", "== SQL =="] {
        assert!(!text.contains(mark), "{mark:?} is in: {text}");
    }
    assert!(text.len() < 1500, "{text}");
}

async fn a_sql_error_has_state_class_and_id_and_no_stack_trace(over: SqlProtocol) {
    let connection = connection(over).await;
    // Spark reports neither for a job that fails.
    let raised =
        if is_spark() { (None, None) } else { (Some("P0001"), Some("USER_RAISED_EXCEPTION")) };
    for (sql, state, class) in [
        ("selec 1", Some("42601"), Some("PARSE_SYNTAX_ERROR")),
        ("select * from nosuch", Some("42P01"), Some("TABLE_OR_VIEW_NOT_FOUND")),
        ("select nosuch from range(1)", Some("42703"), Some("UNRESOLVED_COLUMN.WITH_SUGGESTION")),
        ("select :missing", Some("42P02"), Some("UNBOUND_SQL_PARAMETER")),
        ("select 1; select 2", Some("42601"), Some("PARSE_SYNTAX_ERROR")),
        ("select raise_error('boom')", raised.0, raised.1),
    ] {
        let query = connection.execute_async(sql).await.unwrap();
        assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Failed, "{sql}");
        let error = query.get_results().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Failed, "{sql}: {error}");
        assert_eq!(error.sql_state(), state, "{sql}: {error}");
        assert_eq!(error.error_class(), class, "{sql}: {error}");
        assert_eq!(error.query_id(), Some(query.query_id()));
        assert_eq!(error.retry(), RetryAdvice::Unsafe);
        assert_eq!(query.failure().unwrap().to_string(), error.to_string());
        assert_short(&error.to_string());
        if is_spark() {
            // The full message of the server is available separately.
            assert!(error.server_diagnostics().unwrap().contains("\tat "), "{sql}");
        }
        query.close().await.unwrap();
    }
}

async fn error_raised_by_the_statement_is_reported(over: SqlProtocol) {
    let error =
        connection(over).await.execute("select raise_error('boom-4711')").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert!(error.to_string().contains("boom-4711"), "{error}");
}

async fn wrong_credentials_are_an_auth_error(over: SqlProtocol) {
    let config = server().config_without_credentials().token("no-such-token").protocol(over);
    let error = Client::new(config).unwrap().connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    assert!(!error.to_string().contains("no-such-token"));
}

async fn a_wrong_path_is_a_config_error_that_names_the_host(over: SqlProtocol) {
    let wrong = Server { path: "no/such/path".to_owned(), ..server().clone() };
    let client = match Client::new(wrong.config().protocol(over)) {
        Ok(client) => client,
        // Only warehouses have the Statement Execution API: the client rejects this before it sends
        // a request.
        Err(error) if over == SqlProtocol::Sea => {
            assert_eq!(error.kind(), ErrorKind::Config, "{error}");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    let error = client.connect().deadline(Duration::from_secs(30)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(error.to_string().contains("127.0.0.1"), "{error}");
    assert_short(&error.to_string());
}

async fn a_bad_schema_or_catalog_is_refused_on_connect(over: SqlProtocol) {
    let connected = client(over).connect().schema("no_such_schema").await;
    // A warehouse opens the session: a table there is not found, and the schema may be made later.
    let error = match connected {
        Ok(connection) if !is_spark() => connection.execute("select * from t").await.unwrap_err(),
        other => other.unwrap_err(),
    };
    assert!(
        error.to_string().contains(if is_spark() { "no_such_schema" } else { "`t`" }),
        "{error}"
    );
    assert_short(&error.to_string());
    let error = client(over).connect().catalog("no_such_catalog").await.unwrap_err();
    assert!(error.to_string().contains("no_such_catalog"), "{error}");
}

async fn a_closed_port_is_a_transport_error_at_once(over: SqlProtocol) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let config = Config::new(format!("http://127.0.0.1:{port}"), "sql/1.0/warehouses/w")
        .basic("u", "p")
        .protocol(over);
    let client = Client::new(config).unwrap();
    let error = client.connect().deadline(Duration::from_secs(30)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert!(error.to_string().contains(&port.to_string()), "{error}");
}

#[test]
fn plain_http_to_another_machine_is_rejected() {
    let error = Client::new(Config::new("http://192.0.2.1", "x").token("t")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(error.to_string().contains("192.0.2.1"), "{error}");
}

over_both! {
    #[tokio::test]
    a_sql_error_has_state_class_and_id_and_no_stack_trace,
    error_raised_by_the_statement_is_reported,
    wrong_credentials_are_an_auth_error,
    a_wrong_path_is_a_config_error_that_names_the_host,
    a_bad_schema_or_catalog_is_refused_on_connect,
    a_closed_port_is_a_transport_error_at_once,
}
