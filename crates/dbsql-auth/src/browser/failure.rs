//! The errors of a browser sign-in.

use dbsql_runtime::LoopbackError;

use super::opener::OpenError;
use crate::AuthError;
use crate::scrub::scrub;

/// Returns the error for a sign-in that the user or the server denied, with the server's message.
pub(super) fn denied(code: &str, description: &str) -> AuthError {
    let (code, description) = (scrub(code), scrub(description));
    let message = match description.is_empty() {
        true => format!("the browser sign-in was denied: {code}"),
        false => format!("the browser sign-in was denied: {code}: {description}"),
    };
    AuthError::rejected(message)
        .with_next_step("sign in again as a user with access to the workspace")
}

pub(super) fn no_listener(error: LoopbackError) -> AuthError {
    match error {
        LoopbackError::NoRuntime(missing) => {
            AuthError::invalid("a browser sign-in needs a tokio runtime with an I/O driver")
                .with_next_step(missing.next_step())
                .with_source(error)
        }
        LoopbackError::PortsTaken => {
            let message = "all redirect ports of the browser sign-in are in use";
            AuthError::unavailable(message).with_next_step(
                "stop the programs that listen on them, or register an OAuth application with other \
                 ports",
            )
        }
        error => AuthError::unavailable("cannot listen for the redirect of the browser")
            .with_source(error),
    }
}

pub(super) fn no_browser(error: OpenError) -> AuthError {
    AuthError::invalid("failed to open a browser")
        .with_next_step(
            "set BROWSER to the program that opens one, or print the URL with BrowserSignIn::on_url",
        )
        .with_source(error)
}
