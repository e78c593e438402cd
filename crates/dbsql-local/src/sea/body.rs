//! Bodies of responses.

use bytes::Bytes;
use dbsql_protocol::sea::json::{self, Document};
use http::{HeaderValue, Response, header};
use serde_json::{Value, json};

use crate::sea::Refusal;
use crate::settings::Quirks;

/// Writes the response as JSON, modified by the quirks.
pub(super) fn write<T: Document>(answer: &T, quirks: &Quirks) -> Result<Response<Bytes>, Refusal> {
    let mut body = json::write(answer).map_err(|error| Refusal::internal(error.to_string()))?;
    if quirks.sea.omit_zeros || quirks.unknown_fields {
        let mut value: Value =
            serde_json::from_slice(&body).map_err(|error| Refusal::internal(error.to_string()))?;
        if quirks.sea.omit_zeros {
            omit_zeros(&mut value);
        }
        if quirks.unknown_fields {
            add_unknown(&mut value);
        }
        body = value.to_string().into_bytes();
    }
    let mut response = Response::new(Bytes::from(body));
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// Omits zeros and other default values. Elements of lists are kept.
fn omit_zeros(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(omit_zeros);
            fields.retain(|_, value| !says_nothing(value));
        }
        Value::Array(elements) => elements.iter_mut().for_each(omit_zeros),
        _ => {}
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

/// Adds an undocumented field to every object that is not a map of names.
fn add_unknown(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let known = fields.iter_mut().filter(|(name, _)| *name != "http_headers");
            known.for_each(|(_, value)| add_unknown(value));
            fields.insert("not_documented".to_owned(), json!({ "a": [1, null, "x"] }));
        }
        Value::Array(elements) => elements.iter_mut().for_each(add_unknown),
        _ => {}
    }
}
