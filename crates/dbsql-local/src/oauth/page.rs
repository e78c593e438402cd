//! The pages of the sign-in.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use crate::oauth::answer::not_stored;
use crate::oauth::sign_ins::Question;

/// No scripts, no frames, no external resources.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/// The page on which the user allows or denies.
pub(super) fn question(question: &Question, users: &[String], ticket: &str) -> Response<Bytes> {
    let options: String = users
        .iter()
        .map(|user| format!("<option value=\"{0}\">{0}</option>", escaped(user)))
        .collect();
    let body = format!(
        "<h1>Sign in to the local warehouse</h1>\n\
         <p><b>{client}</b> asks for <b>{scope}</b>. It listens at {redirect}.</p>\n\
         <form method=\"post\">\n\
         <input type=\"hidden\" name=\"ticket\" value=\"{ticket}\">\n\
         <p><label>as <select name=\"user\">{options}</select></label></p>\n\
         <p><button id=\"allow\" name=\"decision\" value=\"allow\">Allow</button>\n\
         <button id=\"deny\" name=\"decision\" value=\"deny\">Deny</button></p>\n\
         </form>",
        client = escaped(&question.client),
        scope = escaped(&question.scope),
        redirect = escaped(question.redirect.text()),
        ticket = escaped(ticket),
    );
    html(StatusCode::OK, &body)
}

/// The page that explains why there is no redirect.
pub(super) fn refusal(message: &'static str) -> Response<Bytes> {
    html(StatusCode::BAD_REQUEST, &format!("<h1>Not signed in</h1>\n<p>{}</p>", escaped(message)))
}

fn html(status: StatusCode, body: &str) -> Response<Bytes> {
    let text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
         <title>dbsql local warehouse</title>\n\
         <style>body {{ font-family: sans-serif; margin: 3em; }}</style></head>\n\
         <body>\n{body}\n</body>\n</html>\n"
    );
    let mut response = not_stored(Response::new(Bytes::from(text)));
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Escapes the special characters of HTML.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
