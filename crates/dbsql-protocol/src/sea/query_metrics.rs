//! The metrics of a statement.

use serde::Deserializer;

use crate::sea::{
    at::At,
    field::Item,
    record::{self, record},
};

record! {
    /// The metrics of a statement so far: part of a [`QueryInfo`](crate::sea::QueryInfo) if
    /// `include_metrics` was sent.
    ///
    /// A value of an unexpected type is ignored, since nothing depends on the metrics.
    #[derive(Copy)]
    pub struct QueryMetrics {
        /// The total time in milliseconds.
        pub total_time_ms: Option<i64> => loose,
        /// The compilation time in milliseconds.
        pub compilation_time_ms: Option<i64> => loose,
        /// The execution time in milliseconds.
        pub execution_time_ms: Option<i64> => loose,
        /// The time spent fetching the result, in milliseconds.
        pub result_fetch_time_ms: Option<i64> => loose,
        /// The total time of all tasks in milliseconds.
        pub task_total_time_ms: Option<i64> => loose,
        /// The total time of all tasks in Photon, in milliseconds.
        pub photon_total_time_ms: Option<i64> => loose,
        /// The time when it started to wait for a cluster to start, in milliseconds since 1970.
        pub provisioning_queue_start_timestamp: Option<i64> => loose,
        /// The time when it was queued behind other statements, in milliseconds since 1970.
        pub overloading_queue_start_timestamp: Option<i64> => loose,
        /// The time when compilation started, in milliseconds since 1970.
        pub query_compilation_start_timestamp: Option<i64> => loose,
        /// The number of remaining tasks.
        pub remaining_task_count: Option<i64> => loose,
        /// The number of runnable tasks.
        pub runnable_tasks: Option<i64> => loose,
        /// The estimated total time of the remaining tasks in milliseconds.
        pub projected_remaining_task_total_time_ms: Option<i64> => loose,
        /// The estimated time to completion in milliseconds.
        pub projected_remaining_wallclock_time_ms: Option<i64> => loose,
        /// The total time of the remaining tasks in milliseconds.
        pub work_to_be_done: Option<i64> => loose,
        /// The number of rows read.
        pub rows_read_count: Option<i64> => loose,
        /// The number of rows in the result.
        pub rows_produced_count: Option<i64> => loose,
        /// The number of bytes read.
        pub read_bytes: Option<i64> => loose,
        /// The number of bytes read from the cache.
        pub read_cache_bytes: Option<i64> => loose,
        /// The number of bytes read from storage.
        pub read_remote_bytes: Option<i64> => loose,
        /// The number of bytes written to storage.
        pub write_remote_bytes: Option<i64> => loose,
        /// The size of the files read.
        pub read_files_bytes: Option<i64> => loose,
        /// The number of files read.
        pub read_files_count: Option<i64> => loose,
        /// The number of partitions read.
        pub read_partitions_count: Option<i64> => loose,
        /// The size of the pruned files.
        pub pruned_bytes: Option<i64> => loose,
        /// The number of pruned files.
        pub pruned_files_count: Option<i64> => loose,
        /// The number of bytes spilled to disk.
        pub spill_to_disk_bytes: Option<i64> => loose,
        /// The number of bytes sent over the network.
        pub network_sent_bytes: Option<i64> => loose,
        /// Whether the result came from the cache.
        pub result_from_cache: Option<bool> => loose,
    }
}

/// Boxed, since metrics are large and rarely present.
impl Item for Box<QueryMetrics> {
    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        at: At<'_>,
    ) -> Result<Option<Self>, D::Error> {
        at.charge(size_of::<QueryMetrics>())?;
        Ok(record::read(deserializer, at)?.map(Self::new))
    }
}
