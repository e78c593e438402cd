//! This project's client in a scenario, with its default settings.

use std::time::{Duration, Instant};

use dbsql::arrow::array::cast::AsArray;
use dbsql::arrow::array::types::Int64Type;
use dbsql::arrow::array::{Array, RecordBatch};
use dbsql::{Client, Config, Connection, Error, ResultSet};
use dbsql_tests::{Kind, Server};
use serde_json::{Value, json};

use crate::statements::{BIG, BIG_ROWS, INSERT, SLOW, SMALL, SMALL_ROWS, USE};

/// The response timeout of the scenario that tests it.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(3);

/// Longer than the lifetime of links in the scenario with a pause.
const PAUSE: Duration = Duration::from_secs(5);

/// Returns the outcome in words for the table, the full error, and the seconds since there was a
/// connection.
pub(crate) async fn run(does: &str, url: &str) -> Result<Value, Box<dyn std::error::Error>> {
    let config = Server::at(url, Kind::Local)?.config();
    let config = match does {
        "read-slow-with-timeout" => config.response_timeout(RESPONSE_TIMEOUT),
        // Otherwise the whole result would be read ahead before the pause.
        "read-big-with-pause" => config.byte_budget(1 << 20),
        _ => config,
    };
    let connection = Client::new(config.clone())?.connect().await?;
    let began = Instant::now();
    let ended = act(does, &connection, config).await;
    let seconds = began.elapsed().as_secs_f64();
    Ok(match ended {
        Ok(outcome) => json!({ "outcome": outcome, "seconds": seconds }),
        Err(error) => {
            let outcome = format!("`{:?}`, `{:?}`", error.kind(), error.retry());
            json!({ "outcome": outcome, "detail": error.to_string(), "seconds": seconds })
        }
    })
}

/// `config` is for another client.
async fn act(does: &str, connection: &Connection, config: Config) -> Result<String, Error> {
    match does {
        "insert" | "insert-minding-retry-after" => insert(connection).await,
        "select-then-insert" => {
            connection.execute(SMALL).await?.fetch_all().await?;
            insert(connection).await
        }
        "use-then-insert" => {
            connection.execute(USE).await?.fetch_all().await?;
            insert(connection).await
        }
        "read-big" => read(connection.execute(BIG).await?, BIG_ROWS, Duration::ZERO).await,
        "read-big-with-pause" => read(connection.execute(BIG).await?, BIG_ROWS, PAUSE).await,
        "read-slow" | "read-slow-with-timeout" => {
            read(connection.execute(SLOW).await?, SMALL_ROWS, Duration::ZERO).await
        }
        "read-slow-canceled-elsewhere" => {
            let query = connection.execute_async(SLOW).await?;
            let Some(handle) = query.handle() else { return Ok("no handle".to_owned()) };
            let other = Client::new(config)?;
            let cancel = async {
                tokio::time::sleep(Duration::from_secs(2)).await;
                other.get_async_execution(handle).await?.cancel().await
            };
            let (rows, canceled) = tokio::join!(query.get_results(), cancel);
            canceled?;
            read(rows?, SMALL_ROWS, Duration::ZERO).await
        }
        "pick-up-elsewhere" | "pick-up-direct-result" => {
            let submit = connection.execute_async(SMALL);
            let direct = does == "pick-up-direct-result";
            let query = if direct { submit.allow_direct_result().await } else { submit.await }?;
            let text = query.serialize()?;
            let Ok(handle) = text.parse() else { return Ok("no handle".to_owned()) };
            let elsewhere = Client::new(config)?.get_async_execution(handle).await?;
            read(elsewhere.get_results().await?, SMALL_ROWS, Duration::ZERO).await
        }
        unknown => Ok(format!("cannot `{unknown}`")),
    }
}

async fn insert(connection: &Connection) -> Result<String, Error> {
    connection.execute(INSERT).await?.fetch_all().await?;
    Ok("done".to_owned())
}

/// Reads to the end and checks every row.
async fn read(mut rows: ResultSet, expected: i64, pause: Duration) -> Result<String, Error> {
    let (mut right, mut total) = (0, 0);
    while let Some(batch) = rows.next().await? {
        if total == 0 {
            tokio::time::sleep(pause).await;
        }
        right += right_rows(&batch, total);
        total += batch.num_rows() as i64;
    }
    Ok(if right == expected && total == expected {
        "all rows".to_owned()
    } else {
        format!("**{total} of {expected} rows, {right} of them right, no error**")
    })
}

/// Returns the number of leading rows that are the expected ones from row `from` on.
fn right_rows(batch: &RecordBatch, from: i64) -> i64 {
    let ids = batch.column(0).as_primitive_opt::<Int64Type>();
    let texts = batch.column(1).as_string_opt::<i32>();
    let (Some(ids), Some(texts)) = (ids, texts) else { return 0 };
    let is_right = |(row, id): (usize, i64)| {
        ids.value(row) == id && texts.is_valid(row) && texts.value(row) == format!("row {id}")
    };
    (0..batch.num_rows()).zip(from..).filter(|&row| is_right(row)).count() as i64
}
