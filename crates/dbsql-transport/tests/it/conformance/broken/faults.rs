//! The faults, in the order of the checks.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use dbsql_transport::{Body, RequestSent, TransportError, TransportErrorKind};
use http::{HeaderValue, Method, Response, StatusCode, Uri};
use tokio::time::sleep;

use super::odd_body::{OddBody, discarded, drained};
use super::{Broken, OnDrop, Over, without_permit};

/// A row of the list. The request goes to the good transport after the block, unless that returns.
macro_rules! broken {
    ($over:ident, $caught_by:literal, $fault:literal, $says:literal, |$state:ident, $request:ident, $permit:ident| $deed:block) => {
        Broken {
            caught_by: $caught_by,
            fault: $fault,
            says: $says,
            over: Over::$over,
            #[allow(unused_mut, unused_variables, reason = "not every fault needs all")]
            deed: |$state, mut $request, $permit| {
                Box::pin(async move {
                    $deed
                    #[allow(unreachable_code, reason = "some faults always return")]
                    $state.inner.send($request).await
                })
            },
        }
    };
}

pub(in super::super) const IGNORES_PERMITS: Broken =
    broken!(SocketsUnheld, "", "ignores permits", "", |state, request, permit| {
        request = without_permit(&request);
    });

pub(in super::super) const BROKEN: &[Broken] = &[
    broken!(
        Memory,
        "response_is_complete",
        "loses the end of a body",
        "3 other bytes",
        |state, request, permit| {
            let response = state.inner.send(request).await?;
            let whole = state.count.fetch_add(1, Ordering::SeqCst) % 2 == 0;
            return Ok(response.map(|body| if whole { body } else { "an ".into() }));
        }
    ),
    broken!(
        Memory,
        "bad_status_is_a_response",
        "turns a 404 into an error",
        "an error: TransportError",
        |state, request, permit| {
            return status_as_error(state.inner.send(request).await?);
        }
    ),
    broken!(
        Sockets,
        "bad_status_is_a_response",
        "turns a 500 into an error",
        "do not turn a status into an error",
        |state, request, permit| {
            let response = state.inner.send(request).await?;
            return if response.status() == 500 { status_as_error(response) } else { Ok(response) };
        }
    ),
    broken!(
        Memory,
        "body_size_hint_is_true",
        "announces another size",
        "from 100 to",
        |state, request, permit| {
            return Ok(state
                .inner
                .send(request)
                .await?
                .map(|body| OddBody::new(body).announcing(100)));
        }
    ),
    broken!(
        Memory,
        "answered_request_counts_as_sent",
        "never takes the permit",
        "got       `No`",
        |state, request, permit| {
            if !permit.is_revoked() {
                request = without_permit(&request);
            }
        }
    ),
    broken!(
        Memory,
        "concurrent_requests_succeed",
        "fails when it is busy",
        "busy",
        |state, request, permit| {
            let (before, _inside) = state.enter();
            tokio::task::yield_now().await;
            if before > 0 {
                return Err(TransportError::new(
                    TransportErrorKind::Other,
                    RequestSent::No,
                    "busy",
                ));
            }
            return state.inner.send(request).await;
        }
    ),
    broken!(
        Sockets,
        "request_line_arrives",
        "drops the query string",
        "PUT /a/b%20c/%2e%2E\n",
        |state, request, permit| {
            let mut parts = request.uri().clone().into_parts();
            parts.path_and_query = Some(request.uri().path().parse().expect("a path"));
            *request.uri_mut() = Uri::from_parts(parts).expect("a uri");
        }
    ),
    broken!(
        Sockets,
        "request_headers_arrive",
        "drops Accept-Encoding",
        "accept-encoding: [\"identity\"]",
        |state, request, permit| {
            request.headers_mut().remove("accept-encoding");
        }
    ),
    broken!(
        Sockets,
        "repeated_request_headers_arrive",
        "joins repeated headers",
        "[\"first, second\"]",
        |state, request, permit| {
            if request.headers().contains_key("x-two") {
                request.headers_mut().insert("x-two", HeaderValue::from_static("first, second"));
            }
        }
    ),
    broken!(
        Sockets,
        "repeated_request_headers_arrive",
        "loses one of repeated headers",
        "[\"second\"]",
        |state, request, permit| {
            if request.headers().contains_key("x-two") {
                request.headers_mut().insert("x-two", HeaderValue::from_static("second"));
            }
        }
    ),
    broken!(
        Sockets,
        "authorization_arrives",
        "drops Authorization",
        "no such header",
        |state, request, permit| {
            request.headers_mut().remove("authorization");
        }
    ),
    broken!(
        Sockets,
        "no_header_is_added",
        "asks for compression",
        "got       accept-encoding",
        |state, request, permit| {
            let headers = request.headers_mut();
            headers.entry("accept-encoding").or_insert(HeaderValue::from_static("gzip"));
        }
    ),
    broken!(
        Sockets,
        "request_body_arrives",
        "loses the end of a large body",
        "8224767 bytes",
        |state, request, permit| {
            let length = request.body().len();
            if (1 << 20..1 << 24).contains(&length) {
                request.body_mut().truncate(length - 1);
            }
        }
    ),
    broken!(
        Sockets,
        "request_without_body_arrives",
        "gives a GET a body",
        "(\"GET\", false)",
        |state, request, permit| {
            if request.method() == Method::GET && request.uri().path() == "/x" {
                *request.body_mut() = Bytes::from("{}");
            }
        }
    ),
    broken!(
        Sockets,
        "response_headers_arrive",
        "loses one of repeated headers",
        "x-two: [\"first\", \"second\"]",
        |state, request, permit| {
            let mut response = state.inner.send(request).await?;
            if let Some(first) = response.headers().get("x-two").cloned() {
                response.headers_mut().insert("x-two", first);
            }
            return Ok(response);
        }
    ),
    broken!(
        Sockets,
        "encoded_body_is_not_decoded",
        "decompresses",
        "switch decompression off",
        |state, request, permit| {
            let mut response = state.inner.send(request).await?;
            response.headers_mut().remove("content-encoding");
            return Ok(response);
        }
    ),
    broken!(
        Sockets,
        "interim_response_is_skipped",
        "takes 103 for the response",
        "status 103",
        |state, request, permit| {
            let interim = request.uri().path() == "/interim";
            let mut response = state.inner.send(request).await?;
            if interim {
                *response.status_mut() = StatusCode::from_u16(103).expect("valid");
            }
            return Ok(response);
        }
    ),
    broken!(
        Sockets,
        "responses_are_not_mixed_up",
        "mixes up responses under load",
        "that to b\"/0\"",
        |state, request, permit| {
            let (before, _inside) = state.enter();
            if before == 9 {
                let first = request.uri().to_string().replace("/9", "/0");
                *request.uri_mut() = first.parse().expect("a uri");
            }
            return state.inner.send(request).await;
        }
    ),
    broken!(
        Sockets,
        "chunked_body_arrives",
        "leaves the framing in chunked bodies",
        "b\"8\\r\\nabc",
        |state, request, permit| {
            let response = state.inner.send(request).await?;
            if !is_chunked(&response) {
                return Ok(response);
            }
            return Ok(response.map(|body| OddBody::new(body).after("8\r\n")));
        }
    ),
    broken!(
        Sockets,
        "body_until_close_arrives",
        "wants a length",
        "no length",
        |state, request, permit| {
            let response = state.inner.send(request).await?;
            let known = response.headers().contains_key("content-length") || is_chunked(&response);
            if known || response.status() != 200 {
                return Ok(response);
            }
            return Err(TransportError::interrupted(RequestSent::Maybe, "no length"));
        }
    ),
    broken!(
        Sockets,
        "body_is_streamed",
        "buffers a chunked body to its end",
        "nothing within 2 s",
        |state, request, permit| {
            let response = state.inner.send(request).await?;
            if !is_chunked(&response) {
                return Ok(response);
            }
            let (head, body) = response.into_parts();
            let (bytes, end) = drained(body).await;
            return Ok(Response::from_parts(head, OddBody::new(bytes.into()).ending(end)));
        }
    ),
    broken!(
        Sockets,
        "unread_body_is_not_buffered",
        "reads ahead without a bound",
        "96 MiB read ahead",
        |state, request, permit| {
            let response = state.inner.send(request).await?;
            if !is_long(&response) {
                return Ok(response);
            }
            let (head, mut body) = response.into_parts();
            let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
            tokio::spawn(async move {
                while let Ok(Some(chunk)) = body.chunk().await {
                    if sender.send(chunk).is_err() {
                        return;
                    }
                }
            });
            let stream = futures_util::stream::unfold(receiver, async |mut receiver| {
                receiver.recv().await.map(|chunk| (Ok::<_, std::io::Error>(chunk), receiver))
            });
            return Ok(Response::from_parts(head, Body::from_stream(stream)));
        }
    ),
    broken!(
        Sockets,
        "truncated_body_is_an_error",
        "takes a broken connection for the end",
        "a complete body: b\"abcde\"",
        |state, request, permit| {
            return Ok(state
                .inner
                .send(request)
                .await?
                .map(|body| OddBody::new(body).ending_well()));
        }
    ),
    broken!(
        Sockets,
        "redirect_is_not_followed",
        "follows redirects",
        "got       status 200",
        |state, request, permit| {
            let response = state.inner.send(request.clone()).await?;
            let Some(target) = response.headers().get("location") else { return Ok(response) };
            let mut parts = request.uri().clone().into_parts();
            parts.path_and_query = Some(target.as_bytes().try_into().expect("a path"));
            request = without_permit(&request);
            *request.uri_mut() = Uri::from_parts(parts).expect("a uri");
        }
    ),
    broken!(
        Sockets,
        "bad_status_is_not_retried",
        "retries after 503",
        "got       2 request(s)",
        |state, request, permit| {
            let again = without_permit(&request);
            match state.inner.send(request).await {
                Ok(response) if response.status() == 503 => request = again,
                result => return result,
            }
        }
    ),
    broken!(
        Sockets,
        "lost_response_is_not_retried",
        "retries after a reset",
        "got       2 request(s)",
        |state, request, permit| {
            let again = without_permit(&request);
            match state.inner.send(request).await {
                Err(error) if error.request_sent() == RequestSent::Maybe => request = again,
                result => return result,
            }
        }
    ),
    broken!(
        Sockets,
        "cookies_are_not_kept",
        "keeps cookies",
        "the cookie of the first response",
        |state, request, permit| {
            if let Some(cookie) = state.cookie.lock().expect("whole").clone() {
                request.headers_mut().insert("cookie", cookie);
            }
            let response = state.inner.send(request).await?;
            *state.cookie.lock().expect("whole") = response.headers().get("set-cookie").cloned();
            return Ok(response);
        }
    ),
    broken!(
        Sockets,
        "responses_are_not_cached",
        "caches responses",
        "got       1 request(s)",
        |state, request, permit| {
            if let Some(cached) = state.cache.lock().expect("whole").clone() {
                return Ok(Response::new(cached.into()));
            }
            let response = state.inner.send(request).await?;
            if !response.headers().contains_key("cache-control") {
                return Ok(response);
            }
            let (head, body) = response.into_parts();
            let body = body.collect(100).await.expect("a small body");
            *state.cache.lock().expect("whole") = Some(body.clone());
            return Ok(Response::from_parts(head, body.into()));
        }
    ),
    broken!(
        Sockets,
        "slow_response_blocks_no_other",
        "has one connection",
        "1 of them",
        |state, request, permit| {
            let _one = state.lock.lock().await;
            return state.inner.send(request).await;
        }
    ),
    broken!(
        Sockets,
        "refused_connection_is_a_connect_error",
        "is in doubt without a connection",
        "request_sent: Maybe",
        |state, request, permit| {
            return state.inner.send(request).await.map_err(|error| match error.kind() {
                kind @ TransportErrorKind::Connect => {
                    TransportError::new(kind, RequestSent::Maybe, error)
                }
                _ => error,
            });
        }
    ),
    broken!(
        Sockets,
        "lost_response_counts_as_sent",
        "reports not-sent after the body went out",
        "request_sent: No",
        |state, request, permit| {
            let result = state.inner.send(request).await;
            return result
                .map_err(|error| TransportError::new(error.kind(), RequestSent::No, error));
        }
    ),
    broken!(
        Sockets,
        "invalid_response_is_an_error",
        "panics on what is not HTTP",
        "a panic: not HTTP",
        |state, request, permit| {
            let invalid = request.uri().path() == "/invalid";
            let result = state.inner.send(request).await;
            assert!(!invalid || result.is_ok(), "not HTTP");
            return result;
        }
    ),
    broken!(
        Sockets,
        "errors_hold_no_secret",
        "puts the URL into errors",
        "`secret-path` in",
        |state, request, permit| {
            let uri = request.uri().to_string();
            return state.inner.send(request).await.map_err(|error| error.with_message(uri));
        }
    ),
    broken!(
        Sockets,
        "early_end_leaves_no_doubt",
        "is in doubt before the end has left",
        "request_sent: Maybe",
        |state, request, permit| {
            return state.inner.send(request).await.map_err(|error| match error.kind() {
                TransportErrorKind::Interrupted => {
                    TransportError::interrupted(RequestSent::Maybe, error)
                }
                _ => error,
            });
        }
    ),
    broken!(
        SocketsUnheld,
        "permit_is_held_by_send",
        "holds the permit only in the future",
        "got       `Maybe`",
        |state, request, permit| {}
    ),
    broken!(
        Memory,
        "revoked_request_fails_as_not_sent",
        "is in doubt about a revoked request",
        "request_sent: Maybe",
        |state, request, permit| {
            let result = state.inner.send(request).await;
            if permit.is_revoked() {
                return Err(TransportError::interrupted(RequestSent::Maybe, "revoked"));
            }
            return result;
        }
    ),
    broken!(
        Sockets,
        "revoked_request_never_arrives",
        "sends a revoked request in a task",
        "got       1 request(s)",
        |state, request, permit| {
            if permit.is_revoked() {
                let request = without_permit(&request);
                tokio::spawn(async move { state.inner.send(request).await });
                return Err(TransportError::interrupted(RequestSent::No, "revoked"));
            }
        }
    ),
    broken!(
        Sockets,
        "permit_is_taken_with_the_last_frame",
        "takes the permit with the first frame",
        "in the middle of the body",
        |state, request, permit| {
            if request.body().len() > 1 << 20 {
                permit.take()?;
                request = without_permit(&request);
            }
        }
    ),
    broken!(
        Sockets,
        "taken_permit_sends_the_whole_request",
        "takes the permit with the response",
        "`No`, for 3 bytes",
        |state, request, permit| {
            if !permit.is_revoked() && request.body().len() < 1 << 20 {
                let result = state.inner.send(without_permit(&request)).await;
                let unsent = |error: &TransportError| error.request_sent() == RequestSent::No;
                if !result.as_ref().is_err_and(unsent) {
                    let _ = permit.take();
                }
                return result;
            }
        }
    ),
    broken!(
        Memory,
        "dropped_request_leaves_transport_usable",
        "loses its slot with a dropped request",
        "no slot",
        |state, request, permit| {
            if state.flag.load(Ordering::SeqCst) {
                return Err(TransportError::new(
                    TransportErrorKind::Other,
                    RequestSent::No,
                    "no slot",
                ));
            }
            let flag = Arc::clone(&state.flag);
            let lost = OnDrop(move || flag.store(true, Ordering::SeqCst));
            sleep(Duration::from_millis(200)).await;
            std::mem::forget(lost);
        }
    ),
    broken!(
        Memory,
        "dropped_body_leaves_transport_usable",
        "loses its slot with a dropped body",
        "no slot",
        |state, request, permit| {
            if state.flag.load(Ordering::SeqCst) {
                return Err(TransportError::new(
                    TransportErrorKind::Other,
                    RequestSent::No,
                    "no slot",
                ));
            }
            let flag = Arc::clone(&state.flag);
            let lost = move |rest: Body| {
                let unread = http_body::Body::size_hint(&rest).exact() != Some(0);
                flag.fetch_or(unread, Ordering::SeqCst);
            };
            return Ok(state
                .inner
                .send(request)
                .await?
                .map(|body| OddBody::new(body).on_drop(lost)));
        }
    ),
    broken!(
        Memory,
        "drop_does_not_block",
        "waits in drop",
        "none within 2s",
        |state, request, permit| {
            #[expect(clippy::disallowed_methods, reason = "that is the fault")]
            let waits = OnDrop(|| std::thread::sleep(Duration::from_millis(2500)));
            if !state.flag.swap(true, Ordering::SeqCst) {
                sleep(Duration::from_millis(500)).await;
            }
            std::mem::forget(waits);
        }
    ),
    broken!(
        Sockets,
        "dropped_request_is_not_answered_later",
        "gives a late response to the next request",
        "response to /slow",
        |state, request, permit| {
            let late = state.late.lock().expect("whole").take();
            if let Some(late) = late {
                return late.await.expect("no panic");
            }
            if request.uri().path() == "/slow" {
                let inner = Arc::clone(&state);
                let sending = tokio::spawn(async move { inner.inner.send(request).await });
                *state.late.lock().expect("whole") = Some(sending);
                return std::future::pending().await;
            }
        }
    ),
    broken!(
        Sockets,
        "dropped_body_stops_the_download",
        "reads a dropped body to its end",
        "it is still open",
        |state, request, permit| {
            let response = state.inner.send(request).await?;
            if !is_long(&response) {
                return Ok(response);
            }
            let read_on = |rest| drop(tokio::spawn(discarded(rest)));
            return Ok(response.map(|body| OddBody::new(body).on_drop(read_on)));
        }
    ),
];

fn status_as_error(response: Response<Body>) -> Result<Response<Body>, TransportError> {
    let status = response.status();
    if status.as_u16() < 400 {
        return Ok(response);
    }
    Err(TransportError::new(TransportErrorKind::Other, RequestSent::Maybe, status.to_string()))
}

fn is_chunked(response: &Response<Body>) -> bool {
    response.headers().contains_key("transfer-encoding")
}

fn is_long(response: &Response<Body>) -> bool {
    http_body::Body::size_hint(response.body()).lower() > 1 << 20
}
