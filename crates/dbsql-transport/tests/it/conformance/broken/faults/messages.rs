//! What goes wrong with one request and its response, in the order of the checks.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use dbsql_transport::{Body, RequestSent, TransportError, TransportErrorKind};
use http::{HeaderValue, Method, Response, StatusCode, Uri};

use super::super::odd_body::{OddBody, drained};
use super::super::{Broken, Over, without_permit};
use super::{broken, is_chunked, is_long, status_as_error};

pub(super) const BROKEN: &[Broken] = &[
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
        "PUT /a/b%20c/~%7E\n",
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
];
