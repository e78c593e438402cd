//! The endpoint: host, path and workspace id, validated once.

use std::net::{Ipv4Addr, Ipv6Addr};

use dbsql_protocol::handle::HandleEndpoint;
use http::Uri;
use http::uri::Scheme;

use crate::config::HostUrl;
use crate::{Error, ErrorKind, Result};

/// A validated host and path.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    thrift_uri: Uri,
    host: String,
    org_id: Option<String>,
    workspace_id: Option<String>,
    warehouse_id: Option<String>,
    handle_endpoint: HandleEndpoint,
}

impl Endpoint {
    /// `http_path` is that of the connection details of the warehouse or cluster, and
    /// `workspace_id` selects the workspace on a host with several.
    ///
    /// # Errors
    ///
    /// `Config`.
    pub(crate) fn new(host: &HostUrl, http_path: &str, workspace_id: Option<&str>) -> Result<Self> {
        let path = checked_path(http_path)?;
        let thrift_uri = Uri::builder()
            .scheme(host.scheme().clone())
            .authority(host.authority().clone())
            .path_and_query(format!("/{path}"))
            .build()
            .map_err(|error| config("the http_path is not a URL path").with_source(error))?;
        let host = host.authority().as_str().to_ascii_lowercase();
        let handle_endpoint = HandleEndpoint::new(&host, path);
        let given = workspace_id.filter(|id| is_number(id));
        let org_id = match (org_id(path), given) {
            (Some(of_path), Some(given)) if of_path != given => {
                return Err(config("the http_path and workspace_id refer to different workspaces")
                    .with_next_step(
                        "remove one of the two, or the `?o=` of the host or the path",
                    ));
            }
            (of_path, given) => of_path.or_else(|| given.map(str::to_owned)),
        };
        let workspace_id = workspace_id.map(str::to_owned);
        let warehouse_id = warehouse_id(path);
        Ok(Self { thrift_uri, org_id, workspace_id, warehouse_id, handle_endpoint, host })
    }

    /// Rejects `http://` to another machine, where `allowed` is what
    /// `HttpOptions::allow_plain_http` was set to.
    pub(crate) fn check_plain_http(&self, allowed: bool) -> Result<()> {
        let plain = self.thrift_uri.scheme() == Some(&Scheme::HTTP);
        if !plain || allowed || self.thrift_uri.host().is_some_and(is_loopback) {
            return Ok(());
        }
        let message = "the host is an http:// URL of another machine, where anyone on the network \
                       could read the credentials";
        Err(config(message)
            .with_host(&self.host)
            .with_next_step("use https, or allow it with HttpOptions::allow_plain_http"))
    }

    /// Returns the URL of Thrift calls.
    pub(crate) fn thrift_uri(&self) -> &Uri {
        &self.thrift_uri
    }

    /// Returns the URL of another path on the same server.
    ///
    /// # Errors
    ///
    /// `Protocol` for anything but a path with an optional query, since it may come from the
    /// server.
    pub(crate) fn uri(&self, path_and_query: &str) -> Result<Uri> {
        let no_path = || Error::new(ErrorKind::Protocol, "the path of a request is not a path");
        if !path_and_query.starts_with('/') {
            return Err(no_path());
        }
        let mut parts = self.thrift_uri.clone().into_parts();
        let path = path_and_query.parse().map_err(|error| no_path().with_source(error))?;
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).map_err(|error| no_path().with_source(error))
    }

    /// Returns the URL of the workspace itself.
    pub(crate) fn workspace_uri(&self) -> Result<Uri> {
        self.uri("/")
    }

    /// Returns the id of the SQL warehouse in the path; `None` for a cluster or another server.
    pub(crate) fn warehouse_id(&self) -> Option<&str> {
        self.warehouse_id.as_deref()
    }

    /// Returns host and port, as printed in errors.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Returns the workspace on a host that serves several: the `?o=<id>` of the path, the `o/<id>`
    /// of a cluster's path, or the setting if it is a number. The official drivers send it as
    /// `x-databricks-org-id` from the first two.
    pub(crate) fn org_id(&self) -> Option<&str> {
        self.org_id.as_deref()
    }

    /// Returns the workspace setting. The official SDKs send it as `x-databricks-workspace-id`.
    pub(crate) fn workspace_id(&self) -> Option<&str> {
        self.workspace_id.as_deref()
    }

    /// Returns the endpoint for handles.
    pub(crate) fn handle_endpoint(&self) -> &HandleEndpoint {
        &self.handle_endpoint
    }
}

fn config(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback())
}

fn checked_path(http_path: &str) -> Result<&str> {
    let path = http_path.trim().trim_start_matches('/');
    let next_step = "copy the HTTP path from the connection details of the warehouse or cluster, \
                     such as /sql/1.0/warehouses/1234567890abcdef";
    if path.is_empty() {
        return Err(config("the http_path is empty").with_next_step(next_step));
    }
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '#' || c == '\\';
    if path.contains(odd) || path.contains("://") || path.split('/').any(|part| part == "..") {
        return Err(config("the http_path is not a plain path").with_next_step(next_step));
    }
    Ok(path)
}

/// `endpoints` is the former name of warehouses.
fn warehouse_id(path: &str) -> Option<String> {
    let path = path.split_once('?').map_or(path, |(path, _)| path).trim_end_matches('/');
    let id = ["sql/1.0/warehouses/", "sql/1.0/endpoints/"]
        .iter()
        .find_map(|prefix| path.strip_prefix(prefix))?;
    (!id.is_empty() && !id.contains('/')).then(|| id.to_owned())
}

