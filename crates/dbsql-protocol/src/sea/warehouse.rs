//! Warehouses.

use crate::sea::{names::names, record::record};

record! {
    /// A warehouse: the response to `GET` [`path::warehouse`](crate::sea::path::warehouse) and an
    /// element of [`WarehouseList`]. Contains only what a client that runs statements needs; other
    /// fields are ignored.
    pub struct Warehouse {
        /// The id.
        pub id: Option<String>,
        /// The name.
        pub name: Option<String>,
        /// The state.
        pub state: Option<WarehouseState>,
        /// The type.
        pub warehouse_type: Option<WarehouseType>,
        /// The size, such as `2X-Small`.
        pub cluster_size: Option<String> => loose,
        /// Minutes without statements after which it is stopped.
        pub auto_stop_mins: Option<i64> => loose,
        /// The minimum number of clusters.
        pub min_num_clusters: Option<i64> => loose,
        /// The maximum number of clusters.
        pub max_num_clusters: Option<i64> => loose,
        /// The number of running clusters.
        pub num_clusters: Option<i64> => loose,
        /// The number of open sessions.
        pub num_active_sessions: Option<i64> => loose,
        /// Whether Photon is enabled.
        pub enable_photon: Option<bool> => loose,
        /// Whether it is serverless.
        pub enable_serverless_compute: Option<bool> => loose,
        /// The name of its creator.
        pub creator_name: Option<String> => loose,
        /// The JDBC URL.
        pub jdbc_url: Option<String> => loose,
        /// The endpoint for ODBC and Thrift clients.
        pub odbc_params: Option<OdbcParams> => loose,
        /// The health of the warehouse.
        pub health: Option<WarehouseHealth> => loose,
        /// The statement timeout in seconds.
        pub statement_timeout: Option<i64> => loose,
        /// The maximum DBU usage.
        pub max_dbu: Option<i64> => loose,
    }
}

record! {
    /// The response to `GET` [`path::WAREHOUSES`](crate::sea::path::WAREHOUSES).
    pub struct WarehouseList {
        /// The warehouses.
        pub warehouses: Vec<Warehouse>,
        /// The token for the next page; missing at the end.
        pub next_page_token: Option<String>,
    }
}

record! {
    /// The endpoint for ODBC and Thrift clients.
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
    /// The health of a warehouse.
    pub struct WarehouseHealth {
        /// `HEALTHY`, `DEGRADED` or `FAILED`.
        pub status: Option<String>,
        /// The message about a problem.
        pub message: Option<String>,
        /// The summary of the problem.
        pub summary: Option<String>,
        /// The details of the problem.
        pub details: Option<String>,
    }
}

names! {
    /// The state of a warehouse.
    pub enum WarehouseState {
        /// It is starting. Statements are queued.
        Starting = "STARTING",
        /// It is running.
        Running = "RUNNING",
        /// It is stopping.
        Stopping = "STOPPING",
        /// It is stopped. A statement starts it.
        Stopped = "STOPPED",
        /// It is being deleted.
        Deleting = "DELETING",
        /// It has been deleted.
        Deleted = "DELETED",
    }
}

names! {
    /// The type of a warehouse.
    pub enum WarehouseType {
        /// Classic.
        Classic = "CLASSIC",
        /// Pro, also the type of serverless warehouses.
        Pro = "PRO",
        /// Real-time, which rejects Thrift.
        Realtime = "REALTIME",
        /// Unspecified.
        Unspecified = "TYPE_UNSPECIFIED",
    }
}
