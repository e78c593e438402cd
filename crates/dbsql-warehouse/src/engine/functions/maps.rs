//! Functions of maps and structs.

use arrow_schema::DataType;

use super::define::{Function, Types};
use super::items::{entry, exactly, is_string, known_item, list, map, plain, tight};
use crate::engine::coercion::common_of;
use crate::engine::errors::{self, Result};
use crate::engine::types::outer_type;
use crate::engine::value::{Value, list_of, map_of, struct_of};
use dbsql_local::engine::SqlError;

/// The functions.
pub(super) const ALL: &[Function] = &[
    Function::typed("dbsql_map", map_types, |values, _| {
        unique(values.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())))
    })
    .takes_nulls(),
    Function::typed(
        "map_keys",
        |arguments| {
            let [value] = plain(arguments)?;
            Some(Types::new([map(&value)?], list_of(entry(&value)?.0)))
        },
        |values, _| Ok(Value::List(pairs(&values[0]).iter().map(|pair| pair.0.clone()).collect())),
    )
    .counts(1, 1),
    Function::typed(
        "map_values",
        |arguments| {
            let [value] = plain(arguments)?;
            Some(Types::new([map(&value)?], list_of(entry(&value)?.1)))
        },
        |values, _| Ok(Value::List(pairs(&values[0]).iter().map(|pair| pair.1.clone()).collect())),
    )
    .counts(1, 1),
    Function::typed(
        "map_entries",
        |arguments| {
            let [value] = plain(arguments)?;
            let (key, content) = entry(&value)?;
            let pair = struct_of([("key".to_owned(), key), ("value".to_owned(), content)]);
            Some(Types::new([map(&value)?], list_of(pair)))
        },
        |values, _| {
            let pairs = pairs(&values[0]).iter();
            let entries = pairs.map(|(key, value)| Value::Struct(vec![key.clone(), value.clone()]));
            Ok(Value::List(entries.collect()))
        },
    )
    .counts(1, 1),
    Function::typed(
        "map_from_arrays",
        |arguments| {
            let [keys, values] = plain(arguments)?;
            let (keys, values) = (list(&keys)?, list(&values)?);
            let result = map_of(known_item(&keys)?, known_item(&values)?);
            is_key(&known_item(&keys)?).then(|| Types::new([keys, values], result))
        },
        |values, _| {
            let sides =
                (values[0].list().unwrap_or_default(), values[1].list().unwrap_or_default());
            if sides.0.len() != sides.1.len() {
                // Spark has no stable error class for this.
                return Err(errors::unsupported("a map of more keys than values, or fewer"));
            }
            unique(sides.0.iter().cloned().zip(sides.1.iter().cloned()))
        },
    )
    .counts(2, 2),
    Function::typed(
        "map_from_entries",
        |arguments| {
            let [entries] = plain(arguments)?;
            let DataType::Struct(fields) = known_item(&entries)? else { return None };
            let [key, value] = &fields[..] else { return None };
            let (key, value) = (key.data_type().clone(), value.data_type().clone());
            is_key(&key).then(|| Types::new([entries], map_of(key, value)))
        },
        |values, _| {
            let entries = values[0].list().unwrap_or_default();
            if entries.iter().any(Value::is_null) {
                return Ok(Value::Null);
            }
            unique(entries.iter().filter_map(|entry| match entry {
                Value::Struct(members) => Some((members.first()?.clone(), members.get(1)?.clone())),
                _ => None,
            }))
        },
    )
    .counts(1, 1),
    Function::typed(
        "map_concat",
        |arguments| {
            let plain: Vec<_> = arguments.iter().map(outer_type).collect();
            if plain.is_empty() {
                return Some(Types::new([], map_of(DataType::Utf8, DataType::Utf8)));
            }
            plain.iter().all(|side| matches!(side, DataType::Map(..))).then_some(())?;
            let shared =
                plain[1..].iter().try_fold(plain[0].clone(), |one, two| tight(&one, two))?;
            Some(Types::new(vec![shared.clone(); plain.len()], shared))
        },
        |values, _| unique(values.iter().flat_map(pairs).cloned()),
    ),
    Function::typed(
        "map_contains_key",
        |arguments| {
            let [value, wanted] = plain(arguments)?;
            let DataType::Map(..) = value else { return None };
            (!wanted.is_null()).then_some(())?;
            let (key, content) = entry(&value)?;
            let shared = tight(&key, &wanted)?;
            Some(Types::new([map_of(shared.clone(), content), shared], DataType::Boolean))
        },
        |values, _| {
            Ok(Value::Boolean(pairs(&values[0]).iter().any(|(key, _)| key.same(&values[1]))))
        },
    )
    .counts(2, 2),
    Function::typed(
        "str_to_map",
        |arguments| {
            let texts = arguments.iter().all(|side| is_string(&outer_type(side)));
            let parameters = vec![DataType::Utf8; arguments.len()];
            texts.then(|| Types::new(parameters, map_of(DataType::Utf8, DataType::Utf8)))
        },
        str_to_map,
    )
    .counts(1, 3),
];

