//! The progress of a statement.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dbsql_local::engine::ProgressSink;

/// Counts the rows that a statement has read and has to read, and reports the progress.
#[derive(Clone, Debug)]
pub(super) struct QueryProgress {
    sink: ProgressSink,
    rows: Arc<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    known: AtomicU64,
    read: AtomicU64,
}

impl QueryProgress {
    pub(super) fn new(sink: ProgressSink) -> Self {
        Self { sink, rows: Arc::default() }
    }

    /// Adds rows to read.
    pub(super) fn expect(&self, rows: u64) {
        self.rows.known.fetch_add(rows, Ordering::Relaxed);
    }

    /// Adds rows that were read.
    pub(super) fn read(&self, rows: u64) {
        let read = self.rows.read.fetch_add(rows, Ordering::Relaxed) + rows;
        let known = self.rows.known.load(Ordering::Relaxed).max(read);
        if known > 0 {
            // The exact number does not matter.
            let fraction = read as f64 / known as f64;
            self.sink.report(fraction, format!("{read} of {known} rows read"));
        }
    }

    /// Reports the elapsed fraction of a wait.
    pub(super) fn slept(&self, fraction: f64) {
        self.sink.report(fraction, "sleeping");
    }
}
