//! The environment of a provider: the transport, the runtime and the workspace of its client.

use std::fmt;
use std::sync::Arc;

use dbsql_runtime::Runtime;
use dbsql_transport::SharedTransport;
use http::Uri;

/// The environment of a [`TokenProvider`](crate::TokenProvider): the transport, the runtime and the
/// workspace of the client that needs a token. Cheap to clone.
///
/// Sign-in requests go through the [`transport`](Self::transport), so that the client's TLS and
/// proxy settings apply to them, and time, randomness, tasks and subprocesses come from the
/// [`runtime`](Self::runtime).
#[derive(Clone)]
pub struct AuthContext(Arc<Inner>);

struct Inner {
    transport: SharedTransport,
    runtime: Runtime,
    workspace: Uri,
    allowed_hosts: Vec<String>,
}

impl AuthContext {
    /// Creates a context for the workspace at this URL; only scheme, host and port matter.
    #[must_use]
    pub fn new(transport: SharedTransport, runtime: Runtime, workspace: Uri) -> Self {
        Self(Arc::new(Inner { transport, runtime, workspace, allowed_hosts: Vec::new() }))
    }

    /// Allows credentials to be sent to further hosts; see [`allowed_hosts`](Self::allowed_hosts).
    #[must_use]
    pub fn allow_hosts(self, hosts: impl IntoIterator<Item = String>) -> Self {
        let mut allowed_hosts = self.0.allowed_hosts.clone();
        allowed_hosts.extend(hosts);
        let Inner { transport, runtime, workspace, .. } = &*self.0;
        let (transport, runtime) = (transport.clone(), runtime.clone());
        Self(Arc::new(Inner { transport, runtime, workspace: workspace.clone(), allowed_hosts }))
    }

    /// Returns the transport of sign-in requests.
    #[must_use]
    pub fn transport(&self) -> &SharedTransport {
        &self.0.transport
    }

    /// Returns the source of time, randomness and tasks.
    #[must_use]
    pub fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }

    /// Returns the URL of the workspace; only scheme, host and port matter.
    #[must_use]
    pub fn workspace(&self) -> &Uri {
        &self.0.workspace
    }

    /// Returns the hosts that credentials may be sent to, besides the workspace itself and the
    /// known hosts of Databricks and Microsoft Entra. Each is a host, for the default port, or
    /// `host:port`, case-insensitive, without suffixes or wildcards.
    #[must_use]
    pub fn allowed_hosts(&self) -> &[String] {
        &self.0.allowed_hosts
    }
}

impl fmt::Debug for AuthContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthContext")
            .field("workspace", &self.0.workspace)
            .field("allowed_hosts", &self.0.allowed_hosts)
            .finish_non_exhaustive()
    }
}
