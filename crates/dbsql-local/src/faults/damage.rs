//! Damaged bodies.

use std::time::Duration;

use bytes::Bytes;
use dbsql_runtime::Runtime;
use dbsql_transport::{Body, RequestSent, TransportError};
use futures_util::stream;
use http::{HeaderValue, Response, header};
use http_body_util::StreamBody;
use hyper::body::Frame;

use crate::faults::{Fault, FaultPicker};

/// Applies the damage of the fault to a response; other faults leave it unchanged.
pub(crate) fn damaged(
    response: Response<Bytes>,
    fault: &Fault,
    picker: &FaultPicker,
    runtime: &Runtime,
) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    // The whole length is announced, or a body that breaks off would look complete.
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    let body = match *fault {
        Fault::Corrupt(bytes) => Body::from(flipped(&body, bytes, picker)),
        Fault::Truncate(part) => {
            let keep = (body.len() as f64 * part.clamp(0.0, 1.0)) as usize;
            // Even a whole body lacks something then: a byte that was announced.
            let announced = body.len().max(keep + 1);
            head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(announced));
            pieces(body.slice(..keep), usize::MAX, None, true, runtime)
        }
        Fault::Slow { piece, pause } => pieces(body, piece, Some(pause), false, runtime),
        _ => Body::from(body),
    };
    Response::from_parts(head, body)
}

fn flipped(body: &Bytes, count: usize, picker: &FaultPicker) -> Vec<u8> {
    let mut bytes = body.to_vec();
    if !bytes.is_empty() {
        for _ in 0..count {
            let number = picker.random();
            let at = (number >> 3) as usize % bytes.len();
            bytes[at] ^= 1 << (number & 7);
        }
    }
    bytes
}

/// Returns the body in pieces, possibly with an error at the end.
pub(crate) fn pieces(
    body: Bytes,
    size: usize,
    pause: Option<Duration>,
    breaks_off: bool,
    runtime: &Runtime,
) -> Body {
    let runtime = runtime.clone();
    let state = (body, breaks_off);
    let frames = stream::unfold(state, move |(mut rest, breaks_off)| {
        let runtime = runtime.clone();
        async move {
            if rest.is_empty() {
                // What came before must have been sent: a server that learns of the error first
                // sends nothing at all.
                tokio::task::yield_now().await;
                let error = || TransportError::interrupted(RequestSent::Maybe, "a planned fault");
                return breaks_off.then(|| (Err(error()), (rest, false)));
            }
            if let Some(pause) = pause {
                runtime.sleep(pause).await;
            }
            let piece = rest.split_to(size.max(1).min(rest.len()));
            Some((Ok(Frame::data(piece)), (rest, breaks_off)))
        }
    });
    Body::new(StreamBody::new(frames))
}
