//! The sign-in of the Azure CLI.

use std::path::PathBuf;
use std::time::Duration;

use crate::{AuthContext, AuthError, AuthErrorKind, BoxFuture, Token, TokenProvider};

/// The sign-in of the Azure CLI, asked for a token by `az account get-access-token` (`azure-cli`).
#[derive(Clone, Debug)]
#[must_use]
pub struct AzureCli {
    tenant: Option<String>,
    resource_id: Option<String>,
    environment: Option<String>,
    path: Option<PathBuf>,
    timeout: Duration,
}

impl AzureCli {
    /// Asks the `az` program on the `PATH` for a token.
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

    /// Sets the Azure cloud: `public` (the default), `usgov` or `china`.
    pub fn environment(mut self, environment: impl Into<String>) -> Self {
        self.environment = Some(environment.into());
        self
    }

    /// Sets the path of the program.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Sets how long the program may take; 60 s by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

impl TokenProvider for AzureCli {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(async { Err(AuthError::new(AuthErrorKind::Unavailable, "not written yet")) })
    }
}
