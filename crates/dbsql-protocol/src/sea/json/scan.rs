//! Checks the size, nesting and number of values of a body before it is parsed, without allocating.

use crate::sea::json::{Limits, ReadError, error::excerpt};

/// Checks size, nesting and number of values. Other errors are left to the parser.
pub(super) fn scan(body: &[u8], limits: &Limits) -> Result<(), ReadError> {
    if body.len() > limits.bytes {
        return Err(ReadError::TooLarge { limit: limits.bytes, found: body.len() });
    }
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[') => {}
        Some(_) => return Err(ReadError::NotJson { excerpt: excerpt(body) }),
        None => return Err(ReadError::Empty),
    }
    let (mut depth, mut values) = (0_usize, 1_usize);
    let mut at = 0;
    while let Some(byte) = body.get(at) {
        match byte {
            b'"' => at = string_end(body, at + 1),
            b'{' | b'[' => {
                depth += 1;
                values += 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            // Each value but the first of its list or object follows one of these.
            b',' | b':' => values += 1,
            _ => {}
        }
        if depth > limits.depth {
            return Err(ReadError::TooDeep { at, limit: limits.depth });
        }
        if values > limits.values {
            return Err(ReadError::TooManyValues { at, limit: limits.values });
        }
        at += 1;
    }
    Ok(())
}

/// Returns the offset of the closing quote of the string that starts here, or the end of the body.
fn string_end(body: &[u8], mut at: usize) -> usize {
    loop {
        let rest = body.get(at..).unwrap_or_default();
        // Nearly all bytes of a response with rows are in a single string.
        let Some(found) = memchr::memchr2(b'"', b'\\', rest) else {
            return body.len();
        };
        at += found;
        if rest.get(found) == Some(&b'"') {
            return at;
        }
        at += 2;
    }
}

/// Returns the offset of a line and a column, both counted from 1.
pub(super) fn offset(body: &[u8], line: usize, column: usize) -> usize {
    let mut start = 0;
    for _ in 1..line {
        let rest = body.get(start..).unwrap_or_default();
        match rest.iter().position(|byte| *byte == b'\n') {
            Some(length) => start += length + 1,
            None => break,
        }
    }
    (start + column.saturating_sub(1)).min(body.len())
}
