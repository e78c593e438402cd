//! Metadata calls against servers with real tables.

use dbsql::arrow::array::RecordBatch;
use dbsql::arrow::array::cast::AsArray;
use dbsql::arrow::array::types::Int32Type;
use dbsql::metadata::escape;
use dbsql::{Connection, ErrorKind, SqlProtocol};
use dbsql_tests::over_both;

use crate::support::{connection, is_spark, row_count, texts};

over_both! { #[tokio::test]
    tables_and_columns_of_a_server_are_listed,
    strange_names_are_created_and_found,
    calls_beyond_tables_are_answered_or_unsupported,
}

async fn run(connection: &Connection, sql: &str) {
    connection.execute(sql).await.unwrap().fetch_all().await.unwrap();
}

fn some<const N: usize>(texts: [&str; N]) -> Vec<Option<String>> {
    texts.map(|text| Some(text.to_owned())).to_vec()
}

fn numbers(batches: &[RecordBatch], column: usize) -> Vec<i32> {
    let columns = batches.iter().map(|batch| batch.column(column).as_primitive::<Int32Type>());
    columns.flat_map(|array| array.values().to_vec()).collect()
}

async fn tables_and_columns_of_a_server_are_listed(over: SqlProtocol) {
    let connection = connection(over).await;
    let name = format!("metadata_{over:?}").to_lowercase();
    run(&connection, &format!("DROP VIEW IF EXISTS {name}_view")).await;
    run(&connection, &format!("DROP TABLE IF EXISTS {name}")).await;
    let columns = "id BIGINT, price DECIMAL(10,2), day DATE, note STRING, tags ARRAY<STRING>";
    run(&connection, &format!("CREATE TABLE {name} ({columns})")).await;
    run(&connection, &format!("CREATE VIEW {name}_view AS SELECT id FROM {name}")).await;

    let pattern = format!("{}%", escape(&name));
    let tables = connection.tables().schema_pattern("default").table_pattern(&pattern);
    let found = tables.clone().await.unwrap().fetch_all().await.unwrap();
    // Spark has no catalogs here.
    let catalog = if is_spark() { None } else { Some("main".to_owned()) };
    assert_eq!(texts(&found, 0), [catalog.clone(), catalog.clone()]);
    assert_eq!(texts(&found, 1), some(["default", "default"]));
    assert_eq!(texts(&found, 2), some([&name, &format!("{name}_view")]));
    assert_eq!(texts(&found, 3), some(["TABLE", "VIEW"]));
    let views = tables.types(["VIEW"]).await.unwrap().fetch_all().await.unwrap();
    assert_eq!(texts(&views, 2), some([&format!("{name}_view")]));

    let columns = connection.columns().schema_pattern("default").table_pattern(escape(&name));
    let found = columns.clone().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(texts(&found, 3), some(["id", "price", "day", "note", "tags"]));
    assert_eq!(
        texts(&found, 5),
        some(["BIGINT", "DECIMAL(10,2)", "DATE", "STRING", "ARRAY<STRING>"])
    );
    assert_eq!(numbers(&found, 4), [-5, 3, 91, 12, 2003]);
    assert_eq!(numbers(&found, 16), [1, 2, 3, 4, 5]);
    let one = columns.column_pattern("p%e").await.unwrap().fetch_all().await.unwrap();
    assert_eq!((texts(&one, 3), numbers(&one, 16)), (some(["price"]), vec![2]));

    let schemas = connection.schemas().schema_pattern("DEF%").await.unwrap();
    let schemas = schemas.fetch_all().await.unwrap();
    assert_eq!(texts(&schemas, 0), some(["default"]));
    assert_eq!(texts(&schemas, 1), std::slice::from_ref(&catalog));
    let catalogs = connection.catalogs().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(texts(&catalogs, 0), catalog.map(Some).into_iter().collect::<Vec<_>>());
    run(&connection, &format!("DROP VIEW {name}_view")).await;
    run(&connection, &format!("DROP TABLE {name}")).await;
}

async fn strange_names_are_created_and_found(over: SqlProtocol) {
    if is_spark() {
        // Its catalog takes letters, digits and underscores alone.
        return;
    }
    let connection = connection(over).await;
    let names = ["a`b", "it's", "größe", "a.b", "two words", "a|b*", "per%cent_", "say \"hi\""];
    for name in names {
        let table = format!("{name} {over:?}").to_lowercase();
        let quoted = table.replace('`', "``");
        run(&connection, &format!("CREATE TABLE `{quoted}` (`{quoted}` INT)")).await;
        let pattern = escape(&table);
        let tables = connection.tables().catalog("main").table_pattern(&*pattern).await.unwrap();
        assert_eq!(texts(&tables.fetch_all().await.unwrap(), 2), some([&table]));
        let columns = connection.columns().catalog("main").column_pattern(&*pattern).await.unwrap();
        assert_eq!(texts(&columns.fetch_all().await.unwrap(), 3), some([&table]));
        run(&connection, &format!("DROP TABLE `{quoted}`")).await;
    }
}

async fn calls_beyond_tables_are_answered_or_unsupported(over: SqlProtocol) {
    let connection = connection(over).await;
    let types = connection.type_info().await.unwrap().fetch_all().await.unwrap();
    for name in ["BIGINT", "DECIMAL", "STRING", "TIMESTAMP"] {
        assert!(texts(&types, 0).contains(&Some(name.to_owned())), "{name}");
    }
    let kinds = connection.table_types().await.unwrap().fetch_all().await.unwrap();
    assert!(texts(&kinds, 0).contains(&Some("VIEW".to_owned())));
    let functions = connection.functions().function_pattern("sha%").await.unwrap();
    let functions = functions.fetch_all().await.unwrap();
    assert_eq!(row_count(&functions) > 0, is_spark(), "a warehouse lists those of schemas alone");
    let keys = connection.primary_keys("", "default", "nothing").await.unwrap();
    assert_eq!(row_count(&keys.fetch_all().await.unwrap()), 0);
    let keys = connection.foreign_keys("", "default", "nothing").await;
    match is_spark() {
        true => assert_eq!(keys.unwrap_err().kind(), ErrorKind::Unsupported),
        false => assert_eq!(row_count(&keys.unwrap().fetch_all().await.unwrap()), 0),
    }
}
