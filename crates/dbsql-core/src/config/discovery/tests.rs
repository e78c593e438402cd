//! Precedence of the sources: code, environment, profile.

use std::io::ErrorKind::{IsADirectory, PermissionDenied};

use super::super::testing::{FILE, Files, discovery, found, load, refused, value};
use super::*;

const PROFILES: &str = "
[DEFAULT]
host = default.example
token = default-token
warehouse_id = default-warehouse

[prod]
host = prod.example
token = prod-token

[empty]
";

#[track_caller]
fn host_and_token(config: &Config) -> (Option<String>, Option<String>) {
    (value(config, "host"), value(config, "token"))
}

fn pair(host: &str, token: &str) -> (Option<String>, Option<String>) {
    (Some(host.to_owned()), Some(token.to_owned()))
}

fn failure(discovery: Discovery, scope: Scope, files: &Files) -> String {
    let problem = load(discovery, scope, files).unwrap_err();
    let shown = format!("{problem:?}");
    assert!(!shown.contains("canary"), "{shown}");
    crate::Error::from(problem).to_string()
}

#[test]
fn default_profile_is_read_when_nothing_else_is_set() {
    let config = found(&[], PROFILES);
    assert_eq!(host_and_token(&config), pair("default.example", "default-token"));
    let resolved = config.resolve().unwrap();
    assert_eq!(resolved.http_path, "/sql/1.0/warehouses/default-warehouse");
    assert_eq!(config.sign_in().unwrap(), Some("pat"));
}

#[test]
fn named_profile_inherits_nothing_from_default() {
    for config in [
        found(&[("DATABRICKS_CONFIG_PROFILE", "prod")], PROFILES),
        load(
            discovery(&[("DATABRICKS_CONFIG_PROFILE", "empty")]).profile("prod"),
            Scope::All,
            &Files::default().with(FILE, PROFILES),
        )
        .unwrap(),
    ] {
        assert_eq!(host_and_token(&config), pair("prod.example", "prod-token"));
        assert_eq!(value(&config, "warehouse_id"), None);
    }
    let empty = found(&[("DATABRICKS_CONFIG_PROFILE", "empty")], PROFILES);
    assert_eq!(host_and_token(&empty), (None, None));
}

#[test]
fn profile_of_the_settings_section_is_the_default() {
    let file = format!("[__settings__]\ndefault_profile = prod\n{PROFILES}");
    assert_eq!(host_and_token(&found(&[], &file)), pair("prod.example", "prod-token"));
    let named = found(&[("DATABRICKS_CONFIG_PROFILE", "DEFAULT")], &file);
    assert_eq!(host_and_token(&named), pair("default.example", "default-token"));
    // An empty name means no profile.
    let file = format!("[__settings__]\ndefault_profile =\n{PROFILES}");
    assert_eq!(host_and_token(&found(&[], &file)), pair("default.example", "default-token"));
}

#[test]
fn environment_wins_over_a_named_profile_and_code_over_both() {
    let variables = [("DATABRICKS_CONFIG_PROFILE", "prod"), ("DATABRICKS_TOKEN", "env-token")];
    let config = found(&variables, PROFILES);
    assert_eq!(host_and_token(&config), pair("prod.example", "env-token"));
    let config = config.host("code.example").token("code-token");
    assert_eq!(host_and_token(&config), pair("code.example", "code-token"));
}

/// The token of a profile that was not selected must not be sent to a host from another source.
#[test]
fn unnamed_profile_is_ignored_beside_a_host_or_a_credential() {
    for variable in ["DATABRICKS_HOST", "DATABRICKS_TOKEN", "ARM_CLIENT_ID", "DATABRICKS_CLIENT_ID"]
    {
        let config = found(&[(variable, "x")], PROFILES);
        let from_file = [value(&config, "host"), value(&config, "token")];
        assert!(from_file.iter().all(|value| value.as_deref().is_none_or(|value| value == "x")));
        assert!(config.explain().contains("was not read: "), "{}", config.explain());
    }
    // The same applies when code sets the host after the file was read.
    let config = found(&[], PROFILES).host("code.example");
    assert_eq!(host_and_token(&config), (Some("code.example".to_owned()), None));
    assert!(refused(&config).contains("profile [DEFAULT] of /home/me/.databrickscfg is ignored"));
    // A warehouse alone does not cause the profile to be ignored.
    let config = found(&[("DATABRICKS_WAREHOUSE_ID", "w")], PROFILES);
    assert_eq!(host_and_token(&config), pair("default.example", "default-token"));
    assert_eq!(value(&config, "warehouse_id").as_deref(), Some("w"));
}

