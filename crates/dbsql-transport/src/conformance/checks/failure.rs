//! Failed exchanges: the kind of the error, and whether the request may have been sent.

use std::error::Error;

use http::{HeaderValue, Method, Request};

use super::list;
use crate::conformance::check::Bench;
use crate::conformance::expect::{
    Exchange, Mismatch, Outcome, ensure, failure, permitted, response, whole,
};
use crate::conformance::server::{Server, Step, answer, refusing, request_to};
use crate::{RequestSent, TransportError, TransportErrorKind};

list! {
    refused_connection_is_a_connect_error, Http,
        "without a connection the kind is `Connect` and nothing was sent, so that a submit can be retried",
        "use `TransportError::connect`, and take the permit with the last frame, not before";
    lost_response_counts_as_sent, Http,
        "a connection that breaks after the request is `Interrupted` and `Maybe` sent: the statement may run",
        "report `RequestSent::Maybe`, or what `SendPermit::revoke` returns";
    invalid_response_is_an_error, Http,
        "what is not HTTP, and a head that breaks off, are errors of kind `Interrupted`",
        "return `TransportError::interrupted`; never panic on what a server sends";
    errors_hold_no_secret, Http,
        "neither path and query of a URL nor a header is in an error: links and tokens are secrets",
        "remove the URL from the errors of the HTTP client (`without_url` in reqwest)";
    early_end_leaves_no_doubt, Http,
        "a server that answers or closes before the end of the body was sent: its answer, or `RequestSent::No`",
        "take the permit with the last frame, read the response while writing, and report what `SendPermit::revoke` returns";
}

async fn refused_connection_is_a_connect_error(Bench { transport, .. }: Bench) -> Outcome {
    let (url, _bound) = refusing()?;
    let (request, permit) = permitted(request_to(Method::POST, &url, "ask")?);
    let error = failure(transport.send(request).await)?;
    let kind = error.kind();
    ensure(kind == TransportErrorKind::Connect, "kind `Connect`", || format!("{error:?}"))?;
    ensure_sent(&error, RequestSent::No)?;
    ensure(!permit.was_taken(), "a permit that is not taken", || "a taken one".into())
}

fn ensure_sent(error: &TransportError, sent: RequestSent) -> Outcome {
    ensure(error.request_sent() == sent, format!("an error with request sent: `{sent:?}`"), || {
        format!("{error:?}")
    })
}

async fn lost_response_counts_as_sent(Bench { transport, .. }: Bench) -> Outcome {
    for end in [Step::Reset, Step::Close] {
        let server = Server::start(move |got| match got.target.as_str() {
            "/fatal" => vec![end.clone()],
            _ => answer(200, "", b"fine"),
        })
        .await?;
        // On a new connection and on a reused one.
        for used in [false, true] {
            if used {
                whole(response(transport.send(server.post("/", "ask")?).await)?).await?;
            }
            let (request, permit) = permitted(server.post("/fatal", "ask")?);
            let error = failure(transport.send(request).await)?;
            ensure_sent(&error, RequestSent::Maybe)?;
            let kind = error.kind();
            ensure(kind == TransportErrorKind::Interrupted, "kind `Interrupted`", || {
                format!("{error:?}")
            })?;
            let sent = permit.revoke();
            ensure(sent == RequestSent::Maybe, "`Maybe` sent, by the permit", || {
                format!("`{sent:?}`")
            })?;
        }
    }
    Ok(())
}

async fn invalid_response_is_an_error(Bench { transport, .. }: Bench) -> Outcome {
    for text in [
        "SSH-2.0-server\r\n\r\n",
        "HTTP/1.1 2x0 Any\r\n\r\n",
        "HTTP/1.1 200 Any\r\nContent-Le",
        "\0\0",
    ] {
        let server = Server::start(|_| vec![Step::Send(text.into()), Step::Close]).await?;
        let error = failure(transport.send(server.post("/invalid", "ask")?).await)
            .map_err(|other| Mismatch::new(format!("an error for {text:?}"), other.got))?;
        let kind = error.kind();
        ensure(kind == TransportErrorKind::Interrupted, "kind `Interrupted`", || {
            format!("{error:?} for {text:?}")
        })?;
    }
    Ok(())
}

/// In the path, the query and a header.
const SECRETS: [&str; 3] = ["secret-path", "secret-signature", "secret-token"];

async fn errors_hold_no_secret(Bench { transport, .. }: Bench) -> Outcome {
    let torn = "HTTP/1.1 200 Any\r\nContent-Length: 10\r\n\r\nabcde";
    let path = "secret-path?sig=secret-signature";
    let (nowhere, _bound) = refusing()?;
    let [lost, broken] = [vec![Step::Close], vec![Step::Send(torn.into()), Step::Close]];
    let (lost, broken) = (
        Server::start(move |_| lost.clone()).await?,
        Server::start(move |_| broken.clone()).await?,
    );
    for url in
        [format!("{nowhere}{path}"), lost.url(&format!("/{path}")), broken.url(&format!("/{path}"))]
    {
        let mut request = request_to(Method::POST, &url, "ask")?;
        let mut value = HeaderValue::from_static("Bearer secret-token");
        value.set_sensitive(true);
        request.headers_mut().insert("authorization", value);
        let Some(error) = error_of(transport.send(request).await).await else { continue };
        let text = text_of(&error);
        if let Some(secret) = SECRETS.iter().find(|secret| text.contains(**secret)) {
            let got = format!("`{secret}` in {text}");
            return Err(Mismatch::new("an error without path, query or header", got));
        }
    }
    Ok(())
}

/// Returns the error of the exchange or of its body.
async fn error_of(result: Exchange) -> Option<TransportError> {
    let mut body = match result {
        Ok(response) => response.into_body(),
        Err(error) => return Some(error),
    };
    loop {
        match body.chunk().await {
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(error) => return Some(error),
        }
    }
}

/// Returns the full text of an error and its causes.
fn text_of(error: &TransportError) -> String {
    let mut text = format!("{error}: {error:?}");
    let mut next = error.source();
    while let Some(error) = next {
        text = format!("{text}: {error}: {error:?}");
        next = error.source();
    }
    text
}

/// Returns a request larger than the buffers between a client and a server that does not read.
pub(super) fn large(server: &Server) -> Result<Request<bytes::Bytes>, Mismatch> {
    server.post("/", vec![b'x'; 16 << 20])
}

async fn early_end_leaves_no_doubt(Bench { transport, .. }: Bench) -> Outcome {
    for status in [413, 401, 429] {
        let server = Server::start_early(move |_| answer(status, "", b"no")).await?;
        match transport.send(large(&server)?).await {
            Ok(got) => {
                let got = got.status();
                ensure(got == status, format!("status {status}"), || format!("status {got}"))?;
            }
            // A reset may overtake the response.
            Err(error) => ensure_sent(&error, RequestSent::No)?,
        }
    }
    for end in [Step::Close, Step::Reset] {
        let server = Server::start_early(move |_| vec![end.clone()]).await?;
        ensure_sent(&failure(transport.send(large(&server)?).await)?, RequestSent::No)?;
    }
    Ok(())
}
