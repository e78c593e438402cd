//! The rows that are skipped when a piece is read again.

#![expect(clippy::disallowed_methods, reason = "tests have their own clock")]

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array};

use super::*;
use crate::backend::link::Link;
use crate::backend::pages::PageAccess;
use crate::results::cursor::Cursor;
use crate::results::page_order::Outline;

fn batch(rows: i64) -> RecordBatch {
    let column: ArrayRef = Arc::new((0..rows).collect::<Int64Array>());
    RecordBatch::try_from_iter([("id", column)]).unwrap()
}

/// A pipeline with one file of ten rows.
fn pipeline() -> Pipeline {
    let order = PageOrder::new(PageAccess::ByRow, Cursor::new(None), 0);
    let pipeline = Pipeline::new(order, 1 << 20, 4);
    let outline =
        Outline { start: Some(0), rows: 10, more: Some(false), rewound: false, attached: true };
    let link = Link::new("https://storage.example/file", 0, 10).unwrap();
    pipeline.add_attached(&outline, |_, _| vec![Source::File(Box::new(link), 0)]).unwrap();
    pipeline
}

/// The run to start, and how many rows of its piece to skip.
fn started(pipeline: &Pipeline) -> (Run, oneshot::Receiver<()>, u64) {
    let starts = pipeline.starts(Instant::now(), std::time::SystemTime::now());
    let start = starts.into_iter().next().expect("a task");
    match start.work {
        Work::Piece { skip, .. } => (start.run, start.stop, skip),
        other => panic!("{other:?}"),
    }
}

#[test]
fn restarted_piece_skips_rows_that_are_ready_or_taken() {
    let pipeline = pipeline();
    let (run, _stop, skip) = started(&pipeline);
    assert_eq!(skip, 0);
    pipeline.deliver(&run, batch(3), 0).unwrap();
    pipeline.deliver(&run, batch(4), 0).unwrap();
    assert!(matches!(pipeline.take(Instant::now()), Taken::Batch(taken) if taken.num_rows() == 3));

    pipeline.stop_all();
    assert!(pipeline.deliver(&run, batch(1), 0).is_err(), "the run was stopped");
    let (run, _stop, skip) = started(&pipeline);
    assert_eq!(skip, 7, "three were taken and four are ready");

    // Damaged: ready rows are dropped, and only rows that were taken are skipped.
    assert_eq!(pipeline.begin_again(&run).unwrap(), 3);
    assert!(matches!(pipeline.take(Instant::now()), Taken::Wait));
}
