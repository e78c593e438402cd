//! Functions of arrays.

use std::cmp::Ordering;

use arrow_schema::DataType;

use super::define::{Function, Types};
use super::items::{
    distinct, entry, exactly, has, is_count, is_ordered, is_string, item, known_item, list, map,
    plain, tight, wide,
};
use crate::engine::coercion::{common_of, is_implicit, is_number, is_text};
use crate::engine::errors::{self, Result};
use crate::engine::types::outer_type;
use crate::engine::value::{Value, list_of};
use dbsql_local::engine::SqlError;

/// The most items of a list that a function makes.
const MAX_ITEMS: i128 = 10_000_000;

/// The functions.
pub(super) const ALL: &[Function] = &[
    Function::typed("dbsql_array", array_types, |values, _| Ok(Value::List(values.to_vec())))
        .takes_nulls(),
    Function::typed("size", size_types, |values, _| Ok(size(&values[0]))).counts(1, 1),
    Function::typed("cardinality", size_types, |values, _| Ok(size(&values[0]))).counts(1, 1),
    Function::typed(
        "array_size",
        |arguments| {
            let [array] = plain(arguments)?;
            Some(Types::new([list(&array)?], DataType::Int32))
        },
        |values, _| Ok(size(&values[0])),
    )
    .counts(1, 1),
    Function::typed("dbsql_index", index_types, index),
    Function::typed(
        "get",
        |arguments| {
            let [array, index] = plain(arguments)?;
            (is_count(&index) && !array.is_null()).then_some(())?;
            // Behind the end it is NULL, however large it is.
            let index = if index.is_integer() { DataType::Int64 } else { DataType::Int32 };
            Some(Types::new([list(&array)?, index], item(&array)?))
        },
        |values, _| {
            let (items, index) = (items(&values[0]), integer(&values[1]));
            Ok(at(items, index).cloned().unwrap_or(Value::Null))
        },
    )
    .counts(2, 2),
    Function::typed("element_at", element_types, |values, types| element(values, types, false))
        .counts(2, 2),
    Function::typed("try_element_at", element_types, |values, types| element(values, types, true))
        .counts(2, 2),
    Function::typed(
        "slice",
        |arguments| {
            let [array, start, length] = plain(arguments)?;
            let fits = |side: &DataType| is_count(side) || is_implicit(side, &DataType::Int32);
            (fits(&start) && fits(&length)).then_some(())?;
            let array = list(&array)?;
            Some(Types::new([array.clone(), DataType::Int32, DataType::Int32], array))
        },
        slice,
    )
    .counts(3, 3),
    Function::typed(
        "array_contains",
        |arguments| {
            let [array, wanted] = plain(arguments)?;
            let own = known_item(&array)?;
            (!wanted.is_null()).then_some(())?;
            let shared = wide(&own, &wanted).filter(is_ordered)?;
            Some(Types::new([list_of(shared.clone()), shared], DataType::Boolean))
        },
        |values, _| {
            let items = items(&values[0]);
            Ok(match has(items, &values[1]) {
                true => Value::Boolean(true),
                false if has(items, &Value::Null) => Value::Null,
                false => Value::Boolean(false),
            })
        },
    )
    .counts(2, 2),
    Function::typed(
        "array_position",
        |arguments| with_ordered_item(arguments, |_| DataType::Int64),
        |values, _| {
            let found = items(&values[0]).iter().position(|item| item.same(&values[1]));
            Ok(Value::Integer(found.and_then(|at| i64::try_from(at + 1).ok()).unwrap_or(0)))
        },
    )
    .counts(2, 2),
    Function::typed(
        "array_remove",
        |arguments| with_ordered_item(arguments, Clone::clone),
        |values, _| {
            let left = items(&values[0]).iter().filter(|item| !item.same(&values[1]));
            Ok(Value::List(left.cloned().collect()))
        },
    )
    .counts(2, 2),
    Function::typed(
        "array_append",
        |arguments| with_item(arguments, Clone::clone),
        |values, _| added(values, |items, item| items.push(item)),
    )
    .takes_nulls()
    .counts(2, 2),
    Function::typed(
        "array_prepend",
        |arguments| with_item(arguments, Clone::clone),
        |values, _| added(values, |items, item| items.insert(0, item)),
    )
    .takes_nulls()
    .counts(2, 2),
    Function::typed(
        "array_insert",
        |arguments| {
            let [array, position, value] = plain(arguments)?;
            (position.is_integer() && position != DataType::Int64).then_some(())?;
            let shared = tight(&known_item(&array)?, &value)?;
            let array = list_of(shared.clone());
            Some(Types::new([array.clone(), DataType::Int32, shared], array))
        },
        insert,
    )
    .takes_nulls()
    .counts(3, 3),
    Function::typed(
        "array_repeat",
        |arguments| {
            let [value, count] = plain(arguments)?;
            let is_other = matches!(count, DataType::Int8 | DataType::Int16 | DataType::Int64);
            (is_count(&count) && !is_other).then_some(())?;
            Some(Types::new([value.clone(), DataType::Int32], list_of(value)))
        },
        |values, _| {
            if values[1].is_null() {
                return Ok(Value::Null);
            }
            let count = integer(&values[1]).max(0);
            check_length(count.into())?;
            Ok(Value::List(vec![values[0].clone(); usize::try_from(count).unwrap_or(0)]))
        },
    )
    .takes_nulls()
    .counts(2, 2),
    Function::typed("array_max", extreme_types, |values, _| {
        let items = items(&values[0]).iter().filter(|item| !item.is_null());
        let found = items.reduce(|one, two| if two.compare(one).is_gt() { two } else { one });
        Ok(found.cloned().unwrap_or(Value::Null))
    })
    .counts(1, 1),
    Function::typed("array_min", extreme_types, |values, _| {
        let items = items(&values[0]).iter().filter(|item| !item.is_null());
        let found = items.reduce(|one, two| if two.compare(one).is_lt() { two } else { one });
        Ok(found.cloned().unwrap_or(Value::Null))
    })
    .counts(1, 1),
    Function::typed("array_distinct", ordered_list, |values, _| {
        Ok(Value::List(distinct(items(&values[0]).iter().cloned(), exactly)))
    })
    .counts(1, 1),
    Function::typed("array_compact", any_list, |values, _| {
        let left = items(&values[0]).iter().filter(|item| !item.is_null());
        Ok(Value::List(left.cloned().collect()))
    })
    .counts(1, 1),
    Function::typed(
        "array_union",
        |arguments| two_lists(arguments, None),
        |values, _| {
            let all = items(&values[0]).iter().chain(items(&values[1]));
            Ok(Value::List(distinct(all.cloned(), exactly)))
        },
    )
    .counts(2, 2),
    Function::typed(
        "array_intersect",
        |arguments| two_lists(arguments, None),
        |values, _| {
            let other = Sorted::new(items(&values[1]));
            let both = items(&values[0]).iter().filter(|item| other.has(item));
            Ok(Value::List(distinct(both.cloned(), exactly)))
        },
    )
    .counts(2, 2),
    Function::typed(
        "array_except",
        |arguments| two_lists(arguments, None),
        |values, _| {
            let other = Sorted::new(items(&values[1]));
            let left = items(&values[0]).iter().filter(|item| !other.has(item));
            Ok(Value::List(distinct(left.cloned(), exactly)))
        },
    )
    .counts(2, 2),
    Function::typed(
        "arrays_overlap",
        |arguments| two_lists(arguments, Some(DataType::Boolean)),
        |values, _| {
            let (one, two) = (items(&values[0]), items(&values[1]));
            let other = Sorted::new(two);
            if one.iter().any(|item| !item.is_null() && other.has(item)) {
                return Ok(Value::Boolean(true));
            }
            let unknown = has(one, &Value::Null) || has(two, &Value::Null);
            let unknown = unknown && !one.is_empty() && !two.is_empty();
            Ok(if unknown { Value::Null } else { Value::Boolean(false) })
        },
    )
    .counts(2, 2),
    Function::typed(
        "flatten",
        |arguments| {
            let [array] = plain(arguments)?;
            let inner = list_of(known_item(&known_item(&array)?)?);
            Some(Types::new([list_of(inner.clone())], inner))
        },
        |values, _| {
            let mut all = Vec::new();
            for inner in items(&values[0]) {
                match inner {
                    Value::List(items) => all.extend_from_slice(items),
                    _ => return Ok(Value::Null),
                }
            }
            Ok(Value::List(all))
        },
    )
    .counts(1, 1),
    Function::typed(
        "sort_array",
        |arguments| {
            let plain: Vec<_> = arguments.iter().map(outer_type).collect();
            let array = list(plain.first()?)?;
            is_ordered(&array).then_some(())?;
            match &plain[1..] {
                [] => Some(Types::new([array.clone()], array)),
                [DataType::Boolean] => Some(Types::new([array.clone(), DataType::Boolean], array)),
                _ => None,
            }
        },
        |values, types| {
            if values[0].is_null() {
                return Ok(Value::Null);
            }
            if values.get(1).is_some_and(Value::is_null) {
                return Err(errors::wrong_argument_types("sort_array", &types.parameters));
            }
            let mut items = items(&values[0]).to_vec();
            let zeros = items.iter().filter(|item| matches!(item.double(), Some(0.0)));
            let (negative, positive): (Vec<_>, Vec<_>) =
                zeros.partition(|zero| zero.double().is_some_and(f64::is_sign_negative));
            if !negative.is_empty() && !positive.is_empty() {
                // In which order they come depends on where the array is from.
                return Err(errors::unsupported("sort_array of 0.0 and -0.0"));
            }
            items.sort_by(Value::compare);
            if let Some(Value::Boolean(false)) = values.get(1) {
                items.reverse();
            }
            Ok(Value::List(items))
        },
    )
    .takes_nulls()
    .counts(1, 2),
    Function::typed(
        "dbsql_array_sort",
        |arguments| ordered_list(arguments).filter(|_| !arguments[0].is_null()),
        |values, _| {
            let mut items = items(&values[0]).to_vec();
            items.sort_by(nulls_last);
            Ok(Value::List(items))
        },
    )
    .counts(1, 1),
    Function::typed(
        "array_join",
        |arguments| {
            let plain: Vec<_> = arguments.iter().map(outer_type).collect();
            let own = item(plain.first()?)?;
            is_implicit(&own, &DataType::Utf8).then_some(())?;
            plain[1..].iter().all(is_string).then_some(())?;
            let mut parameters = vec![list_of(DataType::Utf8)];
            parameters.resize(arguments.len(), DataType::Utf8);
            Some(Types::new(parameters, DataType::Utf8))
        },
        |values, _| {
            let delimiter = values[1].text().unwrap_or_default();
            let missing = values.get(2).and_then(Value::text);
            let texts = items(&values[0]).iter().filter_map(|item| item.text().or(missing));
            Ok(Value::Text(texts.collect::<Vec<_>>().join(delimiter)))
        },
    )
    .counts(2, 3),
];

