//! One exchange: requests and responses of any transport.

use http_body::Body as _;

use super::list;
use crate::RequestSent;
use crate::conformance::check::Bench;
use crate::conformance::expect::{Outcome, all, ensure, permitted, response, whole};

list! {
    response_is_complete, Any,
        "a good response arrives with its whole body, each time",
        "return status, headers and every byte of the body";
    bad_status_is_a_response, Any,
        "a status of 400 or more is `Ok`: the engine reads what the server says about it",
        "do not turn a status into an error (as `error_for_status` does)";
    body_size_hint_is_true, Any,
        "the size hint of a body holds: the engine refuses a body that announces too much",
        "announce no size, or exactly that of the bytes that the body yields";
    answered_request_counts_as_sent, Any,
        "the permit of a request that was answered is taken: it cannot be reported as not sent",
        "take the permit with the last frame, before it leaves (`RequestBody` does)";
    concurrent_requests_succeed, Any,
        "requests run side by side on one transport",
        "keep no state of one request where another finds it";
}

async fn response_is_complete(Bench { transport, endpoint }: Bench) -> Outcome {
    let first = response(transport.send(endpoint.good.clone()).await)?;
    let status = first.status();
    ensure(status.as_u16() < 300, "a status below 300", || format!("status {status}"))?;
    let first = whole(first).await?;
    ensure(!first.is_empty(), "a body", || "no bytes".into())?;
    let second = whole(response(transport.send(endpoint.good.clone()).await)?).await?;
    ensure(first == second, format!("the same {} bytes again", first.len()), || {
        format!("{} other bytes", second.len())
    })
}

async fn bad_status_is_a_response(Bench { transport, endpoint }: Bench) -> Outcome {
    let answer = response(transport.send(endpoint.bad.clone()).await)?;
    let status = answer.status();
    ensure(status.as_u16() >= 400, "a status from 400 on", || format!("status {status}"))?;
    whole(answer).await.map(drop)
}

async fn body_size_hint_is_true(Bench { transport, endpoint }: Bench) -> Outcome {
    let body = response(transport.send(endpoint.good.clone()).await)?.into_body();
    let hint = body.size_hint();
    let length = whole(http::Response::new(body)).await?.len() as u64;
    let fits = hint.lower() <= length && hint.upper().is_none_or(|upper| length <= upper);
    ensure(fits, format!("a size hint that allows for {length} bytes"), || {
        format!("from {} to {:?}", hint.lower(), hint.upper())
    })
}

async fn answered_request_counts_as_sent(Bench { transport, endpoint }: Bench) -> Outcome {
    let (request, permit) = permitted(endpoint.good);
    let answer = response(transport.send(request).await)?;
    let sent = permit.revoke();
    ensure(sent == RequestSent::Maybe, "`Maybe` sent, by the permit", || format!("`{sent:?}`"))?;
    whole(answer).await.map(drop)
}

async fn concurrent_requests_succeed(Bench { transport, endpoint }: Bench) -> Outcome {
    let one =
        async || whole(response(transport.send(endpoint.good.clone()).await)?).await.map(drop);
    all((0..8).map(|_| Box::pin(one()) as _).collect()).await
}
