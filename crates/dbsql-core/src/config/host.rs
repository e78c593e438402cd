//! The validated host of a workspace.

use std::net::Ipv6Addr;

use http::uri::{Authority, Scheme};

use super::problem::Problem;

const ADVICE: &str = "use a host name such as adb-1234.5.azuredatabricks.net, optionally with a port; \
                      the http_path is a separate setting";

const PARSE: &str = "parse the whole of it as a Config instead: `text.parse::<Config>()`";

/// The host of a workspace: a name with an optional port, or an `https://` or `http://` URL of it,
/// without a path. A `?o=<id>`, which browsers show for some hosts, selects the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostUrl {
    scheme: Scheme,
    authority: Authority,
    workspace_id: Option<String>,
}

impl HostUrl {
    /// Errors never quote the text, which may contain a token.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let (scheme, rest) = split_scheme(text.trim())?;
        let (authority, query) = match rest.split_once('?') {
            Some((authority, query)) => (authority, Some(query)),
            None => (rest, None),
        };
        let workspace_id = match query.map(|query| query.strip_prefix("o=")) {
            None => None,
            Some(Some(id)) if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(id.to_owned())
            }
            Some(_) => return Err(Problem::new("the host has a path or parameters", ADVICE)),
        };
        let authority = authority.trim_end_matches('/');
        let problem = if authority.is_empty() {
            "the host is empty"
        } else if rest.contains('@') {
            // It would also make `workspace@evil.example` look like the workspace.
            "the host has user information in front of an `@`"
        } else if authority.contains(['/', '#', ';', '\\']) {
            "the host has a path or parameters"
        } else {
            let authority = checked_authority(authority)?;
            return Ok(Self { scheme, authority, workspace_id });
        };
        Err(Problem::new(problem, ADVICE))
    }

    pub(crate) fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Returns the workspace in the host's `?o=`.
    pub(crate) fn workspace_id(&self) -> Option<&str> {
        self.workspace_id.as_deref()
    }
}

fn split_scheme(host: &str) -> Result<(Scheme, &str), Problem> {
    if host.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("jdbc:")) {
        return Err(Problem::new("the host is a JDBC URL", PARSE));
    }
    match host.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => Ok((Scheme::HTTPS, rest)),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => Ok((Scheme::HTTP, rest)),
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("databricks") => {
            Err(Problem::new("the host is a databricks:// connection URL", PARSE))
        }
        Some(_) => Err(Problem::new("the scheme of the host is neither https nor http", ADVICE)),
        None => Ok((Scheme::HTTPS, host)),
    }
}

/// Parses a host and an optional port. An invalid port must not be dropped: the request, and the
/// credentials with it, would go to the default port.
fn checked_authority(text: &str) -> Result<Authority, Problem> {
    let bad_host = || Problem::new("the host is not a host name", ADVICE);
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, after) = rest.split_once(']').ok_or_else(bad_host)?;
            address.parse::<Ipv6Addr>().map_err(|_| bad_host())?;
            match after.strip_prefix(':') {
                Some(port) => (&text[..address.len() + 2], Some(port)),
                None if after.is_empty() => (text, None),
                None => return Err(bad_host()),
            }
        }
        None if text.parse::<Ipv6Addr>().is_ok() => {
            return Err(Problem::new(
                "the host is an IPv6 address without brackets",
                "write it as [::1], and with a port as [::1]:443",
            ));
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let host_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if !host.starts_with('[') && (host.is_empty() || !host.bytes().all(host_byte)) {
        return Err(bad_host());
    }
    let authority = match port {
        None => host.parse(),
        Some(port) => {
            let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            match port.parse::<u16>() {
                Ok(number @ 1..) if digits => format!("{host}:{number}").parse(),
                _ => {
                    let message = "the port of the host is not a number from 1 to 65535";
                    return Err(Problem::new(message, ADVICE));
                }
            }
        }
    };
    authority.map_err(|_| bad_host())
}

#[cfg(test)]
mod tests;
