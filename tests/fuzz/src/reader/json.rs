//! Edits of the values of a JSON document.

use serde_json::{Value, json};

use crate::input::Input;

/// Words of the protocol.
const WORDS: [&str; 16] = [
    "PENDING",
    "RUNNING",
    "SUCCEEDED",
    "FAILED",
    "CANCELED",
    "CLOSED",
    "THINKING",
    "JSON_ARRAY",
    "ARROW_STREAM",
    "CSV",
    "NONE",
    "LZ4_FRAME",
    "GZIP",
    "DEADLINE_EXCEEDED",
    "TIMESTAMP",
    "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b",
];

/// Returns the document with edits: each has the index of a value, a kind and an argument.
pub(crate) fn edited(mut document: Value, mut edits: Input<'_>) -> Value {
    for _ in 0..8 {
        if edits.is_empty() {
            break;
        }
        let (index, kind, argument) = (edits.number(), edits.byte(), edits.byte());
        let pointers = pointers(&document);
        let at = &pointers[index % pointers.len()];
        let Some(old) = document.pointer(at) else { break };
        let other = || {
            let at = &pointers[usize::from(argument) % pointers.len()];
            document.pointer(at).cloned().unwrap_or_default()
        };
        let number = old.as_i64().unwrap_or(0);
        let new = match kind % 19 {
            0 => Value::Null,
            1 => json!(-i64::from(argument)),
            2 => json!(argument),
            3 => json!(i64::MAX - i64::from(argument)),
            4 => json!(u64::MAX),
            5 => json!(f64::from(argument) + 0.5),
            6 => json!(number.wrapping_add(i64::from(argument))),
            7 => json!(number.wrapping_sub(i64::from(argument))),
            8 => json!(old.to_string()),
            9 => json!(WORDS[usize::from(argument) % WORDS.len()]),
            10 => json!([]),
            11 => json!({}),
            12 => json!(argument % 2 == 1),
            13 => other(),
            14 => json!([other(), old]),
            15 => match old {
                Value::Array(items) => items.iter().chain(items).cloned().collect(),
                old => json!(vec![old; usize::from(argument)]),
            },
            16 => (0..argument).fold(old.clone(), |inner, _| json!([inner])),
            17 => match old {
                Value::String(text) => json!(format!("{text}{}", char::from(argument))),
                old => json!(old.to_string().repeat(usize::from(argument % 8))),
            },
            _ => Value::String(String::from_utf8_lossy(edits.take(argument.into())).into_owned()),
        };
        match document.pointer_mut(at) {
            Some(value) => *value = new,
            None => break,
        }
    }
    document
}

/// Returns a JSON pointer to each value, the whole document first.
fn pointers(document: &Value) -> Vec<String> {
    let mut pointers = vec![String::new()];
    let mut at = 0;
    while let Some(pointer) = pointers.get(at).cloned() {
        let names: Vec<String> = match document.pointer(&pointer) {
            Some(Value::Object(fields)) => fields.keys().map(|name| escaped(name)).collect(),
            Some(Value::Array(items)) => (0..items.len()).map(|at| at.to_string()).collect(),
            _ => Vec::new(),
        };
        pointers.extend(names.into_iter().map(|name| format!("{pointer}/{name}")));
        at += 1;
        if pointers.len() > 4_000 {
            break;
        }
    }
    pointers
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
