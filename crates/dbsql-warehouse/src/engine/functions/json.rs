//! The functions of JSON.

use arrow_schema::DataType;

use super::cast::convert;
use super::define::Kind::{Int, OnlyText, Text};
use super::define::{Function, Types};
use super::encodings::{base64, strict_base64};
use super::inputs::{count, fitting, text};
use super::json_paths::{found, found_in_any_case};
use super::json_tree::{Json, quote};
use crate::engine::calendar::{self, SECOND};
use crate::engine::coercion::{decimal_for, is_text, pair};
use crate::engine::decimals;
use crate::engine::dialect::parse_type;
use crate::engine::errors::{Result, parsed_before, syntax, unsupported};
use crate::engine::text_form;
use crate::engine::types::arrow_type;
use crate::engine::value::{Value, list_of};
use dbsql_local::engine::SqlError;

/// The parameters of functions that read a text by a schema.
pub(super) fn text_and_schema(arguments: &[DataType]) -> Option<Vec<DataType>> {
    let (first, rest) = arguments.split_first()?;
    if !is_text(first) && !first.is_null() {
        return None;
    }
    match rest {
        [schema] if !schema.is_nested() => {
            Some(fitting(arguments, &[const { DataType::Utf8 }; 2], DataType::Null)?.parameters)
        }
        // Options.
        _ => Some(arguments.to_vec()),
    }
}

/// The schema is a list, a map or a struct.
pub(super) fn no_schema() -> SqlError {
    let message = "The schema must be a text.";
    SqlError::new("INVALID_SCHEMA.NON_STRING_LITERAL", "42K07", message)
}

/// The functions.
pub(super) const ALL: &[Function] = &[
    Function::new("get_json_object", &[OnlyText, OnlyText], Text, |values, _| {
        let json = Json::parse(text(values, 0), false);
        let part = json.and_then(|json| found(&json, text(values, 1)));
        Ok(part.map_or(Value::Null, Value::Text))
    }),
    Function::new("dbsql_json_path", &[Text, Text], Text, |values, _| {
        let json = Json::parse(text(values, 0), false);
        let part = json.and_then(|json| found_in_any_case(&json, text(values, 1)));
        Ok(part.map_or(Value::Null, Value::Text))
    }),
    Function::new("json_array_length", &[OnlyText], Int, |values, _| {
        Ok(match Json::parse(text(values, 0), false) {
            Some(Json::List(items)) => count(items.len()),
            _ => Value::Null,
        })
    }),
    Function::typed(
        "json_object_keys",
        |arguments| {
            let is_text = arguments.first().is_some_and(|own| is_text(own) || own.is_null());
            is_text.then(|| Types::new([DataType::Utf8], list_of(DataType::Utf8)))
        },
        |values, _| {
            Ok(match Json::parse(text(values, 0), false) {
                Some(Json::Object(members)) => {
                    let names = members.into_iter().map(|(name, _)| Value::Text(name));
                    Value::List(names.collect())
                }
                _ => Value::Null,
            })
        },
    )
    .counts(1, 1),
    Function::with_constants(
        "from_json",
        text_and_schema,
        |arguments, constants| {
            if arguments.len() > 2 {
                return Err(unsupported("from_json with options"));
            }
            match constants.get(1) {
                _ if arguments.get(1).is_some_and(DataType::is_nested) => Err(no_schema()),
                Some(Some(Value::Text(schema))) => match schema_of(schema)? {
                    nested if has_other_keys(&nested) => {
                        let message =
                            "The keys of a MAP in a schema of JSON must be of the type STRING.";
                        Err(SqlError::new("INVALID_JSON_MAP_KEY_TYPE", "22032", message))
                    }
                    nested if nested.is_nested() => Ok(nested),
                    _ => {
                        let message = format!("The schema {schema:?} is no STRUCT, ARRAY or MAP.");
                        let class = "DATATYPE_MISMATCH.INVALID_JSON_SCHEMA";
                        Err(SqlError::new(class, "42K09", message))
                    }
                },
                _ => Err(unsupported("from_json with a schema that is not a literal")),
            }
        },
        |values, types| read(text(values, 0), &types.result),
    )
    .counts(2, 3),
    Function::typed(
        "to_json",
        |arguments| match arguments {
            [DataType::Struct(_) | DataType::List(_) | DataType::Map(..), ..] => {
                Some(Types::new(arguments, DataType::Utf8))
            }
            [DataType::Null] => Some(Types::new(arguments, DataType::Utf8)),
            _ => None,
        },
        |values, types| {
            if values.len() > 1 {
                return Err(unsupported("to_json with options"));
            }
            let data_type = types.parameters.first().unwrap_or(&DataType::Null);
            let mut out = String::new();
            write(&values[0], data_type, &mut out)?;
            Ok(Value::Text(out))
        },
    )
    .counts(1, 2),
    Function::typed(
        "json_tuple",
        |arguments| Some(Types::new(arguments, DataType::Utf8)),
        |_, _| Err(unsupported("json_tuple")),
    )
    .counts(2, usize::MAX)
    .takes_nulls(),
    Function::with_constants(
        "schema_of_json",
        |arguments| match arguments {
            // The second are options.
            [DataType::Utf8, ..] => Some(arguments.to_vec()),
            _ => None,
        },
        |arguments, constants| match constants.first() {
            _ if arguments.len() > 1 => Err(unsupported("schema_of_json with options")),
            Some(Some(Value::Text(_))) => Ok(DataType::Utf8),
            Some(Some(Value::Null)) => {
                let message = "The argument of schema_of_json must not be NULL.";
                Err(SqlError::new("DATATYPE_MISMATCH.UNEXPECTED_NULL", "42K09", message))
            }
            _ => Err(unsupported("schema_of_json of what is not a literal")),
        },
        |values, _| match Json::parse(text(values, 0), true) {
            None if text(values, 0).trim().is_empty() => Ok(Value::Text("STRING".to_owned())),
            Some(json) => {
                let schema = schema(&json)?;
                Ok(Value::Text(schema.unwrap_or(Schema::Text).name()))
            }
            None => Err(unsupported("schema_of_json of invalid JSON")),
        },
    )
    .counts(1, 2),
];

