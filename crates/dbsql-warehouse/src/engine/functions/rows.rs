//! Rows as values: tuples, and the rows of a subquery behind IN.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::Result as PlanResult;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::define::{Function, Types, rows};
use super::items::{is_ordered, item, tight};
use crate::engine::coercion::{common, common_of};
use crate::engine::errors::{self, Result, into_datafusion};
use crate::engine::types::outer_type;
use crate::engine::value::{Value, list_of, struct_of};

/// The function that looks for values in the rows of a subquery.
pub(in crate::engine) const IN_ROWS: &str = "dbsql_in_rows";
/// The aggregate function that makes a list of rows.
pub(in crate::engine) const ROWS: &str = "dbsql_rows";
/// The function that compares two structs.
pub(in crate::engine) const COMPARE: &str = "dbsql_compare_structs";
/// The function that looks for a struct among others.
pub(in crate::engine) const IN_STRUCTS: &str = "dbsql_in_structs";

pub(super) const ALL: &[Function] = &[
    Function::typed(
        COMPARE,
        |arguments| {
            let [operator, left, right] = arguments else { return None };
            let [left, right] = alike(&outer_type(left), &outer_type(right))?;
            Some(Types::new([operator.clone(), left, right], DataType::Boolean))
        },
        |values, _| {
            let order = values[1].compare(&values[2]);
            Ok(Value::Boolean(match values[0].text().unwrap_or_default() {
                "=" => order.is_eq(),
                "<>" => order.is_ne(),
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                ">" => order.is_gt(),
                ">=" => order.is_ge(),
                _ => return Err(errors::unsupported("this comparison of structs")),
            }))
        },
    ),
    Function::typed(
        IN_STRUCTS,
        |arguments| {
            let plain: Vec<_> = arguments.iter().map(outer_type).collect();
            let first = plain.first()?;
            if plain.iter().all(|other| has_shape(first, other)) {
                return is_ordered(first).then(|| Types::new(plain, DataType::Boolean));
            }
            let shared = common_of(&plain).filter(is_ordered)?;
            Some(Types::new(vec![shared; plain.len()], DataType::Boolean))
        },
        |values, _| {
            let [wanted, items @ ..] = values else { return Ok(Value::Null) };
            if wanted.is_null() {
                return Ok(Value::Null);
            }
            let found = items.iter().any(|item| !item.is_null() && item.same(wanted));
            let unknown = !found && items.iter().any(Value::is_null);
            Ok(if unknown { Value::Null } else { Value::Boolean(found) })
        },
    )
    .takes_nulls(),
];

/// The types that two structs are compared as.
fn alike(left: &DataType, right: &DataType) -> Option<[DataType; 2]> {
    if left == right {
        return is_ordered(left).then(|| [left.clone(), right.clone()]);
    }
    let DataType::Struct(left_members) = left else { return None };
    let DataType::Struct(right_members) = right else { return None };
    if left_members.len() != right_members.len() {
        return None;
    }
    let members = left_members.iter().zip(right_members).map(|(left, right)| {
        let same = left.name().eq_ignore_ascii_case(right.name());
        let shared = tight(&outer_type(left.data_type()), &outer_type(right.data_type()))?;
        same.then(|| (left.name().clone(), shared))
    });
    let shared = struct_of(members.collect::<Option<Vec<_>>>()?);
    is_ordered(&shared).then(|| [shared.clone(), shared])
}

/// Whether two types are the same but for the names of members.
fn has_shape(left: &DataType, right: &DataType) -> bool {
    match (left, right) {
        (DataType::Struct(left), DataType::Struct(right)) => {
            let mut pairs = left.iter().zip(right);
            left.len() == right.len()
                && pairs.all(|(left, right)| has_shape(left.data_type(), right.data_type()))
        }
        (DataType::List(left), DataType::List(right)) => {
            has_shape(left.data_type(), right.data_type())
        }
        _ => outer_type(left) == outer_type(right),
    }
}

/// The function of [`IN_ROWS`].
pub(super) fn in_rows() -> ScalarUDF {
    let signature = Signature::user_defined(Volatility::Immutable);
    ScalarUDF::new_from_impl(InRows { signature })
}

/// The arguments are a text that says what is asked, the values, and the list of rows.
#[derive(Debug, PartialEq, Eq, Hash)]
struct InRows {
    signature: Signature,
}

