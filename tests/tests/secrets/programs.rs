//! Sign-ins that run a program, and the sign-in of a GitHub Actions job.

use std::fmt::Debug;
use std::path::PathBuf;
use std::time::Duration;

use dbsql::Runtime;
use dbsql::auth::{AzureCli, DatabricksCli, Federation, IdTokenSource, TokenProvider};
use dbsql_local::{ForeignIssuer, OAuthClient, Service};
use tempfile::TempDir;

use crate::canaries::{Canary, Receiver};
use crate::world::{HOST, sign_in, warehouse};

const TOKEN: &str = "canary.cli+token==0123456789/";

/// A program that ignores its arguments.
#[cfg(unix)]
fn program(folder: &TempDir, script: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.path().join("program");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

const OF_DATABRICKS: &str =
    r#"{"access_token":"TOKEN","token_type":"Bearer","expiry":"2999-01-01T00:00:00Z"}"#;
const OF_AZURE: &str = r#"{"accessToken":"TOKEN","tokenType":"Bearer","expires_on":32472144000}"#;

/// Possible outputs of a program instead of a token.
const FAILURES: [&str; 5] = [
    "echo 'TOKEN and more'",
    "echo 'Error: the token TOKEN is no good' >&2; exit 1",
    "echo 'Error: TOKEN' >&2; echo 'TOKEN'; exit 1",
    r#"echo '{"access_token":"TOKEN","accessToken":"TOKEN","expiry":"TOKEN","expiresOn":"TOKEN"'"#,
    "echo TOKEN >&2; exec sleep 30",
];

fn known() -> (Service, Runtime) {
    let runtime = Runtime::real();
    (warehouse(&runtime, |builder| builder.accept_token(TOKEN)), runtime)
}

fn canary() -> Vec<Canary> {
    vec![Canary::new("token of the program", TOKEN, Receiver::Workspace)]
}

/// Signs in with a program that prints a token, and with each that does not.
async fn check<P>(answer: &str, provider: impl Fn(PathBuf) -> P)
where
    P: TokenProvider + Clone + Debug,
{
    let answer = format!("echo '{answer}'");
    for script in [answer.as_str()].into_iter().chain(FAILURES) {
        let folder = tempfile::tempdir().unwrap();
        let program = program(&folder, &script.replace("TOKEN", TOKEN));
        let (service, runtime) = known();
        let outcome = sign_in(&service, &runtime, provider(program), canary()).await;
        outcome.is_clean(script);
        // The program has no other token after this one was rejected.
        let is_used = service.requests("OpenSession") > 0;
        assert_eq!(is_used, script == answer, "{script}: {:?}", outcome.error);
        assert!(is_used || outcome.error.is_some(), "{script}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn token_of_the_databricks_cli_is_sent_to_the_workspace_only() {
    check(OF_DATABRICKS, |program| {
        DatabricksCli::new().path(program).timeout(Duration::from_secs(1))
    })
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn token_of_the_azure_cli_is_sent_to_the_workspace_only() {
    check(OF_AZURE, |program| AzureCli::new().path(program).timeout(Duration::from_secs(1))).await;
}

fn job() -> (Service, Runtime) {
    let runtime = Runtime::seeded(5);
    let service = warehouse(&runtime, |builder| {
        builder
            .oauth_client(OAuthClient::confidential("principal", "s"))
            .foreign_issuer(ForeignIssuer::github_actions())
    });
    (service, runtime)
}

/// The job variables are those of the process, so it runs in a separate one.
#[tokio::test(start_paused = true)]
async fn tokens_of_a_github_job_are_sent_to_their_endpoints_only() {
    let variables = job().0.github_actions(&format!("https://{HOST}"));
    let test = "programs::in_a_github_job";
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", test, "--nocapture"])
        .envs(variables)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[tokio::test(start_paused = true)]
#[ignore = "run by the test above, with the variables of a job"]
async fn in_a_github_job() {
    let (service, runtime) = job();
    let [_, (name, token)] = service.github_actions(&format!("https://{HOST}"));
    assert_eq!(std::env::var(name).unwrap(), token);
    let canary = Canary::new("request token", token, Receiver::Endpoint("github-token"));
    let provider = Federation::new(IdTokenSource::GitHubActions).client_id("principal");
    let outcome = sign_in(&service, &runtime, provider, vec![canary]).await;
    outcome.is_clean("a job").has_succeeded("a job");
    assert!(outcome.secrets() >= 4, "{}", outcome.secrets());
}
