//! Metadata calls over both protocols: the same rows in the same columns, whatever is asked and whatever
//! goes wrong.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int16Type, Int32Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use dbsql_core::metadata::{Tables, escape};
use dbsql_core::{
    Client, CloseOutcome, Config, Connection, ErrorKind, ResultSet, RetryAdvice, RetryPolicy,
    Runtime, SqlProtocol,
};
use dbsql_local::engine::catalog::{
    CatalogContents, ForeignKey, Function, PrimaryKey, SchemaName, Show, TableName,
};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::engine::{SqlError, Table};
use dbsql_local::faults::Step;
use dbsql_local::{Service, Settings};
use dbsql_protocol::message::{self, ApplicationException, ApplicationExceptionKind};

use crate::support::{PATH, PROTOCOLS, TOKEN, config};

/// Runs each test over both protocols, as `name::thrift` and `name::sea`.
macro_rules! over_both {
    ($($test:ident),+ $(,)?) => {$(
        mod $test {
            use dbsql_core::SqlProtocol;

            #[tokio::test(start_paused = true)]
            async fn thrift() {
                super::$test(SqlProtocol::Thrift).await;
            }

            #[tokio::test(start_paused = true)]
            async fn sea() {
                super::$test(SqlProtocol::Sea).await;
            }
        }
    )+};
}

over_both! {
    columns_of_results_are_those_of_jdbc,
    rows_of_results_are_equal,
    patterns_narrow_and_catalogs_are_exact,
    empty_arguments_match_what_has_no_name,
    what_does_not_exist_has_no_rows,
    strange_names_are_found,
    hostile_arguments_stay_in_their_quotes,
    bad_arguments_are_refused_before_sending,
    lost_responses_are_repeated,
    errors_never_leave_the_outcome_open,
    large_results_are_bounded_by_the_budget,
    nothing_is_left_open,
    lost_session_is_replaced,
    types_and_table_types_are_listed,
    unknown_call_is_unsupported,
}

fn table(catalog: &str, schema: &str, name: &str, table_type: &str) -> Table {
    let columns = vec![
        Field::new("id", DataType::Int64, false),
        Field::new("price", DataType::Decimal128(10, 2), true),
        Field::new("note_1", DataType::Utf8, true),
    ];
    Table {
        catalog: catalog.to_owned(),
        schema: schema.to_owned(),
        name: name.to_owned(),
        table_type: table_type.to_owned(),
        columns: Arc::new(Schema::new(columns)),
    }
}

fn contents() -> CatalogContents {
    let orders = TableName::new("main", "sales", "orders");
    let items = TableName::new("main", "sales", "order_items");
    CatalogContents {
        schemas: vec![SchemaName { catalog: "main".to_owned(), schema: "empty".to_owned() }],
        tables: vec![
            table("main", "sales", "orders", "TABLE"),
            table("main", "sales", "order_items", "TABLE"),
            table("main", "sales", "orderXitems", "VIEW"),
            table("main", "hr", "people", "TABLE"),
            table("mai_", "sales", "orders", "TABLE"),
        ],
        primary_keys: vec![PrimaryKey {
            table: items.clone(),
            name: "items_pk".to_owned(),
            columns: vec!["order_id".to_owned(), "line".to_owned()],
        }],
        foreign_keys: vec![
            ForeignKey {
                table: items.clone(),
                name: "items_fk".to_owned(),
                parent: orders,
                columns: vec![("order_id".to_owned(), "id".to_owned())],
            },
            ForeignKey {
                table: items,
                name: "seller_fk".to_owned(),
                parent: TableName::new("main", "hr", "people"),
                columns: vec![("seller".to_owned(), "id".to_owned())],
            },
        ],
        functions: vec![Function {
            catalog: "main".to_owned(),
            schema: "sales".to_owned(),
            name: "to_euro".to_owned(),
        }],
    }
}

struct Setup {
    service: Service,
    engine: ScriptedEngine,
    connection: Connection,
}

async fn setup(over: SqlProtocol, contents: CatalogContents) -> Setup {
    setup_with(over, contents, |config| config).await
}

