//! The hosts that credentials may be sent to.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;
use http::uri::Scheme;

use crate::{AuthContext, AuthError};

/// The suffixes of the hosts that Databricks runs, from the list of environments in its SDKs.
const DATABRICKS_SUFFIXES: [&str; 7] = [
    ".cloud.databricks.com",
    ".cloud.databricks.us",
    ".dev.databricks.com",
    ".gcp.databricks.com",
    ".azuredatabricks.net",
    ".databricks.azure.us",
    ".databricks.azure.cn",
];

/// The sign-in hosts of Microsoft Entra: the public cloud, the US government and China.
const ENTRA_HOSTS: [&str; 4] = [
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.chinacloudapi.cn",
    "login.partner.microsoftonline.cn",
];

/// A URL that credentials may be sent to. It can only be created through the policy.
///
/// The scheme is https, or http to a loopback address if the workspace itself is one over http. The
/// host is that of the workspace with its port, one of Databricks or Microsoft Entra at port 443,
/// or one of [`AuthContext::allowed_hosts`]. `Debug` and [`host`](Self::host) omit the query
/// string.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    uri: Uri,
    host: String,
}

impl Endpoint {
    /// Checks a URL; `what` describes it in errors, such as "the token endpoint".
    pub(crate) fn parse(context: &AuthContext, what: &str, url: &str) -> Result<Self, AuthError> {
        let address = Address::parse(url).map_err(|flaw| invalid_url(what, flaw))?;
        if !scheme_is_allowed(context, &address) {
            let message = format!(
                "{what} is at {address}, which is not https: credentials are not sent to it"
            );
            return Err(AuthError::invalid(message));
        }
        let is_allowed = is_workspace(context, &address)
            || is_known(&address)
            || context.allowed_hosts().iter().any(|entry| is_entry(entry, &address));
        if !is_allowed {
            let message = format!(
                "{what} is at {address}, which is not a host that credentials may be sent to"
            );
            return Err(AuthError::invalid(message).with_next_step(format!(
                "if it is meant to receive them, allow it with Config::allow_auth_host(\"{address}\")"
            )));
        }
        Ok(address.into())
    }

    /// Checks a URL whose host is set by the environment of the program, such as the token service
    /// of a CI system: any host is allowed with https, and loopback if the workspace is on
    /// loopback.
    pub(crate) fn of_environment(
        context: &AuthContext,
        what: &str,
        url: &str,
    ) -> Result<Self, AuthError> {
        let address = Address::parse(url).map_err(|flaw| invalid_url(what, flaw))?;
        if !scheme_is_allowed(context, &address) {
            let message = format!("{what} is at {address}, which is not https");
            return Err(AuthError::invalid(message));
        }
        Ok(address.into())
    }

    /// Returns the URL.
    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Returns the host, with the port unless it is the default: for errors.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({}{})", self.host, self.uri.path())
    }
}

/// Returns the host of a URL for error messages, if the URL is valid.
pub(crate) fn host_of(url: &str) -> Option<String> {
    Address::parse(url).ok().map(|address| address.to_string())
}

/// Returns `true` if the workspace is at the host of this URL.
pub(crate) fn is_of_workspace(context: &AuthContext, url: &str) -> bool {
    Address::parse(url).is_ok_and(|address| is_workspace(context, &address))
}

/// Returns the origin of the workspace, such as `https://host:8443`.
pub(crate) fn workspace_origin(context: &AuthContext) -> Result<String, AuthError> {
    let workspace = context.workspace();
    let scheme = workspace.scheme_str().unwrap_or("https");
    let authority = workspace
        .authority()
        .ok_or_else(|| AuthError::invalid("the URL of the workspace has no host"))?;
    Ok(format!("{scheme}://{authority}"))
}

fn invalid_url(what: &str, flaw: &str) -> AuthError {
    AuthError::invalid(format!("{what} is not a URL that credentials can be sent to: {flaw}"))
}

/// The scheme, host and port of a URL that is simple enough to judge.
struct Address {
    uri: Uri,
    is_https: bool,
    /// In lower case.
    host: String,
    port: u16,
}

impl Address {
    /// Errors do not quote the URL, which may contain a secret.
    fn parse(url: &str) -> Result<Self, &'static str> {
        if !url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return Err("it contains a space, a backslash or a non-ASCII character");
        }
        if url.contains('#') {
            return Err("it has a fragment");
        }
        let uri: Uri = url.parse().map_err(|_| "it cannot be parsed")?;
        let is_https = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            Some(_) => return Err("its scheme is neither https nor http"),
            None => return Err("it has no scheme"),
        };
        let authority = uri.authority().ok_or("it has no host")?;
        if authority.as_str().contains('@') {
            return Err("it has a user name or a password");
        }
        let host = authority.host().to_ascii_lowercase();
        if host.is_empty() {
            return Err("it has no host");
        }
        let rest = authority.as_str().get(host.len()..).unwrap_or_default();
        let port = match rest.strip_prefix(':') {
            None if rest.is_empty() => {
                if is_https {
                    443
                } else {
                    80
                }
            }
            None => return Err("its host is invalid"),
            Some(digits) => match digits.parse() {
                Ok(port) if port != 0 && !digits.starts_with(['+', '0']) => port,
                _ => return Err("its port is invalid"),
            },
        };
        Ok(Self { is_https, host, port, uri })
    }

    fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost"
            || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.is_https, self.port) {
            (true, 443) | (false, 80) => f.write_str(&self.host),
            (_, port) => write!(f, "{}:{port}", self.host),
        }
    }
}

impl From<Address> for Endpoint {
    fn from(address: Address) -> Self {
        Self { host: address.to_string(), uri: address.uri }
    }
}

fn workspace(context: &AuthContext) -> Option<Address> {
    Address::parse(&context.workspace().to_string()).ok()
}

fn scheme_is_allowed(context: &AuthContext, address: &Address) -> bool {
    let is_local = || workspace(context).is_some_and(|own| !own.is_https && own.is_loopback());
    address.is_https || (address.is_loopback() && is_local())
}

fn is_workspace(context: &AuthContext, address: &Address) -> bool {
    workspace(context).is_some_and(|own| own.host == address.host && own.port == address.port)
}

/// Returns `true` for a host of Databricks or Microsoft Entra.
fn is_known(address: &Address) -> bool {
    let is_name = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let host = address.host.as_str();
    address.is_https
        && address.port == 443
        && host.split('.').all(is_name)
        && (ENTRA_HOSTS.contains(&host)
            || DATABRICKS_SUFFIXES.iter().any(|suffix| host.ends_with(suffix)))
}

/// Returns `true` if an entry of the allowed hosts, `host` or `host:port`, matches this host.
fn is_entry(entry: &str, address: &Address) -> bool {
    entry.eq_ignore_ascii_case(&address.to_string())
        || entry.eq_ignore_ascii_case(&format!("{}:{}", address.host, address.port))
}

#[cfg(test)]
mod tests;
