//! Metadata calls.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema};
use dbsql_local::engine::Table;
use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::types::{
    TColumn, TGetCatalogsReq, TGetColumnsReq, TGetDelegationTokenReq, TGetFunctionsReq,
    TGetPrimaryKeysReq, TGetSchemasReq, TGetTableTypesReq, TGetTablesReq, TGetTypeInfoReq,
    TOperationHandle, TSparkRowSetType,
};

use crate::support::{Warehouse, next, refused};

fn table(schema: &str, name: &str, table_type: &str) -> Table {
    let columns = vec![
        Field::new("id", DataType::Int64, false),
        Field::new("price", DataType::Decimal128(10, 2), true),
    ];
    Table {
        catalog: "main".to_owned(),
        schema: schema.to_owned(),
        name: name.to_owned(),
        table_type: table_type.to_owned(),
        columns: Arc::new(Schema::new(columns)),
    }
}

async fn warehouse() -> Warehouse {
    let w = Warehouse::start().await;
    let _ = w
        .engine
        .clone()
        .table(table("b", "t_1", "TABLE"))
        .table(table("a", "t_2", "VIEW"))
        .table(table("a", "tx1", "TABLE"));
    w
}

/// Returns the names of the columns, and the contents of the string columns.
async fn read(w: &Warehouse, handle: Option<TOperationHandle>) -> (Vec<String>, Vec<Vec<String>>) {
    let handle = handle.expect("a handle");
    w.client.wait(&handle).await;
    let metadata = w.client.metadata(&handle).await;
    assert_eq!(metadata.result_format, Some(TSparkRowSetType::COLUMN_BASED_SET));
    let names: Vec<String> = metadata
        .schema
        .expect("a schema")
        .columns
        .into_iter()
        .map(|column| column.column_name)
        .collect();
    let columns = w.client.fetch(next(&handle, 1000)).await.results.expect("rows").columns;
    let columns = columns.expect("columns");
    assert_eq!(columns.len(), names.len());
    let texts = columns.iter().map(|column| match column {
        TColumn::StringVal(column) => {
            column.values.iter_str().map(|text| text.expect("text").to_owned()).collect()
        }
        _ => Vec::new(),
    });
    (names, texts.collect())
}

macro_rules! ask {
    ($w:ident, $rpc:ident, $request:expr) => {{
        let answer = $w.client.call::<rpc::$rpc>(&$request).await.expect("an answer");
        read(&$w, answer.operation_handle).await
    }};
}

#[tokio::test(start_paused = true)]
async fn catalogs_schemas_and_tables_are_filtered_by_pattern() {
    let w = warehouse().await;
    let session_handle = w.session.clone();
    let request =
        TGetCatalogsReq { session_handle: session_handle.clone(), ..TGetCatalogsReq::default() };
    let (names, texts) = ask!(w, GetCatalogs, request);
    assert_eq!((names[0].as_str(), &texts[0][..]), ("TABLE_CAT", &["main".to_owned()][..]));
    let request = TGetSchemasReq { session_handle: session_handle.clone(), ..Default::default() };
    let (names, texts) = ask!(w, GetSchemas, request);
    assert_eq!(names, ["TABLE_SCHEM", "TABLE_CATALOG"]);
    assert_eq!(texts[0], ["a", "b"]);
    let all = TGetTablesReq { session_handle, ..TGetTablesReq::default() };
    let (names, texts) = ask!(w, GetTables, all);
    assert_eq!((names.len(), &texts[2][..]), (10, &["t_2", "tx1", "t_1"].map(String::from)[..]));
    let escaped = TGetTablesReq { table_name: Some("t\\_%".to_owned()), ..all.clone() };
    assert_eq!(ask!(w, GetTables, escaped).1[2], ["t_2", "t_1"]);
    let views = TGetTablesReq { table_types: Some(vec!["VIEW".to_owned()]), ..all };
    assert_eq!(ask!(w, GetTables, views).1[2], ["t_2"]);
}

#[tokio::test(start_paused = true)]
async fn get_columns_returns_the_24_columns_of_jdbc() {
    let w = warehouse().await;
    let request = TGetColumnsReq {
        session_handle: w.session.clone(),
        table_name: Some("tx1".to_owned()),
        ..TGetColumnsReq::default()
    };
    let (names, texts) = ask!(w, GetColumns, request);
    assert_eq!(names.len(), 24);
    assert_eq!(texts[3], ["id", "price"]);
    assert_eq!(
        (names[5].as_str(), &texts[5][..]),
        ("TYPE_NAME", &["BIGINT", "DECIMAL(10,2)"].map(String::from)[..])
    );
    assert_eq!(
        (names[17].as_str(), &texts[17][..]),
        ("IS_NULLABLE", &["NO", "YES"].map(String::from)[..])
    );
}

#[tokio::test(start_paused = true)]
async fn other_metadata_results_are_well_formed() {
    let w = warehouse().await;
    let session_handle = w.session.clone();
    let request = TGetTypeInfoReq { session_handle: session_handle.clone(), ..Default::default() };
    assert_eq!(ask!(w, GetTypeInfo, request).0.len(), 18);
    let request =
        TGetTableTypesReq { session_handle: session_handle.clone(), ..Default::default() };
    assert_eq!(
        ask!(w, GetTableTypes, request).1[0],
        ["METRIC_VIEW", "SYSTEM TABLE", "TABLE", "VIEW"]
    );
    let request = TGetFunctionsReq { session_handle: session_handle.clone(), ..Default::default() };
    assert_eq!(ask!(w, GetFunctions, request).0[2], "FUNCTION_NAME");
    let request = TGetPrimaryKeysReq { session_handle, ..Default::default() };
    assert_eq!(ask!(w, GetPrimaryKeys, request).0[5], "PK_NAME");
}

#[tokio::test(start_paused = true)]
async fn unsupported_metadata_call_is_a_typed_error() {
    let w = warehouse().await;
    let request = TGetDelegationTokenReq {
        session_handle: w.session.clone(),
        ..TGetDelegationTokenReq::default()
    };
    let answer = w.client.call::<rpc::GetDelegationToken>(&request).await.expect("an answer");
    assert!(refused(&answer.status).contains("FEATURE_NOT_SUPPORTED"), "{answer:?}");
    assert_eq!(w.service.requests(rpc::GetDelegationToken::NAME), 1);
}
