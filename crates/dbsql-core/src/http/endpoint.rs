//! Where requests go: host, path and workspace id, checked once.

use std::net::{Ipv4Addr, Ipv6Addr};

use dbsql_protocol::handle::Place;
use http::Uri;
use http::uri::{Authority, Scheme};

use crate::{Error, ErrorKind, Result};

const HOST_ADVICE: &str = "give a host name such as adb-1234.5.azuredatabricks.net, optionally with \
                           a port; the http_path is a setting of its own";

/// A checked host and path.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    thrift_uri: Uri,
    host: String,
    org_id: Option<String>,
    warehouse_id: Option<String>,
    place: Place,
}

impl Endpoint {
    /// `host` is a host name, one with a port, or an `https://` or `http://` URL without a path;
    /// `http_path` is the one in the connection details of the warehouse or cluster.
    ///
    /// # Errors
    ///
    /// `Config`, never with the text of `host`: it may hold a token.
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
        let (org_id, warehouse_id) = (org_id(path), warehouse_id(path));
        Ok(Self { thrift_uri, org_id, warehouse_id, place, host })
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

    /// The URL that Thrift calls are posted to.
    pub(crate) fn thrift_uri(&self) -> &Uri {
        &self.thrift_uri
    }

    /// The URL of another path of the same server.
    ///
    /// # Errors
    ///
    /// `Protocol` for what is not a path with an optional query, which may have come from the server.
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

    /// The URL of the workspace itself.
    pub(crate) fn workspace_uri(&self) -> Result<Uri> {
        self.uri("/")
    }

    /// The id of the SQL warehouse that the path names; `None` for a cluster or another server.
    pub(crate) fn warehouse_id(&self) -> Option<&str> {
        self.warehouse_id.as_deref()
    }

    /// Host and port, as errors show them.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The workspace, for a host that serves several: the `?o=<id>` of the path, or the `o/<id>` of
    /// a cluster's path. The official drivers send the same header from the same two sources.
    pub(crate) fn org_id(&self) -> Option<&str> {
        self.org_id.as_deref()
    }

    /// The endpoint that is written into handles.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }
}

fn config(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message)
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback())
}

fn split_host(host: &str) -> Result<(Scheme, Authority)> {
    let host = host.trim();
    if host.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("jdbc:")) {
        return Err(config("the host is a JDBC URL").with_next_step(
            "give the name between `//` and the port as host, the value of httpPath as http_path, \
             and the value of PWD or Auth_AccessToken as token",
        ));
    }
    let (scheme, rest) = match host.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Scheme::HTTPS, rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Scheme::HTTP, rest),
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("databricks") => {
            return Err(config("the host is a databricks:// connection URL").with_next_step(
                "give the name after `@` as host, the value of http_path as http_path, and the \
                 text between `token:` and `@` as token",
            ));
        }
        Some(_) => {
            return Err(config("the scheme of the host is neither https nor http")
                .with_next_step(HOST_ADVICE));
        }
        None => (Scheme::HTTPS, host),
    };
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let problem = if authority.is_empty() {
        "the host is empty"
    } else if authority.contains('@') {
        // It would also make `workspace@evil.example` look like the workspace.
        "the host has user information in front of an `@`"
    } else if authority.contains(['/', '?', '#', ';', '\\']) {
        "the host has a path or parameters"
    } else {
        return Ok((scheme, checked_authority(authority)?));
    };
    Err(config(problem).with_next_step(HOST_ADVICE))
}

/// A host and an optional port. A bad port must not be dropped: the request, and the credentials
/// with it, would go to the default one.
fn checked_authority(text: &str) -> Result<Authority> {
    let bad_host = || config("the host is not a host name").with_next_step(HOST_ADVICE);
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
            return Err(config("the host is an IPv6 address without brackets")
                .with_next_step("write it as [::1], and with a port as [::1]:443"));
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
                    return Err(config("the port of the host is not a number from 1 to 65535")
                        .with_next_step(HOST_ADVICE));
                }
            }
        }
    };
    authority.map_err(|_| bad_host())
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

