//! `ExecuteStatement` and all forms of its response.

use std::sync::Arc;

use dbsql_protocol::types::{
    TExecuteStatementReq, TExecuteStatementResp, TOperationHandle, TSparkArrowTypes,
    TSparkDirectResults, TSparkGetDirectResults, TSparkParameter, TSparkParameterValue,
    TSparkParameterValueArg,
};

use crate::engine::{Parameter, Query};
use crate::faults::Fault;
use crate::history::QueryTag;
use crate::identity::Identity;
use crate::later::later;
use crate::operation::{Operation, State};
use crate::registry::NotAdded;
use crate::result::{NativeTypes, ResultOptions};
use crate::service::Inner;
use crate::session::{Session, lookup};
use crate::settings::{Reading, Settings};
use crate::statement::{self, Statement, guarded};
use crate::thrift::{Asked, Refusal, ThriftVersion, fetch, handles, sessions, status};

pub(super) async fn execute(
    asked: Asked<'_>,
    request: TExecuteStatementReq,
) -> Result<TExecuteStatementResp, Refusal> {
    let Asked { inner, .. } = asked;
    let session = sessions::find(inner, &request.session_handle)?;
    let options = options(&inner.settings(), &session, &request);
    let overlay = request.conf_overlay.unwrap_or_default();
    let of_call = request.query_timeout.and_then(|seconds| u64::try_from(seconds).ok());
    let timeout = statement::timeout(inner, &session, &overlay, of_call)?;
    let query = Query {
        sql: request.statement,
        parameters: request.parameters.unwrap_or_default().into_iter().map(parameter).collect(),
        row_limit: options.row_limit,
        configuration: overlay,
    };
    guarded(|| session.engine.admit(&query))?;

    let tags = lookup(&query.configuration, "query_tags").unwrap_or_default();
    let statement = Statement {
        query,
        options,
        timeout: Some(timeout),
        idle: Some(inner.settings().operation_idle),
        tags: QueryTag::list(&tags),
        sea: None,
        fails: None,
    };
    let manner = Manner {
        direct: request
            .get_direct_results
            .filter(|_| sessions::speaks(&session, ThriftVersion::SPARK_V1)),
        waits: !request.run_async.unwrap_or(false),
    };
    let started = statement::start(inner, &session, statement);
    let started = answer_to(asked, &session, started, manner).await?;
    Ok(TExecuteStatementResp {
        status: status::success(),
        operation_handle: Some(started.handle),
        direct_results: started.direct,
    })
}

/// How a call responds.
pub(super) struct Manner {
    /// With the result, if the operation ends soon.
    pub(super) direct: Option<TSparkGetDirectResults>,
    /// Only after the operation has ended.
    pub(super) waits: bool,
}

/// The state of an operation when its call responds.
pub(super) struct Started {
    pub(super) handle: TOperationHandle,
    pub(super) direct: Option<TSparkDirectResults>,
}

/// Waits for an operation that was started, as long as the call may take.
pub(super) async fn answer_to(
    asked: Asked<'_>,
    session: &Session,
    started: Result<Arc<Operation>, NotAdded>,
    manner: Manner,
) -> Result<Started, Refusal> {
    let Asked { inner, .. } = asked;
    let runtime = &inner.runtime;
    let operation = started.map_err(|why| match why {
        NotAdded::Full => {
            let limit = inner.settings().max_session_operations;
            status::too_many(&format!("{limit} operations of the session are not closed"))
        }
        NotAdded::NoSession => status::no_session(inner, &handles::of_session(session)),
    })?;
    let deadline = later(runtime.now(), inner.settings().direct_result_window);
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
                inner.keep_linked(&phase.state);
                forget();
            }
            Some(direct)
        }
        // A caller that waits for the end has no other way to learn of it.
        None if manner.waits => match phase.state.error() {
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

/// Returns the handle of another operation.
fn wrong_handle(inner: &Inner, operation: &Operation) -> TOperationHandle {
    inner.registry.other_operation(&operation.identity.guid).map_or_else(
        || TOperationHandle {
            operation_id: handles::identifier(&Identity::random(&inner.runtime)),
            ..handles::of_operation(operation)
        },
        |other| handles::of_operation(&other),
    )
}

/// Returns the formats that the client supports, limited by the session's version.
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
        byte_limit: None,
        most_bytes: None,
        plain: None,
        cut: None,
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

fn parameter(given: TSparkParameter) -> Parameter {
    let value = match given.value {
        Some(TSparkParameterValue::StringValue(text)) => Some(text),
        Some(TSparkParameterValue::DoubleValue(number)) => Some(format!("{number:?}")),
        Some(TSparkParameterValue::BooleanValue(flag)) => Some(flag.to_string()),
        _ => None,
    };
    let arguments = given.arguments.unwrap_or_default().into_iter().map(argument).collect();
    // Names have no colon; an empty name means none.
    let name = given.name.filter(|name| !name.is_empty());
    Parameter {
        name,
        sql_type: Parameter::type_or_usual(given.r#type, value.as_ref()),
        value,
        arguments,
    }
}

fn argument(given: TSparkParameterValueArg) -> Parameter {
    Parameter {
        name: None,
        sql_type: Parameter::type_or_usual(given.r#type, given.value.as_ref()),
        value: given.value,
        arguments: given.arguments.unwrap_or_default().into_iter().map(argument).collect(),
    }
}