/// The type that a text of a type or of columns says.
pub(super) fn schema_of(schema: &str) -> Result<DataType> {
    if schema.trim().is_empty() {
        let message = "Syntax error, unexpected empty statement.";
        return Err(SqlError::new("PARSE_EMPTY_STATEMENT", "42617", message));
    }
    let parsed = |text: &str| {
        let sql_type = parse_type(text)?;
        arrow_type(&sql_type).ok_or_else(|| {
            let message = format!("Unsupported data type {text}.");
            SqlError::new("UNSUPPORTED_DATATYPE", "0A000", message)
        })
    };
    // Not as in a type, whose members may have a colon.
    let mut words = schema.splitn(2, ':');
    let first = words.next().unwrap_or_default().trim();
    let is_name = first.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if words.next().is_some() && is_name {
        return Err(syntax(format!("Syntax error at or near ':': {schema:?} is no schema.")));
    }
    for (word, what) in [
        ("_corrupt_record", "a schema with the column _corrupt_record"),
        (" not null", "a schema with NOT NULL"),
    ] {
        if schema.to_lowercase().contains(word) {
            return Err(unsupported(what));
        }
    }
    match parsed(&format!("STRUCT<{schema}>")) {
        Ok(columns @ DataType::Struct(_)) => {
            // What is a type is not a column without a name.
            let is_type = parse_type(schema).is_ok();
            if is_type { parsed(schema) } else { Ok(columns) }
        }
        _ => parsed(schema),
    }
}

