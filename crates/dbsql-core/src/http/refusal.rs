//! What an attempt proves: success, an error of the server itself, or a transient error, and
//! whether the server may have accepted the request nevertheless.

use std::borrow::Cow;
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use dbsql_auth::{AuthError, AuthErrorKind};
use dbsql_runtime::NoRuntime;
use dbsql_transport::retry::retry_after;
use dbsql_transport::{CollectError, RequestSent, TransportError, TransportErrorKind};
use http::{HeaderMap, StatusCode};

use super::attempt::{Answer, Ended, Outcome};
use super::encoding;
use super::exchange::{CallSpec, Exchange, Retry};
use super::proxy::LastingFailure;
use crate::error::RetryAdvice;
use crate::{Error, ErrorKind};

/// The verdict on an attempt.
pub(crate) enum Verdict<T> {
    Done(T),
    /// A clear error; a retry would return the same.
    Refused(Error),
    /// A transient error.
    Transient(TransientError),
}

/// A transient error.
#[derive(Clone)]
pub(crate) struct TransientError {
    pub(crate) error: Error,
    /// Whether the server may have accepted the request.
    pub(crate) sent: RequestSent,
    pub(crate) retry_after: Option<Duration>,
    /// There was a response that does not come from the server itself: a proxy's page, a redirect.
    pub(crate) is_unproven: bool,
}

impl TransientError {
    pub(crate) fn new(error: Error, sent: RequestSent) -> Self {
        Self { error, sent, retry_after: None, is_unproven: false }
    }

    /// A response that proves nothing.
    pub(crate) fn unproven(error: Error) -> Self {
        Self { is_unproven: true, ..Self::new(error, RequestSent::Maybe) }
    }
}

/// The headers in which Databricks' gateways and its Thrift server report errors.
const REASON_HEADERS: [&str; 3] = [
    "x-thriftserver-error-message",
    "x-databricks-reason-phrase",
    "x-databricks-error-or-redirect-message",
];

/// The maximum length of a quoted body without a mark of the protocol, in bytes.
const MAX_QUOTED_BODY: usize = 300;

/// The text of a 403, in lower case, if the token is invalid rather than insufficient. Seen in
/// databricks-sdk-go #917 and terraform-provider-databricks #66 ("Invalid access token."), cli
/// #4768 ("Invalid Token", an hour after the sign-in), databricks-vscode #583 ("Token is expiring
/// within 30 seconds. (token expired)").
const REJECTED_TOKEN_MARKS: [&str; 4] =
    ["invalid access token", "invalid token", "token expired", "token is expiring"];

/// Returns the text of a header, whatever its bytes.
pub(crate) fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Returns the message of the server itself with an error status: in its own header or as JSON with
/// an error code. `None` for anything that an intermediary may have written.
pub(crate) fn own_word(answer: &Answer) -> Option<String> {
    REASON_HEADERS
        .iter()
        .find_map(|name| header_text(&answer.headers, name))
        .or_else(|| json_error(&answer.body))
}

fn json_error(body: &[u8]) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    let code = match json.get("error_code")? {
        serde_json::Value::String(code) => code.clone(),
        // Gateways write the status there: databricks-sdk-go #917.
        serde_json::Value::Number(code) => code.to_string(),
        _ => return None,
    };
    let message = json.get("message").and_then(serde_json::Value::as_str);
    Some(message.map_or_else(|| code.clone(), |text| format!("{code}: {text}")))
}

/// Returns a short plain-text body, never an HTML page.
fn plain_text(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?.trim();
    let plain = !text.is_empty() && !text.starts_with('<') && text.len() <= MAX_QUOTED_BODY;
    plain.then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Returns the title of an HTML page: older workspaces put the reason there
/// (terraform-provider-databricks #66).
fn html_title(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let (title, _) = text.split_once("<title>")?.1.split_once("</title>")?;
    (title.len() <= MAX_QUOTED_BODY).then(|| title.to_owned())
}

/// Judges the attempts of a call.
pub(crate) struct Judge<'a> {
    pub(crate) exchange: &'a Arc<Exchange>,
    pub(crate) call: &'a CallSpec,
}

