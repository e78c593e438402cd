//! The hostile server: raw HTTP on a local port.

use bytes::Bytes;
use dbsql_protocol::message::{Call, encode_reply};
use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::types::{
    TCloseOperationResp, TCloseSessionResp, TExecuteStatementResp, TFetchResultsResp,
    TGetOperationStatusResp, TGetResultSetMetadataResp, THandleIdentifier, TOpenSessionResp,
    TOperationHandle, TOperationState, TOperationType, TProtocolVersion, TRowSet, TSessionHandle,
    TSparkArrowResultLink, TSparkRowSetType, TStatus, TStatusCode,
};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::cases::{Case, Hostile};
use super::client::WARM;
use super::content::{self, Content, MIB, frames, message, schema_message, stream};

/// Serves until the process is killed.
pub(super) fn serve(case: &'static Case) -> ! {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        println!("{port}");
        let hostile: &Hostile = Box::leak(Box::new((case.hostile)(&origin(port))));
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                // The client may disconnect at any time.
                let _ = connection(socket, hostile, port).await;
            });
        }
    })
}

fn origin(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

async fn connection(
    mut socket: TcpStream,
    hostile: &'static Hostile,
    port: u16,
) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    let mut read = Vec::new();
    loop {
        let head = loop {
            if let Some(end) = read.windows(4).position(|part| part == b"\r\n\r\n") {
                break end + 4;
            }
            if socket.read_buf(&mut read).await? == 0 {
                return Ok(());
            }
        };
        let text = String::from_utf8_lossy(&read[..head]).to_ascii_lowercase();
        let header = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim().to_owned())
        };
        let length: usize = header("content-length:").map_or(0, |length| length.parse().unwrap());
        while read.len() < head + length {
            if socket.read_buf(&mut read).await? == 0 {
                return Ok(());
            }
        }
        let body = Bytes::copy_from_slice(&read[head..head + length]);
        read.drain(..head + length);
        let path = text.split(' ').nth(1).unwrap_or_default();
        let file = path.strip_prefix("/f/").and_then(|name| name.split('?').next());
        let (content, range) = match file {
            Some("warm") => (warm_file(), header("range:")),
            Some(name) => {
                let number = name.parse::<usize>().unwrap_or(0);
                (hostile.files[number % hostile.files.len()].clone(), header("range:"))
            }
            None if path.starts_with(API) => {
                let method = text.split(' ').next().unwrap_or_default();
                (sea_answer(method, path, &body, hostile, port), None)
            }
            None => (answer(&body, hostile, port), None),
        };
        if !respond(&mut socket, &content, range.as_deref()).await? {
            return Ok(());
        }
    }
}

/// Whether the connection can be reused.
async fn respond(
    socket: &mut TcpStream,
    content: &Content,
    range: Option<&str>,
) -> std::io::Result<bool> {
    let total = content.length();
    let range = range.filter(|_| !content.is_unmeasured);
    let (from, to) = match range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-')) {
        Some((from, to)) => {
            let to = to.parse().map_or(total, |last: u64| (last + 1).min(total));
            (from.parse().unwrap_or(0), to)
        }
        None => (0, total),
    };
    let mut head = match range {
        Some(_) => {
            let last = to - 1;
            format!("HTTP/1.1 206 Partial\r\ncontent-range: bytes {from}-{last}/{total}\r\n")
        }
        None => "HTTP/1.1 200 OK\r\n".to_owned(),
    };
    head += "etag: \"one\"\r\naccept-ranges: bytes\r\n";
    match content.is_unmeasured {
        true => head += "connection: close\r\n\r\n",
        false => head += &format!("content-length: {}\r\n\r\n", to - from),
    }
    socket.write_all(head.as_bytes()).await?;
    let mut at = from;
    while at < to {
        let mut bytes = content.at(at);
        bytes.truncate(usize::try_from(to - at).unwrap_or(usize::MAX));
        if let Some((piece, pause)) = content.pace {
            bytes.truncate(piece);
            tokio::time::sleep(pause).await;
        }
        socket.write_all(&bytes).await?;
        at += bytes.len() as u64;
    }
    Ok(!content.is_unmeasured)
}

