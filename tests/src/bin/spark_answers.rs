//! Asks Apache Spark's server (`DBSQL_SPARK_URL`) statements, and writes what it answers.
//!
//! The first argument is a file with the statements as JSON, `{"setup": [..], "groups": {name: [..]}}`;
//! the second the folder for the answers, one `name.jsonl` for each group, without what differs in each
//! run. `cargo xtask interop sql` runs it.

#![expect(clippy::print_stdout, reason = "a program that reports")]

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use dbsql::{Client, Connection, ResultSet};
use dbsql_local::engine::QueryOutput;
use dbsql_tests::Server;
use serde_json::{Value, json};

type Failure = Box<dyn Error + Send + Sync>;

/// What the statements that have a result of rows begin with: `DESCRIBE QUERY` tells their types.
const QUERIES: &[&str] = &["SELECT", "WITH", "VALUES", "TABLE", "FROM"];

/// What stands before the address of an array of bytes.
const OBJECT: &str = "[B@";

type IsPart = fn(char) -> bool;

/// What stands before a part that differs in each run, and which characters are part of it.
const VARYING_PARTS: &[(&str, IsPart)] = &[
    ("file:", |letter| !letter.is_whitespace() && !matches!(letter, '"' | ',')),
    (OBJECT, |letter| letter.is_ascii_hexdigit()),
    ("#", |letter| letter.is_ascii_digit()),
    ("CollectionRDD[", |letter| letter.is_ascii_digit()),
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(statements), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err("usage: spark-answers STATEMENTS FOLDER".into());
    };
    let wanted: Value = serde_json::from_str(&std::fs::read_to_string(statements)?)?;
    let server = Server::from_env()?.ok_or("DBSQL_SPARK_URL is not set")?;
    let groups = wanted["groups"].as_object().ok_or("no groups")?;
    for (name, statements) in groups {
        let connection = Client::new(server.config())?.connect().await?;
        execute(&connection, "SET spark.sql.ansi.enabled=true").await?;
        for sql in texts(&wanted["setup"]) {
            execute(&connection, sql).await?;
        }
        let mut lines = String::new();
        let mut count = 0;
        for sql in texts(statements) {
            writeln!(lines, "{}", answer(&connection, sql).await?)?;
            count += 1;
        }
        std::fs::write(Path::new(&folder).join(format!("{name}.jsonl")), lines)?;
        println!("{name}: {count} answers");
        connection.close().await?;
    }
    Ok(())
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

async fn execute(connection: &Connection, sql: &str) -> dbsql::Result<QueryOutput> {
    let result: ResultSet = connection.execute(sql).await?;
    let schema = result.schema();
    Ok(QueryOutput::new(schema, result.fetch_all().await?))
}

async fn answer(connection: &Connection, sql: &str) -> Result<Value, Failure> {
    let output = match execute(connection, sql).await {
        Ok(output) => output,
        // Out of memory, it answers nothing any more.
        Err(error) if error.to_string().contains("stopped SparkContext") => {
            return Err(error.into());
        }
        // Spark refused it, or it failed there; an internal error has no class.
        Err(error) if error.query_id().is_some() || error.error_class().is_some() => {
            let class = error.error_class().unwrap_or("no class");
            return Ok(json!({ "sql": sql, "error": class }));
        }
        Err(error) => return Err(error.into()),
    };
    let word = sql.split([' ', '(', '\n']).next().unwrap_or_default().to_uppercase();
    let types: Vec<String> = if QUERIES.contains(&word.as_str()) {
        let described = execute(connection, &format!("DESCRIBE QUERY {sql}")).await?;
        let rows = described.rows_as_text();
        rows.into_iter().filter_map(|row| row.into_iter().nth(1).flatten()).collect()
    } else {
        output.type_names()
    };
    let names = output.schema.fields().iter().map(|field| field.name());
    let columns: Vec<_> = names.zip(types).collect();
    let mut rows = output.rows_as_text();
    let describes = ["DESC", "DESCRIBE", "EXPLAIN"].contains(&word.as_str());
    for row in &mut rows {
        let is_time =
            describes && row.first().is_some_and(|of| of.as_deref() == Some("Created Time"));
        for value in row.iter_mut().flatten() {
            *value = without_varying_parts(value, describes);
        }
        if is_time && let Some(time) = row.get_mut(1) {
            *time = Some(String::new());
        }
    }
    Ok(json!({ "sql": sql, "columns": columns, "rows": rows }))
}

/// The value without what differs in each run: addresses of objects, and in what describes a plan
/// or a table the server's folder and the numbers of expressions.
fn without_varying_parts(value: &str, describes: bool) -> String {
    let mut value = value.to_owned();
    for (before, is_part) in VARYING_PARTS {
        if !describes && *before != OBJECT {
            continue;
        }
        let mut kept = String::with_capacity(value.len());
        let mut rest = value.as_str();
        while let Some(at) = rest.find(before) {
            let (front, back) = rest.split_at(at + before.len());
            kept.push_str(front);
            rest = back.trim_start_matches(is_part);
        }
        kept.push_str(rest);
        value = kept;
    }
    value
}
