//! The guarantees of the public types: the right header, and no printed secret.

use std::error::Error;
use std::sync::Arc;

use bytes::Bytes;
use dbsql_auth::{
    AuthContext, AuthError, AuthErrorKind, Authorization, Basic, BoxFuture, Secret,
    SharedTokenProvider, StaticToken, TokenCache, TokenProvider,
};
use dbsql_runtime::Runtime;
use dbsql_transport::{Body, SharedTransport, Transport, TransportError};

const SECRET: &str = "dapi-hunter2";

fn assert_hidden(printed: &str) {
    assert!(!printed.is_empty());
    // The last is the base64 of "user:dapi-hunter2".
    for form in [SECRET, "hunter2", "dXNlcjpkYXBpLWh1bnRlcjI="] {
        assert!(!printed.contains(form), "{printed}");
    }
}

fn header(authorization: &Authorization) -> &str {
    authorization.header_value().to_str().expect("ascii")
}

#[test]
fn public_types_are_send_and_sync() {
    fn check<T: Send + Sync + std::fmt::Debug + 'static>() {}
    check::<Secret>();
    check::<Authorization>();
    check::<AuthError>();
    check::<SharedTokenProvider>();
    check::<StaticToken>();
    check::<Basic>();
}

#[test]
fn bearer_header_is_scheme_and_token() {
    let authorization = Authorization::bearer(&SECRET.into()).expect("valid");
    assert_eq!(header(&authorization), "Bearer dapi-hunter2");
}

#[test]
fn basic_header_matches_its_specification() {
    let check = |user: &str, password: &str, expected: &str| {
        let authorization = Authorization::basic(user, &password.into()).expect("valid");
        assert_eq!(header(&authorization), expected);
    };
    check("Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    check("test", "123\u{a3}", "Basic dGVzdDoxMjPCow==");
    check("", "", "Basic Og==");
    check("user", "with:colon", "Basic dXNlcjp3aXRoOmNvbG9u");
}

#[test]
fn header_is_always_sensitive() {
    for authorization in [
        Authorization::bearer(&SECRET.into()).expect("valid"),
        Authorization::basic("user", &SECRET.into()).expect("valid"),
    ] {
        assert!(authorization.header_value().is_sensitive());
        assert!(authorization.clone().header_value().is_sensitive());
        let mut headers = http::HeaderMap::new();
        headers.insert("authorization", http::HeaderValue::from_static("Bearer old"));
        authorization.apply(&mut headers);
        assert_eq!(headers.get_all("authorization").iter().count(), 1);
        assert!(headers["authorization"].is_sensitive());
    }
}

#[test]
fn secrets_are_not_printed() {
    let secret = Secret::from(SECRET);
    let bearer = Authorization::bearer(&secret).expect("valid");
    let basic = Authorization::basic("user", &secret).expect("valid");
    assert_hidden(&format!("{secret:?} {secret:#?} {:?}", Some(&secret)));
    assert_hidden(&format!("{bearer:?} {bearer:#?} {basic:?} {basic:#?}"));

    let token = StaticToken::new(SECRET).expect("valid");
    let pair = Basic::new("user", SECRET).expect("valid");
    assert_hidden(&format!("{token:?} {token:#?} {pair:?} {pair:#?}"));
    assert_hidden(&format!("{:?}", SharedTokenProvider::from(token)));
    assert_hidden(&format!("{:?}", SharedTokenProvider::from(pair)));

    for authorization in [bearer, basic] {
        let mut request = http::Request::get("https://example.com/").body(()).expect("valid");
        authorization.apply(request.headers_mut());
        assert_hidden(&format!("{request:?} {request:#?} {:?}", request.headers()));
    }
}

#[test]
fn invalid_header_values_are_rejected_without_quoting() {
    let bad_tokens =
        ["", "hunter2\n", "hunter2\r\nx: y", " hunter2", "hun ter2", "hunter2\t", "hunter2\u{e9}"];
    let bad_pairs = [("us:er", "hunter2"), ("us\ner", "hunter2"), ("user", "hunter2\n")];
    let errors =
        bad_tokens
            .into_iter()
            .map(|token| Authorization::bearer(&token.into()).expect_err(token))
            .chain(bad_pairs.into_iter().map(|(user, password)| {
                Authorization::basic(user, &password.into()).expect_err(user)
            }));
    for error in errors {
        assert_eq!(error.kind(), AuthErrorKind::Invalid);
        assert_hidden(&format!("{error} {error:?} {error:#?}"));
    }
}

#[test]
fn error_prints_one_level_and_has_a_source() {
    let error = AuthError::new(AuthErrorKind::Unavailable, "no answer from the token endpoint")
        .with_source(std::io::Error::other("reset"));
    assert_eq!(error.to_string(), "no answer from the token endpoint");
    assert_eq!(error.source().expect("has a cause").to_string(), "reset");
    assert!(AuthError::new(AuthErrorKind::Rejected, "no").source().is_none());
}

/// A transport that sends nothing.
#[derive(Debug)]
struct NoTransport;

impl Transport for NoTransport {
    fn send(
        &self,
        _: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(std::future::ready(Err(TransportError::connect("there is no network"))))
    }
}

#[tokio::test(flavor = "current_thread")]
async fn static_credential_is_not_renewed() {
    let shared: Arc<dyn TokenProvider> = Arc::new(StaticToken::new(SECRET).expect("valid"));
    let providers = [
        SharedTokenProvider::from(shared),
        SharedTokenProvider::new(Basic::new("user", SECRET).expect("valid")),
    ];
    let workspace = http::Uri::from_static("https://h.example/");
    let context = AuthContext::new(SharedTransport::new(NoTransport), Runtime::real(), workspace);
    for provider in providers {
        let tokens = TokenCache::new(provider, context.clone());
        let authorization = tokens.authorization().await.expect("always there");
        assert!(!tokens.renew(&authorization).await.expect("always there"));
        assert_eq!(tokens.authorization().await.expect("always there"), authorization);
    }
}
