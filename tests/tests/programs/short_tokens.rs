//! A statement of one minute with tokens of half a minute, in real time. The tests of `dbsql-core`
//! cover five minutes in paused time.

use std::time::Duration;

use dbsql::auth::ClientCredentials;
use dbsql::{Client, Config, ExecutionStatus, Runtime};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::{OAuthClient, Server, Service, Settings};
use dbsql_tests::SqlProtocol;

const MINUTE: Duration = Duration::from_secs(60);
const LIFETIME: Duration = Duration::from_secs(30);

async fn statement_of_a_minute(over: SqlProtocol) -> u64 {
    let mut settings = Settings::default();
    settings.oauth.token_lifetime = LIFETIME;
    // As Azure does, with the status that Databricks uses.
    settings.oauth.reject_before_end = Duration::from_secs(5);
    settings.quirks.forbid_expired_tokens = true;
    let engine =
        ScriptedEngine::new(Runtime::real()).on("select slow", Answer::affected(1).after(MINUTE));
    let service = Service::builder()
        .engine(engine)
        .settings(settings)
        .oauth_client(OAuthClient::confidential("principal", "its secret"))
        .build();
    let server = Server::start(service.clone(), ([127, 0, 0, 1], 0).into()).await.expect("listens");
    let config = Config::new(server.url(), &service.settings().http_path)
        .credentials(ClientCredentials::new("principal", "its secret"))
        .protocol(over);
    let query = Client::new(config).expect("good settings").execute_async("select slow").await;
    let query = query.expect("submitted");
    assert_eq!(query.wait().await.expect("no error"), ExecutionStatus::Finished, "{over:?}");
    query.get_results().await.expect("no error").fetch_all().await.expect("no error");
    query.close().await.expect("no error");
    server.shutdown().await;
    service.requests("oauth-token")
}

#[tokio::test(flavor = "multi_thread")]
async fn statement_outlives_its_tokens() {
    let (thrift, sea) = tokio::join!(
        statement_of_a_minute(SqlProtocol::Thrift),
        statement_of_a_minute(SqlProtocol::Sea)
    );
    // The first token, and at most one for each half of a lifetime.
    let most = 1 + (MINUTE.as_secs() + 5).div_ceil(LIFETIME.as_secs() / 2);
    for tokens in [thrift, sea] {
        assert!((3..=most).contains(&tokens), "{tokens} tokens");
    }
}
