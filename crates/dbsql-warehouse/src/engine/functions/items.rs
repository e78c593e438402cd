//! Types of lists and maps, and of the values that are looked for in them.

use std::cmp::Ordering;

use arrow_schema::DataType;

use crate::engine::coercion::{common, common_number, is_number, is_text, pair};
use crate::engine::types::outer_type;
use crate::engine::value::{Value, list_of, map_of};

/// The types of as many arguments as expected, in the form that values are written in.
pub(super) fn plain<const N: usize>(arguments: &[DataType]) -> Option<[DataType; N]> {
    let plain: Vec<_> = arguments.iter().map(outer_type).collect();
    plain.try_into().ok()
}

/// The item of a list; NULL is a list of NULL.
pub(super) fn item(data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::List(item) => Some(item.data_type().clone()),
        DataType::Null => Some(DataType::Null),
        _ => None,
    }
}

/// The item of what is a list for certain.
pub(super) fn known_item(data_type: &DataType) -> Option<DataType> {
    item(data_type).filter(|_| !data_type.is_null())
}

/// The list type of an argument.
pub(super) fn list(data_type: &DataType) -> Option<DataType> {
    item(data_type).map(list_of)
}

/// Key and value of a map; NULL is a map of NULL.
pub(super) fn entry(data_type: &DataType) -> Option<(DataType, DataType)> {
    match data_type {
        DataType::Map(entries, _) => pair(entries).map(|(key, value)| (key.clone(), value.clone())),
        DataType::Null => Some((DataType::Null, DataType::Null)),
        _ => None,
    }
}

/// The map type of an argument.
pub(super) fn map(data_type: &DataType) -> Option<DataType> {
    entry(data_type).map(|(key, value)| map_of(key, value))
}

/// The common type of an item and what is compared with it: no text is read as another type, and
/// decimals only meet numbers that they hold.
pub(in crate::engine) fn tight(left: &DataType, right: &DataType) -> Option<DataType> {
    if left == right {
        return Some(left.clone());
    }
    match (left, right) {
        (DataType::Null, other) | (other, DataType::Null) => Some(other.clone()),
        (left, right) if is_number(left) && is_number(right) => {
            let decimal = |side: &DataType| matches!(side, DataType::Decimal128(..));
            let found = common_number(left, right)?;
            if decimal(left) && decimal(right) {
                return None;
            }
            if decimal(left) || decimal(right) {
                let holds = found == *left || found == *right;
                return holds.then_some(found).filter(|found| decimal(found));
            }
            let single = |side: &DataType| matches!(side, DataType::Float32);
            if (single(left) && right.is_integer()) || (single(right) && left.is_integer()) {
                return Some(DataType::Float32);
            }
            Some(found)
        }
        (DataType::List(left), DataType::List(right)) => {
            Some(list_of(tight(left.data_type(), right.data_type())?))
        }
        (DataType::Map(..), DataType::Map(..)) => {
            let ((k1, v1), (k2, v2)) = (entry(left)?, entry(right)?);
            Some(map_of(tight(&k1, &k2)?, tight(&v1, &v2)?))
        }
        (DataType::Struct(_), DataType::Struct(_)) => common(left, right),
        (left, right) if left.is_temporal() && right.is_temporal() => common(left, right),
        _ => None,
    }
}

/// The common type, also of decimals; no text is read as another type.
pub(super) fn wide(left: &DataType, right: &DataType) -> Option<DataType> {
    tight(left, right).or_else(|| {
        (is_number(left) && is_number(right)).then(|| common_number(left, right)).flatten()
    })
}

/// Whether values of this type have an order.
pub(super) fn is_ordered(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map(..) => false,
        DataType::List(item) => is_ordered(item.data_type()),
        DataType::Struct(fields) => fields.iter().all(|field| is_ordered(field.data_type())),
        _ => true,
    }
}

/// Whether a list has the value; NULL and NaN are equal to themselves.
pub(super) fn has(items: &[Value], wanted: &Value) -> bool {
    items.iter().any(|item| item.same(wanted))
}

/// An order that tells the two zeros apart, as the functions of sets do.
pub(super) fn exactly(one: &Value, two: &Value) -> Ordering {
    let negative = |value: &Value| match value {
        Value::Double(zero) if *zero == 0.0 => zero.is_sign_negative(),
        Value::Float(zero) if *zero == 0.0 => zero.is_sign_negative(),
        _ => false,
    };
    one.compare(two).then_with(|| negative(two).cmp(&negative(one)))
}

/// An integer, or what is NULL for certain.
pub(super) fn is_count(data_type: &DataType) -> bool {
    data_type.is_integer() || data_type.is_null()
}

/// A text, or what is NULL for certain.
pub(super) fn is_string(data_type: &DataType) -> bool {
    is_text(data_type) || data_type.is_null()
}

/// Each value once, in the order of the first.
pub(super) fn distinct(
    items: impl IntoIterator<Item = Value>,
    order: fn(&Value, &Value) -> Ordering,
) -> Vec<Value> {
    let mut items: Vec<(usize, Value)> = items.into_iter().enumerate().collect();
    // A stable sort, so that the first of equal values remains.
    items.sort_by(|(_, one), (_, two)| order(one, two));
    items.dedup_by(|(_, later), (_, earlier)| order(later, earlier).is_eq());
    items.sort_by_key(|(index, _)| *index);
    items.into_iter().map(|(_, value)| value).collect()
}
