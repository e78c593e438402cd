//! `Debug` and errors print no secret.

use std::fmt::Debug;

use dbsql_protocol::sea::{
    CreateSession, ExecuteStatement, QueryList, ResultData, StatementResponse, json::Document,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{good, read};
use crate::support::sea;

const SECRET: &str = "hunter2";

#[track_caller]
fn hidden<T: Document + DeserializeOwned + PartialEq + Debug>(text: &str) -> String {
    assert!(text.contains(SECRET) || text.contains("aHVudGVyMg=="));
    let document: T = good(text);
    let shown = format!("{document:?}");
    let bytes = format!("{:?}", SECRET.as_bytes());
    for shown in [&shown, &format!("{document:#?}")] {
        assert!(
            !shown.contains(SECRET) && !shown.contains(bytes.trim_matches(['[', ']'])),
            "{shown}"
        );
    }
    shown
}

#[test]
fn links_and_headers_are_hidden() {
    let shown = hidden::<StatementResponse>(sea::LINKS);
    assert!(shown.contains("https://store.example/results/0?<redacted>"), "{shown}");
    assert!(shown.contains("/result/chunks/1?<redacted>"), "{shown}");
    assert!(shown.contains("x-amz-server-side-encryption-customer-key"), "{shown}");
    let odd = r#"{"external_links":[{"external_link":"https://u:hunter2@h/p#hunter2"}],"next_chunk_internal_link":"/p?hunter2"}"#;
    let shown = hidden::<ResultData>(odd);
    assert!(
        shown.contains("\"https://h/p?<redacted>\"") && shown.contains("\"/p?<redacted>\""),
        "{shown}"
    );
    let next = r#"{"next_chunk_index":1,"next_chunk_internal_link":"/p?hunter2"}"#;
    let data: ResultData = good(next);
    assert_eq!(
        format!("{:?}", data.next_chunk()),
        "Some(NextChunk { index: 1, link: Some(<redacted>) })"
    );
}

#[test]
fn rows_are_hidden() {
    assert!(hidden::<StatementResponse>(sea::ROWS).contains("<3 rows>"));
    assert!(hidden::<StatementResponse>(sea::ATTACHMENT).contains("<7 bytes>"));
}

#[test]
fn statements_parameters_and_settings_are_hidden() {
    hidden::<ExecuteStatement>(sea::EXECUTE);
    assert!(hidden::<CreateSession>(sea::CREATE_SESSION).contains("STATEMENT_TIMEOUT"));
    hidden::<QueryList>(sea::HISTORY);
    hidden::<StatementResponse>(
        r#"{"status":{"diagnostic_info":"hunter2","error_details_json":"hunter2"}}"#,
    );
}

/// Replaces every value of every document in turn with one of another type that contains the
/// secret.
#[test]
fn no_error_quotes_the_document() {
    let mut errors = 0;
    for text in [sea::LINKS, sea::ROWS, sea::FAILED, sea::EXECUTE] {
        let tree: Value = serde_json::from_str(text).expect("a tree");
        let mut next = vec![String::new()];
        while let Some(path) = next.pop() {
            match tree.pointer(&path).expect("a place") {
                Value::Object(map) => next.extend(map.keys().map(|key| format!("{path}/{key}"))),
                Value::Array(list) => next.extend((0..list.len()).map(|at| format!("{path}/{at}"))),
                _ => {}
            }
            for odd in [
                serde_json::json!(SECRET),
                serde_json::json!([SECRET]),
                serde_json::json!([[SECRET], {SECRET: SECRET}]),
                serde_json::json!({SECRET: SECRET}),
                serde_json::json!({"$serde_json::private::Number": SECRET}),
                serde_json::json!({"$serde_json::private::Number": [SECRET], SECRET: 1}),
            ] {
                let mut tree = tree.clone();
                *tree.pointer_mut(&path).expect("a place") = odd;
                let whole = tree.to_string();
                // The beginning of a body that is not JSON is printed.
                if path.is_empty() && tree.is_string() {
                    continue;
                }
                // Also truncated, and with a syntax error right after the secret.
                for text in [
                    whole.clone(),
                    whole.replacen(SECRET, "hunter2\\q", 1),
                    whole.replacen("hunter2\"", "hunter2\"\"", 1),
                    whole.replacen("hunter2\"", "hunter2", 1),
                    whole.replacen("\"hunter2", "hunter2", 1),
                ] {
                    let shown = |error: &dyn Debug, display: String| format!("{error:?} {display}");
                    let mut all = Vec::new();
                    if let Err(error) = read::<StatementResponse>(&text) {
                        all.push(shown(&error, error.to_string()));
                    }
                    if let Err(error) = read::<ExecuteStatement>(&text) {
                        all.push(shown(&error, error.to_string()));
                    }
                    if let Err(error) = serde_json::from_str::<StatementResponse>(&text) {
                        all.push(shown(&error, error.to_string()));
                    }
                    errors += all.len();
                    for shown in all {
                        assert!(!shown.contains(SECRET), "{shown}");
                    }
                }
            }
        }
    }
    assert!(errors > 1_000, "{errors}");
}
