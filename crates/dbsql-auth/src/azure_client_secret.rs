//! A client secret of a Microsoft Entra service principal.

use http::header::{HeaderValue, LOCATION};

use crate::azure_cloud::{AzureCloud, MANAGEMENT_TOKEN, RESOURCE_ID, databricks_resource};
use crate::hosts::{Endpoint, workspace_origin};
use crate::sign_in_request::{Answer, Rejection, SignInRequest, not_of};
use crate::token_endpoint::{TokenAnswer, TokenRequest};
use crate::{AuthContext, AuthError, BoxFuture, Secret, Token, TokenProvider};

/// A client secret of a Microsoft Entra service principal (`azure-client-secret`).
///
/// Posts the `client_credentials` grant to `https://<login host>/<tenant>/oauth2/token`, for the
/// resource of Azure Databricks. With a [`resource_id`](Self::resource_id), each request also
/// carries a token for the Azure management service, which a service principal that is not a user
/// of the workspace needs; the pair expires with the earlier of the two.
///
/// ```
/// use dbsql_auth::{AuthContext, AzureClientSecret, TokenProvider};
///
/// # async fn sample(context: AuthContext) -> Result<(), dbsql_auth::AuthError> {
/// let provider = AzureClientSecret::new("application id", "client secret")
///     .tenant("11111111-2222-3333-4444-555555555555")
///     .environment("usgovernment");
/// let token = provider.token(&context).await?;
/// # drop(token); Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct AzureClientSecret {
    client_id: String,
    client_secret: Secret,
    tenant: Option<String>,
    resource_id: Option<String>,
    environment: Option<String>,
    authority: Option<String>,
}

impl AzureClientSecret {
    /// Creates a provider for the service principal with this application id.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            tenant: None,
            resource_id: None,
            environment: None,
            authority: None,
        }
    }

    /// Sets the id of the tenant; by default it is discovered from the workspace.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// Sets the Azure resource id of the workspace, for a principal that is not a user of it.
    pub fn resource_id(mut self, resource_id: impl Into<String>) -> Self {
        self.resource_id = Some(resource_id.into());
        self
    }

    /// Sets the Azure cloud: `public`, `usgovernment` (or `usgov`) or `china`, case-insensitive. By
    /// default it follows from the host of the workspace.
    pub fn environment(mut self, environment: impl Into<String>) -> Self {
        self.environment = Some(environment.into());
        self
    }

    /// Sets the URL of the Entra service, replacing that of the cloud. Its host must be one that
    /// credentials may be sent to.
    pub fn authority(mut self, authority: impl Into<String>) -> Self {
        self.authority = Some(authority.into());
        self
    }

    async fn sign_in(&self, context: &AuthContext) -> Result<Token, AuthError> {
        let cloud = AzureCloud::of(self.environment.as_deref(), context)?;
        let tenant = match &self.tenant {
            Some(tenant) => tenant.clone(),
            None => tenant_of_workspace(context).await?,
        };
        if !is_tenant(&tenant) {
            return Err(AuthError::invalid("the tenant is neither an id nor a domain name"));
        }
        let authority = self.authority.as_deref().unwrap_or(cloud.login);
        let url = format!("{}/{tenant}/oauth2/token", authority.trim_end_matches('/'));
        let endpoint = Endpoint::parse(context, "the Entra token endpoint", &url)?;

        let answer = self.ask(context, &endpoint, databricks_resource(context)).await?;
        let Some(resource_id) = &self.resource_id else { return answer.into_token() };
        let resource_id = HeaderValue::from_str(resource_id)
            .map_err(|_| AuthError::invalid("the Azure resource id is not a valid header value"))?;
        let management = self.ask(context, &endpoint, cloud.management).await?;
        let lifetime = earlier(answer.lifetime, management.lifetime);
        // Validated like any other token; its value is sent without the scheme.
        drop(Token::bearer(&management.access_token)?);
        let management = HeaderValue::from_str(management.access_token.expose())
            .map_err(|_| AuthError::rejected("the management token is not a valid header value"))?;
        let token = TokenAnswer { lifetime, ..answer }.into_token()?;
        Ok(token.map_authorization(|authorization| {
            authorization
                .with_header(MANAGEMENT_TOKEN, management)
                .with_header(RESOURCE_ID, resource_id)
        }))
    }

    async fn ask(
        &self,
        context: &AuthContext,
        endpoint: &Endpoint,
        resource: &str,
    ) -> Result<TokenAnswer, AuthError> {
        let request = TokenRequest::new(endpoint.clone(), "client_credentials")
            .service("the Entra token service")
            .field("client_id", &self.client_id)
            .secret("client_secret", &self.client_secret)
            .field("resource", resource);
        Ok(request.send(context).await?)
    }
}

fn earlier<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Returns `true` for an id or a domain name: nothing that would change the URL around it.
fn is_tenant(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
}

/// Discovers the tenant from where the workspace redirects a browser: `https://<login
/// host>/<tenant>/...`.
async fn tenant_of_workspace(context: &AuthContext) -> Result<String, AuthError> {
    let url = format!("{}/aad/auth", workspace_origin(context)?);
    let endpoint = Endpoint::parse(context, "the workspace", &url)?;
    let request = SignInRequest::get(endpoint, "the sign-in page of the workspace");
    let service = request.service();
    let unknown = |what: &str| {
        let message = format!("{service} does not name the Entra tenant: {what}");
        AuthError::invalid(message).with_next_step("set the id of the tenant")
    };
    let read = |answer: Answer| -> Result<String, Rejection> {
        if !answer.status.is_redirection() {
            return Err(not_of(&service, &answer)
                .map_error(|error| error.with_next_step("set the id of the tenant")));
        }
        let location = answer.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let location = location.ok_or_else(|| unknown("it does not redirect"))?;
        let location = Endpoint::parse(context, "the Entra service", location)?;
        let tenant = location.uri().path().split('/').nth(1).unwrap_or_default();
        let is_one = is_tenant(tenant) && !["common", "organizations"].contains(&tenant);
        Ok(is_one.then(|| tenant.to_owned()).ok_or_else(|| unknown("its URL contains none"))?)
    };
    Ok(request.send(context, read).await?)
}

impl TokenProvider for AzureClientSecret {
    fn token<'a>(&'a self, context: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(self.sign_in(context))
    }
}

#[cfg(test)]
mod tests;
