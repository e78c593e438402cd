//! Bodies with an unexpected content encoding: every request asks for none.

use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// The maximum length of a quoted encoding name, in bytes.
const MAX_NAME: usize = 32;

/// Returns the encoding of a body, such as `gzip`; `None` for a plain one.
pub(crate) fn foreign(headers: &HeaderMap) -> Option<String> {
    headers.get_all(CONTENT_ENCODING).iter().find_map(|value| {
        let names = String::from_utf8_lossy(value.as_bytes());
        let mut names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        let name = names.find(|name| !name.eq_ignore_ascii_case("identity"))?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let shown: String = name.chars().filter(|&c| plain(c)).take(MAX_NAME).collect();
        Some(if shown.is_empty() { "unknown".to_owned() } else { shown })
    })
}
