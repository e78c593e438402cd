//! Where a handle is good.

/// A warehouse or a cluster: the host and the HTTP path of its endpoint, in one spelling.
///
/// ```
/// use dbsql_protocol::handle::Place;
///
/// let place = Place::new("https://Example.cloud.databricks.com/", "/sql/1.0/warehouses/abc/");
/// assert_eq!(place.host(), "example.cloud.databricks.com");
/// assert_eq!(place.http_path(), "sql/1.0/warehouses/abc");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    host: String,
    http_path: String,
}

impl Place {
    /// The place that a configuration names.
    ///
    /// The host is brought to lower case, without a scheme, and without the port if that is 443. The
    /// path keeps its case; slashes and spaces at both ends go.
    #[must_use]
    pub fn new(host: &str, http_path: &str) -> Self {
        let edge = |c: char| c == '/' || c.is_whitespace();
        let lower = host.to_ascii_lowercase();
        let mut host = lower.as_str();
        // Until nothing changes any more, so that a place is its own normal form.
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

    /// The host in lower case, with the port unless it is the usual one.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path without a slash at either end.
    #[must_use]
    pub fn http_path(&self) -> &str {
        &self.http_path
    }
}
