//! Applies the link policy: which links of a workspace are followed.

use std::net::IpAddr;

use ::url::Host;
use dbsql_transport::RemoteOnly;
use http::Uri;
use http::uri::Scheme;

use super::request::host;
use crate::{Error, ErrorKind, LinkPolicy, Result};

/// The advice for a rejected link.
pub(super) const ALLOW_HOST: &str = "if result files really are there, allow the host with \
                                     LinkPolicy::allow_host in Config::link_policy";

/// The names of services that provide a machine with its credentials.
const METADATA_NAMES: [&str; 4] =
    ["metadata.google.internal", "metadata.goog", "metadata", "instance-data"];

/// The policy of a client, for its workspace. Without a workspace, everything remote is allowed.
#[derive(Debug, Default)]
pub(crate) struct LinkRules {
    is_off: bool,
    allowed: Vec<(Host, Option<u16>)>,
    workspace: Option<Host>,
    https_only: bool,
}

impl LinkRules {
    /// # Errors
    ///
    /// `Config` when an allowed host is invalid.
    pub(crate) fn new(policy: &LinkPolicy, workspace: &Uri) -> Result<Self> {
        let allowed = policy.allowed.iter().map(|text| allowed(text)).collect::<Result<_>>()?;
        let https_only = workspace.scheme() == Some(&Scheme::HTTPS);
        let workspace = parse_host(host(workspace));
        Ok(Self { is_off: policy.is_off, allowed, workspace, https_only })
    }

    /// Rejects a link that must not be followed.
    ///
    /// # Errors
    ///
    /// `Protocol` for an invalid host, otherwise `Config`. It contains nothing of the URL but its
    /// host.
    pub(super) fn check(&self, url: &Uri) -> Result<()> {
        if self.is_off {
            return Ok(());
        }
        let text = host(url);
        let target = parse_host(text).ok_or_else(|| {
            Error::new(ErrorKind::Protocol, "the host of a result link is not a host name")
        })?;
        if self.is_allowed(&target, url) {
            return Ok(());
        }
        let refused = |message: &str| {
            let error = Error::new(ErrorKind::Config, message).with_host(text);
            Err(error.with_next_step(ALLOW_HOST))
        };
        if self.https_only && url.scheme() != Some(&Scheme::HTTPS) {
            return refused("a result link uses http, although the workspace uses https");
        }
        if self.workspace.as_ref() == Some(&target) {
            return Ok(());
        }
        match locality(&target) {
            Locality::Remote => Ok(()),
            Locality::ThisMachine if self.is_on_this_machine() => Ok(()),
            Locality::ThisMachine => refused("a result link points to this machine"),
            Locality::Link => refused(
                "a result link points to the network link or the metadata service of this machine",
            ),
        }
    }

    /// Returns `true` if the host name must not resolve to a forbidden address.
    pub(super) fn is_remote_only(&self, url: &Uri) -> bool {
        let Some(target) = parse_host(host(url)) else { return true };
        !self.is_off
            && !self.is_on_this_machine()
            && self.workspace.as_ref() != Some(&target)
            && !self.is_allowed(&target, url)
    }

    fn is_allowed(&self, target: &Host, url: &Uri) -> bool {
        let usual = if url.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
        let port = url.port_u16().unwrap_or(usual);
        let allows = |(host, only): &(Host, Option<u16>)| {
            host == target && only.is_none_or(|only| only == port)
        };
        self.allowed.iter().any(allows)
    }

    fn is_on_this_machine(&self) -> bool {
        self.workspace.as_ref().map(locality) == Some(Locality::ThisMachine)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Locality {
    Remote,
    ThisMachine,
    /// The network link of this machine, or the metadata service of a cloud.
    Link,
}

fn locality(host: &Host) -> Locality {
    let address: IpAddr = match host {
        Host::Ipv4(address) => (*address).into(),
        Host::Ipv6(address) => (*address).into(),
        Host::Domain(name) if name == "localhost" || name.ends_with(".localhost") => {
            return Locality::ThisMachine;
        }
        Host::Domain(name) if METADATA_NAMES.contains(&name.as_str()) => return Locality::Link,
        Host::Domain(_) => return Locality::Remote,
    };
    if RemoteOnly::is_this_machine(address) {
        Locality::ThisMachine
    } else if RemoteOnly::allows(address) {
        Locality::Remote
    } else {
        Locality::Link
    }
}

/// Normalizes a host: numbers of any base become addresses, names are in lower case and without a
/// trailing dot.
fn parse_host(text: &str) -> Option<Host> {
    match Host::parse(text).ok()? {
        Host::Domain(name) => Some(Host::Domain(name.trim_end_matches('.').to_owned())),
        address => Some(address),
    }
}

fn allowed(text: &str) -> Result<(Host, Option<u16>)> {
    let bad = || {
        let message = "invalid host in LinkPolicy::allow_host";
        Error::new(ErrorKind::Config, message).with_next_step(
            "use a host with or without a port, such as 127.0.0.1:9000, [::1] or storage.example",
        )
    };
    let split =
        text.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']'));
    let (host, port) = match split {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let port = match port.map(str::parse::<u16>) {
        Some(Ok(port @ 1..)) => Some(port),
        None => None,
        Some(_) => return Err(bad()),
    };
    Ok((parse_host(host).ok_or_else(bad)?, port))
}

#[cfg(test)]
mod tests;
