//! Tokens of the Databricks CLI.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dbsql_runtime::{Instant, Subprocess};
use serde::Deserialize;

use crate::hosts::workspace_origin;
use crate::jwt_claims::JwtClaims;
use crate::program::{ExitError, Failure, Program};
use crate::timestamp::parse_rfc3339;
use crate::{AuthContext, AuthError, AuthErrorKind, BoxFuture, Secret, Token, TokenProvider};

/// Gets tokens from the Databricks CLI with `databricks auth token` (`databricks-cli`).
///
/// The program stores the tokens, renews them and, since its version 1.0, keeps them in the keyring
/// of the system. The token is requested by the host of the workspace, or by the
/// [`profile`](Self::profile) if one is set. Version 0.207.1 or newer is needed; the legacy CLI for
/// Python (up to 0.18) has no `auth token`.
///
/// When the program prints the same token a second time (the client needs another one, because this
/// one expires soon or was rejected), it is run again with `--force-refresh`, if it supports that
/// (0.296 and newer).
///
/// The output does not say which workspace a token is for. With a host, the program is run without
/// `DATABRICKS_CONFIG_PROFILE`, which would take precedence over the host. **A profile is not
/// verified**: if it names another host than the client's, the token of that host is sent to the
/// client's.
///
/// # Errors
///
/// `Invalid` when the program is missing, is the legacy one or prints something else; `Rejected`
/// when nobody is signed in, with the program's message, shortened and without anything that looks
/// like a token; `Unavailable` when it times out or cannot reach the network.
///
/// # Example
///
/// ```
/// use dbsql_auth::{AuthContext, DatabricksCli, TokenProvider};
///
/// # async fn sample(context: AuthContext) -> Result<(), dbsql_auth::AuthError> {
/// let provider = DatabricksCli::new().profile("staging");
/// let token = provider.token(&context).await?; // after `databricks auth login`
/// # drop(token); Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct DatabricksCli {
    profile: Option<String>,
    config_file: Option<PathBuf>,
    path: Option<PathBuf>,
    timeout: Duration,
    last: LastToken,
}

/// The token that was printed last, to detect when it is printed again. A clone starts without it.
#[derive(Default)]
struct LastToken(Mutex<Option<Secret>>);

impl LastToken {
    /// Stores the token. Returns `true` if the same token was stored before.
    fn replace(&self, token: &Secret) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.replace(token.clone()).is_some_and(|last| last == *token)
    }
}

impl Clone for LastToken {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for LastToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LastToken(..)")
    }
}

/// The output of `databricks auth token`: Go's `oauth2.Token`. It contains no refresh token.
#[derive(Deserialize)]
struct Printed {
    access_token: String,
    token_type: Option<String>,
    expiry: Option<String>,
}

const INSTALL: &str =
    "install the Databricks CLI (0.207.1 or newer), or set the path of the program";

impl DatabricksCli {
    /// Creates a provider that runs the `databricks` program on the `PATH`, for the workspace of
    /// the client.
    pub fn new() -> Self {
        Self {
            profile: None,
            config_file: None,
            path: None,
            timeout: Duration::from_secs(60),
            last: LastToken::default(),
        }
    }

    /// Requests the token of a profile, instead of that of the host.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// Sets the configuration file in which the program looks up profiles; by default it uses
    /// `DATABRICKS_CONFIG_FILE` or `~/.databrickscfg`.
    pub fn config_file(mut self, config_file: impl Into<PathBuf>) -> Self {
        self.config_file = Some(config_file.into());
        self
    }

    /// Sets the path of the program, or its name on the `PATH`; `databricks` by default.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Sets the timeout of the program; 60 s by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    fn command(&self, origin: &str, program: &Path, deadline: Option<Instant>) -> Subprocess {
        let mut command = Subprocess::new(program).args(["auth", "token"]);
        if let Some(deadline) = deadline {
            command = command.deadline(deadline);
        }
        if let Some(config_file) = &self.config_file {
            command = command.env("DATABRICKS_CONFIG_FILE", config_file);
        }
        match &self.profile {
            Some(profile) => command.arg("--profile").arg(profile),
            None => command.arg("--host").arg(origin).env_remove("DATABRICKS_CONFIG_PROFILE"),
        }
    }

    async fn fetch(&self, context: &AuthContext) -> Result<Token, AuthError> {
        let origin = workspace_origin(context)?;
        let path = self.path.as_deref().unwrap_or(Path::new("databricks"));
        let sign_in = match &self.profile {
            Some(profile) => format!("databricks auth login --profile {profile}"),
            None => format!("databricks auth login --host {origin}"),
        };
        let program = Program {
            name: "the Databricks CLI",
            path,
            install: INSTALL,
            sign_in: &sign_in,
            timeout: self.timeout,
        };
        let deadline = context.runtime().now().checked_add(self.timeout);
        let command = self.command(&origin, path, deadline);

        let output = program.run(context, &command).await;
        let output = output.map_err(|failure| explain(failure, &program))?;
        let (secret, token) = read(&output, &program)?;
        if !self.last.replace(&secret) {
            return Ok(token);
        }
        match program.run(context, &command.arg("--force-refresh")).await {
            Ok(output) => {
                let (secret, token) = read(&output, &program)?;
                self.last.replace(&secret);
                Ok(token)
            }
            // An older version, which renews when it sees fit.
            Err(Failure::Exited(failed)) if failed.has("unknown flag: --force-refresh") => {
                Ok(token)
            }
            Err(failure) => Err(explain(failure, &program)),
        }
    }
}

impl Default for DatabricksCli {
    fn default() -> Self {
        Self::new()
    }
}

/// Explains a failure that is caused by the program or its configuration.
fn explain(failure: Failure, program: &Program<'_>) -> AuthError {
    let Failure::Exited(failed) = failure else { return failure.into_error(program) };
    if is_legacy(&failed) {
        let path = program.path.display();
        let message = format!("`{path}` is the legacy Databricks CLI, which has no `auth token`");
        return AuthError::new(AuthErrorKind::Invalid, message).with_next_step(INSTALL);
    }
    if failed.has("use --profile to specify which profile") {
        return AuthError::new(AuthErrorKind::Invalid, failed.message(program))
            .with_next_step("set the profile in the configuration of the client");
    }
    failed.into_error(program)
}

/// The CLI for Python, built with click, has no `auth` command.
fn is_legacy(failed: &ExitError) -> bool {
    failed.has("no such command")
}

fn read(output: &[u8], program: &Program<'_>) -> Result<(Secret, Token), AuthError> {
    // Without the cause, which may quote the output.
    let printed: Printed = serde_json::from_slice(output).map_err(|_| program.junk())?;
    let secret = Secret::new(printed.access_token);
    if printed.token_type.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        let message = format!("{} printed a token that is not a bearer token", program.name);
        return Err(AuthError::new(AuthErrorKind::Invalid, message));
    }
    let token = Token::bearer(&secret)?;
    // Go writes year 1 for an unknown time.
    let end = printed.expiry.as_deref().and_then(parse_rfc3339);
    let token = match end.or_else(|| JwtClaims::read(&secret)?.expiry()) {
        Some(end) => token.expires_at(end),
        None => token,
    };
    Ok((secret, token))
}

impl TokenProvider for DatabricksCli {
    fn token<'a>(&'a self, context: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(self.fetch(context))
    }

    /// Longer than the timeout of the program, whose error is more specific.
    fn time_limit(&self) -> Duration {
        self.timeout.saturating_add(Duration::from_secs(5))
    }
}

#[cfg(all(test, unix))]
mod tests;
