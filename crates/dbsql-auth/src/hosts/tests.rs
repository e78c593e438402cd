//! The hosts that receive credentials, and hosts that only look like them.

use super::*;
use crate::AuthErrorKind;
use crate::test_support::Scripted;

const WORKSPACE: &str = "https://dbc-1.cloud.databricks.com";

fn context(workspace: &'static str, allowed: &[&str]) -> AuthContext {
    let allowed = allowed.iter().map(|host| (*host).to_owned());
    Scripted::routes(&[]).context(workspace).allow_hosts(allowed)
}

fn is_allowed(context: &AuthContext, url: &str) -> bool {
    match Endpoint::parse(context, "the token endpoint", url) {
        Ok(endpoint) => {
            assert_eq!(endpoint.uri().to_string().trim_end_matches('/'), url.trim_end_matches('/'));
            true
        }
        Err(error) => {
            assert_eq!(error.kind(), AuthErrorKind::Invalid);
            false
        }
    }
}

#[test]
fn known_hosts_receive_credentials() {
    let context = context(WORKSPACE, &[]);
    for url in [
        "https://dbc-1.cloud.databricks.com/oidc/v1/token",
        "https://DBC-1.Cloud.Databricks.COM/oidc/v1/token",
        "https://dbc-1.cloud.databricks.com:443/oidc/v1/token",
        "https://accounts.cloud.databricks.com/oidc/accounts/1/v1/token",
        "https://x.cloud.databricks.us/t",
        "https://x.dev.databricks.com/t",
        "https://1.2.gcp.databricks.com/t",
        "https://adb-1.2.azuredatabricks.net/t",
        "https://adb-1.2.databricks.azure.us/t",
        "https://adb-1.2.databricks.azure.cn/t",
        "https://login.microsoftonline.com/tenant/oauth2/token",
        "https://login.microsoftonline.us/t?x=y",
        "https://login.chinacloudapi.cn/t",
        "https://login.partner.microsoftonline.cn/t",
    ] {
        assert!(is_allowed(&context, url), "{url}");
    }
}

#[test]
fn look_alike_hosts_receive_nothing() {
    let context = context(WORKSPACE, &[]);
    for url in [
        "https://evilcloud.databricks.com/t",
        "https://cloud.databricks.com/t",
        "https://.cloud.databricks.com/t",
        "https://a..cloud.databricks.com/t",
        "https://evil.example/cloud.databricks.com",
        "https://dbc-1.cloud.databricks.com.evil.example/t",
        "https://evilcloud.databricks.com.evil.example/t",
        "https://dbc-1.cloud.databricks.com./t",
        "https://login.microsoftonline.com./t",
        "https://login.microsoftonline.com.evil.example/t",
        "https://evil.login.microsoftonline.com/t",
        "https://login-microsoftonline.com/t",
        "https://d\u{44c}c-1.cloud.databricks.com/t",
        "https://evil.example\u{3002}cloud.databricks.com/t",
        "https://evil.example%2f.cloud.databricks.com/t",
        "https://evil.example%00.cloud.databricks.com/t",
        "https://user@dbc-1.cloud.databricks.com/t",
        "https://user:password@dbc-1.cloud.databricks.com/t",
        "https://dbc-1.cloud.databricks.com@evil.example/t",
        "https://dbc-1.cloud.databricks.com:443@evil.example/t",
        "https://evil.example\\.cloud.databricks.com/t",
        "https://evil.example\\@dbc-1.cloud.databricks.com/t",
        "https://dbc-1.cloud.databricks.com/t#fragment",
        "https://dbc-1.cloud.databricks.com\t/t",
        " https://dbc-1.cloud.databricks.com/t",
        "https://dbc-1.cloud.databricks.com:8443/t",
        "https://dbc-1.cloud.databricks.com:0/t",
        "https://dbc-1.cloud.databricks.com:0443/t",
        "https://dbc-1.cloud.databricks.com:+443/t",
        "https://dbc-1.cloud.databricks.com:/t",
        "https://dbc-1.cloud.databricks.com:65979/t",
        "https://x.azuredatabricks.net:444/t",
        "http://dbc-1.cloud.databricks.com/t",
        "http://dbc-1.cloud.databricks.com:443/t",
        "http://login.microsoftonline.com/t",
        "http://127.0.0.1/t",
        "https://127.0.0.1/t",
        "https://2130706433/t",
        "https://[::1]/t",
        "https://169.254.169.254/t",
        "https://localhost/t",
        "ftp://dbc-1.cloud.databricks.com/t",
        "//dbc-1.cloud.databricks.com/t",
        "/oidc/v1/token",
        "dbc-1.cloud.databricks.com",
        "https://",
        "https:///t",
        "",
    ] {
        assert!(!is_allowed(&context, url), "{url}");
    }
}

