//! A fake program with the output of the real one, and programs that misbehave.

use std::time::SystemTime;

use dbsql_runtime::Runtime;

use super::*;
use crate::fake_programs::{FakePrograms, context};
use crate::test_support::whole_text;

const WORKSPACE: &str = "https://h.test/";

async fn token_of(provider: &DatabricksCli) -> Result<Token, AuthError> {
    provider.token(&context(WORKSPACE)).await
}

fn value(token: &Token) -> &str {
    token.authorization().header_value().to_str().expect("visible")
}

/// The error of a fake program in this mode.
async fn error_in(mode: &str) -> AuthError {
    let programs = FakePrograms::new();
    programs.set("databricks", "mode", mode);
    let provider = DatabricksCli::new().path(programs.stand_in("databricks"));
    token_of(&provider).await.expect_err("an error")
}

async fn error_of(script: &str) -> AuthError {
    let programs = FakePrograms::new();
    let provider = DatabricksCli::new().path(programs.script("program", script));
    token_of(&provider).await.expect_err("an error")
}

#[tokio::test]
async fn printed_token_and_expiry_are_used() {
    let programs = FakePrograms::new();
    programs.set("databricks", "lifetime", "1234");
    let provider = DatabricksCli::new().path(programs.stand_in("databricks"));
    let token = token_of(&provider).await.expect("a token");
    assert_eq!(value(&token), "Bearer eyJhbGciOiJub25lIn0.of.https---h.test");
    let lifetime = token.lifetime(Runtime::real().wall_now()).expect("it is known");
    assert!((1200..=1235).contains(&lifetime.as_secs()), "{lifetime:?}");
    assert_eq!(programs.log("databricks"), ["auth token --host https://h.test"]);
}

#[tokio::test]
async fn profile_takes_precedence_over_the_host() {
    let programs = FakePrograms::new();
    let provider = DatabricksCli::new().path(programs.stand_in("databricks"));
    let provider = provider.profile("dev").config_file("/etc/dbsql.cfg");
    let token = token_of(&provider).await.expect("a token");
    assert!(value(&token).ends_with(".of.dev"));
    let expected = "auth token --profile dev DATABRICKS_CONFIG_FILE=/etc/dbsql.cfg";
    assert_eq!(programs.log("databricks"), [expected]);
}

#[test]
fn profile_of_the_environment_is_hidden_when_asked_by_host() {
    let origin = "http://127.0.0.1:8080";
    let provider = DatabricksCli::new();
    let by_host = provider.command(origin, Path::new("databricks"), None);
    let expected = Subprocess::new("databricks")
        .args(["auth", "token", "--host", "http://127.0.0.1:8080"])
        .env_remove("DATABRICKS_CONFIG_PROFILE");
    assert!(by_host == expected);
    let by_profile = provider.profile("dev").command(origin, Path::new("databricks"), None);
    assert!(
        by_profile == Subprocess::new("databricks").args(["auth", "token", "--profile", "dev"])
    );
}

#[tokio::test]
async fn same_token_is_renewed_with_force_refresh() {
    let programs = FakePrograms::new();
    let provider = DatabricksCli::new().path(programs.stand_in("databricks"));
    let first = token_of(&provider).await.expect("a token");
    let second = token_of(&provider).await.expect("a token");
    assert_eq!(value(&second), format!("{}.refreshed", value(&first)));
    let forced = "auth token --host https://h.test --force-refresh";
    let plain = "auth token --host https://h.test";
    assert_eq!(programs.log("databricks"), [plain, plain, forced]);
    // Another token, for example by another process: no force is needed.
    programs.set("databricks", "token", "another");
    assert_eq!(value(&token_of(&provider).await.expect("a token")), "Bearer another");
    assert_eq!(programs.log("databricks").len(), 4);
}

#[tokio::test]
async fn older_version_renews_when_it_sees_fit() {
    let programs = FakePrograms::new();
    programs.set("databricks", "mode", "old");
    let provider = DatabricksCli::new().path(programs.stand_in("databricks"));
    let first = token_of(&provider).await.expect("a token");
    let second = token_of(&provider).await.expect("the same token");
    assert_eq!(value(&first), value(&second));
}

#[tokio::test]
async fn missing_program_error_has_advice() {
    let provider = DatabricksCli::new().path("dbsql-no-such-program");
    let error = token_of(&provider).await.expect_err("missing");
    assert_eq!(error.kind(), AuthErrorKind::Invalid);
    assert_eq!(error.to_string(), "the Databricks CLI (`dbsql-no-such-program`) not found");
    assert_eq!(error.next_step(), Some(INSTALL));
}

#[tokio::test]
async fn signed_out_error_has_the_login_command() {
    let error = error_in("signed-out").await;
    assert_eq!(error.kind(), AuthErrorKind::Rejected);
    assert_eq!(
        error.to_string(),
        "the Databricks CLI failed with exit code 1: cache: databricks OAuth is not configured for \
         this host. no cached credentials; run `databricks auth login` to sign in"
    );
    assert_eq!(error.next_step(), Some("run `databricks auth login --host https://h.test`"));
}

