//! The tunnel of an HTTP proxy: `CONNECT` (RFC 9110, section 9.3.6) with `Basic` authentication.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeroize::Zeroizing;

use super::{Destination, Reason, TunnelError};
use crate::proxy::ProxyCredentials;

/// The maximum size of a response head in bytes.
const MAX_HEAD: usize = 16 << 10;

/// The maximum length of an error code that is quoted, in bytes.
const MAX_CODE: usize = 40;

pub(super) async fn open(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin + Send),
    login: Option<&ProxyCredentials>,
    destination: Destination<'_>,
) -> Result<(), TunnelError> {
    stream.write_all(&request(login, destination)).await?;
    stream.flush().await?;
    let head = read_head(stream).await?;
    // A reason phrase may be in any encoding.
    let head = String::from_utf8_lossy(&head);
    let answer = Answer::parse(&head)?;
    match answer.status {
        200..=299 => Ok(()),
        _ => Err(answer.refusal(login.is_some())),
    }
}

fn request(login: Option<&ProxyCredentials>, to: Destination<'_>) -> Zeroizing<Vec<u8>> {
    let Destination { host, port } = to;
    let authorization = login.map(|ProxyCredentials { user, password }| {
        let pair = Zeroizing::new(format!("{}:{}", user.as_str(), password.as_str()));
        let encoded = Zeroizing::new(BASE64_STANDARD.encode(pair.as_bytes()));
        Zeroizing::new(format!("Proxy-Authorization: Basic {}\r\n", encoded.as_str()))
    });
    let authorization = authorization.as_ref().map_or("", |header| header.as_str());
    let head =
        format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{authorization}\r\n");
    Zeroizing::new(head.into_bytes())
}

/// Reads up to the blank line and nothing beyond it: the following bytes belong to the server.
async fn read_head(stream: &mut (impl AsyncRead + Unpin + Send)) -> Result<Vec<u8>, TunnelError> {
    let mut head = Vec::with_capacity(256);
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == MAX_HEAD {
            let detail = format!("the response head is larger than {MAX_HEAD} bytes");
            return Err(TunnelError::invalid(detail));
        }
        head.push(stream.read_u8().await?);
        // Data that is not HTTP may never contain a blank line.
        let begin = b"HTTP/1.";
        let seen = head.len().min(begin.len());
        if head[..seen] != begin[..seen] {
            return Err(TunnelError::invalid("the response is not HTTP/1"));
        }
    }
    Ok(head)
}

/// The head of a response.
struct Answer<'a> {
    status: u16,
    headers: Vec<(&'a str, &'a str)>,
}

impl<'a> Answer<'a> {
    fn parse(head: &'a str) -> Result<Self, TunnelError> {
        let invalid = || TunnelError::invalid("the response has no valid HTTP head");
        let mut lines = head.split("\r\n");
        let mut first = lines.next().unwrap_or_default().split(' ');
        let status = first.nth(1).filter(|status| is_status(status)).ok_or_else(invalid)?;
        let status = status.parse().ok().filter(|status| *status >= 100).ok_or_else(invalid)?;
        let headers = lines.filter_map(|line| line.split_once(':'));
        Ok(Self { status, headers: headers.map(|(name, value)| (name, value.trim())).collect() })
    }

