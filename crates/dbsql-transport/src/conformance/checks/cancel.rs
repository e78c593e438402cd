//! Futures and bodies that are dropped before their end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::list;
use crate::conformance::check::Bench;
use crate::conformance::expect::{Outcome, ensure, holds_within, response, run_for, whole};
use crate::conformance::server::{Server, Step, answer};

list! {
    dropped_request_leaves_transport_usable, Any,
        "a request that is dropped at any point costs no other request anything",
        "give back permits, slots and locks in `Drop`";
    dropped_body_leaves_transport_usable, Any,
        "a body that is dropped before its end costs no other request anything",
        "give back permits, slots and locks in `Drop`";
    drop_does_not_block, Any,
        "dropping a request in flight returns at once: deadlines drop futures",
        "close or abandon the connection in `Drop`, and wait for nothing";
    dropped_request_is_not_answered_later, Http,
        "the response to a dropped request is never given to another one",
        "close a connection with a response in flight; put it back only after the last byte";
    dropped_body_stops_the_download, Http,
        "dropping a body closes its connection: nobody downloads what nobody reads",
        "close the connection, rather than reading the rest";
}

/// Checks that a request gets a response.
async fn is_usable(Bench { transport, endpoint }: &Bench) -> Outcome {
    whole(response(transport.send(endpoint.good.clone()).await)?).await.map(drop)
}

async fn dropped_request_leaves_transport_usable(bench: Bench) -> Outcome {
    for millis in [0, 0, 1, 2, 5] {
        // If it is fast enough to complete, it must be complete.
        run_for(Duration::from_millis(millis), is_usable(&bench)).await.unwrap_or(Ok(()))?;
    }
    is_usable(&bench).await
}

async fn dropped_body_leaves_transport_usable(bench: Bench) -> Outcome {
    for _ in 0..3 {
        drop(response(bench.transport.send(bench.endpoint.good.clone()).await)?);
    }
    is_usable(&bench).await
}

#[expect(clippy::disallowed_methods, reason = "a drop that blocks must not block the suite")]
async fn drop_does_not_block(Bench { transport, endpoint }: Bench) -> Outcome {
    let mut pending = Box::pin(async move { transport.send(endpoint.good).await.map(drop) });
    if run_for(Duration::from_millis(1), &mut pending).await.is_some() {
        // It completed at once: there is nothing in flight to drop.
        return Ok(());
    }
    let dropped = Arc::new(AtomicBool::new(false));
    let handle = tokio::runtime::Handle::current();
    std::thread::spawn({
        let dropped = Arc::clone(&dropped);
        move || {
            let _inside = handle.enter();
            drop(pending);
            dropped.store(true, Ordering::SeqCst);
        }
    });
    let limit = Duration::from_secs(2);
    let returned = holds_within(limit, || dropped.load(Ordering::SeqCst)).await;
    ensure(returned, "a drop that returns at once", || format!("none within {limit:?}"))
}

async fn dropped_request_is_not_answered_later(Bench { transport, .. }: Bench) -> Outcome {
    let server = Server::start(|got| {
        let text = format!("response to {}", got.target);
        match got.target.as_str() {
            "/slow" => {
                [vec![Step::Wait(Duration::from_millis(50))], answer(200, "", text.as_bytes())]
                    .concat()
            }
            "/half" => {
                let head = "HTTP/1.1 200 Any\r\nContent-Length: 20\r\n\r\nhalf";
                let rest = "0123456789abcdef";
                vec![
                    Step::Send(head.into()),
                    Step::Wait(Duration::from_millis(50)),
                    Step::Send(rest.into()),
                ]
            }
            _ => answer(200, "", text.as_bytes()),
        }
    })
    .await?;
    for path in ["/1", "/2"] {
        let next = async || -> Outcome {
            let body = whole(response(transport.send(server.post(path, "ask")?).await)?).await?;
            let expected = format!("response to {path}");
            ensure(body == expected, &expected, || format!("{body:?}"))
        };
        run_for(Duration::from_millis(20), transport.send(server.post("/slow", "ask")?)).await;
        next().await?;
        let mut half = response(transport.send(server.post("/half", "ask")?).await)?.into_body();
        let _ = half.chunk().await;
        drop(half);
        next().await?;
    }
    Ok(())
}

async fn dropped_body_stops_the_download(Bench { transport, .. }: Bench) -> Outcome {
    let head = "HTTP/1.1 200 Any\r\nContent-Length: 1073741824\r\n\r\n";
    let steps = [Step::Send(head.into()), Step::Flood(1 << 30)];
    let server = Server::start(move |_| steps.to_vec()).await?;
    let mut body = response(transport.send(server.post("/", "ask")?).await)?.into_body();
    let first = body.chunk().await;
    ensure(matches!(first, Ok(Some(_))), "the first bytes", || format!("{first:?}"))?;
    drop(body);
    let limit = Duration::from_secs(3);
    let stopped = holds_within(limit, || server.broken() > 0).await;
    ensure(stopped, "a connection that is closed", || {
        format!("{} MiB sent, and it is still open after {limit:?}", server.flooded() >> 20)
    })
}
