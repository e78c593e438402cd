//! JDBC URLs that can be converted, and the errors for those that cannot.

use super::super::testing::value;
use super::*;
use crate::ErrorKind;

#[track_caller]
fn parsed(text: &str) -> Config {
    text.parse().unwrap()
}

#[test]
fn sign_ins_are_converted() {
    let base = "jdbc:databricks://h.example:443/default;httpPath=/sql/1.0/warehouses/abc";
    for (rest, kind, settings) in [
        (";AuthMech=3;UID=token;PWD=dapi1", "pat", &[("token", "dapi1")][..]),
        (";authmech=3;PWD=dapi1=", "pat", &[("token", "dapi1=")]),
        (";UID=token;PWD=dapi1;transportMode=http;ssl=1;LogLevel=6", "pat", &[("token", "dapi1")]),
        (";AuthMech=11;Auth_Flow=0;Auth_AccessToken=t", "pat", &[("token", "t")]),
        (
            ";AuthMech=11;Auth_Flow=1;OAuth2ClientId=i;OAuth2Secret=s",
            "oauth-m2m",
            &[("client_id", "i"), ("client_secret", "s")],
        ),
    ] {
        let config = parsed(&format!("{base}{rest}"));
        assert_eq!(config.sign_in().unwrap(), Some(kind), "{rest}");
        for (key, expected) in settings {
            assert_eq!(value(&config, key).as_deref(), Some(*expected), "{rest}");
        }
        let resolved = config.resolve().unwrap();
        assert_eq!(resolved.host.authority(), "h.example:443");
        assert_eq!(resolved.http_path, "/sql/1.0/warehouses/abc");
        assert_eq!(config.session.schema.as_deref(), Some("default"));
    }
    let browser = parsed(&format!("{base};AuthMech=11;Auth_Flow=2;OAuth2ClientId=i"));
    assert_eq!(value(&browser, "auth_type").as_deref(), Some("external-browser"));
    assert_eq!(value(&browser, "client_id").as_deref(), Some("i"));
}

#[test]
fn session_and_protocol_are_converted() {
    let config = parsed(
        "jdbc:spark://127.0.0.1:8080;ssl=0;httpPath=p;PWD=t;ConnCatalog=main;ConnSchema=s;\
         UserAgentEntry=me;UseThriftClient=0;",
    );
    assert_eq!(config.session.catalog.as_deref(), Some("main"));
    assert_eq!(config.session.schema.as_deref(), Some("s"));
    assert_eq!(config.user_agent_entry.as_deref(), Some("me"));
    assert_eq!(config.protocol, SqlProtocol::Sea);
    assert_eq!(config.resolve().unwrap().host.scheme().as_str(), "http");
}

#[test]
fn what_cannot_be_converted_is_named_without_its_value() {
    let base = "jdbc:databricks://h:443;httpPath=p";
    for (text, says) in [
        ("jdbc:canary".to_owned(), "no host"),
        ("jdbc:hive2://h:10000/canary".to_owned(), "not one of Databricks"),
        ("jdbc:databricks://h:443;PWD=canary".to_owned(), "no httpPath"),
        (format!("{base};UID=canary;PWD=canary"), "UID of the JDBC URL cannot be converted"),
        (format!("{base};AuthMech=3;UID=token"), "no PWD"),
        (format!("{base};AuthMech=canary"), "AuthMech"),
        (format!("{base};AuthMech=11"), "no Auth_Flow"),
        (format!("{base};AuthMech=11;Auth_Flow=1;OAuth2Secret=canary"), "no OAuth2ClientId"),
        (format!("{base};AuthMech=11;Auth_Flow=0;PWD=canary"), "no Auth_AccessToken"),
        (format!("{base};AuthMech=11;Auth_Flow=canary"), "Auth_Flow"),
        (format!("{base};PWD=canary;ProxyHost=canary"), "`ProxyHost` of the JDBC URL cannot"),
        (format!("{base};PWD=canary;SSLTrustStorePwd=canary"), "`SSLTrustStorePwd`"),
        (format!("{base};PWD=t;ANSI_MODE=canary"), "Config::configuration"),
        (format!("{base};PWD=canary;pwd=canary"), "duplicate parameter `pwd`"),
        (format!("{base};canary"), "has no value"),
        (format!("{base};PWD=t;dapi0123canary=x"), "with an unusual name"),
        (format!("{base};transportMode=canary"), "transportMode"),
        (format!("{base};ssl=canary"), "ssl"),
        (format!("{base};UseThriftClient=canary"), "UseThriftClient"),
    ] {
        let error = text.parse::<Config>().expect_err(&text);
        assert_eq!(error.kind(), ErrorKind::Config);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains(says), "{text}: {shown}");
    }
}