#[test]
fn from_env_reads_no_profile_and_from_profile_no_other_variable() {
    let files = Files::default().with(FILE, PROFILES);
    let variables = [("DATABRICKS_CONFIG_PROFILE", "prod"), ("DATABRICKS_TOKEN", "env-token")];
    let config = load(discovery(&variables), Scope::Environment, &files).unwrap();
    assert_eq!(host_and_token(&config), (None, Some("env-token".to_owned())));
    let config = load(discovery(&variables).profile("prod"), Scope::Profile, &files).unwrap();
    assert_eq!(host_and_token(&config), pair("prod.example", "prod-token"));
}

#[test]
fn environment_is_read_under_all_names_without_blanks() {
    let variables = [
        ("DATABRICKS_SERVER_HOSTNAME", " h.example\n"),
        ("DATABRICKS_HTTP_PATH", "/sql/1.0/warehouses/abc"),
        ("DATABRICKS_TOKEN", "t\n"),
        ("DATABRICKS_CLIENT_ID", "  "),
        ("DATABRICKS_OIDC_TOKEN_FILE", ""),
    ];
    let config = load(discovery(&variables), Scope::Environment, &Files::default()).unwrap();
    assert_eq!(host_and_token(&config), pair("h.example", "t"));
    assert_eq!(value(&config, "client_id"), None);
    assert!(config.resolve().is_ok());
    let both = [("DATABRICKS_SERVER_HOSTNAME", "second"), ("DATABRICKS_HOST", "first")];
    assert_eq!(value(&found(&both, ""), "host").as_deref(), Some("first"));
}

#[cfg(unix)]
#[test]
fn variable_that_is_not_unicode_is_named() {
    use std::os::unix::ffi::OsStringExt;

    let bad = OsString::from_vec(b"canary\xff".to_vec());
    let discovery = Discovery::new().environment([("DATABRICKS_TOKEN", bad.clone())]);
    assert!(!format!("{discovery:?}").contains("canary"));
    let message = failure(discovery, Scope::All, &Files::default());
    assert!(message.contains("DATABRICKS_TOKEN is not valid Unicode"), "{message}");
    // The values of variables that dbsql does not read do not matter.
    let discovery = Discovery::new().environment([("OTHER", bad)]);
    assert!(load(discovery, Scope::All, &Files::default()).is_ok());
}

#[test]
fn another_file_and_its_home_folder_are_found() {
    let files = Files::default()
        .with("/etc/cfg", "[DEFAULT]\nhost = etc.example")
        .with("/home/me/cfg", "[DEFAULT]\nhost = home.example");
    for (path, host) in [("/etc/cfg", "etc.example"), ("~/cfg", "home.example")] {
        let variables = [("DATABRICKS_CONFIG_FILE", path)];
        let config = load(discovery(&variables), Scope::All, &files).unwrap();
        assert_eq!(value(&config, "host").as_deref(), Some(host));
        let other = discovery(&[("DATABRICKS_CONFIG_FILE", "/nowhere")]).config_file(path);
        let config = load(other, Scope::All, &files).unwrap();
        assert_eq!(value(&config, "host").as_deref(), Some(host));
    }
}

#[test]
fn unknown_profile_is_an_error_that_lists_the_others() {
    let files = Files::default().with(FILE, format!("[__settings__]\nx = y\n{PROFILES}"));
    for scope in [Scope::All, Scope::Profile] {
        let message = failure(discovery(&[]).profile("pord"), scope, &files);
        assert!(message.contains("there is no profile [pord] in /home/me/.databrickscfg"));
        assert!(message.contains("it has DEFAULT, empty and prod"), "{message}");
    }
    for file in ["[__settings__]\ndefault_profile = pord", "[DEFAULT]\n[__settings__]"] {
        let files = Files::default().with(FILE, file);
        let named = discovery(&[]).profile("DEFAULT");
        assert!(failure(named, Scope::All, &files).contains("there is no profile [DEFAULT]"));
    }
    let files = Files::default().with(FILE, "[__settings__]\ndefault_profile = pord");
    let message = failure(discovery(&[]), Scope::All, &files);
    assert!(message.contains("the default_profile of [__settings__]"), "{message}");
    for file in ["[__settings__]\ndefault_profile = __settings__", "[__settings__]\na = b"] {
        let files = Files::default().with(FILE, file);
        let named = discovery(&[("DATABRICKS_CONFIG_PROFILE", "__settings__")]);
        assert!(failure(named, Scope::All, &files).contains("is not a profile"));
    }
}

