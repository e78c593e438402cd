//! Responses as servers send them.

use dbsql_protocol::sea::{
    ColumnType, Compression, Empty, ErrorBody, ErrorCode, Format, NextChunk, QueryList,
    QueryStatus, ResultData, Session, SessionVersion, StatementResponse, StatementState, Timestamp,
    Warehouse, WarehouseList, WarehouseState, WarehouseType,
};

use super::good;
use crate::support::sea;

#[test]
fn pending_statement_has_only_an_id() {
    let response: StatementResponse = good(sea::PENDING);
    let id = response.statement_id.expect("an id").to_string();
    assert_eq!(id, "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b");
    let state = response.status.state.expect("a state");
    assert_eq!(state, StatementState::Pending);
    assert!(!state.is_terminal());
    assert_eq!((response.manifest, response.result), (None, None));
}

#[test]
fn failed_statement_has_class_message_and_sqlstate() {
    let response: StatementResponse = good(sea::FAILED);
    assert!(response.status.state.as_ref().is_some_and(StatementState::is_terminal));
    assert_eq!(response.status.sql_state(), Some("42P01"));
    let error = response.status.error.expect("an error");
    assert_eq!(error.error_code, Some(ErrorCode::BadRequest));
    assert!(error.message.expect("a text").starts_with("[TABLE_OR_VIEW_NOT_FOUND] "));
    // Some servers put the SQLSTATE inside the error.
    let inside = r#"{"status":{"error":{"message":"x","sql_state":"22012"}}}"#;
    assert_eq!(good::<StatementResponse>(inside).status.sql_state(), Some("22012"));
}

#[test]
fn manifest_and_links_are_read() {
    let response: StatementResponse = good(sea::LINKS);
    let manifest = response.manifest.expect("a manifest");
    assert_eq!(manifest.format, Some(Format::ArrowStream));
    assert_eq!(manifest.result_compression, Some(Compression::Lz4Frame));
    assert_eq!((manifest.total_chunk_count, manifest.total_row_count), (Some(3), Some(250)));
    assert_eq!((manifest.total_byte_count, manifest.truncated), (Some(2000), Some(false)));
    assert_eq!(manifest.chunks[2].row_offset, Some(200));
    let schema = manifest.schema.expect("a schema");
    assert_eq!(schema.column_count, Some(2));
    let price = &schema.columns[1];
    assert_eq!(price.name.as_deref(), Some("price"));
    assert_eq!(price.type_name, Some(ColumnType::Decimal));
    assert_eq!(
        (price.type_precision, price.type_scale, price.position),
        (Some(10), Some(2), Some(1))
    );

    let result = response.result.expect("a result");
    let link = &result.external_links[0];
    assert_eq!(
        link.external_link.as_deref(),
        Some("https://store.example/results/0?X-Signature=hunter2")
    );
    let expiration = link.expiration.expect("a time");
    assert_eq!(expiration.unix_millis(), 1_795_954_500_123);
    assert_eq!(link.http_headers["x-amz-server-side-encryption-customer-key"], "hunter2");
    // Only the last link names a chunk that has no link here.
    let next = result.next_chunk().expect("a third chunk");
    assert_eq!(next.index, 2);
    assert!(next.link.expect("a path").ends_with("/result/chunks/2?row_offset=200"));
}