    fn all(&self, wanted: &str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(name, _)| name.eq_ignore_ascii_case(wanted));
        named.map(|(_, value)| *value)
    }

    fn refusal(&self, had_login: bool) -> TunnelError {
        let status = self.status;
        let code = self.code();
        let shown = code.map(|code| format!(", {code}")).unwrap_or_default();
        let reason = match (status, code) {
            (407, _) => return self.wants_credentials(had_login),
            (_, Some("ERR_DNS_FAIL" | "dns_error")) => Reason::NameNotFound,
            (408 | 429 | 500..=599, _) => Reason::TargetUnreachable,
            (400..=499, _) => Reason::Refused,
            _ => Reason::Invalid,
        };
        TunnelError::new(reason, format!("the proxy responded with HTTP {status}{shown}"))
    }

    fn wants_credentials(&self, had_login: bool) -> TunnelError {
        let schemes: Vec<&str> = self
            .all("proxy-authenticate")
            .filter_map(|challenge| challenge.split([' ', ',']).next())
            .filter(|scheme| is_code(scheme))
            .collect();
        let basic = schemes.is_empty() || schemes.iter().any(|s| s.eq_ignore_ascii_case("basic"));
        let reason = match had_login && basic {
            true => Reason::RejectedCredentials,
            false => Reason::WantsCredentials,
        };
        let schemes = schemes.join(", ");
        let detail = match basic {
            true => "the proxy responded with HTTP 407".to_owned(),
            false => format!(
                "the proxy responded with HTTP 407 and accepts {schemes}, none of which is supported"
            ),
        };
        TunnelError::new(reason, detail)
    }

    /// Returns the proxy's error code: that of squid, or of `Proxy-Status` (RFC 9209).
    fn code(&self) -> Option<&'a str> {
        let squid = self.all("x-squid-error").filter_map(|value| value.split(' ').next());
        let standard = self.all("proxy-status").filter_map(|value| {
            let parameters = value.split([';', ',']).map(str::trim);
            parameters.filter_map(|parameter| parameter.strip_prefix("error=")).next_back()
        });
        squid.chain(standard).find(|code| is_code(code))
    }
}

fn is_status(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns `true` if a word is short and plain enough to be quoted.
fn is_code(word: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    (1..=MAX_CODE).contains(&word.len()) && word.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(head: &str) -> (Reason, String) {
        let error = Answer::parse(head).unwrap_or_else(|_| panic!("{head}")).refusal(true);
        (error.reason, error.detail)
    }

    #[test]
    fn status_and_code_determine_the_reason() {
        for (head, reason, detail) in [
            ("HTTP/1.1 403 Forbidden", Reason::Refused, "HTTP 403"),
            (
                "HTTP/1.0 503 No\r\nX-Squid-Error: ERR_DNS_FAIL 0",
                Reason::NameNotFound,
                "ERR_DNS_FAIL",
            ),
            (
                "HTTP/1.1 502 No\r\nProxy-Status: p; error=dns_error; rcode=\"NXDOMAIN\"",
                Reason::NameNotFound,
                "HTTP 502, dns_error",
            ),
            (
                "HTTP/1.1 503 No\r\nX-Squid-Error: ERR_CONNECT_FAIL 111",
                Reason::TargetUnreachable,
                "HTTP 503, ERR_CONNECT_FAIL",
            ),
            ("HTTP/1.1 504 No", Reason::TargetUnreachable, "HTTP 504"),
            ("HTTP/1.1 429 No", Reason::TargetUnreachable, "HTTP 429"),
            ("HTTP/1.1 302 Found", Reason::Invalid, "HTTP 302"),
            ("HTTP/1.1 100 Continue", Reason::Invalid, "HTTP 100"),
            ("HTTP/1.1 407 No", Reason::RejectedCredentials, "HTTP 407"),
            (
                "HTTP/1.1 407 No\r\nproxy-authenticate: Negotiate\r\nProxy-Authenticate: basic realm=x",
                Reason::RejectedCredentials,
                "HTTP 407",
            ),
            (
                "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM",
                Reason::WantsCredentials,
                "accepts Negotiate, NTLM, none of which is supported",
            ),
            (
                "HTTP/1.1 500 No\r\nX-Squid-Error: \u{1b}[2J 0",
                Reason::TargetUnreachable,
                "HTTP 500",
            ),
        ] {
            let (seen, text) = refusal(head);
            assert_eq!(seen, reason, "{head}");
            assert!(text.contains(detail), "{head}: {text}");
            assert!(!text.contains('\u{1b}'), "{text}");
        }
    }

    #[test]
    fn response_without_a_status_is_invalid() {
        for head in [
            "HTTP/1.1",
            "HTTP/1.1 ",
            "HTTP/1.1 abc",
            "HTTP/1.1 20",
            "HTTP/1.1 +20 x",
            "HTTP/1.1  200",
            "HTTP/1.1 099 x",
        ] {
            assert!(Answer::parse(head).is_err(), "{head}");
        }
    }
}