fn in_rows_types(arguments: &[DataType]) -> Result<Vec<DataType>> {
    let mismatch = || errors::wrong_argument_types("IN", arguments);
    let [mode, values @ .., list] = arguments else { return Err(mismatch()) };
    let members = match item(&outer_type(list)) {
        Some(DataType::Struct(members)) if members.len() == values.len() => members,
        _ => return Err(mismatch()),
    };
    let shared = values.iter().zip(&members).map(|(value, member)| {
        common(&outer_type(value), &outer_type(member.data_type())).filter(is_ordered)
    });
    let shared: Vec<_> = shared.collect::<Option<_>>().ok_or_else(mismatch)?;
    let names = members.iter().map(|member| member.name().clone());
    let row = struct_of(names.zip(shared.iter().cloned()));
    Ok([mode.clone()].into_iter().chain(shared).chain([list_of(row)]).collect())
}

impl ScalarUDFImpl for InRows {
    fn name(&self) -> &str {
        IN_ROWS
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> PlanResult<Vec<DataType>> {
        // An error here would lose its class: it is returned when the type is asked for.
        Ok(in_rows_types(arguments).unwrap_or_else(|_| arguments.to_vec()))
    }

    fn return_type(&self, arguments: &[DataType]) -> PlanResult<DataType> {
        in_rows_types(arguments).map_err(into_datafusion)?;
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> PlanResult<ColumnarValue> {
        // The rows are the same for all values, except of a subquery that depends on them.
        let shared = match args.args.last() {
            Some(ColumnarValue::Scalar(list)) => {
                Some(Rows::new(&Value::read(&list.to_array()?, 0)?))
            }
            _ => None,
        };
        if shared.is_some() {
            args.args.pop();
        }
        rows(&args, &DataType::Boolean, |values| match &shared {
            Some(rows) => rows.answer(values),
            None => match values {
                [values @ .., list] => Rows::new(list).answer(values),
                [] => Ok(Value::Null),
            },
        })
    }
}

/// The rows of a subquery.
struct Rows {
    /// Those without NULL, in order.
    complete: Vec<Vec<Value>>,
    with_nulls: Vec<Vec<Value>>,
}

impl Rows {
    fn new(list: &Value) -> Self {
        let rows = list.list().unwrap_or_default().iter().map(|row| match row {
            Value::Struct(members) => members.clone(),
            other => vec![other.clone()],
        });
        let (with_nulls, mut complete): (Vec<_>, Vec<_>) =
            rows.partition(|row| row.iter().any(Value::is_null));
        complete.sort_by(|one, two| order(one, two));
        Self { complete, with_nulls }
    }

    fn answer(&self, values: &[Value]) -> Result<Value> {
        let [mode, values @ ..] = values else { return Ok(Value::Null) };
        let (question, nulls) = mode.text().unwrap_or_default().split_once(' ').unwrap_or_default();
        let any_null = values.iter().any(Value::is_null);
        match nulls {
            "Constant" if any_null => return Ok(Value::Null),
            "Unknown" if any_null => {
                return Err(errors::unsupported("NULL at the left of IN with a subquery, here"));
            }
            _ => {}
        }
        let certain = !any_null && self.complete.binary_search_by(|row| order(row, values)).is_ok();
        let possible = certain
            || self.with_nulls.iter().any(|row| fits(row, values))
            || (any_null && self.complete.iter().any(|row| fits(row, values)));
        Ok(Value::Boolean(match question {
            "Certain" => certain,
            "Possible" => possible,
            _ if certain == possible => certain,
            _ => return Err(errors::unsupported("NULL beside IN with a subquery, here")),
        }))
    }
}

fn order(one: &[Value], two: &[Value]) -> Ordering {
    let pairs = one.iter().zip(two).map(|(one, two)| one.compare(two));
    pairs.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Whether the row is the same as the values but for NULL.
fn fits(row: &[Value], values: &[Value]) -> bool {
    let pairs = row.iter().zip(values);
    pairs.into_iter().all(|(one, two)| one.is_null() || two.is_null() || one.same(two))
}

/// A comparison of two structs; the operator is a text.
pub(in crate::engine) fn compare_structs() -> Option<Arc<ScalarUDF>> {
    let found = ALL.iter().find(|function| function.name() == COMPARE);
    found.map(|function| function.into_udf())
}
