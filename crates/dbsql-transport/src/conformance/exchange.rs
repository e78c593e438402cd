//! The checks for every transport, with sockets or without.

use std::time::Duration;

use bytes::Bytes;
use http::Request;

use super::run::{
    Check, Failures, Outcome, all, ensure, marked, response, run, run_for_and_drop, whole,
};
use crate::{Body, CollectError, RequestSent, SharedTransport};

/// Two requests that a server answers in a known way, again and again.
#[derive(Clone, Debug)]
pub struct Endpoint {
    good: Request<Bytes>,
    bad: Request<Bytes>,
}

impl Endpoint {
    /// `good` is answered with a status below 300 and a body that is always the same and holds at
    /// least one byte; `bad` with a status from 400 on.
    #[must_use]
    pub fn new(good: Request<Bytes>, bad: Request<Bytes>) -> Self {
        Self { good, bad }
    }
}

/// Checks what every transport must do. `make` is called once for each check.
///
/// # Errors
///
/// [`Failures`] with every check that was not passed.
pub async fn exchange_checks(
    make: impl Fn() -> SharedTransport + Send + Sync,
    endpoint: &Endpoint,
) -> Result<(), Failures> {
    run(checks(&make, endpoint)).await
}

pub(super) fn checks<'a>(
    make: &(impl Fn() -> SharedTransport + Send + Sync),
    endpoint: &'a Endpoint,
) -> Vec<Check<'a>> {
    vec![
        ("a good answer is given with its whole body", Box::pin(good_answer(make(), endpoint))),
        ("a bad status is a response", Box::pin(bad_status(make(), endpoint))),
        ("a body is held to its limit", Box::pin(body_limit(make(), endpoint))),
        ("an answered request counts as sent", Box::pin(answered_is_sent(make(), endpoint))),
        ("requests run side by side", Box::pin(side_by_side(make(), endpoint))),
        ("a dropped request does no harm", Box::pin(dropped_request(make(), endpoint))),
        ("a dropped body does no harm", Box::pin(dropped_body(make(), endpoint))),
    ]
}

async fn good_answer(transport: SharedTransport, endpoint: &Endpoint) -> Outcome {
    let first = response(transport.send(endpoint.good.clone()).await)?;
    ensure(first.status().as_u16() < 300, || format!("status {}", first.status()))?;
    let first = whole(first).await?;
    ensure(!first.is_empty(), || "an empty body".into())?;
    let second = whole(response(transport.send(endpoint.good.clone()).await)?).await?;
    ensure(first == second, || "another body the second time".into())
}

async fn bad_status(transport: SharedTransport, endpoint: &Endpoint) -> Outcome {
    let answer = response(transport.send(endpoint.bad.clone()).await)?;
    ensure(answer.status().as_u16() >= 400, || format!("status {}", answer.status()))?;
    whole(answer).await.map(drop)
}

async fn body_limit(transport: SharedTransport, endpoint: &Endpoint) -> Outcome {
    let get = async || -> Result<Body, String> {
        Ok(response(transport.send(endpoint.good.clone()).await)?.into_body())
    };
    let length =
        get().await?.collect(usize::MAX).await.map_err(|error| format!("{error:?}"))?.len();
    let exact = get().await?.collect(length).await;
    ensure(exact.is_ok(), || format!("with a limit of exactly its size: {exact:?}"))?;
    let over = get().await?.collect(length - 1).await;
    ensure(matches!(over, Err(CollectError::TooLarge { .. })), || {
        format!("with a limit of one byte less: {over:?}")
    })
}

async fn answered_is_sent(transport: SharedTransport, endpoint: &Endpoint) -> Outcome {
    let (request, permit) = marked(endpoint.good.clone());
    let answer = response(transport.send(request).await)?;
    let sent = permit.request_sent();
    ensure(sent == RequestSent::Maybe, || format!("sent: {sent:?} by the permit"))?;
    whole(answer).await.map(drop)
}

async fn side_by_side(transport: SharedTransport, endpoint: &Endpoint) -> Outcome {
    let one =
        async || whole(response(transport.send(endpoint.good.clone()).await)?).await.map(drop);
    all((0..8).map(|_| Box::pin(one()) as _).collect()).await
}

async fn dropped_request(transport: SharedTransport, endpoint: &Endpoint) -> Outcome {
    for millis in [0, 0, 1, 2, 5] {
        let pending = transport.send(endpoint.good.clone());
        run_for_and_drop(Duration::from_millis(millis), pending).await;
    }
    good_answer(transport, endpoint).await
}

async fn dropped_body(transport: SharedTransport, endpoint: &Endpoint) -> Outcome {
    for _ in 0..3 {
        drop(response(transport.send(endpoint.good.clone()).await)?);
    }
    good_answer(transport, endpoint).await
}
