//! Where requests go: host, path and workspace id, checked once.

use dbsql_protocol::handle::Place;
use http::Uri;
use http::uri::{Authority, Scheme};

use crate::{Error, ErrorKind, Result};

/// A checked host and path.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    thrift_uri: Uri,
    host: String,
    org_id: Option<String>,
    place: Place,
}

impl Endpoint {
    /// `host` is a bare host name, one with a port, or an `https://` or `http://` URL without a
    /// path; `http_path` is what the warehouse's or cluster's connection details show.
    pub(crate) fn new(host: &str, http_path: &str) -> Result<Self> {
        let (scheme, authority) = split_host(host)?;
        let path = checked_path(http_path)?;
        let thrift_uri = Uri::builder()
            .scheme(scheme)
            .authority(authority.clone())
            .path_and_query(format!("/{path}"))
            .build()
            .map_err(|error| config("the http_path is not a URL path").with_source(error))?;
        let host = authority.as_str().to_ascii_lowercase();
        let place = Place::new(&host, path);
        Ok(Self { thrift_uri, org_id: org_id(path), place, host })
    }

    /// The URL that Thrift calls are posted to.
    pub(crate) fn thrift_uri(&self) -> &Uri {
        &self.thrift_uri
    }

    /// Host and port as they are shown in errors.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The workspace behind a host that serves several: the `?o=<id>` of the path, or the `o/<id>`
    /// of a cluster's path. The official drivers send the same header from the same two places.
    pub(crate) fn org_id(&self) -> Option<&str> {
        self.org_id.as_deref()
    }

    /// What a handle made here says about where it belongs.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }
}

fn config(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message)
}

fn split_host(host: &str) -> Result<(Scheme, Authority)> {
    let host = host.trim();
    let (scheme, rest) = match host.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Scheme::HTTPS, rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Scheme::HTTP, rest),
        Some(_) => return Err(config("the host's scheme is neither https nor http")),
        None => (Scheme::HTTPS, host),
    };
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let next_step = "give a bare host name such as adb-1234.5.azuredatabricks.net; \
                     the http_path is a setting of its own";
    if authority.is_empty() {
        return Err(config("the host is empty").with_next_step(next_step));
    }
    // Userinfo would make `workspace@evil.example` look like the workspace.
    if authority.contains(['/', '@', '?', '#', '\\']) {
        return Err(
            config("the host holds more than a host name and a port").with_next_step(next_step)
        );
    }
    let authority: Authority = authority
        .parse()
        .map_err(|error| config("the host is not a host name").with_source(error))?;
    Ok((scheme, authority))
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

fn org_id(path: &str) -> Option<String> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
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

    #[test]
    fn hosts_of_every_usual_form_are_understood() {
        for (host, uri) in [
            ("example.cloud.databricks.com", "https://example.cloud.databricks.com/sql/1.0/w"),
            ("https://Example.com/", "https://Example.com/sql/1.0/w"),
            ("http://127.0.0.1:10081", "http://127.0.0.1:10081/sql/1.0/w"),
            ("localhost:8443", "https://localhost:8443/sql/1.0/w"),
        ] {
            let endpoint = Endpoint::new(host, "/sql/1.0/w").unwrap();
            assert_eq!(endpoint.thrift_uri().to_string(), uri);
        }
        assert_eq!(Endpoint::new("Example.com", "p").unwrap().host(), "example.com");
    }

    #[test]
    fn hosts_that_could_mislead_are_refused() {
        for host in [
            "",
            "https://",
            "ftp://example.com",
            "example.com/path",
            "good.example@evil.example",
            "example.com?x",
            "example.com#x",
            "exa mple.com",
            "example.com\r\nX: y",
            "example.com\\evil",
        ] {
            let error = Endpoint::new(host, "p").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{host}");
        }
    }

    #[test]
    fn paths_that_are_not_paths_are_refused() {
        for path in ["", "/", "a b", "a\r\nb", "a#b", "https://x/y", "a/../b"] {
            let error = Endpoint::new("example.com", path).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{path}");
        }
    }

    #[test]
    fn the_workspace_id_comes_from_query_or_cluster_path() {
        let id = |path: &str| Endpoint::new("h.example", path).unwrap().org_id().map(str::to_owned);
        assert_eq!(id("/sql/1.0/warehouses/ab?o=123").as_deref(), Some("123"));
        assert_eq!(id("sql/protocolv1/o/987/0123-abc").as_deref(), Some("987"));
        assert_eq!(id("sql/protocolv1/o/0/0123-abc"), None);
        assert_eq!(id("/sql/1.0/warehouses/ab?o=12x"), None);
        assert_eq!(id("/sql/1.0/warehouses/ab"), None);
    }
}
