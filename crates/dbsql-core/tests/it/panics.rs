//! Parts of the caller's own that panic: the call fails, and nothing hangs or spins.

use std::future::IntoFuture;

use dbsql_auth::{AuthError, Authorization, BoxFuture, Secret, TokenProvider};
use dbsql_core::{Client, Config};

use crate::support::{EXECUTE, HOST, OPEN, PATH, STATUS, Server, Step, seconds};

/// Panics when it is told that its token was rejected.
#[derive(Debug)]
struct Brittle;

impl TokenProvider for Brittle {
    fn authorization(&self) -> BoxFuture<'_, Result<Authorization, AuthError>> {
        Box::pin(async { Authorization::bearer(&Secret::from("canary-token".to_owned())) })
    }

    fn rejected(&self, _: &Authorization) -> bool {
        panic!("a fault of the caller's");
    }
}

fn brittle(server: &Server) -> Client {
    let config = Config::new(HOST, PATH).credentials(Brittle);
    Client::builder(config).transport(server.clone()).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_the_token_provider_panics() {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(3600));
    let query = brittle(&server).execute_async("SELECT 1").await.unwrap();
    server.script(STATUS, [Step::http(401)]);
    let wait = tokio::spawn(query.wait().into_future());
    let ended = tokio::time::timeout(seconds(7200), wait).await.expect("it hangs");
    ended.unwrap().unwrap_err();
    // Nor is the execution lost.
    query.wait().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn opening_fails_once_when_the_token_provider_panics() {
    let server = Server::databricks();
    server.always(OPEN, || Step::http(401).after(seconds(1)));
    let client = brittle(&server);
    for submit in [client.execute_async("SELECT 1"), client.execute_async("S").cancel_on_drop()] {
        let submit = tokio::spawn(submit.into_future());
        let ended = tokio::time::timeout(seconds(60), submit).await.expect("it spins");
        ended.unwrap().unwrap_err();
    }
    assert_eq!((server.count(OPEN), server.count(EXECUTE)), (2, 0));
}
