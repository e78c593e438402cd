//! An imitation of the token service of GitHub Actions.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode, header};
use serde_json::json;

use crate::credentials::same;
use crate::oauth::answer::not_stored;
use crate::oauth::discovery::Asked;
use crate::oauth::form::Form;
use crate::oauth::issuer::GITHUB;
use crate::oauth::jwt::{random_text, seconds_since_epoch};
use crate::service::{error_response, json_response};

/// The lifetime of its tokens.
const LIFETIME: Duration = Duration::from_secs(5 * 60);

/// The subject of the job.
pub(super) const SUBJECT: &str = "repo:example/warehouse:ref:refs/heads/main";

/// The default audience.
const AUDIENCE: &str = "https://github.com/example";

pub(super) fn answer(asked: &Asked<'_>) -> Response<Bytes> {
    let (inner, request) = (asked.inner, asked.request);
    let given = request.headers().get(header::AUTHORIZATION).and_then(|one| one.to_str().ok());
    let own = &inner.oauth.github_token.0;
    let is_right = given.and_then(|given| given.split_once(' ')).is_some_and(|(scheme, token)| {
        scheme.eq_ignore_ascii_case("Bearer") && same(token.as_bytes(), own.as_bytes())
    });
    if !is_right {
        let message = "UNAUTHENTICATED: this is not the request token of the job";
        return error_response(StatusCode::UNAUTHORIZED, message);
    }
    let query = Form::parse(request.uri().query().unwrap_or_default().as_bytes());
    let Some(query) = query else {
        return error_response(StatusCode::BAD_REQUEST, "BAD_REQUEST: a parameter comes twice");
    };
    let now = inner.runtime.wall_now();
    let token = inner.oauth.key.sign(&json!({
        "iss": GITHUB,
        "sub": SUBJECT,
        "aud": query.get("audience").unwrap_or(AUDIENCE),
        "iat": seconds_since_epoch(now),
        "nbf": seconds_since_epoch(now),
        "exp": seconds_since_epoch(now + LIFETIME),
        "jti": random_text(&inner.runtime),
    }));
    not_stored(json_response(StatusCode::OK, &json!({ "count": token.len(), "value": token })))
}