pub(super) fn ok() -> TStatus {
    TStatus { status_code: TStatusCode::SUCCESS_STATUS, ..TStatus::default() }
}

pub(super) fn reply<R: Rpc>(response: &R::Response) -> Content {
    Content::whole(encode_reply::<R>(0, response))
}

fn handle(first: u8) -> THandleIdentifier {
    let guid = [first; 16];
    THandleIdentifier { guid: Bytes::copy_from_slice(&guid), secret: Bytes::from_static(&[7; 16]) }
}

fn finished() -> TGetOperationStatusResp {
    TGetOperationStatusResp {
        status: ok(),
        operation_state: Some(TOperationState::FINISHED_STATE),
        has_result_set: Some(true),
        ..TGetOperationStatusResp::default()
    }
}

/// A small result to warm up the client.
fn warm_file() -> Content {
    frames(&stream(message(MIB, true), 2))
}

pub(super) fn link(origin: &str, name: &str, start: u64, rows: u64) -> TSparkArrowResultLink {
    TSparkArrowResultLink {
        file_link: format!("{origin}/f/{name}"),
        start_row_offset: start as i64,
        row_count: rows as i64,
        ..TSparkArrowResultLink::default()
    }
}

fn metadata(columns: bool, lz4: bool) -> TGetResultSetMetadataResp {
    TGetResultSetMetadataResp {
        status: ok(),
        schema: columns.then(content_table),
        result_format: Some(match columns {
            true => TSparkRowSetType::COLUMN_BASED_SET,
            false => TSparkRowSetType::URL_BASED_SET,
        }),
        lz4_compressed: Some(lz4),
        arrow_schema: (!columns).then(schema_message),
        ..TGetResultSetMetadataResp::default()
    }
}

