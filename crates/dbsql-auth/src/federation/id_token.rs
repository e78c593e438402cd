//! Reads the token of another issuer.

use std::io::{self, Read};
use std::path::Path;

use http::header::{AUTHORIZATION, HeaderValue};
use serde::Deserialize;
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use crate::environment::Environment;
use crate::hosts::Endpoint;
use crate::sign_in_request::{Answer, Rejection, SignInRequest, json_object, not_of};
use crate::{AuthContext, AuthError, Authorization, Secret};

/// The maximum size of a token in bytes.
const MAX_TOKEN: u64 = 64 * 1024;

const REQUEST_URL: &str = "ACTIONS_ID_TOKEN_REQUEST_URL";
const REQUEST_TOKEN: &str = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

/// Reads an environment variable.
pub(super) fn of_variable(environment: &Environment, name: &str) -> Result<Secret, AuthError> {
    let text = environment.get(name).unwrap_or_default();
    let token = text.trim();
    if token.is_empty() {
        let message = format!("the environment variable {name} is not set");
        return Err(AuthError::invalid(message).with_next_step(
            "set it to the token of the identity provider, or use another variable",
        ));
    }
    Ok(Secret::from(token))
}

/// Reads a file, off the async threads.
pub(super) async fn of_file(context: &AuthContext, path: &Path) -> Result<Secret, AuthError> {
    let shown = path.display().to_string();
    let path = path.to_owned();
    let read = context.runtime().offload(move || -> io::Result<Zeroizing<String>> {
        let mut text = Zeroizing::new(String::new());
        std::fs::File::open(path)?.take(MAX_TOKEN + 1).read_to_string(&mut text)?;
        Ok(text)
    });
    let read = read.await.map_err(|error| {
        AuthError::unavailable(format!("failed to read the token file {shown}")).with_source(error)
    })?;
    let text = read.map_err(|error| {
        let message = format!("cannot read the token file {shown}");
        match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::InvalidData => AuthError::invalid(message)
                .with_next_step("check the path, and that this user may read the file"),
            _ => AuthError::unavailable(message),
        }
        .with_source(error)
    })?;
    if text.len() as u64 > MAX_TOKEN {
        return Err(AuthError::invalid(format!("the token file {shown} is too large for a token")));
    }
    match text.trim() {
        // The file may be empty for a moment while it is rewritten.
        "" => Err(AuthError::unavailable(format!("the token file {shown} is empty"))),
        token => Ok(Secret::from(token)),
    }
}

/// Requests a token from the token service of GitHub Actions, as set by the runner.
pub(super) async fn of_github(
    context: &AuthContext,
    environment: &Environment,
    audience: &str,
) -> Result<Secret, AuthError> {
    let variable = |name: &str| {
        environment.get(name).filter(|value| !value.is_empty()).ok_or_else(|| {
            AuthError::invalid(format!("the environment variable {name} is not set"))
                .with_next_step("run in a GitHub Actions job with the permission id-token: write")
        })
    };
    let (url, token) = (variable(REQUEST_URL)?, variable(REQUEST_TOKEN)?);
    let separator = if url.contains('?') { '&' } else { '?' };
    let audience: String = byte_serialize(audience.as_bytes()).collect();
    let url = format!("{}{separator}audience={audience}", url.as_str());
    let endpoint = Endpoint::of_environment(context, "the token service of GitHub Actions", &url)?;
    let authorization = Authorization::bearer(&Secret::new(token.as_str()))?;
    let authorization: HeaderValue = authorization.header_value().clone();
    let request = SignInRequest::get(endpoint, "the token service of GitHub Actions")
        .header(AUTHORIZATION, authorization);
    let service = request.service();
    let read = |answer: Answer| -> Result<Secret, Rejection> {
        let issued: Option<Issued> = json_object(&answer.body);
        match issued {
            Some(issued) if answer.status.is_success() && !issued.value.is_empty() => {
                Ok(Secret::from(issued.value))
            }
            _ if matches!(answer.status.as_u16(), 401 | 403) => {
                let message =
                    format!("{service} rejected the request (HTTP {})", answer.status.as_u16());
                let next_step = "give the job the permission id-token: write";
                Err(AuthError::rejected(message).with_next_step(next_step).into())
            }
            _ => Err(not_of(&service, &answer)),
        }
    };
    Ok(request.send(context, read).await?)
}

#[derive(Deserialize)]
struct Issued {
    value: String,
}
