//! What a generator makes of the values of one row: a list of rows, each a struct of its columns.

use arrow_schema::DataType;

use super::define::{Function, Types};
use super::items::{entry, known_item, plain};
use crate::engine::coercion::common;
use crate::engine::errors::Result;
use crate::engine::types::outer_type;
use crate::engine::value::{Value, list_of, struct_of};

/// The functions that a FROM clause with a generator is planned with.
pub(super) const ALL: &[Function] = &[
    Function::typed(
        "dbsql_rows_explode",
        |types| exploded(types, false),
        |values, _| Ok(explode(&values[0], false)),
    )
    .takes_nulls(),
    Function::typed(
        "dbsql_rows_posexplode",
        |types| exploded(types, true),
        |values, _| Ok(explode(&values[0], true)),
    )
    .takes_nulls(),
    Function::typed(
        "dbsql_rows_inline",
        |types| {
            let [array] = plain(types)?;
            let DataType::Struct(_) = known_item(&array)? else { return None };
            Some(Types::new([array.clone()], array))
        },
        |values, types| {
            let width = width(&types.result);
            let row = |row: &Value| match row {
                Value::Null => Value::Struct(vec![Value::Null; width]),
                row => row.clone(),
            };
            Ok(Value::List(values[0].list().unwrap_or_default().iter().map(row).collect()))
        },
    )
    .takes_nulls(),
    Function::typed("dbsql_rows_stack", stacked, stack).takes_nulls(),
    // One row of NULL in place of none.
    Function::typed(
        "dbsql_rows_outer",
        |types| {
            let [rows] = plain(types)?;
            Some(Types::new([rows.clone()], rows))
        },
        |values, types| {
            Ok(match &values[0] {
                Value::List(rows) if !rows.is_empty() => values[0].clone(),
                _ => Value::List(vec![Value::Struct(vec![Value::Null; width(&types.result)])]),
            })
        },
    )
    .takes_nulls(),
];

fn width(rows: &DataType) -> usize {
    match known_item(rows) {
        Some(DataType::Struct(fields)) => fields.len(),
        _ => 0,
    }
}

fn exploded(types: &[DataType], with_position: bool) -> Option<Types> {
    let [collection] = plain(types)?;
    let mut columns = Vec::new();
    if with_position {
        columns.push(("pos".to_owned(), DataType::Int32));
    }
    match known_item(&collection) {
        Some(item) => columns.push(("col".to_owned(), item)),
        None => {
            let (key, value) = entry(&collection).filter(|_| !collection.is_null())?;
            columns.extend([("key".to_owned(), key), ("value".to_owned(), value)]);
        }
    }
    Some(Types::new([collection], list_of(struct_of(columns))))
}

fn explode(collection: &Value, with_position: bool) -> Value {
    let rows: Vec<Vec<Value>> = match collection {
        Value::List(items) => items.iter().map(|item| vec![item.clone()]).collect(),
        Value::Map(pairs) => {
            pairs.iter().map(|(key, value)| vec![key.clone(), value.clone()]).collect()
        }
        _ => Vec::new(),
    };
    let rows = rows.into_iter().enumerate().map(|(at, mut row)| {
        if with_position {
            row.insert(0, Value::Integer(i64::try_from(at).unwrap_or_default()));
        }
        Value::Struct(row)
    });
    Value::List(rows.collect())
}

/// The arguments: NULL as often as there are rows, then the values.
fn stacked(types: &[DataType]) -> Option<Types> {
    let plain: Vec<_> = types.iter().map(outer_type).collect();
    let DataType::Struct(marks) = plain.first()? else { return None };
    let rows = marks.len();
    let values = &plain[1..];
    let columns = values.len().div_ceil(rows);
    let mut found: Vec<DataType> = vec![DataType::Null; columns];
    for (at, value) in values.iter().enumerate() {
        let column = &mut found[at % columns];
        let same = *column == *value || column.is_null() || value.is_null();
        *column = common(column, value).filter(|_| same)?;
    }
    let mut parameters = vec![plain[0].clone()];
    parameters.extend((0..values.len()).map(|at| found[at % columns].clone()));
    let names = (0..columns).map(|at| format!("col{at}"));
    Some(Types::new(parameters, list_of(struct_of(names.zip(found)))))
}

fn stack(values: &[Value], types: &Types) -> Result<Value> {
    let width = width(&types.result).max(1);
    let rows = values[1..].chunks(width).map(|row| {
        let mut row = row.to_vec();
        row.resize(width, Value::Null);
        Value::Struct(row)
    });
    let mut rows: Vec<_> = rows.collect();
    if let Value::Struct(marks) = &values[0] {
        rows.resize(marks.len(), Value::Struct(vec![Value::Null; width]));
    }
    Ok(Value::List(rows))
}
