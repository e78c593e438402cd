//! Tokens that expire during calls, and sign-ins that fail or hang.

use std::error::Error as _;

use dbsql_auth::{AuthContext, AuthError, AuthErrorKind, BoxFuture, Token, TokenProvider};
use dbsql_core::{Client, Config, ErrorKind, ExecutionStatus, RetryAdvice, Runtime, SqlProtocol};
use dbsql_local::{SeaSettings, Settings};
use tokio::time::Instant;

use crate::support::{
    CANCEL, CLOSE, CLOSE_SESSION, EXECUTE, FETCH, Fault, HOST, METADATA, OPEN, OVERSHOOT, PATH,
    PROTOCOLS, STATUS, Server, Step, Tokens, client_on, client_with, counted, ids, millis, name,
    seconds,
};

fn with_tokens(tokens: &Tokens) -> Config {
    Config::new(HOST, PATH).credentials(tokens.clone())
}

fn client_over(server: &Server, over: SqlProtocol, tokens: &Tokens) -> Client {
    client_with(server, with_tokens(tokens).protocol(over))
}

/// How a rejected token is reported: the status and where the reason is.
fn rejections() -> Vec<Fault> {
    vec![
        ("401", || Step::http(401)),
        ("reason", || {
            Step::http(403).header("x-databricks-reason-phrase", "Invalid access token.")
        }),
        ("json", || {
            let body = r#"{"error_code":403,"message":"Invalid access token."}"#;
            Step::http(403).header("content-type", "application/json").text(body)
        }),
        ("json of the CLI's report", || {
            let body = r#"{"error_code":"403","message":"Invalid Token"}"#;
            Step::http(403).header("content-type", "application/json").text(body)
        }),
        ("expiring", || {
            let text = "Token is expiring within 30 seconds. (token expired)";
            Step::http(403).header("x-databricks-error-or-redirect-message", text)
        }),
    ]
}

/// The same where an intermediary may have written it. It proves nothing for a submit.
fn unmarked_rejections() -> Vec<Fault> {
    vec![
        ("text", || {
            Step::http(403).text("Error 403 Token is expiring within 30 seconds. (token expired)")
        }),
        ("page", || {
            Step::http(403).text(
                "<html>\n<head>\n<title>Error 403 Invalid access token.</title>\n</head>\n<body>\
                 <h2>HTTP ERROR 403</h2></body></html>",
            )
        }),
    ]
}

#[tokio::test(start_paused = true)]
async fn five_minutes_with_short_lived_tokens_without_a_failure() {
    for over in PROTOCOLS {
        let server = Server::databricks();
        server.plan(|plan| plan.runs_for = seconds(300));
        let tokens = Tokens::new().good_for(seconds(30));
        let client = client_over(&server, over, &tokens);
        let start = Instant::now();
        let query = client.execute_async("SELECT 1").await.unwrap();
        assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
        let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
        assert_eq!(ids(&rows), counted(0, 10));
        let halves = start.elapsed().as_secs_f64() / 15.0;
        assert!(start.elapsed() >= seconds(300));
        let renewals = tokens.renewals();
        assert!((9..=halves.ceil() as u32).contains(&renewals), "{over:?}: {renewals}");
        assert_eq!(server.executions().len(), 1);
    }
}

/// Submits this many statements, and polls their statuses at once if requested.
async fn status_calls(
    client: &Client,
    queries: usize,
    before: impl AsyncFnOnce(),
) -> Vec<Result<ExecutionStatus, dbsql_core::Error>> {
    let mut submitted = Vec::new();
    for _ in 0..queries {
        submitted.push(client.execute_async("SELECT 1").await.unwrap());
    }
    before().await;
    let calls: Vec<_> = submitted
        .into_iter()
        .map(|query| tokio::spawn(async move { query.sync_status().await }))
        .collect();
    let mut outcomes = Vec::new();
    for call in calls {
        outcomes.push(call.await.unwrap());
    }
    outcomes
}