fn content_table() -> dbsql_protocol::types::TTableSchema {
    use dbsql_protocol::types::{
        TColumnDesc, TPrimitiveTypeEntry, TTableSchema, TTypeDesc, TTypeEntry, TTypeId,
    };
    let entry = TPrimitiveTypeEntry { r#type: TTypeId::BIGINT_TYPE, type_qualifiers: None };
    let column = TColumnDesc {
        column_name: content::schema().field(0).name().clone(),
        type_desc: TTypeDesc { types: vec![TTypeEntry::PrimitiveEntry(entry)] },
        ..TColumnDesc::default()
    };
    TTableSchema { columns: vec![column] }
}

fn answer(body: &Bytes, hostile: &Hostile, port: u16) -> Content {
    let call = Call::decode(body.clone()).unwrap();
    let operation = |of: &TOperationHandle| of.operation_id.guid[0] == 1;
    match call.method() {
        "OpenSession" => reply::<rpc::OpenSession>(&TOpenSessionResp {
            status: ok(),
            server_protocol_version: TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V8,
            session_handle: Some(TSessionHandle {
                session_id: handle(3),
                server_protocol_version: None,
            }),
            ..TOpenSessionResp::default()
        }),
        "ExecuteStatement" => {
            let request = call.arguments::<rpc::ExecuteStatement>().unwrap();
            let is_hostile = request.statement != WARM;
            if let (true, Some(content)) = (is_hostile, &hostile.submit) {
                return content.clone();
            }
            reply::<rpc::ExecuteStatement>(&TExecuteStatementResp {
                status: ok(),
                operation_handle: Some(TOperationHandle {
                    operation_id: handle(u8::from(is_hostile)),
                    operation_type: TOperationType::EXECUTE_STATEMENT,
                    has_result_set: true,
                    modified_row_count: None,
                }),
                direct_results: None,
            })
        }
        "GetOperationStatus" => {
            let request = call.arguments::<rpc::GetOperationStatus>().unwrap();
            match &hostile.status {
                Some(content) if operation(&request.operation_handle) => content.clone(),
                _ => reply::<rpc::GetOperationStatus>(&finished()),
            }
        }
        "GetResultSetMetadata" => {
            let request = call.arguments::<rpc::GetResultSetMetadata>().unwrap();
            match (&hostile.metadata, operation(&request.operation_handle)) {
                (Some(content), true) => content.clone(),
                (None, true) => {
                    reply::<rpc::GetResultSetMetadata>(&metadata(hostile.columns, hostile.lz4))
                }
                (_, false) => reply::<rpc::GetResultSetMetadata>(&metadata(false, true)),
            }
        }
        "FetchResults" => {
            let request = call.arguments::<rpc::FetchResults>().unwrap();
            let row = request.start_row_offset.unwrap_or_default();
            if operation(&request.operation_handle) {
                if row > 0 {
                    return reply::<rpc::FetchResults>(&page(row, TRowSet::default()));
                }
                return hostile.page.clone();
            }
            let rows = 2 * MIB as u64 / 8;
            let links = vec![link(&origin(port), "warm", 0, rows)];
            let set = TRowSet { result_links: Some(links), ..TRowSet::default() };
            reply::<rpc::FetchResults>(&page(0, set))
        }
        "CloseOperation" => reply::<rpc::CloseOperation>(&TCloseOperationResp { status: ok() }),
        "CloseSession" => reply::<rpc::CloseSession>(&TCloseSessionResp { status: ok() }),
        other => panic!("{other}"),
    }
}

/// The path of the Statement Execution API.
const API: &str = "/api/2.0/sql/";

/// The statement whose result is hostile.
pub(super) const HOSTILE_ID: &str = "01010101-0101-4101-8101-010101010101";

const WARM_ID: &str = "02020202-0202-4202-8202-020202020202";

/// Answers a request of the Statement Execution API. The text is in lower case.
fn sea_answer(method: &str, path: &str, body: &Bytes, hostile: &Hostile, port: u16) -> Content {
    let is_hostile = path.contains(HOSTILE_ID);
    let (chunks, rows) = match hostile.chunks {
        Some(claimed) if is_hostile => claimed,
        _ => (1, 2 * MIB as u64 / 8),
    };
    let name = if is_hostile { "0" } else { "warm" };
    let link = |index: u64| {
        let mut link = json!({
            "external_link": format!("{}/f/{name}", origin(port)), "expiration": "2099-01-01T00:00:00Z",
            "chunk_index": index, "row_offset": index * rows, "row_count": rows, "byte_count": 0,
        });
        if index + 1 < chunks {
            link["next_chunk_index"] = json!(index + 1);
        }
        json!({ "external_links": [link] })
    };
    let answer = match (method, path.strip_prefix(API).unwrap_or_default()) {
        ("post", "sessions") => json!({ "session_id": "s" }),
        ("post", "statements") => {
            let is_warm = String::from_utf8_lossy(body).contains(WARM);
            let id = if is_warm { WARM_ID } else { HOSTILE_ID };
            json!({ "statement_id": id, "status": { "state": "PENDING" } })
        }
        ("get", path) if path.contains("/result/chunks/") => {
            let index = path.split(['/', '?']).nth(4).and_then(|index| index.parse().ok());
            link(index.unwrap_or_default())
        }
        ("get", path) => {
            if let (true, Some(content)) = (is_hostile, &hostile.status) {
                return content.clone();
            }
            let claimed = (0..chunks).map(|index| {
                json!({ "chunk_index": index, "row_offset": index * rows, "row_count": rows })
            });
            let compression = if is_hostile && !hostile.lz4 { "NONE" } else { "LZ4_FRAME" };
            json!({
                "statement_id": path.strip_prefix("statements/"),
                "status": { "state": "SUCCEEDED" },
                "manifest": {
                    "format": "ARROW_STREAM",
                    "schema": {
                        "column_count": 1,
                        "columns": [{ "name": "id", "position": 0, "type_name": "LONG", "type_text": "BIGINT" }],
                    },
                    "chunks": claimed.collect::<Vec<_>>(),
                    "total_chunk_count": chunks,
                    "total_row_count": chunks * rows,
                    "result_compression": compression,
                },
                "result": link(0),
            })
        }
        _ => json!({}),
    };
    Content::whole(answer.to_string())
}

/// The last page.
pub(super) fn page(start: i64, rows: TRowSet) -> TFetchResultsResp {
    TFetchResultsResp {
        status: ok(),
        has_more_rows: Some(false),
        results: Some(TRowSet { start_row_offset: start, ..rows }),
        ..TFetchResultsResp::default()
    }
}
