//! The output of `explain`, and that it contains no secret.

use super::super::Config;
use super::super::testing::{found, refused};

const FILE: &str =
    "[prod]\nhost = https://prod.example\ntoken = canary-token\nwarehouse_id = abc\n";

#[test]
fn origin_of_each_setting_is_shown() {
    let variables = [
        ("DATABRICKS_CONFIG_PROFILE", "prod"),
        ("DATABRICKS_TOKEN", "canary-env"),
        ("DATABRICKS_WORKSPACE_ID", "12"),
    ];
    let explained = found(&variables, FILE).cluster_id("0-1").explain();
    let expected = "\
connects to   https://prod.example/sql/protocolv1/o/12/0-1
workspace     12
signs in      by pat, from token (environment variable DATABRICKS_TOKEN)
settings
  host          https://prod.example (profile [prod] of /home/me/.databrickscfg)
  cluster_id    0-1 (set in code)
  workspace_id  12 (environment variable DATABRICKS_WORKSPACE_ID)
  token         (not shown) (environment variable DATABRICKS_TOKEN)
overridden
  token         (not shown) (profile [prod] of /home/me/.databrickscfg)
  warehouse_id  abc (profile [prod] of /home/me/.databrickscfg)
";
    assert_eq!(explained, expected);
}

#[test]
fn missing_settings_are_listed_with_how_to_set_them() {
    let explained = found(&[("DATABRICKS_CLIENT_ID", "id")], "").explain();
    for part in [
        "connects to   no host is known\n",
        "signs in      not at all\n",
        "  client_id  id (environment variable DATABRICKS_CLIENT_ID)\n",
        "  host is not set\n    set host (DATABRICKS_HOST)",
        "  http_path is not set\n    set http_path (DATABRICKS_HTTP_PATH)",
        "for oauth-m2m there is client_id (environment variable DATABRICKS_CLIENT_ID), but \
         client_secret is not set",
        "  the profile file /home/me/.databrickscfg was not read: client_id is set (environment \
         variable DATABRICKS_CLIENT_ID), and no profile is selected\n",
    ] {
        assert!(explained.contains(part), "{part}\n---\n{explained}");
    }
}

#[test]
fn provider_set_in_code_takes_precedence_and_is_shown() {
    let token = dbsql_auth::StaticToken::new("canary").unwrap();
    let config = found(&[("DATABRICKS_HOST", "h"), ("DATABRICKS_TOKEN", "canary")], "");
    let config = config.warehouse_id("w").credentials(token);
    assert_eq!(config.sign_in().unwrap(), None);
    let explained = config.explain();
    assert!(explained.contains("signs in      by the provider that was set in code\n"));
    assert!(!explained.contains("canary"), "{explained}");
    // The last call takes effect.
    assert_eq!(config.token("t").sign_in().unwrap(), Some("pat"));
}

/// Each secret in its own setting, and each in the setting for the host.
#[test]
fn no_secret_is_shown_wherever_it_was_put() {
    let secrets = ["token", "password", "client_secret", "azure_client_secret"];
    let secrets = secrets.into_iter().chain(["metadata_service_url", "google_credentials"]);
    for key in secrets {
        let config = found(&[], &format!("[DEFAULT]\nhost = h.example\n{key} = canary\n"));
        let shown = format!("{config:?}\n{}", config.explain());
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains(key), "{shown}");
        if let Err(error) = config.resolve() {
            assert!(!format!("{error}{error:?}").contains("canary"));
        }
    }
    for host in ["jdbc:spark://h:443;PWD=canary", "databricks://token:canary@h", "h?sig=canary;"] {
        let config = Config::new(host, "/x?canary&sig=a b").token("canary");
        let shown = format!("{config:?}\n{}", config.explain());
        assert!(!shown.contains("canary"), "{shown}");
        refused(&config);
    }
}

#[test]
fn newlines_in_a_value_add_no_line() {
    let file = "[a\u{1b}[31mb]\nhost = h\n  evil: \u{7}x\ntoken = t\nk\u{1b} = v\n";
    let named = [("DATABRICKS_CONFIG_PROFILE", "a\u{1b}[31mb")];
    let explained = found(&named, file).explain();
    assert!(explained.chars().all(|c| c == '\n' || !c.is_control()), "{explained:?}");
    let lines = explained.lines();
    assert!(lines.clone().all(|line| !line.trim_start().starts_with("evil")), "{explained}");
}