fn org_id(path: &str) -> Option<String> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let digits = |text: &&str| is_number(text);
    let from_query = query.split('&').find_map(|pair| pair.strip_prefix("o=")).filter(digits);
    let from_cluster = path
        .strip_prefix("sql/protocolv1/o/")
        .and_then(|rest| rest.split('/').next())
        .filter(digits)
        .filter(|id| *id != "0");
    from_query.or(from_cluster).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(host: &str, http_path: &str) -> Result<Endpoint> {
        Endpoint::new(&HostUrl::parse(host)?, http_path, None)
    }

    #[test]
    fn host_and_path_form_one_url() {
        for (host, uri) in [
            ("example.cloud.databricks.com", "https://example.cloud.databricks.com/sql/1.0/w"),
            ("http://127.0.0.1:10081", "http://127.0.0.1:10081/sql/1.0/w"),
            ("[::1]:8443", "https://[::1]:8443/sql/1.0/w"),
            ("https://example.com/?o=12", "https://example.com/sql/1.0/w"),
        ] {
            let endpoint = endpoint(host, "/sql/1.0/w").unwrap();
            assert_eq!(endpoint.thrift_uri().to_string(), uri);
        }
        assert_eq!(endpoint("Example.com", "p").unwrap().host(), "example.com");
    }

    #[test]
    fn numeric_workspace_id_is_also_the_org_id() {
        let ids = |path, workspace_id| {
            let host = HostUrl::parse("h.example").unwrap();
            let endpoint = Endpoint::new(&host, path, workspace_id)?;
            let owned = |id: Option<&str>| id.map(str::to_owned);
            Ok::<_, Error>((owned(endpoint.org_id()), owned(endpoint.workspace_id())))
        };
        let some = |id: &str| Some(id.to_owned());
        assert_eq!(ids("/w", Some("12")).unwrap(), (some("12"), some("12")));
        assert_eq!(ids("/w", Some("eastern")).unwrap(), (None, some("eastern")));
        assert_eq!(ids("/w?o=12", Some("12")).unwrap(), (some("12"), some("12")));
        assert_eq!(ids("/w?o=12", Some("eastern")).unwrap(), (some("12"), some("eastern")));
        assert_eq!(ids("/w?o=12", None).unwrap(), (some("12"), None));
        let error = ids("/w?o=12", Some("13")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("different workspaces"), "{error}");
    }

    #[test]
    fn warehouse_is_identified_by_its_path_only() {
        let named =
            |path: &str| endpoint("example.com", path).unwrap().warehouse_id().map(str::to_owned);
        for path in
            ["/sql/1.0/warehouses/abc", "sql/1.0/endpoints/abc", "/sql/1.0/warehouses/abc/?o=1"]
        {
            assert_eq!(named(path).as_deref(), Some("abc"), "{path}");
        }
        for path in
            ["/sql/protocolv1/o/1/2", "/sql/1.0/warehouses/", "/sql/1.0/warehouses/a/b", "x"]
        {
            assert_eq!(named(path), None, "{path}");
        }
    }

    #[test]
    fn other_paths_stay_on_the_host() {
        let endpoint = endpoint("http://127.0.0.1:8080", "/sql/1.0/w?o=1").unwrap();
        let uri = endpoint.uri("/api/2.0/x?a=b").unwrap();
        assert_eq!(uri.to_string(), "http://127.0.0.1:8080/api/2.0/x?a=b");
        // A second authority is treated as a path.
        assert_eq!(endpoint.uri("//evil.example/x").unwrap().host(), Some("127.0.0.1"));
        for path in ["", "api", "https://evil.example/", "@evil.example", "/a b", "/a\r\nb"] {
            assert_eq!(endpoint.uri(path).unwrap_err().kind(), ErrorKind::Protocol, "{path}");
        }
    }

    #[test]
    fn plain_http_to_another_machine_names_the_setting() {
        let check = |host: &str, allowed| endpoint(host, "p").unwrap().check_plain_http(allowed);
        for host in [
            "http://h.example",
            "http://192.168.0.1:80",
            "http://[2001:db8::1]",
            "http://localhost.evil.example",
        ] {
            let error = check(host, false).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains("HttpOptions::allow_plain_http"), "{error}");
            assert!(check(host, true).is_ok(), "{host}");
        }
        for host in [
            "h.example",
            "https://h.example",
            "http://localhost:1",
            "http://127.8.0.1",
            "http://[::1]:1",
        ] {
            assert!(check(host, false).is_ok(), "{host}");
        }
    }

    #[test]
    fn invalid_http_path_is_rejected() {
        for path in ["", "/", "a b", "a\r\nb", "a#b", "https://x/y", "a/../b"] {
            let error = endpoint("example.com", path).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{path}");
        }
    }

    #[test]
    fn workspace_id_comes_from_query_or_cluster_path() {
        let id = |path: &str| endpoint("h.example", path).unwrap().org_id().map(str::to_owned);
        assert_eq!(id("/sql/1.0/warehouses/ab?o=123").as_deref(), Some("123"));
        assert_eq!(id("sql/protocolv1/o/987/0123-abc").as_deref(), Some("987"));
        assert_eq!(id("sql/protocolv1/o/0/0123-abc"), None);
        assert_eq!(id("/sql/1.0/warehouses/ab?o=12x"), None);
        assert_eq!(id("/sql/1.0/warehouses/ab"), None);
    }
}
