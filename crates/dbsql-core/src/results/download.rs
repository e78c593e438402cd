//! One result file: downloads it, through a fresh link where the old one expired, and decodes it.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::RecordBatch;
use bytes::Bytes;

use super::decode;
use super::fetcher::{DAMAGED_ATTEMPTS, Fetcher};
use crate::backend::Until;
use crate::backend::link::Link;
use crate::backend::pages::Piece;
use crate::http::store::Download;
use crate::{Error, ErrorKind, Result};

/// How often a link that expired or was rejected is replaced.
const MAX_REFRESHES: u32 = 3;

/// How often a server may have no fresh link ready, and by how much the pauses between asking grow.
const MAX_EMPTY_PAGES: u32 = 20;
const EMPTY_PAUSE: Duration = Duration::from_millis(50);

impl Fetcher {
    /// The rows of one file that are wanted.
    pub(super) async fn file(self, mut link: Link, until: Until) -> Result<Vec<RecordBatch>> {
        let mut refreshes = 0;
        let mut damaged = 0;
        loop {
            // An expired link is not tried: a store may answer slowly, or with an odd error.
            let expired = link.expires.is_some_and(|at| self.runtime.wall_now() >= at);
            let rejected = if expired && self.can_refresh() && refreshes == 0 {
                let message = "the result link expired";
                Error::new(ErrorKind::ResultGone, message).with_host(link.host())
            } else {
                match self.storage.get(&link.url, &link.headers, until).await? {
                    Download::Rejected(error) => error,
                    Download::File(bytes) => match self.decode(bytes, &link).await {
                        Err(error)
                            if error.kind() == ErrorKind::Decode
                                && damaged + 1 < DAMAGED_ATTEMPTS =>
                        {
                            damaged += 1;
                            tracing::debug!(%error, damaged, "a file could not be decoded");
                            continue;
                        }
                        other => return other,
                    },
                }
            };
            if !self.can_refresh() || refreshes >= MAX_REFRESHES {
                return Err(rejected);
            }
            refreshes += 1;
            link = self.refreshed(&link, until).await?;
        }
    }

    async fn decode(&self, bytes: Bytes, link: &Link) -> Result<Vec<RecordBatch>> {
        let pages = Arc::clone(&self.pages);
        let (skip, rows) = (link.skip, link.rows);
        self.offload(move || decode::file(pages.layout(), bytes, skip, rows)).await
    }

    /// A fresh link to the same rows.
    async fn refreshed(&self, old: &Link, until: Until) -> Result<Link> {
        tracing::debug!(start = old.start, "getting a fresh link");
        let mut empty_pages = 0;
        let pieces = loop {
            let rows = old.start..old.end();
            let page = self
                .pages
                .fresh_links(rows, self.page_limit, until)
                .await?
                .within(self.page_limit)?;
            // A page may be empty although more follows.
            let none_yet = page.pieces.is_empty() && page.more == Some(true);
            if !none_yet || empty_pages >= MAX_EMPTY_PAGES {
                break page.pieces;
            }
            empty_pages += 1;
            // Random, since the files beside this one may be waiting in the same way.
            let longest = EMPTY_PAUSE * empty_pages;
            let pause = self.runtime.jitter(longest / 2, longest);
            self.pause(pause, until, "the server had no fresh link ready").await?;
        };
        let fresh = pieces.into_iter().find_map(|piece| match piece {
            Piece::Link(link) if link.start == old.start && link.rows == old.rows => Some(link),
            _ => None,
        });
        let fresh = fresh.ok_or_else(|| {
            let message = "the server has no fresh link for rows that it gave a link for before";
            Error::new(ErrorKind::ResultGone, message)
        })?;
        Ok(Link { skip: old.skip, ..fresh })
    }
}
