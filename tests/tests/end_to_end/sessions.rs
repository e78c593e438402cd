//! Sessions: their state, how they end, and the errors after they are gone.

use std::time::Duration;

use dbsql::{Client, CloseOutcome, ErrorKind, ExecutionStatus, RetryAdvice};

use dbsql_tests::{SqlProtocol, over_both};

use crate::support::{client, connection, expiring_server, integers, is_spark, texts};

async fn settings_views_and_the_schema_live_on_a_connection(over: SqlProtocol) {
    let connection = connection(over).await;
    for sql in [
        "set spark.sql.shuffle.partitions = 3",
        "create temporary view numbers as select id from range(4)",
        "create database if not exists suite_db",
        "use suite_db",
    ] {
        connection.execute(sql).await.unwrap().fetch_all().await.unwrap();
    }
    let all = |sql: &'static str| {
        let connection = connection.clone();
        async move { connection.execute(sql).await.unwrap().fetch_all().await.unwrap() }
    };
    let value = texts(&all("set spark.sql.shuffle.partitions").await, 1);
    assert_eq!(value, [Some("3".to_owned())]);
    assert_eq!(integers(&all("select count(*) from numbers").await, 0), [4]);
    assert_eq!(texts(&all("select current_schema()").await, 0), [Some("suite_db".to_owned())]);
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
}

async fn catalog_schema_and_configuration_are_set_when_connecting(over: SqlProtocol) {
    let client = client(over);
    let created = client.execute("create database if not exists start_db").await.unwrap();
    created.fetch_all().await.unwrap();
    let connection = client
        .connect()
        .catalog(if is_spark() { "spark_catalog" } else { "main" })
        .schema("start_db")
        .configuration("spark.sql.shuffle.partitions", "5")
        .await
        .unwrap();
    let rows = connection.execute("select current_schema()").await.unwrap();
    assert_eq!(texts(&rows.fetch_all().await.unwrap(), 0), [Some("start_db".to_owned())]);
    let rows = connection.execute("set spark.sql.shuffle.partitions").await.unwrap();
    assert_eq!(texts(&rows.fetch_all().await.unwrap(), 1), [Some("5".to_owned())]);
}

async fn closing_a_session_with_everything_ends_its_executions(over: SqlProtocol) {
    let connection = connection(over).await;
    let query = connection.execute_async("select 1").await.unwrap();
    query.wait().await.unwrap();
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::LeftOpen { executions: 1 });
    connection.close_all().await.unwrap();
    if over == SqlProtocol::Sea {
        // A link that was returned before may work for some time. The statement is closed.
        let record = client(over).get_async_execution(query.handle().unwrap()).await.unwrap();
        assert_eq!(record.status(), ExecutionStatus::Closed);
        return;
    }
    let error = query.get_results().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResultGone, "{error}");
}

async fn an_expired_session_is_reopened_when_nothing_is_lost_by_it(over: SqlProtocol) {
    let (server, idle) = expiring_server();
    let connect = || Client::new(server.config().protocol(over)).unwrap().connect();
    let plain = connect().await.unwrap();
    let with_state = connect().await.unwrap();
    let rows = plain.execute("select 1").await.unwrap().fetch_all().await.unwrap();
    assert_eq!(integers(&rows, 0), [1]);
    with_state.execute("set x.y = 1").await.unwrap().fetch_all().await.unwrap();
    // Both operations must be closed: an open operation keeps a session alive.
    plain.client().shutdown(Duration::from_secs(10)).await.unwrap();
    with_state.client().shutdown(Duration::from_secs(10)).await.unwrap();
    tokio::time::sleep(idle).await;

    let rows = plain.execute("select 2").await.unwrap().fetch_all().await.unwrap();
    assert_eq!(integers(&rows, 0), [2]);

    let error = with_state.execute("select 3").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired, "{error}");
    assert_eq!(error.retry(), RetryAdvice::SafeToResubmit);
}

async fn one_connection_serves_many_tasks(over: SqlProtocol) {
    let connection = connection(over).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..8_i64 {
        let connection = connection.clone();
        tasks.spawn(async move {
            let query = connection.execute_async(format!("select {number}")).await.unwrap();
            assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
            let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
            assert_eq!(integers(&rows, 0), [number]);
            query.close().await.unwrap();
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
}

async fn many_connections_at_once_keep_their_state_apart(over: SqlProtocol) {
    let client = client(over);
    let connections = (0..12).map(|number| {
        let client = client.clone();
        async move {
            let connection = client.connect().await.unwrap();
            let view = format!("create temporary view mine as select {number} as n");
            connection.execute(view).await.unwrap().fetch_all().await.unwrap();
            connection
        }
    });
    let connections = futures_util::future::join_all(connections).await;
    let reads = (0..).zip(&connections).map(|(number, connection)| async move {
        let rows = connection.execute("select n from mine").await.unwrap();
        assert_eq!(integers(&rows.fetch_all().await.unwrap(), 0), [number]);
    });
    futures_util::future::join_all(reads).await;
    client.shutdown(Duration::from_secs(30)).await.unwrap();
    for connection in connections {
        assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
    }
}

over_both! {
    #[tokio::test]
    settings_views_and_the_schema_live_on_a_connection,
    catalog_schema_and_configuration_are_set_when_connecting,
    closing_a_session_with_everything_ends_its_executions,
    an_expired_session_is_reopened_when_nothing_is_lost_by_it,
    one_connection_serves_many_tasks,
    many_connections_at_once_keep_their_state_apart,
}
