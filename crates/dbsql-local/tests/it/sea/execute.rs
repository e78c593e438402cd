//! Submitting statements: how long the response waits, and what it contains.

use std::time::Duration;

use dbsql_local::engine::SqlError;
use dbsql_local::engine::scripted::Answer;
use dbsql_local::{Quirks, SeaQuirks, SeaSettings, Settings};
use serde_json::{Value, json};

use super::{
    SESSIONS, STATEMENTS, Sea, attached, code, hybrid, id, links, numbers, state, statement, with,
};
use crate::support::{ENDLESS, SLOW, TEN, numbers as batches, stream_ids, unpacked};

#[tokio::test(start_paused = true)]
async fn small_statement_returns_its_rows_as_json() {
    let sea = Sea::start();
    let answer = sea.execute(statement(TEN)).await;
    assert_eq!(state(&answer), "SUCCEEDED");
    assert_eq!(
        answer["manifest"],
        json!({
            "format": "JSON_ARRAY",
            "schema": { "column_count": 1, "columns": [
                { "name": "id", "position": 0, "type_name": "LONG", "type_text": "BIGINT" },
            ] },
            "total_chunk_count": 1,
            "chunks": [{ "chunk_index": 0, "row_offset": 0, "row_count": 10, "byte_count": 80 }],
            "total_row_count": 10,
            "total_byte_count": 80,
            "truncated": false,
            "result_compression": "NONE",
            "is_volume_operation": false,
        })
    );
    let result = &answer["result"];
    assert_eq!(numbers(result), (0..10).collect::<Vec<_>>());
    assert_eq!((&result["chunk_index"], &result["row_count"]), (&json!(0), &json!(10)));
    assert!(result.get("next_chunk_index").is_none());
}

