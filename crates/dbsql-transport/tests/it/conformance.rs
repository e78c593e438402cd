//! The conformance checks pass the default transport and catch transports that misbehave.

use std::sync::Arc;

use bytes::Bytes;
use dbsql_transport::conformance::{Endpoint, exchange_checks, http_checks};
use dbsql_transport::{
    Body, BoxFuture, HttpOptions, HyperTransport, RequestSent, SendPermit, SharedTransport,
    Transport, TransportError, TransportErrorKind,
};
use http::{Request, Response, Uri};

type Exchange = Result<Response<Body>, TransportError>;

fn hyper() -> HyperTransport {
    HyperTransport::new(HttpOptions::default()).expect("valid options")
}

#[tokio::test]
async fn the_default_transport_passes() {
    let outcome = http_checks(|| hyper().into()).await;
    assert!(outcome.is_ok(), "{}", outcome.expect_err("failed"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_default_transport_passes_on_threads() {
    let transport = SharedTransport::new(hyper());
    let outcome = http_checks(|| transport.clone()).await;
    assert!(outcome.is_ok(), "{}", outcome.expect_err("failed"));
}

/// Answers by itself, without sockets.
#[derive(Debug)]
struct InProcess;

impl Transport for InProcess {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Exchange> {
        Box::pin(async move {
            let good = request.uri().path() == "/good";
            let mut response = Response::new(Body::from("an answer"));
            *response.status_mut() = if good { 200 } else { 404 }.try_into().expect("valid");
            Ok(response)
        })
    }
}

#[tokio::test]
async fn a_transport_without_sockets_passes_its_part() {
    let ask = |uri| Request::post(Uri::from_static(uri)).body(Bytes::new()).expect("valid");
    let endpoint = Endpoint::new(ask("http://local/good"), ask("http://local/bad"));
    let outcome = exchange_checks(|| InProcess.into(), &endpoint).await;
    assert!(outcome.is_ok(), "{}", outcome.expect_err("failed"));
    let swapped = Endpoint::new(ask("http://local/bad"), ask("http://local/good"));
    let failures = exchange_checks(|| InProcess.into(), &swapped).await.expect_err("swapped");
    assert!(failures.iter().any(|f| f.check == "a bad status is a response"), "{failures}");
}

/// What a bad transport does with the good one underneath.
type Deed = fn(Arc<HyperTransport>, Request<Bytes>) -> BoxFuture<'static, Exchange>;

#[derive(Debug)]
struct Bad {
    inner: Arc<HyperTransport>,
    deed: Deed,
}

impl Transport for Bad {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Exchange> {
        (self.deed)(Arc::clone(&self.inner), request)
    }
}

async fn assert_caught(deed: Deed, checks: &[&str]) {
    let inner = Arc::new(hyper());
    let make = || SharedTransport::new(Bad { inner: Arc::clone(&inner), deed });
    let failures = http_checks(make).await.expect_err("must be caught");
    for check in checks {
        assert!(failures.iter().any(|failure| failure.check == *check), "{check}: {failures}");
    }
}

fn permit(request: &Request<Bytes>) -> Option<SendPermit> {
    request.extensions().get().cloned()
}

fn take(permit: &SendPermit) {
    permit.take().expect("not revoked");
}

#[tokio::test]
async fn a_status_as_an_error_is_caught() {
    let deed: Deed = |inner, request| {
        Box::pin(async move {
            let response = inner.send(request).await?;
            if response.status().as_u16() < 400 {
                return Ok(response);
            }
            let kind = TransportErrorKind::Other;
            Err(TransportError::new(kind, RequestSent::Maybe, response.status().to_string()))
        })
    };
    assert_caught(deed, &["a bad status is a response", "a response arrives intact"]).await;
}

#[tokio::test]
async fn followed_redirects_are_caught() {
    let deed: Deed = |inner, request| {
        Box::pin(async move {
            let response = inner.send(request.clone()).await?;
            let Some(target) = response.headers().get("location") else { return Ok(response) };
            let mut parts = request.uri().clone().into_parts();
            parts.path_and_query = Some(target.as_bytes().try_into().expect("a path"));
            let mut next = request;
            *next.uri_mut() = Uri::from_parts(parts).expect("a uri");
            inner.send(next).await
        })
    };
    assert_caught(deed, &["a redirect is not followed"]).await;
}

#[tokio::test]
async fn repetition_after_a_reset_is_caught() {
    let deed: Deed = |inner, request| {
        Box::pin(async move {
            match inner.send(request.clone()).await {
                Err(_) => inner.send(request).await,
                response => response,
            }
        })
    };
    let checks =
        ["a reset after the request leaves doubt", "a close after the request leaves doubt"];
    assert_caught(deed, &checks).await;
}

#[tokio::test]
async fn repetition_after_a_bad_status_is_caught() {
    let deed: Deed = |inner, request| {
        Box::pin(async move {
            match inner.send(request.clone()).await {
                Ok(response) if response.status() == 503 => inner.send(request).await,
                response => response,
            }
        })
    };
    assert_caught(deed, &["an unavailable server is not asked again"]).await;
}

#[tokio::test]
async fn claiming_that_nothing_was_sent_is_caught() {
    let deed: Deed = |inner, request| {
        Box::pin(async move {
            let result = inner.send(request).await;
            result.map_err(|error| TransportError::new(error.kind(), RequestSent::No, error))
        })
    };
    let checks =
        ["a reset after the request leaves doubt", "a close after the request leaves doubt"];
    assert_caught(deed, &checks).await;
}

#[tokio::test]
async fn doubt_after_a_refused_connection_is_caught() {
    let deed: Deed = |inner, request| {
        Box::pin(async move {
            let result = inner.send(request).await;
            result.map_err(|error| TransportError::new(error.kind(), RequestSent::Maybe, error))
        })
    };
    assert_caught(deed, &["a refused connection sends nothing"]).await;
}

#[tokio::test]
async fn a_permit_that_is_kept_and_never_taken_is_caught() {
    let deed: Deed = |inner, mut request| {
        let kept = permit(&request);
        request.extensions_mut().remove::<SendPermit>();
        Box::pin(async move {
            kept.iter().for_each(SendPermit::hold);
            inner.send(request).await
        })
    };
    let checks = ["an answered request counts as sent", "a request under way counts as sent"];
    assert_caught(deed, &checks).await;
}

#[tokio::test]
async fn a_permit_that_is_taken_only_with_the_answer_is_caught() {
    let deed: Deed = |inner, mut request| {
        let kept = permit(&request);
        request.extensions_mut().remove::<SendPermit>();
        Box::pin(async move {
            kept.iter().for_each(SendPermit::hold);
            let result = inner.send(request).await;
            kept.iter().for_each(take);
            result
        })
    };
    assert_caught(deed, &["a request under way counts as sent"]).await;
}

#[tokio::test]
async fn a_permit_that_is_taken_without_a_connection_is_caught() {
    let deed: Deed = |inner, request| {
        permit(&request).iter().for_each(take);
        Box::pin(async move { inner.send(request).await })
    };
    assert_caught(deed, &["a refused connection sends nothing"]).await;
}

#[tokio::test]
async fn an_added_header_is_caught() {
    let deed: Deed = |inner, mut request| {
        let cookie = http::HeaderValue::from_static("a=b");
        request.headers_mut().insert("cookie", cookie);
        Box::pin(async move { inner.send(request).await })
    };
    assert_caught(deed, &["a request arrives intact", "cookies are not kept"]).await;
}

#[tokio::test]
async fn a_shortened_body_is_caught() {
    let deed: Deed = |inner, request| {
        Box::pin(async move {
            let response = inner.send(request).await?;
            if response.headers().contains_key("transfer-encoding") {
                return Ok(response); // one of them never ends
            }
            let (head, mut body) = response.into_parts();
            let mut read = Vec::new();
            // An error on the way looks like the end.
            while let Ok(Some(chunk)) = body.chunk().await {
                read.extend_from_slice(&chunk);
            }
            Ok(Response::from_parts(head, read.into()))
        })
    };
    assert_caught(deed, &["a torn body is an error"]).await;
}
