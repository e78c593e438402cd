//! The pages of a result in chunks, each of which is a file behind a link or an inline Arrow
//! stream.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use dbsql_arrow::Layout;
use dbsql_protocol::sea::{Compression, Format, Manifest, ResultData, path};
use dbsql_transport::BoxFuture;
use futures_util::future::join_all;
use http::Method;

use super::call::{Call, is_too_large};
use super::chunks::{Accepted, ChunkRef, Chunks, lie};
use super::fault::About;
use super::first_chunk::FirstChunk;
use super::peek::{self, Peeked, peek};
use super::{Sea, chunk_rows, layout, operation, text_rows};
use crate::backend::pages::{Fetched, Page, PageAccess, PageAt, Pages, Piece};
use crate::backend::{Asking, Attachment, Target, Until};
use crate::status::ExecutionStatus;
use crate::{Error, ErrorKind, Result, RetryAdvice};

/// The maximum number of chunks followed to find a row. The largest result has some thousands.
const MAX_FOLLOWED: usize = 100_000;

/// The number of chunks requested at once, if their positions are known: a response with one link
/// takes as long as one with many, and downloads must not wait for it.
const AT_ONCE: usize = 8;

/// The chunks of one result.
#[derive(Debug)]
pub(super) struct SeaPages {
    sea: Sea,
    target: Target,
    layout: Layout,
    first: Arc<FirstChunk>,
    chunks: Mutex<Chunks>,
    /// Whether values are strings.
    is_text: bool,
    /// The first file, if it was read for its schema.
    first_file: Option<Bytes>,
}

/// Opens the result of a statement; without a request if its first chunk is available.
pub(super) async fn open(
    sea: &Sea,
    target: &Target,
    first: Option<Arc<FirstChunk>>,
    until: Until,
) -> Result<SeaPages> {
    let first = match first {
        Some(first) => first,
        None => first_chunk(sea, target, until).await?,
    };
    let manifest = &first.manifest;
    if manifest.is_volume_operation == Some(true) {
        let message = "the result is a volume operation, which is not supported yet";
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    layout::check_count(manifest)?;
    let is_text = match &manifest.format {
        None | Some(Format::ArrowStream) => false,
        Some(Format::JsonArray) => true,
        Some(format) => return Err(unsupported(&format!("as {format}"))),
    };
    if is_text && !first.data.external_links.is_empty() {
        return Err(unsupported(JSON_FILES));
    }
    let layout = match is_text {
        true => text_rows::layout(manifest)?,
        false => layout::announced(manifest, is_lz4(manifest)?)?,
    };
    let chunks = Mutex::new(Chunks::new(target.query_id(), manifest)?);
    let is_open = !is_text && layout::is_open(manifest);
    let (sea, target) = (sea.clone(), target.clone());
    let mut pages = SeaPages { sea, target, layout, first, chunks, is_text, first_file: None };
    if is_open {
        (pages.layout, pages.first_file) = pages.refined(until).await?;
    }
    Ok(pages)
}

/// Requests the first chunk, which is part of the status.
async fn first_chunk(sea: &Sea, target: &Target, until: Until) -> Result<Arc<FirstChunk>> {
    let report = operation::status(sea, target, Asking::Again, until).await?;
    match (report.status, report.failure) {
        (ExecutionStatus::Finished, _) => {}
        (_, Some(failure)) => return Err(failure),
        (status, None) => {
            let message = format!("the execution has no result: it is {status}");
            return Err(Error::new(ErrorKind::Protocol, message));
        }
    }
    let no_manifest = || Error::new(ErrorKind::Protocol, "the server announces no result");
    report.attachment.and_then(Attachment::get::<FirstChunk>).ok_or_else(no_manifest)
}

/// The description of rows in JSON files.
const JSON_FILES: &str = "as JSON in files";

/// The error of a result in a format that another client requested.
fn unsupported(how: &str) -> Error {
    let message = format!("the statement was submitted for a result {how}, which is not supported");
    Error::new(ErrorKind::Unsupported, message).with_next_step(
        "read it with the client that submitted it, or submit the statement with this client, which \
         requests Arrow",
    )
}

/// Returns `true` if the rows are behind links, which links of further pages may follow.
fn is_linked(page: &Page) -> bool {
    page.pieces.iter().all(|piece| matches!(piece, Piece::Link(_)))
}

/// The manifest counts, whatever was requested.
fn is_lz4(manifest: &Manifest) -> Result<bool> {
    match &manifest.result_compression {
        None | Some(Compression::None) => Ok(false),
        Some(Compression::Lz4Frame) => Ok(true),
        Some(other) => {
            let message = format!("the result has the unknown compression {other}");
            Err(Error::new(ErrorKind::Unsupported, message))
        }
    }
}

impl Pages for SeaPages {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn access(&self) -> PageAccess {
        if self.first.closed { PageAccess::AttachedOnly } else { PageAccess::ByRow }
    }

    fn has_attached(&self) -> bool {
        self.first.closed || self.first.is_usable
    }

    fn attached(&self) -> Result<Option<Page>> {
        if !self.has_attached() {
            return Ok(None);
        }
        let first = ChunkRef { start: 0, index: 0, link: None };
        let limit = self.sea.byte_budget;
        self.page(&first, &self.first.data, limit, 0)?.0.within(limit).map(Some)
    }

    fn fetch(&self, at: PageAt, limit: usize, until: Until) -> BoxFuture<'_, Result<Fetched>> {
        Box::pin(async move {
            match at {
                PageAt::Row(row) => self.at_row(row, limit, until).await,
                PageAt::First | PageAt::Next => {
                    let message = "the Statement Execution API has no cursor";
                    Err(Error::new(ErrorKind::Unsupported, message))
                }
            }
        })
    }

    fn fresh_links(
        &self,
        rows: Range<u64>,
        limit: usize,
        until: Until,
    ) -> BoxFuture<'_, Result<Fetched>> {
        // Requesting the chunk again returns a fresh link.
        Box::pin(async move {
            let chunk_ref = self.chunks().nearest(rows.start);
            match self.request(&chunk_ref, limit, until).await? {
                Some(data) => Ok(self.page(&chunk_ref, &data, limit, rows.start)?.0),
                None => Ok(Fetched::TooLarge),
            }
        })
    }

    fn truncated(&self) -> Option<bool> {
        Some(self.first.manifest.truncated.unwrap_or(false))
    }
}

