//! How an aggregate function is defined: its types, and its result for all rows of a group.

use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{Result as PlanResult, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
};

use super::define::Types;
use super::extremes::{self, Extreme};
use super::totals::{self, Total};
use crate::engine::errors::{self, Result, into_datafusion};
use crate::engine::value::{Value, list_of, struct_of};
use dbsql_local::engine::SqlError;

/// An aggregate function that is computed from all rows of a group.
#[derive(Clone, Copy)]
pub(super) struct Aggregate {
    pub(super) name: &'static str,
    pub(super) types: fn(&[DataType]) -> Option<Types>,
    /// The result; each row has one value for each argument.
    pub(super) finish: fn(&Group<'_>) -> Result<Value>,
    /// How many of its first arguments must not be NULL for a row to count.
    pub(super) needs: usize,
    /// The value to order by stands before the other arguments, from `WITHIN GROUP (ORDER BY value)`.
    pub(super) is_ordered: bool,
}

/// The rows of a group.
pub(super) struct Group<'a> {
    pub(super) rows: &'a [Vec<Value>],
    pub(super) types: &'a Types,
    pub(super) descending: bool,
}

impl Aggregate {
    pub(super) const fn new(
        name: &'static str,
        types: fn(&[DataType]) -> Option<Types>,
        finish: fn(&Group<'_>) -> Result<Value>,
    ) -> Self {
        Self { name, types, finish, needs: 1, is_ordered: false }
    }

    /// The same function by another name.
    pub(super) const fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    pub(super) const fn needs(self, needs: usize) -> Self {
        Self { needs, ..self }
    }

    pub(super) const fn ordered(self) -> Self {
        Self { is_ordered: true, ..self }
    }

    pub(super) fn into_udaf(self) -> Arc<AggregateUDF> {
        let signature = Signature::user_defined(Volatility::Immutable);
        Arc::new(AggregateUDF::new_from_impl(Udaf { aggregate: self, signature }))
    }

    fn types(&self, arguments: &[DataType]) -> PlanResult<Types> {
        let mismatch = || into_datafusion(self.mismatch(arguments));
        (self.types)(arguments).ok_or_else(mismatch)
    }

    fn mismatch(&self, arguments: &[DataType]) -> SqlError {
        let count = arguments.len();
        let fits = |fewer: usize| (self.types)(&arguments[..fewer]).is_some();
        match self.name {
            "sum" | "avg" | "mean" | "try_sum" | "try_avg"
                if matches!(arguments, [DataType::Timestamp(..)]) =>
            {
                errors::unsupported(format!("{} of timestamps", self.name))
            }
            "percentile" if count == 3 => errors::unsupported("percentile with frequencies"),
            name if count == 0 || (1..count).any(fits) => errors::wrong_argument_count(name, count),
            name => errors::wrong_argument_types(name, arguments),
        }
    }
}

impl fmt::Debug for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Aggregate").field(&self.name).finish()
    }
}

#[derive(Debug)]
struct Udaf {
    aggregate: Aggregate,
    signature: Signature,
}

// There is one function of a name.
impl PartialEq for Udaf {
    fn eq(&self, other: &Self) -> bool {
        self.aggregate.name == other.aggregate.name
    }
}

impl Eq for Udaf {}

impl Hash for Udaf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.aggregate.name.hash(state);
    }
}

impl Udaf {
    fn types_of(&self, args: &AccumulatorArgs<'_>) -> PlanResult<Types> {
        let arguments: Vec<_> =
            args.expr_fields.iter().map(|field| field.data_type().clone()).collect();
        self.aggregate.types(&arguments)
    }
}

