//! Functions that take a lambda: `transform`, `filter`, `aggregate` and the like.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::{ArrayRef, UInt64Array};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::arrow::compute::take_arrays;
use datafusion::common::{Result as PlanResult, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, HigherOrderFunctionArgs, HigherOrderReturnFieldArgs, HigherOrderSignature,
    HigherOrderUDF, HigherOrderUDFImpl, LambdaArgument, LambdaParametersProgress, ValueOrLambda,
    Volatility,
};

use super::items::{entry, item, list, map, tight};
use super::maps::{is_key, unique};
use crate::engine::errors::{self, Result, into_datafusion};
use crate::engine::types::{outer_type, sql_name};
use crate::engine::value::{Value, list_of, map_of};
use dbsql_local::engine::SqlError;

/// What a function does with its lambda.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::engine) enum Higher {
    Transform,
    Filter,
    Exists,
    ForAll,
    Aggregate,
    ZipWith,
    MapFilter,
    MapZipWith,
    TransformKeys,
    TransformValues,
    SortBy,
}

/// The functions, by name.
pub(in crate::engine) const ALL: &[(&str, Higher)] = &[
    ("transform", Higher::Transform),
    ("filter", Higher::Filter),
    ("exists", Higher::Exists),
    ("forall", Higher::ForAll),
    ("aggregate", Higher::Aggregate),
    ("reduce", Higher::Aggregate),
    ("zip_with", Higher::ZipWith),
    ("map_filter", Higher::MapFilter),
    ("map_zip_with", Higher::MapZipWith),
    ("transform_keys", Higher::TransformKeys),
    ("transform_values", Higher::TransformValues),
    ("dbsql_sort_by", Higher::SortBy),
];

impl Higher {
    /// How many values come before the lambdas.
    pub(in crate::engine) fn values(self) -> usize {
        match self {
            Self::Aggregate | Self::ZipWith | Self::MapZipWith => 2,
            _ => 1,
        }
    }

    /// The fewest and the most parameters of each lambda.
    pub(in crate::engine) fn lambdas(self) -> &'static [(usize, usize)] {
        match self {
            Self::Transform | Self::Filter => &[(1, 2)],
            Self::Exists | Self::ForAll => &[(1, 1)],
            Self::Aggregate => &[(2, 2), (1, 1)],
            Self::MapZipWith => &[(3, 3)],
            _ => &[(2, 2)],
        }
    }
}

