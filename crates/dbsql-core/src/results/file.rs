//! Reads a result file: decodes it as it arrives, with a fresh link if the old one expired.

use std::collections::VecDeque;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use dbsql_arrow::{Decoder, Step};

use super::crew::{Broken, Crew, DAMAGED_ATTEMPTS, OFFLOAD_BYTES};
use super::paging::is_damaged;
use super::pipeline::{AWAY, NextPart, Part, Run, SegmentId};
use crate::backend::link::Link;
use crate::backend::pages::Piece;
use crate::http::store::{Chunk, Download};
use crate::{Error, ErrorKind, Result, RetryAdvice};

/// The maximum number of times that an expired or rejected link is replaced.
const MAX_REFRESHES: u32 = 3;

/// The maximum number of times that a server may have no fresh link ready, and of steps by which
/// the pauses grow.
const MAX_EMPTY_PAGES: u32 = 20;
const EMPTY_PAUSE: Duration = Duration::from_millis(50);

/// The maximum size of a response with a fresh link.
const FRESH_LINK_BYTES: usize = 4 << 20;

/// How much is still read after the last row, so that checksums are verified and the connection can
/// be reused. More than that is padding.
const TRAILER_BYTES: usize = 256 << 10;

/// A download that waits for memory for this long releases its connection meanwhile.
const KEEP_CONNECTION: Duration = Duration::from_secs(1);

/// A file being read.
struct File {
    link: Link,
    download: Download,
    refreshes: u32,
    /// Whether the store has responded, and the other tasks know.
    opened: bool,
}

/// The state of a pass over the file from its first byte.
struct Pass {
    decoder: Decoder,
    /// Received bytes that are not decoded yet.
    pending: VecDeque<Bytes>,
    pending_bytes: usize,
    /// The number of rows of the file so far.
    rows: u64,
    /// The number of rows at its start to skip.
    skip: u64,
    /// The number of bytes decoded since the last row.
    rowless: usize,
    /// The number of bytes decoded since the last requested row.
    trailing: usize,
}

impl Pass {
    fn held_bytes(&self) -> usize {
        self.pending_bytes + self.decoder.held_bytes()
    }
}

impl Crew {
    /// Reads the requested rows of a file, and retries if it is damaged. Other tasks fetch the
    /// bytes after `to`.
    pub(super) async fn file(
        &self,
        run: &Run,
        link: Link,
        skip: u64,
        to: Option<u64>,
    ) -> Result<(), Broken> {
        let mut skip = skip;
        let mut damaged = 0;
        let mut download = self.download(&link, to);
        if let Some(content) = &link.content {
            download = download.of(Bytes::clone(content));
        }
        let mut file = File { download, link, refreshes: 0, opened: false };
        loop {
            let mut is_unverified = false;
            let error = match self.read(run, &mut file, skip).await {
                Err(Broken::Failed(error)) if is_damaged(&error) => error,
                Err(Broken::Unverified(error)) => {
                    is_unverified = true;
                    error
                }
                // Rows of the other file do not continue those that the caller has.
                Err(Broken::Changed(error)) if self.pipeline.was_taken_from(run) => {
                    let message = "get_results_from continues at ResultSet::position";
                    return Err(error.with_next_step(message).into());
                }
                Err(Broken::Changed(error)) => error,
                other => return other,
            };
            damaged += 1;
            let is_given_up = damaged >= DAMAGED_ATTEMPTS;
            if is_given_up && !is_unverified {
                return Err(error.into());
            }
            let begun_at = skip;
            skip = self.pipeline.begin_again(run)?;
            if is_unverified && skip > begun_at {
                // Continuing after them would hide that.
                return Err(unverified(error, file.link.start.saturating_add(begun_at)).into());
            }
            if is_given_up {
                return Err(error.into());
            }
            tracing::debug!(%error, damaged, "reading a file again");
            file.download = self.download(&file.link, None);
            file.opened = false;
        }
    }

    fn download(&self, link: &Link, to: Option<u64>) -> Download {
        let (url, headers) = (link.url.clone(), link.headers.clone());
        self.fetcher.storage.download(url, headers, 0, to, None).impatient()
    }

