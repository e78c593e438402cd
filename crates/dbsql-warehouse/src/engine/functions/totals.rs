//! Sums and averages, which keep no rows.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array as _, ArrayRef};
use arrow_schema::DataType;
use datafusion::common::{Result as PlanResult, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::aggregates::{average_of, plus, total_type};
use super::define::Types;
use crate::engine::errors::{self, Result, into_datafusion};
use crate::engine::value::Value;

/// The names of the functions, and whether each is an average, and whether an overflow is NULL.
const FUNCTIONS: &[(&str, bool, bool)] = &[
    ("sum", false, false),
    ("try_sum", false, true),
    ("avg", true, false),
    ("mean", true, false),
    ("try_avg", true, true),
];

/// The sum of a group so far.
#[derive(Debug)]
pub(super) struct Total {
    types: Types,
    is_average: bool,
    is_tolerant: bool,
    sum: Value,
    count: i64,
    overflow: bool,
}

/// The types of the state; `None` for another function.
pub(super) fn state_types(
    name: &str,
    argument: &DataType,
    result: &DataType,
) -> Option<[DataType; 2]> {
    let (_, is_average, _) = FUNCTIONS.iter().find(|(function, ..)| *function == name)?;
    let sum = if *is_average { total_type(argument) } else { result.clone() };
    Some([sum, DataType::Int64])
}

impl Total {
    /// `None` for another function.
    pub(super) fn new(name: &str, types: &Types) -> Option<Self> {
        let (_, is_average, is_tolerant) =
            *FUNCTIONS.iter().find(|(function, ..)| *function == name)?;
        let types = types.clone();
        Some(Self { types, is_average, is_tolerant, sum: Value::Null, count: 0, overflow: false })
    }

    fn total(&self) -> DataType {
        match self.types.parameters.first() {
            Some(own) if self.is_average => total_type(own),
            _ => self.types.result.clone(),
        }
    }

    fn add(&mut self, value: &Value, total: &DataType) -> Result<()> {
        if value.is_null() || self.overflow {
            return Ok(());
        }
        self.sum = match &self.sum {
            Value::Null => value.clone(),
            sum => match plus(sum, value, total) {
                Ok(sum) => sum,
                Err(_) if self.is_tolerant => {
                    self.overflow = true;
                    return Ok(());
                }
                Err(error) => return Err(error),
            },
        };
        self.count += 1;
        Ok(())
    }

    fn integers(&mut self, values: &ArrayRef) -> Result<()> {
        let Value::Integer(mut sum) = self.sum else { return Ok(()) };
        for value in values.as_primitive::<Int64Type>().iter().flatten() {
            match sum.checked_add(value) {
                Some(more) => sum = more,
                None if self.is_tolerant => {
                    self.overflow = true;
                    return Ok(());
                }
                None => return Err(errors::sum_overflow()),
            }
        }
        self.sum = Value::Integer(sum);
        self.count += count(values);
        Ok(())
    }
}

fn count(values: &ArrayRef) -> i64 {
    i64::try_from(values.len() - values.null_count()).unwrap_or(i64::MAX)
}

impl Accumulator for Total {
    fn update_batch(&mut self, values: &[ArrayRef]) -> PlanResult<()> {
        let Some(values) = values.first() else { return Ok(()) };
        if count(values) == 0 || self.overflow {
            return Ok(());
        }
        match values.data_type() {
            DataType::Int64 => {
                if self.sum.is_null() {
                    self.sum = Value::Integer(0);
                }
                return self.integers(values).map_err(into_datafusion);
            }
            DataType::Float64 => {
                let mut sum = self.sum.double().unwrap_or(0.0);
                let values_of = values.as_primitive::<Float64Type>();
                values_of.iter().flatten().for_each(|value| sum += value);
                self.sum = Value::Double(sum);
                self.count += count(values);
            }
            _ => {
                let total = self.total();
                for value in Value::read_all(values)? {
                    self.add(&value, &total).map_err(into_datafusion)?;
                }
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> PlanResult<ScalarValue> {
        let result = &self.types.result;
        let value = if self.overflow || self.count == 0 {
            Ok(Value::Null)
        } else if self.is_average {
            match average_of(&self.sum, self.count, &self.types) {
                Err(_) if self.is_tolerant => Ok(Value::Null),
                average => average,
            }
        } else {
            Ok(self.sum.clone())
        };
        let value = value.map_err(into_datafusion)?;
        ScalarValue::try_from_array(&Value::write(&[value], result)?, 0)
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> PlanResult<Vec<ScalarValue>> {
        let sum = if self.overflow { Value::Null } else { self.sum.clone() };
        let sum = Value::write(&[sum], &self.total())?;
        // An overflow is known by its count.
        let count = if self.overflow { -1 } else { self.count };
        Ok(vec![ScalarValue::try_from_array(&sum, 0)?, ScalarValue::Int64(Some(count))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> PlanResult<()> {
        let [sums, counts] = states else { return Ok(()) };
        let total = self.total();
        let (sums, counts) = (Value::read_all(sums)?, Value::read_all(counts)?);
        for (sum, count) in sums.iter().zip(&counts) {
            match count.integer() {
                Some(..0) => self.overflow = true,
                Some(count) if !sum.is_null() => {
                    self.add(sum, &total).map_err(into_datafusion)?;
                    self.count += count - 1;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