/// The function with this name.
pub(in crate::engine) fn named(name: &str) -> Option<Arc<HigherOrderUDF>> {
    let (name, kind) = ALL.iter().find(|(known, _)| *known == name)?;
    let signature = HigherOrderSignature::user_defined(Volatility::Immutable);
    let function = Lambda { name, kind: *kind, signature };
    Some(Arc::new(HigherOrderUDF::new_from_impl(function)))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Lambda {
    name: &'static str,
    kind: Higher,
    signature: HigherOrderSignature,
}

impl Lambda {
    fn mismatch(&self, types: &[DataType]) -> SqlError {
        if self.kind == Higher::Aggregate && matches!(types.get(1), Some(DataType::Struct(_))) {
            return errors::unsupported("aggregate of a struct and one with other members");
        }
        errors::wrong_argument_types(self.name, types)
    }

    /// The types of the values, converted to what the function takes.
    fn coerced(&self, types: &[DataType]) -> Option<Vec<DataType>> {
        let types: Vec<_> = types.iter().map(outer_type).collect();
        match (self.kind, &types[..]) {
            // NULL of no type is no collection.
            (_, [first, ..]) if first.is_null() => None,
            (Higher::Aggregate, [array, zero]) => Some(vec![list(array)?, zero.clone()]),
            (Higher::ZipWith | Higher::MapZipWith, [_, second]) if second.is_null() => None,
            (Higher::ZipWith, [one, two]) => Some(vec![list(one)?, list(two)?]),
            (Higher::MapZipWith, [one, two]) => {
                let ((k1, v1), (k2, v2)) = (entry(one)?, entry(two)?);
                let key = tight(&k1, &k2)?;
                Some(vec![map_of(key.clone(), v1), map_of(key, v2)])
            }
            (Higher::MapFilter | Higher::TransformKeys | Higher::TransformValues, [value]) => {
                Some(vec![map(value)?])
            }
            (_, [array]) => Some(vec![list(array)?]),
            _ => None,
        }
    }

    /// The types of the parameters of each lambda.
    fn parameters(&self, types: &[DataType]) -> Option<Vec<Vec<DataType>>> {
        let first = types.first()?;
        Some(match self.kind {
            Higher::Transform | Higher::Filter => vec![vec![item(first)?, DataType::Int32]],
            Higher::Exists | Higher::ForAll => vec![vec![item(first)?]],
            Higher::Aggregate => {
                let zero = types.get(1)?.clone();
                vec![vec![zero.clone(), item(first)?], vec![zero]]
            }
            Higher::ZipWith => vec![vec![item(first)?, item(types.get(1)?)?]],
            Higher::MapFilter | Higher::TransformKeys | Higher::TransformValues => {
                let (key, value) = entry(first)?;
                vec![vec![key, value]]
            }
            Higher::MapZipWith => {
                let (key, one) = entry(first)?;
                vec![vec![key, one, entry(types.get(1)?)?.1]]
            }
            Higher::SortBy => vec![vec![item(first)?, item(first)?]],
        })
    }

    /// The type of the result; `lambdas` are those of what the lambdas return.
    fn result(&self, values: &[DataType], lambdas: &[DataType]) -> Option<DataType> {
        let (first, body) = (values.first()?, lambdas.first()?);
        let condition = || matches!(body, DataType::Boolean | DataType::Null).then_some(());
        Some(match self.kind {
            Higher::Transform | Higher::ZipWith => list_of(body.clone()),
            Higher::Filter | Higher::MapFilter => {
                condition()?;
                first.clone()
            }
            Higher::Exists | Higher::ForAll => {
                condition()?;
                DataType::Boolean
            }
            Higher::Aggregate => {
                let zero = values.get(1)?;
                (sql_name(zero) == sql_name(body)).then_some(())?;
                lambdas.get(1).unwrap_or(zero).clone()
            }
            Higher::TransformKeys => {
                is_key(body).then_some(())?;
                map_of(body.clone(), entry(first)?.1)
            }
            Higher::TransformValues | Higher::MapZipWith => map_of(entry(first)?.0, body.clone()),
            Higher::SortBy => {
                matches!(body, DataType::Int32).then_some(())?;
                first.clone()
            }
        })
    }
}

/// The types of values and lambdas.
fn split<L>(
    fields: &[ValueOrLambda<FieldRef, L>],
    lambda: impl Fn(&L) -> Option<DataType>,
) -> (Vec<DataType>, Vec<DataType>) {
    let (mut values, mut lambdas) = (Vec::new(), Vec::new());
    for field in fields {
        match field {
            ValueOrLambda::Value(field) => values.push(outer_type(field.data_type())),
            ValueOrLambda::Lambda(field) => lambdas.extend(lambda(field)),
        }
    }
    (values, lambdas)
}

impl HigherOrderUDFImpl for Lambda {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &HigherOrderSignature {
        &self.signature
    }

    fn coerce_value_types(&self, types: &[DataType]) -> PlanResult<Vec<DataType>> {
        self.coerced(types).ok_or_else(|| into_datafusion(self.mismatch(types)))
    }

    fn lambda_parameters(
        &self,
        _step: usize,
        fields: &[ValueOrLambda<FieldRef, Option<FieldRef>>],
    ) -> PlanResult<LambdaParametersProgress> {
        let (values, _) = split(fields, |_| None);
        let wanted = self.parameters(&values);
        let wanted = wanted.ok_or_else(|| into_datafusion(self.mismatch(&values)))?;
        let count = fields.iter().filter(|field| matches!(field, ValueOrLambda::Lambda(_))).count();
        let field = |data_type| Arc::new(Field::new("", data_type, true));
        let lambdas = wanted.into_iter().take(count);
        let lambdas = lambdas.map(|types| types.into_iter().map(field).collect());
        Ok(LambdaParametersProgress::Complete(lambdas.collect()))
    }

    fn return_field_from_args(&self, args: HigherOrderReturnFieldArgs<'_>) -> PlanResult<FieldRef> {
        let (values, lambdas) = split(args.arg_fields, |field| Some(outer_type(field.data_type())));
        let result = self.result(&values, &lambdas);
        let result = result.ok_or_else(|| {
            into_datafusion(self.mismatch(&[values.clone(), lambdas.clone()].concat()))
        })?;
        Ok(Arc::new(Field::new(self.name, result, true)))
    }

    fn clear_null_values(&self) -> bool {
        false
    }

    fn invoke_with_args(&self, args: HigherOrderFunctionArgs) -> PlanResult<ColumnarValue> {
        let (types, _) = split(&args.arg_fields, |field| Some(outer_type(field.data_type())));
        let (mut columns, mut lambdas) = (Vec::new(), Vec::new());
        for argument in &args.args {
            match argument {
                ValueOrLambda::Value(value) => {
                    columns.push(Value::read_all(&value.to_array(args.number_rows)?)?);
                }
                ValueOrLambda::Lambda(lambda) => lambdas.push(lambda),
            }
        }
        let parameters = self.parameters(&types).unwrap_or_default();
        let calls = lambdas.into_iter().zip(parameters);
        let calls: Vec<_> = calls.map(|(lambda, parameters)| Call { lambda, parameters }).collect();
        let rows = Rows { kind: self.kind, columns, count: args.number_rows };
        let results = rows.evaluate(&calls)?;
        let array = Value::write(&results, args.return_field.data_type())?;
        Ok(match array.len() {
            1 => ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?),
            _ => ColumnarValue::Array(array),
        })
    }
}