async fn setup_with(
    over: SqlProtocol,
    contents: CatalogContents,
    change: impl FnOnce(Config) -> Config,
) -> Setup {
    let runtime = Runtime::seeded(5);
    let engine = ScriptedEngine::new(runtime.clone()).contents(contents);
    let service = Service::builder()
        .engine(engine.clone())
        .runtime(runtime.clone())
        .settings(Settings { http_path: PATH.to_owned(), ..Settings::default() })
        .accept_token(TOKEN)
        .build();
    let config = change(config().protocol(over));
    let client =
        Client::builder(config).transport(service.transport()).runtime(runtime).build().unwrap();
    let connection = client.connect().await.unwrap();
    Setup { service, engine, connection }
}

/// The requests that ask for metadata, over either protocol.
fn asked(setup: &Setup) -> u64 {
    let methods = [
        "GetCatalogs",
        "GetSchemas",
        "GetTables",
        "GetColumns",
        "GetFunctions",
        "GetPrimaryKeys",
        "GetCrossReference",
        "GetTypeInfo",
        "GetTableTypes",
        "sea-execute",
    ];
    methods.iter().map(|method| setup.service.requests(method)).sum()
}

fn cell(batch: &RecordBatch, column: usize, row: usize) -> String {
    let array = batch.column(column);
    if array.is_null(row) {
        return "-".to_owned();
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::Int32 => array.as_primitive::<Int32Type>().value(row).to_string(),
        DataType::Int16 => array.as_primitive::<Int16Type>().value(row).to_string(),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        other => panic!("a column of {other}"),
    }
}

/// The rows as texts, with `-` for NULL.
async fn rows(results: ResultSet) -> Vec<String> {
    let batches = results.fetch_all().await.unwrap();
    let row = |batch: &RecordBatch, row| {
        (0..batch.num_columns())
            .map(|column| cell(batch, column, row))
            .collect::<Vec<_>>()
            .join("|")
    };
    batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |at| row(batch, at))).collect()
}

/// One column of the rows.
async fn column(results: ResultSet, column: usize) -> Vec<String> {
    let rows = rows(results).await;
    rows.iter().map(|row| row.split('|').nth(column).unwrap().to_owned()).collect()
}

fn columns(results: &ResultSet) -> String {
    let schema = results.schema();
    let column = |field: &Arc<Field>| {
        let null = if field.is_nullable() { "?" } else { "" };
        format!("{} {}{null}", field.name(), field.data_type())
    };
    schema.fields().iter().map(column).collect::<Vec<_>>().join(", ")
}

