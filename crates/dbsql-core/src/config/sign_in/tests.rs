//! The choice of the authentication method, and the error when none is configured.

use super::super::testing::{FILE, Files, discovery, found, load, refused, value};
use super::super::{Config, discovery::Scope};

const AZURE: &str = "adb-1.2.azuredatabricks.net";

/// Settings with a host and a warehouse, and with these programs on the `PATH`.
#[track_caller]
fn with(variables: &[(&str, &str)], programs: &[&str]) -> Config {
    let mut files = Files::default().with(FILE, "");
    for program in programs {
        files = files.with(&format!("/bin/{program}"), "");
    }
    let usual =
        [("DATABRICKS_HOST", "h.example"), ("DATABRICKS_WAREHOUSE_ID", "w"), ("PATH", "/bin")];
    let variables = [&usual, variables].concat();
    load(discovery(&variables), Scope::All, &files).unwrap()
}

#[cfg(feature = "cli")]
#[track_caller]
fn chosen(variables: &[(&str, &str)]) -> &'static str {
    let config = with(variables, &["az", "databricks"]);
    config.sign_in().unwrap().unwrap()
}

#[cfg(feature = "cli")]
#[test]
fn each_kind_is_chosen_by_its_settings() {
    let m2m = [("DATABRICKS_CLIENT_ID", "i"), ("DATABRICKS_CLIENT_SECRET", "s")];
    let actions = [("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t"), ("ACTIONS_ID_TOKEN_REQUEST_URL", "u")];
    let azure = [("ARM_CLIENT_ID", "i"), ("ARM_CLIENT_SECRET", "s"), ("ARM_TENANT_ID", "t")];
    let github = [&actions[..], &m2m[..1]].concat();
    for (kind, variables) in [
        ("pat", &[("DATABRICKS_TOKEN", "t")][..]),
        ("oauth-m2m", &m2m),
        ("env-oidc", &[("DATABRICKS_OIDC_TOKEN", "t")]),
        ("env-oidc", &[("DATABRICKS_OIDC_TOKEN_ENV", "MINE"), ("MINE", "t")]),
        ("file-oidc", &[("DATABRICKS_OIDC_TOKEN_FILEPATH", "/token")]),
        ("file-oidc", &[("DATABRICKS_OIDC_TOKEN_FILE", "/token")]),
        ("github-oidc", &github),
        ("azure-client-secret", &azure),
        ("azure-cli", &[("DATABRICKS_HOST", AZURE)]),
        ("databricks-cli", &[]),
        // The first method of the chain that is configured.
        ("pat", &[("DATABRICKS_TOKEN", "t"), ("DATABRICKS_OIDC_TOKEN", "t")]),
        ("databricks-cli", &[("DATABRICKS_CLIENT_ID", "i")]),
        ("databricks-cli", &[("DATABRICKS_OIDC_TOKEN_ENV", "MINE")]),
        // The method that `auth_type` names takes precedence.
        (
            "oauth-m2m",
            &[m2m[0], m2m[1], ("DATABRICKS_TOKEN", "t"), ("DATABRICKS_AUTH_TYPE", "oauth-m2m")],
        ),
        (
            "databricks-cli",
            &[("DATABRICKS_TOKEN", "t"), ("DATABRICKS_AUTH_TYPE", "databricks-cli")],
        ),
    ] {
        assert_eq!(chosen(variables), kind, "{variables:?}");
    }
}

#[cfg(feature = "cli")]
#[test]
fn programs_are_used_only_if_they_are_installed() {
    let azure = [("DATABRICKS_HOST", AZURE)];
    let kind = |programs| with(&azure, programs).sign_in().ok().flatten();
    assert_eq!(kind(&["az", "databricks"]), Some("azure-cli"));
    assert_eq!(kind(&["databricks"]), Some("databricks-cli"));
    assert_eq!(kind(&[]), None);
    let message = refused(&with(&azure, &[]));
    for part in
        ["the program `az` is not on the PATH", "the program `databricks` is not on the PATH"]
    {
        assert!(message.contains(part), "{message}");
    }
    // A path that was configured is used without a check.
    let config = with(&[("DATABRICKS_CLI_PATH", "/opt/databricks")], &[]);
    assert_eq!(config.sign_in().unwrap(), Some("databricks-cli"));
    // With settings from code only, no program runs unless code names it.
    let config = Config::new(AZURE, "p");
    assert!(refused(&config).starts_with("there are no credentials; "));
    for kind in ["azure-cli", "databricks-cli"] {
        assert_eq!(config.clone().auth_type(kind).sign_in().unwrap(), Some(kind));
    }
}

