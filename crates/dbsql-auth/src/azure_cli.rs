//! Tokens of the Azure CLI.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use dbsql_runtime::{Instant, Subprocess};
use http::HeaderValue;
use serde::Deserialize;
use serde_json::Value;

use crate::azure_cloud::{AzureCloud, MANAGEMENT_TOKEN, RESOURCE_ID, databricks_resource};
use crate::jwt_claims::JwtClaims;
use crate::program::{Failure, Program};
use crate::{
    AuthContext, AuthError, AuthErrorKind, Authorization, BoxFuture, Secret, Token, TokenProvider,
};

/// Gets tokens from the Azure CLI with `az account get-access-token` (`azure-cli`).
///
/// The expiry of a token is taken from `expires_on` (seconds since 1970, version 2.54 and newer).
/// Older versions print local time without a zone, which is ambiguous: for those, the `exp` claim
/// of the token is used, or 5 minutes if it has none, the minimum that the program guarantees.
///
/// With a [`resource_id`](Self::resource_id), each request carries it as
/// `X-Databricks-Azure-Workspace-Resource-Id`, together with an Azure management token in
/// `X-Databricks-Azure-SP-Management-Token` if the program returns one: a service principal that is
/// not a user of the workspace needs it, a person may have none. Both tokens are requested with the
/// subscription of the resource when no [`tenant`](Self::tenant) is set, and without it if that
/// fails.
///
/// # Errors
///
/// `Invalid` when the program is missing or prints something else; `Rejected` when nobody is signed
/// in, with the program's message, shortened and without anything that looks like a token;
/// `Unavailable` when it times out or cannot reach the network.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use dbsql_auth::{AuthContext, AzureCli, TokenProvider};
///
/// # async fn sample(context: AuthContext) -> Result<(), dbsql_auth::AuthError> {
/// let provider = AzureCli::new()
///     .tenant("11111111-2222-3333-4444-555555555555")
///     .timeout(Duration::from_secs(20));
/// let token = provider.token(&context).await?; // after `az login`
/// # drop(token); Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct AzureCli {
    tenant: Option<String>,
    resource_id: Option<String>,
    environment: Option<String>,
    path: Option<PathBuf>,
    timeout: Duration,
}

/// How long a token of unknown expiry is used. The program renews a token with less time left.
const UNKNOWN_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// The relevant part of the output of `az account get-access-token`.
#[derive(Deserialize)]
struct Printed {
    #[serde(rename = "accessToken")]
    access_token: String,
    #[serde(rename = "tokenType")]
    token_type: Option<String>,
    expires_on: Option<Value>,
}

/// A token for one resource.
struct Fetched {
    secret: Secret,
    end: Option<SystemTime>,
}

impl AzureCli {
    /// Creates a provider that runs the `az` program on the `PATH`.
    pub fn new() -> Self {
        Self {
            tenant: None,
            resource_id: None,
            environment: None,
            path: None,
            timeout: Duration::from_secs(60),
        }
    }

    /// Sets the id of the tenant.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// Sets the Azure resource id of the workspace, for a principal that is not a user of it.
    pub fn resource_id(mut self, resource_id: impl Into<String>) -> Self {
        self.resource_id = Some(resource_id.into());
        self
    }

    /// Sets the Azure cloud: `public`, `usgovernment` or `china`; by default it follows from the
    /// host of the workspace.
    pub fn environment(mut self, environment: impl Into<String>) -> Self {
        self.environment = Some(environment.into());
        self
    }

    /// Sets the path of the program, or its name on the `PATH`; `az` by default.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Sets the timeout of the program; 60 s by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Returns the subscription in a resource id: `/subscriptions/<id>/...`.
    fn subscription(&self) -> Option<&str> {
        let mut parts = self.resource_id.as_deref()?.split('/').skip(1);
        let is_one = parts.next()?.eq_ignore_ascii_case("subscriptions");
        parts.next().filter(|id| is_one && !id.is_empty())
    }

