//! Bodies that are not the expected document.

use dbsql_protocol::sea::{
    Empty, ExecuteStatement, QueryList, ResultData, StatementResponse,
    json::{self, Limits, ReadError},
};

use super::read;
use crate::support::sea;

#[test]
fn body_that_is_not_json_is_distinguished() {
    for text in ["", " \r\n\t"] {
        assert_eq!(read::<Empty>(text), Err(ReadError::Empty));
    }
    for (text, excerpt) in [
        ("<!DOCTYPE html><html lang=\"en\"><body>", "<!DOCTYPE html><html lang"),
        ("\n <a href='https://h/?sig=hunter2'>", "<a href"),
        ("https://h/p?sig=hunter2", "https://h/p"),
        ("token=hunter2", "token"),
        ("\u{1f}\u{8b}\u{8}", "...."),
        ("404 page not found", "404 page not found"),
        ("\"hunter2\"", ""),
        ("null", "null"),
        ("true", "true"),
        (
            "upstream connect error or disconnect/reset before headers",
            "upstream connect error or discon",
        ),
    ] {
        let expected = ReadError::NotJson { excerpt: excerpt.to_owned() };
        assert_eq!(read::<Empty>(text), Err(expected), "{text}");
    }
    let error = read::<StatementResponse>("[{}]");
    assert_eq!(error, Err(ReadError::NotAnObject { record: "StatementResponse" }));
    assert_eq!(
        error.expect_err("a list").to_string(),
        "expected StatementResponse as a JSON object"
    );
}

#[test]
fn syntax_error_has_its_position() {
    for (text, at) in [("{\"a\":1}x", 7), ("{\n\n \"a\" 1}", 8), ("{\"a\":\"\\q\"}", 7), ("{]", 1)]
    {
        match read::<Empty>(text) {
            Err(ReadError::Syntax { at: found, reason }) => {
                assert_eq!(found, at, "{text}: {reason}");
                assert!(!reason.contains("line"), "{reason}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    assert_eq!(read::<Empty>("{\"a\":["), Err(ReadError::Truncated { at: 5 }));
    let lone = read::<ResultData>("{\"data_array\":[[\"\\ud800\"]]}");
    assert!(matches!(lone, Err(ReadError::Syntax { .. })), "{lone:?}");
    let raw = json::read::<ResultData>(b"{\"data_array\":[[\"\xff\"]]}", &Limits::ANSWER);
    assert!(matches!(raw, Err(ReadError::Syntax { .. })), "{raw:?}");
}

#[test]
fn no_prefix_of_a_document_reads() {
    for (_, text) in sea::ALL {
        for length in 0..text.len() {
            let cut = text.get(..length).expect("ASCII");
            assert!(read::<Empty>(cut).is_err(), "{cut}");
        }
    }
}

#[test]
fn body_over_the_limit_is_not_parsed() {
    let of_size = |size: usize| {
        let mut body = vec![b' '; size];
        body[0] = b'{';
        body[size - 1] = b'}';
        body
    };
    let limit = Limits::ANSWER.bytes;
    assert_eq!(limit, 16 * 1024 * 1024);
    assert_eq!(json::read::<Empty>(&of_size(limit), &Limits::ANSWER), Ok(Empty {}));
    assert_eq!(
        json::read::<Empty>(&of_size(limit + 1), &Limits::ANSWER),
        Err(ReadError::TooLarge { limit, found: limit + 1 })
    );
}

#[test]
fn nesting_is_limited_to_64_levels() {
    let nested = |levels: usize| {
        let lists = levels - 1;
        format!("{{\"a\":{}{}}}", "[".repeat(lists), "]".repeat(lists))
    };
    assert_eq!(read::<Empty>(&nested(64)), Ok(Empty {}));
    assert_eq!(read::<Empty>(&nested(65)), Err(ReadError::TooDeep { at: 68, limit: 64 }));
    assert!(matches!(read::<Empty>(&"[".repeat(100_000)), Err(ReadError::TooDeep { .. })));
    // Brackets in strings are not levels.
    let text = format!("{{\"a\":\"\\\\\\\"{}\"}}", "[{,".repeat(100));
    assert_eq!(read::<Empty>(&text), Ok(Empty {}));
}

#[test]
fn million_empty_lists_are_too_many_values() {
    let lists = format!("{{\"data_array\":[{}[]]}}", "[],".repeat(1_000_000));
    let limit = Limits::ANSWER.values;
    let error = read::<ResultData>(&lists);
    assert!(
        matches!(error, Err(ReadError::TooManyValues { limit: l, .. }) if l == limit),
        "{error:?}"
    );
    // They are allowed as rows, where rows are.
    let rows = json::read::<ResultData>(lists.as_bytes(), &Limits::RESULT).expect("rows");
    assert_eq!(rows.data_array.map(|rows| rows.len()), Some(1_000_001));
    let keys = format!("{{{}\"a\":1}}", "\"a\":1,".repeat(1_000_000));
    assert!(matches!(read::<Empty>(&keys), Err(ReadError::TooManyValues { .. })));
}

#[test]
fn largest_legitimate_results_are_read() {
    // A sixth of the 25 MiB limit of an inline result, with the smallest of values.
    const ROW: &str = "[\"1\",\"\",null],";
    const ROWS: usize = 25 * 1024 * 1024 / 6 / ROW.len();
    let mut rows = ROW.repeat(ROWS);
    rows.pop();
    let body = format!("{{\"data_array\":[{rows}]}}");
    let limits = Limits { values: Limits::RESULT.values / 6, ..Limits::RESULT };
    let data: ResultData = json::read(body.as_bytes(), &limits).expect("rows");
    assert_eq!(data.data_array.map(|rows| rows.len()), Some(ROWS));

    // A page of the query history with minimal entries.
    let query = r#"{"query_id":"01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b","status":"FINISHED","query_text":"SELECT 1","query_start_time_ms":1764417600000,"warehouse_id":"abc123"},"#;
    let mut queries = query.repeat(1_000);
    queries.pop();
    let list: QueryList = read(&format!("{{\"res\":[{queries}]}}")).expect("a page");
    assert_eq!(list.res.len(), 1_000);

    // 16 MiB of SQL in which every byte is escaped.
    let statement = "\\n".repeat(16 * 1024 * 1024);
    let body = format!("{{\"warehouse_id\":\"w\",\"statement\":\"{statement}\"}}");
    let request: ExecuteStatement =
        json::read(body.as_bytes(), &Limits::REQUEST).expect("a request");
    assert_eq!(request.statement.len(), 16 * 1024 * 1024);
}