#[test]
fn two_kinds_are_ambiguous_and_listed_with_their_origins() {
    let file = "[p]\nhost = h\nwarehouse_id = w\nclient_id = i\nclient_secret = canary\n";
    let named = ("DATABRICKS_CONFIG_PROFILE", "p");
    let config = found(&[named, ("DATABRICKS_TOKEN", "canary")], file);
    let message = refused(&config);
    for part in [
        "more than one way to sign in is configured: oauth by client_id (profile [p] of \
         /home/me/.databrickscfg) and client_secret (profile [p] of /home/me/.databrickscfg) and \
         pat by token (environment variable DATABRICKS_TOKEN)",
        "DATABRICKS_AUTH_TYPE",
    ] {
        assert!(message.contains(part), "{message}");
    }
    // A method chosen in code takes precedence.
    assert_eq!(config.clone().token("t").sign_in().unwrap(), Some("pat"));
    let config = config.client_credentials("j", "s");
    assert_eq!(config.sign_in().unwrap(), Some("oauth-m2m"));
    assert_eq!(value(&config, "client_id").as_deref(), Some("j"));
    // A setting in code does not choose a method.
    assert!(found(&[named], file).setting("token", "t").unwrap().sign_in().is_err());
}

#[test]
fn named_kind_reports_what_is_missing() {
    for (kind, says) in [
        ("pat", "is pat, but token is not set"),
        ("oauth-m2m", "client_id and client_secret are not set"),
        ("env-oidc", "the environment variable DATABRICKS_OIDC_TOKEN is not set"),
        ("file-oidc", "oidc_token_filepath is not set"),
        ("github-oidc", "client_id is not set"),
        ("azure-cli", "the host is not an Azure workspace"),
        ("databricks-cli", "the program `databricks` is not on the PATH"),
        ("google-id", "google_service_account is not set"),
        ("PAT", "unknown auth_type"),
        ("canary kind", "set it to one of pat, basic, oauth-m2m, env-oidc, file-oidc, github-oidc"),
    ] {
        let message = refused(&with(&[("DATABRICKS_AUTH_TYPE", kind)], &[]));
        assert!(message.contains(says), "{message}");
        assert!(message.contains("environment variable DATABRICKS_AUTH_TYPE"), "{message}");
    }
    let variables = [("DATABRICKS_AUTH_TYPE", "github-oidc"), ("DATABRICKS_CLIENT_ID", "i")];
    assert!(refused(&with(&variables, &[])).contains("id-token: write"));
}

#[cfg(feature = "cli")]
#[test]
fn kind_that_is_not_built_in_is_an_error_and_is_not_skipped() {
    for (kind, variables) in [
        ("metadata-service", &[("DATABRICKS_METADATA_SERVICE_URL", "http://canary")][..]),
        ("azure-msi", &[("ARM_USE_MSI", "true"), ("ARM_CLIENT_ID", "i")]),
        ("google-credentials", &[("GOOGLE_CREDENTIALS", "canary")]),
        ("google-id", &[("DATABRICKS_GOOGLE_SERVICE_ACCOUNT", "a@b")]),
        ("runtime", &[("DATABRICKS_RUNTIME_VERSION", "17")]),
        ("model-serving", &[("IS_IN_DB_MODEL_SERVING_ENV", "true")]),
        ("azure-msi", &[("DATABRICKS_AUTH_TYPE", "azure-msi"), ("ARM_USE_MSI", "1")]),
        ("runtime", &[("DATABRICKS_AUTH_TYPE", "runtime")]),
    ] {
        let message = refused(&with(variables, &[]));
        assert!(message.contains(&format!("the sign-in {kind} is not built in")), "{message}");
        assert!(message.contains("Config::credentials"), "{message}");
    }
    assert_eq!(chosen(&[("ARM_USE_MSI", "false"), ("DATABRICKS_HOST", AZURE)]), "azure-cli");
}

#[test]
fn group_is_rejected() {
    let message = refused(&with(&[("DATABRICKS_GROUP_ID", "g"), ("DATABRICKS_TOKEN", "t")], &[]));
    assert!(message.contains("group_id (environment variable DATABRICKS_GROUP_ID)"), "{message}");
}

/// Databricks no longer accepts passwords, and a password that is configured for something else
/// must not be sent.
#[test]
fn password_is_sent_only_where_it_was_asked_for() {
    let variables = [("DATABRICKS_USERNAME", "u"), ("DATABRICKS_PASSWORD", "canary")];
    let config = with(&variables, &[]);
    assert!(refused(&config).contains("no longer accepts"));
    assert_eq!(config.auth_type("basic").sign_in().unwrap(), Some("basic"));
    assert_eq!(Config::new("h", "p").basic("u", "x").sign_in().unwrap(), Some("basic"));
}

#[test]
fn credentials_that_cannot_be_in_a_header_are_a_config_error() {
    for config in [
        Config::new("h", "p").token("canary x"),
        Config::new("h", "p").token(""),
        Config::new("h", "p").basic("canary:u", "canary"),
        Config::new("h", "p").basic("u", "canary\n"),
    ] {
        let message = refused(&config);
        assert!(message.contains("not a valid header value"), "{message}");
        assert!(!config.explain().contains("canary"), "{}", config.explain());
    }
}

