//! The minimum work of any client, on one thread.
//!
//! Links: GET each file, decode LZ4 blocks as they arrive into a reused buffer, read Arrow from it
//! without a copy. Other statements: POST the call and read the bytes of the response, without
//! decoding. Over the Statement Execution API the row of a small query is behind a link: GET its
//! file as well, unless the row is in the response, and close the statement, since a server keeps
//! it otherwise.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use bytes::{Bytes, BytesMut};
use dbsql_protocol::message::{decode_reply, encode_call};
use dbsql_protocol::rpc::{ExecuteStatement, OpenSession};
use dbsql_protocol::sea;
use dbsql_protocol::types::{
    TExecuteStatementReq, TOpenSessionReq, TProtocolVersion, TSparkArrowTypes,
    TSparkGetDirectResults,
};
use http_body_util::{BodyExt as _, Full};
use hyper::http::request::Builder;
use hyper::{Request, Response, body::Incoming};

use crate::connection::{Connection, Target};
use crate::flags::{BenchClient, Protocol};
use crate::lz4::FrameDecoder;
use crate::{Measurement, Problem, Tally};

pub(crate) fn run(flags: &BenchClient) -> Result<(), Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let target = Target::new(&flags.url, flags.root_certificate.as_deref())?;
    let words: Vec<&str> = flags.sql.split_whitespace().collect();
    runtime.block_on(async {
        match words[..] {
            ["SELECT", "links", files] => {
                let files = if flags.times == Some(0) { 0 } else { files.parse()? };
                links(Arc::new(target), files, flags.connections.unwrap_or(1)).await
            }
            _ if flags.protocol == Some(Protocol::Sea) => statements(&target, flags).await,
            _ => calls(&target, flags).await,
        }
    })
}

/// Reads files over this many connections.
async fn links(target: Arc<Target>, files: usize, connections: usize) -> Result<(), Problem> {
    let measurement = Measurement::start()?;
    let next = Arc::new(AtomicUsize::new(0));
    let readers: Vec<_> = (0..connections.clamp(1, files.max(1)))
        .map(|_| tokio::spawn(read(Arc::clone(&target), Arc::clone(&next), files)))
        .collect();
    let mut tally = Tally::default();
    for reader in readers {
        let read = reader.await??;
        tally.rows += read.rows;
        tally.id_sum = tally.id_sum.wrapping_add(read.id_sum);
    }
    measurement.finish(Some(tally), Vec::new())
}

/// Reads files over one connection until none is left.
async fn read(target: Arc<Target>, next: Arc<AtomicUsize>, files: usize) -> Result<Tally, Problem> {
    let mut connection = target.connect().await?;
    let (mut decoder, mut buffer, mut tally) =
        (FrameDecoder::default(), BytesMut::new(), Tally::default());
    loop {
        let part = next.fetch_add(1, Ordering::Relaxed);
        if part >= files {
            return Ok(tally);
        }
        // The server repeats its files; it takes the number modulo their count.
        let path = format!("/bare/{part}");
        let request = Request::get(path).header("host", target.authority());
        let response = send(&mut connection, request.body(Full::default())?).await?;
        let mut body = response.into_body();
        decoder.reset();
        while let Some(frame) = body.frame().await {
            if let Ok(data) = frame?.into_data() {
                decoder.push(&data, &mut buffer)?;
            }
        }
        let filled = decoder.filled()?;
        let whole = buffer.freeze();
        decode(whole.slice(..filled), &mut tally)?;
        // There is no other reference.
        buffer = whole.try_into_mut().map_err(|_| "a batch outlived its file")?;
    }
}

/// Reads batches in place: an error if one would have to be copied.
fn decode(stream: Bytes, tally: &mut Tally) -> Result<(), Problem> {
    let mut decoder = StreamDecoder::new().with_require_alignment(true);
    let mut buffer = Buffer::from(stream);
    while !buffer.is_empty() {
        if let Some(batch) = decoder.decode(&mut buffer)? {
            tally.add(&batch)?;
        }
    }
    Ok(decoder.finish()?)
}

