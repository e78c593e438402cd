//! The permit to send, in both orders: taken then revoked, and revoked then polled.

use std::time::Duration;

use super::failure::large;
use super::list;
use crate::RequestSent;
use crate::conformance::check::Bench;
use crate::conformance::expect::{
    Mismatch, Outcome, ensure, ensure_requests, failure, pause, permitted, response, run_for,
};
use crate::conformance::server::{Server, Step, answer};

list! {
    permit_is_held_by_send, Any,
        "`send` itself holds the permit: a future that is dropped before its first poll has sent nothing",
        "call `RequestBody::attach` or `SendPermit::hold_for` before the future is made, not in it";
    revoked_request_fails_as_not_sent, Any,
        "a request that was revoked before its first poll fails with `RequestSent::No`",
        "take the permit before the last frame leaves, and return its `Revoked` as the error (`?` does)";
    revoked_request_never_arrives, Http,
        "a request that was revoked before its first poll never arrives, of any size",
        "take the permit with the last frame, and send nothing when it is revoked";
    permit_is_taken_with_the_last_frame, Http,
        "while the end of a body has not left, the request can be revoked, and never becomes complete",
        "send bodies of over 64 KiB in frames, and take the permit with the last one (`RequestBody` does)";
    taken_permit_sends_the_whole_request, Http,
        "a request that has arrived cannot be revoked: its permit says `Maybe`, and its response comes",
        "take the permit before the last frame leaves, and never look at it again";
}

/// Returns bodies of less than a frame, several frames, and none.
fn sizes() -> [Vec<u8>; 3] {
    [b"ask".to_vec(), vec![b'x'; 200 * 1024], Vec::new()]
}

async fn permit_is_held_by_send(Bench { transport, endpoint }: Bench) -> Outcome {
    let (request, permit) = permitted(endpoint.good);
    let pending = transport.send(request);
    let sent = permit.revoke();
    drop(pending);
    ensure(sent == RequestSent::No, "`No`, by a permit revoked before the first poll", || {
        format!("`{sent:?}`")
    })
}

async fn revoked_request_fails_as_not_sent(Bench { transport, endpoint }: Bench) -> Outcome {
    let (request, permit) = permitted(endpoint.good);
    let pending = transport.send(request);
    permit.revoke();
    let error = failure(pending.await)?;
    ensure(error.request_sent() == RequestSent::No, "an error with request sent: `No`", || {
        format!("{error:?}")
    })
}

/// Waits for the transport's own tasks, and checks that no request arrives.
async fn ensure_never_arrives(server: &Server) -> Outcome {
    pause(Duration::from_millis(100)).await;
    ensure_requests(server.received().len(), 0)
}

async fn revoked_request_never_arrives(Bench { transport, .. }: Bench) -> Outcome {
    for body in sizes() {
        for dropped in [false, true] {
            let server = Server::start(|_| answer(200, "", b"ran")).await?;
            let (request, permit) = permitted(server.post("/", body.clone())?);
            let pending = transport.send(request);
            permit.revoke();
            if dropped {
                drop(pending);
            } else {
                // The result is tested by another check.
                let _ = pending.await;
            }
            ensure_never_arrives(&server).await?;
        }
    }
    Ok(())
}

async fn permit_is_taken_with_the_last_frame(Bench { transport, .. }: Bench) -> Outcome {
    let server = Server::start_early(|_| {
        let mut steps = vec![Step::WaitForRelease, Step::ReadBody];
        steps.extend(answer(200, "", b"ran"));
        steps
    })
    .await?;
    let (request, permit) = permitted(large(&server)?);
    let mut pending = transport.send(request);
    while server.heads() == 0 {
        if let Some(early) = run_for(Duration::from_millis(5), &mut pending).await {
            return response(early).and(Err(Mismatch::new("to wait", "a response")));
        }
    }
    let sent = permit.revoke();
    ensure(sent == RequestSent::No, "`No`, by a permit revoked in the middle of the body", || {
        format!("`{sent:?}`")
    })?;
    server.release();
    let _ = pending.await;
    ensure_never_arrives(&server).await
}

async fn taken_permit_sends_the_whole_request(Bench { transport, .. }: Bench) -> Outcome {
    for body in sizes() {
        let length = body.len();
        let server = Server::start(|_| {
            let mut steps = vec![Step::WaitForRelease];
            steps.extend(answer(200, "", b"ran"));
            steps
        })
        .await?;
        let (request, permit) = permitted(server.post("/", body)?);
        let mut pending = transport.send(request);
        while server.received().is_empty() {
            if let Some(early) = run_for(Duration::from_millis(5), &mut pending).await {
                return response(early).and(Err(Mismatch::new("to wait", "a response")));
            }
        }
        let sent = permit.revoke();
        ensure(sent == RequestSent::Maybe, "`Maybe`, by the permit of what arrived", || {
            format!("`{sent:?}`, for {length} bytes")
        })?;
        server.release();
        response(pending.await)?;
        ensure_requests(server.received().len(), 1)?;
    }
    Ok(())
}
