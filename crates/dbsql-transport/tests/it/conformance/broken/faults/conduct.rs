//! Decisions that are the engine's, failures, permits and drops, in the order of the checks.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dbsql_transport::{Body, RequestSent, TransportError, TransportErrorKind};
use http::{Response, Uri};
use tokio::time::sleep;

use super::super::odd_body::{OddBody, discarded};
use super::super::{Broken, OnDrop, Over, without_permit};
use super::{broken, is_long};

pub(super) const BROKEN: &[Broken] = &[
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
