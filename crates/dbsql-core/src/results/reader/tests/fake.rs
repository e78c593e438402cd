//! An in-memory result and storage for tests. A function makes the pages, and the name of a file
//! tells which rows it has.

use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Int64Array, RecordBatch};
use arrow_ipc::writer::StreamWriter;
use bytes::Bytes;
use dbsql_protocol::types::{
    TColumn, TColumnDesc, TI64Column, TPrimitiveTypeEntry, TTableSchema, TTypeDesc, TTypeEntry,
    TTypeId,
};
use dbsql_runtime::Runtime;
use dbsql_transport::retry::{RetryBudget, RetryPolicy};
use dbsql_transport::{Body, BoxFuture, SharedTransport, Transport, TransportError};
use http::{Request, Response};

use super::super::super::crew::Fetcher;
use super::super::super::cursor::Cursor;
use super::super::Reader;
use crate::backend::Until;
use crate::backend::link::Link;
use crate::backend::pages::{Fetched, Page, PageAccess, PageAt, Pages, Piece};
use crate::http::store::{DownloadSlots, LinkRules, Storage};
use crate::{Error, ErrorKind, Result};
use dbsql_arrow::Layout;

type Answer = Box<dyn Fn(PageAt, usize) -> Result<Page> + Send + Sync>;

/// A result of one BIGINT column.
pub(super) struct FakePages {
    layout: Layout,
    access: PageAccess,
    answer: Answer,
    /// Rows of the direct result.
    pub(super) attached: Option<fn() -> Page>,
    /// The requests, in order.
    pub(super) asked: Mutex<Vec<PageAt>>,
    pub(super) refreshed: AtomicUsize,
}

impl FakePages {
    /// `answer` gets the request, and the number of pages requested before.
    pub(super) fn new(
        access: PageAccess,
        answer: impl Fn(PageAt, usize) -> Result<Page> + Send + Sync + 'static,
    ) -> Self {
        let entry = TPrimitiveTypeEntry { r#type: TTypeId::BIGINT_TYPE, type_qualifiers: None };
        let column = TColumnDesc {
            column_name: "id".to_owned(),
            type_desc: TTypeDesc { types: vec![TTypeEntry::PrimitiveEntry(entry)] },
            ..TColumnDesc::default()
        };
        let table = TTableSchema { columns: vec![column] };
        Self {
            layout: Layout::new(None, Some(&table), false).unwrap(),
            access,
            answer: Box::new(answer),
            attached: None,
            asked: Mutex::default(),
            refreshed: AtomicUsize::new(0),
        }
    }

    pub(super) fn asked(&self) -> Vec<PageAt> {
        self.asked.lock().unwrap().clone()
    }
}

impl Pages for FakePages {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn access(&self) -> PageAccess {
        self.access
    }

    fn has_attached(&self) -> bool {
        self.attached.is_some()
    }

    fn attached(&self) -> Result<Option<Page>> {
        Ok(self.attached.map(|page| page()))
    }

    fn fetch(&self, at: PageAt, _: usize, _: Until) -> BoxFuture<'_, Result<Fetched>> {
        Box::pin(async move {
            let before = {
                let mut asked = self.asked.lock().unwrap();
                asked.push(at);
                assert!(asked.len() < 1_000, "fetched for ever");
                asked.len() - 1
            };
            (self.answer)(at, before).map(Fetched::Page)
        })
    }

    fn fresh_links(&self, rows: Range<u64>, _: usize, _: Until) -> BoxFuture<'_, Result<Fetched>> {
        self.refreshed.fetch_add(1, Ordering::Relaxed);
        let link = linked(&format!("{}-{}", rows.start, rows.end), rows.clone());
        Box::pin(async move { Ok(Fetched::Page(page(rows.start, vec![link], true))) })
    }

    fn truncated(&self) -> Option<bool> {
        None
    }
}

impl fmt::Debug for FakePages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakePages")
    }
}

/// Rows with consecutive numbers, as columns.
pub(super) fn columns(rows: Range<u64>) -> Piece {
    let values = rows.map(|row| row as i64).collect();
    Piece::Columns(vec![TColumn::I64Val(TI64Column { values, nulls: Bytes::new() })])
}

/// A link to a file with this name.
pub(super) fn linked(name: &str, rows: Range<u64>) -> Piece {
    let url = format!("https://storage.example/{name}");
    let mut link = Link::new(&url, rows.start, rows.end - rows.start).unwrap();
    link.bytes = 1;
    Piece::Link(link)
}

