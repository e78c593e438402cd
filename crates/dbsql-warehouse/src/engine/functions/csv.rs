//! `from_csv` and `to_csv`.

use arrow_schema::DataType;

use super::cast::convert;
use super::define::{Function, Types};
use super::inputs::text;
use super::json::{has_form_of_date, no_schema, schema_of, text_and_schema};
use crate::engine::coercion::decimal_for;
use crate::engine::decimals;
use crate::engine::errors::{Result, parsed_before, unsupported};
use crate::engine::text_form;
use crate::engine::value::Value;

/// The functions.
pub(super) const ALL: &[Function] = &[
    Function::with_constants(
        "from_csv",
        text_and_schema,
        |arguments, constants| {
            if arguments.len() > 2 {
                return Err(unsupported("from_csv with options"));
            }
            match constants.get(1) {
                _ if arguments.get(1).is_some_and(DataType::is_nested) => Err(no_schema()),
                Some(Some(Value::Text(schema))) => match schema_of(schema)? {
                    columns @ DataType::Struct(_) => Ok(columns),
                    _ => Err(unsupported("from_csv with a schema that has no columns")),
                },
                _ => Err(unsupported("from_csv with a schema that is not a literal")),
            }
        },
        |values, types| read(text(values, 0), &types.result),
    )
    .counts(2, 3),
    Function::typed(
        "to_csv",
        |arguments| match arguments {
            // The second are options.
            [DataType::Struct(_), ..] | [DataType::Null] => {
                Some(Types::new(arguments, DataType::Utf8))
            }
            _ => None,
        },
        |values, types| {
            if values.len() > 1 {
                return Err(unsupported("to_csv with options"));
            }
            let (Value::Struct(members), Some(DataType::Struct(fields))) =
                (&values[0], types.parameters.first())
            else {
                return Ok(Value::Null);
            };
            let columns = members.iter().zip(fields);
            let columns = columns.map(|(value, field)| column(value, field.data_type()));
            Ok(Value::Text(columns.collect::<Result<Vec<_>>>()?.join(",")))
        },
    )
    .counts(1, 2),
    Function::typed(
        "schema_of_csv",
        |arguments| Some(Types::new(arguments, DataType::Utf8)),
        |_, _| Err(unsupported("schema_of_csv")),
    )
    .counts(1, 2),
];

/// One row; what does not fit is NULL.
fn read(line: &str, data_type: &DataType) -> Result<Value> {
    let DataType::Struct(fields) = data_type else { return Ok(Value::Null) };
    if line.contains(['\n', '\r', '\\', '#']) {
        return Err(unsupported("from_csv of such a text"));
    }
    let columns = columns(line)?;
    let value = |(at, field): (usize, &arrow_schema::FieldRef)| {
        let to = field.data_type();
        let plain = |to: &DataType| {
            to.is_numeric() || matches!(to, DataType::Utf8 | DataType::Boolean | DataType::Date32)
        };
        if !plain(to) {
            return Err(unsupported(format!("from_csv with a column of the type {to}")));
        }
        let Some(text) = columns.get(at).filter(|text| !text.is_empty()) else {
            return Ok(Value::Null);
        };
        let spaced = text.trim() != text
            && !matches!(to, DataType::Utf8 | DataType::Float64 | DataType::Float32);
        if spaced {
            return Err(unsupported("from_csv with spaces around a value"));
        }
        if matches!(to, DataType::Decimal128(..)) && text.contains(',') {
            return Err(unsupported("from_csv with commas in a decimal number"));
        }
        // Other words are numbers for a cast, but not here.
        let infinities = ["Inf", "-Inf", "Infinity", "+Infinity", "-Infinity"];
        if matches!(to, DataType::Float32 | DataType::Float64)
            && text.to_lowercase().contains("inf")
            && !infinities.contains(&text.as_str())
        {
            return Ok(Value::Null);
        }
        let read = Value::Text(text.clone());
        let is_older = *to == DataType::Date32
            && has_form_of_date(text)
            && convert(read.clone(), &DataType::Utf8, to).is_err();
        if is_older {
            return Err(parsed_before(text));
        }
        let text = read;
        Ok(match to {
            DataType::Utf8 => text,
            to => convert(text, &DataType::Utf8, to).unwrap_or(Value::Null),
        })
    };
    Ok(Value::Struct(fields.iter().enumerate().map(value).collect::<Result<_>>()?))
}

/// Between commas, or in quotes.
fn columns(line: &str) -> Result<Vec<String>> {
    let mut columns = Vec::new();
    let mut rest = line;
    loop {
        let (column, behind) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let refused = || unsupported("from_csv with quotes in a value");
                let (inside, behind) = quoted.split_once('"').ok_or_else(refused)?;
                if !behind.is_empty() && !behind.starts_with(',') {
                    return Err(refused());
                }
                (inside, behind)
            }
            None => rest.split_at(rest.find(',').unwrap_or(rest.len())),
        };
        columns.push(column.to_owned());
        match behind.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Ok(columns),
        }
    }
}

fn column(value: &Value, data_type: &DataType) -> Result<String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::Text(text) if text.is_empty() => Ok("\"\"".to_owned()),
        Value::Text(text) if text.contains(['"', '\\', '\n', '\r', '#']) || text.trim() != text => {
            Err(unsupported("to_csv of a text with quotes, line ends or spaces at its ends"))
        }
        Value::Text(text) if text.contains(',') => Ok(format!("\"{text}\"")),
        Value::Text(_)
        | Value::Boolean(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Double(_)
        | Value::Date(_) => Ok(text_form::text(value, data_type)),
        Value::Decimal(number) => {
            let (_, scale) = decimal_for(data_type).unwrap_or_default();
            Ok(decimals::java_text(*number, scale))
        }
        _ => Err(unsupported(format!("to_csv with a value of the type {data_type}"))),
    }
}