#[test]
fn http_is_allowed_for_loopback_workspaces_only() {
    let local = context("http://127.0.0.1:8080", &[]);
    assert!(is_allowed(&local, "http://127.0.0.1:8080/oidc/v1/token"));
    assert!(is_allowed(&local, "https://127.0.0.1:8080/oidc/v1/token"));
    // Another port, another name, another machine.
    assert!(!is_allowed(&local, "http://127.0.0.1:8081/t"));
    assert!(!is_allowed(&local, "http://127.0.0.1/t"));
    assert!(!is_allowed(&local, "http://localhost:8080/t"));
    assert!(!is_allowed(&local, "http://192.168.0.1:8080/t"));
    assert!(!is_allowed(&local, "http://x.cloud.databricks.com/t"));
    assert!(is_allowed(&local, "https://x.cloud.databricks.com/t"));

    let six = context("http://[::1]:8080", &[]);
    assert!(is_allowed(&six, "http://[::1]:8080/t"));
    let named = context("http://localhost:8080", &["127.0.0.1:9090"]);
    assert!(is_allowed(&named, "http://localhost:8080/t"));
    assert!(is_allowed(&named, "http://127.0.0.1:9090/t"));
    assert!(!is_allowed(&named, "http://127.0.0.1:9091/t"));

    let remote = context("http://spark.example:10001", &["127.0.0.1:9090"]);
    assert!(!is_allowed(&remote, "http://spark.example:10001/t"));
    assert!(!is_allowed(&remote, "http://127.0.0.1:9090/t"));
    assert!(is_allowed(&remote, "https://spark.example:10001/t"));
}

#[test]
fn allowed_hosts_match_exactly() {
    let context = context(WORKSPACE, &["Login.Corp.example", "sso.example:8443", "*.wild.example"]);
    for (url, expected) in [
        ("https://login.corp.example/t", true),
        ("https://LOGIN.corp.example:443/t", true),
        ("https://login.corp.example:8443/t", false),
        ("http://login.corp.example/t", false),
        ("https://a.login.corp.example/t", false),
        ("https://corp.example/t", false),
        ("https://login.corp.example./t", false),
        ("https://sso.example:8443/t", true),
        ("https://sso.example/t", false),
        ("https://a.wild.example/t", false),
    ] {
        assert_eq!(is_allowed(&context, url), expected, "{url}");
    }
}

#[test]
fn port_of_the_workspace_must_match() {
    let context = context("https://sql.corp.example:8443", &[]);
    assert!(is_allowed(&context, "https://sql.corp.example:8443/oidc/v1/token"));
    assert!(!is_allowed(&context, "https://sql.corp.example/oidc/v1/token"));
}

#[test]
fn error_names_the_host_and_the_setting_but_no_secret() {
    let context = context(WORKSPACE, &[]);
    let error = Endpoint::parse(&context, "the token endpoint", "https://sso.example:1/t?secret=x");
    let error = error.expect_err("not allowed");
    assert_eq!(
        error.to_string(),
        "the token endpoint is at sso.example:1, which is not a host that credentials may be sent to"
    );
    let next_step = error.next_step().expect("says what to do");
    assert!(next_step.contains("Config::allow_auth_host(\"sso.example:1\")"), "{next_step}");
    for url in ["https://user:hunter2@h/t", "https://h/t?code=hunter2#x", "http://h/hunter2"] {
        let error = Endpoint::parse(&context, "the token endpoint", url).expect_err(url);
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
    let fine = Endpoint::parse(&context, "it", "https://x.gcp.databricks.com/t?code=hunter2");
    assert!(!format!("{fine:?}").contains("hunter2"));
}

#[test]
fn host_from_the_environment_needs_https() {
    let context = context(WORKSPACE, &[]);
    let parse = |url: &str| Endpoint::of_environment(&context, "the token service", url).is_ok();
    assert!(parse("https://pipelines.actions.example/idtoken?api-version=2.0"));
    assert!(!parse("http://pipelines.actions.example/idtoken"));
    assert!(!parse("http://127.0.0.1/idtoken"));
    assert!(!parse("https://user@pipelines.actions.example/idtoken"));
}