#[tokio::test(start_paused = true)]
async fn thousand_calls_at_an_expiry_make_one_refresh() {
    for over in PROTOCOLS {
        let server = Server::databricks();
        let tokens = Tokens::new().good_for(seconds(3600));
        let client = client_over(&server, over, &tokens);
        let at_the_end = async || tokio::time::sleep(seconds(3600)).await;
        let outcomes = status_calls(&client, 1000, at_the_end).await;
        assert!(outcomes.iter().all(Result::is_ok), "{over:?}");
        assert_eq!(tokens.renewals(), 1, "{over:?}");
        assert!(server.count(name(over, STATUS)) >= 1000, "{over:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_rejected_together_make_one_refresh() {
    // As many as are in flight at once, so that each is rejected once.
    const CALLS: usize = 150;
    for over in PROTOCOLS {
        let server = Server::databricks();
        let tokens = Tokens::new();
        let client = client_over(&server, over, &tokens);
        let reject =
            async || server.script(name(over, STATUS), (0..CALLS).map(|_| Step::http(401)));
        let outcomes = status_calls(&client, CALLS, reject).await;
        assert!(outcomes.iter().all(Result::is_ok), "{over:?}: {outcomes:?}");
        assert_eq!(tokens.renewals(), 1, "{over:?}");
        assert_eq!(server.count(name(over, STATUS)), 2 * CALLS, "{over:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn rejected_token_is_renewed_once_during_any_call() {
    let marked = rejections().into_iter().map(|rejection| (rejection, true));
    let unmarked = unmarked_rejections().into_iter().map(|rejection| (rejection, false));
    for ((what, rejection), is_marked) in marked.chain(unmarked) {
        for over in PROTOCOLS {
            let server = Server::databricks();
            let tokens = Tokens::new();
            let client = client_over(&server, over, &tokens);
            let mut methods = vec![OPEN, STATUS, FETCH, CANCEL, CLOSE, CLOSE_SESSION];
            if is_marked {
                methods.push(EXECUTE);
            }
            for method in &methods {
                server.script(name(over, method), [rejection()]);
            }
            let connection =
                client.connect().await.unwrap_or_else(|e| panic!("{what} {over:?}: {e}"));
            let query = connection.execute_async("SELECT 1").await.unwrap();
            query.sync_status().await.unwrap();
            let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
            assert_eq!(ids(&rows), counted(0, 10), "{what} {over:?}");
            query.cancel().await.unwrap();
            query.close().await.unwrap();
            let _ = connection.close().await.unwrap();
            let fetches = u32::from(server.count(name(over, FETCH)) > 0);
            let expected = u32::try_from(methods.len()).unwrap() - (1 - fetches);
            assert_eq!(tokens.renewals(), expected, "{what} {over:?}");
            assert_eq!(server.executions().len(), 1, "{what} {over:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn token_rejected_while_links_are_fetched_is_renewed() {
    for over in PROTOCOLS {
        let sea = SeaSettings { links_per_answer: 1, ..SeaSettings::default() };
        let settings = Settings { file_bytes: 80, batch_bytes: 80, ..Settings::default() };
        let server = Server::with(Settings { link_threshold: 0, sea, ..settings });
        server.plan(|plan| (plan.rows, plan.page) = (100, 10));
        let tokens = Tokens::new();
        let client = client_over(&server, over, &tokens);
        let query = client.execute_async("SELECT 1").await.unwrap();
        query.wait().await.unwrap();
        server.script(name(over, FETCH), [Step::http(401)]);
        if over == SqlProtocol::Thrift {
            server.script(METADATA, [Step::http(401)]);
        }
        let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
        assert_eq!(ids(&rows), counted(0, 100), "{over:?}");
        assert!(tokens.renewals() >= 1, "{over:?}");
        // The store gets no credentials.
        let seen = server.seen();
        let downloads = seen.iter().filter(|seen| seen.name() == "download");
        assert!(downloads.clone().count() > 0);
        assert!(downloads.into_iter().all(|seen| seen.headers().get("authorization").is_none()));
    }
}

#[tokio::test(start_paused = true)]
async fn denied_permission_does_not_renew_the_token() {
    for text in
        ["PERMISSION_DENIED: no access", "Source IP address is blocked by IP access list", "token"]
    {
        let server = Server::databricks();
        let tokens = Tokens::new();
        let client = client_over(&server, SqlProtocol::Thrift, &tokens);
        let query = client.execute_async("SELECT 1").await.unwrap();
        server.script(STATUS, [Step::http(403).header("x-databricks-reason-phrase", text)]);
        let error = query.sync_status().await.unwrap_err();
        assert_eq!((error.kind(), tokens.renewals()), (ErrorKind::PermissionDenied, 0), "{text}");
    }
}

/// Fails for a while from the second fetch on, or never responds again.
#[derive(Clone, Debug)]
struct FailsLater {
    tokens: Tokens,
    kind: Option<AuthErrorKind>,
    from: Instant,
    until: Instant,
}

impl TokenProvider for FailsLater {
    fn token<'a>(&'a self, context: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(async move {
            let now = Instant::now();
            match self.kind {
                Some(kind) if now >= self.from && now < self.until => {
                    Err(AuthError::new(kind, "no token today"))
                }
                None if now >= self.from && now < self.until => std::future::pending().await,
                _ => self.tokens.token(context).await,
            }
        })
    }
}

#[tokio::test(start_paused = true)]
async fn failed_refresh_does_not_end_a_wait() {
    for kind in [
        Some(AuthErrorKind::Rejected),
        Some(AuthErrorKind::Invalid),
        Some(AuthErrorKind::Unavailable),
        None,
    ] {
        for over in PROTOCOLS {
            let server = Server::databricks();
            server.plan(|plan| plan.runs_for = seconds(3000));
            let start = Instant::now();
            // Tokens of 1,000 s: stale after 500 s, and used until 960 s have passed.
            let provider = FailsLater {
                tokens: Tokens::new().good_for(seconds(1000)),
                kind,
                from: start + seconds(400),
                until: start + seconds(820),
            };
            let config = Config::new(HOST, PATH).credentials(provider.clone()).protocol(over);
            let query = client_with(&server, config).execute_async("SELECT 1").await.unwrap();
            assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished, "{kind:?} {over:?}");
            assert!(provider.tokens.renewals() >= 4);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn hanging_sign_in_observes_every_deadline() {
    let deadline = seconds(3);
    for over in PROTOCOLS {
        let server = Server::databricks();
        let tokens = Tokens::stalling_from(1).good_for(seconds(3600));
        let client = client_over(&server, over, &tokens);
        let query = client.execute_async("SELECT 1").await.unwrap();
        query.wait().await.unwrap();
        tokio::time::sleep(seconds(3600)).await;
        let within = async |what: &str, call: BoxFuture<'_, Result<(), dbsql_core::Error>>| {
            let start = Instant::now();
            let error = call.await.expect_err(what);
            assert_eq!(error.kind(), ErrorKind::Deadline, "{what} {over:?}: {error}");
            assert!(start.elapsed() <= deadline + OVERSHOOT, "{what} {over:?}");
        };
        within(
            "status",
            Box::pin(async { query.sync_status().deadline(deadline).await.map(drop) }),
        )
        .await;
        within(
            "submit",
            Box::pin(async { client.execute_async("SELECT 1").deadline(deadline).await.map(drop) }),
        )
        .await;
        assert_eq!(server.executions().len(), 1);

        // The only limit is the time limit of the sign-in itself.
        let start = Instant::now();
        let connecting = client_over(&server, over, &Tokens::stalling_from(0)).connect().await;
        let error = connecting.expect_err("no token");
        assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
        assert!(start.elapsed() <= seconds(600), "{:?}", start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn error_of_a_sign_in_has_its_cause_and_the_next_step() {
    #[derive(Clone, Debug)]
    struct Fails(AuthError);
    impl TokenProvider for Fails {
        fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
            Box::pin(std::future::ready(Err(self.0.clone())))
        }
    }
    let message = "the token service at h answered invalid_client (HTTP 401)";
    for (auth, kind) in [
        (AuthErrorKind::Invalid, ErrorKind::Config),
        (AuthErrorKind::Rejected, ErrorKind::Auth),
        (AuthErrorKind::Unavailable, ErrorKind::Auth),
    ] {
        let error = AuthError::new(auth, message).with_next_step("check the secret");
        let server = Server::databricks();
        let client = client_with(&server, Config::new(HOST, PATH).credentials(Fails(error)));
        let error = client.execute_async("SELECT 1").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let text = error.to_string();
        assert!(text.starts_with(&format!("no credentials for the request: {message}")), "{text}");
        if auth != AuthErrorKind::Unavailable {
            assert!(text.contains("; check the secret"), "{text}");
        }
        let source = error.source().expect("a cause");
        assert!(source.downcast_ref::<AuthError>().is_some());
        assert_ne!(error.retry(), RetryAdvice::Unsafe);
        assert_eq!(server.total(), 0);
    }

    // A pause requested by the token service is passed on and observed.
    let error = AuthError::new(AuthErrorKind::Unavailable, message).with_retry_after(seconds(3600));
    let server = Server::databricks();
    let client = client_with(&server, Config::new(HOST, PATH).credentials(Fails(error)));
    let start = Instant::now();
    let error = client.execute_async("SELECT 1").await.unwrap_err();
    assert_eq!(error.retry(), RetryAdvice::RepeatCallAfter(seconds(3600)), "{error}");
    assert!(start.elapsed() < seconds(1));
}

#[tokio::test(start_paused = true)]
async fn renewals_leave_no_tasks() {
    let server = Server::databricks();
    let runtime = Runtime::seeded(7);
    let tokens = Tokens::stalling_from(1).good_for(seconds(100));
    let client = client_on(&server, with_tokens(&tokens), &runtime);
    let query = client.execute_async("SELECT 1").await.unwrap();
    tokio::time::sleep(seconds(60)).await;
    query.sync_status().await.unwrap();
    tokio::time::sleep(millis(10)).await;
    assert_eq!(tokens.renewals(), 1);
    drop((query, client));
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(runtime.live_tasks(), 0);
}