#[test]
fn settings_reach_the_provider() {
    let shown = |config: &Config| format!("{:?}", config.resolve().unwrap().credentials);
    let azure = [
        ("DATABRICKS_HOST", "adb-1.2.databricks.azure.us"),
        ("ARM_CLIENT_ID", "the-id"),
        ("ARM_CLIENT_SECRET", "canary"),
        ("ARM_TENANT_ID", "the-tenant"),
        ("DATABRICKS_AZURE_RESOURCE_ID", "/the/resource"),
    ];
    let provider = shown(&with(&azure, &[]));
    for part in ["AzureClientSecret", "the-id", "the-tenant", "/the/resource", "usgov"] {
        assert!(provider.contains(part), "{provider}");
    }
    let m2m = Config::new("h", "p").client_credentials("the-id", "canary");
    let m2m = m2m.setting("scopes", "sql, b b,a").unwrap();
    let provider = shown(&m2m.setting("discovery_url", "https://idp/x").unwrap());
    for part in ["ClientCredentials", "the-id", r#"["a", "b", "sql"]"#, "https://idp/x"] {
        assert!(provider.contains(part), "{provider}");
    }
    let oidc = [
        ("DATABRICKS_OIDC_TOKEN_FILEPATH", "/the/file"),
        ("DATABRICKS_TOKEN_AUDIENCE", "the-audience"),
        ("DATABRICKS_CLIENT_ID", "the-id"),
        ("DATABRICKS_AUTH_TYPE", "file-oidc"),
    ];
    let provider = shown(&with(&oidc, &[]));
    for part in ["Federation", "/the/file", "the-audience", "the-id"] {
        assert!(provider.contains(part), "{provider}");
    }
    let other = [("DATABRICKS_OIDC_TOKEN_ENV", "THE_VARIABLE"), ("THE_VARIABLE", "canary")];
    assert!(shown(&with(&other, &[])).contains("THE_VARIABLE"));
}

#[test]
fn azure_cloud_is_that_of_the_host_or_the_setting() {
    let cloud = |host, setting: &str| {
        let variables = [
            ("DATABRICKS_HOST", host),
            ("ARM_ENVIRONMENT", setting),
            ("ARM_CLIENT_ID", "i"),
            ("ARM_CLIENT_SECRET", "s"),
        ];
        Ok::<_, crate::Error>(format!("{:?}", with(&variables, &[]).resolve()?.credentials))
    };
    for (host, setting, name) in [
        (AZURE, "", "public"),
        ("https://adb-1.2.databricks.azure.cn/", "public", "china"),
        ("h.example", "USGovernment", "usgov"),
        ("h.example", "AzureChinaCloud", "china"),
        ("h.example", "", "None"),
    ] {
        assert!(cloud(host, setting).unwrap().contains(name), "{host} {setting}");
    }
    assert!(cloud("h.example", "mars").unwrap_err().to_string().contains("is not an Azure cloud"));
}

#[cfg(feature = "cli")]
#[test]
fn databricks_cli_is_asked_for_a_profile_only_at_its_own_host() {
    let shown = |variables: &[(&str, &str)], file: &str| {
        let config =
            found(variables, file).setting("databricks_cli_path", "/x/databricks").unwrap();
        format!("{:?}", config.warehouse_id("w").resolve().unwrap().credentials)
    };
    let file = "[DEFAULT]\nhost = a.example\n[p]\nhost = b.example\n";
    let named = ("DATABRICKS_CONFIG_PROFILE", "p");
    assert!(shown(&[named], file).contains(r#"profile: Some("p")"#));
    let settings = format!("[__settings__]\ndefault_profile = p\n{file}");
    assert!(shown(&[], &settings).contains(r#"profile: Some("p")"#));
    assert!(shown(&[], file).contains("profile: None"));
    assert!(shown(&[named], file).contains("/home/me/.databrickscfg"));
    let elsewhere = shown(&[named, ("DATABRICKS_HOST", "evil.example")], file);
    assert!(elsewhere.contains("profile: None") && elsewhere.contains("/x/databricks"));
}

#[cfg(not(feature = "browser"))]
#[test]
fn kind_whose_feature_is_off_names_it() {
    let message = refused(&Config::new("h", "p").auth_type("external-browser"));
    assert!(message.contains("needs the feature `browser`, which is disabled"), "{message}");
}

#[cfg(feature = "browser")]
#[test]
fn browser_is_opened_only_when_it_is_named() {
    let config = Config::new("h", "p").auth_type("external-browser");
    let config = config.setting("scopes", "sql").unwrap().setting("client_id", "the-id").unwrap();
    let provider = format!("{:?}", config.resolve().unwrap().credentials);
    assert!(provider.contains("the-id") && provider.contains("offline_access"), "{provider}");
}

#[cfg(not(feature = "cli"))]
#[test]
fn command_lines_name_their_feature() {
    let message = refused(&Config::new("h", "p").auth_type("databricks-cli"));
    assert!(message.contains("needs the feature `cli`, which is off"), "{message}");
}
