//! The sign-in endpoints, by their paths.

use http::Method;

/// A request to one of the sign-in endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// `/.well-known/databricks-config`.
    Config,
    /// A discovery document, of the workspace or of an account.
    Discovery { account: Option<String> },
    /// The authorization endpoint: its page and the submission of it.
    Authorize { account: Option<String> },
    /// The token endpoint.
    Token { account: Option<String> },
    /// `/aad/auth`, and its equivalent in version 2 of the flow.
    EntraLogin,
    /// A token endpoint of Entra.
    EntraToken { tenant: String, version: EntraVersion },
    /// The token service of GitHub Actions.
    GitHub,
    /// The owner of the token.
    Me,
}

/// Selects one of its two token endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntraVersion {
    V1,
    V2,
}

/// The path of the token service of GitHub Actions.
pub(super) const GITHUB: &str = "/github-actions/token";

const READS: &str = "GET, HEAD";

impl Call {
    /// Returns the endpoint at this path, or its methods if the request has another one.
    pub(crate) fn of(method: &Method, path: &str) -> Option<Result<Self, &'static str>> {
        let (call, allowed) = Self::at(path)?;
        let serves = allowed.split(", ").any(|one| one == method.as_str());
        Some(if serves { Ok(call) } else { Err(allowed) })
    }

    fn at(path: &str) -> Option<(Self, &'static str)> {
        let call = match path {
            "/.well-known/databricks-config" => Self::Config,
            "/aad/auth" | "/oidc/oauth2/v2.0/authorize" => Self::EntraLogin,
            "/api/2.0/preview/scim/v2/Me" => Self::Me,
            GITHUB => Self::GitHub,
            _ => return Self::below(path),
        };
        Some((call, READS))
    }

    fn below(path: &str) -> Option<(Self, &'static str)> {
        if let Some(rest) = path.strip_prefix("/oidc/") {
            let (account, rest) = match rest.strip_prefix("accounts/") {
                Some(rest) => {
                    let (account, rest) = rest.split_once('/')?;
                    (Some(account.to_owned()), rest)
                }
                None => (None, rest),
            };
            return match rest {
                ".well-known/oauth-authorization-server" | ".well-known/openid-configuration" => {
                    Some((Self::Discovery { account }, READS))
                }
                "v1/authorize" => Some((Self::Authorize { account }, "GET, POST")),
                "v1/token" => Some((Self::Token { account }, "POST")),
                _ => None,
            };
        }
        let (tenant, rest) = path.strip_prefix('/')?.split_once('/')?;
        let version = match rest {
            "oauth2/token" => EntraVersion::V1,
            "oauth2/v2.0/token" => EntraVersion::V2,
            _ => return None,
        };
        Some((Self::EntraToken { tenant: tenant.to_owned(), version }, "POST"))
    }

    /// The name under which requests are counted and faults are planned.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Config => "databricks-config",
            Self::Discovery { .. } => "oauth-discovery",
            Self::Authorize { .. } => "oauth-authorize",
            Self::Token { .. } => "oauth-token",
            Self::EntraLogin => "aad-auth",
            Self::EntraToken { .. } => "aad-token",
            Self::GitHub => "github-token",
            Self::Me => "scim-me",
        }
    }

    /// Returns `true` if a token of the workspace is needed.
    pub(crate) fn needs_credentials(&self) -> bool {
        *self == Self::Me
    }
}
