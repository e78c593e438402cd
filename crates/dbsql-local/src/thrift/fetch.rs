//! `GetResultSetMetadata`, `FetchResults`, and direct results.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use dbsql_protocol::types::{
    TCloseOperationResp, TFetchOrientation, TFetchResultsReq, TFetchResultsResp,
    TGetResultSetMetadataReq, TGetResultSetMetadataResp, TRowSet, TSparkDirectResults,
    TSparkGetDirectResults, TStatus, TStatusCode,
};

use crate::engine::SqlError;
use crate::faults::Fault;
use crate::later::later_wall;
use crate::operation::{Cursor, Operation, Phase, State, offload_failed};
use crate::result::{Format, PageRequest, ResultSet};
use crate::service::Inner;
use crate::settings::Reading;
use crate::thrift::rows::{metadata as describe, number, row_set};
use crate::thrift::{Ask, Asked, Refusal, ThriftVersion, operations, sessions, status};

pub(super) fn metadata(
    ask: &Ask<'_>,
    request: &TGetResultSetMetadataReq,
) -> Result<TGetResultSetMetadataResp, Refusal> {
    let operation = operations::find(ask.inner, &request.operation_handle)?;
    Ok(describe(&*finished(&operation)?, &ask.inner.settings()))
}

/// Returns the result of an operation that succeeded.
fn finished(operation: &Operation) -> Result<Arc<ResultSet>, Refusal> {
    match operation.live.state() {
        State::Finished { result, .. } => Ok(result),
        state => Err(status::not_finished(&state)),
    }
}

pub(super) async fn fetch(
    asked: Asked<'_>,
    request: TFetchResultsReq,
) -> Result<TFetchResultsResp, Refusal> {
    let Asked { inner, .. } = asked;
    let operation = operations::find(inner, &request.operation_handle)?;
    let result = finished(&operation)?;
    if request.fetch_type.unwrap_or(0) != 0 {
        // The log of the operation, which is empty.
        return Ok(rows(TRowSet::default(), false));
    }
    let max_rows = max_rows(inner, request.max_rows)?;
    let by_cursor = matches!(inner.settings().reading, Reading::ByCursor(_));
    if inner.settings().quirks.reject_fetch_first
        && request.orientation == TFetchOrientation::FETCH_FIRST
    {
        return Err(cannot_go_back());
    }
    let start = start(&operation, &request, by_cursor)?;
    if inner.settings().quirks.empty_pages && pauses(&operation, start, result.total()) {
        let nothing = TRowSet { start_row_offset: number(start), ..TRowSet::default() };
        return Ok(rows(nothing, true));
    }
    let wanted = wanted(asked, start, max_rows, request.max_bytes);
    let (page, end) = page(asked, Arc::clone(&result), wanted).await?;
    with_cursor(&operation, |cursor| cursor.next = end);
    operation.touch(&inner.runtime);
    let mut response = rows(page, !by_cursor && end < result.total());
    let with_metadata = request.include_result_set_metadata.unwrap_or(false)
        && sessions::speaks(&operation.session, ThriftVersion::SPARK_V5);
    response.result_set_metadata = with_metadata.then(|| describe(&result, &inner.settings()));
    Ok(response)
}

fn max_rows(inner: &Inner, asked: i64) -> Result<u64, Refusal> {
    match inner.settings().reading {
        // Narrowed to 32 bits, as Spark does.
        Reading::ByCursor(_) => Ok(u64::try_from(asked as i32).unwrap_or(0)),
        Reading::ByOffset => {
            u64::try_from(asked).map_err(|_| status::invalid("maxRows is below zero"))
        }
    }
}

/// Returns the first row: the requested one, or the next one.
fn start(
    operation: &Operation,
    request: &TFetchResultsReq,
    by_cursor: bool,
) -> Result<u64, Refusal> {
    if let Some(offset) = request.start_row_offset.filter(|_| !by_cursor) {
        return u64::try_from(offset).map_err(|_| status::invalid("startRowOffset is below zero"));
    }
    match request.orientation {
        TFetchOrientation::FETCH_NEXT => Ok(with_cursor(operation, |cursor| cursor.next)),
        TFetchOrientation::FETCH_FIRST => Ok(0),
        _ => Err(status::invalid("this orientation is not supported")),
    }
}