    async fn fetch(&self, context: &AuthContext) -> Result<Token, AuthError> {
        let management = AzureCloud::of(self.environment.as_deref(), context)?.management;
        let resource_id = self.resource_id.as_deref().map(HeaderValue::from_str).transpose();
        let resource_id = resource_id.map_err(|_| {
            AuthError::new(
                AuthErrorKind::Invalid,
                "the Azure resource id contains a control character",
            )
        })?;
        // On Windows it is a batch file, and only `.exe` is found without its extension.
        let name = if cfg!(windows) { "az.cmd" } else { "az" };
        let sign_in = match &self.tenant {
            Some(tenant) => format!("az login --tenant {tenant}"),
            None => "az login".to_owned(),
        };
        let program = Program {
            name: "the Azure CLI",
            path: self.path.as_deref().unwrap_or(Path::new(name)),
            install: "install the Azure CLI, or set the path of the program",
            sign_in: &sign_in,
            timeout: self.timeout,
        };
        let deadline = context.runtime().now().checked_add(self.timeout);
        let asking = Asking { provider: self, context, program: &program, deadline };

        let fetched = asking.ask(databricks_resource(context)).await;
        let fetched = fetched.map_err(|failure| failure.into_error(&program))?;
        let mut authorization = Authorization::bearer(&fetched.secret)?;
        let mut end = fetched.end;
        if let Some(resource_id) = resource_id {
            authorization = authorization.with_header(RESOURCE_ID, resource_id);
            match asking.ask(management).await {
                Ok(managing) => {
                    // Checked like any other token.
                    Authorization::bearer(&managing.secret)?;
                    let value = HeaderValue::from_str(managing.secret.expose());
                    let value = value.map_err(|_| program.junk())?;
                    authorization = authorization.with_header(MANAGEMENT_TOKEN, value);
                    end = end.zip(managing.end).map(|(one, two)| one.min(two));
                }
                Err(Failure::Exited(failed)) => {
                    let failed = failed.message(&program);
                    tracing::debug!(%failed, "no token for the management of Azure");
                }
                Err(Failure::Other(error)) => return Err(error),
            }
        }
        let token = Token::from(authorization);
        Ok(match end {
            Some(end) => token.expires_at(end),
            None => token.expires_in(UNKNOWN_LIFETIME),
        })
    }
}

impl Default for AzureCli {
    fn default() -> Self {
        Self::new()
    }
}

/// One sign-in, which may run the program several times.
struct Asking<'a> {
    provider: &'a AzureCli,
    context: &'a AuthContext,
    program: &'a Program<'a>,
    deadline: Option<Instant>,
}

impl Asking<'_> {
    /// Requests a token for `resource`, in each way that the settings allow.
    async fn ask(&self, resource: &str) -> Result<Fetched, Failure> {
        match (&self.provider.tenant, self.provider.subscription()) {
            (Some(tenant), _) => match self.run(resource, &["--tenant", tenant]).await {
                // A managed identity has one tenant, and the program rejects an explicit one.
                Err(Failure::Exited(failed)) if failed.has("tenant shouldn't be specified") => {
                    self.run(resource, &[]).await
                }
                outcome => outcome,
            },
            (None, Some(subscription)) => {
                match self.run(resource, &["--subscription", subscription]).await {
                    // A user of the workspace need not have access to its subscription.
                    Err(Failure::Exited(_)) => self.run(resource, &[]).await,
                    outcome => outcome,
                }
            }
            (None, None) => self.run(resource, &[]).await,
        }
    }

    async fn run(&self, resource: &str, more: &[&str]) -> Result<Fetched, Failure> {
        let mut command = Subprocess::new(self.program.path)
            .args(["account", "get-access-token", "--resource", resource, "--output", "json"])
            .args(more.iter().copied());
        if let Some(deadline) = self.deadline {
            command = command.deadline(deadline);
        }
        let output = self.program.run(self.context, &command).await?;
        self.read(&output).map_err(Failure::Other)
    }

    fn read(&self, output: &[u8]) -> Result<Fetched, AuthError> {
        // Without the cause, which may quote the output.
        let printed: Printed = serde_json::from_slice(output).map_err(|_| self.program.junk())?;
        let secret = Secret::new(printed.access_token);
        if printed.token_type.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            let message = "the Azure CLI printed a token that is not a bearer token";
            return Err(AuthError::new(AuthErrorKind::Invalid, message));
        }
        let end = printed.expires_on.as_ref().and_then(epoch);
        // The claim of the token itself: a wrong one harms only its issuer.
        let end = end.or_else(|| JwtClaims::read(&secret)?.expiry());
        Ok(Fetched { secret, end })
    }
}

/// Reads seconds since 1970 from a number or a string, which managed identities have.
fn epoch(value: &Value) -> Option<SystemTime> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let since = Duration::try_from_secs_f64(seconds).ok().filter(|since| !since.is_zero())?;
    SystemTime::UNIX_EPOCH.checked_add(since)
}

impl TokenProvider for AzureCli {
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
