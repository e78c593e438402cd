//! The responses of token endpoints, and how they are handled.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dbsql_transport::{RequestSent, TransportError};

use super::*;
use crate::AuthErrorKind;
use crate::test_support::{Scripted, answer, failure, header_answer, whole_text};

const WORKSPACE: &str = "https://dbc-1.cloud.databricks.com";
const URL: &str = "https://dbc-1.cloud.databricks.com/oidc/v1/token?tenant=hunter3";
const SECRET: &str = "dose-hunter2";

/// Sends a request with secrets in every place that can hold one.
async fn ask_with(context: &AuthContext, once: bool) -> Result<TokenAnswer, Rejection> {
    let endpoint = Endpoint::parse(context, "the token endpoint", URL).expect("allowed");
    let request = TokenRequest::new(endpoint, "client_credentials")
        .secret("assertion", &"canary.assertion".into())
        .basic("client", &SECRET.into())
        .expect("valid");
    if once { request.once().send(context).await } else { request.send(context).await }
}

async fn ask(server: &Scripted) -> Result<TokenAnswer, AuthError> {
    Ok(ask_with(&server.context(WORKSPACE), false).await?)
}

fn assert_hidden(error: &AuthError) {
    let text = whole_text(error).to_lowercase();
    for secret in ["hunter", "canary", "y2xpzw50omrvc2utahvudgvymg"] {
        assert!(!text.contains(secret), "{text}");
    }
}

/// Returns the error of a server that always responds this way, and the number of requests.
async fn error_of(status: u16, body: &str) -> (AuthError, usize) {
    let body = body.to_owned();
    let server = Scripted::new(move |_, _| answer(status, &body));
    let error = ask(&server).await.expect_err("no token");
    assert_hidden(&error);
    (error, server.sent().len())
}

