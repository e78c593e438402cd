//! Which types Spark converts to which without being asked, in ANSI mode.

use arrow_schema::{DataType, IntervalUnit};

use super::value::{list_of, map_of, struct_of};

/// The most digits of a DECIMAL.
pub(super) const MAX_PRECISION: u8 = 38;

/// Precision and scale of the decimal that holds every value of a number type.
pub(super) fn decimal_for(data_type: &DataType) -> Option<(u8, i8)> {
    match data_type {
        DataType::Int8 => Some((3, 0)),
        DataType::Int16 => Some((5, 0)),
        DataType::Int32 => Some((10, 0)),
        DataType::Int64 => Some((20, 0)),
        DataType::Decimal128(precision, scale) => Some((*precision, *scale)),
        _ => None,
    }
}

/// A decimal with that many digits; where they are too many, digits behind the point are given up, but
/// not more than leave six of them.
pub(super) fn bounded_decimal(precision: i32, scale: i32) -> DataType {
    let most = i32::from(MAX_PRECISION);
    let (precision, scale) = if precision <= most {
        (precision, scale)
    } else {
        let whole = precision - scale;
        (most, (most - whole).max(scale.min(6)))
    };
    decimal(precision, scale)
}

pub(super) fn decimal(precision: i32, scale: i32) -> DataType {
    let precision = u8::try_from(precision.clamp(1, i32::from(MAX_PRECISION))).unwrap_or(1);
    DataType::Decimal128(precision, i8::try_from(scale).unwrap_or_default())
}

pub(super) fn is_number(data_type: &DataType) -> bool {
    data_type.is_floating() || decimal_for(data_type).is_some()
}

pub(super) fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

pub(super) fn is_binary(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Binary | DataType::LargeBinary | DataType::BinaryView)
}

pub(super) fn is_interval(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Duration(_) | DataType::Interval(IntervalUnit::YearMonth))
}

/// A type without parts.
pub(super) fn is_atomic(data_type: &DataType) -> bool {
    !data_type.is_nested() && !data_type.is_null()
}

fn is_date_or_time(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Date32 | DataType::Timestamp(..))
}

/// Whether an argument of the type `from` is converted to a parameter of the type `to`.
pub(super) fn is_implicit(from: &DataType, to: &DataType) -> bool {
    if from == to || from.is_null() {
        return true;
    }
    if is_text(to) {
        return is_atomic(from);
    }
    if is_text(from) {
        return is_atomic(to) && !matches!(to, DataType::Boolean) && !is_interval(to);
    }
    match (from, to) {
        (from, to) if is_number(from) && is_number(to) => true,
        (from, to) if is_date_or_time(from) && is_date_or_time(to) => true,
        _ => shape_fits(from, to),
    }
}

/// The narrowest type to which values of both types are converted for a comparison, a CASE and the
/// like; `None` where there is none.
pub(super) fn common(left: &DataType, right: &DataType) -> Option<DataType> {
    if left == right {
        return Some(left.clone());
    }
    match (left, right) {
        (DataType::Null, other) | (other, DataType::Null) => Some(other.clone()),
        (left, right) if is_number(left) && is_number(right) => common_number(left, right),
        (left, right) if is_text(left) && is_text(right) => Some(DataType::Utf8),
        (left, right) if is_binary(left) && is_binary(right) => Some(DataType::Binary),
        // A text is read as what it meets.
        (text, other) | (other, text) if is_text(text) => match other {
            DataType::Int8 | DataType::Int16 | DataType::Int32 => Some(DataType::Int64),
            DataType::Decimal128(..) | DataType::Float32 => Some(DataType::Float64),
            other if is_interval(other) || !is_atomic(other) => None,
            other => Some(other.clone()),
        },
        (DataType::Date32, zoned @ DataType::Timestamp(..))
        | (zoned @ DataType::Timestamp(..), DataType::Date32) => Some(zoned.clone()),
        (DataType::Timestamp(_, left), DataType::Timestamp(_, right)) => {
            let zoned = left.is_some() || right.is_some();
            Some(if zoned { super::types::timestamp() } else { super::types::timestamp_ntz() })
        }
        (DataType::List(left), DataType::List(right)) => {
            Some(list_of(common(left.data_type(), right.data_type())?))
        }
        (DataType::Map(left, _), DataType::Map(right, _)) => {
            let ((left_key, left_value), (right_key, right_value)) = (pair(left)?, pair(right)?);
            Some(map_of(common(left_key, right_key)?, common(left_value, right_value)?))
        }
        (DataType::Struct(left), DataType::Struct(right)) if left.len() == right.len() => {
            let members = left.iter().zip(right).map(|(left, right)| {
                let same = left.name().eq_ignore_ascii_case(right.name());
                let member = common(left.data_type(), right.data_type())?;
                same.then(|| (left.name().clone(), member))
            });
            Some(struct_of(members.collect::<Option<Vec<_>>>()?))
        }
        _ => None,
    }
}

/// Key and value of the entries of a map.
pub(super) fn pair(entries: &arrow_schema::Field) -> Option<(&DataType, &DataType)> {
    match entries.data_type() {
        DataType::Struct(fields) if fields.len() == 2 => {
            Some((fields[0].data_type(), fields[1].data_type()))
        }
        _ => None,
    }
}

/// The type that two numbers are brought to.
pub(super) fn common_number(left: &DataType, right: &DataType) -> Option<DataType> {
    let floats = [left, right].map(DataType::is_floating);
    match floats {
        [true, true] => {
            let single = matches!((left, right), (DataType::Float32, DataType::Float32));
            return Some(if single { DataType::Float32 } else { DataType::Float64 });
        }
        // In ANSI mode a number that a FLOAT might not hold makes it a DOUBLE.
        [true, false] | [false, true] => return Some(DataType::Float64),
        [false, false] => {}
    }
    if left.is_integer() && right.is_integer() {
        let wider = if decimal_for(left)? >= decimal_for(right)? { left } else { right };
        return Some(wider.clone());
    }
    let ((p1, s1), (p2, s2)) = (decimal_for(left)?, decimal_for(right)?);
    let scale = i32::from(s1.max(s2));
    let whole = (i32::from(p1) - i32::from(s1)).max(i32::from(p2) - i32::from(s2));
    // Where they are too many, those in front of the point are given up.
    Some(decimal((whole + scale).min(i32::from(MAX_PRECISION)), scale))
}

/// The common type of several.
pub(super) fn common_of<'a>(types: impl IntoIterator<Item = &'a DataType>) -> Option<DataType> {
    let mut types = types.into_iter();
    let mut found = types.next()?.clone();
    for next in types {
        found = common(&found, next)?;
    }
    Some(found)
}

/// Nested values whose parts are converted.
fn shape_fits(from: &DataType, to: &DataType) -> bool {
    match (from, to) {
        (DataType::List(from), DataType::List(to)) => is_implicit(from.data_type(), to.data_type()),
        (DataType::Map(from, _), DataType::Map(to, _)) => match (pair(from), pair(to)) {
            (Some((from_key, from_value)), Some((to_key, to_value))) => {
                is_implicit(from_key, to_key) && is_implicit(from_value, to_value)
            }
            _ => false,
        },
        _ => false,
    }
}