fn items(value: &Value) -> &[Value] {
    value.list().unwrap_or_default()
}

fn integer(value: &Value) -> i64 {
    value.integer().unwrap_or_default()
}

fn check_length(length: i128) -> Result<()> {
    if length > MAX_ITEMS {
        return Err(errors::unsupported(format!("an array of more than {MAX_ITEMS} items")));
    }
    Ok(())
}

fn array_types(arguments: &[DataType]) -> Option<Types> {
    let plain: Vec<_> = arguments.iter().map(outer_type).collect();
    let shared = if plain.is_empty() { DataType::Null } else { common_of(&plain)? };
    Some(Types::new(vec![shared.clone(); plain.len()], list_of(shared)))
}

fn size_types(arguments: &[DataType]) -> Option<Types> {
    let [collection] = plain(arguments)?;
    let parameter = list(&collection).or_else(|| map(&collection))?;
    Some(Types::new([parameter], DataType::Int32))
}

fn size(value: &Value) -> Value {
    let length = match value {
        Value::List(items) => items.len(),
        Value::Map(pairs) => pairs.len(),
        _ => return Value::Null,
    };
    i64::try_from(length).map_or(Value::Null, Value::Integer)
}

/// The item at this index from 0.
fn at(items: &[Value], index: i64) -> Option<&Value> {
    usize::try_from(index).ok().and_then(|index| items.get(index))
}

