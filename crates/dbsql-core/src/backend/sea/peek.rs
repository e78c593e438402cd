//! Reads the beginning of a result file, which tells how its values are encoded.

use arrow_schema::SchemaRef;
use bytes::{Bytes, BytesMut};
use dbsql_arrow::Layout;
use tokio::sync::oneshot;
use tracing::Instrument;

use super::Sea;
use crate::backend::Until;
use crate::backend::link::Link;
use crate::http::attempt::no_runtime;
use crate::http::store::{Chunk, Storage};
use crate::{Error, ErrorKind, Result, RetryAdvice};

/// The size of the first request: enough for the schema of a few hundred columns, or for the whole
/// file of a small result.
const FIRST_BYTES: u64 = 64 << 10;

/// The maximum size of a schema in bytes.
const SCHEMA_LIMIT: usize = 16 << 20;

/// The result of peeking at a file.
#[derive(Debug)]
pub(super) enum Peeked {
    Schema {
        schema: SchemaRef,
        /// The file, if it is small enough to have been read as a whole.
        content: Option<Bytes>,
    },
    /// The file is empty, or its schema cannot be reached.
    Nothing,
    /// The link expired or was rejected.
    Rejected(Error),
}

/// The maximum number of attempts for a damaged file.
const DAMAGED_ATTEMPTS: u32 = 3;

/// Reads the schema of the file behind a link, and retries if it is damaged.
pub(super) async fn peek(sea: &Sea, layout: &Layout, link: &Link, until: Until) -> Result<Peeked> {
    let mut attempt = 1;
    loop {
        match peek_once(sea, layout, link, until).await {
            Err(error)
                if error.kind() == ErrorKind::Decode
                    && error.retry() != RetryAdvice::Never
                    && attempt < DAMAGED_ATTEMPTS =>
            {
                tracing::debug!(%error, attempt, "failed to decode the beginning of a file");
                attempt += 1;
            }
            peeked => return peeked,
        }
    }
}

/// Reads the schema of an available stream.
pub(super) fn at(layout: &Layout, stream: Bytes) -> Result<Peeked> {
    let mut peek = layout.peek(SCHEMA_LIMIT);
    peek.push(stream);
    let schema = peek.schema()?;
    Ok(schema.map_or(Peeked::Nothing, |schema| Peeked::Schema { schema, content: None }))
}

/// In a separate task: a caller that is not polled must not hold a download slot.
async fn peek_once(sea: &Sea, layout: &Layout, link: &Link, until: Until) -> Result<Peeked> {
    let runtime = &sea.exchange.runtime;
    let here = runtime.current().map_err(no_runtime)?;
    let lane = sea.exchange.lanes.here()?;
    let (mut caller, peeked) = oneshot::channel();
    let (storage, layout, link) = (sea.storage.clone(), layout.clone(), link.clone());
    let task = async move {
        let read = tokio::select! {
            biased;
            () = caller.closed() => return,
            read = read(&storage, &layout, link, until) => read,
        };
        // The caller may have been dropped at this moment.
        drop(caller.send(read));
    };
    lane.tasks.spawn(task.in_current_span());
    drop(lane);
    let lost = |why: &str| Error::new(ErrorKind::Transport, why);
    match runtime.timeout_at(until, runtime.while_in(here, peeked)).await {
        Ok(Some(Ok(peeked))) => peeked,
        Ok(_) => Err(lost("the async runtime in which a result file was read is gone or idle")),
        Err(elapsed) => {
            let message = "the deadline passed while the result was being opened";
            Err(Error::new(ErrorKind::Deadline, message).with_source(elapsed))
        }
    }
}

async fn read(storage: &Storage, layout: &Layout, link: Link, until: Until) -> Result<Peeked> {
    let mut peek = layout.peek(SCHEMA_LIMIT);
    let mut download = storage.download(link.url, link.headers, 0, Some(FIRST_BYTES), until);
    let mut beginning = BytesMut::new();
    while download.position() < FIRST_BYTES {
        match download.chunk().await? {
            Chunk::Bytes(bytes) => beginning.extend_from_slice(&bytes),
            Chunk::End => break,
            Chunk::Rejected(error) | Chunk::Changed(error) => return Ok(Peeked::Rejected(error)),
        }
    }
    let beginning = beginning.freeze();
    peek.push(beginning.clone());
    if let Some(schema) = peek.schema()? {
        let is_whole = download.total() == Some(beginning.len() as u64);
        return Ok(Peeked::Schema { schema, content: Some(beginning).filter(|_| is_whole) });
    }
    // The schema is larger than the requested range.
    if download.position() < FIRST_BYTES || !download.read_to_end() {
        return Ok(Peeked::Nothing);
    }
    loop {
        match download.chunk().await? {
            Chunk::Bytes(bytes) => peek.push(bytes),
            Chunk::End => return Ok(Peeked::Nothing),
            Chunk::Rejected(error) | Chunk::Changed(error) => return Ok(Peeked::Rejected(error)),
        }
        if let Some(schema) = peek.schema()? {
            return Ok(Peeked::Schema { schema, content: None });
        }
    }
}
