//! No request arrives twice, and one that is said not to have been sent does not arrive, whatever
//! connections do and whenever a request is dropped.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use dbsql_transport::{
    FreshConnection, HttpOptions, HyperTransport, RequestSent, SendPermit, Transport,
};
use http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::server::Server;

type Log = Arc<Mutex<String>>;

/// Keeps all that it reads, answers at each semicolon, and is gone soon after the first answer,
/// so that the next request races with the close.
async fn answer_and_go(mut stream: TcpStream, log: Log, patience: Duration) {
    let serve = async {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = stream.read(&mut buffer).await {
            let text = String::from_utf8_lossy(&buffer[..read]).into_owned();
            log.lock().expect("no panic while locked").push_str(&text);
            for _ in text.matches(';') {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
            }
        }
    };
    let _ = timeout(patience, serve).await;
}

#[derive(Debug, Default)]
struct Tally {
    answered: usize,
    not_sent: usize,
    maybe: usize,
}

async fn race(fresh: bool, cut: bool) -> Tally {
    let log = Log::default();
    let served = Arc::clone(&log);
    let opened = Mutex::new(0_u64);
    let server = Server::serve(move |stream| {
        // Connections live between a fraction of a millisecond and a few.
        let mut opened = opened.lock().expect("no panic while locked");
        *opened += 1;
        answer_and_go(stream, Arc::clone(&served), Duration::from_micros(*opened * 397 % 4000))
    })
    .await;
    let transport = HyperTransport::new(HttpOptions::default()).expect("valid options");

    let mut tally = Tally::default();
    let mut outcomes = Vec::new();
    for id in 0..400_u64 {
        let permit = SendPermit::new();
        let mut request = Request::post(server.url("http"))
            .extension(permit.clone())
            .body(Bytes::from(format!("<{id}>;")))
            .expect("a valid request");
        if fresh {
            request.extensions_mut().insert(FreshConnection::default());
        }
        let limit = if cut { Duration::from_micros(id * 131 % 3000) } else { Duration::MAX };
        let outcome = match timeout(limit, transport.send(request)).await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(error.request_sent()),
            Err(_) => Some(permit.request_sent()),
        };
        match outcome {
            None => tally.answered += 1,
            Some(RequestSent::No) => tally.not_sent += 1,
            Some(RequestSent::Maybe) => tally.maybe += 1,
        }
        outcomes.push((id, outcome));
        sleep(Duration::from_micros(id * 61 % 2500)).await;
    }

    // Whatever is still on its way arrives now.
    sleep(Duration::from_millis(100)).await;
    let log = log.lock().expect("no panic while locked");
    for (id, outcome) in outcomes {
        let arrivals = log.matches(&format!("<{id}>")).count();
        match outcome {
            None => assert_eq!(arrivals, 1, "{id} was answered"),
            Some(RequestSent::No) => assert_eq!(arrivals, 0, "{id} was not sent"),
            Some(RequestSent::Maybe) => assert!(arrivals <= 1, "{id} arrived {arrivals} times"),
        }
    }
    tally
}

#[tokio::test]
async fn requests_that_race_with_a_close_arrive_at_most_once() {
    for fresh in [false, true] {
        let tally = race(fresh, false).await;
        assert!(tally.answered > 0 && tally.maybe > 0, "no race took place: {tally:?}");
    }
}

#[tokio::test]
async fn requests_that_are_dropped_arrive_only_if_they_count_as_sent() {
    let tally = race(false, true).await;
    let kinds = [tally.answered, tally.not_sent, tally.maybe];
    assert!(kinds.iter().all(|&count| count > 0), "no race took place: {tally:?}");
}