    async fn read(&self, run: &Run, file: &mut File, skip: u64) -> Result<(), Broken> {
        let limit = self.pipeline.message_limit();
        let mut pass = Pass {
            decoder: self.fetcher.layout().file(limit, &self.pipeline.pool),
            pending: VecDeque::new(),
            pending_bytes: 0,
            rows: 0,
            skip,
            rowless: 0,
            trailing: 0,
        };
        let announced = file.link.rows;
        let mut ended = false;
        while !ended {
            match self.next_bytes(run, file).await? {
                Some(bytes) => {
                    self.reserve(run, bytes.len(), Some(&mut file.download)).await?;
                    pass.pending_bytes += bytes.len();
                    pass.pending.push_back(bytes);
                    if !self.pipeline.may_decode(run)? {
                        continue;
                    }
                }
                None => {
                    ended = true;
                    self.wait_to_decode(run).await?;
                }
            }
            while let Some(bytes) = pass.pending.pop_front() {
                let length = bytes.len();
                pass.pending_bytes -= length;
                pass.rowless += length;
                pass.trailing += length;
                pass.decoder.push(bytes);
                pass = self.decode(run, pass, announced, Some(&mut file.download)).await?;
                if pass.rowless > limit.saturating_add(TRAILER_BYTES) {
                    let message = "a result file has too many bytes without a row";
                    return Err(Error::new(ErrorKind::Protocol, message).into());
                }
                if pass.rows >= announced && pass.trailing > TRAILER_BYTES {
                    return Ok(());
                }
            }
        }
        pass.decoder.finish()?;
        let pass = self.decode(run, pass, announced, None).await?;
        if pass.rows < announced {
            let found = pass.rows;
            let message = format!("a result file has {found} rows, expected {announced}");
            return Err(Error::new(ErrorKind::Decode, message).into());
        }
        Ok(())
    }

    /// Waits until a downloaded file may be decoded.
    async fn wait_to_decode(&self, run: &Run) -> Result<(), Broken> {
        if !self.pipeline.may_decode(run)? {
            self.pipeline.is_downloaded(run)?;
            // Its connection is reused for the next one.
            self.start();
            let runtime = &self.fetcher.runtime;
            let mut decode = pin!(self.pipeline.wait_to_decode(run));
            let until = runtime.now().checked_add(AWAY);
            if let Ok(turn) = runtime.timeout_at(until, decode.as_mut()).await {
                return Ok(turn?);
            }
            self.start();
            decode.await?;
        }
        Ok(())
    }

    /// Returns the next bytes of the file, from the connection of this task or another; `None` at
    /// the end.
    async fn next_bytes(&self, run: &Run, file: &mut File) -> Result<Option<Bytes>, Broken> {
        loop {
            let chunk = self.next_chunk(run, file).await?;
            let position = file.download.position();
            if !std::mem::replace(&mut file.opened, true)
                && !self.tell_opened(run, file, position)?
            {
                file.download = self.download(&file.link, None);
                continue;
            }
            if let Some(mut bytes) = chunk {
                if let Some(end) = self.pipeline.advanced(run, position)? {
                    let beyond = usize::try_from(position.saturating_sub(end));
                    bytes.truncate(bytes.len().saturating_sub(beyond.unwrap_or(usize::MAX)));
                    file.download.end_at(end);
                }
                if !bytes.is_empty() {
                    return Ok(Some(bytes));
                }
                continue;
            }
            match self.pipeline.next_part(run).await? {
                NextPart::Bytes(bytes) => return Ok(Some(bytes)),
                NextPart::End => return Ok(None),
                NextPart::Unread(from, to) => {
                    file.download = file.download.part(from, to).impatient();
                }
            }
        }
    }

    /// Lets other tasks fetch parts of a file, if its length is known and the store honors ranges.
    /// Returns `false` if it must be requested as a whole instead.
    fn tell_opened(&self, run: &Run, file: &mut File, position: u64) -> Result<bool, Broken> {
        let total = file.download.total().filter(|_| file.download.resumes() == Some(true));
        let goes_on = total.is_some() || file.download.read_to_end();
        self.pipeline.opened(run, file.download.part(position, None), total)?;
        // The reader may have been waiting for a long time.
        self.start();
        Ok(goes_on)
    }

    /// Fetches a segment of a file for its task.
    pub(super) async fn segment(&self, run: &Run, id: SegmentId, part: Part) -> Result<(), Broken> {
        let mut download = part.download(&self.fetcher.storage);
        let mut opened = false;
        loop {
            if let Some(end) = self.pipeline.segment_end(run, id)? {
                download.end_at(end);
            }
            // The file's own task encounters any other outcome as well.
            let Chunk::Bytes(bytes) = download.chunk().await? else { break };
            if !std::mem::replace(&mut opened, true) {
                let is_part = download.resumes() != Some(false);
                if !is_part || !self.pipeline.segment_opened(run, id, download.version())? {
                    break;
                }
            }
            let runtime = &self.fetcher.runtime;
            let until = runtime.now().checked_add(KEEP_CONNECTION);
            let added = self.pipeline.add_to_segment(run, id, bytes.clone());
            match runtime.timeout_at(until, added).await {
                Ok(added) => added?,
                Err(_) => {
                    download.give_way();
                    self.pipeline.add_to_segment(run, id, bytes).await?;
                }
            }
        }
        self.pipeline.segment_ended(run, id);
        Ok(())
    }