#[tokio::test(start_paused = true)]
async fn lifetimes_are_read_in_every_form() {
    let day = 24 * 3600;
    for (expires_in, expected) in [
        (r#""expires_in":3600"#, Some(3600)),
        (r#""expires_in":"3599""#, Some(3599)),
        (r#""expires_in":1.9"#, Some(1)),
        (r#""expires_in":1e300"#, Some(366 * day)),
        (r#""expires_in":99999999999999999999"#, Some(366 * day)),
        (r#""expires_in":null"#, None),
        (r#""scope":"all-apis""#, None),
    ] {
        let body = format!(r#"{{"access_token":"t","token_type":"bearer",{expires_in}}}"#);
        let server = Scripted::new(move |_, _| answer(200, &body));
        let token = ask(&server).await.expect("a token");
        assert_eq!(token.lifetime.map(|lifetime| lifetime.as_secs()), expected, "{expires_in}");
    }
}

#[tokio::test(start_paused = true)]
async fn responses_without_a_usable_token_are_refusals() {
    for (body, says) in [
        (r#"{"token_type":"bearer","expires_in":1}"#, "no access_token"),
        (r#"{"access_token":"","expires_in":1}"#, "no access_token"),
        (r#"{"access_token":null}"#, "no access_token"),
        (r#"{"access_token":{"hunter":1}}"#, "no access_token"),
        (r#"{"access_token":"t","token_type":"mac"}"#, "not a bearer token"),
        (r#"{"access_token":"t","expires_in":0}"#, "not positive"),
        (r#"{"access_token":"t","expires_in":-5}"#, "not positive"),
        (r#"{"access_token":"t","expires_in":"-5"}"#, "not positive"),
        (r#"{"access_token":"t","expires_in":"hunter"}"#, "not a number"),
        (r#"{"access_token":"t","expires_in":"NaN"}"#, "not a number"),
        (r#"{"access_token":"t","expires_in":[1]}"#, "not a number"),
        ("{}", "no access_token"),
    ] {
        let (error, asked) = error_of(200, body).await;
        assert_eq!(error.kind(), AuthErrorKind::Rejected, "{body}");
        assert!(error.to_string().contains(says), "{body}: {error}");
        assert_eq!(asked, 1, "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn refusal_has_code_and_description_once() {
    let (error, asked) = error_of(
        401,
        r#"{"error":"invalid_client","error_description":"Client\r\nauthentication failed"}"#,
    )
    .await;
    assert_eq!(error.kind(), AuthErrorKind::Rejected);
    assert_eq!(
        error.to_string(),
        "the token service at dbc-1.cloud.databricks.com answered invalid_client (HTTP 401): Client \
         authentication failed"
    );
    assert!(error.next_step().is_some_and(|text| text.contains("client id")));
    assert_eq!(asked, 1);
    // The formats of Databricks' gateways and of an older one; and an error with a success status.
    for (status, body, code) in [
        (
            400,
            r#"{"error_code":"INVALID_PARAMETER_VALUE","message":"m"}"#,
            "INVALID_PARAMETER_VALUE",
        ),
        (403, r#"{"errorCode":"E0000007","errorSummary":"s"}"#, "E0000007"),
        (200, r#"{"error":"access_denied"}"#, "access_denied"),
    ] {
        let (error, asked) = error_of(status, body).await;
        assert_eq!(error.kind(), AuthErrorKind::Rejected, "{body}");
        assert!(error.to_string().contains(code), "{error}");
        assert_eq!(asked, 1, "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn rejection_has_the_code_for_its_caller() {
    let server = Scripted::new(|_, _| answer(400, r#"{"error":"invalid_grant"}"#));
    let rejection = ask_with(&server.context(WORKSPACE), true).await.expect_err("no token");
    assert_eq!(rejection.code.as_deref(), Some("invalid_grant"));
}

#[tokio::test(start_paused = true)]
async fn error_never_quotes_what_was_sent() {
    for description in [
        "the secret dose-hunter2 is wrong",
        "the secret DOSE-HUNTER2 is wrong",
        "client_secret=dose%2dhunter2&x dose-hunter2",
        "Basic Y2xpZW50OmRvc2UtaHVudGVyMg==",
        "assertion canary.assertion rejected",
        "see https://sso.example/retry?code=hunter9",
    ] {
        let body =
            serde_json::json!({ "error": "invalid_client", "error_description": description });
        let (error, _) = error_of(400, &body.to_string()).await;
        assert!(error.to_string().contains("invalid_client"), "{error}");
    }
    // An invalid code, or the secret as code.
    for code in ["dose-hunter2", "<script>", ""] {
        let body = serde_json::json!({ "error": code, "error_description": "no" });
        let (error, _) = error_of(400, &body.to_string()).await;
        assert!(error.to_string().contains("an invalid error code"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn page_of_another_service_is_reported_after_two_retries() {
    let page = "<html><body>Sign in here, hunter2</body></html>";
    for (status, body, kind) in [
        (200, page, AuthErrorKind::Rejected),
        (403, page, AuthErrorKind::Rejected),
        (401, "", AuthErrorKind::Rejected),
        (200, "hunter2", AuthErrorKind::Rejected),
        (200, "[1]", AuthErrorKind::Rejected),
        (404, page, AuthErrorKind::Invalid),
    ] {
        let server = Scripted::new(move |_, _| answer(status, body));
        let context = server.context(WORKSPACE);
        let start = context.runtime().now();
        let error: AuthError = ask_with(&context, false).await.expect_err("no token").into();
        assert_hidden(&error);
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains("dbc-1.cloud.databricks.com"), "{error}");
        assert!(error.to_string().contains(&status.to_string()), "{error}");
        assert_eq!(server.sent().len(), 3);
        assert!(context.runtime().now() - start <= Duration::from_secs(2));
    }
}

#[tokio::test(start_paused = true)]
async fn redirect_is_not_followed_and_its_query_not_printed() {
    for (location, says) in [
        ("https://evil.example/?secret=hunter2", "redirects to evil.example (HTTP 302)"),
        ("https://hunter2@evil.example/", "redirects elsewhere (HTTP 302)"),
        ("/login.html?next=hunter2", "redirects elsewhere (HTTP 302)"),
        ("\u{e9}", "redirects elsewhere (HTTP 302)"),
    ] {
        let server = Scripted::new(move |_, _| header_answer(302, "location", location));
        let error = ask(&server).await.expect_err("no token");
        assert_hidden(&error);
        assert_eq!(error.kind(), AuthErrorKind::Invalid);
        assert!(error.to_string().contains(says), "{error}");
        assert!(server.asked().iter().all(|asked| asked == &format!("POST {URL}")));
    }
}

/// Fails with `first` and then responds with a token.
fn after(times: usize, first: fn() -> crate::test_support::Reply) -> Scripted {
    Scripted::new(move |_, number| match number {
        number if number < times => first(),
        _ => answer(200, r#"{"access_token":"t","expires_in":60}"#),
    })
}

#[tokio::test(start_paused = true)]
async fn transient_errors_are_retried_twice() {
    let failures: [fn() -> crate::test_support::Reply; 7] = [
        || answer(500, ""),
        || answer(503, "<html>"),
        || answer(429, "{}"),
        || header_answer(503, "retry-after", "1"),
        || answer(400, r#"{"error":"temporarily_unavailable"}"#),
        || failure(TransportError::connect("refused")),
        || failure(TransportError::interrupted(RequestSent::Maybe, "reset")),
    ];
    for fail in failures {
        let server = after(2, fail);
        assert!(ask(&server).await.is_ok());
        assert_eq!(server.sent().len(), 3);

        let server = after(3, fail);
        let context = server.context(WORKSPACE);
        let start = context.runtime().now();
        let error: AuthError = ask_with(&context, false).await.expect_err("no token").into();
        assert_eq!(error.kind(), AuthErrorKind::Unavailable, "{error}");
        assert!(error.next_step().is_some(), "{error}");
        assert_hidden(&error);
        assert_eq!(server.sent().len(), 3);
        assert!(context.runtime().now() - start <= Duration::from_secs(2));
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_honored_or_reported() {
    let server = after(1, || header_answer(429, "retry-after", "1"));
    let context = server.context(WORKSPACE);
    let start = context.runtime().now();
    assert!(ask_with(&context, false).await.is_ok());
    assert!(context.runtime().now() - start >= Duration::from_secs(1));

    let server = after(1, || header_answer(429, "retry-after", "30"));
    let error = ask(&server).await.expect_err("not within two seconds");
    assert_eq!(error.kind(), AuthErrorKind::Unavailable);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert_eq!(server.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn single_use_request_is_resent_only_if_it_was_not_sent() {
    for (fail, expected) in [
        ((|| answer(500, "")) as fn() -> crate::test_support::Reply, 1),
        (|| answer(200, "<html>"), 1),
        (|| failure(TransportError::interrupted(RequestSent::Maybe, "reset")), 1),
        (|| failure(TransportError::connect("refused")), 2),
        (|| failure(TransportError::interrupted(RequestSent::No, "reset")), 2),
    ] {
        let server = after(1, fail);
        let outcome = ask_with(&server.context(WORKSPACE), true).await;
        assert_eq!((server.sent().len(), outcome.is_ok()), (expected, expected == 2));
    }
}

#[tokio::test(start_paused = true)]
async fn permanent_failures_are_not_retried() {
    for (fail, kind) in [
        (
            (|| failure(TransportError::tls("unknown issuer")))
                as fn() -> crate::test_support::Reply,
            AuthErrorKind::Invalid,
        ),
        (
            || {
                failure(TransportError::new(
                    dbsql_transport::TransportErrorKind::Other,
                    RequestSent::No,
                    "x",
                ))
            },
            AuthErrorKind::Invalid,
        ),
        (|| answer(407, "<html>"), AuthErrorKind::Rejected),
        (
            || failure(TransportError::proxy(dbsql_transport::ProxyFailure::Auth, "HTTP 407")),
            AuthErrorKind::Rejected,
        ),
        (
            || failure(TransportError::proxy(dbsql_transport::ProxyFailure::Refused, "HTTP 403")),
            AuthErrorKind::Rejected,
        ),
    ] {
        let server = after(1, fail);
        let error = ask(&server).await.expect_err("no token");
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.next_step().is_some());
        assert_eq!(server.sent().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn hanging_server_times_out() {
    // No response, and one whose body never arrives.
    let silent = Scripted::new(|_, _| Box::pin(std::future::pending()));
    let dropped = Arc::new(AtomicUsize::new(0));
    let stalled = {
        let dropped = Arc::clone(&dropped);
        Scripted::new(move |_, _| {
            let body = dbsql_transport::Body::new(Stalled(Arc::clone(&dropped)));
            Box::pin(std::future::ready(Ok(http::Response::new(body))))
        })
    };
    for server in [silent, stalled] {
        let context = server.context(WORKSPACE);
        let start = context.runtime().now();
        let error: AuthError = ask_with(&context, false).await.expect_err("no answer").into();
        assert_eq!(error.kind(), AuthErrorKind::Unavailable, "{error}");
        assert!(context.runtime().now() - start <= Duration::from_secs(30));
        assert_eq!(server.sent().len(), 1);
    }
    assert_eq!(dropped.load(Ordering::Relaxed), 1);
}

/// A body that never arrives.
struct Stalled(Arc<AtomicUsize>);

impl http_body::Body for Stalled {
    type Data = bytes::Bytes;
    type Error = TransportError;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, TransportError>>> {
        std::task::Poll::Pending
    }
}

impl Drop for Stalled {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn response_over_a_megabyte_is_not_read() {
    let (error, asked) = error_of(200, &"x".repeat(2 << 20)).await;
    assert_eq!(error.kind(), AuthErrorKind::Rejected);
    assert!(error.to_string().contains("too large"), "{error}");
    assert_eq!(asked, 1);
}

#[tokio::test(start_paused = true)]
async fn token_that_is_not_a_header_value_is_an_error() {
    let server = Scripted::new(|_, _| answer(200, r#"{"access_token":"hunter\r\nx: y"}"#));
    let error = ask(&server).await.expect("read").into_token().expect_err("not a token");
    assert_hidden(&error);
}
