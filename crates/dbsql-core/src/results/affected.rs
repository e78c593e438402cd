//! The number of modified rows, which some servers return in the result of a DML statement.

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, RecordBatch};

/// The total number of modified rows.
const ALL: &str = "num_affected_rows";

/// The numbers of rows by kind of modification, which add up to the total.
const PARTS: [&str; 3] = ["num_inserted_rows", "num_updated_rows", "num_deleted_rows"];

/// The prefix of all column names of such a result. It may have others, such as
/// `num_skipped_corrupt_files`.
const PREFIX: &str = "num_";

/// Returns the number of modified rows, if this is such a result.
pub(super) fn of(batch: &RecordBatch) -> Option<u64> {
    let schema = batch.schema_ref();
    if batch.num_rows() != 1
        || !schema.fields().iter().all(|field| field.name().starts_with(PREFIX))
    {
        return None;
    }
    let number = |name: &str| {
        let column = batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()?;
        u64::try_from(column.is_valid(0).then(|| column.value(0))?).ok()
    };
    if batch.column_by_name(ALL).is_some() {
        return number(ALL);
    }
    let parts = PARTS.into_iter().filter(|name| batch.column_by_name(name).is_some());
    let parts: Option<Vec<u64>> = parts.map(number).collect();
    let parts = parts.filter(|parts| !parts.is_empty())?;
    parts.into_iter().try_fold(0, u64::checked_add)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int32Array, Int64Array};

    use super::*;

    fn row(columns: &[(&str, Option<i64>)]) -> RecordBatch {
        let column = |value| Arc::new(Int64Array::from(vec![value])) as ArrayRef;
        let columns = columns.iter().map(|(name, value)| (*name, column(*value)));
        RecordBatch::try_from_iter(columns).unwrap()
    }

    #[test]
    fn total_takes_precedence_over_its_parts() {
        let merge = [
            ("num_affected_rows", Some(5)),
            ("num_updated_rows", Some(1)),
            ("num_deleted_rows", Some(1)),
            ("num_inserted_rows", Some(1)),
        ];
        assert_eq!(of(&row(&merge)), Some(5));
        assert_eq!(of(&row(&merge[1..])), Some(3));
        assert_eq!(of(&row(&merge[3..])), Some(1));
        assert_eq!(of(&row(&[("num_affected_rows", Some(0)), ("num_x", None)])), Some(0));
    }

    #[test]
    fn other_results_have_no_modified_rows() {
        for columns in [
            &[("num_x", Some(1))][..],
            &[("num_affected_rows", Some(1)), ("id", Some(1))],
            &[("num_affected_rows", Some(-1))],
            &[("num_affected_rows", None), ("num_updated_rows", Some(1))],
            &[("num_inserted_rows", Some(1)), ("num_updated_rows", None)],
            &[("NUM_AFFECTED_ROWS", Some(1))],
        ] {
            assert_eq!(of(&row(columns)), None, "{columns:?}");
        }
        let two = Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef;
        assert_eq!(of(&RecordBatch::try_from_iter([("num_affected_rows", two)]).unwrap()), None);
        let small = Arc::new(Int32Array::from(vec![1])) as ArrayRef;
        assert_eq!(of(&RecordBatch::try_from_iter([("num_affected_rows", small)]).unwrap()), None);
    }
}