async fn columns_of_results_are_those_of_jdbc(over: SqlProtocol) {
    // Of nothing at all, since a result without rows has its columns, too.
    for contents in [CatalogContents::default(), contents()] {
        let Setup { connection, .. } = setup(over, contents).await;
        let actual = [
            columns(&connection.catalogs().await.unwrap()),
            columns(&connection.schemas().await.unwrap()),
            columns(&connection.tables().await.unwrap()),
            columns(&connection.columns().await.unwrap()),
            columns(&connection.functions().await.unwrap()),
            columns(&connection.primary_keys("main", "sales", "orders").await.unwrap()),
            columns(&connection.foreign_keys("main", "sales", "orders").await.unwrap()),
            columns(&connection.type_info().await.unwrap()),
            columns(&connection.table_types().await.unwrap()),
        ];
        let expected = [
            "TABLE_CAT Utf8",
            "TABLE_SCHEM Utf8, TABLE_CATALOG Utf8?",
            "TABLE_CAT Utf8?, TABLE_SCHEM Utf8?, TABLE_NAME Utf8, TABLE_TYPE Utf8, REMARKS Utf8?, \
             TYPE_CAT Utf8?, TYPE_SCHEM Utf8?, TYPE_NAME Utf8?, SELF_REFERENCING_COL_NAME Utf8?, \
             REF_GENERATION Utf8?",
            "TABLE_CAT Utf8?, TABLE_SCHEM Utf8?, TABLE_NAME Utf8, COLUMN_NAME Utf8, DATA_TYPE Int32, \
             TYPE_NAME Utf8, COLUMN_SIZE Int32?, BUFFER_LENGTH Int32?, DECIMAL_DIGITS Int32?, \
             NUM_PREC_RADIX Int32?, NULLABLE Int32, REMARKS Utf8?, COLUMN_DEF Utf8?, SQL_DATA_TYPE \
             Int32?, SQL_DATETIME_SUB Int32?, CHAR_OCTET_LENGTH Int32?, ORDINAL_POSITION Int32, \
             IS_NULLABLE Utf8, SCOPE_CATALOG Utf8?, SCOPE_SCHEMA Utf8?, SCOPE_TABLE Utf8?, \
             SOURCE_DATA_TYPE Int16?, IS_AUTOINCREMENT Utf8, IS_GENERATEDCOLUMN Utf8",
            "FUNCTION_CAT Utf8?, FUNCTION_SCHEM Utf8?, FUNCTION_NAME Utf8, REMARKS Utf8?, \
             FUNCTION_TYPE Int16, SPECIFIC_NAME Utf8",
            "TABLE_CAT Utf8?, TABLE_SCHEM Utf8?, TABLE_NAME Utf8, COLUMN_NAME Utf8, KEY_SEQ Int16, \
             PK_NAME Utf8?",
            "PKTABLE_CAT Utf8?, PKTABLE_SCHEM Utf8?, PKTABLE_NAME Utf8, PKCOLUMN_NAME Utf8, \
             FKTABLE_CAT Utf8?, FKTABLE_SCHEM Utf8?, FKTABLE_NAME Utf8, FKCOLUMN_NAME Utf8, KEY_SEQ \
             Int16, UPDATE_RULE Int16, DELETE_RULE Int16, FK_NAME Utf8?, PK_NAME Utf8?, \
             DEFERRABILITY Int16",
            "TYPE_NAME Utf8, DATA_TYPE Int32, PRECISION Int32?, LITERAL_PREFIX Utf8?, \
             LITERAL_SUFFIX Utf8?, CREATE_PARAMS Utf8?, NULLABLE Int16, CASE_SENSITIVE Boolean, \
             SEARCHABLE Int16, UNSIGNED_ATTRIBUTE Boolean, FIXED_PREC_SCALE Boolean, AUTO_INCREMENT \
             Boolean, LOCAL_TYPE_NAME Utf8?, MINIMUM_SCALE Int16?, MAXIMUM_SCALE Int16?, \
             SQL_DATA_TYPE Int32?, SQL_DATETIME_SUB Int32?, NUM_PREC_RADIX Int32?",
            "TABLE_TYPE Utf8",
        ];
        for (actual, expected) in actual.iter().zip(expected) {
            assert_eq!(actual, expected);
        }
    }
}

async fn rows_of_results_are_equal(over: SqlProtocol) {
    let Setup { connection, .. } = setup(over, contents()).await;
    assert_eq!(rows(connection.catalogs().await.unwrap()).await, ["mai_", "main"]);
    assert_eq!(
        rows(connection.schemas().await.unwrap()).await,
        ["sales|mai_", "empty|main", "hr|main", "sales|main"]
    );
    assert_eq!(
        rows(connection.tables().await.unwrap()).await,
        [
            "mai_|sales|orders|TABLE|-|-|-|-|-|-",
            "main|hr|people|TABLE|-|-|-|-|-|-",
            "main|sales|order_items|TABLE|-|-|-|-|-|-",
            "main|sales|orders|TABLE|-|-|-|-|-|-",
            "main|sales|orderXitems|VIEW|-|-|-|-|-|-",
        ]
    );
    let columns = connection.columns().catalog("main").table_pattern("people").await.unwrap();
    assert_eq!(
        rows(columns).await,
        [
            "main|hr|people|id|-5|BIGINT|19|-|0|10|0|-|-|-|-|-|1|NO|-|-|-|-|NO|NO",
            "main|hr|people|price|3|DECIMAL(10,2)|10|-|2|10|1|-|-|-|-|-|2|YES|-|-|-|-|NO|NO",
            "main|hr|people|note_1|12|STRING|2147483647|-|-|-|1|-|-|-|-|2147483647|3|YES|-|-|-|-|NO|NO",
        ]
    );
    // The number of a column is its own, also where others are left out.
    let note = connection.columns().schema_pattern("hr").column_pattern("note%").await.unwrap();
    assert_eq!(column(note, 16).await, ["3"]);
    let all = connection.columns().await.unwrap();
    assert_eq!(column(all, 16).await, ["1", "2", "3"].repeat(5));
    assert_eq!(
        rows(connection.functions().await.unwrap()).await,
        ["main|sales|to_euro|-|0|to_euro"]
    );
    assert_eq!(
        rows(connection.primary_keys("main", "sales", "order_items").await.unwrap()).await,
        ["main|sales|order_items|line|2|items_pk", "main|sales|order_items|order_id|1|items_pk"]
    );
    let keys = connection.foreign_keys("main", "sales", "order_items");
    let to_orders =
        "main|sales|orders|id|main|sales|order_items|order_id|1|3|3|items_fk|-|7".to_owned();
    let to_people =
        "main|hr|people|id|main|sales|order_items|seller|1|3|3|seller_fk|-|7".to_owned();
    let all = rows(keys.clone().await.unwrap()).await;
    assert_eq!(all, [to_people, to_orders.clone()]);
    let orders = keys.parent("main", "sales", "orders").await.unwrap();
    assert_eq!(rows(orders).await, [to_orders]);
}

