//! The clouds of Azure and their Databricks resources, as listed by the SDKs of Databricks.

use http::HeaderName;

use crate::{AuthContext, AuthError};

/// The header with the token for the Azure management service.
pub(crate) const MANAGEMENT_TOKEN: HeaderName =
    HeaderName::from_static("x-databricks-azure-sp-management-token");

/// The header with the Azure resource id of the workspace.
pub(crate) const RESOURCE_ID: HeaderName =
    HeaderName::from_static("x-databricks-azure-workspace-resource-id");

/// The sign-in host of a cloud, and the resource of its management service.
#[derive(Debug)]
pub(crate) struct AzureCloud {
    pub(crate) login: &'static str,
    pub(crate) management: &'static str,
}

const PUBLIC: AzureCloud = AzureCloud {
    login: "https://login.microsoftonline.com",
    management: "https://management.core.windows.net/",
};
const US_GOVERNMENT: AzureCloud = AzureCloud {
    login: "https://login.microsoftonline.us",
    management: "https://management.core.usgovcloudapi.net/",
};
const CHINA: AzureCloud = AzureCloud {
    login: "https://login.chinacloudapi.cn",
    management: "https://management.core.chinacloudapi.cn/",
};

impl AzureCloud {
    /// Returns the cloud with this name, by default that of the workspace.
    pub(crate) fn of(
        name: Option<&str>,
        context: &AuthContext,
    ) -> Result<&'static Self, AuthError> {
        let name = name.map(str::to_ascii_lowercase);
        match name.as_deref() {
            None | Some("") => Ok(match host(context) {
                host if host.ends_with(".databricks.azure.us") => &US_GOVERNMENT,
                host if host.ends_with(".databricks.azure.cn") => &CHINA,
                _ => &PUBLIC,
            }),
            Some("public" | "azurepubliccloud" | "azurecloud") => Ok(&PUBLIC),
            Some("usgov" | "usgovernment" | "azureusgovernment" | "azureusgovernmentcloud") => {
                Ok(&US_GOVERNMENT)
            }
            Some("china" | "azurechinacloud") => Ok(&CHINA),
            Some(_) => {
                let message = "unknown Azure environment: expected public, usgovernment or china";
                Err(AuthError::invalid(message))
            }
        }
    }
}

/// Returns the application id of Azure Databricks, the resource that tokens are requested for.
pub(crate) fn databricks_resource(context: &AuthContext) -> &'static str {
    match host(context) {
        host if host.ends_with(".staging.azuredatabricks.net") => {
            "4a67d088-db5c-48f1-9ff2-0aace800ae68"
        }
        host if host.ends_with(".dev.azuredatabricks.net") => {
            "62a912ac-b58e-4c1d-89ea-b2dbfc7358fc"
        }
        _ => "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
    }
}

fn host(context: &AuthContext) -> String {
    context.workspace().host().unwrap_or_default().to_ascii_lowercase()
}