/// A lambda that can be called.
struct Call<'a> {
    lambda: &'a LambdaArgument,
    parameters: Vec<DataType>,
}

impl Call<'_> {
    /// Calls the lambda as often as there are rows: with a value of each column, and with the
    /// captured columns of that row.
    fn call(&self, rows: &[usize], columns: &[Vec<Value>]) -> PlanResult<Vec<Value>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let columns = columns.iter().zip(&self.parameters);
        let arrays = columns
            .map(|(values, data_type)| Value::write(values, data_type))
            .collect::<PlanResult<Vec<ArrayRef>>>()?;
        let closures: Vec<_> = arrays.iter().map(|array| move || Ok(Arc::clone(array))).collect();
        let closures: Vec<&dyn Fn() -> PlanResult<ArrayRef>> =
            closures.iter().map(|closure| closure as _).collect();
        let indices: UInt64Array =
            rows.iter().map(|row| u64::try_from(*row).unwrap_or_default()).collect();
        let result = self
            .lambda
            .evaluate(&closures, |captures| Ok(take_arrays(captures, &indices, None)?))?
            .into_array(rows.len())?;
        let values = Value::read_all(&result)?;
        Ok(values)
    }

    fn call_one(&self, row: usize, values: &[&Value]) -> PlanResult<Value> {
        let columns: Vec<_> = values.iter().map(|value| vec![(*value).clone()]).collect();
        Ok(self.call(&[row], &columns)?.pop().unwrap_or(Value::Null))
    }
}

struct Rows {
    kind: Higher,
    columns: Vec<Vec<Value>>,
    count: usize,
}

