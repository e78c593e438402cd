//! Connection URLs. Errors do not repeat the URL.

use proptest::prelude::*;

use super::super::testing::value;
use super::*;
use crate::ErrorKind;

#[track_caller]
fn parsed(text: &str) -> Config {
    text.parse().unwrap()
}

#[track_caller]
fn refused(text: &str) -> String {
    let error = text.parse::<Config>().expect_err(text);
    assert_eq!(error.kind(), ErrorKind::Config);
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("canary"), "{shown}");
    error.to_string()
}

#[test]
fn token_host_path_and_parameters_are_read() {
    for text in [
        "databricks://token:dapi1@h.example:8443/sql/1.0/warehouses/abc?catalog=main&schema=my+db",
        "databricks://token:dapi1@h.example:8443?http_path=/sql/1.0/warehouses/abc&catalog=main&schema=my%20db",
        "https://token:dapi1@h.example:8443/sql/1.0/warehouses/abc?schema=my%20db&catalog=main",
        " DATABRICKS://token:dapi1@h.example:8443?http_path=%2Fsql%2F1.0%2Fwarehouses%2Fabc&catalog=main&schema=my+db\n",
        "databricks://:dapi1@h.example:8443?warehouse_id=abc&catalog=main&schema=my+db",
    ] {
        let config = parsed(text);
        let resolved = config.resolve().unwrap();
        assert_eq!(resolved.host.scheme().as_str(), "https");
        assert_eq!(resolved.host.authority(), "h.example:8443");
        assert_eq!(resolved.http_path, "/sql/1.0/warehouses/abc");
        assert_eq!(value(&config, "token").as_deref(), Some("dapi1"));
        assert_eq!(config.session.catalog.as_deref(), Some("main"));
        assert_eq!(config.session.schema.as_deref(), Some("my db"));
        assert_eq!(config.sign_in().unwrap(), Some("pat"));
        assert!(config.explain().contains("(the connection URL)"));
    }
}

#[test]
fn user_other_than_token_is_a_service_principal() {
    let config = parsed("databricks://my-id:a%2Fb%3Ac%40d%25@h.example/p");
    assert_eq!(config.sign_in().unwrap(), Some("oauth-m2m"));
    assert_eq!(value(&config, "client_id").as_deref(), Some("my-id"));
    assert_eq!(value(&config, "client_secret").as_deref(), Some("a/b:c@d%"));
    let config = parsed("http://u:p@127.0.0.1:10000/cliservice?auth_type=basic");
    assert_eq!(config.sign_in().unwrap(), Some("basic"));
    assert_eq!(value(&config, "password").as_deref(), Some("p"));
    assert_eq!(config.resolve().unwrap().host.scheme().as_str(), "http");
}

#[cfg(feature = "cli")]
#[test]
fn other_settings_are_parameters() {
    let config = parsed(
        "databricks://h.example?cluster_id=0-1&o=77&protocol=sea&auth_type=databricks-cli&\
         databricks_cli_path=/opt/databricks&user_agent_entry=me",
    );
    assert_eq!(config.sign_in().unwrap(), Some("databricks-cli"));
    assert_eq!(config.protocol, SqlProtocol::Sea);
    assert_eq!(config.user_agent_entry.as_deref(), Some("me"));
    let resolved = config.resolve().unwrap();
    assert_eq!(resolved.http_path, "/sql/protocolv1/o/77/0-1");
    assert_eq!(resolved.workspace_id.as_deref(), Some("77"));
    // Settings from code take precedence.
    let config = config.token("t").http_path("/x");
    assert_eq!(config.sign_in().unwrap(), Some("pat"));
    assert_eq!(config.resolve().unwrap().http_path, "/x");
    assert!(parsed("databricks://[::1]:443/p").resolve().is_err());
    assert!(parsed("databricks://token:t@[::1]:443/p").resolve().is_ok());
}