fn pairs(value: &Value) -> &[(Value, Value)] {
    match value {
        Value::Map(pairs) => pairs,
        _ => &[],
    }
}

/// A key is no map, nor has one.
pub(super) fn is_key(data_type: &DataType) -> bool {
    super::items::is_ordered(data_type)
}

/// A map with these entries.
///
/// # Errors
///
/// A key is NULL, or there twice.
pub(super) fn unique(entries: impl IntoIterator<Item = (Value, Value)>) -> Result<Value> {
    let entries: Vec<_> = entries.into_iter().collect();
    if entries.iter().any(|(key, _)| key.is_null()) {
        let message = "Cannot use null as map key.";
        return Err(SqlError::new("NULL_MAP_KEY", "2200E", message));
    }
    let mut keys: Vec<_> = entries.iter().map(|(key, _)| key).collect();
    keys.sort_by(|one, two| exactly(one, two));
    let mut pairs = keys.windows(2);
    if pairs.any(|pair| pair[0].same(pair[1]) && exactly(pair[0], pair[1]).is_ne()) {
        return Err(errors::unsupported("a map with the keys 0.0 and -0.0"));
    }
    if keys.windows(2).any(|pair| exactly(pair[0], pair[1]).is_eq()) {
        let message = "Duplicate map key was found, please check the input data.";
        return Err(SqlError::new("DUPLICATED_MAP_KEY", "23505", message));
    }
    Ok(Value::Map(entries))
}

fn map_types(arguments: &[DataType]) -> Option<Types> {
    let plain: Vec<_> = arguments.iter().map(outer_type).collect();
    if plain.is_empty() {
        return Some(Types::new([], map_of(DataType::Null, DataType::Null)));
    }
    let key = common_of(plain.iter().step_by(2)).filter(is_key)?;
    let value = common_of(plain.iter().skip(1).step_by(2))?;
    let parameters = (0..plain.len()).map(|at| if at % 2 == 0 { &key } else { &value }.clone());
    Some(Types::new(parameters.collect::<Vec<_>>(), map_of(key.clone(), value.clone())))
}

/// The delimiters are regular expressions; those that are plain text are done here.
fn str_to_map(values: &[Value], _types: &Types) -> Result<Value> {
    let given = |at: usize, default: &'static str| -> Result<String> {
        let pattern = values.get(at).and_then(Value::text).unwrap_or(default);
        let special = |letter: char| r".\+*?()|[]{}^$".contains(letter);
        if pattern.contains(special) || pattern.is_empty() {
            return Err(errors::unsupported("str_to_map with a regular expression"));
        }
        Ok(pattern.to_owned())
    };
    let (between, within) = (given(1, ",")?, given(2, ":")?);
    let text = values[0].text().unwrap_or_default();
    unique(text.split(between.as_str()).map(|entry| match entry.split_once(within.as_str()) {
        Some((key, value)) => (Value::Text(key.to_owned()), Value::Text(value.to_owned())),
        None => (Value::Text(entry.to_owned()), Value::Null),
    }))
}