impl Rows {
    fn evaluate(&self, calls: &[Call<'_>]) -> PlanResult<Vec<Value>> {
        let Some(call) = calls.first() else {
            return Err(into_datafusion(SqlError::internal("a function without its lambda")));
        };
        match self.kind {
            Higher::Aggregate => self.aggregate(call, calls.get(1)),
            Higher::SortBy => {
                (0..self.count).map(|row| sorted_by(call, row, &self.columns[0][row])).collect()
            }
            Higher::Exists | Higher::ForAll => self.decide(call),
            _ => self.each(call),
        }
    }

    /// The arguments of the calls for one row.
    fn arguments(&self, row: usize) -> Option<Vec<Vec<Value>>> {
        let first = &self.columns[0][row];
        let index = |at: usize| Value::Integer(i64::try_from(at).unwrap_or_default());
        match (self.kind, first) {
            (Higher::ZipWith, Value::List(one)) => {
                let two = self.columns[1][row].list()?;
                let longest = one.len().max(two.len());
                let at =
                    |list: &[Value], index: usize| list.get(index).cloned().unwrap_or(Value::Null);
                Some((0..longest).map(|index| vec![at(one, index), at(two, index)]).collect())
            }
            (Higher::MapZipWith, Value::Map(one)) => {
                let Value::Map(two) = &self.columns[1][row] else { return None };
                let find = |pairs: &[(Value, Value)], key: &Value| {
                    let found = pairs.iter().find(|(known, _)| known.same(key));
                    found.map(|(_, value)| value.clone())
                };
                let more = two.iter().filter(|(key, _)| find(one, key).is_none());
                let keys = one.iter().chain(more).map(|(key, _)| key);
                let arguments = keys.map(|key| {
                    let values = [find(one, key), find(two, key)];
                    let values = values.map(|value| value.unwrap_or(Value::Null));
                    std::iter::once(key.clone()).chain(values).collect()
                });
                Some(arguments.collect())
            }
            (_, Value::Map(pairs)) => {
                Some(pairs.iter().map(|(key, value)| vec![key.clone(), value.clone()]).collect())
            }
            (_, Value::List(items)) => {
                let items = items.iter().enumerate();
                Some(items.map(|(at, item)| vec![item.clone(), index(at)]).collect())
            }
            _ => None,
        }
    }

    /// One call for each item, of all rows together.
    fn each(&self, call: &Call<'_>) -> PlanResult<Vec<Value>> {
        let mut rows = Vec::new();
        let mut columns = vec![Vec::new(); call.parameters.len()];
        let mut counts = Vec::with_capacity(self.count);
        for row in 0..self.count {
            let arguments = self.arguments(row);
            counts.push(arguments.as_ref().map(Vec::len));
            for values in arguments.unwrap_or_default() {
                rows.push(row);
                for (column, value) in columns.iter_mut().zip(values) {
                    column.push(value);
                }
            }
        }
        let mut returned = call.call(&rows, &columns)?.into_iter();
        let mut used = 0;
        let mut results = Vec::with_capacity(self.count);
        for (row, count) in counts.into_iter().enumerate() {
            let Some(count) = count else {
                results.push(Value::Null);
                continue;
            };
            let returned: Vec<_> = returned.by_ref().take(count).collect();
            let keys = columns[0][used..used + count].iter().cloned();
            let values = columns.get(1).map(|column| &column[used..used + count]);
            used += count;
            results.push(self.combined(row, keys, values, returned).map_err(into_datafusion)?);
        }
        Ok(results)
    }

    /// The result for one row, of what the lambda returned for its items.
    fn combined(
        &self,
        row: usize,
        keys: impl Iterator<Item = Value>,
        values: Option<&[Value]>,
        returned: Vec<Value>,
    ) -> Result<Value> {
        let kept = |value: &Value| matches!(value, Value::Boolean(true));
        let values = values.unwrap_or_default().iter().cloned();
        match self.kind {
            Higher::Filter => {
                let items = self.columns[0][row].list().unwrap_or_default().iter().zip(returned);
                let items = items.filter(|(_, flag)| kept(flag));
                Ok(Value::List(items.map(|(item, _)| item.clone()).collect()))
            }
            Higher::MapFilter => {
                let pairs = keys.zip(values).zip(returned).filter(|(_, flag)| kept(flag));
                Ok(Value::Map(pairs.map(|(pair, _)| pair).collect()))
            }
            Higher::TransformKeys => unique(returned.into_iter().zip(values)),
            Higher::TransformValues | Higher::MapZipWith => {
                Ok(Value::Map(keys.zip(returned).collect()))
            }
            _ => Ok(Value::List(returned)),
        }
    }

    /// `exists` and `forall`. Items behind the one that decides are not looked at: if a call of all
    /// items fails, they are called one by one.
    fn decide(&self, call: &Call<'_>) -> PlanResult<Vec<Value>> {
        let decisive = self.kind == Higher::Exists;
        let decided = |flags: &[Value]| {
            if flags.contains(&Value::Boolean(decisive)) {
                Value::Boolean(decisive)
            } else if flags.iter().any(Value::is_null) {
                Value::Null
            } else {
                Value::Boolean(!decisive)
            }
        };
        let one_row = |row: usize| -> PlanResult<Value> {
            let Value::List(items) = &self.columns[0][row] else { return Ok(Value::Null) };
            if let Ok(flags) = call.call(&vec![row; items.len()], std::slice::from_ref(items)) {
                return Ok(decided(&flags));
            }
            let mut flags = Vec::new();
            for item in items {
                flags.push(call.call_one(row, &[item])?);
                if flags.last() == Some(&Value::Boolean(decisive)) {
                    break;
                }
            }
            Ok(decided(&flags))
        };
        (0..self.count).map(one_row).collect()
    }

    /// One item after the other, of all rows together.
    fn aggregate(&self, merge: &Call<'_>, finish: Option<&Call<'_>>) -> PlanResult<Vec<Value>> {
        let lists: Vec<_> = self.columns[0].iter().map(Value::list).collect();
        let mut state = self.columns[1].clone();
        let longest = lists.iter().flatten().map(|list| list.len()).max().unwrap_or(0);
        for at in 0..longest {
            let item = |row: &usize| lists[*row].and_then(|list| list.get(at));
            let rows: Vec<_> = (0..self.count).filter(|row| item(row).is_some()).collect();
            let states = rows.iter().map(|row| state[*row].clone()).collect();
            let items = rows.iter().filter_map(item).cloned().collect();
            let merged = merge.call(&rows, &[states, items])?;
            for (row, value) in rows.into_iter().zip(merged) {
                if loses_member(&state[row], &value) {
                    let what = "aggregate of structs of which a member becomes NULL";
                    return Err(into_datafusion(errors::unsupported(what)));
                }
                state[row] = value;
            }
        }
        let rows: Vec<_> = (0..self.count).filter(|row| lists[*row].is_some()).collect();
        let states: Vec<_> = rows.iter().map(|row| state[*row].clone()).collect();
        let finished = match finish {
            Some(finish) => finish.call(&rows, &[states])?,
            None => states,
        };
        let mut results = vec![Value::Null; self.count];
        for (row, value) in rows.into_iter().zip(finished) {
            results[row] = value;
        }
        Ok(results)
    }
}

/// Whether a member of a struct is NULL that was not: Spark may have 0 in its place.
fn loses_member(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Struct(before), Value::Struct(after)) => {
            before.iter().zip(after).any(|(one, two)| !one.is_null() && two.is_null())
        }
        _ => false,
    }
}

