//! A fake program with the output of the real one, and programs that misbehave.

use dbsql_runtime::Runtime;
use http::HeaderMap;

use super::*;
use crate::fake_programs::{FakePrograms, context};
use crate::test_support::whole_text;

const WORKSPACE: &str = "https://adb-1.2.azuredatabricks.net/";
const RESOURCE: &str =
    "/subscriptions/1234/resourceGroups/g/providers/Microsoft.Databricks/workspaces/w";
const ASK: &str =
    "account get-access-token --resource 2ff814a6-3304-4ab8-85cb-cd0e6f879c1d --output json";
const ASK_MANAGEMENT: &str =
    "account get-access-token --resource https://management.core.windows.net/ --output json";
const OWN: &str = "Bearer header.payload.2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";
const MANAGEMENT: &str = "header.payload.https---management-core-windows-net-";

async fn token_of(provider: &AzureCli) -> Result<Token, AuthError> {
    provider.token(&context(WORKSPACE)).await
}

fn in_mode(mode: &str) -> (FakePrograms, AzureCli) {
    let programs = FakePrograms::new();
    programs.set("az", "mode", mode);
    let provider = AzureCli::new().path(programs.stand_in("az"));
    (programs, provider)
}

fn headers(token: &Token) -> HeaderMap {
    let mut headers = HeaderMap::new();
    token.authorization().apply(&mut headers);
    headers
}

fn lifetime(token: &Token) -> u64 {
    token.lifetime(Runtime::real().wall_now()).expect("it is known").as_secs()
}

#[tokio::test]
async fn printed_token_and_expiry_are_used() {
    let (programs, provider) = in_mode("signed-in");
    programs.set("az", "lifetime", "1234");
    let token = token_of(&provider).await.expect("a token");
    assert_eq!(headers(&token)["authorization"], OWN);
    assert_eq!(headers(&token).len(), 1);
    assert!((1200..=1235).contains(&lifetime(&token)), "{}", lifetime(&token));
    assert_eq!(programs.log("az"), [ASK]);
}

#[tokio::test]
async fn older_version_falls_back_to_the_claim_or_five_minutes() {
    let (programs, provider) = in_mode("old");
    assert_eq!(lifetime(&token_of(&provider).await.expect("a token")), 300);
    // {"exp":4102444800}: the year 2100.
    programs.set("az", "token", "e30.eyJleHAiOjQxMDI0NDQ4MDB9.sig");
    let token = token_of(&provider).await.expect("a token");
    assert!(lifetime(&token) > 3600 * 24 * 365, "{}", lifetime(&token));
}

#[tokio::test]
async fn tenant_is_passed_unless_an_identity_rejects_it() {
    let (programs, provider) = in_mode("signed-in");
    let _ = token_of(&provider.clone().tenant("t-1")).await.expect("a token");
    assert_eq!(programs.log("az"), [format!("{ASK} --tenant t-1")]);

    let (programs, provider) = in_mode("identity");
    let _ = token_of(&provider.tenant("t-1")).await.expect("a token");
    assert_eq!(programs.log("az"), [format!("{ASK} --tenant t-1"), ASK.to_owned()]);
}

#[tokio::test]
async fn resource_id_adds_the_two_headers() {
    let (programs, provider) = in_mode("signed-in");
    let token = token_of(&provider.resource_id(RESOURCE)).await.expect("a token");
    let headers = headers(&token);
    assert_eq!(headers["authorization"], OWN);
    assert_eq!(headers[RESOURCE_ID], RESOURCE);
    assert_eq!(headers[MANAGEMENT_TOKEN], MANAGEMENT);
    assert!(headers.values().all(HeaderValue::is_sensitive));
    let expected = [ASK, ASK_MANAGEMENT].map(|ask| format!("{ask} --subscription 1234"));
    assert_eq!(programs.log("az"), expected);
}

#[tokio::test]
async fn inaccessible_subscription_is_omitted() {
    let (programs, provider) = in_mode("no-subscription");
    let _ = token_of(&provider.resource_id(RESOURCE)).await.expect("a token");
    let with = |ask: &str| format!("{ask} --subscription 1234");
    let expected = [with(ASK), ASK.to_owned(), with(ASK_MANAGEMENT), ASK_MANAGEMENT.to_owned()];
    assert_eq!(programs.log("az"), expected);
}

#[tokio::test]
async fn user_without_management_access_signs_in() {
    let (_programs, provider) = in_mode("no-management");
    let token = token_of(&provider.resource_id(RESOURCE)).await.expect("a token");
    let headers = headers(&token);
    assert_eq!(headers[RESOURCE_ID], RESOURCE);
    assert!(!headers.contains_key(MANAGEMENT_TOKEN));
}

#[tokio::test]
async fn each_cloud_has_its_own_management_service() {
    for (cloud, host) in [
        ("public", "management.core.windows.net"),
        ("USGov", "management.core.usgovcloudapi.net"),
        ("china", "management.core.chinacloudapi.cn"),
    ] {
        let (programs, provider) = in_mode("signed-in");
        let _ =
            token_of(&provider.environment(cloud).resource_id(RESOURCE)).await.expect("a token");
        let asked = &programs.log("az")[1];
        assert!(asked.contains(&format!("--resource https://{host}/ ")), "{asked}");
    }
    let (programs, provider) = in_mode("signed-in");
    let error = token_of(&provider.environment("moon")).await.expect_err("unknown");
    assert_eq!(error.kind(), AuthErrorKind::Invalid);
    assert!(programs.log("az").is_empty());
}

#[tokio::test]
async fn failures_are_typed() {
    let (_programs, provider) = in_mode("signed-out");
    let error = token_of(&provider.tenant("t-1")).await.expect_err("signed out");
    assert_eq!(error.kind(), AuthErrorKind::Rejected);
    let text = "the Azure CLI failed with exit code 1: Please run 'az login' to setup account.";
    assert_eq!(error.to_string(), text);
    assert_eq!(error.next_step(), Some("run `az login --tenant t-1`"));

    let (_programs, provider) = in_mode("hang");
    let error = token_of(&provider.timeout(Duration::from_secs(1))).await.expect_err("it hangs");
    assert_eq!(error.kind(), AuthErrorKind::Unavailable);

    let missing = AzureCli::new().path("dbsql-no-such-program");
    let error = token_of(&missing).await.expect_err("missing");
    assert_eq!(error.kind(), AuthErrorKind::Invalid);

    let (_programs, provider) = in_mode("signed-in");
    let error = token_of(&provider.resource_id("a\nb")).await.expect_err("no header");
    assert_eq!(error.kind(), AuthErrorKind::Invalid);
}

#[tokio::test]
async fn invalid_output_and_secrets_are_not_quoted() {
    for script in [
        "echo canary",
        "echo '{\"accessToken\": \"canary\", \"tokenType\": \"Mac\"}'",
        "echo '{\"accessToken\": [\"canary\"]}'",
        "echo '{\"access_token\": \"canary\"}'",
        "echo 'ERROR: refresh_token=canary is bad' >&2; exit 1",
    ] {
        let programs = FakePrograms::new();
        let provider = AzureCli::new().path(programs.script("program", script));
        let error = token_of(&provider).await.expect_err("an error");
        assert!(!whole_text(&error).contains("canary"), "{script}: {error:?}");
    }
}