async fn patterns_narrow_and_catalogs_are_exact(over: SqlProtocol) {
    let Setup { connection, .. } = setup(over, contents()).await;
    let names = async |tables: Tables| column(tables.await.unwrap(), 2).await;
    let tables = || connection.tables().catalog("main");
    assert_eq!(names(tables().table_pattern("order_items")).await, ["order_items", "orderXitems"]);
    assert_eq!(names(tables().table_pattern(escape("order_items"))).await, ["order_items"]);
    assert_eq!(names(tables().table_pattern("ORDERS")).await, ["orders"]);
    assert_eq!(names(tables().table_pattern("order%").types(["view"])).await, ["orderXitems"]);
    assert_eq!(names(tables().schema_pattern("h%")).await, ["people"]);
    assert_eq!(names(tables().table_pattern("a|orders")).await, [""; 0]);
    assert_eq!(names(tables().table_pattern("order*")).await, [""; 0]);
    assert_eq!(names(tables().types([""; 0])).await, [""; 0]);
    // A catalog is no pattern, although some servers take it for one.
    assert_eq!(names(connection.tables().catalog("mai_")).await, ["orders"]);
    assert_eq!(names(connection.tables().catalog("mai%")).await, [""; 0]);
    let schemas = connection.schemas().catalog("main").schema_pattern("%e%").await.unwrap();
    assert_eq!(rows(schemas).await, ["empty|main", "sales|main"]);
    let functions = connection.functions().catalog("main").function_pattern("to\\_%");
    assert_eq!(column(functions.await.unwrap(), 2).await, ["to_euro"]);
    let functions = connection.functions().function_pattern("x%").await.unwrap();
    assert_eq!(rows(functions).await, [""; 0]);
}

async fn empty_arguments_match_what_has_no_name(over: SqlProtocol) {
    let mut contents = contents();
    contents.tables.push(table("", "", "nowhere", "VIEW"));
    let setup = setup(over, contents).await;
    let connection = &setup.connection;
    let before = asked(&setup);
    for none in [
        connection.tables().table_pattern("").await.unwrap(),
        connection.columns().table_pattern("").await.unwrap(),
        connection.columns().column_pattern("").await.unwrap(),
        connection.functions().function_pattern("").await.unwrap(),
        connection.primary_keys("main", "sales", "").await.unwrap(),
    ] {
        assert_eq!(rows(none).await, [""; 0]);
    }
    assert_eq!(asked(&setup), before, "there is nothing to ask");
    if over == SqlProtocol::Thrift {
        let tables = connection.tables().catalog("").await.unwrap();
        assert_eq!(rows(tables).await, ["-|-|nowhere|VIEW|-|-|-|-|-|-"]);
    } else {
        // Everything has a catalog there.
        assert_eq!(rows(connection.tables().catalog("").await.unwrap()).await, [""; 0]);
        assert_eq!(asked(&setup), before);
    }
    let tables = connection.tables().schema_pattern("").await.unwrap();
    assert_eq!(rows(tables).await, ["-|-|nowhere|VIEW|-|-|-|-|-|-"]);
}

async fn what_does_not_exist_has_no_rows(over: SqlProtocol) {
    let Setup { connection, .. } = setup(over, contents()).await;
    for none in [
        connection.schemas().catalog("nowhere").await.unwrap(),
        connection.tables().catalog("nowhere").await.unwrap(),
        connection.columns().catalog("nowhere").await.unwrap(),
        connection.functions().catalog("nowhere").await.unwrap(),
        connection.primary_keys("main", "sales", "nothing").await.unwrap(),
        connection.foreign_keys("nowhere", "sales", "orders").await.unwrap(),
    ] {
        assert_eq!(rows(none).await, [""; 0]);
    }
}

