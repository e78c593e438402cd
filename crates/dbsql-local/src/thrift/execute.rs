//! `ExecuteStatement`, in all the ways in which it can be answered.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use dbsql_protocol::types::{
    TExecuteStatementReq, TExecuteStatementResp, TOperationHandle, TSparkArrowTypes,
    TSparkDirectResults, TSparkGetDirectResults, TSparkParameter, TSparkParameterValue,
    TSparkParameterValueArg,
};

use crate::engine::{Parameter, Query, SqlError};
use crate::faults::Fault;
use crate::identity::Identity;
use crate::operation::{Begin, Operation, OperationKind, Queue, State, Work, panicked};
use crate::registry::NotAdded;
use crate::result::{NativeTypes, ResultOptions};
use crate::service::Inner;
use crate::session::{Session, lookup};
use crate::settings::{Reading, Settings};
use crate::thrift::{Asked, Refusal, ThriftVersion, fetch, handles, sessions, status};

pub(super) async fn execute(
    asked: Asked<'_>,
    request: TExecuteStatementReq,
) -> Result<TExecuteStatementResp, Refusal> {
    let Asked { inner, .. } = asked;
    let session = sessions::find(inner, &request.session_handle)?;
    let options = options(&inner.settings(), &session, &request);
    let overlay = request.conf_overlay.unwrap_or_default();
    let timeout =
        guarded(|| Ok(timeout(&inner.settings(), &session, &overlay, request.query_timeout)))?;
    let query = Query {
        sql: request.statement,
        parameters: request.parameters.unwrap_or_default().into_iter().map(parameter).collect(),
        row_limit: options.row_limit,
        configuration: overlay,
    };
    guarded(|| session.engine.admit(&query))?;

    let begin = begin(inner, &session, query);
    let queue = Queue::of(&inner.settings());
    let work = Work { queue, begin, options, timeout, idle: inner.settings().operation_idle };
    let manner = Manner {
        direct: request
            .get_direct_results
            .filter(|_| sessions::speaks(&session, ThriftVersion::SPARK_V1)),
        waits: !request.run_async.unwrap_or(false),
    };
    let started = start(asked, session, OperationKind::Statement, work, manner).await?;
    Ok(TExecuteStatementResp {
        status: status::success(),
        operation_handle: Some(started.handle),
        direct_results: started.direct,
    })
}

/// Asks the engine something; a panic of it is an error.
fn guarded<T>(ask: impl FnOnce() -> Result<T, SqlError>) -> Result<T, SqlError> {
    let asked = catch_unwind(AssertUnwindSafe(ask));
    asked.unwrap_or_else(|panic| Err(panicked(&*panic)))
}

/// How an operation is to be answered.
pub(super) struct Manner {
    /// With its result, if it ends soon.
    pub(super) direct: Option<TSparkGetDirectResults>,
    /// Not before it ends.
    pub(super) waits: bool,
}

/// What is known when the answer goes out.
pub(super) struct Started {
    pub(super) handle: TOperationHandle,
    pub(super) direct: Option<TSparkDirectResults>,
}

/// Starts an operation and waits as long as the answer may take.
pub(super) async fn start(
    asked: Asked<'_>,
    session: Arc<Session>,
    kind: OperationKind,
    work: Work,
    manner: Manner,
) -> Result<Started, Refusal> {
    let Asked { inner, .. } = asked;
    let runtime = &inner.runtime;
    let limit = inner.settings().max_session_operations;
    let begin = || Operation::start(kind, Arc::clone(&session), work, runtime);
    let added = inner.registry.add_operation(&session, limit, begin);
    let operation = added.map_err(|why| match why {
        NotAdded::Full => {
            status::too_many(&format!("{limit} operations of the session are not closed"))
        }
        NotAdded::NoSession => status::no_session(inner, &handles::of_session(&session)),
    })?;
    let deadline = runtime.now() + inner.settings().direct_result_window;
    let phase = match &manner {
        Manner { waits: true, .. } => operation.wait(runtime, None, State::is_terminal).await,
        Manner { direct: Some(_), .. } => {
            operation.wait(runtime, Some(deadline), State::is_terminal).await
        }
        Manner { .. } => operation.live.phase(),
    };
    let handle = match asked.fault {
        Some(Fault::WrongHandle) => wrong_handle(inner, &operation),
        _ => handles::of_operation(&operation),
    };
    let forget = || inner.registry.close_operation(&operation.identity.guid, runtime);
    let direct = match &manner.direct {
        Some(request) => {
            let (direct, closes) = fetch::direct(asked, &operation, &phase, request).await;
            if closes {
                forget();
            }
            Some(direct)
        }
        // Who waits for the end and has no other way to hear of it hears of it here.
        None if manner.waits => match status::error_of(&phase.state) {
            Some(error) => {
                forget();
                return Err(error.into());
            }
            None => None,
        },
        None => None,
    };
    Ok(Started { handle, direct })
}

