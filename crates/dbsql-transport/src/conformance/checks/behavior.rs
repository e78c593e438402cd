//! What a transport must not do on its own, since the engine decides it.

use http::Method;

use super::list;
use crate::conformance::check::Bench;
use crate::conformance::expect::{Outcome, all, ensure, ensure_requests, response, whole};
use crate::conformance::server::{Server, Step, answer};

list! {
    redirect_is_not_followed, Http,
        "a redirect comes back as a response: the engine decides who may be sent what",
        "switch redirects off in the HTTP client";
    bad_status_is_not_retried, Http,
        "a request is sent once, whatever status and Retry-After say: a retry could run a statement twice",
        "switch retries off in the HTTP client: the engine retries";
    lost_response_is_not_retried, Http,
        "a request whose response was lost is not sent again: it may have run",
        "retry only what is known not to have been sent, or nothing";
    cookies_are_not_kept, Http,
        "a cookie is not returned by the transport: the engine keeps those of its sessions",
        "switch the cookie store off";
    responses_are_not_cached, Http,
        "each request reaches the server, also the same GET again",
        "switch the cache off";
    slow_response_blocks_no_other, Http,
        "a request is sent while others wait for their responses: a cancel must not queue behind a submit",
        "hold no lock while a request is in flight";
}

async fn redirect_is_not_followed(Bench { transport, .. }: Bench) -> Outcome {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start(move |got| match got.target.as_str() {
            "/" => answer(status, "Location: /other\r\n", b"moved"),
            _ => answer(200, "", b"followed"),
        })
        .await?;
        let got = response(transport.send(server.post("/", "ask")?).await)?.status();
        ensure(got == status, format!("status {status}"), || format!("status {got}"))?;
        ensure_requests(server.received().len(), 1)?;
    }
    Ok(())
}

async fn bad_status_is_not_retried(Bench { transport, .. }: Bench) -> Outcome {
    for status in [408, 429, 500, 502, 503, 504] {
        let server = Server::start(move |_| answer(status, "Retry-After: 0\r\n", b"later")).await?;
        // The status is tested by another check.
        let _ = transport.send(server.post("/", "ask")?).await;
        ensure_requests(server.received().len(), 1)?;
    }
    Ok(())
}

async fn lost_response_is_not_retried(Bench { transport, .. }: Bench) -> Outcome {
    for end in [Step::Reset, Step::Close] {
        let server = Server::start(move |got| match got.target.as_str() {
            "/fatal" => vec![end.clone()],
            _ => answer(200, "", b"fine"),
        })
        .await?;
        // On a new connection and on a reused one.
        for arrived in 1..=2 {
            let _ = transport.send(server.post("/fatal", "ask")?).await;
            let fatal = server.received().iter().filter(|got| got.target == "/fatal").count();
            ensure_requests(fatal, arrived)?;
            whole(response(transport.send(server.post("/", "ask")?).await)?).await?;
        }
    }
    Ok(())
}

async fn cookies_are_not_kept(Bench { transport, .. }: Bench) -> Outcome {
    let server = Server::start(|_| answer(200, "Set-Cookie: a=b\r\n", b"")).await?;
    for _ in 0..2 {
        whole(response(transport.send(server.post("/", "ask")?).await)?).await?;
    }
    let kept = server.received().iter().any(|got| {
        got.headers.get_all("cookie").iter().any(|value| value.as_bytes().starts_with(b"a=b"))
    });
    ensure(!kept, "no Cookie header", || "the cookie of the first response".into())
}

async fn responses_are_not_cached(Bench { transport, .. }: Bench) -> Outcome {
    let headers = "Cache-Control: max-age=600, immutable\r\nETag: \"1\"\r\n";
    let server = Server::start(move |_| answer(200, headers, b"cacheable")).await?;
    for _ in 0..2 {
        let request = server.request(Method::GET, "/file", "")?;
        let body = whole(response(transport.send(request).await)?).await?;
        ensure(body == "cacheable", "the file", || format!("{body:?}"))?;
    }
    ensure_requests(server.received().len(), 2)
}

async fn slow_response_blocks_no_other(Bench { transport, .. }: Bench) -> Outcome {
    // No response is sent before all requests have arrived.
    let server = Server::start(|_| {
        let mut steps = vec![Step::WaitForRequests(4)];
        steps.extend(answer(200, "", b"all have come"));
        steps
    })
    .await?;
    let one = async || {
        let sent = transport.send(server.post("/", "ask")?).await;
        let arrived = server.received().len();
        ensure(sent.is_ok(), "4 requests in flight at once", || format!("{arrived} of them"))
    };
    all((0..4).map(|_| Box::pin(one()) as _).collect()).await
}
