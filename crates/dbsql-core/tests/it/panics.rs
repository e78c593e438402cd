//! Panics in components supplied by the caller: the call fails, without hangs or busy loops.

use std::future::IntoFuture;
use std::sync::atomic::{AtomicU32, Ordering};

use dbsql_auth::{AuthContext, AuthError, BoxFuture, Secret, Token, TokenProvider};
use dbsql_core::{Client, Config};

use crate::support::{EXECUTE, HOST, OPEN, PATH, STATUS, Server, Step, seconds};

/// Panics at every second fetch, when it has to renew a token.
#[derive(Debug, Default)]
struct Brittle(AtomicU32);

impl TokenProvider for Brittle {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(async {
            assert!(
                self.0.fetch_add(1, Ordering::Relaxed).is_multiple_of(2),
                "a fault of the caller's"
            );
            Token::bearer(&Secret::from("canary-token"))
        })
    }
}

fn brittle(server: &Server) -> Client {
    let config = Config::new(HOST, PATH).credentials(Brittle::default());
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
    // The execution remains usable.
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
