//! Serialized handles: the short text, and serde's JSON.

use dbsql_protocol::handle::{ExecutionHandle, QueryId};

/// A handle as text.
pub(crate) fn text(input: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(input) else { return false };
    let _ = text.parse::<QueryId>().map(|id| {
        assert_eq!(id.to_string().parse(), Ok(id), "the text of an id is an id");
    });
    match text.parse::<ExecutionHandle>() {
        Ok(handle) => {
            let written = handle.serialize();
            assert!(written.parse() == Ok(handle.clone()), "the text of a handle is a handle");
            assert_reveals_nothing(&format!("{handle:?}"), &handle);
            true
        }
        Err(error) => {
            assert_repeats_nothing(&format!("{error} {error:?}"), input);
            false
        }
    }
}

/// A handle as JSON.
pub(crate) fn json(input: &[u8]) -> bool {
    let _ = serde_json::from_slice::<QueryId>(input);
    match serde_json::from_slice::<ExecutionHandle>(input) {
        Ok(handle) => {
            let written = serde_json::to_vec(&handle).expect("a handle can be written");
            let again: ExecutionHandle = serde_json::from_slice(&written).expect("and read again");
            assert!(again == handle, "the document of a handle is that handle");
            assert_reveals_nothing(&format!("{handle:?}"), &handle);
            true
        }
        Err(error) => {
            assert_repeats_nothing(&format!("{error} {error:?}"), input);
            false
        }
    }
}

/// Checks that the secret of a handle is not printed.
fn assert_reveals_nothing(debug: &str, handle: &ExecutionHandle) {
    let Some(secret) = handle.query_secret() else { return };
    let secret = secret.expose().to_string();
    let id = handle.query_id().to_string();
    assert!(secret == id || !debug.contains(&secret), "the secret is printed");
}

/// Checks that an error quotes no part of the input that could belong to a secret.
fn assert_repeats_nothing(error: &str, input: &[u8]) {
    const PART: usize = 8;
    for part in input.windows(PART) {
        if part.iter().all(u8::is_ascii_hexdigit) && part.iter().any(u8::is_ascii_digit) {
            let part = String::from_utf8_lossy(part);
            assert!(!error.contains(&*part), "the error repeats a part of the input: {error}");
        }
    }
}