impl SeaPages {
    fn chunks(&self) -> MutexGuard<'_, Chunks> {
        self.chunks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the layout completed by the first file, and that file if it is small; the layout of
    /// the manifest if there is no file.
    async fn refined(&self, until: Until) -> Result<(Layout, Option<Bytes>)> {
        let budget = self.sea.byte_budget;
        let fetched = match self.attached()? {
            Some(page) => page,
            None => self.at_row(0, budget, until).await?.within(budget)?,
        };
        let mut peeked = self.peeked(fetched, until).await;
        let is_bad = match &peeked {
            Ok(Peeked::Rejected(_)) => true,
            Err(error) => error.kind() == ErrorKind::Decode && error.retry() != RetryAdvice::Never,
            Ok(_) => false,
        };
        if is_bad && !self.first.closed {
            let chunk_ref = ChunkRef { start: 0, index: 0, link: None };
            if let Some(data) = self.request(&chunk_ref, budget, until).await?
                && let Fetched::Page(page) = self.page(&chunk_ref, &data, budget, 0)?.0
            {
                peeked = self.peeked(page, until).await;
            }
        }
        match peeked? {
            Peeked::Schema { schema, content } => Ok((self.layout.refined_by(&schema)?, content)),
            Peeked::Nothing => Ok((self.layout.clone(), None)),
            Peeked::Rejected(error) => Err(error),
        }
    }

    /// Peeks at the first rows of a page.
    async fn peeked(&self, page: Page, until: Until) -> Result<Peeked> {
        match page.pieces.into_iter().next() {
            Some(Piece::Link(link)) => peek(&self.sea, &self.layout, &link, until).await,
            Some(Piece::Stream { stream, .. }) => peek::at(&self.layout, stream),
            _ => Ok(Peeked::Nothing),
        }
    }