#[tokio::test(start_paused = true)]
async fn trailing_slash_of_the_path_is_accepted() {
    let sea = Sea::start();
    let path = format!("{STATEMENTS}/");
    let (status, answer) = sea.ask("POST", &path, statement(TEN)).await;
    assert_eq!((status, state(&answer)), (200, "SUCCEEDED"));
    assert_eq!(sea.status(&format!("{}/", id(&answer))).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn file_behind_a_link_is_a_complete_compressed_stream() {
    let sea = Sea::start();
    let answer = sea.execute(links(TEN)).await;
    assert_eq!(answer["manifest"]["format"], "ARROW_STREAM");
    assert_eq!(answer["manifest"]["result_compression"], "LZ4_FRAME");
    let found = answer["result"]["external_links"].as_array().expect("links");
    assert_eq!(found.len(), 1);
    assert!(found[0]["expiration"].as_str().expect("a time").ends_with('Z'), "{answer}");
    assert_eq!(found[0]["row_count"], 10);
    let file = sea.download(&found[0]).await;
    assert_eq!(stream_ids(&unpacked(&file)), (0..10).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn response_waits_for_the_requested_time() {
    // `None` means no wait_timeout.
    let cases = [
        (Some("0s"), 0, "PENDING"),
        (Some("5s"), 5, "RUNNING"),
        (None, 10, "RUNNING"),
        (Some("50s"), 50, "RUNNING"),
    ];
    for (wait, seconds, expected) in cases {
        let sea = Sea::start();
        let before = sea.runtime.now();
        let mut request = statement(SLOW);
        if let Some(wait) = wait {
            request = with(request, json!({ "wait_timeout": wait }));
        }
        let answer = sea.execute(request).await;
        assert_eq!(sea.runtime.now() - before, Duration::from_secs(seconds), "{wait:?}");
        assert_eq!(state(&answer), expected, "{wait:?}");
        assert!(answer.get("manifest").is_none() && answer.get("result").is_none());
        // And it continues to run.
        sea.sleep(60).await;
        assert_eq!(sea.state(&id(&answer)).await, "SUCCEEDED");
    }
}

#[tokio::test(start_paused = true)]
async fn statement_that_ends_in_time_returns_its_result() {
    let sea = Sea::start();
    let _ = sea.engine.clone().on("soon", Answer::affected(3).after(Duration::from_secs(7)));
    let before = sea.runtime.now();
    let answer = sea.execute(statement("soon")).await;
    assert_eq!(sea.runtime.now() - before, Duration::from_secs(7));
    assert_eq!(state(&answer), "SUCCEEDED");
    assert_eq!(answer["status"]["num_modified_rows"], 3);
    assert_eq!(numbers(&answer["result"]), [3]);
    assert_eq!(answer["manifest"]["schema"]["columns"][0]["name"], "num_affected_rows");
}

#[tokio::test(start_paused = true)]
async fn hybrid_without_wait_timeout_waits_for_the_default_time() {
    // The official kernel sends no wait_timeout, allows a request two minutes, and can cancel a
    // statement only after it has received its id.
    let sea = Sea::start();
    let before = sea.runtime.now();
    let answer = sea.execute(hybrid(SLOW)).await;
    assert_eq!(sea.runtime.now() - before, Duration::from_secs(10));
    assert_eq!(state(&answer), "RUNNING");
    sea.sleep(60).await;
    let (_, answer) = sea.status(&id(&answer)).await;
    assert_eq!(attached(&answer["result"]), (0..10).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn invalid_wait_timeout_is_rejected() {
    let sea = Sea::start();
    for wait in ["1s", "4s", "51s", "3600s"] {
        let request = with(statement(TEN), json!({ "wait_timeout": wait }));
        let answer = sea.ask("POST", STATEMENTS, request).await;
        assert_eq!(code(&answer), (400, "INVALID_PARAMETER_VALUE"), "{wait}");
    }
    for wait in [json!("10"), json!("soon"), json!("-5s")] {
        let request = with(statement(TEN), json!({ "wait_timeout": wait }));
        assert_eq!(sea.ask("POST", STATEMENTS, request).await.0, 400, "{wait}");
    }
    assert_eq!(sea.service.runs(TEN), 0);
}

#[tokio::test(start_paused = true)]
async fn wait_timeout_cancels_only_on_request() {
    let sea = Sea::start();
    let request = |wait: &str, on: &str| {
        with(statement(ENDLESS), json!({ "wait_timeout": wait, "on_wait_timeout": on }))
    };
    let answer = sea.execute(request("5s", "CANCEL")).await;
    assert_eq!(state(&answer), "CANCELED");
    assert_eq!(sea.engine.running(), 0);
    assert_eq!(state(&sea.execute(request("5s", "CONTINUE")).await), "RUNNING");
    // Without a wait it never ends.
    let answer = sea.execute(request("0s", "CANCEL")).await;
    sea.sleep(3600).await;
    assert_eq!(sea.state(&id(&answer)).await, "RUNNING");
    let answer = sea.ask("POST", STATEMENTS, request("5s", "EXPLODE")).await;
    assert_eq!(code(&answer), (400, "INVALID_PARAMETER_VALUE"));
}

#[tokio::test(start_paused = true)]
async fn failures_are_responses_with_status_200() {
    let sea = Sea::start();
    let error = SqlError::new("DIVIDE_BY_ZERO", "22012", "Division by zero.");
    let _ = sea
        .engine
        .clone()
        .on("bad", Answer::fail(error.clone()))
        .on("no sql", Answer::refuse(error))
        .on("panics", Answer::panic("oh"));
    for sql in ["bad", "no sql"] {
        let answer = sea.execute(statement(sql)).await;
        assert_eq!(
            answer["status"],
            json!({
                "state": "FAILED",
                "error": {
                    "error_code": "BAD_REQUEST",
                    "message": "[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012",
                },
                "sql_state": "22012",
            })
        );
        assert!(answer.get("manifest").is_none());
        // And so it remains.
        sea.sleep(2 * 3600).await;
        assert_eq!(sea.state(&id(&answer)).await, "FAILED");
    }
    assert_eq!(sea.service.runs("no sql"), 0);
    let answer = sea.execute(statement("panics")).await;
    assert_eq!(answer["status"]["error"]["error_code"], "INTERNAL_ERROR");
}

#[tokio::test(start_paused = true)]
async fn statement_timeout_of_the_session_applies() {
    let sea = Sea::start();
    let create = json!({
        "warehouse_id": "local", "session_confs": { "STATEMENT_TIMEOUT": "20" },
    });
    let (_, session) = sea.ask("POST", SESSIONS, create).await;
    let request = with(
        statement(ENDLESS),
        json!({ "session_id": session["session_id"], "wait_timeout": "50s" }),
    );
    let before = sea.runtime.now();
    let answer = sea.execute(request).await;
    assert_eq!(sea.runtime.now() - before, Duration::from_secs(20));
    assert_eq!(answer["status"]["error"]["error_code"], "DEADLINE_EXCEEDED");
    assert!(answer["status"]["error"]["message"].to_string().contains("STATEMENT_TIMEOUT"));
}

#[tokio::test(start_paused = true)]
async fn invalid_request_is_rejected_before_it_runs() {
    let sea = Sea::start();
    let cases: [(Value, u16, &str); 9] = [
        (json!({ "warehouse_id": "other" }), 404, "RESOURCE_DOES_NOT_EXIST"),
        (json!({ "disposition": "MOON" }), 400, "INVALID_PARAMETER_VALUE"),
        (json!({ "format": "PARQUET" }), 400, "INVALID_PARAMETER_VALUE"),
        (json!({ "format": "ARROW_STREAM" }), 400, "INVALID_PARAMETER_VALUE"),
        (json!({ "format": "CSV" }), 400, "INVALID_PARAMETER_VALUE"),
        (json!({ "result_compression": "ZIP" }), 400, "INVALID_PARAMETER_VALUE"),
        (json!({ "session_id": "none" }), 404, "RESOURCE_DOES_NOT_EXIST"),
        (json!({ "warehouse_id": null }), 400, "BAD_REQUEST"),
        (json!({ "statement": ["x"] }), 400, "BAD_REQUEST"),
    ];
    for (more, status, expected) in cases {
        let answer = sea.ask("POST", STATEMENTS, with(statement(TEN), more.clone())).await;
        assert_eq!(code(&answer), (status, expected), "{more}");
    }
    for body in ["", "{", "[]", "<html>", "null", "\"x\""] {
        let (status, body) = sea.send("POST", STATEMENTS, body.into()).await.expect("an answer");
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!((status, &body["error_code"]), (400, &json!("BAD_REQUEST")));
    }
    assert_eq!((sea.service.runs(TEN), sea.service.live_operations()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn statement_is_limited_to_16_mib() {
    let sea = Sea::start();
    let sql = |length: usize| format!("--{}", "x".repeat(length - 2));
    let answer = sea.ask("POST", STATEMENTS, statement(&sql((16 << 20) + 1))).await;
    assert_eq!(code(&answer), (400, "INVALID_PARAMETER_VALUE"));
    let longest = sea.execute(statement(&sql(16 << 20))).await;
    assert_eq!(state(&longest), "FAILED", "it is run, and has no scripted answer");
    assert!(longest.to_string().contains("UNSCRIPTED_STATEMENT"));
}

#[tokio::test(start_paused = true)]
async fn parameters_reach_the_engine() {
    let sea = Sea::start();
    let request = with(
        statement(TEN),
        json!({ "parameters": [
            { "name": "price", "value": "1.50", "type": "DECIMAL(10,2)" },
            { "name": "text", "value": "x" },
            { "name": "nothing", "type": "INT" },
            { "ordinal": 2, "value": "second", "type": "STRING" },
            { "ordinal": 1, "value": "1", "type": "INT" },
        ] }),
    );
    sea.execute(request).await;
    let query = sea.engine.queries().pop().expect("it ran");
    let found: Vec<_> = query
        .parameters
        .iter()
        .map(|one| (one.name.as_deref(), one.sql_type.as_str(), one.value.as_deref()))
        .collect();
    assert_eq!(
        found,
        [
            (Some("price"), "DECIMAL(10,2)", Some("1.50")),
            (Some("text"), "STRING", Some("x")),
            (Some("nothing"), "INT", None),
            (None, "INT", Some("1")),
            (None, "STRING", Some("second")),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn positional_parameters_may_be_rejected() {
    let sea = quirky(SeaQuirks { refuse_positional: true, ..SeaQuirks::default() });
    let request = |parameter: Value| with(statement(TEN), json!({ "parameters": [parameter] }));
    let answer = sea.ask("POST", STATEMENTS, request(json!({ "ordinal": 1, "value": "x" }))).await;
    assert_eq!(code(&answer), (400, "INVALID_PARAMETER_VALUE"));
    assert_eq!(sea.service.runs(TEN), 0);
    sea.execute(request(json!({ "name": "x", "value": "x" }))).await;
}

#[tokio::test(start_paused = true)]
async fn limits_truncate_a_result_and_report_it() {
    let sea = Sea::start();
    // The number of rows, and whether the result is truncated.
    let cases = [
        (json!({ "row_limit": 7 }), 7, true),
        (json!({ "row_limit": 10 }), 10, false),
        (json!({ "byte_limit": 24 }), 3, true),
        (json!({ "byte_limit": 80 }), 10, false),
        (json!({ "byte_limit": 24, "row_limit": 2 }), 2, true),
    ];
    for (limit, rows, is_cut) in cases {
        for request in [statement(TEN), links(TEN)] {
            let answer = sea.execute(with(request, limit.clone())).await;
            let manifest = &answer["manifest"];
            assert_eq!(manifest["truncated"], is_cut, "{limit}");
            assert_eq!(manifest["total_row_count"], rows, "{limit}");
        }
    }
    let row_limit = sea.engine.queries()[0].row_limit;
    assert_eq!(row_limit, Some(8), "the engine is asked for one row more");
}

#[tokio::test(start_paused = true)]
async fn oversized_inline_result_fails() {
    let settings = SeaSettings { inline_bytes: 79, ..SeaSettings::default() };
    let sea = Sea::with_settings(Settings { sea: settings, ..Settings::default() });
    let answer = sea.execute(statement(TEN)).await;
    assert_eq!(state(&answer), "FAILED");
    let message = answer["status"]["error"]["message"].as_str().expect("a message");
    assert!(message.starts_with("Inline byte limit exceeded"), "{message}");
    assert_eq!(state(&sea.execute(links(TEN)).await), "SUCCEEDED");
    let cut = with(statement(TEN), json!({ "byte_limit": 79 }));
    assert_eq!(sea.execute(cut).await["manifest"]["total_row_count"], 9);
    assert_eq!(Settings::default().sea.inline_bytes, 26_214_400);
}

#[tokio::test(start_paused = true)]
async fn result_without_rows_has_its_columns() {
    let sea = Sea::start();
    let _ = sea.engine.clone().on("none", Answer::rows(batches(&[0])));
    for request in [statement("none"), links("none"), hybrid("none")] {
        let answer = sea.execute(request).await;
        assert_eq!(state(&answer), "SUCCEEDED");
        assert_eq!(answer["manifest"]["total_row_count"], 0);
        assert_eq!(answer["manifest"]["schema"]["columns"][0]["name"], "id");
        assert!(answer["result"]["external_links"].is_null());
        assert!(answer["result"].get("next_chunk_index").is_none());
    }
    let attachment = sea.execute(hybrid("none")).await;
    assert!(attached(&attachment["result"]).is_empty());
}

#[tokio::test(start_paused = true)]
async fn hybrid_disposition_may_be_rejected() {
    let sea = quirky(SeaQuirks { refuse_hybrid: true, ..SeaQuirks::default() });
    let answer = sea.ask("POST", STATEMENTS, hybrid(TEN)).await;
    assert_eq!(code(&answer), (400, "INVALID_PARAMETER_VALUE"));
    let message = answer.1["message"].as_str().expect("a message");
    assert!(message.contains("not a supported disposition"), "{message}");
    assert_eq!(sea.service.runs(TEN), 0);
    sea.execute(links(TEN)).await;
}

#[tokio::test(start_paused = true)]
async fn zeros_may_be_omitted() {
    let sea = quirky(SeaQuirks { omit_zeros: true, ..SeaQuirks::default() });
    let answer = sea.execute(links(TEN)).await;
    let link = &answer["result"]["external_links"][0];
    assert_eq!(link["row_count"], 10);
    for field in ["chunk_index", "row_offset"] {
        assert!(link.get(field).is_none(), "{link}");
    }
    assert!(answer["manifest"].get("truncated").is_none());
    assert!(answer["manifest"]["schema"]["columns"][0].get("position").is_none());
    // Values of rows are kept.
    assert_eq!(numbers(&sea.execute(statement(TEN)).await["result"]).len(), 10);
}

#[tokio::test(start_paused = true)]
async fn statement_may_be_closed_with_its_response() {
    let sea = quirky(SeaQuirks { close_early: true, ..SeaQuirks::default() });
    for request in [statement(TEN), links(TEN), hybrid(TEN)] {
        let answer = sea.execute(request).await;
        assert_eq!(state(&answer), "CLOSED");
        assert_eq!(answer["manifest"]["total_row_count"], 10);
        assert!(answer["result"].is_object());
        assert_eq!(code(&sea.status(&id(&answer)).await), (404, "NOT_FOUND"));
        assert_eq!(sea.service.live_operations(), 0);
        if let Some(link) = answer["result"]["external_links"].get(0) {
            // The links can still be read.
            sea.download(link).await;
        }
    }
    // A statement that is not waited for is kept.
    let slow = sea.submit(SLOW).await;
    sea.sleep(61).await;
    assert_eq!(sea.state(&slow).await, "SUCCEEDED");
}

fn quirky(sea: SeaQuirks) -> Sea {
    let quirks = Quirks { sea, ..Quirks::default() };
    Sea::with_settings(Settings { quirks, ..Settings::default() })
}