/// The handle of another operation.
fn wrong_handle(inner: &Inner, operation: &Operation) -> TOperationHandle {
    inner.registry.other_operation(&operation.identity.guid).map_or_else(
        || TOperationHandle {
            operation_id: handles::identifier(&Identity::random(&inner.runtime)),
            ..handles::of_operation(operation)
        },
        |other| handles::of_operation(&other),
    )
}

/// Gives the statement to the engine, and counts that.
fn begin(inner: &Arc<Inner>, session: &Arc<Session>, query: Query) -> Begin {
    let (inner, session) = (Arc::clone(inner), Arc::clone(session));
    Box::new(move |progress| {
        inner.counters.statement(&query.sql);
        session.engine.execute(query, progress)
    })
}

/// What the client can read, as far as the session's version goes.
fn options(
    settings: &Settings,
    session: &Session,
    request: &TExecuteStatementReq,
) -> ResultOptions {
    let speaks = |version| sessions::speaks(session, version);
    let links = request.can_download_result.unwrap_or(false) && speaks(ThriftVersion::SPARK_V3);
    let limit = |asked: Option<i64>, ours: u64| {
        asked.and_then(|bytes| u64::try_from(bytes).ok()).filter(|&b| b > 0).unwrap_or(ours)
    };
    let row_limit = request
        .result_row_limit
        .filter(|_| speaks(ThriftVersion::SPARK_V4))
        .and_then(|rows| u64::try_from(rows).ok())
        .filter(|&rows| rows > 0);
    ResultOptions {
        arrow: settings.arrow
            && settings.reading == Reading::ByOffset
            && request.can_read_arrow_result.unwrap_or(false),
        link_threshold: links.then_some(settings.link_threshold),
        lz4: request.can_decompress_lz4_result.unwrap_or(false) && speaks(ThriftVersion::SPARK_V6),
        lz4_frames: settings.quirks.lz4_frames,
        arrow_schema: speaks(ThriftVersion::SPARK_V5),
        native: request
            .use_arrow_native_types
            .as_ref()
            .filter(|_| speaks(ThriftVersion::SPARK_V5))
            .map_or_else(NativeTypes::default, native_types),
        row_limit,
        batch_bytes: limit(request.max_bytes_per_batch, settings.batch_bytes),
        file_bytes: limit(request.max_bytes_per_file, settings.file_bytes),
        padding_rows: settings.quirks.padding_rows,
        null_bitmaps: settings.quirks.null_bitmaps,
    }
}

fn native_types(wanted: &TSparkArrowTypes) -> NativeTypes {
    NativeTypes {
        timestamp: wanted.timestamp_as_arrow.unwrap_or(false),
        decimal: wanted.decimal_as_arrow.unwrap_or(false),
        complex: wanted.complex_types_as_arrow.unwrap_or(false),
        interval: wanted.interval_types_as_arrow.unwrap_or(false),
        null: wanted.null_type_as_arrow.unwrap_or(false),
    }
}

/// The shortest of the limits that were set, else the service's own.
fn timeout(
    settings: &Settings,
    session: &Session,
    overlay: &BTreeMap<String, String>,
    query_timeout: Option<i64>,
) -> Duration {
    const KEY: &str = "STATEMENT_TIMEOUT";
    let of_call = query_timeout.and_then(|seconds| u64::try_from(seconds).ok());
    let set = lookup(overlay, KEY).or_else(|| session.setting(KEY));
    let set = set.and_then(|seconds| seconds.trim().parse().ok());
    // Zero stands for no limit.
    let limits = [of_call, set].into_iter().flatten().filter(|&seconds| seconds > 0);
    limits.min().map_or(settings.statement_timeout, |seconds: u64| {
        Duration::from_secs(seconds).min(settings.statement_timeout)
    })
}

fn parameter(given: TSparkParameter) -> Parameter {
    let value = match given.value {
        Some(TSparkParameterValue::StringValue(text)) => Some(text),
        Some(TSparkParameterValue::DoubleValue(number)) => Some(format!("{number:?}")),
        Some(TSparkParameterValue::BooleanValue(flag)) => Some(flag.to_string()),
        _ => None,
    };
    let arguments = given.arguments.unwrap_or_default().into_iter().map(argument).collect();
    // A name comes without a colon; an empty one is none.
    let name = given.name.filter(|name| !name.is_empty());
    Parameter { name, sql_type: type_or_usual(given.r#type, value.as_ref()), value, arguments }
}

fn argument(given: TSparkParameterValueArg) -> Parameter {
    Parameter {
        name: None,
        sql_type: type_or_usual(given.r#type, given.value.as_ref()),
        value: given.value,
        arguments: given.arguments.unwrap_or_default().into_iter().map(argument).collect(),
    }
}

/// Some clients leave the type out, of NULLs for example.
fn type_or_usual(given: Option<String>, value: Option<&String>) -> String {
    let usual = if value.is_some() { "STRING" } else { "VOID" };
    given.filter(|text| !text.is_empty()).unwrap_or_else(|| usual.to_owned())
}