pub(super) fn page(start: u64, pieces: Vec<Piece>, more: bool) -> Page {
    Page { start: Some(start), pieces, more: Some(more), rewound: false, bytes: 0 }
}

/// A page with inline rows.
pub(super) fn inline(rows: Range<u64>, more: bool) -> Page {
    page(rows.start, vec![columns(rows)], more)
}

/// A page with a link to a file for each row.
pub(super) fn one_file_a_row(rows: Range<u64>, more: bool) -> Page {
    let file = |row: u64| linked(&format!("{row}-{}", row + 1), row..row + 1);
    page(rows.start, rows.map(file).collect(), more)
}

pub(super) fn ids(batch: &RecordBatch) -> Vec<i64> {
    batch.column(0).as_primitive::<Int64Type>().values().to_vec()
}

/// A storage whose files contain the rows given by their names.
#[derive(Clone, Debug, Default)]
pub(super) struct FakeStorage(Arc<StorageState>);

#[derive(Debug, Default)]
pub(super) struct StorageState {
    pub(super) stalls: AtomicBool,
    pub(super) panics: AtomicBool,
    pub(super) refuses: AtomicBool,
    pub(super) rejects: AtomicBool,
    pub(super) requests: AtomicUsize,
    in_flight: AtomicUsize,
    pub(super) most_in_flight: AtomicUsize,
}

impl std::ops::Deref for FakeStorage {
    type Target = StorageState;

    fn deref(&self) -> &StorageState {
        &self.0
    }
}

/// How long a download takes.
pub(super) const FILE_TIME: Duration = Duration::from_secs(1);

impl FakeStorage {
    pub(super) fn set(switch: &AtomicBool, on: bool) {
        switch.store(on, Ordering::Relaxed);
    }

    pub(super) fn storage(&self, runtime: &Runtime, max_downloads: usize) -> Storage {
        Storage {
            transport: SharedTransport::from(self.clone()),
            runtime: runtime.clone(),
            retry: RetryPolicy::default(),
            budget: RetryBudget::default(),
            response_timeout: Duration::from_secs(3600),
            stall_timeout: Duration::from_secs(3600),
            links: Arc::new(LinkRules::default()),
            slots: DownloadSlots::new(max_downloads),
        }
    }
}

impl Transport for FakeStorage {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            self.requests.fetch_add(1, Ordering::Relaxed);
            let now = self.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
            let _end = OnDrop(&self.in_flight);
            self.most_in_flight.fetch_max(now, Ordering::Relaxed);
            assert!(!self.panics.load(Ordering::Relaxed), "a transport that panics");
            if self.refuses.load(Ordering::Relaxed) {
                return Err(TransportError::connect("connection refused"));
            }
            if self.stalls.load(Ordering::Relaxed) {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(FILE_TIME).await;
            if self.rejects.swap(false, Ordering::Relaxed) {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = http::StatusCode::FORBIDDEN;
                return Ok(response);
            }
            let name = request.uri().path().trim_start_matches('/');
            let (start, end) = name.split_once('-').unwrap();
            Ok(Response::new(Body::from(file(start.parse().unwrap()..end.parse().unwrap()))))
        })
    }
}

struct OnDrop<'a>(&'a AtomicUsize);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn file(rows: Range<i64>) -> Bytes {
    let values: Int64Array = rows.map(Some).collect();
    let batch = RecordBatch::try_from_iter_with_nullable([(
        "id",
        Arc::new(values) as arrow_array::ArrayRef,
        true,
    )]);
    let batch = batch.unwrap();
    let mut writer = StreamWriter::try_new(Vec::new(), batch.schema_ref()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    writer.into_inner().unwrap().into()
}

/// A reader of these pages from `row` on.
pub(super) fn reader(pages: &Arc<FakePages>, storage: Storage, row: u64) -> Reader {
    let pages: Arc<dyn Pages> = Arc::clone(pages) as _;
    let runtime = storage.runtime.clone();
    let fetcher = Fetcher { pages, storage, runtime, page_bytes: 16 << 10, confirm_end: false };
    Reader::new(fetcher, Cursor::new(None), 1 << 20, row)
}

/// An error of a decoder.
pub(super) fn damaged() -> Error {
    Error::new(ErrorKind::Decode, "damaged")
}