/// Names that break what does not quote or escape them.
const STRANGE: [&str; 9] =
    ["a`b", "it's", "say \"hi\"", "größe", "a.b", "two words", "a|b*", "per%cent_", "back\\slash"];

async fn strange_names_are_found(over: SqlProtocol) {
    let tables = STRANGE.map(|name| table(name, name, name, "TABLE"));
    let keys = STRANGE.map(|name| PrimaryKey {
        table: TableName::new(name, name, name),
        name: name.to_owned(),
        columns: vec![name.to_owned()],
    });
    let contents = CatalogContents {
        tables: tables.to_vec(),
        primary_keys: keys.to_vec(),
        ..CatalogContents::default()
    };
    let Setup { connection, .. } = setup(over, contents).await;
    assert_eq!(rows(connection.catalogs().await.unwrap()).await.len(), STRANGE.len());
    for name in STRANGE {
        let pattern = escape(name);
        let tables = connection.tables().catalog(name).schema_pattern(&*pattern);
        let found = tables.table_pattern(&*pattern).await.unwrap().fetch_all().await.unwrap();
        assert_eq!(found.len(), 1, "{name}");
        assert_eq!((found[0].num_rows(), cell(&found[0], 2, 0).as_str()), (1, name));
        let columns = connection.columns().catalog(name).table_pattern(&*pattern);
        let found = columns.await.unwrap().fetch_all().await.unwrap();
        assert_eq!(found.iter().map(RecordBatch::num_rows).sum::<usize>(), 3, "{name}");
        let schemas = connection.schemas().catalog(name).await.unwrap().fetch_all().await.unwrap();
        assert_eq!(cell(&schemas[0], 1, 0), name);
        let key = connection.primary_keys(name, name, name).await.unwrap();
        let key = key.fetch_all().await.unwrap();
        assert_eq!(cell(&key[0], 3, 0), name);
    }
}

async fn hostile_arguments_stay_in_their_quotes(over: SqlProtocol) {
    let setup = setup(over, contents()).await;
    let connection = &setup.connection;
    let hostile = [
        "main` LIKE '*'; DROP TABLE orders; --",
        "' OR '1'='1",
        "'; SELECT 1; --",
        "\\' OR 1=1 --",
        "x\n' LIKE '*",
        "*|orders",
        "`",
        "'",
        "\\",
        "${spark.sql.warehouse.dir}",
    ];
    for text in hostile {
        for none in [
            connection.schemas().catalog(text).await.unwrap(),
            connection.schemas().schema_pattern(text).await.unwrap(),
            connection.tables().catalog(text).await.unwrap(),
            connection.tables().schema_pattern(text).table_pattern(text).await.unwrap(),
            connection.tables().types([text]).await.unwrap(),
            connection.columns().catalog(text).await.unwrap(),
            connection.columns().catalog("main").schema_pattern(text).await.unwrap(),
            connection.columns().catalog("main").table_pattern(text).await.unwrap(),
            connection.columns().catalog("main").column_pattern(text).await.unwrap(),
            connection.functions().catalog(text).function_pattern(text).await.unwrap(),
            connection.primary_keys(text, text, text).await.unwrap(),
            connection.primary_keys("main", "sales", text).await.unwrap(),
            connection.foreign_keys(text, text, text).parent(text, text, text).await.unwrap(),
        ] {
            assert_eq!(rows(none).await, [""; 0], "{text}");
        }
    }
    // Each statement is the one that was meant, to its end.
    for query in setup.engine.queries() {
        assert!(Show::parse(&query.sql).is_some(), "{}", query.sql);
    }
}

async fn bad_arguments_are_refused_before_sending(over: SqlProtocol) {
    let setup = setup(over, contents()).await;
    let connection = &setup.connection;
    let before = asked(&setup);
    let long = "n".repeat((64 << 10) + 1);
    for bad in ["a\0b", &long] {
        for refused in [
            connection.tables().catalog(bad).await,
            connection.tables().schema_pattern(bad).await,
            connection.tables().types([bad]).await,
            connection.columns().column_pattern(bad).await,
            connection.functions().function_pattern(bad).await,
            connection.primary_keys("main", "sales", bad).await,
            connection.foreign_keys("main", bad, "t").await,
        ] {
            let error = refused.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
            assert!(!error.to_string().contains(&long), "it repeats the argument");
        }
    }
    assert_eq!(asked(&setup), before);
    let longest = "n".repeat(64 << 10);
    assert_eq!(rows(connection.tables().table_pattern(longest).await.unwrap()).await, [""; 0]);
}

