//! The metadata calls of Thrift. They change nothing, so they are resent like status calls.
//!
//! Names and patterns are approximations in what is sent: servers disagree about which arguments are
//! patterns and how they are escaped. The engine filters the rows.

use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::types::{
    TGetCatalogsReq, TGetColumnsReq, TGetCrossReferenceReq, TGetFunctionsReq, TGetPrimaryKeysReq,
    TGetSchemasReq, TGetTableTypesReq, TGetTablesReq, TGetTypeInfoReq, TOperationHandle,
    TProtocolVersion, TSparkDirectResults, TStatus,
};

use super::fault::{self, About};
use super::rpc::Call;
use super::submit::{self, DIRECT_LIMIT};
use super::{Thrift, ThriftSession};
use crate::backend::{Readers, Sending, Submitted, Target, Until};
use crate::http::exchange::Retry;
use crate::http::flight::Flight;
use crate::http::last_error::LastError;
use crate::http::slots::{Class, HeldSlot};
use crate::metadata_request::{Kind, Pattern, Request, TableName, Wildcards};
use crate::{Error, ErrorKind, Result};

/// What the responses of all these calls have.
struct Answered {
    status: TStatus,
    operation: Option<TOperationHandle>,
    direct: Option<TSparkDirectResults>,
}

pub(super) async fn start(
    thrift: &Thrift,
    session: &ThriftSession,
    request: &Request,
    sending: &Sending,
    until: Until,
) -> Result<Submitted> {
    let answered = ask(thrift, session, request, sending, until).await?;
    fault::check(&answered.status, About::Metadata)?;
    let operation = answered.operation.as_ref();
    let target = Target {
        handle: submit::handle(thrift, operation).map_err(nothing_lost)?,
        cookies: session.cookies.clone(),
        readers: Readers::submitted(),
        operation_type: operation.map(|handle| handle.operation_type.0),
        session: None,
    };
    Ok(submit::submitted(target, answered.direct))
}

/// A call without a handle in its response is an error of the protocol, and no more: nothing was run.
fn nothing_lost(error: Error) -> Error {
    Error::new(ErrorKind::Protocol, "the response to the metadata call names no operation")
        .with_source(error)
}

async fn ask(
    thrift: &Thrift,
    session: &ThriftSession,
    request: &Request,
    sending: &Sending,
    until: Until,
) -> Result<Answered> {
    let call = Call {
        about: About::Metadata,
        retry: Retry::Alive,
        class: Class::Ordinary,
        held_slot: HeldSlot::default(),
        query_id: None,
        until,
        cookies: session.cookies.clone(),
        limit: DIRECT_LIMIT,
        last_error: LastError::default(),
    };
    let flight: Flight = sending.flight.clone();
    // Older servers do not know the field, and answer when they are done.
    let run_async = session.has(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V6).then_some(true);
    macro_rules! ask {
        ($rpc:ident, $request:ident { $($field:ident: $value:expr),* $(,)? }) => {{
            let request = $request {
                session_handle: session.handle.clone(),
                get_direct_results: submit::direct_results(sending.direct),
                run_async,
                $($field: $value,)*
            };
            let response = thrift.call_followed::<rpc::$rpc>(call, &request, flight).await;
            let response: <rpc::$rpc as Rpc>::Response = response?;
            Answered {
                status: response.status,
                operation: response.operation_handle,
                direct: response.direct_results,
            }
        }};
    }
    // A server that takes it for a pattern returns this catalog, too, but for one with an escape.
    let is_sent = |catalog: &String| !catalog.is_empty() && !catalog.contains('\\');
    let catalog_name = request.catalog.clone().filter(is_sent);
    let schema_name = sent(request.schema.as_ref());
    let object = sent(request.object.as_ref());
    let table = request.table.as_ref();
    let parent = request.parent.as_ref();
    Ok(match request.kind {
        Kind::Catalogs => ask!(GetCatalogs, TGetCatalogsReq {}),
        Kind::Schemas => ask!(
            GetSchemas,
            TGetSchemasReq { catalog_name: catalog_name, schema_name: schema_name }
        ),
        Kind::Tables => ask!(
            GetTables,
            TGetTablesReq {
                catalog_name: catalog_name,
                schema_name: schema_name,
                table_name: object,
                table_types: request.table_types.as_deref().map(upper_case),
            }
        ),
        // The pattern of columns is not sent: their numbers are counted from the first one.
        Kind::Columns => ask!(
            GetColumns,
            TGetColumnsReq {
                catalog_name: catalog_name,
                schema_name: schema_name,
                table_name: object,
                column_name: None,
            }
        ),
        Kind::Functions => ask!(
            GetFunctions,
            TGetFunctionsReq {
                catalog_name: catalog_name,
                schema_name: schema_name,
                function_name: object.unwrap_or_else(|| "%".to_owned()),
            }
        ),
        Kind::PrimaryKeys => ask!(
            GetPrimaryKeys,
            TGetPrimaryKeysReq {
                catalog_name: part(table, |name| &name.catalog),
                schema_name: part(table, |name| &name.schema),
                table_name: part(table, |name| &name.table),
            }
        ),
        Kind::ForeignKeys => ask!(
            GetCrossReference,
            TGetCrossReferenceReq {
                parent_catalog_name: part(parent, |name| &name.catalog),
                parent_schema_name: part(parent, |name| &name.schema),
                parent_table_name: part(parent, |name| &name.table),
                foreign_catalog_name: part(table, |name| &name.catalog),
                foreign_schema_name: part(table, |name| &name.schema),
                foreign_table_name: part(table, |name| &name.table),
            }
        ),
        Kind::TypeInfo => ask!(GetTypeInfo, TGetTypeInfoReq {}),
        Kind::TableTypes => ask!(GetTableTypes, TGetTableTypesReq {}),
    })
}

fn sent(pattern: Option<&Pattern>) -> Option<String> {
    pattern?.approximation(Wildcards::JDBC)
}

/// The words as servers write them.
fn upper_case(words: &[String]) -> Vec<String> {
    words.iter().map(|word| word.to_uppercase()).collect()
}

/// A part of the exact name of a table; an empty one is left out.
fn part(table: Option<&TableName>, part: impl Fn(&TableName) -> &String) -> Option<String> {
    table.map(part).filter(|name| !name.is_empty()).cloned()
}