impl AggregateUDFImpl for Udaf {
    fn name(&self) -> &str {
        self.aggregate.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> PlanResult<Vec<DataType>> {
        Ok(self.aggregate.types(arguments)?.parameters)
    }

    fn return_type(&self, arguments: &[DataType]) -> PlanResult<DataType> {
        Ok(self.aggregate.types(arguments)?.result)
    }

    fn supports_null_handling_clause(&self) -> bool {
        matches!(self.aggregate.name, "first" | "last" | "any_value" | "first_value" | "last_value")
    }

    fn supports_within_group_clause(&self) -> bool {
        self.aggregate.is_ordered
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> PlanResult<Vec<FieldRef>> {
        let types: Vec<_> =
            args.input_fields.iter().map(|field| field.data_type().clone()).collect();
        if let Some(own) = types.first().filter(|_| !args.is_distinct)
            && let Some(totals) = totals::state_types(self.aggregate.name, own, args.return_type())
        {
            let names = ["sum", "count"].map(|part| format!("{}[{part}]", args.name));
            let fields = names.into_iter().zip(totals);
            let fields = fields.map(|(name, data_type)| Field::new(name, data_type, true));
            return Ok(fields.map(Arc::new).collect());
        }
        if extremes::is_extreme(self.aggregate.name) && !args.is_distinct {
            let name = format!("{}[value]", args.name);
            return Ok(vec![Arc::new(Field::new(name, args.return_type().clone(), true))]);
        }
        let name = format!("{}[rows]", args.name);
        Ok(vec![Arc::new(Field::new(name, list_of(row_type(&types)), true))])
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> PlanResult<Box<dyn Accumulator>> {
        let types = self.types_of(&args)?;
        if let Some(total) = Total::new(self.aggregate.name, &types).filter(|_| !args.is_distinct) {
            return Ok(Box::new(total));
        }
        if let Some(one) = Extreme::new(self.aggregate.name, &types).filter(|_| !args.is_distinct) {
            return Ok(Box::new(one));
        }
        self.create_sliding_accumulator(args)
    }

    /// For the frames of a window, which lose rows.
    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> PlanResult<Box<dyn Accumulator>> {
        let types = self.types_of(&args)?;
        let needs = if args.ignore_nulls { 1 } else { self.aggregate.needs };
        let descending = args.order_bys.first().is_some_and(|sort| sort.options.descending);
        Ok(Box::new(Rows {
            aggregate: self.aggregate,
            types,
            needs,
            descending: descending && self.aggregate.is_ordered,
            distinct: args.is_distinct,
            rows: Vec::new(),
            bytes: 0,
        }))
    }

    fn default_value(&self, data_type: &DataType) -> PlanResult<ScalarValue> {
        let types = Types::new([], data_type.clone());
        let none = Group { rows: &[], types: &types, descending: false };
        let value = (self.aggregate.finish)(&none).map_err(into_datafusion)?;
        ScalarValue::try_from_array(&Value::write(&[value], data_type)?, 0)
    }
}

/// The arguments of one row.
fn row_type(types: &[DataType]) -> DataType {
    let members = types.iter().enumerate();
    struct_of(members.map(|(index, data_type)| (format!("c{index}"), data_type.clone())))
}

/// The rows of a group so far.
#[derive(Debug)]
struct Rows {
    aggregate: Aggregate,
    types: Types,
    needs: usize,
    descending: bool,
    distinct: bool,
    rows: Vec<Vec<Value>>,
    bytes: usize,
}

impl Rows {
    fn counts(&self, row: &[Value]) -> bool {
        row.iter().take(self.needs).all(|value| !value.is_null())
    }

    fn each(values: &[ArrayRef]) -> PlanResult<Vec<Vec<Value>>> {
        let count = values.first().map_or(0, |column| column.len());
        let columns = values.iter().map(|column| Value::read_all(column));
        let columns = columns.collect::<PlanResult<Vec<_>>>()?;
        let row =
            |index: usize| columns.iter().filter_map(move |column| column.get(index).cloned());
        Ok((0..count).map(|index| row(index).collect()).collect())
    }
}

impl Accumulator for Rows {
    fn update_batch(&mut self, values: &[ArrayRef]) -> PlanResult<()> {
        self.bytes += values.iter().map(|column| column.get_array_memory_size()).sum::<usize>();
        for row in Self::each(values)? {
            if self.counts(&row) {
                self.rows.push(row);
            }
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> PlanResult<()> {
        // A frame loses its first rows.
        let leaving = Self::each(values)?.iter().filter(|row| self.counts(row)).count();
        self.rows.drain(..leaving.min(self.rows.len()));
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> PlanResult<ScalarValue> {
        let mut distinct = Vec::new();
        if self.distinct {
            let mut seen = HashSet::new();
            // The text of a value tells values of one type apart.
            let first = |row: &&Vec<Value>| seen.insert(format!("{:?}", row.first()));
            distinct = self.rows.iter().filter(first).cloned().collect();
        }
        let rows = if self.distinct { &distinct } else { &self.rows };
        let group = Group { rows, types: &self.types, descending: self.descending };
        let value = (self.aggregate.finish)(&group).map_err(into_datafusion)?;
        ScalarValue::try_from_array(&Value::write(&[value], &self.types.result)?, 0)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.bytes + self.rows.capacity() * size_of::<Vec<Value>>()
    }

    fn state(&mut self) -> PlanResult<Vec<ScalarValue>> {
        let rows = self.rows.iter().cloned().map(Value::Struct).collect();
        let data_type = list_of(row_type(&self.types.parameters));
        let saved = Value::write(&[Value::List(rows)], &data_type)?;
        Ok(vec![ScalarValue::try_from_array(&saved, 0)?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> PlanResult<()> {
        let Some(saved) = states.first() else { return Ok(()) };
        for list in Value::read_all(saved)? {
            let Value::List(rows) = list else { continue };
            for row in rows {
                if let Value::Struct(row) = row {
                    self.rows.push(row);
                }
            }
        }
        Ok(())
    }
}
