//! Servers differ: what is accepted nevertheless, and what is not.

use dbsql_protocol::sea::{
    ChunkInfo, ColumnInfo, ColumnType, ExecuteStatement, Manifest, ResultData, ServiceError,
    StatementResponse, StatementState, StatementStatus, json::ReadError,
};
use serde_json::{Value, json};

use super::{good, read};
use crate::support::sea;

#[test]
fn missing_zeros_are_none() {
    let manifest: Manifest = good(r#"{"chunks":[{},{"chunk_index":1}]}"#);
    assert_eq!(manifest.chunks[0], ChunkInfo::default());
    assert_eq!(manifest.chunks[1].chunk_index.unwrap_or(0), 1);
    assert_eq!(manifest.total_row_count, None);
}

#[test]
fn unknown_names_are_kept() {
    let status: StatementStatus = good(r#"{"state":"THINKING"}"#);
    let state = status.state.expect("a state");
    assert_eq!(state, StatementState::Other("THINKING".to_owned()));
    assert!(!state.is_terminal());
    assert_eq!(state.to_string(), "THINKING");
    let collated: ColumnInfo = good(r#"{"type_name":"STRING COLLATE UTF8_LCASE"}"#);
    assert_eq!(collated.type_name.expect("a type").as_str(), "STRING COLLATE UTF8_LCASE");
    let text: ColumnInfo = good(r#"{"type_name":"STRING"}"#);
    assert_eq!(text.type_name, Some(ColumnType::Text));
    // Printed, it is one line without control characters.
    assert_eq!(StatementState::from("a\n\u{1b}[2Jb").to_string(), "a\\n\\u{1b}[2Jb");
}

/// Collects every path to a value in a document.
fn paths(value: &Value, path: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.replace('/', "~1"), value)).collect()
        }
        Value::Array(list) => {
            list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (key, value) in inner {
        let path = format!("{path}/{key}");
        found.push(path.clone());
        paths(value, &path, found);
    }
}

#[test]
fn null_is_equivalent_to_missing() {
    for text in [sea::LINKS, sea::ATTACHMENT, sea::FAILED, sea::PENDING, sea::ROWS] {
        let tree: Value = serde_json::from_str(text).expect("a tree");
        let mut found = Vec::new();
        paths(&tree, "", &mut found);
        assert!(found.len() > 2);
        for path in found {
            let mut tree = tree.clone();
            *tree.pointer_mut(&path).expect("a place") = Value::Null;
            let result = read::<StatementResponse>(&tree.to_string());
            // Omitting a row would move the others.
            let is_row = path.starts_with("/result/data_array/") && path.matches('/').count() == 3;
            assert_eq!(result.is_ok(), !is_row, "{path}: {result:?}");
        }
    }
}

#[test]
fn unknown_fields_are_skipped() {
    for text in [sea::LINKS, sea::ATTACHMENT, sea::FAILED] {
        let tree: Value = serde_json::from_str(text).expect("a tree");
        let expected: StatementResponse = good(text);
        let mut found = vec![String::new()];
        paths(&tree, "", &mut found);
        for path in found.into_iter().filter(|path| !path.ends_with("/http_headers")) {
            let mut tree = tree.clone();
            let place = tree.pointer_mut(&path).expect("a place");
            let Some(object) = place.as_object_mut() else { continue };
            object.insert("brand_new".to_owned(), json!([{"a": [1.5, null]}, "x", {"state": 5}]));
            assert_eq!(good::<StatementResponse>(&tree.to_string()), expected, "{path}");
        }
    }
}

#[test]
fn integers_are_read_in_any_form() {
    for text in ["7", "7.0", "7e0", "70e-1", "\"7\"", "\"7.0\""] {
        let chunk: ChunkInfo = good(&format!(r#"{{"row_count":{text}}}"#));
        assert_eq!(chunk.row_count, Some(7), "{text}");
    }
    let most: ChunkInfo = good(r#"{"row_count":9223372036854775807}"#);
    assert_eq!(most.row_count, Some(i64::MAX as u64));
    // Also the number of a serde_json that keeps numbers as strings.
    let text = r#"{"row_count":{"$serde_json::private::Number":"7"}}"#;
    assert_eq!(good::<ChunkInfo>(text).row_count, Some(7));
}

#[test]
fn number_out_of_range_names_its_field() {
    for text in [
        "-1",
        "\"-1\"",
        "-0.5",
        "7.5",
        "\"7.5\"",
        "1e300",
        "9223372036854775808",
        "9.3e18",
        "18446744073709551616",
        "\"9223372036854775808\"",
        "\"\"",
        "\" 7\"",
        "\"x\"",
        "\"inf\"",
        "\"NaN\"",
        "true",
        "[]",
        "[7]",
        "{}",
        "{\"a\":7}",
    ] {
        let error = read::<StatementResponse>(&format!(
            r#"{{"manifest":{{"chunks":[{{"row_count":{text}}}]}}}}"#
        ));
        let Err(ReadError::WrongValue { record, field, expected, .. }) = error else {
            panic!("{text}: {error:?}");
        };
        assert_eq!((record, field), ("ChunkInfo", "row_count"), "{text}");
        assert_eq!(expected, "a whole number from 0 to 2^63 - 1");
    }
    for text in ["NaN", "Infinity", "1e999", "01", "+7", "0x7", ".5"] {
        let error = read::<ChunkInfo>(&format!(r#"{{"row_count":{text}}}"#));
        assert!(matches!(error, Err(ReadError::Syntax { .. })), "{text}: {error:?}");
    }
    let error = read::<ColumnInfo>(r#"{"type_scale":2147483648}"#);
    assert!(matches!(error, Err(ReadError::WrongValue { field: "type_scale", .. })), "{error:?}");
}

#[test]
fn other_cells_become_strings_or_errors() {
    let data: ResultData = good(r#"{"data_array":[[1,-2,true,null,18446744073709551615]]}"#);
    let rows = data.data_array.expect("rows");
    let cells: Vec<_> = rows.iter().flatten().collect();
    assert_eq!(cells, [Some("1"), Some("-2"), Some("true"), None, Some("18446744073709551615")]);
    // A float is rounded by parsing, an array or object has no text of its own.
    for text in
        ["[[1.5]]", "[[[]]]", "[[{}]]", "[{}]", "[1]", "[\"x\"]", "{}", "\"x\"", "7", "[null]"]
    {
        let error = read::<ResultData>(&format!(r#"{{"data_array":{text}}}"#));
        assert!(
            matches!(error, Err(ReadError::WrongValue { field: "data_array", .. })),
            "{text}: {error:?}"
        );
    }
}

#[test]
fn undocumented_fields_accept_any_type() {
    for odd in ["{\"a\":[{}]}", "[1,[2]]", "true", "-5.5", "1e300", "\"text\"", "null"] {
        let text = format!(
            r#"{{"state":"RUNNING","num_modified_rows":{odd},"session_version":{odd},
            "display_message":{odd},"diagnostic_info":{odd},"error_details_json":{odd},"sql_state":{odd}}}"#
        );
        assert_eq!(good::<StatementStatus>(&text).state, Some(StatementState::Running), "{text}");
        let text = format!(
            r#"{{"total_row_count":1,"arrow_schema":{odd},"is_native_metadata_result":{odd}}}"#
        );
        assert_eq!(good::<Manifest>(&text).total_row_count, Some(1), "{text}");
        good::<ColumnInfo>(&format!(r#"{{"type_json":{odd}}}"#));
    }
}

#[test]
fn value_of_a_wrong_type_names_its_field() {
    for (text, expected) in [
        (r#"{"status":[]}"#, ("StatementResponse", "status")),
        (r#"{"status":"RUNNING"}"#, ("StatementResponse", "status")),
        (r#"{"status":{"state":{}}}"#, ("StatementStatus", "state")),
        (r#"{"statement_id":"not-a-uuid"}"#, ("StatementResponse", "statement_id")),
        (r#"{"statement_id":7}"#, ("StatementResponse", "statement_id")),
        (r#"{"manifest":{"chunks":{}}}"#, ("Manifest", "chunks")),
        (r#"{"manifest":{"chunks":[[]]}}"#, ("Manifest", "chunks")),
        (r#"{"manifest":{"truncated":"maybe"}}"#, ("Manifest", "truncated")),
        (r#"{"result":{"attachment":"%%%"}}"#, ("ResultData", "attachment")),
        (
            r#"{"result":{"external_links":[{"http_headers":[]}]}}"#,
            ("ExternalLink", "http_headers"),
        ),
        (
            r#"{"result":{"external_links":[{"http_headers":{"a":[]}}]}}"#,
            ("ExternalLink", "http_headers"),
        ),
    ] {
        let error = read::<StatementResponse>(text);
        let Err(ReadError::WrongValue { record, field, .. }) = error else {
            panic!("{text}: {error:?}");
        };
        assert_eq!((record, field), expected, "{text}");
    }
}

#[test]
fn missing_request_ids_are_named() {
    for text in ["{}", r#"{"statement":"s"}"#, r#"{"statement":"s","warehouse_id":null}"#] {
        let error = read::<ExecuteStatement>(text);
        assert!(
            matches!(
                error,
                Err(ReadError::MissingField {
                    record: "ExecuteStatement",
                    field: "warehouse_id",
                    ..
                })
            ),
            "{text}: {error:?}"
        );
    }
}

#[test]
fn duplicate_field_is_an_error() {
    let error = read::<ServiceError>(r#"{"message":"a","message":"b"}"#);
    assert_eq!(
        error,
        Err(ReadError::DuplicateField { at: 23, record: "ServiceError", field: "message" })
    );
    assert!(read::<ServiceError>(r#"{"x":"a","x":"b"}"#).is_ok());
}