    /// Fetches the page with a row: from the nearest known chunk, one chunk after another.
    async fn at_row(&self, row: u64, limit: usize, until: Until) -> Result<Fetched> {
        for _ in 0..MAX_FOLLOWED {
            let chunk_refs = {
                let chunks = self.chunks();
                if let Some(end) = chunks.end_before(row) {
                    return Ok(Fetched::Page(Page { start: Some(end), ..Page::end() }));
                }
                chunks.at_once(row, AT_ONCE)
            };
            // The following ones are requested at the same time if each response has a single link.
            let share = limit / AT_ONCE;
            let limits = std::iter::once(limit).chain(std::iter::repeat(share));
            let requests = chunk_refs.iter().zip(limits);
            let requests = requests.map(|(chunk_ref, limit)| self.request(chunk_ref, limit, until));
            let mut answers = chunk_refs.iter().zip(join_all(requests).await);
            let Some((chunk_ref, answer)) = answers.next() else { break };
            let Some(data) = answer? else { return Ok(Fetched::TooLarge) };
            let (fetched, is_before) = self.page(chunk_ref, &data, limit, row)?;
            if is_before {
                continue;
            }
            let Fetched::Page(mut page) = fetched else { return Ok(fetched) };
            // An error of a later one is reported when it is requested again.
            for (chunk_ref, answer) in answers {
                let left = limit.saturating_sub(page.bytes);
                let end = page.start.unwrap_or(0).saturating_add(page.row_count()?);
                // A response may have more chunks than the one before it.
                let Ok(Some(data)) = answer else { break };
                if chunk_ref.start != end {
                    break;
                }
                match self.page(chunk_ref, &data, left, chunk_ref.start) {
                    Ok((Fetched::Page(next), _))
                        if page.more == Some(true) && is_linked(&page) && is_linked(&next) =>
                    {
                        page.pieces.extend(next.pieces);
                        page.bytes += next.bytes;
                        page.more = next.more;
                    }
                    _ => break,
                }
            }
            return Ok(Fetched::Page(page));
        }
        let message = format!("row {row} is not in the first {MAX_FOLLOWED} chunks of the result");
        Err(Error::new(ErrorKind::Protocol, message))
    }

    /// Requests a chunk; `None` when the response is too large.
    async fn request(
        &self,
        chunk_ref: &ChunkRef,
        limit: usize,
        until: Until,
    ) -> Result<Option<ResultData>> {
        let path = match &chunk_ref.link {
            Some(link) => link.clone(),
            None => path::chunk(self.target.query_id(), chunk_ref.index),
        };
        let call = Call {
            about: About::Chunk,
            limit,
            ..Call::about_statement("GetChunk", Method::GET, path, &self.target, until)
        };
        match self.sea.call(call).await {
            Ok(data) => Ok(Some(data)),
            Err(error) if is_too_large(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads a response, and returns whether the row is after its chunks.
    fn page(
        &self,
        chunk_ref: &ChunkRef,
        data: &ResultData,
        limit: usize,
        row: u64,
    ) -> Result<(Fetched, bool)> {
        let texts = chunk_rows::texts(data);
        if (texts.is_some() && !self.is_text) || (data.attachment.is_some() && self.is_text) {
            return Err(lie("the rows have another format than announced"));
        }
        if self.is_text && !data.external_links.is_empty() {
            return Err(unsupported(JSON_FILES));
        }
        let bytes = chunk_rows::memory(data);
        if bytes > limit {
            return Ok((Fetched::TooLarge, false));
        }
        let Accepted { mut pieces, start, end, more } = self.chunks().accept(chunk_ref, data)?;
        if let Some(rows) = texts {
            let columns = text_rows::columns(&self.first.manifest, rows, start)?;
            pieces.push(Piece::Columns(columns));
        }
        if let Some(Piece::Link(link)) = pieces.first_mut().filter(|_| start == 0) {
            link.content = self.first_file.clone().map(Box::new);
        }
        let is_before = more && end <= row && end > start;
        if !more && end <= row {
            // The rows before the requested one only tell where they end.
            return Ok((Fetched::Page(Page { start: Some(end), ..Page::end() }), false));
        }
        let page = Page { start: Some(start), pieces, more: Some(more), rewound: false, bytes };
        Ok((Fetched::Page(page), is_before))
    }
}
