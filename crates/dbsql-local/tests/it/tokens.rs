//! Expired tokens, and the new ones that replace them.

use std::time::Duration;

use bytes::Bytes;
use dbsql_local::faults::{Fault, FaultPlan, Rule, Target, Trigger};
use dbsql_local::{Quirks, Server, Service, ServiceBuilder, Settings, TokenExpiry};
use dbsql_protocol::message::encode_call;
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TExecuteStatementReq, TOpenSessionReq};
use dbsql_runtime::Runtime;
use http::Response;

use crate::support::{Client, TEN, builder, direct, engine, http};

/// A warehouse and a client with the token `first`.
fn start(set: impl FnOnce(ServiceBuilder) -> ServiceBuilder) -> (Service, Client, Runtime) {
    let runtime = Runtime::seeded(1);
    let service = set(builder(&engine(&runtime), &runtime)).build();
    let client = with_token(&Client::new(&service), "first");
    (service, client, runtime)
}

fn with_token(client: &Client, token: &str) -> Client {
    Client { authorization: Some(format!("Bearer {token}")), ..client.clone() }
}

/// Returns the status of a call.
async fn asks(client: &Client) -> u16 {
    answer(client).await.status().as_u16()
}

async fn answer(client: &Client) -> Response<Bytes> {
    let call = encode_call::<rpc::OpenSession>(&TOpenSessionReq::default());
    let response = client.post(call).await.expect("an answer");
    let (head, body) = response.into_parts();
    Response::from_parts(head, body.collect(usize::MAX).await.expect("a body"))
}

#[tokio::test(start_paused = true)]
async fn token_is_valid_for_a_number_of_requests() {
    let expiry = TokenExpiry::Requests(2);
    let (service, client, _) = start(|builder| builder.accept_expiring_token("first", expiry));
    assert_eq!([asks(&client).await, asks(&client).await, asks(&client).await], [200, 200, 401]);
    // Unknown tokens are rejected as before, and the expiry of the last token does not open the
    // server.
    assert_eq!(asks(&with_token(&client, "other")).await, 401);
    assert_eq!(asks(&Client::new(&service)).await, 401);
    service.accept_token("second");
    assert_eq!(asks(&with_token(&client, "second")).await, 200);
    assert_eq!(asks(&client).await, 401);
    assert_eq!(service.live_sessions(), 3);
    service.accept_expiring_token("first", TokenExpiry::Requests(1));
    assert_eq!([asks(&client).await, asks(&client).await], [200, 401]);
}

#[tokio::test(start_paused = true)]
async fn token_is_valid_for_a_period() {
    let hour = Duration::from_secs(3600);
    let expiry = TokenExpiry::Time(hour);
    let (service, client, runtime) =
        start(|builder| builder.accept_expiring_token("first", expiry));
    runtime.sleep(hour - Duration::from_secs(1)).await;
    assert_eq!(asks(&client).await, 200);
    runtime.sleep(Duration::from_secs(1)).await;
    assert_eq!(asks(&client).await, 401);
    service.accept_expiring_token("second", expiry);
    let fresh = with_token(&client, "second");
    runtime.sleep(hour - Duration::from_secs(1)).await;
    assert_eq!(asks(&fresh).await, 200);
    runtime.sleep(Duration::from_secs(1)).await;
    assert_eq!(asks(&fresh).await, 401);
}

#[tokio::test(start_paused = true)]
async fn expired_token_is_reported_as_by_gateways() {
    for forbid_expired_tokens in [false, true] {
        let quirks = Quirks { forbid_expired_tokens, ..Quirks::default() };
        let settings = Settings { quirks, ..Settings::default() };
        let (service, client, _) =
            start(|builder| builder.settings(settings).accept_token("first"));
        service.expire_token("first");
        let answer = answer(&client).await;
        let header =
            |name| answer.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
        let (status, challenge, reason, code) = match forbid_expired_tokens {
            false => (401, true, None, "UNAUTHENTICATED"),
            true => (403, false, Some("Invalid access token"), "PERMISSION_DENIED"),
        };
        assert_eq!(answer.status(), status);
        let challenged = header("www-authenticate")
            .is_some_and(|text| text.starts_with(r#"Bearer error="invalid_token""#));
        assert_eq!(challenged, challenge);
        assert_eq!(header("x-databricks-reason-phrase").as_deref(), reason);
        let message = header("x-thriftserver-error-message").expect("a message");
        assert!(message.starts_with(code) && message.contains("expired"), "{message}");
        let body: serde_json::Value = serde_json::from_slice(answer.body()).expect("JSON");
        assert_eq!((&body["error_code"], &body["message"]), (&code.into(), &message.into()));
        // Another one is unknown, not expired.
        assert_eq!(asks(&with_token(&client, "other")).await, 401);
    }
}

#[tokio::test(start_paused = true)]
async fn fault_expires_the_token_during_a_statement() {
    let rule = Rule::new(Target::method("FetchResults"), Trigger::Nth(1), Fault::ExpireToken);
    let plan = FaultPlan::seeded(1).rule(rule);
    // With and without a list of accepted tokens.
    for restricted in [false, true] {
        let (service, client, _) = start(|builder| match restricted {
            true => builder.accept_token("first").faults(plan.clone()),
            false => builder.faults(plan.clone()),
        });
        let session = client.open().await;
        let handle = client.submit(&session, TEN).await;
        client.wait(&handle).await;
        let fetch = crate::support::next(&handle, 100);
        assert_eq!(http(client.call::<rpc::FetchResults>(&fetch).await).0, 401);
        assert_eq!(http(client.ask(&handle).await).0, 401);
        service.accept_token("second");
        let fresh = with_token(&client, "second");
        assert_eq!(crate::support::ids(&fresh.fetch(fetch).await).len(), 10);
        assert_eq!(service.runs(TEN), 1);
    }
}

#[tokio::test]
async fn links_work_without_a_token_after_it_expired() {
    let settings = Settings { link_threshold: 0, ..Settings::default() };
    let runtime = Runtime::real();
    let service = builder(&engine(&runtime), &runtime)
        .settings(settings)
        .accept_expiring_token("first", TokenExpiry::Requests(2))
        .build();
    let server = Server::start(service.clone(), ([127, 0, 0, 1], 0).into()).await;
    let server = server.expect("it starts");
    let client = with_token(&crate::sockets::client(&server), "first");
    let session = client.open().await;
    let request = TExecuteStatementReq { can_download_result: Some(true), ..direct(&session, TEN) };
    let rows = client.execute(request.clone()).await.direct_results.expect("asked for").result_set;
    let answer = client.call::<rpc::ExecuteStatement>(&request).await;
    assert_eq!(http(answer).0, 401);
    assert_eq!(service.runs(TEN), 1);
    let links = rows.expect("rows").results.expect("rows").result_links.expect("links");
    assert_eq!(client.get(&links[0].file_link, &[]).await.expect("an answer").0, 200);
    service.accept_token("second");
    with_token(&client, "second").execute(request).await;
}
