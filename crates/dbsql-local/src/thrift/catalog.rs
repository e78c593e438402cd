//! The metadata calls: catalogs, schemas, tables, columns and the rest, in the form of JDBC.

mod like;
mod tables;

use std::sync::Arc;

use dbsql_protocol::message::ApplicationExceptionKind;
use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::types::{TSessionHandle, TSparkGetDirectResults};

use crate::engine::catalog::CatalogContents;
use crate::engine::{QueryOutput, SqlError};
use crate::operation::{Begin, OperationKind, Queue, Work};
use crate::result::{NativeTypes, ResultOptions};
use crate::session::Session;
use crate::statement;
use crate::thrift::execute::{Manner, Started, answer_to};
use crate::thrift::{Answer, Ask, Asked, Refusal, sessions, status};

/// Makes the answer to a metadata call from what there is.
type Show = Box<dyn FnOnce(&CatalogContents) -> Result<QueryOutput, SqlError> + Send>;

macro_rules! catalog_calls {
    ($ask:ident, $($rpc:ident $kind:ident $show:expr;)*) => {
        match $ask.call.method() {
            $(rpc::$rpc::NAME => {
                $ask.with_async::<rpc::$rpc, _>(async |asked: Asked<'_>, request| {
                    let handle = request.session_handle.clone();
                    let direct = request.get_direct_results.clone();
                    let waits = !request.run_async.unwrap_or(false);
                    let show: Show = Box::new($show(request));
                    let kind = OperationKind::$kind;
                    let started = run(asked, &handle, kind, direct, waits, show).await?;
                    let mut response = <rpc::$rpc as Rpc>::Response::default();
                    response.status = status::success();
                    response.operation_handle = Some(started.handle);
                    response.direct_results = started.direct;
                    Ok(response)
                })
                .await
            })*
            other => {
                let message = format!("Invalid method name: '{other}'");
                $ask.exception(ApplicationExceptionKind::UNKNOWN_METHOD, &message)
            }
        }
    };
}

/// Handles a metadata call; an unknown method gets an exception.
pub(super) async fn answer(ask: &Ask<'_>) -> Answer {
    catalog_calls! { ask,
        GetTypeInfo TypeInfo tables::types;
        GetCatalogs Catalogs tables::catalogs;
        GetSchemas Schemas tables::schemas;
        GetTables Tables tables::tables;
        GetTableTypes TableTypes tables::table_types;
        GetColumns Columns tables::columns;
        GetFunctions Functions tables::functions;
        GetPrimaryKeys Keys tables::primary_keys;
        GetCrossReference Keys tables::cross_reference;
    }
}

async fn run(
    asked: Asked<'_>,
    handle: &TSessionHandle,
    kind: OperationKind,
    direct: Option<TSparkGetDirectResults>,
    waits: bool,
    show: Show,
) -> Result<Started, Refusal> {
    let settings = asked.inner.settings();
    let session = sessions::find(asked.inner, handle)?;
    let work = Work {
        room: asked.inner.room(),
        queue: Queue::of(&settings, asked.inner.warehouse.start(&settings, &asked.inner.runtime)),
        begin: begin(&session, show),
        options: ResultOptions {
            // These calls do not say whether the client supports Arrow.
            arrow: false,
            link_threshold: None,
            lz4: false,
            lz4_frames: 1,
            arrow_schema: false,
            native: NativeTypes::default(),
            row_limit: None,
            batch_bytes: settings.batch_bytes,
            file_bytes: settings.file_bytes,
            padding_rows: 0,
            null_bitmaps: settings.quirks.null_bitmaps,
            byte_limit: None,
            most_bytes: None,
            plain: None,
            cut: None,
        },
        timeout: settings.statement_timeout,
        idle: Some(settings.operation_idle),
        sea: None,
    };
    let added = statement::add(asked.inner, &session, kind, work);
    answer_to(asked, &session, added, Manner { direct, waits }).await
}

fn begin(session: &Arc<Session>, show: Show) -> Begin {
    let session = Arc::clone(session);
    Box::new(move |_| {
        let contents = session.engine.contents();
        Box::pin(async move { show(&contents.await?) })
    })
}
