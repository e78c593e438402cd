//! Accepted and rejected forms of a host. Errors do not repeat the rejected value.

use super::*;
use crate::{Error, ErrorKind};

#[track_caller]
fn rejected(host: &str) -> String {
    let error: Error = HostUrl::parse(host).expect_err(host).into();
    assert_eq!(error.kind(), ErrorKind::Config, "{host}");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("canary"), "{shown}");
    error.to_string()
}

#[test]
fn workspace_url_from_the_browser_is_accepted() {
    for host in ["https://h.example/?o=12", "h.example?o=12", "h.example//?o=12"] {
        let url = HostUrl::parse(host).unwrap();
        assert_eq!((url.authority().as_str(), url.workspace_id()), ("h.example", Some("12")));
    }
    for host in ["h?o=", "h?o=canary", "h?o=1&x=2", "h?x=1", "h?", "h/x?o=1", "?o=1", "h?o=1?o=2"] {
        rejected(host);
    }
}

#[test]
fn usual_forms_of_a_host_are_accepted() {
    for (host, uri) in [
        ("example.cloud.databricks.com", "https://example.cloud.databricks.com"),
        ("https://Example.com/", "https://Example.com"),
        ("HTTPS://example.com:443", "https://example.com:443"),
        ("http://127.0.0.1:10081", "http://127.0.0.1:10081"),
        ("localhost:8443", "https://localhost:8443"),
        ("a_b-c.example:65535", "https://a_b-c.example:65535"),
        ("[::1]", "https://[::1]"),
        ("[::1]:8443", "https://[::1]:8443"),
    ] {
        let url = HostUrl::parse(host).unwrap();
        assert_eq!(format!("{}://{}", url.scheme(), url.authority()), uri);
        assert_eq!(url.workspace_id(), None);
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
    for port in
        ["", "0", "-1", "+443", "99999", "65536", "abc", "443x", "4 43", "443:443", "٤٤٣", "0x1"]
    {
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
        assert!(message.contains("parse::<Config>()"), "{message}");
    }
}

#[test]
fn connection_url_is_recognised_without_its_token() {
    let message = rejected("databricks://token:canary@h.example?http_path=/sql/1.0/w");
    assert!(
        message.contains("databricks://") && message.contains("parse::<Config>()"),
        "{message}"
    );
    let message = rejected("https://canary:x@h.example");
    assert!(message.contains("user information"), "{message}");
    assert!(rejected("canary@h.example").contains("user information"));
    for url in ["https://h.example/sql/1.0/warehouses/x", "h.example/sql", "h.example;PWD=canary"] {
        let message = rejected(url);
        assert!(message.contains("path") && message.contains("http_path"), "{message}");
    }
}
