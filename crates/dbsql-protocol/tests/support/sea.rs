//! Documents of the Statement Execution API, as servers send them.

/// A statement whose result is behind links: two links, of which the last names the next chunk.
pub(crate) const LINKS: &str = r#"{
    "statement_id": "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b",
    "status": {"state": "SUCCEEDED"},
    "manifest": {
        "format": "ARROW_STREAM",
        "schema": {
            "column_count": 2,
            "columns": [
                {"name": "id", "type_name": "LONG", "type_text": "BIGINT", "position": 0},
                {
                    "name": "price", "type_name": "DECIMAL", "type_text": "DECIMAL(10,2)",
                    "position": 1, "type_precision": 10, "type_scale": 2
                }
            ]
        },
        "total_chunk_count": 3,
        "chunks": [
            {"chunk_index": 0, "row_offset": 0, "row_count": 100, "byte_count": 800},
            {"chunk_index": 1, "row_offset": 100, "row_count": 100, "byte_count": 800},
            {"chunk_index": 2, "row_offset": 200, "row_count": 50, "byte_count": 400}
        ],
        "total_row_count": 250,
        "total_byte_count": 2000,
        "truncated": false,
        "result_compression": "LZ4_FRAME"
    },
    "result": {
        "external_links": [
            {
                "chunk_index": 0, "row_offset": 0, "row_count": 100, "byte_count": 800,
                "next_chunk_index": 1,
                "next_chunk_internal_link": "/api/2.0/sql/statements/01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b/result/chunks/1?row_offset=100",
                "external_link": "https://store.example/results/0?X-Signature=hunter2",
                "expiration": "2026-11-29T12:15:00.123Z",
                "http_headers": {"x-amz-server-side-encryption-customer-key": "hunter2"}
            },
            {
                "chunk_index": 1, "row_offset": 100, "row_count": 100, "byte_count": 800,
                "next_chunk_index": 2,
                "next_chunk_internal_link": "/api/2.0/sql/statements/01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b/result/chunks/2?row_offset=200",
                "external_link": "https://store.example/results/1?X-Signature=hunter2",
                "expiration": "2026-11-29T12:15:00.123Z"
            }
        ]
    }
}"#;

/// A small result as rows in the document.
pub(crate) const ROWS: &str = r#"{
    "statement_id": "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b",
    "status": {"state": "SUCCEEDED"},
    "manifest": {
        "format": "JSON_ARRAY",
        "schema": {
            "column_count": 2,
            "columns": [
                {"name": "n", "type_text": "INT", "type_name": "INT", "position": 0},
                {"name": "s", "type_text": "STRING", "type_name": "STRING", "position": 1}
            ]
        },
        "total_chunk_count": 1,
        "chunks": [{"chunk_index": 0, "row_offset": 0, "row_count": 3}],
        "total_row_count": 3,
        "truncated": false
    },
    "result": {
        "chunk_index": 0, "row_offset": 0, "row_count": 3,
        "data_array": [["1", "hunter2"], ["2", null], ["3", ""]]
    }
}"#;

/// A small result as Arrow in the document; the server has forgotten the statement.
pub(crate) const ATTACHMENT: &str = r#"{
    "statement_id": "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b",
    "status": {"state": "CLOSED", "num_modified_rows": 7, "session_version": {"version_id": 4}},
    "manifest": {"format": "ARROW_STREAM", "total_row_count": 1, "result_compression": "NONE"},
    "result": {"row_count": 1, "attachment": "aHVudGVyMg=="}
}"#;

/// A queued statement.
pub(crate) const PENDING: &str =
    r#"{"statement_id":"01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b","status":{"state":"PENDING"}}"#;

/// A failed statement, reported with HTTP status 200.
pub(crate) const FAILED: &str = r#"{
    "statement_id": "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b",
    "status": {
        "state": "FAILED",
        "error": {
            "error_code": "BAD_REQUEST",
            "message": "[TABLE_OR_VIEW_NOT_FOUND] The table cannot be found. SQLSTATE: 42P01"
        },
        "sql_state": "42P01"
    }
}"#;

/// The response for a chunk: rows without the id of the statement.
pub(crate) const CHUNK: &str = r#"{
    "chunk_index": 1, "row_offset": 3, "row_count": 1, "byte_count": 9, "next_chunk_index": 2,
    "next_chunk_internal_link": "/api/2.0/sql/statements/01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b/result/chunks/2",
    "data_array": [["4", "x"]]
}"#;