impl Judge<'_> {
    /// Returns `true` if the credentials are invalid, rather than insufficient: 401, and the 403
    /// with which Databricks reports a token that is invalid or has expired.
    pub(crate) fn rejects_credentials(&self, ended: &Ended) -> bool {
        let Outcome::Answered(answer) = &ended.outcome else { return false };
        let once = self.call.retry == Retry::Once;
        match answer.status {
            StatusCode::UNAUTHORIZED => true,
            StatusCode::FORBIDDEN => {
                // Any intermediary can write a text: it is no proof that a statement did not run.
                let text = || {
                    let text = || plain_text(&answer.body).or_else(|| html_title(&answer.body));
                    (!once).then(text).flatten()
                };
                let message = own_word(answer).or_else(text);
                message.is_some_and(|text| {
                    let text = text.to_lowercase();
                    REJECTED_TOKEN_MARKS.iter().any(|mark| text.contains(mark))
                })
            }
            _ => false,
        }
    }

    /// Judges everything except the content of a success, or an error of the server itself, which
    /// are for the protocol to read.
    pub(crate) fn verdict(&self, ended: Ended) -> Verdict<Answer> {
        let rejected = self.rejects_credentials(&ended);
        let name = self.call.name;
        match ended.outcome {
            Outcome::Answered(answer) if rejected => Verdict::Refused(server_error(
                ErrorKind::Auth,
                "the server rejected the credentials",
                &answer,
            )),
            Outcome::Answered(answer) => self.answered(answer),
            Outcome::NoCredentials(error) => no_credentials(error),
            Outcome::Failed(error) => self.failed(error),
            Outcome::BrokenBody(error) => self.broken_body(error),
            Outcome::TimedOut(sent) => {
                let limit = self.call.response_timeout.as_secs_f64();
                let message = format!("no response to {name} within {limit} s");
                Verdict::Transient(TransientError::new(
                    Error::new(ErrorKind::Transport, message),
                    sent,
                ))
            }
            Outcome::Lost(sent) => {
                let message = format!("the async runtime in which {name} was sent is gone or idle");
                Verdict::Transient(TransientError::new(
                    Error::new(ErrorKind::Transport, message),
                    sent,
                ))
            }
        }
    }

    /// Handles the statuses that mean the same for every call; the rest is the protocol's.
    fn answered(&self, answer: Answer) -> Verdict<Answer> {
        if answer.status.is_success() {
            return match encoding::foreign(&answer.headers) {
                None => Verdict::Done(answer),
                Some(_) => Verdict::Transient(TransientError::unproven(self.unproven(&answer))),
            };
        }
        let name = self.call.name;
        let once = self.call.retry == Retry::Once;
        // Its subject exists: a proxy that says otherwise may do so only briefly.
        let alive = self.call.retry == Retry::Alive;
        let wait = retry_after(&answer.headers, self.exchange.runtime.wall_now());
        let own = own_word(&answer);
        let throttled = |text: &str| {
            // One switch for both: whether such a response comes from before admission.
            let trusted = self.exchange.retry.trusts_retry_after();
            let sent = if trusted { RequestSent::No } else { RequestSent::Maybe };
            let error = server_error(ErrorKind::Throttled, text, &answer).after(wait);
            Verdict::Transient(TransientError {
                retry_after: wait,
                ..TransientError::new(error, sent)
            })
        };
        match answer.status.as_u16() {
            429 => throttled("the server is rate limiting this client"),
            503 if wait.is_some() => throttled("the server is temporarily unavailable"),
            403 if own.is_some() || (!once && plain_text(&answer.body).is_some()) => {
                let error =
                    server_error(ErrorKind::PermissionDenied, "the server denied access", &answer);
                Verdict::Refused(error)
            }
            407 if !alive => {
                let text = "the proxy requires credentials";
                Verdict::Refused(
                    server_error(ErrorKind::Auth, text, &answer)
                        .with_next_step("configure the credentials of the proxy in the transport"),
                )
            }
            413 if !alive || own.is_some() => {
                let text = format!("the server rejected {name} as too large");
                let error = server_error(ErrorKind::Rejected, &text, &answer);
                Verdict::Refused(error.with_next_step("nothing ran: send a smaller request"))
            }
            408 | 425 | 500 | 502..=599 => {
                let text = format!("the server failed to respond to {name}");
                let error = server_error(ErrorKind::Transport, &text, &answer).after(wait);
                let failure = TransientError::new(error, RequestSent::Maybe);
                Verdict::Transient(TransientError { retry_after: wait, ..failure })
            }
            400..=499 if own.is_some() => Verdict::Done(answer),
            _ => Verdict::Transient(TransientError::unproven(self.unproven(&answer))),
        }
    }

    /// The final error of a response that does not come from the server itself.
    fn unproven(&self, answer: &Answer) -> Error {
        let name = self.call.name;
        if self.call.retry == Retry::Alive || self.call.retry == Retry::Once {
            let text = format!("something other than the server responded to {name}");
            return server_error(ErrorKind::Transport, &text, answer);
        }
        let own_address = "use the host and http_path of the warehouse or cluster";
        if encoding::foreign(&answer.headers).is_some() {
            let text = format!("invalid response to {name}");
            return server_error(ErrorKind::Protocol, &text, answer).with_next_step(
                "check for an intermediary that compresses the responses of the server",
            );
        }
        match answer.status.as_u16() {
            300..=399 => {
                let text = "the server redirected the request; redirects are not followed";
                server_error(ErrorKind::Config, text, answer).with_next_step(own_address)
            }
            404 | 405 | 410 | 421 => {
                let text = "the host has no SQL endpoint at this http_path";
                server_error(ErrorKind::Config, text, answer).with_next_step(
                    "copy the HTTP path from the connection details of the warehouse",
                )
            }
            403 => server_error(ErrorKind::PermissionDenied, "the server denied access", answer),
            501 => {
                let text = format!("the server does not implement {name}");
                server_error(ErrorKind::Unsupported, &text, answer)
            }
            400..=499 => {
                server_error(ErrorKind::Rejected, &format!("the server rejected {name}"), answer)
            }
            _ => {
                let text = format!("invalid response to {name}");
                server_error(ErrorKind::Protocol, &text, answer).with_next_step(own_address)
            }
        }
    }

    fn failed<T>(&self, error: TransportError) -> Verdict<T> {
        let name = self.call.name;
        let sent = error.request_sent();
        let message = match sent {
            RequestSent::No => format!("{name} could not be sent: {error}"),
            RequestSent::Maybe => format!("{name} was interrupted: {error}"),
        };
        if let Some(LastingFailure { kind, next_step }) = LastingFailure::of(&error) {
            let mut refused = Error::new(kind, message).with_next_step(next_step);
            if kind == ErrorKind::Transport {
                refused = refused.with_retry(RetryAdvice::Never);
            }
            return Verdict::Refused(refused.with_source(error));
        }
        if sent == RequestSent::No && error.is_tls() {
            return Verdict::Refused(
                Error::new(ErrorKind::Transport, message)
                    .with_retry(RetryAdvice::Never)
                    .with_next_step(
                        "check the host name, its certificate and the root certificates of this \
                         machine (HttpOptions::add_root_certificate_file adds one); if the port \
                         does not speak TLS, write http:// before the host",
                    )
                    .with_source(error),
            );
        }
        if sent == RequestSent::No && error.kind() == TransportErrorKind::Other {
            let runtime = error.source().and_then(|cause| cause.downcast_ref::<NoRuntime>());
            let settings = runtime
                .map_or("check the host and the settings of the transport", NoRuntime::next_step);
            return Verdict::Refused(
                Error::new(ErrorKind::Config, message).with_next_step(settings).with_source(error),
            );
        }
        let error = Error::new(ErrorKind::Transport, message).with_source(error);
        Verdict::Transient(TransientError::new(error, sent))
    }

    /// Part of the response has arrived, so the request was sent.
    fn broken_body<T>(&self, error: CollectError) -> Verdict<T> {
        let (kind, what, is_transient) = match &error {
            CollectError::Transport(_) => (ErrorKind::Transport, "was cut off", true),
            _ => (ErrorKind::Protocol, "is too large", false),
        };
        let message = format!("the response to {} {what}", self.call.name);
        let error = Error::new(kind, message).with_source(error);
        if is_transient || self.call.retry == Retry::Once {
            Verdict::Transient(TransientError::new(error, RequestSent::Maybe))
        } else {
            Verdict::Refused(error)
        }
    }
}

