//! How does a web service run statements that take longer than a request?
//!
//! ```sh
//! cargo run --example web-service -- 3000
//! curl -i -d "SELECT sleep(5) AS slept" http://127.0.0.1:3000/queries   # 202, Location: /queries/TOKEN
//! curl http://127.0.0.1:3000/queries/TOKEN                              # the status, then the rows
//! curl -X DELETE http://127.0.0.1:3000/queries/TOKEN                    # stops it, frees the result
//! ```
//!
//! The handle of a statement is a credential, and URLs end up in logs and histories: so it stays in
//! `queries.rs`, and callers get a random token. See `scheduler` for surviving a restart. This
//! service runs any SQL that it receives, and therefore listens only on this machine: a real one
//! has its own statements and authenticates its callers.

#![expect(clippy::print_stdout, reason = "it says where it listens")]

#[path = "../shared/local.rs"]
mod local;
mod queries;

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dbsql::Client;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{HeaderValue, LOCATION};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::queries::Queries;

type Failure = Box<dyn Error + Send + Sync>;
type Answer = Response<Full<Bytes>>;

const MAX_SQL_BYTES: usize = 64 * 1024;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let port = std::env::args().nth(1).map_or(Ok(3000), |port| port.parse::<u16>())?;
    let (config, _local) = local::config().await?;
    let queries = Arc::new(Queries::new(Client::new(config)?));
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}", listener.local_addr()?);

    let mut connections = JoinSet::new();
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        let (stream, _) = tokio::select! {
            biased;
            pressed = &mut interrupt => break pressed?,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted?,
        };
        let queries = Arc::clone(&queries);
        let service = service_fn(move |request| {
            let queries = Arc::clone(&queries);
            async move { Ok::<_, Infallible>(answer(&queries, request).await) }
        });
        // One request per connection: none is idle when the service stops.
        let mut http = http1::Builder::new();
        connections.spawn(http.keep_alive(false).serve_connection(TokioIo::new(stream), service));
    }

    drop(listener);
    let answered = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(Duration::from_secs(5), answered).await;
    connections.shutdown().await; // aborts the rest: their submits are canceled
    println!("stopped, and closed {} queries", queries.stop().await?);
    Ok(())
}

async fn answer(queries: &Queries, request: Request<Incoming>) -> Answer {
    let path = request.uri().path().to_owned();
    let answer = match (request.method(), path.strip_prefix("/queries/")) {
        (&Method::POST, None) if path == "/queries" => submit(queries, request).await,
        (&Method::GET, Some(token)) => show(queries, token).await,
        (&Method::DELETE, Some(token)) => delete(queries, token).await,
        _ => Ok(not_found()),
    };
    answer.unwrap_or_else(|error| {
        let is_ours = error.is::<dbsql::Error>();
        let status = if is_ours { StatusCode::BAD_GATEWAY } else { StatusCode::BAD_REQUEST };
        respond(status, &json!({ "error": error.to_string() }))
    })
}

async fn submit(queries: &Queries, request: Request<Incoming>) -> Result<Answer, Failure> {
    let body = Limited::new(request.into_body(), MAX_SQL_BYTES).collect().await?;
    let token = queries.submit(String::from_utf8(body.to_bytes().to_vec())?).await?;
    let mut answer = respond(StatusCode::ACCEPTED, &json!({ "status": "accepted" }));
    answer.headers_mut().insert(LOCATION, HeaderValue::try_from(format!("/queries/{token}"))?);
    Ok(answer)
}

async fn show(queries: &Queries, token: &str) -> Result<Answer, Failure> {
    let shown = queries.show(token).await?;
    Ok(shown.map_or_else(not_found, |shown| respond(StatusCode::OK, &shown)))
}

async fn delete(queries: &Queries, token: &str) -> Result<Answer, Failure> {
    let deleted = queries.delete(token).await?;
    Ok(if deleted { respond(StatusCode::OK, &json!({ "status": "deleted" })) } else { not_found() })
}

fn not_found() -> Answer {
    respond(StatusCode::NOT_FOUND, &json!({ "error": "not found" }))
}

fn respond(status: StatusCode, body: &serde_json::Value) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(body.to_string())));
    *answer.status_mut() = status;
    answer
}