/// `array[index]` and `map[key]`.
fn index_types(arguments: &[DataType]) -> Option<Types> {
    let [collection, index] = plain(arguments)?;
    if let Some(item) = known_item(&collection) {
        let index = if index.is_null() { DataType::Int32 } else { index };
        return index.is_integer().then(|| Types::new([list_of(item.clone()), index], item));
    }
    let (key, value) = entry(&collection).filter(|_| !collection.is_null())?;
    let narrows = index.is_integer() && is_number(&key);
    (narrows || is_implicit(&index, &key)).then(|| Types::new([collection, key], value))
}

fn index(values: &[Value], _types: &Types) -> Result<Value> {
    match &values[0] {
        Value::Map(pairs) => Ok(lookup(pairs, &values[1])),
        array => {
            let (items, index) = (items(array), integer(&values[1]));
            at(items, index)
                .cloned()
                .ok_or_else(|| invalid_index("INVALID_ARRAY_INDEX", index, items.len()))
        }
    }
}

fn lookup(pairs: &[(Value, Value)], wanted: &Value) -> Value {
    let found = pairs.iter().find(|(key, _)| key.same(wanted));
    found.map_or(Value::Null, |(_, value)| value.clone())
}

fn invalid_index(class: &str, index: i64, length: usize) -> SqlError {
    let message = format!(
        "The index {index} is out of bounds. The array has {length} elements. Use `get` or \
         `try_element_at` to tolerate an invalid index and return NULL instead."
    );
    SqlError::new(class, "22003", message)
}