/// With the message of Hive's server and its relatives.
fn cannot_go_back() -> Refusal {
    let message = "The fetch type FETCH_FIRST is not supported for this resultset";
    Refusal::Status(Box::new(TStatus {
        status_code: TStatusCode::ERROR_STATUS,
        sql_state: Some("HY106".to_owned()),
        error_message: Some(message.to_owned()),
        ..TStatus::default()
    }))
}

/// Returns `true` if an empty page comes first: once per page.
fn pauses(operation: &Operation, start: u64, total: u64) -> bool {
    with_cursor(operation, |cursor| {
        let pauses = start < total && cursor.paused_at != Some(start);
        if pauses {
            cursor.next = start;
            cursor.paused_at = Some(start);
        }
        pauses
    })
}

fn with_cursor<T>(operation: &Operation, with: impl FnOnce(&mut Cursor) -> T) -> T {
    with(&mut operation.cursor.lock().unwrap_or_else(PoisonError::into_inner))
}

fn wanted(asked: Asked<'_>, start: u64, max_rows: u64, max_bytes: Option<i64>) -> PageRequest {
    let settings = asked.inner.settings();
    let start = match asked.fault {
        Some(Fault::WrongOffset(rows)) => start.saturating_add_signed(*rows),
        _ => start,
    };
    // Zero means no limit.
    let max_bytes = max_bytes.and_then(|bytes| u64::try_from(bytes).ok()).filter(|&b| b > 0);
    let max_bytes = max_bytes.unwrap_or(u64::MAX);
    PageRequest {
        start,
        max_rows: max_rows.min(settings.page_rows),
        max_bytes: max_bytes.min(settings.page_bytes),
        max_linked_bytes: max_bytes,
        max_links: settings.links_per_page,
        links_expire: later_wall(asked.inner.runtime.wall_now(), settings.link_lifetime),
    }
}

/// Encodes a page, off the async threads, and returns the row after its last one.
async fn page(
    asked: Asked<'_>,
    result: Arc<ResultSet>,
    wanted: PageRequest,
) -> Result<(TRowSet, u64), SqlError> {
    let inner = Arc::clone(asked.inner);
    let origin = asked.origin.to_owned();
    let make = move || {
        let page = result.page(wanted, |file| {
            let lifetime = inner.settings().link_lifetime;
            let (path, expires) =
                inner.store.link(&file, lifetime, &BTreeMap::new(), &inner.runtime);
            (format!("{origin}{path}"), expires)
        })?;
        let end = page.end;
        Ok((row_set(&result, page, &inner.settings())?, end))
    };
    let made = asked.inner.runtime.offload(make).await;
    made.unwrap_or_else(|error| Err(offload_failed(&error)))
}

fn rows(rows: TRowSet, has_more_rows: bool) -> TFetchResultsResp {
    TFetchResultsResp {
        status: status::success(),
        has_more_rows: Some(has_more_rows),
        results: Some(rows),
        result_set_metadata: None,
    }
}

/// Returns the direct results for the response to a statement, and whether they are complete.
pub(super) async fn direct(
    asked: Asked<'_>,
    operation: &Operation,
    phase: &Phase,
    request: &TSparkGetDirectResults,
) -> (TSparkDirectResults, bool) {
    let mut direct = TSparkDirectResults {
        operation_status: Some(operations::report(operation, phase, false)),
        ..TSparkDirectResults::default()
    };
    // After a timeout some clients request the metadata before they look at the state: an operation
    // that is closed by then would hide the timeout.
    let mut closes = matches!(phase.state, State::Failed(_));
    if let State::Finished { result, .. } = &phase.state {
        direct.result_set_metadata = Some(describe(result, &asked.inner.settings()));
        let max_rows = u64::try_from(request.max_rows).unwrap_or(0);
        // No rows are requested, only the outcome.
        if max_rows > 0 {
            let wanted = wanted(asked, 0, max_rows, request.max_bytes);
            match page(asked, Arc::clone(result), wanted).await {
                Ok((page, end)) => {
                    let has_more = end < result.total();
                    let behind_links = result.format() == Format::Links;
                    closes = !has_more
                        && (!behind_links || asked.inner.settings().quirks.close_with_links);
                    with_cursor(operation, |cursor| cursor.next = end);
                    direct.result_set = Some(rows(page, has_more));
                }
                Err(error) => {
                    let status = status::failed(&error);
                    direct.result_set = Some(TFetchResultsResp { status, ..Default::default() });
                }
            }
        }
    }
    direct.close_operation = closes.then(|| TCloseOperationResp { status: status::success() });
    (direct, closes)
}
