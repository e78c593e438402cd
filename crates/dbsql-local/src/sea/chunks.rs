//! Chunks of results: inline rows, or links to them.

use std::sync::Arc;

use dbsql_protocol::handle::QueryId;
use dbsql_protocol::sea::{
    Attachment, ChunkQuery, ExternalLink, Format, ResultData, Rows, Timestamp, path,
};

use crate::engine::SqlError;
use crate::faults::Fault;
use crate::later::later_wall;
use crate::operation::{Operation, State, offload_failed};
use crate::result::{Piece, ResultSet, cells, not_encoded};
use crate::sea::statements::{self, Found};
use crate::sea::{Ask, Delivery, Refusal, query};
use crate::store::millis;

/// Handles a request for a chunk.
pub(super) async fn chunk(ask: Ask<'_>, id: &str, index: &str) -> Result<ResultData, Refusal> {
    let Found::Live(operation) = statements::find(ask.inner, id)? else {
        return Err(Refusal::no_statement(id));
    };
    let (State::Finished { result, .. }, Some(delivery)) =
        (operation.live.state(), operation.sea.as_ref())
    else {
        return Err(Refusal::wrong_state(format!("The statement {id} has no result")));
    };
    let pairs = query::pairs(ask.request.uri().query().unwrap_or_default());
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let row = ChunkQuery::from_pairs(pairs).map_err(|error| Refusal::invalid(error.to_string()))?;
    let index: u64 =
        index.parse().map_err(|_| Refusal::invalid("chunk_index is not an integer"))?;
    let count = ask.inner.settings().sea.links_per_answer;
    let window = match row.row_offset {
        Some(row) if ask.inner.settings().quirks.sea.cut_anew => {
            let pieces = result.pieces_from(row, delivery.cut());
            Window { pieces: pieces.map_err(not_read)?, first: index, count }
        }
        Some(row) => Window::at(&result, result.piece_with(row), count),
        None => Window::at(&result, usize::try_from(index).ok(), count),
    };
    if window.pieces.is_empty() {
        let message = format!("There is no chunk {index} of the statement {id} with such rows");
        return Err(Refusal::invalid(message));
    }
    data(ask, &operation, delivery, &result, window).await
}

/// Returns the first chunk, for the response to a submit or a status request.
pub(super) async fn first(
    ask: Ask<'_>,
    operation: &Arc<Operation>,
    delivery: &Delivery,
    result: &Arc<ResultSet>,
) -> Result<ResultData, Refusal> {
    let count = match delivery.is_hybrid() {
        true => usize::MAX,
        false => ask.inner.settings().sea.links_per_answer,
    };
    data(ask, operation, delivery, result, Window::at(result, Some(0), count)).await
}

/// The chunks from one on, and how many of them a response can contain.
struct Window {
    /// The chunks of the response, and the one after them.
    pieces: Vec<Piece>,
    /// The index of the first chunk.
    first: u64,
    /// The maximum number of links.
    count: usize,
}

impl Window {
    fn at(result: &ResultSet, index: Option<usize>, count: usize) -> Self {
        let rest = index.and_then(|index| result.pieces().get(index..)).unwrap_or_default();
        // One more is named as the next.
        let pieces = rest.iter().take(count.saturating_add(1)).copied().collect();
        Self { pieces, first: index.unwrap_or_default() as u64, count }
    }
}

/// Creates the response, off the async threads.
async fn data(
    ask: Ask<'_>,
    operation: &Arc<Operation>,
    delivery: &Delivery,
    result: &Arc<ResultSet>,
    mut window: Window,
) -> Result<ResultData, Refusal> {
    if let (Some(&Fault::WrongOffset(shift)), Some(piece)) = (ask.fault, window.pieces.first()) {
        let row = piece.start.saturating_add_signed(shift).min(result.total());
        window.pieces = result.pieces_from(row, 0).map_err(not_read)?;
    }
    let maker = Maker {
        inner: Arc::clone(ask.inner),
        origin: ask.origin.to_owned(),
        operation: Arc::clone(operation),
        result: Arc::clone(result),
        is_arrow: delivery.format == Format::ArrowStream,
    };
    let made = ask.inner.runtime.offload(move || maker.make(&window)).await;
    let made = made.unwrap_or_else(|error| Err(offload_failed(&error)));
    made.map_err(not_read)
}

/// The rows cannot be read or encoded.
#[expect(clippy::needless_pass_by_value, reason = "an argument of `map_err`")]
fn not_read(error: SqlError) -> Refusal {
    Refusal::internal(error.text())
}

/// Creates responses with rows or links.
struct Maker {
    inner: Arc<crate::service::Inner>,
    origin: String,
    operation: Arc<Operation>,
    result: Arc<ResultSet>,
    is_arrow: bool,
}

impl Maker {
    fn make(&self, window: &Window) -> Result<ResultData, SqlError> {
        match self.result.is_linked() {
            true => Ok(self.links(window)),
            false => self.rows(window),
        }
    }

    fn links(&self, window: &Window) -> ResultData {
        let settings = self.inner.settings();
        let lifetime = settings.link_lifetime;
        let headers = &settings.sea.link_headers;
        let expire = later_wall(self.inner.runtime.wall_now(), lifetime);
        let pieces = window.pieces.iter().zip(window.first..).enumerate();
        let links = pieces.take(window.count.max(1)).map(|(at, (&piece, index))| {
            let link = self.result.link_to(piece, expire, |file| {
                let runtime = &self.inner.runtime;
                let (path, expires) = self.inner.store.link(&file, lifetime, headers, runtime);
                (format!("{}{path}", self.origin), expires)
            });
            let next = self.next(window, at);
            ExternalLink {
                external_link: Some(link.url),
                expiration: Timestamp::from_unix_millis(millis(link.expires)),
                chunk_index: Some(index),
                row_offset: Some(link.start),
                row_count: Some(link.rows),
                byte_count: Some(link.bytes),
                next_chunk_index: next.as_ref().map(|(index, _)| *index),
                next_chunk_internal_link: next.map(|(_, link)| link),
                http_headers: headers.clone(),
            }
        });
        ResultData { external_links: links.collect(), ..ResultData::default() }
    }

    fn rows(&self, window: &Window) -> Result<ResultData, SqlError> {
        let Some(&piece) = window.pieces.first() else { return Ok(ResultData::default()) };
        let next = self.next(window, 0);
        let mut data = ResultData {
            chunk_index: Some(window.first),
            row_offset: Some(piece.start),
            row_count: Some(piece.rows),
            byte_count: Some(piece.bytes),
            next_chunk_index: next.as_ref().map(|(index, _)| *index),
            next_chunk_internal_link: next.map(|(_, link)| link),
            ..ResultData::default()
        };
        if self.is_arrow {
            data.attachment = Some(Attachment(self.result.stream_of(piece)?));
            return Ok(data);
        }
        let mut rows = Rows::default();
        for batch in self.result.rows_of(piece)? {
            for row in 0..batch.num_rows() {
                let cells: Vec<Option<String>> = cells(&batch, row).collect();
                rows.push(cells.iter().map(Option::as_deref)).map_err(not_encoded)?;
            }
        }
        data.data_array = Some(rows);
        Ok(data)
    }

    /// Returns the index and the path of the chunk after this one in the window.
    fn next(&self, window: &Window, at: usize) -> Option<(u64, String)> {
        let next = window.pieces.get(at + 1)?;
        let index = window.first + at as u64 + 1;
        let id = QueryId::from_guid(&self.operation.identity.guid).ok()?;
        Some((index, format!("{}?row_offset={}", path::chunk(id, index), next.start)))
    }
}
