//! The body of a response: framing, streaming, and its true end.

use std::time::Duration;

use super::list;
use crate::conformance::check::Bench;
use crate::conformance::expect::{Mismatch, Outcome, ensure, pause, response, run_for, whole};
use crate::conformance::server::{Server, Step};
use crate::{CollectError, RequestSent};

list! {
    chunked_body_arrives, Http,
        "the chunks of a chunked body arrive without their framing",
        "decode Transfer-Encoding: chunked, with extensions and a trailer";
    body_until_close_arrives, Http,
        "a body without a length ends with the connection",
        "read to the end where there is neither Content-Length nor chunked";
    body_is_streamed, Http,
        "what has come of a body can be read before its end has",
        "return when the head has arrived, and pass on pieces as they come";
    unread_body_is_not_buffered, Http,
        "a body that nobody reads stops the server: memory stays bounded",
        "read from the connection only when the body is polled, or through a bounded channel";
    truncated_body_is_an_error, Http,
        "a body that breaks off ends with an error, never as if it were complete",
        "end a body with an error unless its length, or its last chunk, was reached";
}

const CHUNKED: &str = "HTTP/1.1 200 Any\r\nTransfer-Encoding: chunked\r\n\r\n";

async fn chunked_body_arrives(Bench { transport, .. }: Bench) -> Outcome {
    let steps = [CHUNKED, "3\r\nabc\r\n", "5;x=y\r\ndefgh\r\n", "0\r\nX-Trailer: 1\r\n\r\n"];
    let server = Server::start(move |_| steps.map(|step| Step::Send(step.into())).into()).await?;
    for _ in 0..2 {
        let body = whole(response(transport.send(server.post("/", "ask")?).await)?).await?;
        ensure(body == "abcdefgh", "\"abcdefgh\"", || format!("{body:?}"))?;
    }
    Ok(())
}

async fn body_until_close_arrives(Bench { transport, .. }: Bench) -> Outcome {
    let steps = ["HTTP/1.1 200 Any\r\nConnection: close\r\n\r\n", "to the", " end"];
    let server = Server::start(move |_| {
        let mut steps: Vec<_> = steps.map(|step| Step::Send(step.into())).into();
        steps.push(Step::Close);
        steps
    })
    .await?;
    let body = whole(response(transport.send(server.post("/", "ask")?).await)?).await?;
    ensure(body == "to the end", "\"to the end\"", || format!("{body:?}"))
}

async fn body_is_streamed(Bench { transport, .. }: Bench) -> Outcome {
    let steps = [Step::Send(CHUNKED.into()), Step::Send("5\r\nabcde\r\n".into()), Step::Hang];
    let server = Server::start(move |_| steps.to_vec()).await?;
    let request = server.post("/", "ask")?;
    let first = async {
        let mut body = response(transport.send(request).await)?.into_body();
        let chunk = body.chunk().await;
        chunk.map_err(|error| Mismatch::new("the first bytes", format!("{error:?}")))
    };
    match run_for(Duration::from_secs(2), first).await {
        Some(first) => {
            let first = first?;
            ensure(first.is_some(), "the first bytes", || "the end of the body".into())
        }
        None => Err(Mismatch::new("the first bytes of an endless body", "nothing within 2 s")),
    }
}

/// More than the buffers of two sockets hold.
const FLOOD: usize = 96 << 20;

async fn unread_body_is_not_buffered(Bench { transport, .. }: Bench) -> Outcome {
    let head = "HTTP/1.1 200 Any\r\nContent-Length: 1073741824\r\n\r\n";
    let steps = [Step::Send(head.into()), Step::Flood(FLOOD), Step::Hang];
    let server = Server::start(move |_| steps.to_vec()).await?;
    let mut body = response(transport.send(server.post("/", "ask")?).await)?.into_body();
    let first = body.chunk().await;
    ensure(matches!(first, Ok(Some(_))), "the first bytes", || format!("{first:?}"))?;
    // Until sending has stopped for a while, whatever the speed of the machine.
    let (mut sent, mut still) = (0, 0);
    while still < 5 {
        pause(Duration::from_millis(150)).await;
        still = if server.flooded() == sent { still + 1 } else { 0 };
        sent = server.flooded();
    }
    ensure(server.flooded() < FLOOD, "a server that has to wait for the reader", || {
        format!("{} MiB read ahead", FLOOD >> 20)
    })
}

async fn truncated_body_is_an_error(Bench { transport, .. }: Bench) -> Outcome {
    let with_length = "HTTP/1.1 200 Any\r\nContent-Length: 10\r\n\r\nabcde".to_owned();
    for (text, end) in [
        (with_length.clone(), Step::Close),
        (with_length, Step::Reset),
        (format!("{CHUNKED}5\r\nabcde\r\n"), Step::Close),
        (format!("{CHUNKED}9\r\nabcde"), Step::Close),
    ] {
        let expected = format!("an error of the body after {text:?} and {end:?}");
        let server =
            Server::start(move |_| vec![Step::Send(text.clone().into()), end.clone()]).await?;
        // A reset may overtake the head.
        let Ok(got) = transport.send(server.post("/", "ask")?).await else { continue };
        match got.into_body().collect(usize::MAX).await {
            Ok(body) => {
                return Err(Mismatch::new(expected, format!("a complete body: {body:?}")));
            }
            Err(CollectError::Transport(error)) => {
                let sent = error.request_sent() == RequestSent::Maybe;
                ensure(
                    sent,
                    format!("{expected}, after which the request counts as sent"),
                    || format!("{error:?}"),
                )?;
            }
            Err(error) => return Err(Mismatch::new(expected, format!("{error:?}"))),
        }
    }
    Ok(())
}