/// JSON as a value of this type; what does not fit is NULL.
///
/// # Errors
///
/// A text for a date was read by an older Spark.
fn read(json: &str, data_type: &DataType) -> Result<Value> {
    if json.trim().is_empty() {
        return Ok(Value::Null);
    }
    let nothing = || match data_type {
        DataType::Struct(fields) => Value::Struct(vec![Value::Null; fields.len()]),
        _ => Value::Null,
    };
    let json = Json::parse(json, true);
    if let Some(json) = &json {
        check_times(json, data_type)?;
    }
    Ok(match (json, data_type) {
        (Some(Json::Null) | None, _) => nothing(),
        // An object is as a list of one.
        (Some(json @ Json::Object(_)), DataType::List(item))
            if matches!(item.data_type(), DataType::Struct(_)) =>
        {
            Value::List(vec![value(&json, item.data_type()).unwrap_or(Value::Null)])
        }
        (Some(json), _) => value(&json, data_type).unwrap_or_else(nothing),
    })
}

/// Whether there is a map whose keys are no texts.
fn has_other_keys(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map(entries, _) => {
            let Some((key, value)) = pair(entries) else { return false };
            *key != DataType::Utf8 || has_other_keys(value)
        }
        DataType::List(item) => has_other_keys(item.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| has_other_keys(field.data_type())),
        _ => false,
    }
}

/// Older versions of Spark took the 13th month for the first of the next year.
fn check_times(json: &Json, data_type: &DataType) -> Result<()> {
    match (json, data_type) {
        (Json::Text(text), DataType::Date32 | DataType::Timestamp(..))
            if has_form_of_date(text)
                && value(json, data_type).is_none()
                && calendar::parse_timestamp(text).is_none() =>
        {
            Err(parsed_before(text))
        }
        (Json::List(items), DataType::List(item)) => {
            items.iter().try_for_each(|json| check_times(json, item.data_type()))
        }
        (Json::Object(members), DataType::Struct(fields)) => {
            members.iter().try_for_each(|(name, json)| {
                let field = fields.iter().find(|field| field.name() == name);
                field.map_or(Ok(()), |field| check_times(json, field.data_type()))
            })
        }
        _ => Ok(()),
    }
}

/// Whether it begins with three numbers, as a date does.
pub(super) fn has_form_of_date(text: &str) -> bool {
    let mut parts = text.trim().splitn(3, '-');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let front = parts.by_ref().take(2).filter(|part| is_number(part)).count() == 2;
    front && parts.next().is_some_and(|day| day.starts_with(|letter: char| letter.is_ascii_digit()))
}

/// `None` where it does not fit.
fn value(json: &Json, data_type: &DataType) -> Option<Value> {
    let cast = |text: &str| convert(Value::Text(text.to_owned()), &DataType::Utf8, data_type).ok();
    Some(match (json, data_type) {
        (Json::Null, _) => Value::Null,
        (Json::Boolean(flag), DataType::Boolean) => Value::Boolean(*flag),
        // Up to 255, of which the bits are taken.
        (Json::Number(digits), DataType::Int8) => {
            let number =
                digits.parse::<i16>().ok().filter(|number| (-128..256).contains(number))?;
            Value::Integer((number as i8).into())
        }
        (Json::Number(digits), DataType::Int16 | DataType::Int32 | DataType::Int64)
            if !digits.contains(['.', 'e']) =>
        {
            cast(digits)?
        }
        // An integer has no zero with a sign.
        (Json::Number(digits), DataType::Float32 | DataType::Float64) if digits == "-0" => {
            cast("0")?
        }
        (
            Json::Number(digits),
            DataType::Float32 | DataType::Float64 | DataType::Decimal128(..),
        ) => cast(digits)?,
        (Json::Text(word), DataType::Float32 | DataType::Float64)
            if matches!(
                word.as_str(),
                "NaN" | "Infinity" | "+Infinity" | "-Infinity" | "+INF" | "-INF"
            ) =>
        {
            cast(word)?
        }
        (Json::Text(digits), DataType::Decimal128(..)) if digits.contains(char::is_whitespace) => {
            return None;
        }
        (Json::Text(digits), DataType::Decimal128(..)) => cast(&digits.replace(',', ""))?,
        (Json::Text(text), DataType::Utf8) => Value::Text(text.clone()),
        (json, DataType::Utf8) => Value::Text(json.printed()),
        (Json::Text(text), DataType::Timestamp(_, None))
            if calendar::parse_timestamp(text)?.offset.is_some() =>
        {
            return None;
        }
        (Json::Text(text), DataType::Date32 | DataType::Timestamp(..)) => cast(text)?,
        (Json::Number(digits), DataType::Timestamp(_, Some(_))) if !digits.contains(['.', 'e']) => {
            Value::Timestamp(digits.parse::<i64>().ok()?.checked_mul(SECOND)?)
        }
        (Json::Text(text), DataType::Binary) => Value::Binary(strict_base64(text)?),
        (Json::List(items), DataType::List(item)) => {
            let items = items.iter().map(|json| value(json, item.data_type()));
            Value::List(items.collect::<Option<_>>()?)
        }
        (Json::Object(members), DataType::Map(entries, _)) => {
            let (_, content) = pair(entries)?;
            let pairs = members
                .iter()
                .map(|(name, json)| Some((Value::Text(name.clone()), value(json, content)?)));
            Value::Map(pairs.collect::<Option<_>>()?)
        }
        (Json::Object(members), DataType::Struct(fields)) => {
            let field = |name: &str, data_type: &DataType| {
                // Of two with one name the last.
                let member = members.iter().rev().find(|(own, _)| own == name);
                member.and_then(|(_, json)| value(json, data_type)).unwrap_or(Value::Null)
            };
            let fields = fields.iter().map(|own| field(own.name(), own.data_type()));
            Value::Struct(fields.collect())
        }
        _ => return None,
    })
}

