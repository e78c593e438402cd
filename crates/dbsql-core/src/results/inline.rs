//! Reads an inline page: Arrow batches, streams or sets of columns in a response.

use arrow_array::RecordBatch;
use bytes::Bytes;
use dbsql_arrow::{BufferPool, Decoder, Layout, Step};

use super::crew::{Broken, Crew, OFFLOAD_BYTES};
use super::pipeline::{Inline, Pipeline, Run};
use crate::backend::pages::Piece;
use crate::{Error, ErrorKind, Result, RetryAdvice};

/// The minimum message limit in a page, however much of the budget the page takes.
const MESSAGE_FLOOR: usize = 8 << 20;

/// Decodes the pieces of a page one after another, step by step.
#[derive(Debug)]
pub(super) struct InlineDecoder {
    layout: Layout,
    pool: BufferPool,
    limit: usize,
    page: Inline,
    at: usize,
    current: Option<Batch>,
    /// The number of rows so far.
    rows: u64,
    /// The number of rows still to skip.
    skip: u64,
}

/// An Arrow batch or stream that is being decoded.
#[derive(Debug)]
struct Batch {
    decoder: Decoder,
    announced: u64,
    found: u64,
    finished: bool,
}

impl Batch {
    fn new(mut decoder: Decoder, bytes: &Bytes, announced: u64) -> Self {
        decoder.push(bytes.clone());
        Self { decoder, announced, found: 0, finished: false }
    }

    fn miscounted(&self) -> Error {
        let Self { found, announced, .. } = self;
        let message = format!("a batch has {found} rows, expected {announced}");
        Error::new(ErrorKind::Decode, message)
    }
}

impl InlineDecoder {
    pub(super) fn new(layout: &Layout, pipeline: &Pipeline, page: Inline, skip: u64) -> Self {
        let left = pipeline.message_limit().saturating_sub(page.bytes);
        Self {
            layout: layout.clone(),
            pool: pipeline.pool.clone(),
            limit: left.max(MESSAGE_FLOOR),
            page,
            at: 0,
            current: None,
            rows: 0,
            skip,
        }
    }

    /// Returns the approximate size of the next step, and at least how much it adds to the memory
    /// held.
    pub(super) fn next_bytes(&self) -> usize {
        match &self.current {
            Some(batch) => batch.decoder.next_bytes(),
            None => match self.page.pieces.get(self.at) {
                Some(Piece::Columns(_)) => self.page.bytes,
                _ => 0,
            },
        }
    }

    fn held_bytes(&self) -> usize {
        self.current.as_ref().map_or(0, |batch| batch.decoder.held_bytes())
    }

    /// Does a bounded amount of work; `NeedsInput` at the end of the page.
    pub(super) fn step(&mut self) -> Result<Step> {
        if let Some(batch) = &mut self.current {
            let stepped = batch.decoder.step();
            let found = batch.found;
            match stepped.map_err(|error| damaged(error, found))? {
                Step::Batch(rows) => {
                    batch.found = batch.found.saturating_add(rows.num_rows() as u64);
                    if batch.found > batch.announced {
                        return Err(batch.miscounted());
                    }
                    return Ok(self.wanted(rows));
                }
                Step::Worked => return Ok(Step::Worked),
                Step::NeedsInput if !batch.finished => {
                    batch.finished = true;
                    batch.decoder.finish()?;
                    return Ok(Step::Worked);
                }
                Step::NeedsInput => {
                    if batch.found != batch.announced {
                        return Err(batch.miscounted());
                    }
                    self.current = None;
                }
            }
        }
        let Some(piece) = self.page.pieces.get(self.at) else { return Ok(Step::NeedsInput) };
        self.at += 1;
        match piece {
            Piece::Arrow { batch, rows } => {
                let decoder = self.layout.inline(self.limit, &self.pool)?;
                self.current = Some(Batch::new(decoder, batch, *rows));
                Ok(Step::Worked)
            }
            Piece::Stream { stream, rows } => {
                let decoder = self.layout.file(self.limit, &self.pool);
                self.current = Some(Batch::new(decoder, stream, *rows));
                Ok(Step::Worked)
            }
            Piece::Columns(columns) => {
                let decoded = self.layout.columns(columns);
                match decoded.map_err(|error| error.counted_from(self.page.start + self.rows))? {
                    Some(rows) => Ok(self.wanted(rows)),
                    None => Ok(Step::Worked),
                }
            }
            Piece::Batch(batch) => {
                let batch = batch.clone();
                Ok(self.wanted(batch))
            }
            // A page has either links or inline rows.
            Piece::Link(_) => Ok(Step::Worked),
        }
    }

    /// Returns the requested rows of a batch.
    fn wanted(&mut self, rows: RecordBatch) -> Step {
        self.rows += rows.num_rows() as u64;
        let skip = usize::try_from(self.skip).unwrap_or(usize::MAX).min(rows.num_rows());
        self.skip -= skip as u64;
        match rows.num_rows() - skip {
            0 => Step::Worked,
            _ if skip == 0 => Step::Batch(rows),
            left => Step::Batch(rows.slice(skip, left)),
        }
    }
}

impl Crew {
    /// Decodes a page ahead of the reader, within the budget.
    pub(super) async fn inline(&self, run: &Run, page: Inline, skip: u64) -> Result<(), Broken> {
        let layout = self.fetcher.layout();
        let mut decoder = InlineDecoder::new(layout, &self.pipeline, page, skip);
        loop {
            let bytes = decoder.next_bytes();
            if bytes > 0 {
                self.pipeline.reserve(run, bytes).await?;
            }
            let step = if bytes > OFFLOAD_BYTES {
                let stepped = self.fetcher.offload(move || (decoder.step(), decoder)).await?;
                decoder = stepped.1;
                stepped.0?
            } else {
                decoder.step()?
            };
            match step {
                Step::Batch(rows) => self.pipeline.deliver(run, rows, decoder.held_bytes())?,
                Step::NeedsInput => return Ok(()),
                _ => self.pipeline.holds(run, decoder.held_bytes())?,
            }
            self.pipeline.wait_for_reader(run).await?;
        }
    }
}

/// The error of a damaged batch of which some rows were delivered.
fn damaged(error: dbsql_arrow::Error, delivered: u64) -> Error {
    if error.kind() != dbsql_arrow::ErrorKind::Checksum || delivered == 0 {
        return error.into();
    }
    // Continuing after them would hide that.
    let message = format!("a batch is damaged: its {delivered} rows before this may be wrong");
    Error::new(ErrorKind::Decode, message)
        .with_retry(RetryAdvice::Never)
        .with_next_step("read them again with get_results_from")
        .with_source(Error::from(error))
}
