//! The error response of a store, of which only the error code is printed.

use std::time::Duration;

use dbsql_runtime::Runtime;
use dbsql_transport::Body;

/// The maximum number of bytes read of an error body.
const MAX_ERROR_BODY: usize = 64 << 10;

/// The timeout for the body of an error.
const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// The maximum length of a printed code, in bytes.
const MAX_CODE: usize = 64;

/// The content of an error body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ErrorBody {
    /// The error code: letters only.
    pub(super) code: Option<String>,
    /// Whether something has expired: the link, or the credentials that signed it.
    pub(super) expired: bool,
}

impl ErrorBody {
    pub(super) async fn read(body: &mut Body, runtime: &Runtime) -> Self {
        let mut text = Vec::new();
        let limit = runtime.now().checked_add(ERROR_BODY_TIMEOUT);
        let reading = async {
            while text.len() < MAX_ERROR_BODY
                && let Ok(Some(chunk)) = body.chunk().await
            {
                let room = MAX_ERROR_BODY - text.len();
                text.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            }
        };
        // What has arrived by then is enough.
        let _ = runtime.timeout_at(limit, reading).await;
        Self::parse(&String::from_utf8_lossy(&text))
    }

    fn parse(text: &str) -> Self {
        let code = code(text);
        // S3: ExpiredToken, TokenRefreshRequired, RequestExpired; others mention it in the text.
        let expired = code == Some("TokenRefreshRequired")
            || text.as_bytes().windows(7).any(|word| word.eq_ignore_ascii_case(b"expired"));
        Self { code: code.map(str::to_owned), expired }
    }

    pub(super) fn is_request_timeout(&self) -> bool {
        self.code.as_deref() == Some("RequestTimeout")
    }
}

/// Returns the code of an error of S3, Azure or GCS (`<Code>..</Code>`) or of a JSON error.
fn code(text: &str) -> Option<&str> {
    let after = |mark: &str| text.split_once(mark).map(|(_, rest)| rest);
    let json = |mark: &str| {
        let rest = after(mark)?.trim_start().strip_prefix(':')?.trim_start();
        rest.strip_prefix('"')?.split_once('"').map(|(code, _)| code)
    };
    let xml = after("<Code>").and_then(|rest| rest.split_once("</Code>")).map(|(code, _)| code);
    let code = xml.or_else(|| json("\"error_code\"")).or_else(|| json("\"code\""))?;
    let plain = !code.is_empty()
        && code.len() <= MAX_CODE
        && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    plain.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_read_from_each_form_of_an_error() {
        for (text, code) in [
            ("<?xml?><Error><Code>ExpiredToken</Code><Message>x</Message>", Some("ExpiredToken")),
            (r#"{"error":{"code":"AuthenticationFailed"}}"#, Some("AuthenticationFailed")),
            (r#"{"error_code" : "Gone", "message": "x"}"#, Some("Gone")),
            ("<Code>canary-123</Code>", None),
            ("<Code></Code>", None),
            ("<Code>Endless", None),
            (r#"{"code": 400}"#, None),
            ("", None),
        ] {
            assert_eq!(ErrorBody::parse(text).code.as_deref(), code, "{text}");
        }
    }

    #[test]
    fn expiry_is_recognized_from_code_or_text() {
        for (text, expired) in [
            ("<Code>ExpiredToken</Code>", true),
            ("<Code>TokenRefreshRequired</Code>", true),
            ("<Code>AccessDenied</Code><Message>Request has expired</Message>", true),
            ("the SAS token has EXPIRED", true),
            ("<Code>InvalidRequest</Code>", false),
            ("<Code>RequestTimeout</Code>", false),
            ("", false),
        ] {
            assert_eq!(ErrorBody::parse(text).expired, expired, "{text}");
        }
        assert!(ErrorBody::parse("<Code>RequestTimeout</Code>").is_request_timeout());
    }
}
