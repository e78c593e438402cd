//! The files of a result on their way: several at once, handed on in order, within a byte budget.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use arrow_array::RecordBatch;
use bytes::Bytes;
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TFetchOrientation, TFetchResultsReq, TOperationHandle};
use dbsql_transport::BoxFuture;
use futures_util::FutureExt;

use super::super::Thrift;
use super::super::fault::{self, About};
use super::super::rpc::Call;
use super::format::Format;
use super::link::Link;
use super::{GARBLED_ATTEMPTS, page, signed};
use crate::backend::{Target, Until};
use crate::http::store::Download;
use crate::{Error, ErrorKind, Result};

/// Most files on their way at once.
const AT_ONCE: usize = 8;

/// How often a link that does not hold is asked for anew.
const REFRESHES: u32 = 3;

/// How often a server may have no new link ready, and by how much the pauses grow between asking.
const EMPTY_PAGES: u32 = 20;
const EMPTY_PAUSE: Duration = Duration::from_millis(50);

/// What is needed to fetch a file, and to get a new link for it.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) thrift: Thrift,
    pub(super) target: Target,
    pub(super) operation: TOperationHandle,
    pub(super) format: Arc<Format>,
    /// The server still has the operation, so it can give new links.
    pub(super) refreshable: bool,
}

/// Links that wait, and files on their way, both in the order of their rows.
#[derive(Default)]
pub(super) struct Downloads {
    waiting: VecDeque<Link>,
    on_their_way: VecDeque<OnItsWay>,
}

struct OnItsWay {
    link: Link,
    file: File,
}

enum File {
    Coming(BoxFuture<'static, Result<Vec<RecordBatch>>>),
    Here(Result<Vec<RecordBatch>>),
}

impl Downloads {
    pub(super) fn add(&mut self, links: impl Iterator<Item = Link>) {
        self.waiting.extend(links);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.on_their_way.is_empty()
    }

    /// The rows of the next file. After an error the same file is tried again by the next call.
    pub(super) async fn next(&mut self, source: &Source, until: Until) -> Result<Vec<RecordBatch>> {
        self.start(source, until);
        poll_fn(|cx| {
            // All are polled, so that all get on; only the first may be handed out.
            for one in &mut self.on_their_way {
                if let File::Coming(coming) = &mut one.file
                    && let Poll::Ready(rows) = coming.poll_unpin(cx)
                {
                    one.file = File::Here(rows);
                }
            }
            match self.on_their_way.front() {
                Some(OnItsWay { file: File::Coming(_), .. }) => Poll::Pending,
                _ => Poll::Ready(()),
            }
        })
        .await;
        match self.on_their_way.pop_front() {
            Some(OnItsWay { file: File::Here(Ok(rows)), .. }) => Ok(rows),
            Some(OnItsWay { link, file: File::Here(Err(error)) }) => {
                // Those behind it are bound by the same deadline: all start anew.
                let others = self.on_their_way.drain(..).map(|one| one.link);
                let mut waiting: VecDeque<Link> = [link].into_iter().chain(others).collect();
                waiting.append(&mut self.waiting);
                self.waiting = waiting;
                Err(error)
            }
            _ => Ok(Vec::new()),
        }
    }

    fn start(&mut self, source: &Source, until: Until) {
        let budget = source.thrift.byte_budget;
        let mut used: u64 = self.on_their_way.iter().map(|one| one.link.bytes).sum();
        while self.on_their_way.len() < AT_ONCE {
            // The first always may, however large it is.
            let fits = |link: &Link| used.saturating_add(link.bytes) <= budget;
            let first = self.on_their_way.is_empty();
            let Some(link) = self.waiting.pop_front_if(|link| first || fits(link)) else { break };
            used = used.saturating_add(link.bytes);
            let coming = source.clone().rows(link.clone(), until).boxed();
            self.on_their_way.push_back(OnItsWay { link, file: File::Coming(coming) });
        }
    }
}

impl Source {
    /// The rows of one file, through a new link where the old one does not hold.
    async fn rows(self, mut link: Link, until: Until) -> Result<Vec<RecordBatch>> {
        let mut refreshes = 0;
        let mut garbled = 0;
        loop {
            let storage = &self.thrift.storage;
            // An expired link is not tried: a store may answer slowly, or with an odd error.
            let expired = link.expires.is_some_and(|at| storage.runtime.wall_now() >= at);
            let refused = if expired && self.refreshable && refreshes == 0 {
                let message = "the link to a result file has expired";
                Error::new(ErrorKind::ResultGone, message).with_host(link.host())
            } else {
                let got = storage.get(&link.url, &link.headers, until).await;
                match got.map_err(|error| error.with_query(Some(self.target.query_id())))? {
                    Download::Refused(error) => error,
                    Download::File(bytes) => match self.decode(bytes, &link).await {
                        Err(error)
                            if error.kind() == ErrorKind::Decode
                                && garbled + 1 < GARBLED_ATTEMPTS =>
                        {
                            garbled += 1;
                            tracing::debug!(%error, garbled, "a file could not be decoded");
                            continue;
                        }
                        other => return other,
                    },
                }
            };
            if !self.refreshable || refreshes >= REFRESHES {
                return Err(refused.with_query(Some(self.target.query_id())));
            }
            refreshes += 1;
            link = self.refreshed(&link, until).await?;
        }
    }

    async fn decode(&self, bytes: Bytes, link: &Link) -> Result<Vec<RecordBatch>> {
        let format = Arc::clone(&self.format);
        let (skip, rows) = (link.skip, link.rows);
        self.offload(move || format.file(&bytes, skip, rows)).await
    }

    /// A new link to the same rows: fetching by their offset gives one.
    async fn refreshed(&self, old: &Link, until: Until) -> Result<Link> {
        tracing::debug!(start = old.start, "getting a new link");
        let request = |_| TFetchResultsReq {
            operation_handle: self.operation.clone(),
            orientation: TFetchOrientation::FETCH_NEXT,
            max_rows: signed(old.rows),
            max_bytes: Some(signed(self.thrift.fetch_bytes)),
            start_row_offset: Some(signed(old.start)),
            ..TFetchResultsReq::default()
        };
        let call = Call::about_result(&self.target, until);
        let mut empty_pages = 0;
        let new = loop {
            let (_, body) =
                self.thrift.call_raw::<rpc::FetchResults>(call.clone(), request).await?;
            let new = page::response(body).and_then(|response| {
                fault::check(&response.status, About::Result)?;
                let more = response.has_more_rows == Some(true);
                let links = response.results.and_then(|set| set.result_links).unwrap_or_default();
                Ok((Link::in_order(&links)?, more))
            });
            let (links, more) = new?;
            // A page may be empty although more follows.
            if links.is_empty() && more && empty_pages < EMPTY_PAGES {
                empty_pages += 1;
                // By chance, since the files beside this one may be waiting in the same way.
                let longest = EMPTY_PAUSE * empty_pages;
                let pause = self.thrift.exchange.runtime.jitter(longest / 2, longest);
                self.pause(pause, until, "the server had no new link ready").await?;
                continue;
            }
            break links;
        };
        let new = new.into_iter().find(|link| link.start == old.start && link.rows == old.rows);
        let new = new.ok_or_else(|| {
            let message = "the server gives no new link for rows that it gave one for before";
            Error::new(ErrorKind::ResultGone, message)
        });
        let new = new?;
        Ok(Link { skip: old.skip, ..new })
    }
}

impl fmt::Debug for Downloads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downloads")
            .field("waiting", &self.waiting.len())
            .field("on_their_way", &self.on_their_way.len())
            .finish()
    }
}
