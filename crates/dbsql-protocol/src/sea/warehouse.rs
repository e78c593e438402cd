//! Warehouses.

use crate::sea::{names::names, record::record};

record! {
    /// A warehouse: the answer to `GET` [`path::warehouse`](crate::sea::path::warehouse) and an element of
    /// [`WarehouseList`]. Only what a client of statements needs; the rest is ignored.
    pub struct Warehouse {
        /// The id.
        pub id: Option<String>,
        /// The name.
        pub name: Option<String>,
        /// Whether it runs.
        pub state: Option<WarehouseState>,
        /// The kind.
        pub warehouse_type: Option<WarehouseType>,
        /// The size, such as `2X-Small`.
        pub cluster_size: Option<String> => loose,
        /// Minutes without statements after which it stops.
        pub auto_stop_mins: Option<i64> => loose,
        /// The fewest clusters.
        pub min_num_clusters: Option<i64> => loose,
        /// The most clusters.
        pub max_num_clusters: Option<i64> => loose,
        /// Clusters that run.
        pub num_clusters: Option<i64> => loose,
        /// Sessions that are open.
        pub num_active_sessions: Option<i64> => loose,
        /// Whether Photon is on.
        pub enable_photon: Option<bool> => loose,
        /// Whether it is serverless.
        pub enable_serverless_compute: Option<bool> => loose,
        /// Who made it.
        pub creator_name: Option<String> => loose,
        /// The URL for JDBC.
        pub jdbc_url: Option<String> => loose,
        /// Where ODBC and Thrift clients connect.
        pub odbc_params: Option<OdbcParams> => loose,
        /// Whether it works.
        pub health: Option<WarehouseHealth> => loose,
        /// The longest that a statement may run, in seconds.
        pub statement_timeout: Option<i64> => loose,
        /// The most DBU that it may use.
        pub max_dbu: Option<i64> => loose,
    }
}

record! {
    /// The answer to `GET` [`path::WAREHOUSES`](crate::sea::path::WAREHOUSES).
    pub struct WarehouseList {
        /// The warehouses.
        pub warehouses: Vec<Warehouse>,
        /// What to send for the next page; missing at the end.
        pub next_page_token: Option<String>,
    }
}

record! {
    /// Where ODBC and Thrift clients connect.
    pub struct OdbcParams {
        /// The host.
        pub hostname: Option<String>,
        /// The HTTP path.
        pub path: Option<String>,
        /// The port.
        pub port: Option<u32>,
        /// The scheme.
        pub protocol: Option<String>,
    }
}

record! {
    /// Whether a warehouse works.
    pub struct WarehouseHealth {
        /// `HEALTHY`, `DEGRADED` or `FAILED`.
        pub status: Option<String>,
        /// What is wrong.
        pub message: Option<String>,
        /// The same in short.
        pub summary: Option<String>,
        /// The same in full.
        pub details: Option<String>,
    }
}

names! {
    /// Whether a warehouse runs.
    pub enum WarehouseState {
        /// It starts. Statements wait.
        Starting = "STARTING",
        /// It runs.
        Running = "RUNNING",
        /// It stops.
        Stopping = "STOPPING",
        /// It does not run. A statement starts it.
        Stopped = "STOPPED",
        /// It is being deleted.
        Deleting = "DELETING",
        /// It is deleted.
        Deleted = "DELETED",
    }
}

names! {
    /// The kind of a warehouse.
    pub enum WarehouseType {
        /// Classic.
        Classic = "CLASSIC",
        /// Pro, also of serverless warehouses.
        Pro = "PRO",
        /// Real-time: it refuses Thrift.
        Realtime = "REALTIME",
        /// Not told.
        Unspecified = "TYPE_UNSPECIFIED",
    }
}