#[tokio::test]
async fn expired_sign_in_error_names_the_profile() {
    let programs = FakePrograms::new();
    programs.set("databricks", "mode", "ended");
    let provider = DatabricksCli::new().path(programs.stand_in("databricks")).profile("dev");
    let error = token_of(&provider).await.expect_err("an error");
    assert_eq!(error.kind(), AuthErrorKind::Rejected);
    assert!(error.to_string().contains("the refresh token is invalid"), "{error}");
    assert_eq!(error.next_step(), Some("run `databricks auth login --profile dev`"));
}

#[tokio::test]
async fn kinds_of_failure_are_distinguished() {
    for (mode, kind, text) in [
        ("legacy", AuthErrorKind::Invalid, "is the legacy Databricks CLI"),
        ("ambiguous", AuthErrorKind::Invalid, "one and two match https://h.test"),
        ("offline", AuthErrorKind::Unavailable, "dial tcp: lookup h.test: no such host"),
    ] {
        let error = error_in(mode).await;
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(text), "{error}");
        assert!(error.next_step().is_some(), "{error}");
    }
}

#[tokio::test]
async fn hanging_program_times_out() {
    let programs = FakePrograms::new();
    programs.set("databricks", "mode", "hang");
    let provider = DatabricksCli::new().path(programs.stand_in("databricks"));
    let provider = provider.timeout(Duration::from_millis(1500));
    let error = token_of(&provider).await.expect_err("it hangs");
    assert_eq!(error.kind(), AuthErrorKind::Unavailable);
    assert_eq!(error.to_string(), "the Databricks CLI did not end within 1.5 s");
    assert!(provider.time_limit() > Duration::from_millis(1500));
}

#[tokio::test]
async fn invalid_output_is_typed_and_not_quoted() {
    for script in [
        "echo canary",
        "true",
        "echo '{}'",
        "echo '[\"canary\"]'",
        "echo '{\"access_token\": 1, \"x\": \"canary\"}'",
        "echo '{\"access_token\": \"canary\", \"token_type\": 5}'",
        "echo '{\"access_token\": \"canary\", \"token_type\": \"Mac\"}'",
        "echo '{\"access_token\": \"\"}'",
        "echo '{\"access_token\": \"can ary\"}'",
        "echo '{\"access_token\": \"canary\"} trailing'",
        "printf '\\377\\376canary'",
        "cat /dev/zero",
    ] {
        let error = error_of(script).await;
        assert_eq!(error.kind(), AuthErrorKind::Invalid, "{script}: {error}");
        assert!(!whole_text(&error).contains("canary"), "{script}: {error:?}");
    }
}

#[tokio::test]
async fn secret_in_its_message_is_not_quoted() {
    let jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl";
    for canary in [jwt, "dapi0123456789abcdef0123", "canary-0123456789-secret"] {
        for stream in ["", ">&2"] {
            let script =
                format!("echo 'Error: cannot use {canary} (token={canary})' {stream}; exit 1");
            let error = error_of(&script).await;
            assert_eq!(error.kind(), AuthErrorKind::Rejected);
            assert!(error.to_string().contains("cannot use [...]"), "{error}");
            assert!(!whole_text(&error).contains(canary), "{error:?}");
        }
    }
    // What it printed before it failed is not part of the error.
    let error = error_of("echo 'dapi0123456789'; echo 'Error: oops' >&2; exit 1").await;
    assert_eq!(error.to_string(), "the Databricks CLI failed with exit code 1: oops");
}

#[tokio::test]
async fn killed_program_is_retried() {
    let error = error_of("kill -9 $$").await;
    assert_eq!(error.kind(), AuthErrorKind::Unavailable);
    assert_eq!(error.to_string(), "the Databricks CLI was killed by signal 9");
}

#[tokio::test]
async fn unknown_expiry_is_none() {
    for expiry in ["", ", \"expiry\": \"0001-01-01T00:00:00Z\"", ", \"expiry\": \"soon\""] {
        let programs = FakePrograms::new();
        let script = format!("echo '{{\"access_token\": \"t\"{expiry}}}'");
        let provider = DatabricksCli::new().path(programs.script("program", &script));
        let token = token_of(&provider).await.expect("a token");
        assert_eq!(token.lifetime(SystemTime::UNIX_EPOCH), None, "{expiry}");
    }
}

#[tokio::test]
async fn missing_expiry_is_taken_from_the_token() {
    let programs = FakePrograms::new();
    // {"exp":4102444800}: the year 2100.
    let script = "echo '{\"access_token\": \"e30.eyJleHAiOjQxMDI0NDQ4MDB9.sig\"}'";
    let provider = DatabricksCli::new().path(programs.script("program", script));
    let token = token_of(&provider).await.expect("a token");
    let expected = Duration::from_secs(4_102_444_800);
    assert_eq!(token.lifetime(SystemTime::UNIX_EPOCH), Some(expected));
}

#[tokio::test]
async fn provider_does_not_print_the_token() {
    let programs = FakePrograms::new();
    programs.set("databricks", "token", "canary");
    let provider = DatabricksCli::new().path(programs.stand_in("databricks"));
    let token = token_of(&provider).await.expect("a token");
    assert!(!format!("{provider:?} {token:?}").contains("canary"));
}