/// `endpoints` is what warehouses were called before.
fn warehouse_id(path: &str) -> Option<String> {
    let path = path.split_once('?').map_or(path, |(path, _)| path).trim_end_matches('/');
    let id = ["sql/1.0/warehouses/", "sql/1.0/endpoints/"]
        .iter()
        .find_map(|prefix| path.strip_prefix(prefix))?;
    (!id.is_empty() && !id.contains('/')).then(|| id.to_owned())
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

    #[track_caller]
    fn rejected(host: &str) -> String {
        let error = Endpoint::new(host, "/sql/1.0/w").expect_err(host);
        assert_eq!(error.kind(), ErrorKind::Config, "{host}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary"), "{shown}");
        error.to_string()
    }

    #[test]
    fn usual_forms_of_a_host_are_accepted() {
        for (host, uri) in [
            ("example.cloud.databricks.com", "https://example.cloud.databricks.com/sql/1.0/w"),
            ("https://Example.com/", "https://Example.com/sql/1.0/w"),
            ("HTTPS://example.com:443", "https://example.com:443/sql/1.0/w"),
            ("http://127.0.0.1:10081", "http://127.0.0.1:10081/sql/1.0/w"),
            ("localhost:8443", "https://localhost:8443/sql/1.0/w"),
            ("a_b-c.example:65535", "https://a_b-c.example:65535/sql/1.0/w"),
            ("[::1]", "https://[::1]/sql/1.0/w"),
            ("[::1]:8443", "https://[::1]:8443/sql/1.0/w"),
        ] {
            let endpoint = Endpoint::new(host, "/sql/1.0/w").unwrap();
            assert_eq!(endpoint.thrift_uri().to_string(), uri);
        }
        assert_eq!(Endpoint::new("Example.com", "p").unwrap().host(), "example.com");
    }

    #[test]
    fn warehouse_is_named_by_its_path_alone() {
        let named = |path: &str| {
            Endpoint::new("example.com", path).unwrap().warehouse_id().map(str::to_owned)
        };
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
        let endpoint = Endpoint::new("http://127.0.0.1:8080", "/sql/1.0/w?o=1").unwrap();
        let uri = endpoint.uri("/api/2.0/x?a=b").unwrap();
        assert_eq!(uri.to_string(), "http://127.0.0.1:8080/api/2.0/x?a=b");
        // A second authority stays a path.
        assert_eq!(endpoint.uri("//evil.example/x").unwrap().host(), Some("127.0.0.1"));
        for path in ["", "api", "https://evil.example/", "@evil.example", "/a b", "/a\r\nb"] {
            assert_eq!(endpoint.uri(path).unwrap_err().kind(), ErrorKind::Protocol, "{path}");
        }
    }

    #[test]
    fn misleading_host_is_rejected() {
        for host in [
            "",
            "https://",
            "ftp://example.com",
            "example.com?x",
            "example.com#x",
            "exa mple.com",
            "example.com\r\nX: y",
            "example.com\\evil",
            "exämple.com",
            "example.com%00",
            "example,com",
            "::1",
            "fe80::1",
            "[::1",
            "::1]",
            "[]",
            "[x]",
            "[fe80::1%eth0]",
            "[::1]x",
            "[::1]443",
        ] {
            rejected(host);
        }
        assert!(rejected("::1").contains("[::1]"));
    }

    #[test]
    fn bad_port_is_rejected_and_not_replaced_by_the_default() {
        for port in [
            "", "0", "-1", "+443", "99999", "65536", "abc", "443x", "4 43", "443:443", "٤٤٣", "0x1",
        ] {
            for host in ["h", "https://h", "http://h", "[::1]", "127.0.0.1"] {
                let message = rejected(&format!("{host}:{port}"));
                assert!(message.contains("port"), "{host}:{port}: {message}");
                assert!(message.contains("65535"), "{host}:{port}: {message}");
            }
        }
        rejected(":443");
        rejected("https://:443");
    }

    #[test]
    fn jdbc_url_is_recognised_without_its_token() {
        for url in [
            "jdbc:databricks://h.example:443/default;httpPath=/sql/1.0/w;AuthMech=3;UID=token;PWD=canary",
            "jdbc:spark://h.example:443/default;transportMode=http;PWD=canary",
            "JDBC:hive2://h.example:10000/canary",
            "  jdbc:canary",
        ] {
            let message = rejected(url);
            assert!(message.contains("JDBC URL"), "{message}");
            assert!(message.contains("httpPath") && message.contains("PWD"), "{message}");
        }
    }

    #[test]
    fn connection_url_is_recognised_without_its_token() {
        let message = rejected("databricks://token:canary@h.example?http_path=/sql/1.0/w");
        assert!(message.contains("databricks://") && message.contains("http_path"), "{message}");
        let message = rejected("https://canary:x@h.example");
        assert!(message.contains("user information"), "{message}");
        assert!(rejected("canary@h.example").contains("user information"));
        for url in
            ["https://h.example/sql/1.0/warehouses/x", "h.example/sql", "h.example;PWD=canary"]
        {
            let message = rejected(url);
            assert!(message.contains("path") && message.contains("http_path"), "{message}");
        }
    }

    #[test]
    fn plain_http_to_another_machine_names_the_setting() {
        let check =
            |host: &str, allowed| Endpoint::new(host, "p").unwrap().check_plain_http(allowed);
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
    fn http_path_that_is_no_path_is_rejected() {
        for path in ["", "/", "a b", "a\r\nb", "a#b", "https://x/y", "a/../b"] {
            let error = Endpoint::new("example.com", path).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{path}");
        }
    }

    #[test]
    fn workspace_id_comes_from_query_or_cluster_path() {
        let id = |path: &str| Endpoint::new("h.example", path).unwrap().org_id().map(str::to_owned);
        assert_eq!(id("/sql/1.0/warehouses/ab?o=123").as_deref(), Some("123"));
        assert_eq!(id("sql/protocolv1/o/987/0123-abc").as_deref(), Some("987"));
        assert_eq!(id("sql/protocolv1/o/0/0123-abc"), None);
        assert_eq!(id("/sql/1.0/warehouses/ab?o=12x"), None);
        assert_eq!(id("/sql/1.0/warehouses/ab"), None);
    }
}