    /// Returns the next bytes of the download; `None` at the end.
    async fn next_chunk(&self, run: &Run, file: &mut File) -> Result<Option<Bytes>, Broken> {
        loop {
            // An expired link is not tried: a store may respond slowly, or with an unusual error.
            let expired = file.link.is_expired(self.fetcher.runtime.wall_now());
            let untried = file.download.position() == 0 && file.refreshes == 0;
            let rejected = if expired && untried && self.fetcher.can_refresh() {
                let message = "the result link expired";
                Error::new(ErrorKind::ResultGone, message).with_host(file.link.host())
            } else {
                match file.download.chunk().await? {
                    Chunk::Bytes(bytes) => return Ok(Some(bytes)),
                    Chunk::End => return Ok(None),
                    Chunk::Rejected(error) => error,
                    Chunk::Changed(error) => return Err(Broken::Changed(error)),
                }
            };
            if !self.fetcher.can_refresh() || file.refreshes >= MAX_REFRESHES {
                return Err(rejected.into());
            }
            file.refreshes += 1;
            file.link = self.refreshed(&file.link).await?;
            self.pipeline.relinked(run, &file.link)?;
            file.download.relink(file.link.url.clone(), file.link.headers.clone());
        }
    }

    /// Decodes everything that was pushed.
    async fn decode(
        &self,
        run: &Run,
        mut pass: Pass,
        announced: u64,
        mut download: Option<&mut Download>,
    ) -> Result<Pass, Broken> {
        loop {
            let bytes = pass.decoder.next_bytes();
            if bytes > 0 {
                self.reserve(run, bytes, download.as_deref_mut()).await?;
            }
            let step = if bytes > OFFLOAD_BYTES {
                let mut decoder = pass.decoder;
                let stepped = self.fetcher.offload(move || (decoder.step(), decoder)).await?;
                pass.decoder = stepped.1;
                stepped.0?
            } else {
                pass.decoder.step()?
            };
            let held = pass.held_bytes();
            match step {
                Step::Batch(batch) => {
                    let start = pass.rows;
                    let end = start.saturating_add(batch.num_rows() as u64);
                    pass.rows = end;
                    pass.rowless = 0;
                    let (first, last) = (start.max(pass.skip), end.min(announced));
                    if first < last {
                        pass.trailing = 0;
                        // Within one batch, whose length is a usize.
                        let part = batch.slice((first - start) as usize, (last - first) as usize);
                        self.pipeline.deliver(run, part, held)?;
                    } else {
                        self.pipeline.holds(run, held)?;
                    }
                }
                Step::NeedsInput => {
                    self.pipeline.holds(run, held)?;
                    return Ok(pass);
                }
                _ => self.pipeline.holds(run, held)?,
            }
        }
    }

    /// Waits for memory. A long wait releases the connection, which others need.
    async fn reserve(
        &self,
        run: &Run,
        bytes: usize,
        download: Option<&mut Download>,
    ) -> Result<(), Broken> {
        let runtime = &self.fetcher.runtime;
        let until = runtime.now().checked_add(KEEP_CONNECTION);
        if let Ok(reserved) = runtime.timeout_at(until, self.pipeline.reserve(run, bytes)).await {
            return Ok(reserved?);
        }
        if let Some(download) = download {
            download.give_way();
        }
        Ok(self.pipeline.reserve(run, bytes).await?)
    }

    /// Returns a fresh link to the same rows.
    async fn refreshed(&self, old: &Link) -> Result<Link> {
        tracing::debug!(start = old.start, "getting a fresh link");
        let mut empty_pages = 0;
        let runtime = &self.fetcher.runtime;
        let pieces = loop {
            let rows = old.start..old.end();
            let fetched = self.fetcher.pages.fresh_links(rows, FRESH_LINK_BYTES, None).await?;
            let page = fetched.within(FRESH_LINK_BYTES)?;
            // A page may be empty although more follow.
            let none_yet = page.pieces.is_empty() && page.more == Some(true);
            if !none_yet || empty_pages >= MAX_EMPTY_PAGES {
                break page.pieces;
            }
            empty_pages += 1;
            // Random, since the tasks of other files may be waiting in the same way.
            let longest = EMPTY_PAUSE * empty_pages;
            runtime.sleep(runtime.jitter(longest / 2, longest)).await;
        };
        let fresh = pieces.into_iter().find_map(|piece| match piece {
            Piece::Link(link) if link.start == old.start && link.rows == old.rows => Some(link),
            _ => None,
        });
        let fresh = fresh.ok_or_else(|| {
            let message = "the server has no fresh link for rows that it linked to before";
            Error::new(ErrorKind::ResultGone, message)
        })?;
        Ok(Link { skip: old.skip, ..fresh })
    }
}

/// The error of rows that the caller has if they belong to a damaged file.
fn unverified(error: Error, row: u64) -> Error {
    let message = format!("a result file is damaged: rows from row {row} on may be wrong");
    Error::new(ErrorKind::Decode, message)
        .with_retry(RetryAdvice::Never)
        .with_next_step("read them again with get_results_from")
        .with_source(error)
}