async fn lost_responses_are_repeated(over: SqlProtocol) {
    let method = if over == SqlProtocol::Sea { "sea-execute" } else { "GetTables" };
    let faults: [fn() -> Step; 6] = [
        Step::reset,
        || Step::reset().accepted(),
        || Step::cut().accepted(),
        || Step::http(500),
        || Step::http(503).header("retry-after", "1"),
        || Step::body("<html>sign in</html>").accepted(),
    ];
    for fault in faults {
        let setup = setup(over, contents()).await;
        setup.service.script(method, [fault(), fault()]);
        let tables = setup.connection.tables().catalog("main").await.unwrap();
        assert_eq!(rows(tables).await.len(), 4);
        assert_eq!(setup.service.requests(method), 3);
    }
}

async fn errors_never_leave_the_outcome_open(over: SqlProtocol) {
    let method = if over == SqlProtocol::Sea { "sea-execute" } else { "GetTables" };
    let few = |config: Config| config.retry(RetryPolicy::new().max_elapsed(Duration::from_secs(5)));
    for fault in [Step::reset as fn() -> Step, || Step::http(500), || Step::reset().accepted()] {
        let setup = setup_with(over, contents(), few).await;
        setup.service.always(method, fault);
        let error = setup.connection.tables().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
        assert_eq!(error.retry(), RetryAdvice::RepeatCall, "{error}");
        let late = setup.connection.tables().deadline(Duration::from_millis(1));
        let error = late.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
        assert_eq!(error.retry(), RetryAdvice::RepeatCall, "{error}");
        setup.service.recover(method);
        assert_eq!(rows(setup.connection.tables().await.unwrap()).await.len(), 5);
    }
    // A failure of the server is its last word.
    let setup = setup(over, contents()).await;
    let failed = SqlError::new("INTERNAL_ERROR", "XX000", "no");
    let _ = setup.engine.clone().on("SHOW CATALOGS", Answer::fail(failed));
    if over == SqlProtocol::Sea {
        let error = setup.connection.catalogs().await.unwrap_err();
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Failed, RetryAdvice::Never));
    }
}

async fn large_results_are_bounded_by_the_budget(over: SqlProtocol) {
    let tables: Vec<_> = (0..2000)
        .map(|n| table("main", "sales", &format!("table_number_{n:05}"), "TABLE"))
        .collect();
    let contents = CatalogContents { tables, ..CatalogContents::default() };
    let small = |config: Config| config.byte_budget(100_000);
    let setup = setup_with(over, contents, small).await;
    let error = setup.connection.tables().await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Config, RetryAdvice::Never), "{error}");
    assert!(format!("{error:?}").contains("byte_budget"), "{error}");
    let narrow = setup.connection.tables().table_pattern("%0001_").await.unwrap();
    assert_eq!(rows(narrow).await.len(), 10);
    assert_eq!(setup.connection.close().await.unwrap(), CloseOutcome::Closed);
}

async fn nothing_is_left_open(over: SqlProtocol) {
    let setup = setup(over, contents()).await;
    let connection = &setup.connection;
    let tables = connection.tables().await.unwrap();
    // A result is in memory, so its operation is closed before it is read.
    connection.client().shutdown(Duration::from_secs(10)).await.unwrap();
    assert_eq!(setup.service.live_operations(), 0);
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
    assert_eq!(rows(tables).await.len(), 5);
    let error = connection.tables().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired, "{error}");

    let setup = setup_with(over, contents(), |config| config).await;
    let connection = &setup.connection;
    let method = if over == SqlProtocol::Sea { "sea-execute" } else { "GetTables" };
    setup.service.script(method, [Step::serve().after(Duration::from_secs(60))]);
    let dropped =
        tokio::time::timeout(Duration::from_secs(1), async { connection.tables().await }).await;
    assert!(dropped.is_err());
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
}

async fn lost_session_is_replaced(over: SqlProtocol) {
    let setup = setup(over, contents()).await;
    setup.service.lose_sessions();
    assert_eq!(rows(setup.connection.tables().await.unwrap()).await.len(), 5);
}