fn index_of_zero() -> SqlError {
    let message = "The index 0 is invalid. An index shall be either < 0 or > 0 (the first element \
                   has index 1).";
    SqlError::new("INVALID_INDEX_OF_ZERO", "22003", message)
}

fn element_types(arguments: &[DataType]) -> Option<Types> {
    let [collection, index] = plain(arguments)?;
    if let Some(item) = known_item(&collection) {
        let fits = matches!(index, DataType::Int8 | DataType::Int16 | DataType::Int32);
        return fits.then(|| Types::new([list_of(item.clone()), DataType::Int32], item));
    }
    let (key, value) = entry(&collection).filter(|_| !collection.is_null())?;
    let shared = tight(&key, &index)?;
    let map = crate::engine::value::map_of(shared.clone(), value.clone());
    Some(Types::new([map, shared], value))
}

fn element(values: &[Value], _types: &Types, tolerant: bool) -> Result<Value> {
    let array = match &values[0] {
        Value::Map(pairs) => return Ok(lookup(pairs, &values[1])),
        array => items(array),
    };
    let index = integer(&values[1]);
    let length = i64::try_from(array.len()).unwrap_or(i64::MAX);
    if index == 0 {
        return Err(index_of_zero());
    }
    let from_zero = if index > 0 { index - 1 } else { length + index };
    match at(array, from_zero) {
        Some(found) => Ok(found.clone()),
        None if tolerant => Ok(Value::Null),
        None => Err(invalid_index("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", index, array.len())),
    }
}

fn slice(values: &[Value], _types: &Types) -> Result<Value> {
    let (items, start, length) = (items(&values[0]), integer(&values[1]), integer(&values[2]));
    let invalid = |part: &str, rule: &str| {
        let class = format!("INVALID_PARAMETER_VALUE.{part}");
        let message = format!("The value of the parameter in `slice` is invalid: {rule}.");
        SqlError::new(class, "22023", message)
    };
    if start == 0 {
        return Err(invalid(
            "START",
            "expects a positive or a negative value for `start`, but got 0",
        ));
    }
    if length < 0 {
        return Err(invalid("LENGTH", "expects `length` greater than or equal to 0"));
    }
    let all = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let first = if start > 0 { start - 1 } else { all + start };
    if first < 0 || first >= all {
        return Ok(Value::List(Vec::new()));
    }
    let taken = items.iter().skip(usize::try_from(first).unwrap_or(usize::MAX));
    Ok(Value::List(taken.take(usize::try_from(length).unwrap_or(usize::MAX)).cloned().collect()))
}

/// An array and a value that is or becomes an item of it.
fn with_item(arguments: &[DataType], result: fn(&DataType) -> DataType) -> Option<Types> {
    let [array, value] = plain(arguments)?;
    let shared = tight(&known_item(&array)?, &value)?;
    let array = list_of(shared.clone());
    let result = result(&array);
    Some(Types::new([array, shared], result))
}

/// The same, where items are compared.
fn with_ordered_item(arguments: &[DataType], result: fn(&DataType) -> DataType) -> Option<Types> {
    with_item(arguments, result).filter(|types| is_ordered(&types.parameters[0]))
}

