//! The head of a response.

use http::HeaderValue;

use super::list;
use crate::conformance::check::Bench;
use crate::conformance::expect::{Outcome, all, ensure, response, whole};
use crate::conformance::server::{Server, Step, answer};

list! {
    response_headers_arrive, Http,
        "each header of a response arrives, repeated ones as often as they came",
        "pass on every header: no map that keeps one value, no joining with a comma";
    encoded_body_is_not_decoded, Http,
        "a body with Content-Encoding arrives as it came, with that header",
        "switch decompression off: the engine asks for `identity` and checks";
    interim_response_is_skipped, Http,
        "a 1xx response is not the response",
        "read on after a 1xx head until another status comes";
    responses_are_not_mixed_up, Http,
        "each of many concurrent requests gets its own response",
        "never put a connection back while a response is in flight on it";
}

async fn response_headers_arrive(Bench { transport, .. }: Bench) -> Outcome {
    let headers = "X-Two: first\r\nRetry-After: 7\r\nX-Two: second\r\nSet-Cookie: a=b\r\n";
    let server = Server::start(move |_| answer(200, headers, b"")).await?;
    let got = response(transport.send(server.post("/", "ask")?).await)?;
    for (name, values) in
        [("x-two", &["first", "second"][..]), ("retry-after", &["7"]), ("set-cookie", &["a=b"])]
    {
        let came: Vec<&HeaderValue> = got.headers().get_all(name).iter().collect();
        ensure(came == values, format!("{name}: {values:?}"), || format!("{came:?}"))?;
    }
    Ok(())
}

async fn encoded_body_is_not_decoded(Bench { transport, .. }: Bench) -> Outcome {
    // Not valid gzip, so that a transport that decodes it fails.
    let body = b"\0plain\xff";
    let server = Server::start(|_| answer(200, "Content-Encoding: gzip\r\n", body)).await?;
    let got = response(transport.send(server.post("/", "ask")?).await)?;
    let label = got.headers().get("content-encoding").cloned();
    ensure(label.as_ref().is_some_and(|label| label == "gzip"), "Content-Encoding: gzip", || {
        format!("{label:?}")
    })?;
    let came = whole(got).await?;
    ensure(came == body[..], format!("{body:?}"), || format!("{came:?}"))
}

async fn interim_response_is_skipped(Bench { transport, .. }: Bench) -> Outcome {
    let server = Server::start(|_| {
        let interim = "HTTP/1.1 103 Any\r\nLink: </a>\r\n\r\n";
        let mut steps = vec![Step::Send(interim.into()), Step::Send(interim.into())];
        steps.extend(answer(200, "", b"final"));
        steps
    })
    .await?;
    let got = response(transport.send(server.post("/interim", "ask")?).await)?;
    let status = got.status();
    ensure(status == 200, "status 200, after two of 103", || format!("status {status}"))?;
    let body = whole(got).await?;
    ensure(body == "final", "the body of the final response", || format!("{body:?}"))
}

async fn responses_are_not_mixed_up(Bench { transport, .. }: Bench) -> Outcome {
    let server = Server::start(|got| answer(200, "", got.target.as_bytes())).await?;
    let one = async |n: usize| -> Outcome {
        let path = format!("/{n}");
        let body = whole(response(transport.send(server.post(&path, "ask")?).await)?).await?;
        ensure(body == path, format!("the response to {path}"), || format!("that to {body:?}"))
    };
    all((0..32).map(|n| Box::pin(one(n)) as _).collect()).await
}
