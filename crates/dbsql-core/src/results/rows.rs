//! Rows of batches: how many, and a part of them.

use arrow_array::RecordBatch;

/// Returns how many rows the batches hold.
pub(super) fn row_total(batches: &[RecordBatch]) -> u64 {
    batches.iter().map(|batch| batch.num_rows() as u64).sum()
}

/// Returns rows `from..to` of the batches, without empty batches.
pub(super) fn window(batches: Vec<RecordBatch>, from: u64, to: u64) -> Vec<RecordBatch> {
    let mut start = 0;
    let mut kept = Vec::new();
    for batch in batches {
        let end = start + batch.num_rows() as u64;
        let (first, last) = (from.max(start), to.min(end));
        if first < last {
            // Within one batch, whose length is a usize.
            kept.push(batch.slice((first - start) as usize, (last - first) as usize));
        }
        start = end;
    }
    kept
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::Int64Array;
    use arrow_array::cast::AsArray;
    use arrow_array::types::Int64Type;
    use arrow_schema::{DataType, Field, Schema};

    use super::*;

    fn batches(lengths: &[i64]) -> Vec<RecordBatch> {
        let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]));
        let mut next = 0;
        let batch = |length: &i64| {
            let values: Int64Array = (next..next + length).collect::<Vec<_>>().into();
            next += length;
            RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(values)]).unwrap()
        };
        lengths.iter().map(batch).collect()
    }

    #[test]
    fn window_cuts_across_batches() {
        for from in 0..=10 {
            for to in from..=10 {
                let kept = window(batches(&[3, 0, 4, 3]), from, to);
                assert!(kept.iter().all(|batch| batch.num_rows() > 0));
                let values: Vec<i64> = kept
                    .iter()
                    .flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec())
                    .collect();
                assert_eq!(values, (from as i64..to as i64).collect::<Vec<_>>());
            }
        }
    }
}
