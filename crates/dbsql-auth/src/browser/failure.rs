//! What to tell when a sign-in in the browser fails.

use dbsql_runtime::LoopbackError;

use super::opener::OpenError;
use crate::AuthError;
use crate::scrub::scrub;

/// The person or the server said no, in the server's words.
pub(super) fn denied(code: &str, description: &str) -> AuthError {
    let (code, description) = (scrub(code), scrub(description));
    let message = match description.is_empty() {
        true => format!("the sign-in in the browser was refused: {code}"),
        false => format!("the sign-in in the browser was refused: {code}: {description}"),
    };
    AuthError::refused(message)
        .with_next_step("sign in again, as a user whom the workspace lets in")
}

pub(super) fn no_listener(error: LoopbackError) -> AuthError {
    match error {
        LoopbackError::NoRuntime(missing) => {
            AuthError::invalid("no browser sign-in is possible from here")
                .with_next_step(missing.next_step())
                .with_source(error)
        }
        LoopbackError::PortsTaken => {
            let message = "all ports that the browser may return to are in use";
            AuthError::unavailable(message).with_next_step(
                "end the programs that listen on them, or register an OAuth application with other \
                 ports",
            )
        }
        error => AuthError::unavailable("nothing can listen for the return of the browser")
            .with_source(error),
    }
}

pub(super) fn no_browser(error: OpenError) -> AuthError {
    AuthError::invalid("no browser could be opened")
        .with_next_step(
            "set BROWSER to the program that opens one, or print the URL with BrowserSignIn::on_url",
        )
        .with_source(error)
}
