//! The link policy: the hosts that result links may point to, as a setting.

/// The hosts that links to result files may point to.
///
/// A server returns links, and this client follows them from inside your network. By default a link
/// is rejected if it uses `http` while the workspace uses `https`, or points to this machine, its
/// network link or the metadata service of a cloud, unless the workspace itself is on this machine
/// or has the same host. Private addresses are allowed, since private endpoints have them. The
/// rules also apply to redirects, and, with the built-in transport, to the addresses that a host
/// name resolves to.
///
/// ```
/// use dbsql_core::{Config, LinkPolicy};
///
/// // A storage emulator on this machine.
/// let policy = LinkPolicy::default().allow_host("127.0.0.1:9000");
/// let config = Config::new("workspace.example", "/sql/1.0/warehouses/abc").link_policy(policy);
/// # drop(config);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct LinkPolicy {
    pub(crate) is_off: bool,
    /// Hosts as they were set, not validated yet.
    pub(crate) allowed: Vec<String>,
}

impl LinkPolicy {
    /// Follows every link.
    pub fn off() -> Self {
        Self { is_off: true, allowed: Vec::new() }
    }

    /// Allows links to this host, with any port unless one is given: `127.0.0.1:9000`, `[::1]`,
    /// `storage.example`. They may use `http`, which the transport must allow as well
    /// ([`HttpOptions::allow_plain_http`](crate::HttpOptions::allow_plain_http)).
    ///
    /// An invalid host is rejected when the client is built.
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.allowed.push(host.into());
        self
    }
}
