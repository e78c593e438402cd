//! A client secret of a Microsoft Entra service principal.

use crate::{AuthContext, AuthError, AuthErrorKind, BoxFuture, Secret, Token, TokenProvider};

/// A client secret of a Microsoft Entra service principal (`azure-client-secret`).
#[derive(Clone, Debug)]
#[must_use]
pub struct AzureClientSecret {
    client_id: String,
    client_secret: Secret,
    tenant: Option<String>,
    resource_id: Option<String>,
    environment: Option<String>,
}

impl AzureClientSecret {
    /// Signs in as the service principal with this application id.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            tenant: None,
            resource_id: None,
            environment: None,
        }
    }

    /// Sets the id of the tenant; by default the workspace says which it is.
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
}

impl TokenProvider for AzureClientSecret {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(async { Err(AuthError::new(AuthErrorKind::Unavailable, "not written yet")) })
    }
}
