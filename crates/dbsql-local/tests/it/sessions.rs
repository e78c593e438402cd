//! Sessions: version negotiation, credentials, and the end of a session.

use dbsql_local::{Gone, Quirks, Settings, ThriftVersion};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TCloseSessionReq, TGetInfoReq, TGetInfoType, TGetInfoValue, TNamespace, TOpenSessionReq,
    TProtocolVersion, TStatusCode,
};

use crate::support::{ENDLESS, TEN, Warehouse, direct, http, ids, next, refused};

#[tokio::test(start_paused = true)]
async fn older_of_the_two_versions_is_used() {
    let w = Warehouse::start().await;
    let v7 = TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V7;
    let v9 = TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V9;
    let v1 = TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V1;
    let hive = TProtocolVersion::HIVE_CLI_SERVICE_PROTOCOL_V10;
    let unset = TProtocolVersion::__HIVE_JDBC_WORKAROUND;
    let cases = [
        (None, Some(42247), v7),
        (Some(unset), Some(42247), v7),
        (None, Some(99_999), v9),
        (Some(v7), None, v7),
        (Some(hive), None, hive),
        (Some(unset), None, v1),
        (None, None, v1),
        (None, Some(i64::MAX), v1),
    ];
    for (client_protocol, client_protocol_i64, expected) in cases {
        let request =
            TOpenSessionReq { client_protocol, client_protocol_i64, ..TOpenSessionReq::default() };
        let response = w.client.call::<rpc::OpenSession>(&request).await.expect("an answer");
        assert_eq!(response.server_protocol_version, expected, "{request:?}");
    }
    let old = Settings { thrift_version: ThriftVersion::SPARK_V7, ..Settings::default() };
    let w = Warehouse::with_settings(old).await;
    assert_eq!(w.session.server_protocol_version, Some(v7.0));
}

#[tokio::test(start_paused = true)]
async fn namespace_and_configuration_reach_the_engine() {
    let w = Warehouse::start().await;
    let namespace =
        TNamespace { catalog_name: Some("main".to_owned()), schema_name: Some("s".to_owned()) };
    let configuration = [("ANSI_MODE".to_owned(), "true".to_owned())].into();
    let request = TOpenSessionReq {
        initial_namespace: Some(namespace.clone()),
        configuration: Some(configuration),
        get_infos: Some(vec![TGetInfoType::CLI_DBMS_NAME]),
        can_use_multiple_catalogs: Some(true),
        ..TOpenSessionReq::default()
    };
    let response = w.client.open_with(request).await;
    assert_eq!(response.initial_namespace, Some(namespace));
    assert_eq!(response.can_use_multiple_catalogs, Some(true));
    let name = TGetInfoValue::StringValue("Spark SQL".to_owned());
    assert_eq!(response.get_infos, Some(vec![name]));
    let seen = &w.engine.sessions()[1];
    assert_eq!((seen.catalog.as_deref(), seen.schema.as_deref()), (Some("main"), Some("s")));
    assert_eq!(seen.configuration["ANSI_MODE"], "true");
}

#[tokio::test(start_paused = true)]
async fn get_info_returns_known_values() {
    let w = Warehouse::start().await;
    let ask = async |info_type| {
        let request = TGetInfoReq { session_handle: w.session.clone(), info_type };
        w.client.call::<rpc::GetInfo>(&request).await.expect("an answer")
    };
    let quote = ask(TGetInfoType::CLI_IDENTIFIER_QUOTE_CHAR).await;
    assert_eq!(quote.info_value, TGetInfoValue::StringValue("`".to_owned()));
    let unknown = ask(TGetInfoType(4711)).await;
    assert_eq!(unknown.status.status_code, TStatusCode::ERROR_STATUS);
}

#[tokio::test(start_paused = true)]
async fn closing_a_session_ends_only_its_operations() {
    let w = Warehouse::start().await;
    let other = w.client.open().await;
    let doomed = w.client.submit(&w.session, ENDLESS).await;
    let kept = w.client.submit(&other, ENDLESS).await;
    tokio::task::yield_now().await;
    let request = TCloseSessionReq { session_handle: w.session.clone() };
    w.client.call::<rpc::CloseSession>(&request).await.expect("an answer");
    tokio::task::yield_now().await;
    assert_eq!((w.service.live_sessions(), w.service.live_operations()), (1, 1));
    assert_eq!((w.engine.running(), w.engine.stopped()), (1, 1));
    assert_eq!(http(w.client.ask(&doomed).await).0, 404);
    assert!(w.client.ask(&kept).await.is_ok());
    let (status, message) =
        http(w.client.call::<rpc::ExecuteStatement>(&direct(&w.session, TEN)).await);
    assert_eq!(status, 400);
    assert!(message.contains("Invalid SessionHandle: SessionHandle ["), "{message}");
    assert_eq!(w.service.runs(TEN), 0);
    assert_eq!(http(w.client.call::<rpc::CloseSession>(&request).await).0, 400);
}