/// Writes a value as JSON. Members of a struct that are NULL are left out.
#[expect(clippy::match_same_arms, reason = "an arm for each pair of types")]
fn write(value: &Value, data_type: &DataType, out: &mut String) -> Result<()> {
    match (value, data_type) {
        (Value::Null, _) => out.push_str("null"),
        (Value::Struct(members), DataType::Struct(fields)) => {
            out.push('{');
            let mut first = true;
            for (member, field) in members.iter().zip(fields) {
                if member.is_null() {
                    continue;
                }
                if !std::mem::take(&mut first) {
                    out.push(',');
                }
                quote(field.name(), out);
                out.push(':');
                write(member, field.data_type(), out)?;
            }
            out.push('}');
        }
        (Value::List(items), DataType::List(item)) => {
            out.push('[');
            for (index, value) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(value, item.data_type(), out)?;
            }
            out.push(']');
        }
        (Value::Map(pairs), DataType::Map(entries, _)) => {
            let Some((key, content)) = pair(entries) else { return Ok(()) };
            out.push('{');
            for (index, (name, value)) in pairs.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                quote(&key_text(name, key)?, out);
                out.push(':');
                write(value, content, out)?;
            }
            out.push('}');
        }
        (Value::Text(text), _) => quote(text, out),
        (Value::Binary(bytes), _) => quote(&base64(bytes), out),
        (Value::Date(_), _) => quote(&text_form::text(value, data_type), out),
        (Value::Timestamp(micros), DataType::Timestamp(_, zone)) => {
            let date = text_form::timestamp(micros.div_euclid(SECOND) * SECOND).replace(' ', "T");
            let millis = micros.rem_euclid(SECOND) / 1000;
            let zone = if zone.is_some() { "Z" } else { "" };
            quote(&format!("{date}.{millis:03}{zone}"), out);
        }
        (Value::Float(_) | Value::Double(_), _)
            if value.double().is_some_and(|number| !number.is_finite()) =>
        {
            quote(&text_form::text(value, data_type), out);
        }
        (Value::Decimal(number), _) => {
            let (_, scale) = decimal_for(data_type).unwrap_or_default();
            out.push_str(&decimals::java_text(*number, scale));
        }
        (Value::DayTime(_) | Value::Months(_), _) => quote(&text_form::text(value, data_type), out),
        _ => out.push_str(&text_form::text(value, data_type)),
    }
    Ok(())
}