/// A rejected request.
pub(crate) const ERROR: &str = r#"{
    "error_code": "INVALID_PARAMETER_VALUE",
    "message": "INLINE_OR_EXTERNAL_LINKS is not a supported disposition",
    "details": [{
        "@type": "type.googleapis.com/google.rpc.RequestInfo", "request_id": "7", "serving_data": ""
    }, {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "UNSUPPORTED",
        "domain": "sql.example", "metadata": {"field": "disposition"}
    }]
}"#;

/// A session of a newer server.
pub(crate) const SESSION: &str =
    r#"{"session_id": "01ef-session", "session_version": {"version_id": "3"}}"#;

/// A warehouse.
pub(crate) const WAREHOUSE: &str = r#"{
    "id": "abc123", "name": "main", "cluster_size": "2X-Small", "min_num_clusters": 1,
    "max_num_clusters": 2, "auto_stop_mins": 10, "creator_name": "me@example.com",
    "state": "STARTING", "warehouse_type": "REALTIME", "enable_photon": true,
    "enable_serverless_compute": true, "num_clusters": 0, "num_active_sessions": 0,
    "jdbc_url": "jdbc:spark://h.example:443/default",
    "odbc_params": {"hostname": "h.example", "path": "/sql/1.0/warehouses/abc123", "protocol": "https", "port": 443},
    "tags": {"custom_tags": [{"key": "team", "value": "data"}]},
    "channel": {"name": "CHANNEL_NAME_CURRENT"},
    "health": {"status": "HEALTHY"}, "statement_timeout": 3600, "max_dbu": 40
}"#;

/// A page of the query history.
pub(crate) const HISTORY: &str = r#"{
    "res": [{
        "query_id": "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b", "status": "RUNNING",
        "query_text": "SELECT 'hunter2'", "statement_type": "SELECT",
        "query_start_time_ms": 1764417600000, "duration": 1500, "user_id": 77,
        "user_name": "me@example.com", "warehouse_id": "abc123", "endpoint_id": "abc123",
        "rows_produced": 0, "session_id": "01ef-session", "client_application": "dbsql",
        "is_final": false, "channel_used": {"name": "CHANNEL_NAME_CURRENT"},
        "query_source": {"job_info": {"job_id": "5"}},
        "query_tags": [{"key": "nonce", "value": "5f1c"}, {"key": "alone"}],
        "metrics": {
            "total_time_ms": 1500, "remaining_task_count": 12,
            "projected_remaining_wallclock_time_ms": 4000, "read_bytes": 1048576,
            "result_from_cache": false, "task_time_over_time_range": {"entries": [], "interval": 1}
        }
    }],
    "next_page_token": "bmV4dA==", "has_next_page": true
}"#;

/// A request with every field.
pub(crate) const EXECUTE: &str = r#"{
    "warehouse_id": "abc123", "statement": "SELECT :n, 'hunter2'", "session_id": "01ef-session",
    "session_version": {"version_id": 3}, "catalog": "main", "schema": "default",
    "parameters": [
        {"name": "n", "value": "hunter2", "type": "STRING"}, {"name": "null", "type": "INT"},
        {"ordinal": 1, "value": "2"}
    ],
    "row_limit": 10, "byte_limit": 1000, "disposition": "INLINE_OR_EXTERNAL_LINKS",
    "format": "ARROW_STREAM", "result_compression": "LZ4_FRAME", "wait_timeout": "0s",
    "on_wait_timeout": "CONTINUE", "query_tags": [{"key": "team", "value": "data"}, {"key": "alone"}]
}"#;

/// A request for a session.
pub(crate) const CREATE_SESSION: &str = r#"{
    "warehouse_id": "abc123", "catalog": "main", "schema": "default", "execution_mode": "FAST",
    "session_confs": {"STATEMENT_TIMEOUT": "3600", "QUERY_TAGS": "hunter2"}
}"#;

/// A request for the query history, as a body.
pub(crate) const LIST_QUERIES: &str = r#"{
    "filter_by": {
        "query_start_time_range": {"start_time_ms": 1764417600000, "end_time_ms": 1764417660000},
        "user_ids": [77], "statuses": ["RUNNING", "FINISHED"], "warehouse_ids": ["abc123"],
        "statement_ids": ["01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b"]
    },
    "include_metrics": true, "max_results": 100, "page_token": "bmV4dA=="
}"#;

/// All of them, by name.
pub(crate) const ALL: [(&str, &str); 13] = [
    ("links", LINKS),
    ("rows", ROWS),
    ("attachment", ATTACHMENT),
    ("pending", PENDING),
    ("failed", FAILED),
    ("chunk", CHUNK),
    ("error", ERROR),
    ("session", SESSION),
    ("warehouse", WAREHOUSE),
    ("history", HISTORY),
    ("execute", EXECUTE),
    ("create-session", CREATE_SESSION),
    ("list-queries", LIST_QUERIES),
];