#[test]
fn missing_file_is_reported_where_settings_are_missing() {
    let none = Files::default();
    let config = load(discovery(&[]), Scope::All, &none).unwrap();
    let message = refused(&config);
    assert!(message.contains("the profile file /home/me/.databrickscfg does not exist"));
    for part in ["host is not set", "http_path is not set", "there are no credentials"] {
        assert!(message.contains(part), "{message}");
    }
    let named = load(discovery(&[]).profile("prod"), Scope::All, &none).unwrap();
    assert!(refused(&named).contains("so there is no profile [prod]"));
    let message = failure(discovery(&[]).profile("prod"), Scope::Profile, &none);
    assert!(message.contains("does not exist"), "{message}");
    // The environment alone may be sufficient.
    let variables = [
        ("DATABRICKS_CONFIG_PROFILE", "prod"),
        ("DATABRICKS_HOST", "h"),
        ("DATABRICKS_TOKEN", "t"),
        ("DATABRICKS_WAREHOUSE_ID", "w"),
    ];
    assert!(load(discovery(&variables), Scope::All, &none).unwrap().resolve().is_ok());
}

#[test]
fn file_that_cannot_be_used_is_named_with_the_reason() {
    let large = vec![b'#'; (10 << 20) + 1];
    for (files, says) in [
        (Files::default().failing(FILE, IsADirectory), "is a directory"),
        (Files::default().failing(FILE, PermissionDenied), "permission denied"),
        (Files::default().with(FILE, large), "larger than 10 MiB"),
        (Files::default().with(FILE, "token = canary"), "line 1 of the profile file"),
        (Files::default().with(FILE, "[a]\ncanary"), "line 2 of the profile file"),
        (Files::default().with(FILE, b"[a]\nb = canary\xff".to_vec()), "not UTF-8"),
    ] {
        let message = failure(discovery(&[]), Scope::All, &files);
        assert!(message.contains(says) && message.contains(FILE), "{message}");
        // The file is not read when the environment decides.
        let config = load(discovery(&[("DATABRICKS_HOST", "h")]), Scope::All, &files).unwrap();
        assert_eq!(value(&config, "host").as_deref(), Some("h"));
    }
    let most = [b"[DEFAULT]\nhost = h\n".to_vec(), vec![b'#'; (10 << 20) - 19]].concat();
    let config = load(discovery(&[]), Scope::All, &Files::default().with(FILE, most)).unwrap();
    assert_eq!(value(&config, "host").as_deref(), Some("h"));
}

#[test]
fn real_file_of_this_machine_is_read() {
    let folder = std::env::temp_dir().join(format!("dbsql-profile-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(".databrickscfg");
    std::fs::write(&path, PROFILES).unwrap();
    let discovery = |path: PathBuf| {
        let none: [(&str, &str); 0] = [];
        Discovery::new().environment(none).config_file(path)
    };
    let config = discovery(path).profile("prod").load();
    let folder_itself = discovery(folder.clone()).load();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(host_and_token(&config.unwrap()), pair("prod.example", "prod-token"));
    assert_eq!(folder_itself.unwrap_err().kind(), crate::ErrorKind::Config);
}

#[test]
fn empty_and_unknown_keys_of_a_profile_are_ignored() {
    let file = "[DEFAULT]\nhost = h\ntoken =\nclient_id = i\nclient_secret = canary\nhots = x\n\
                account_id = a\nserverless_compute_id = auto\n";
    let config = found(&[], file);
    assert_eq!(value(&config, "token"), None);
    assert_eq!(config.sign_in().unwrap(), Some("oauth-m2m"));
    let explained = config.explain();
    assert!(explained.contains("has unknown keys: hots\n"), "{explained}");
}