/// Posts the call of a statement repeatedly.
async fn calls(target: &Target, flags: &BenchClient) -> Result<(), Problem> {
    let mut connection = target.connect().await?;
    let open = TOpenSessionReq {
        client_protocol_i64: Some(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V9.0.into()),
        ..TOpenSessionReq::default()
    };
    let open = encode_call::<OpenSession>(&open);
    let opened = post(&mut connection, target, &flags.http_path, open).await?;
    let session = decode_reply::<OpenSession>(opened)?.session_handle.ok_or("no session")?;
    let execute = TExecuteStatementReq {
        session_handle: session,
        statement: flags.sql.clone(),
        run_async: Some(true),
        get_direct_results: Some(TSparkGetDirectResults {
            max_rows: i64::MAX,
            max_bytes: Some(16 << 20),
        }),
        can_read_arrow_result: Some(true),
        can_download_result: Some(true),
        can_decompress_lz4_result: Some(true),
        use_arrow_native_types: Some(TSparkArrowTypes {
            timestamp_as_arrow: Some(true),
            decimal_as_arrow: Some(true),
            complex_types_as_arrow: Some(true),
            ..TSparkArrowTypes::default()
        }),
        ..TExecuteStatementReq::default()
    };
    let execute = encode_call::<ExecuteStatement>(&execute);
    let path = &flags.http_path;
    post(&mut connection, target, path, execute.clone()).await?;
    let (measurement, mut each) = (Measurement::start()?, Vec::new());
    for _ in 0..flags.times.unwrap_or(1) {
        let began = Instant::now();
        post(&mut connection, target, path, execute.clone()).await?;
        each.push(began.elapsed());
    }
    measurement.finish(None, each)
}

/// Posts a statement, gets the file of its row and closes it, repeatedly. The close is not part of
/// the time of a statement, since it can run in the background.
async fn statements(target: &Target, flags: &BenchClient) -> Result<(), Problem> {
    let mut connection = target.connect().await?;
    let warehouse = flags.http_path.rsplit('/').next().unwrap_or_default();
    let execute = sea::ExecuteStatement {
        warehouse_id: warehouse.to_owned(),
        statement: flags.sql.clone(),
        disposition: Some(match flags.inline_results {
            true => sea::Disposition::InlineOrExternalLinks,
            false => sea::Disposition::ExternalLinks,
        }),
        format: Some(sea::Format::ArrowStream),
        result_compression: Some(sea::Compression::Lz4Frame),
        ..sea::ExecuteStatement::default()
    };
    let execute = Bytes::from(sea::json::write(&execute)?);
    let is_linked = !flags.inline_results;
    statement(&mut connection, target, execute.clone(), is_linked).await?;
    let (measurement, mut each) = (Measurement::start()?, Vec::new());
    for _ in 0..flags.times.unwrap_or(1) {
        each.push(statement(&mut connection, target, execute.clone(), is_linked).await?);
    }
    measurement.finish(None, each)
}

async fn statement(
    connection: &mut Connection,
    target: &Target,
    execute: Bytes,
    is_linked: bool,
) -> Result<Duration, Problem> {
    let began = Instant::now();
    let request = Request::post(sea::path::STATEMENTS).header("content-type", "application/json");
    let answer = bytes(connection, target, request, execute).await?;
    if is_linked {
        let link = between(&answer, b"\"external_link\":\"").ok_or("the answer has no link")?;
        let path = link.find("/files/").and_then(|at| link.get(at..)).ok_or("a link to no file")?;
        bytes(connection, target, Request::get(path), Bytes::new()).await?;
    }
    let took = began.elapsed();
    let id = between(&answer, b"\"statement_id\":\"").ok_or("the answer has no id")?;
    let path = format!("{}/{id}", sea::path::STATEMENTS);
    bytes(connection, target, Request::delete(path), Bytes::new()).await?;
    Ok(took)
}

/// The text from after these bytes to the next quotation mark: a URL or an id in JSON.
fn between<'a>(answer: &'a [u8], before: &[u8]) -> Option<&'a str> {
    let start = answer.windows(before.len()).position(|window| window == before)? + before.len();
    let text = answer.get(start..)?.split(|byte| *byte == b'"').next()?;
    std::str::from_utf8(text).ok()
}

async fn post(
    connection: &mut Connection,
    target: &Target,
    path: &str,
    call: Bytes,
) -> Result<Bytes, Problem> {
    let request = Request::post(path).header("content-type", "application/x-thrift");
    bytes(connection, target, request, call).await
}

async fn bytes(
    connection: &mut Connection,
    target: &Target,
    request: Builder,
    body: Bytes,
) -> Result<Bytes, Problem> {
    let request = request.header("host", target.authority()).body(Full::new(body))?;
    Ok(send(connection, request).await?.into_body().collect().await?.to_bytes())
}

async fn send(
    connection: &mut Connection,
    request: Request<Full<Bytes>>,
) -> Result<Response<Incoming>, Problem> {
    connection.ready().await?;
    let response = connection.send_request(request).await?;
    if !response.status().is_success() {
        return Err(format!("the server answers {}", response.status()).into());
    }
    Ok(response)
}
