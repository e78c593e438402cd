//! The responses of a hostile server.

use std::time::Duration;

use bytes::Bytes;
use dbsql_core::SqlProtocol;
use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TColumn, TGetOperationStatusResp, TI64Column, TOperationState, TRowSet, TSparkArrowBatch,
};

use super::content::{
    Content, END, ENDLESS, MIB, bomb, claiming, frame, frames, message, schema_message, stream,
};
use super::server::{HOSTILE_ID, link, ok, page, reply};

/// One result, and the expected outcome of reading it.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) expected: Expected,
    /// The caller drops the result after this many rows.
    pub(super) rows: u64,
    /// How long the caller works on each batch.
    pub(super) pause: Option<Duration>,
    /// The protocol of the client.
    pub(super) over: SqlProtocol,
    /// Creates the server, which has this origin.
    pub(super) hostile: fn(&str) -> Hostile,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Expected {
    Rows,
    /// An error that names the setting.
    Budget,
    /// An error with this text.
    Error(&'static str),
}

/// The responses of the server to one statement.
#[derive(Debug, Default)]
pub(super) struct Hostile {
    pub(super) submit: Option<Content>,
    pub(super) status: Option<Content>,
    pub(super) metadata: Option<Content>,
    pub(super) page: Content,
    /// Files by the number in their names, repeatedly.
    pub(super) files: Vec<Content>,
    pub(super) columns: bool,
    pub(super) lz4: bool,
    /// Over the Statement Execution API: this many chunks of this many rows.
    pub(super) chunks: Option<(u64, u64)>,
}

/// The budget of the client.
const BUDGET: usize = 16 * MIB;

/// The number of rows in this many bytes.
const fn rows(bytes: usize) -> u64 {
    bytes as u64 / 8
}

fn links(origin: &str, count: u64, rows: u64) -> Content {
    let link = |number: u64| link(origin, &number.to_string(), number * rows, rows);
    let links = Some((0..count).map(link).collect());
    reply::<rpc::FetchResults>(&page(0, TRowSet { result_links: links, ..TRowSet::default() }))
}

/// This many links to identical files.
fn linked(origin: &str, count: u64, rows: u64, file: Content, lz4: bool) -> Hostile {
    Hostile { page: links(origin, count, rows), files: vec![file], lz4, ..Hostile::default() }
}

/// This many chunks behind links to identical files.
fn chunked(count: u64, rows: u64, file: Content, lz4: bool) -> Hostile {
    Hostile { chunks: Some((count, rows)), files: vec![file], lz4, ..Hostile::default() }
}

/// The status of a finished statement, with this text before endless bytes.
fn endless_answer(head: &str, part: &str) -> Hostile {
    let head =
        format!(r#"{{"statement_id":"{HOSTILE_ID}","status":{{"state":"SUCCEEDED"}},{head}"#);
    let part = Bytes::from(part.repeat(1_000));
    Hostile { status: Some(endless(head.into(), part)), ..Hostile::default() }
}

fn inline(count: usize, batch: impl Into<Bytes>, rows: u64, lz4: bool) -> Hostile {
    let batch = TSparkArrowBatch { batch: batch.into(), row_count: rows as i64 };
    let batches = Some(vec![batch; count]);
    let set = TRowSet { arrow_batches: batches, ..TRowSet::default() };
    Hostile { page: reply::<rpc::FetchResults>(&page(0, set)), lz4, ..Hostile::default() }
}

/// Some columns in a response of exactly this size.
fn columns(bytes: usize) -> Hostile {
    let make = |values: usize, padding: usize| {
        let values = (0..values as i64).collect();
        let column = TI64Column { values, nulls: Bytes::new() };
        let set = TRowSet { columns: Some(vec![TColumn::I64Val(column)]), ..TRowSet::default() };
        let mut page = page(0, set);
        page.status.error_message = Some("x".repeat(padding));
        reply::<rpc::FetchResults>(&page)
    };
    let left = bytes - make(0, 0).length() as usize;
    Hostile { page: make(left / 8, left % 8), columns: true, ..Hostile::default() }
}

fn messages(message: &Bytes, count: usize) -> Bytes {
    message.repeat(count).into()
}

fn endless(head: Bytes, part: Bytes) -> Content {
    Content { head, part, times: ENDLESS, ..Content::default() }
}

/// The head of a status, then endless bytes of its text.
fn endless_status() -> Content {
    let status = TGetOperationStatusResp {
        status: ok(),
        operation_state: Some(TOperationState::RUNNING_STATE),
        error_message: Some("x".repeat(100)),
        ..TGetOperationStatusResp::default()
    };
    let head = reply::<rpc::GetOperationStatus>(&status).head;
    endless(head.slice(..head.len() - 50), Bytes::from(vec![b'x'; 64 << 10]))
}

fn slow(content: Content) -> Content {
    content.slowly(64 << 10, Duration::from_millis(10))
}

const ALL: u64 = u64::MAX;

const fn case(name: &'static str, expected: Expected, hostile: fn(&str) -> Hostile) -> Case {
    Case { name, expected, rows: ALL, pause: None, over: SqlProtocol::Thrift, hostile }
}

impl Case {
    const fn sea(mut self) -> Self {
        self.over = SqlProtocol::Sea;
        self
    }

    const fn up_to(mut self, rows: u64) -> Self {
        self.rows = rows;
        self
    }

    const fn pausing(mut self, millis: u64) -> Self {
        self.pause = Some(Duration::from_millis(millis));
        self
    }
}

pub(super) fn cases() -> &'static [Case] {
    use Expected::{Budget, Error, Rows};
    const CASES: &[Case] = &[
        // One page of inline batches that decompress to much more.
        case("inline_batches_that_unpack_to_2_gb", Budget, |_| {
            let bomb = frame(&message(256 * MIB, true));
            inline(8, bomb, rows(256 * MIB), true)
        }),
        case("inline_batches_that_just_fit", Rows, |_| {
            let batch = frame(&message(12 * MIB, true));
            inline(16, batch, rows(12 * MIB), true)
        }),
        case("inline_batches_of_many_messages", Rows, |_| {
            let batch = frame(&messages(&message(2 * MIB, true), 32));
            inline(3, batch, rows(64 * MIB), true)
        }),
        case("inline_batches_for_a_slow_caller", Rows, |_| {
            let batch = frame(&messages(&message(MIB, true), 64));
            inline(8, batch, rows(64 * MIB), true)
        })
        .up_to(rows(128 * MIB))
        .pausing(10),
        // Links to large files that are announced as small.
        case("files_of_256_mb_that_claim_nothing", Rows, |origin| {
            linked(origin, 8, rows(256 * MIB), stream(message(MIB, false), 256), false)
        })
        .up_to(rows(600 * MIB)),
        case("compressed_files_of_256_mb", Rows, |origin| {
            let file = frames(&stream(message(MIB, true), 256));
            linked(origin, 8, rows(256 * MIB), file, true)
        })
        .up_to(rows(300 * MIB)),
        case("files_of_256_mb_for_a_slow_caller", Rows, |origin| {
            linked(origin, 8, rows(256 * MIB), stream(message(4 * MIB, false), 64), false)
        })
        .up_to(rows(160 * MIB))
        .pausing(50),
        case("files_of_one_message_of_256_mb", Budget, |origin| {
            linked(origin, 8, rows(256 * MIB), stream(message(256 * MIB, false), 1), false)
        }),
        // Endless files.
        case("endless_files_of_rows", Rows, |origin| {
            let file = endless(schema_message(), message(MIB, false));
            linked(origin, 8, rows(40 * MIB), file, false)
        }),
        case("endless_files_of_compressed_rows_without_a_length", Rows, |origin| {
            let file = endless(frame(&schema_message()).into(), frame(&message(MIB, true)).into());
            linked(origin, 8, rows(8 * MIB), file.unmeasured(), true)
        }),
        case("endless_files_of_batches_without_rows", Error("contain no row"), |origin| {
            let file = endless(schema_message(), messages(&message(0, true), 1_000));
            linked(origin, 8, 1_000, file, false)
        }),
        case("endless_files_of_skippable_frames", Error("without a row"), |origin| {
            let mut skippable = 0x184d_2a50_u32.to_le_bytes().to_vec();
            skippable.extend(65_536_u32.to_le_bytes());
            skippable.resize(8 + 65_536, 7);
            let file = endless(frame(&schema_message()).into(), skippable.into());
            linked(origin, 8, 1_000, file, true)
        }),
        case("endless_files_of_empty_frames", Error("without a row"), |origin| {
            let file = endless(frame(&schema_message()).into(), frame(&[]).repeat(1_000).into());
            linked(origin, 8, 1_000, file, true)
        }),
        // Endless responses.
        case("endless_status", Error("GetOperationStatus is too large"), |_| Hostile {
            status: Some(endless_status()),
            ..Hostile::default()
        }),
        case("endless_status_without_a_length", Error("GetOperationStatus is too large"), |_| {
            Hostile { status: Some(endless_status().unmeasured()), ..Hostile::default() }
        }),
        case("endless_schema", Error("GetResultSetMetadata is too large"), |_| Hostile {
            metadata: Some(endless_status().unmeasured()),
            ..Hostile::default()
        }),
        case("endless_answer_to_the_submit", Error("the statement was sent"), |_| Hostile {
            submit: Some(endless_status().unmeasured()),
            ..Hostile::default()
        }),
        case("endless_page", Budget, |_| Hostile {
            page: endless_status().unmeasured(),
            ..Hostile::default()
        }),
        // Small objects in large numbers.
        case("million_links_of_one_row", Budget, |origin| {
            linked(origin, 1_000_000, 1, stream(message(8, true), 1), false)
        }),
        case("links_that_are_small_on_the_wire", Budget, |origin| {
            linked(origin, 60_000, 1, stream(message(8, true), 1), false)
        }),
        case("links_that_just_fit", Rows, |origin| {
            linked(origin, 10_000, 1, stream(message(8, true), 1), false)
        })
        .up_to(500),
        case("million_empty_batches", Budget, |_| inline(1_000_000, Bytes::new(), 0, false)),
        // Small data that decompresses to much more.
        case("bomb_of_one_message_in_a_file", Budget, |origin| {
            let head = [&schema_message()[..], &claiming(4 << 30)].concat();
            linked(origin, 1, rows(4 << 30), bomb(&head, &vec![0; 4 * MIB], 1_023), true)
        }),
        case("bomb_of_one_message_inline", Budget, |_| {
            let bomb = bomb(&claiming(3 << 30), &vec![0; 4 * MIB], 700);
            let whole = [bomb.head, bomb.part.repeat(700).into(), bomb.tail].concat();
            inline(1, whole, rows(3 << 30), true)
        }),
        case("bomb_of_many_messages_in_a_file", Rows, |origin| {
            let file = bomb(&schema_message(), &messages(&message(MIB - 4_096, true), 4), 1_024);
            linked(origin, 1, rows(MIB - 4_096) * 4_096, file, true)
        })
        .up_to(rows(200 * MIB)),
        case("bomb_without_a_row", Error("contain no row"), |origin| {
            let empty = message(0, true);
            let part = messages(&empty, 4 * MIB / empty.len());
            linked(origin, 1, 1_000, bomb(&schema_message(), &part, 1_024), true)
        }),
        case("bomb_behind_the_end", Error("after the end"), |origin| {
            let head = [&schema_message()[..], END].concat();
            linked(origin, 1, 1_000, bomb(&head, &vec![0; 4 * MIB], 1_023), true)
        }),
        // Exactly at the limit.
        case("page_of_exactly_the_budget", Rows, |_| columns(BUDGET)),
        case("page_of_one_byte_more", Budget, |_| columns(BUDGET + 1)),
        case("message_that_just_fits", Rows, |origin| {
            let file = stream(message(BUDGET - 4_096, false), 3);
            linked(origin, 2, rows(BUDGET - 4_096) * 3, file, false)
        }),
        case("message_that_does_not_fit", Budget, |origin| {
            linked(origin, 2, rows(BUDGET), stream(message(BUDGET, false), 1), false)
        }),
        // Over the Statement Execution API.
        case("chunks_of_256_mb_that_claim_nothing", Rows, |_| {
            chunked(8, rows(256 * MIB), stream(message(MIB, false), 256), false)
        })
        .up_to(rows(600 * MIB))
        .sea(),
        case("compressed_chunks_of_256_mb_for_a_slow_caller", Rows, |_| {
            chunked(8, rows(256 * MIB), frames(&stream(message(MIB, true), 256)), true)
        })
        .up_to(rows(160 * MIB))
        .pausing(50)
        .sea(),
        case("many_small_chunks", Rows, |_| {
            chunked(2_000, rows(64 << 10), stream(message(64 << 10, false), 1), false)
        })
        .sea(),
        case("chunks_of_one_message_of_256_mb", Budget, |_| {
            chunked(8, rows(256 * MIB), stream(message(256 * MIB, false), 1), false)
        })
        .sea(),
        case("endless_manifest", Error("GetStatement is too large"), |_| {
            let chunk = r#"{"chunk_index":0,"row_offset":0,"row_count":1,"byte_count":1},"#;
            endless_answer(r#""manifest":{"chunks":["#, chunk)
        })
        .sea(),
        case("endless_links", Error("GetStatement is too large"), |_| {
            let link = r#"{"external_link":"http://127.0.0.1/f/0","chunk_index":0,"row_count":1},"#;
            endless_answer(r#""result":{"external_links":["#, link)
        })
        .sea(),
        case("endless_message", Error("GetStatement is too large"), |_| {
            endless_answer(r#""message":""#, "x")
        })
        .sea(),
        // Many in parallel.
        case("slow_downloads_of_large_messages", Rows, |origin| {
            let size = BUDGET - 4_096;
            linked(origin, 16, rows(size), slow(stream(message(size, false), 1)), false)
        })
        .up_to(rows(2 * BUDGET)),
        case("slow_downloads_of_large_compressed_messages", Rows, |origin| {
            let size = 12 * MIB;
            let file = slow(frames(&stream(message(size, false), 1)));
            linked(origin, 16, rows(size), file, true)
        })
        .up_to(rows(2 * BUDGET)),
        case("slow_downloads_of_messages_of_3_mb", Rows, |origin| {
            let size = 3 * MIB;
            linked(origin, 16, rows(size), slow(stream(message(size, false), 1)), false)
        }),
    ];
    CASES
}
