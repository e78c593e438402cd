//! `min` and `max` of values that DataFusion compares otherwise, which keep one value.

use std::cmp::Ordering;

use arrow_array::ArrayRef;
use arrow_schema::DataType;
use datafusion::common::{Result as PlanResult, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::define::Types;
use crate::engine::value::Value;

/// The functions, and how a value must compare to the one so far to replace it.
const FUNCTIONS: &[(&str, Ordering)] =
    &[("dbsql_min", Ordering::Less), ("dbsql_max", Ordering::Greater)];

/// Whether it is one of them.
pub(super) fn is_extreme(name: &str) -> bool {
    FUNCTIONS.iter().any(|(function, _)| *function == name)
}

/// The least or the greatest value of a group so far.
#[derive(Debug)]
pub(super) struct Extreme {
    data_type: DataType,
    replaces: Ordering,
    value: Value,
}

impl Extreme {
    /// `None` for another function.
    pub(super) fn new(name: &str, types: &Types) -> Option<Self> {
        let (_, replaces) = *FUNCTIONS.iter().find(|(function, _)| *function == name)?;
        Some(Self { data_type: types.result.clone(), replaces, value: Value::Null })
    }
}

impl Accumulator for Extreme {
    fn update_batch(&mut self, values: &[ArrayRef]) -> PlanResult<()> {
        let Some(values) = values.first() else { return Ok(()) };
        for value in Value::read_all(values)? {
            let is_new = self.value.is_null() || value.compare(&self.value) == self.replaces;
            if is_new && !value.is_null() {
                self.value = value;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> PlanResult<ScalarValue> {
        ScalarValue::try_from_array(
            &Value::write(std::slice::from_ref(&self.value), &self.data_type)?,
            0,
        )
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.value.bytes()
    }

    fn state(&mut self) -> PlanResult<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> PlanResult<()> {
        self.update_batch(states)
    }
}
