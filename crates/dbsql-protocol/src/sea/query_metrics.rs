//! What a statement did.

use serde::Deserializer;

use crate::sea::{
    at::At,
    field::Item,
    record::{self, record},
};

record! {
    /// What a statement did so far: in a [`QueryInfo`](crate::sea::QueryInfo) if `include_metrics` was sent.
    ///
    /// A value of an unexpected type is ignored, since nothing depends on these.
    #[derive(Copy)]
    pub struct QueryMetrics {
        /// Milliseconds in all.
        pub total_time_ms: Option<i64> => loose,
        /// Milliseconds of compilation.
        pub compilation_time_ms: Option<i64> => loose,
        /// Milliseconds of execution.
        pub execution_time_ms: Option<i64> => loose,
        /// Milliseconds in which the result was fetched.
        pub result_fetch_time_ms: Option<i64> => loose,
        /// Milliseconds of all tasks together.
        pub task_total_time_ms: Option<i64> => loose,
        /// Milliseconds of all tasks together in Photon.
        pub photon_total_time_ms: Option<i64> => loose,
        /// Since when it has waited for a cluster to start, in milliseconds since 1970.
        pub provisioning_queue_start_timestamp: Option<i64> => loose,
        /// Since when it has waited for other statements, in milliseconds since 1970.
        pub overloading_queue_start_timestamp: Option<i64> => loose,
        /// When compilation began, in milliseconds since 1970.
        pub query_compilation_start_timestamp: Option<i64> => loose,
        /// Tasks that are left.
        pub remaining_task_count: Option<i64> => loose,
        /// Tasks that could run now.
        pub runnable_tasks: Option<i64> => loose,
        /// Milliseconds of all tasks that are left, as the server guesses.
        pub projected_remaining_task_total_time_ms: Option<i64> => loose,
        /// Milliseconds until the end, as the server guesses.
        pub projected_remaining_wallclock_time_ms: Option<i64> => loose,
        /// Milliseconds of all tasks that are left.
        pub work_to_be_done: Option<i64> => loose,
        /// Rows read.
        pub rows_read_count: Option<i64> => loose,
        /// Rows of the result.
        pub rows_produced_count: Option<i64> => loose,
        /// Bytes read.
        pub read_bytes: Option<i64> => loose,
        /// Bytes read from the cache.
        pub read_cache_bytes: Option<i64> => loose,
        /// Bytes read from storage.
        pub read_remote_bytes: Option<i64> => loose,
        /// Bytes written to storage.
        pub write_remote_bytes: Option<i64> => loose,
        /// Bytes of files read.
        pub read_files_bytes: Option<i64> => loose,
        /// Files read.
        pub read_files_count: Option<i64> => loose,
        /// Partitions read.
        pub read_partitions_count: Option<i64> => loose,
        /// Bytes of files left out.
        pub pruned_bytes: Option<i64> => loose,
        /// Files left out.
        pub pruned_files_count: Option<i64> => loose,
        /// Bytes that did not fit into memory.
        pub spill_to_disk_bytes: Option<i64> => loose,
        /// Bytes sent between machines.
        pub network_sent_bytes: Option<i64> => loose,
        /// Whether the result came from the cache.
        pub result_from_cache: Option<bool> => loose,
    }
}

/// In a box, since they are large and seldom there.
impl Item for Box<QueryMetrics> {
    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        at: At<'_>,
    ) -> Result<Option<Self>, D::Error> {
        at.charge(size_of::<QueryMetrics>())?;
        Ok(record::read(deserializer, at)?.map(Self::new))
    }
}
