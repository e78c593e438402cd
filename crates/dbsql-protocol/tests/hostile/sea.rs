//! Malicious documents of the Statement Execution API.

use dbsql_protocol::sea::{
    CreateSession, DeleteSession, Empty, ErrorBody, ExecuteStatement, ListQueries, QueryInfo,
    QueryList, ResultData, Session, StatementResponse, Warehouse, WarehouseList,
    json::{self, Document, Limits, ReadError},
};

use crate::{mutations::Chance, support::sea};

/// The memory limit for reading a body, in addition to the body itself.
fn limit(body: usize) -> u64 {
    10 * body as u64 + 256 * 1024
}

/// Reads a body within the documented memory and visits all of it.
#[track_caller]
fn bounded<T: Document + std::fmt::Debug + PartialEq>(
    body: &[u8],
    limits: &Limits,
) -> Result<T, ReadError> {
    let mut result = None;
    let used = allocation_counter::measure(|| result = Some(json::read::<T>(body, limits)));
    let (peak, most) = (used.bytes_max, limit(body.len()));
    assert!(peak <= most, "{peak} bytes for a body of {}", body.len());
    let result = result.expect("it was read");
    match &result {
        Ok(document) => {
            assert!(!format!("{document:?}").is_empty());
            let written = json::write(document).expect("what was read can be written");
            let again = json::read::<T>(&written, &Limits::RESULT);
            // Without its unknown fields a body is shorter, and its budget smaller.
            let is_over = matches!(again, Err(ReadError::BudgetExceeded { .. }));
            assert!(is_over || again.as_ref() == Ok(document), "{again:?} is not {document:?}");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    result
}

/// Reads a body as every type of document; returns the number of successes.
fn read_all(body: &[u8], limits: &Limits) -> usize {
    macro_rules! all {
        ($($document:ty),* $(,)?) => {
            [$(bounded::<$document>(body, limits).is_ok()),*].into_iter().filter(|ok| *ok).count()
        };
    }
    all!(
        StatementResponse,
        ResultData,
        ErrorBody,
        Session,
        Warehouse,
        WarehouseList,
        QueryList,
        QueryInfo,
        Empty,
        ExecuteStatement,
        CreateSession,
        DeleteSession,
        ListQueries,
    )
}

/// The number of documents tried.
const MUTATIONS: usize = 3_000;

#[test]
fn changed_documents_neither_panic_nor_exceed_the_budget() {
    let mut chance = Chance(0x5ea);
    let mut read = 0;
    for _ in 0..MUTATIONS {
        let mut body = sea::ALL[chance.below(sea::ALL.len())].1.as_bytes().to_vec();
        for _ in 0..=chance.below(4) {
            mutate(&mut body, &mut chance);
        }
        read += usize::from(read_all(&body, &Limits::ANSWER) > 0);
    }
    // The changes are small enough that some documents survive and large enough that some do not.
    assert!((MUTATIONS / 10..MUTATIONS * 9 / 10).contains(&read), "{read} of {MUTATIONS}");
}

fn mutate(body: &mut Vec<u8>, chance: &mut Chance) {
    const TOKENS: [&str; 24] = [
        "null",
        "{}",
        "[]",
        "[[]]",
        "-1",
        "1e400",
        "1.5",
        "NaN",
        "9223372036854775808",
        "\"\"",
        "\"7\"",
        "true",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\\",
        "\"",
        "{",
        "[",
        "}",
        "]",
        ",",
        ":",
        "\u{feff}",
        "{\"$serde_json::private::Number\":\"7\"}",
    ];
    let at = chance.below(body.len());
    match chance.below(5) {
        0 => body[at] ^= 1 << chance.below(8),
        1 => {
            let token = TOKENS[chance.below(TOKENS.len())];
            body.splice(at..at, token.bytes());
        }
        2 => {
            // A token in place of a value.
            let token = TOKENS[chance.below(TOKENS.len())];
            let rest = &body[at..];
            let Some(colon) = rest.iter().position(|byte| *byte == b':') else { return };
            let start = at + colon + 1;
            let length = body[start..].iter().position(|byte| b",}]".contains(byte)).unwrap_or(0);
            body.splice(start..start + length, token.bytes());
        }
        3 => {
            let end = body.len().min(at + chance.below(24));
            body.drain(at..end);
            body.push(b' ');
        }
        _ => {
            let end = body.len().min(at + chance.below(200));
            let copy = body[at..end].to_vec();
            body.splice(at..at, copy);
        }
    }
}

/// Repeats the element to fill a body of this size.
fn filled(head: &str, element: &str, tail: &str, size: usize) -> Vec<u8> {
    let mut body = head.as_bytes().to_vec();
    while body.len() + element.len() + 1 + tail.len() <= size {
        body.extend_from_slice(element.as_bytes());
        body.push(b',');
    }
    body.pop();
    body.extend_from_slice(tail.as_bytes());
    body
}

#[test]
fn smallest_elements_stay_within_the_budget() {
    for (head, element, tail) in [
        ("{\"external_links\":[", "{}", "]}"),
        ("{\"external_links\":[", "null", "]}"),
        ("{\"external_links\":[", "{\"http_headers\":{\"\":\"\"}}", "]}"),
        ("{\"manifest\":{\"chunks\":[", "{}", "]}}"),
        ("{\"manifest\":{\"schema\":{\"columns\":[", "{}", "]}}}"),
        ("{\"res\":[", "{}", "]}"),
        ("{\"res\":[", "{\"metrics\":{}}", "]}"),
        ("{\"warehouses\":[", "{}", "]}"),
        ("{\"details\":[", "{}", "]}"),
        ("{\"warehouse_id\":\"w\",\"statement\":\"s\",\"parameters\":[", "{}", "]}"),
        ("{\"filter_by\":{\"warehouse_ids\":[", "\"\"", "]}}"),
        ("{\"filter_by\":{\"user_ids\":[", "1", "]}}"),
        ("{\"filter_by\":{\"statuses\":[", "\"\"", "]}}"),
        ("{\"data_array\":[", "[]", "]}"),
        ("{\"data_array\":[", "[\"\"]", "]}"),
        ("{\"data_array\":[[", "\"\"", "]]}"),
        ("{\"data_array\":[[", "1", "]]}"),
        ("{\"data_array\":[[", "\"\\n\"", "]]}"),
    ] {
        // Small bodies fit the budget, large ones exceed it, unless the values are as small as the
        // text.
        for size in [1_000, 100_000] {
            read_all(&filled(head, element, tail, size), &Limits::RESULT);
        }
    }
    let links = filled("{\"external_links\":[", "{}", "]}", 1_000_000);
    let error = bounded::<ResultData>(&links, &Limits::RESULT);
    assert!(matches!(error, Err(ReadError::BudgetExceeded { .. })), "{error:?}");
    let keys: String = (0..20_000).map(|key| format!("\"{key}\":\"\",")).collect();
    let keys = format!("{{\"session_confs\":{{{keys}\"a\":\"\"}}}}");
    read_all(keys.as_bytes(), &Limits::RESULT);
}

#[test]
fn long_strings_stay_within_the_budget() {
    const LENGTH: usize = 200_000;
    for text in ["a", "\\n", "\\ud83d\\ude00", "é", "A"] {
        let text = text.repeat(LENGTH / text.len());
        for (head, tail) in [
            ("{\"status\":{\"state\":\"", "\"}}"),
            ("{\"message\":\"", "\"}"),
            ("{\"result\":{\"attachment\":\"", "\"}}"),
            ("{\"attachment\":\"", "\"}"),
            ("{\"data_array\":[[\"", "\"]]}"),
            ("{\"unknown\":\"", "\"}"),
            ("{\"", "\":1}"),
            ("{\"row_count\":\"", "\"}"),
        ] {
            read_all(format!("{head}{text}{tail}").as_bytes(), &Limits::RESULT);
        }
    }
    let digits = format!("{{\"row_count\":{}}}", "9".repeat(LENGTH));
    read_all(digits.as_bytes(), &Limits::RESULT);
}

#[test]
fn body_over_a_limit_is_rejected_without_allocation() {
    let mut deep = vec![b'['; 1 << 20];
    deep[0] = b'{';
    let many = filled("{\"a\":[", "[]", "]}", 4 << 20);
    let large = vec![b'{'; (16 << 20) + 1];
    for body in [deep, many, large] {
        let used = allocation_counter::measure(|| {
            let error = json::read::<StatementResponse>(&body, &Limits::ANSWER);
            assert!(matches!(
                error,
                Err(ReadError::TooDeep { .. }
                    | ReadError::TooManyValues { .. }
                    | ReadError::TooLarge { .. })
            ));
        });
        assert_eq!(used.count_total, 0);
    }
}