#[tokio::test(start_paused = true)]
async fn operations_may_outlive_their_session_by_quirk() {
    let quirks = Quirks { keep_operations: true, ..Quirks::default() };
    let w = Warehouse::with_settings(Settings { quirks, ..Settings::default() }).await;
    let running = w.client.submit(&w.session, ENDLESS).await;
    let done = w.client.submit(&w.session, TEN).await;
    w.client.wait(&done).await;
    let request = TCloseSessionReq { session_handle: w.session.clone() };
    w.client.call::<rpc::CloseSession>(&request).await.expect("an answer");
    assert_eq!((w.service.live_sessions(), w.service.live_operations()), (0, 2));
    let answer = w.client.call::<rpc::ExecuteStatement>(&direct(&w.session, TEN)).await;
    assert_eq!(http(answer).0, 400);
    assert_eq!(ids(&w.client.fetch(next(&done, 100)).await).len(), 10);
    for handle in [running, done] {
        w.client.close(&handle).await;
    }
    tokio::task::yield_now().await;
    assert_eq!((w.engine.running(), w.service.live_operations()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn unknown_handle_can_be_reported_in_a_status() {
    let quirks = Quirks { gone: Gone::Text, ..Quirks::default() };
    let w = Warehouse::with_settings(Settings { quirks, ..Settings::default() }).await;
    let mut handle = w.client.submit(&w.session, TEN).await;
    handle.operation_id.secret = vec![0; 16].into();
    let status = w.client.ask(&handle).await.expect("an answer").status;
    assert!(refused(&status).contains("Invalid OperationHandle"), "{status:?}");
    let mut session = w.session.clone();
    session.session_id.secret = vec![0; 16].into();
    let request = TCloseSessionReq { session_handle: session };
    let status = w.client.call::<rpc::CloseSession>(&request).await.expect("an answer").status;
    assert!(refused(&status).contains("Invalid SessionHandle"), "{status:?}");
}

#[tokio::test(start_paused = true)]
async fn warehouse_without_thrift_rejects_sessions() {
    let w = Warehouse::start().await;
    drop(w);
    let runtime = dbsql_runtime::Runtime::seeded(1);
    let engine = crate::support::engine(&runtime);
    let quirks = Quirks { refuse_thrift: true, ..Quirks::default() };
    let settings = Settings { quirks, ..Settings::default() };
    let service = crate::support::builder(&engine, &runtime).settings(settings).build();
    let client = crate::support::Client::new(&service);
    let answer = client.call::<rpc::OpenSession>(&TOpenSessionReq::default()).await;
    assert_eq!(answer.expect("an answer").status.sql_state.as_deref(), Some("KP001"));
}

#[tokio::test(start_paused = true)]
async fn only_accepted_credentials_are_admitted() {
    let w = Warehouse::start().await;
    drop(w);
    let runtime = dbsql_runtime::Runtime::seeded(1);
    let engine = crate::support::engine(&runtime);
    let service = crate::support::builder(&engine, &runtime)
        .accept_token("good")
        .accept_basic("user", "word")
        .build();
    let mut client = crate::support::Client::new(&service);
    let cases = [
        (None, false),
        (Some("Bearer bad"), false),
        (Some("Bearer goo"), false),
        (Some("Basic good"), false),
        (Some("good"), false),
        (Some("Bearer good"), true),
        (Some("bearer good"), true),
        (Some("Basic dXNlcjp3b3Jk"), true),
    ];
    for (authorization, passes) in cases {
        client.authorization = authorization.map(str::to_owned);
        let answer = client.call::<rpc::OpenSession>(&TOpenSessionReq::default()).await;
        if passes {
            answer.expect("passes");
        } else {
            assert_eq!(http(answer).0, 401, "{authorization:?}");
        }
    }
    assert!(!format!("{service:?}").contains("good"));
}