#[test]
fn next_chunk_ends_where_none_is_named() {
    let next = |text: &str| good::<ResultData>(text).next_chunk().map(|next| next.index);
    assert_eq!(next("{}"), None);
    assert_eq!(next(r#"{"next_chunk_index":4}"#), Some(4));
    // The only link is that of chunk 0, whose index may be missing.
    assert_eq!(next(r#"{"external_links":[{}]}"#), None);
    assert_eq!(next(r#"{"external_links":[{"next_chunk_index":1}]}"#), Some(1));
    assert_eq!(next(r#"{"next_chunk_index":1,"external_links":[{},{"chunk_index":1}]}"#), None);
    let chunk: ResultData = good(sea::CHUNK);
    let path = "/api/2.0/sql/statements/01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b/result/chunks/2";
    assert_eq!(chunk.next_chunk(), Some(NextChunk { index: 2, link: Some(path) }));
}

#[test]
fn rows_keep_nulls_and_empty_strings() {
    let response: StatementResponse = good(sea::ROWS);
    let rows = response.result.expect("a result").data_array.expect("rows");
    let all: Vec<Vec<_>> = rows.iter().map(Iterator::collect).collect();
    assert_eq!(all, [[Some("1"), Some("hunter2")], [Some("2"), None], [Some("3"), Some("")]]);
    assert_eq!(rows.row(1).expect("a row").len(), 2);
    assert!(rows.row(3).is_none());
    // Rows without columns are rows, and no rows differ from no field.
    let empty: ResultData = good(r#"{"data_array":[[],[]]}"#);
    assert_eq!(empty.data_array.expect("rows").len(), 2);
    let empty: ResultData = good(r#"{"data_array":[]}"#);
    assert!(empty.data_array.expect("rows").is_empty());
}

#[test]
fn attachment_is_decoded() {
    let response: StatementResponse = good(sea::ATTACHMENT);
    assert_eq!(response.status.state, Some(StatementState::Closed));
    assert_eq!(response.status.num_modified_rows, Some(7));
    assert_eq!(response.status.session_version, Some(SessionVersion { version_id: Some(4) }));
    let attachment = response.result.expect("a result").attachment.expect("an attachment");
    assert_eq!(&attachment.0[..], b"hunter2");
}

#[test]
fn error_bodies_are_read() {
    let error: ErrorBody = good(sea::ERROR);
    assert_eq!(error.error_code, Some(ErrorCode::InvalidParameterValue));
    assert_eq!(error.details[1].reason.as_deref(), Some("UNSUPPORTED"));
    assert_eq!(error.details[1].metadata["field"], "disposition");
    let error: ErrorBody = good(r#"{"error_code":"BRAND_NEW","message":"x"}"#);
    assert_eq!(error.error_code, Some(ErrorCode::Other("BRAND_NEW".to_owned())));
    // Malformed details do not hide the rest.
    for text in [
        r#"{"error_code":{"a":1},"message":"x","details":"none"}"#,
        r#"{"error_code":null,"message":"x","details":[1,"a",null,[{}]]}"#,
        r#"{"message":"x","details":{"a":[]}}"#,
    ] {
        let error: ErrorBody = good(text);
        assert_eq!((error.error_code, error.message.as_deref()), (None, Some("x")), "{text}");
    }
    let error: ErrorBody = good(r#"{"error_code":404,"message":["x"]}"#);
    assert_eq!(error.error_code, Some(ErrorCode::Other("404".to_owned())));
}

#[test]
fn sessions_and_their_versions_are_read() {
    let session: Session = good(sea::SESSION);
    assert_eq!(session.session_id, "01ef-session");
    assert_eq!(session.session_version, Some(SessionVersion { version_id: Some(3) }));
    for odd in ["3", "\"v3\"", "[3]", "null", "true", "{\"version_id\":{\"a\":[1]}}"] {
        let text = format!(r#"{{"session_version":{odd},"session_id":"s"}}"#);
        let session: Session = good(&text);
        let version = session.session_version.and_then(|version| version.version_id);
        assert_eq!((session.session_id.as_str(), version), ("s", None), "{text}");
    }
    // The client keeps the highest version; a missing one is the lowest.
    let version = |id| Some(SessionVersion { version_id: id });
    assert!(version(Some(10)) > version(Some(9)) && version(Some(0)) > None);
}

#[test]
fn warehouses_are_read() {
    let warehouse: Warehouse = good(sea::WAREHOUSE);
    assert_eq!(warehouse.state, Some(WarehouseState::Starting));
    assert_eq!(warehouse.warehouse_type, Some(WarehouseType::Realtime));
    assert_eq!((warehouse.statement_timeout, warehouse.max_dbu), (Some(3600), Some(40)));
    let path = warehouse.odbc_params.as_ref().and_then(|odbc| odbc.path.as_deref());
    assert_eq!(path, Some("/sql/1.0/warehouses/abc123"));
    let list: WarehouseList = good(&format!(r#"{{"warehouses":[{}]}}"#, sea::WAREHOUSE));
    assert_eq!(list.warehouses, [warehouse]);
    assert_eq!(good::<WarehouseList>("{}").warehouses, []);
}

#[test]
fn history_has_tags_and_metrics() {
    let list: QueryList = good(sea::HISTORY);
    assert_eq!(
        (list.has_next_page, list.next_page_token.as_deref()),
        (Some(true), Some("bmV4dA=="))
    );
    let query = &list.res[0];
    assert_eq!(query.status, Some(QueryStatus::Running));
    assert_eq!(query.query_start_time_ms, Some(1_764_417_600_000));
    assert_eq!(
        (query.query_tags[0].key.as_str(), query.query_tags[0].value.as_deref()),
        ("nonce", Some("5f1c"))
    );
    assert_eq!(
        (query.query_tags[1].key.as_str(), query.query_tags[1].value.as_deref()),
        ("alone", None)
    );
    let metrics = query.metrics.as_ref().expect("metrics");
    assert_eq!(metrics.remaining_task_count, Some(12));
    assert_eq!(metrics.projected_remaining_wallclock_time_ms, Some(4000));
    assert_eq!(metrics.result_from_cache, Some(false));
}

#[test]
fn cancel_response_is_any_object() {
    for text in ["{}", " {} \n", r#"{"a":[1,{"b":null}]}"#] {
        assert_eq!(good::<Empty>(text), Empty {});
    }
}

#[test]
fn timestamps_are_read_in_every_form() {
    let read = |text: &str| {
        let link = format!(r#"{{"external_links":[{{"expiration":{text}}}]}}"#);
        let data = super::read::<ResultData>(&link).ok()?;
        data.external_links[0].expiration.map(Timestamp::unix_millis)
    };
    for (text, millis) in [
        ("\"1970-01-01T00:00:00Z\"", 0),
        ("\"2026-11-29T12:15:00Z\"", 1_795_954_500_000),
        ("\"2026-11-29T12:15:00.123456789Z\"", 1_795_954_500_123),
        ("\"2026-11-29t14:15:00.1+02:00\"", 1_795_954_500_100),
        ("\"2026-11-29 06:45:00-05:30\"", 1_795_954_500_000),
        ("\"2024-02-29T23:59:60Z\"", 1_709_251_199_000),
        ("\"1969-12-31T23:59:59.999Z\"", -1),
        ("\"2000-03-01T00:00:00Z\"", 951_868_800_000),
        ("\"0001-01-01T00:00:00Z\"", -62_135_596_800_000),
        ("\"9999-12-31T23:59:59.999Z\"", 253_402_300_799_999),
        ("1795954500123", 1_795_954_500_123),
        ("\"1795954500123\"", 1_795_954_500_123),
        ("1795954500", 1_795_954_500_000),
        ("1795954500123.0", 1_795_954_500_123),
    ] {
        assert_eq!(read(text), Some(millis), "{text}");
        let time = Timestamp::from_unix_millis(millis).expect("in range");
        assert_eq!(read(&format!("\"{time}\"")), Some(millis), "{time}");
    }
    for text in [
        "\"\"",
        "\"soon\"",
        "\"2026-11-29\"",
        "\"2026-11-29T12:15Z\"",
        "\"2026-11-29T12:15:00\"",
        "\"2026-13-01T00:00:00Z\"",
        "\"2026-02-29T00:00:00Z\"",
        "\"2026-11-29T24:00:00Z\"",
        "\"2026-11-29T12:15:00.Z\"",
        "\"2026-11-29T12:15:00+0200\"",
        "\"2026-11-29T12:15:00Zx\"",
        "\"٢٠٢٦-11-29T12:15:00Z\"",
        "\"0000-01-01T00:00:00Z\"",
        "\"9999-12-31T23:59:59-01:00\"",
        "9223372036854775807",
        "-9223372036854775808",
        "true",
        "[]",
        "{}",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    let time = Timestamp::from_unix_millis(1_795_954_500_000).expect("in range");
    assert_eq!(time.to_string(), "2026-11-29T12:15:00Z");
}