async fn types_and_table_types_are_listed(over: SqlProtocol) {
    let Setup { connection, .. } = setup(over, contents()).await;
    let types = rows(connection.type_info().await.unwrap()).await;
    assert_eq!(types.len(), 23);
    assert_eq!(types[0], "TINYINT|-6|3|-|-|-|1|false|2|false|false|false|-|0|0|-|-|10");
    let decimal = "DECIMAL|3|38|-|-|precision,scale|1|false|2|false|false|false|-|0|38|-|-|10";
    assert!(types.iter().any(|row| row == decimal), "{types:?}");
    let string = "STRING|12|2147483647|'|'|-|1|true|3|true|false|false|-|-|-|-|-|-";
    assert!(types.iter().any(|row| row == string), "{types:?}");
    let kinds = rows(connection.table_types().await.unwrap()).await;
    assert_eq!(kinds, ["METRIC_VIEW", "SYSTEM TABLE", "TABLE", "VIEW"]);
}

async fn unknown_call_is_unsupported(over: SqlProtocol) {
    let setup = setup(over, contents()).await;
    if over == SqlProtocol::Sea {
        let unknown = SqlError::new("PARSE_SYNTAX_ERROR", "42601", "Syntax error at 'KEYS'");
        let sql = "SHOW KEYS IN CATALOG `main` IN SCHEMA `sales` IN TABLE `orders`";
        let _ = setup.engine.clone().on(sql, Answer::fail(unknown));
    } else {
        setup.service.always("GetPrimaryKeys", || {
            let exception = ApplicationException {
                message: "Invalid method name: 'GetPrimaryKeys'".to_owned(),
                kind: ApplicationExceptionKind::UNKNOWN_METHOD,
            };
            Step::body(message::encode_exception("GetPrimaryKeys", 0, &exception))
        });
    }
    let error = setup.connection.primary_keys("main", "sales", "orders").await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Unsupported, RetryAdvice::Never));
    assert!(error.to_string().contains("primary keys"), "{error}");
    assert!(format!("{error:?}").contains("information_schema"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn each_catalog_is_asked_where_all_are_refused() {
    let refusals = [
        SqlError::new("PARSE_SYNTAX_ERROR", "42601", "Syntax error at 'CATALOGS'"),
        SqlError::new("SCHEMA_NOT_FOUND", "42704", "The schema `ALL` cannot be found."),
    ];
    for refusal in refusals {
        let setup = setup(SqlProtocol::Sea, contents()).await;
        let _ = setup
            .engine
            .clone()
            .on("SHOW TABLES IN ALL CATALOGS", Answer::fail(refusal.clone()))
            .on("SHOW SCHEMAS IN ALL CATALOGS", Answer::refuse(refusal));
        assert_eq!(rows(setup.connection.tables().await.unwrap()).await.len(), 5);
        assert_eq!(
            rows(setup.connection.schemas().await.unwrap()).await,
            ["sales|mai_", "empty|main", "hr|main", "sales|main"]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn types_over_sea_are_asked_of_nobody() {
    let setup = setup(SqlProtocol::Sea, contents()).await;
    let types = setup.connection.type_info().await.unwrap();
    assert!(types.query_id().as_bytes() == &[0; 16]);
    assert_eq!(asked(&setup), 0);
    let tables = setup.connection.tables().await.unwrap();
    assert!(tables.query_id().as_bytes() != &[0; 16]);
}

#[tokio::test(start_paused = true)]
async fn a_result_is_read_like_any_other() {
    for over in PROTOCOLS {
        let tables: Vec<_> =
            (0..10_000).map(|n| table("main", "sales", &format!("t{n:05}"), "TABLE")).collect();
        let contents = CatalogContents { tables, ..CatalogContents::default() };
        let setup = setup(over, contents).await;
        let mut tables = setup.connection.tables().await.unwrap();
        let first = tables.next().await.unwrap().unwrap();
        assert_eq!(tables.position(), first.num_rows() as u64);
        assert_eq!(tables.is_truncated(), Some(false));
        let mut names = vec![cell(&first, 2, 0)];
        while let Some(batch) = tables.next().await.unwrap() {
            names.push(cell(&batch, 2, 0));
        }
        assert_eq!(names[0], "t00000");
        assert_eq!(tables.position(), 10_000);
    }
}
