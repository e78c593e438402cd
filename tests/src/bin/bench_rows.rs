//! The cost of reading rows as structs, compared with a loop over the arrays that builds equal
//! structs.
//!
//! Both read the same batches from memory in turns, and must return equal structs. Prints one line of
//! JSON with the median CPU seconds of each. `cargo xtask bench rows` builds and runs it.

#![expect(clippy::print_stdout, reason = "the report")]

use std::hint::black_box;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{
    Array as _, ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch,
    StringArray,
};
use dbsql_arrow::rows::RowReader;
use dbsql_tests::measure::cpu_seconds;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Any error: the program prints it and exits.
type Problem = Box<dyn std::error::Error + Send + Sync>;

/// Rows in a batch of a file, as servers send them.
const BATCH_ROWS: i64 = 32_768;

/// How often each side is run in a turn: the system counts CPU time in steps of some milliseconds.
const REPEATS: u32 = 20;

/// Columns of common types.
#[derive(Debug, Deserialize, PartialEq)]
struct Order {
    id: i64,
    customer: i32,
    amount: f64,
    name: String,
    note: Option<String>,
    is_open: bool,
}

/// Numbers need no allocation, so only the reading is measured.
#[derive(Debug, Deserialize, PartialEq)]
struct Numbers {
    id: i64,
    customer: i32,
    amount: f64,
    is_open: bool,
}

fn main() -> Result<(), Problem> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |usual: i64| arguments.next().map_or(Ok(usual), |text| text.parse::<i64>());
    let (rows, rounds) = (next(1_000_000)?, next(11)?);
    let batches: Vec<RecordBatch> = (0..rows)
        .step_by(BATCH_ROWS as usize)
        .map(|first| batch(first..rows.min(first + BATCH_ROWS)))
        .collect::<Result<_, Problem>>()?;
    let orders = compare(&batches, rounds, orders_by_hand)?;
    let numbers = compare(&batches, rounds, numbers_by_hand)?;
    println!("{}", json!({ "rows": rows, "orders": orders, "numbers": numbers }));
    Ok(())
}

fn batch(ids: std::ops::Range<i64>) -> Result<RecordBatch, Problem> {
    let note = |id: i64| (id % 3 != 0).then(|| format!("note {id}"));
    let columns: [(&str, ArrayRef); 6] = [
        ("id", Arc::new(Int64Array::from_iter_values(ids.clone()))),
        ("customer", Arc::new(Int32Array::from_iter_values(ids.clone().map(|id| id as i32 % 997)))),
        ("amount", Arc::new(Float64Array::from_iter_values(ids.clone().map(|id| id as f64 / 4.0)))),
        (
            "name",
            Arc::new(StringArray::from_iter_values(ids.clone().map(|id| format!("customer {id}")))),
        ),
        ("note", Arc::new(ids.clone().map(note).collect::<StringArray>())),
        ("is_open", Arc::new(ids.map(|id| Some(id % 2 == 0)).collect::<BooleanArray>())),
    ];
    Ok(RecordBatch::try_from_iter_with_nullable(
        columns.map(|(name, column)| (name, column, true)),
    )?)
}

fn orders_by_hand(batch: &RecordBatch, rows: &mut Vec<Order>) {
    let ids = batch.column(0).as_primitive::<Int64Type>();
    let customers = batch.column(1).as_primitive::<Int32Type>();
    let amounts = batch.column(2).as_primitive::<Float64Type>();
    let (names, notes) = (batch.column(3).as_string::<i32>(), batch.column(4).as_string::<i32>());
    let are_open = batch.column(5).as_boolean();
    rows.extend((0..batch.num_rows()).map(|row| Order {
        id: ids.value(row),
        customer: customers.value(row),
        amount: amounts.value(row),
        name: names.value(row).to_owned(),
        note: notes.is_valid(row).then(|| notes.value(row).to_owned()),
        is_open: are_open.value(row),
    }));
}

fn numbers_by_hand(batch: &RecordBatch, rows: &mut Vec<Numbers>) {
    let ids = batch.column(0).as_primitive::<Int64Type>();
    let customers = batch.column(1).as_primitive::<Int32Type>();
    let amounts = batch.column(2).as_primitive::<Float64Type>();
    let are_open = batch.column(5).as_boolean();
    rows.extend((0..batch.num_rows()).map(|row| Numbers {
        id: ids.value(row),
        customer: customers.value(row),
        amount: amounts.value(row),
        is_open: are_open.value(row),
    }));
}

fn by_rows<T: DeserializeOwned>(batches: &[RecordBatch]) -> Result<Vec<T>, Problem> {
    let mut all = Vec::new();
    let Some(first) = batches.first() else { return Ok(all) };
    let reader = RowReader::new(first.schema_ref())?;
    for batch in batches {
        let rows = reader.read(batch)?;
        all.reserve(rows.len());
        for row in rows {
            all.push(row?);
        }
    }
    Ok(all)
}

/// The median CPU seconds of both, which include freeing the rows.
fn compare<T: DeserializeOwned + PartialEq>(
    batches: &[RecordBatch],
    rounds: i64,
    by_hand: fn(&RecordBatch, &mut Vec<T>),
) -> Result<Value, Problem> {
    let all_by_hand = || {
        let mut rows = Vec::new();
        batches.iter().for_each(|batch| by_hand(batch, &mut rows));
        Ok(rows)
    };
    if by_rows::<T>(batches)? != all_by_hand()? {
        return Err("the rows differ from those by hand".into());
    }
    let (mut hand_seconds, mut rows_seconds) = (Vec::new(), Vec::new());
    for _ in 0..rounds.max(1) {
        hand_seconds.push(seconds(all_by_hand)?);
        rows_seconds.push(seconds(|| by_rows::<T>(batches))?);
    }
    let [by_hand, by_rows] = [hand_seconds, rows_seconds].map(median);
    Ok(json!({ "by_hand_seconds": by_hand, "rows_seconds": by_rows }))
}

/// The mean CPU seconds of [`REPEATS`] runs. The first run, of which the heap is left as this side
/// leaves it, is not counted.
fn seconds<T>(mut build: impl FnMut() -> Result<Vec<T>, Problem>) -> Result<f64, Problem> {
    drop(black_box(build()?));
    let began = cpu_seconds()?;
    for _ in 0..REPEATS {
        drop(black_box(build()?));
    }
    Ok((cpu_seconds()? - began) / f64::from(REPEATS))
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