fn added(values: &[Value], add: fn(&mut Vec<Value>, Value)) -> Result<Value> {
    let Value::List(items) = &values[0] else { return Ok(Value::Null) };
    let mut items = items.clone();
    add(&mut items, values[1].clone());
    Ok(Value::List(items))
}

fn insert(values: &[Value], _types: &Types) -> Result<Value> {
    let (Value::List(items), Value::Integer(position)) = (&values[0], &values[1]) else {
        return Ok(Value::Null);
    };
    let value = values[2].clone();
    if *position == 0 {
        return Err(index_of_zero());
    }
    check_length(i128::from(*position).abs())?;
    let distance = usize::try_from(position.unsigned_abs()).unwrap_or(usize::MAX);
    let mut items = items.clone();
    if *position > 0 {
        if items.len() < distance - 1 {
            items.resize(distance - 1, Value::Null);
        }
        items.insert(distance - 1, value);
    } else if distance <= items.len() + 1 {
        // -1 is behind the last.
        items.insert(items.len() + 1 - distance, value);
    } else {
        let mut longer = vec![value];
        longer.resize(distance - items.len(), Value::Null);
        longer.append(&mut items);
        items = longer;
    }
    Ok(Value::List(items))
}

fn extreme_types(arguments: &[DataType]) -> Option<Types> {
    let [array] = plain(arguments)?;
    let item = item(&array).filter(is_ordered)?;
    Some(Types::new([list_of(item.clone())], item))
}

fn any_list(arguments: &[DataType]) -> Option<Types> {
    let [array] = plain(arguments)?;
    let array = list(&array)?;
    Some(Types::new([array.clone()], array))
}

fn ordered_list(arguments: &[DataType]) -> Option<Types> {
    any_list(arguments).filter(|types| is_ordered(&types.result))
}

/// Two arrays of one type; the result has it too, if it is not given.
fn two_lists(arguments: &[DataType], result: Option<DataType>) -> Option<Types> {
    let [one, two] = plain(arguments)?;
    let shared = tight(&known_item(&one)?, &known_item(&two)?).filter(is_ordered)?;
    let array = list_of(shared);
    Some(Types::new([array.clone(), array.clone()], result.unwrap_or(array)))
}

/// Values that are looked for often.
struct Sorted(Vec<Value>);

impl Sorted {
    fn new(items: &[Value]) -> Self {
        let mut sorted = items.to_vec();
        sorted.sort_by(exactly);
        Self(sorted)
    }

    fn has(&self, wanted: &Value) -> bool {
        self.0.binary_search_by(|item| exactly(item, wanted)).is_ok()
    }
}

/// The order of `array_sort`.
fn nulls_last(one: &Value, two: &Value) -> Ordering {
    one.is_null().cmp(&two.is_null()).then_with(|| one.compare(two))
}

/// The types of `sequence` of integers.
pub(super) fn sequence_types(arguments: &[DataType]) -> Option<Types> {
    let plain: Vec<_> = arguments.iter().map(outer_type).collect();
    // Texts are read as BIGINT.
    let fits = |side: &DataType| is_count(side) || is_text(side);
    let known = plain.iter().all(fits) && plain.iter().any(DataType::is_integer);
    let shared = common_of(&plain).filter(|_| known)?;
    Some(Types::new(vec![shared.clone(); plain.len()], list_of(shared)))
}

/// `sequence` of integers.
pub(super) fn sequence(values: &[Value]) -> Result<Value> {
    let (start, stop) = (i128::from(integer(&values[0])), i128::from(integer(&values[1])));
    let step = match values.get(2) {
        Some(step) => i128::from(integer(step)),
        None if start <= stop => 1,
        None => -1,
    };
    let forward = if step == 0 { start == stop } else { (step > 0) == (start <= stop) };
    if !forward && start != stop {
        // Spark has no error class for this.
        let message = format!("a sequence from {start} to {stop} by {step}");
        return Err(errors::unsupported(message));
    }
    let count = if step == 0 { 1 } else { (stop - start) / step + 1 };
    check_length(count)?;
    let number = |at: i128| i64::try_from(start + at * step).map_or(Value::Null, Value::Integer);
    Ok(Value::List((0..count).map(number).collect()))
}
