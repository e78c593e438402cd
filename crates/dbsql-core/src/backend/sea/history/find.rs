//! Finds a statement by the nonce of its submit.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dbsql_protocol::handle::{ExecutionHandle, Protocol, QueryId};
use dbsql_protocol::sea::{
    ListQueries, QueryFilter, QueryInfo, QueryList, QueryStatus, TimeRange, path,
};
use http::Method;

use crate::backend::Until;
use crate::backend::sea::Sea;
use crate::backend::sea::call::{Call, RESULT_LIMIT};
use crate::backend::sea::fault::About;
use crate::http::exchange::Retry;
use crate::query_tags::NONCE_KEY;
use crate::status::ExecutionStatus;
use crate::submission::Submission;
use crate::submit_nonce;
use crate::{Error, ErrorKind, Result};

/// How long before the given time a statement may have started: the error of a submit may be
/// returned a quarter of an hour after it, and clocks differ.
const BEFORE: Duration = Duration::from_secs(30 * 60);

/// How long after it a statement may have started: it may have waited for its warehouse.
const AFTER: Duration = Duration::from_secs(15 * 60);

/// The number of statements per page. Each includes its text, and the page must fit into the limit
/// of a response.
const PAGE: u32 = 200;

const MAX_PAGES: usize = 100;

/// The maximum length of a page token in bytes: it must fit into a URL.
const MAX_TOKEN: usize = 8 << 10;

impl Sea {
    /// Pages through the history of the warehouse, most recent statements first.
    pub(crate) async fn find_submitted(
        &self,
        nonce: &str,
        around: SystemTime,
        until: Until,
    ) -> Result<Submission> {
        submit_nonce::check(nonce)?;
        let mut request = self.request(around)?;
        let mut tokens = BTreeSet::new();
        for _ in 0..MAX_PAGES {
            let page = self.page(&request, until).await?;
            let found = page.res.iter().find_map(|query| Some((query, protocol(query, nonce)?)));
            if let Some((query, protocol)) = found {
                return self.submission(query, protocol);
            }
            let Some(token) = next_page(page)? else { return Ok(Submission::NotFound) };
            if !tokens.insert(token.clone()) {
                return Err(invalid("the token of an earlier page"));
            }
            request.page_token = Some(token);
        }
        let message = format!(
            "the query history has more than {} statements in that period, and the nonce is not among the \
             newest",
            MAX_PAGES * PAGE as usize
        );
        Err(Error::new(ErrorKind::Truncated, message).with_next_step(
            "look in the query history for the query tag dbsql_nonce before submitting it again",
        ))
    }

    fn request(&self, around: SystemTime) -> Result<ListQueries> {
        let warehouse_id = self.exchange.endpoint.warehouse_id().ok_or_else(|| {
            let message =
                "the http_path is not that of a SQL warehouse, and only those have a query history";
            Error::new(ErrorKind::Unsupported, message)
                .with_next_step("look at the cluster itself before submitting it again")
        })?;
        let range = TimeRange {
            start_time_ms: Some(millis(around.checked_sub(BEFORE).unwrap_or(around))),
            end_time_ms: Some(millis(around.checked_add(AFTER).unwrap_or(around))),
        };
        let filter = QueryFilter {
            query_start_time_range: Some(range),
            warehouse_ids: vec![warehouse_id.to_owned()],
            ..QueryFilter::default()
        };
        Ok(ListQueries {
            filter_by: Some(filter),
            max_results: Some(PAGE),
            ..ListQueries::default()
        })
    }

    async fn page(&self, request: &ListQueries, until: Until) -> Result<QueryList> {
        let path = path::query_list(request);
        let call = Call::new("ListQueries", Method::GET, path, About::History, until);
        let page = self.call(Call { retry: Retry::First, limit: RESULT_LIMIT, ..call }).await;
        page.map_err(|error: Error| match error.kind() {
            ErrorKind::Transport | ErrorKind::Throttled | ErrorKind::Deadline => {
                error.with_next_step("this says nothing about the statement: search again")
            }
            _ => error,
        })
    }

    fn submission(&self, query: &QueryInfo, protocol: Protocol) -> Result<Submission> {
        let query_id = query.query_id.as_deref().and_then(|id| id.parse::<QueryId>().ok());
        let query_id = query_id.ok_or_else(|| invalid("no id for the statement with the nonce"))?;
        let status = status(query.status.as_ref());
        Ok(match protocol {
            Protocol::Sea => {
                let endpoint = self.exchange.endpoint.handle_endpoint().clone();
                Submission::Sea { handle: ExecutionHandle::sea(query_id).at(endpoint), status }
            }
            _ => Submission::Thrift { query_id, status },
        })
    }
}

/// Milliseconds since 1970, at least 0.
fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Returns the protocol that the statement was submitted with, if it carries the nonce.
fn protocol(query: &QueryInfo, nonce: &str) -> Option<Protocol> {
    let tags = query.query_tags.iter().filter(|tag| tag.key == NONCE_KEY);
    tags.filter_map(|tag| tag.value.as_deref())
        .find_map(|value| submit_nonce::protocol(value, nonce))
}

/// Returns the token of the next page; `None` at the end.
///
/// # Errors
///
/// `Protocol` when there is a next page without a token: its statements must not be ignored.
fn next_page(page: QueryList) -> Result<Option<String>> {
    let token = page.next_page_token.filter(|token| !token.is_empty());
    match (page.has_next_page, token) {
        (_, Some(token)) if token.len() > MAX_TOKEN => Err(invalid("a token of more than 8 KiB")),
        (Some(true), None) => Err(invalid("another page but no token for it")),
        (Some(false), _) => Ok(None),
        (_, token) => Ok(token),
    }
}

fn invalid(what: &str) -> Error {
    Error::new(ErrorKind::Protocol, format!("invalid response to ListQueries: it has {what}"))
        .with_next_step("look in the query history for the query tag dbsql_nonce")
}

fn status(status: Option<&QueryStatus>) -> ExecutionStatus {
    match status {
        Some(QueryStatus::Queued) => ExecutionStatus::Pending,
        Some(
            QueryStatus::Started
            | QueryStatus::Compiling
            | QueryStatus::Compiled
            | QueryStatus::Running,
        ) => ExecutionStatus::Running,
        Some(QueryStatus::Canceled) => ExecutionStatus::Canceled,
        Some(QueryStatus::Failed) => ExecutionStatus::Failed,
        Some(QueryStatus::Finished) => ExecutionStatus::Finished,
        _ => ExecutionStatus::Unknown,
    }
}