/// The items in the order that the lambda says, by merging sorted halves.
fn sorted_by(call: &Call<'_>, row: usize, value: &Value) -> PlanResult<Value> {
    let Value::List(items) = value else { return Ok(Value::Null) };
    Ok(Value::List(merge_sort(call, row, items)?))
}

fn merge_sort(call: &Call<'_>, row: usize, items: &[Value]) -> PlanResult<Vec<Value>> {
    if items.len() < 2 {
        return Ok(items.to_vec());
    }
    let (left, right) = items.split_at(items.len() / 2);
    let (left, right) = (merge_sort(call, row, left)?, merge_sort(call, row, right)?);
    let mut merged = Vec::with_capacity(items.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(one), Some(two)) = (left.peek(), right.peek()) {
        let order = match call.call_one(row, &[one, two])? {
            Value::Integer(order) => order.cmp(&0),
            _ => {
                let message = "The comparator has returned a NULL for a comparison. It should \
                               return a positive integer for \"greater than\", 0 for \"equal\" and \
                               a negative integer for \"less than\".";
                let class = "COMPARATOR_RETURNS_NULL";
                return Err(into_datafusion(SqlError::new(class, "22004", message)));
            }
        };
        let next = if order == Ordering::Greater { right.next() } else { left.next() };
        merged.extend(next);
    }
    merged.extend(left.chain(right));
    Ok(merged)
}