/// The key of a map: a date or a time is the number that it is stored as.
fn key_text(key: &Value, data_type: &DataType) -> Result<String> {
    Ok(match key {
        Value::Date(number) | Value::Months(number) => number.to_string(),
        Value::Timestamp(number) | Value::DayTime(number) => number.to_string(),
        Value::Decimal(number) => {
            let (_, scale) = decimal_for(data_type).unwrap_or_default();
            decimals::java_text(*number, scale)
        }
        Value::Binary(_) | Value::List(_) | Value::Map(_) | Value::Struct(_) => {
            return Err(unsupported("to_json of a map with such keys"));
        }
        key => text_form::text(key, data_type),
    })
}

/// What JSON could be read as.
#[derive(Clone, Debug, PartialEq)]
enum Schema {
    Boolean,
    BigInt,
    Decimal(usize),
    Double,
    Text,
    List(Box<Option<Schema>>),
    Struct(Vec<(String, Option<Schema>)>),
}

impl Schema {
    fn name(&self) -> String {
        let of =
            |schema: &Option<Self>| schema.as_ref().map_or_else(|| "STRING".to_owned(), Self::name);
        match self {
            Self::Boolean => "BOOLEAN".to_owned(),
            Self::BigInt => "BIGINT".to_owned(),
            Self::Decimal(precision) => format!("DECIMAL({precision},0)"),
            Self::Double => "DOUBLE".to_owned(),
            Self::Text => "STRING".to_owned(),
            Self::List(item) => format!("ARRAY<{}>", of(item)),
            Self::Struct(fields) => {
                let field = |(name, schema): &(String, Option<Self>)| {
                    let plain = name.starts_with(|letter: char| letter.is_ascii_alphabetic())
                        && name
                            .chars()
                            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
                    let name = if plain { name.clone() } else { format!("`{name}`") };
                    format!("{name}: {}", of(schema))
                };
                format!("STRUCT<{}>", fields.iter().map(field).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// `None` for NULL.
fn schema(json: &Json) -> Result<Option<Schema>> {
    Ok(Some(match json {
        Json::Null => return Ok(None),
        Json::Boolean(_) => Schema::Boolean,
        Json::Number(digits) if digits.contains(['.', 'e', 'N', 'I']) => Schema::Double,
        Json::Number(digits) => match digits.parse::<i64>() {
            Ok(_) => Schema::BigInt,
            Err(_) => match digits.trim_start_matches('-').len() {
                precision @ ..=38 => Schema::Decimal(precision),
                _ => Schema::Double,
            },
        },
        Json::Text(_) => Schema::Text,
        Json::List(items) => {
            let mut item = None;
            for json in items {
                item = merged(item, schema(json)?)?;
            }
            Schema::List(Box::new(item))
        }
        Json::Object(members) => {
            let mut fields = Vec::new();
            for (name, json) in members {
                fields.push((name.clone(), schema(json)?));
            }
            fields.sort_by(|one, two| one.0.cmp(&two.0));
            Schema::Struct(fields)
        }
    }))
}

fn merged(one: Option<Schema>, two: Option<Schema>) -> Result<Option<Schema>> {
    let (one, two) = match (one, two) {
        (None, other) | (other, None) => return Ok(other),
        (Some(one), Some(two)) => (one, two),
    };
    Ok(Some(match (one, two) {
        (one, two) if one == two => one,
        (Schema::List(one), Schema::List(two)) => Schema::List(Box::new(merged(*one, *two)?)),
        (Schema::Struct(one), Schema::Struct(two)) => {
            let mut fields = one;
            for (name, schema) in two {
                match fields.iter_mut().find(|(own, _)| *own == name) {
                    Some((_, own)) => *own = merged(own.take(), schema)?,
                    None => fields.push((name, schema)),
                }
            }
            fields.sort_by(|one, two| one.0.cmp(&two.0));
            Schema::Struct(fields)
        }
        (Schema::BigInt, Schema::Double) | (Schema::Double, Schema::BigInt) => Schema::Double,
        (Schema::Decimal(_), _) | (_, Schema::Decimal(_)) => {
            return Err(unsupported("schema_of_json of so large numbers"));
        }
        _ => Schema::Text,
    }))
}