/// Creates an error that quotes the text of the response, if there is a readable one.
fn server_error(kind: ErrorKind, text: &str, answer: &Answer) -> Error {
    let status = answer.status.as_u16();
    let encoded = || {
        let name = encoding::foreign(&answer.headers)?;
        Some(format!("unexpected content encoding {name}"))
    };
    let quoted = own_word(answer).or_else(encoded).or_else(|| plain_text(&answer.body));
    Error::new(
        kind,
        match quoted {
            Some(quoted) => format!("{text} (HTTP {status}): {quoted}"),
            None => format!("{text} (HTTP {status})"),
        },
    )
}

/// Judges missing credentials.
pub(super) fn no_credentials<T>(error: AuthError) -> Verdict<T> {
    let message = format!("no credentials for the request: {error}");
    let new = |kind: ErrorKind, usual: Option<&'static str>| {
        let reported = Error::new(kind, message.as_str());
        let reported = match error.attempts() {
            Some(attempts) => reported.with_attempts(attempts),
            None => reported,
        };
        let next_step = error.next_step().map(|text| text.to_owned().into());
        match next_step.or(usual.map(Cow::Borrowed)) {
            Some(next_step) => reported.with_next_step(next_step),
            None => reported,
        }
    };
    match error.kind() {
        _ if let Some(failure) = LastingFailure::behind(&error) => {
            let message =
                "no credentials for the request: the proxy did not let the sign-in through";
            Verdict::Refused(
                Error::new(ErrorKind::Auth, message)
                    .with_next_step(failure.next_step)
                    .with_source(error),
            )
        }
        AuthErrorKind::Invalid => {
            Verdict::Refused(new(ErrorKind::Config, None).with_source(error.clone()))
        }
        AuthErrorKind::Rejected => {
            Verdict::Refused(new(ErrorKind::Auth, None).with_source(error.clone()))
        }
        // Unreachable, or a kind of a newer version.
        _ => {
            let wait = error.retry_after();
            let reported =
                new(ErrorKind::Auth, Some("try again: the token service did not respond"))
                    .with_retry(RetryAdvice::RepeatCall)
                    .after(wait)
                    .with_source(error.clone());
            Verdict::Transient(TransientError {
                retry_after: wait,
                ..TransientError::new(reported, RequestSent::No)
            })
        }
    }
}