#[test]
fn invalid_url_is_rejected_without_its_text() {
    for (text, says) in [
        ("", "no scheme"),
        ("canary", "no scheme"),
        ("postgres://canary@h", "scheme of the connection URL is not databricks"),
        ("databricks://canary@h/p", "no password"),
        ("databricks://token:@h/p", "password of the connection URL is empty"),
        ("databricks://token:canary:x@h/p", "two `:`"),
        ("databricks://token:can/ary@h/p", "`@` behind its host"),
        ("databricks://id:can?ary@h/p", "`@` behind its host"),
        ("databricks://token:canary@h/p#x", "a `#`"),
        ("databricks://token:canary#x@h/p", "a `#`"),
        ("databricks://token:canary%zz@h/p", "invalid `%` escape"),
        ("databricks://token:canary%@h/p", "invalid `%` escape"),
        ("databricks://token:canary%ff@h/p", "invalid `%` escape"),
        ("databricks://token:canary%+1@h/p", "invalid `%` escape"),
        ("databricks://token:canary@h/p?databse=x", "parameter `databse` in the connection URL"),
        ("databricks://token:canary@h/p?databse=x", "azure_tenant_id"),
        ("databricks://token:canary@h/p?databse=x", "catalog, schema, protocol"),
        ("databricks://h/p?dapi0123canary=x", "with an unusual name"),
        ("databricks://h/p?=canary", "with an unusual name"),
        ("databricks://h/p?host=canary", "duplicate host"),
        ("databricks://h/p?http_path=canary", "duplicate http_path"),
        ("databricks://token:canary@h/p?token=canary", "duplicate token"),
        ("databricks://id:canary@h/p?client_secret=canary", "duplicate client_secret"),
        ("databricks://h/p?catalog=canary&catalog=canary", "duplicate `catalog`"),
        ("databricks://h/p?o=1&workspace_id=2", "duplicate workspace_id"),
        ("databricks://h/p?protocol=canary", "unknown protocol in the connection URL"),
    ] {
        let message = refused(text);
        assert!(message.contains(says), "{text}: {message}");
    }
    refused(&format!("databricks://token:{}@h/p", "canary".repeat(20_000)));
}

/// The host is checked with the other settings, when the client is built.
#[test]
fn bad_host_is_rejected_by_build() {
    for text in ["databricks://token:canary@/p", "databricks://token:canary@h:canary/p", "https://"]
    {
        let error = parsed(text).resolve().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,80}") {
        let _ = text.parse::<Config>();
    }

    #[test]
    fn no_url_of_likely_parts_panics_or_shows_its_secret(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "databricks://", "jdbc:databricks://", "https://", "token", ":", "@", "/", "?", "&",
                "=", ";", "#", "%", "%41", "%c3", "+", "h.example", "CANARY", "http_path", "httpPath",
                "AuthMech", "3", "11", "UID", "PWD", "Auth_Flow", "catalog", "ü", "\0", " ",
            ]),
            0..24,
        )
    ) {
        match parts.concat().parse::<Config>() {
            Err(error) => {
                let shown = format!("{error} {error:?}");
                // The text between backticks is the name of a parameter.
                let rest: Vec<_> = shown.split('`').step_by(2).collect();
                prop_assert!(!rest.concat().contains("CANARY"), "{}", shown);
            }
            Ok(config) => {
                let _ = config.explain();
                let _ = config.resolve();
            }
        }
    }

    #[test]
    fn any_token_round_trips(token in "[!-~]{1,40}", catalog in "\\PC{1,20}") {
        let encoded = |text: &str| -> String {
            text.bytes().map(|byte| format!("%{byte:02X}")).collect()
        };
        let text = format!(
            "databricks://token:{}@h.example/p?catalog={}", encoded(&token), encoded(&catalog)
        );
        let config: Config = text.parse().unwrap();
        prop_assert_eq!(value(&config, "token"), Some(token.clone()));
        prop_assert_eq!(config.session.catalog.as_deref(), Some(&*catalog));
        let shown = format!("{config:?}{}", config.explain());
        prop_assert!(token.len() < 12 || !shown.contains(&token));
    }
}
