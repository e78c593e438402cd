//! The endpoint that a handle belongs to.

/// The endpoint of a warehouse or cluster: host and HTTP path in normalized form.
///
/// ```
/// use dbsql_protocol::handle::HandleEndpoint;
///
/// let endpoint =
///     HandleEndpoint::new("https://Example.cloud.databricks.com/", "/sql/1.0/warehouses/abc/");
/// assert_eq!(endpoint.host(), "example.cloud.databricks.com");
/// assert_eq!(endpoint.http_path(), "sql/1.0/warehouses/abc");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HandleEndpoint {
    host: String,
    http_path: String,
}

impl HandleEndpoint {
    /// Creates the endpoint for a host and an HTTP path.
    ///
    /// The host is converted to lower case, without a scheme and without the port 443. The path
    /// keeps its case; leading and trailing slashes and spaces are removed.
    #[must_use]
    pub fn new(host: &str, http_path: &str) -> Self {
        let edge = |c: char| c == '/' || c.is_whitespace();
        let lower = host.to_ascii_lowercase();
        let mut host = lower.as_str();
        // Repeated until nothing changes, so that normalizing is idempotent.
        loop {
            let before = host.len();
            host = host.trim_matches(edge);
            host = host.strip_prefix("https://").unwrap_or(host);
            host = host.strip_prefix("http://").unwrap_or(host);
            host = host.strip_suffix(":443").unwrap_or(host);
            if host.len() == before {
                break;
            }
        }
        Self { host: host.to_owned(), http_path: http_path.trim_matches(edge).to_owned() }
    }

    /// Returns the host in lower case, with the port unless it is 443.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the path without leading or trailing slashes.
    #[must_use]
    pub fn http_path(&self) -> &str {
        &self.http_path
    }
}
