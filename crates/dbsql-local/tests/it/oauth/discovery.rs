//! The documents that describe the endpoints.

use dbsql_local::{DatabricksConfig, OAuthOverrides, OAuthSettings, Server};
use dbsql_transport::{HttpOptions, HyperTransport};

use super::*;
use crate::sockets::any_port;

const DISCOVERY: &str = "/oidc/.well-known/oauth-authorization-server";
const CONFIG: &str = "/.well-known/databricks-config";

#[tokio::test(start_paused = true)]
async fn endpoints_are_on_the_requested_host() {
    let (service, mut web) = start(|builder| builder);
    web.host = "https://workspace.example:8443".to_owned();
    let document = web.get(DISCOVERY).await.json();
    assert_eq!(document["issuer"], "https://workspace.example:8443/oidc");
    let endpoint = |name: &str| document[name].as_str().expect("a URL").to_owned();
    assert_eq!(endpoint("token_endpoint"), "https://workspace.example:8443/oidc/v1/token");
    assert_eq!(
        endpoint("authorization_endpoint"),
        "https://workspace.example:8443/oidc/v1/authorize"
    );
    assert_eq!(web.get("/oidc/.well-known/openid-configuration").await.json(), document);
    assert_eq!(service.requests("oauth-discovery"), 2);
}

#[tokio::test(start_paused = true)]
async fn account_has_its_own_working_endpoints() {
    let config = DatabricksConfig::Account;
    let settings = OAuthSettings { account_id: "acc".to_owned(), config, ..Default::default() };
    let (_, web) = start(|builder| builder.settings(with_oauth(settings)));
    let found = web.get(CONFIG).await.json();
    assert_eq!(found["oidc_endpoint"], format!("{HOST}/oidc/accounts/{{account_id}}"));
    assert_eq!(found["account_id"], "acc");
    let document =
        web.get("/oidc/accounts/acc/.well-known/oauth-authorization-server").await.json();
    assert_eq!(document["token_endpoint"], format!("{HOST}/oidc/accounts/acc/v1/token"));
    let form =
        [("grant_type", "client_credentials"), ("client_id", PRINCIPAL), ("client_secret", SECRET)];
    assert_eq!(web.post("/oidc/accounts/acc/v1/token", &form).await.status, 200);
    for path in ["/oidc/accounts/other/v1/token", "/oidc/accounts/", "/oidc/accounts/acc"] {
        assert_eq!(web.post(path, &form).await.status, 404, "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn config_of_the_host_may_be_missing() {
    let (service, web) = start(|builder| builder);
    let found = web.get(CONFIG).await.json();
    assert_eq!(found["oidc_endpoint"], format!("{HOST}/oidc"));
    assert_eq!(found["workspace_id"], "1234567890123456");
    service.change_settings(|settings| settings.oauth.config = DatabricksConfig::Missing);
    assert_eq!(web.get(CONFIG).await.status, 404);
    assert_eq!(service.requests("databricks-config"), 2);
}

#[tokio::test(start_paused = true)]
async fn overrides_change_the_documents() {
    let other = |name: &str| Some(format!("https://{name}.example"));
    let overrides = OAuthOverrides {
        issuer: other("issuer"),
        authorization_endpoint: other("authorize"),
        token_endpoint: other("token"),
        oidc_endpoint: other("oidc"),
        ..Default::default()
    };
    let settings = with_oauth(OAuthSettings { overrides, ..Default::default() });
    let (_, web) = start(|builder| builder.settings(settings));
    let document = web.get(DISCOVERY).await.json();
    assert_eq!(document["issuer"], "https://issuer.example");
    assert_eq!(document["authorization_endpoint"], "https://authorize.example");
    assert_eq!(document["token_endpoint"], "https://token.example");
    assert_eq!(web.get(CONFIG).await.json()["oidc_endpoint"], "https://oidc.example");
}

#[tokio::test]
async fn socket_uses_the_host_header_if_it_is_this_machine() {
    let (service, _) = start(|builder| builder);
    let server = Server::start(service.clone(), any_port()).await.expect("it starts");
    let transport = HyperTransport::new(HttpOptions::default()).expect("a transport");
    let web = Web { transport: transport.into(), host: server.url() };
    let port = server.address().port();
    for (host, base) in [
        (None, server.url()),
        (Some(format!("localhost:{port}")), format!("http://localhost:{port}")),
        (Some("evil.example".to_owned()), server.url()),
    ] {
        let mut request = Request::get(format!("{}{DISCOVERY}", server.url()));
        if let Some(host) = &host {
            request = request.header("host", host);
        }
        let document = web.send(request, Bytes::new()).await.json();
        assert_eq!(document["token_endpoint"], format!("{base}{TOKEN}"), "{host:?}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn tls_urls_are_https_and_tokens_are_issued() {
    let (service, _) = start(|builder| builder);
    let (_folder, certificate, pem) = crate::tls::certificate();
    let server = Server::start_tls(service, any_port(), certificate).await.expect("it starts");
    let options = HttpOptions::default().add_root_certificate_pem(pem);
    let transport = HyperTransport::new(options).expect("a transport");
    let web = Web { transport: transport.into(), host: server.url() };
    let document = web.get(DISCOVERY).await.json();
    assert_eq!(document["token_endpoint"], format!("{}{TOKEN}", server.url()));
    assert!(server.url().starts_with("https://"), "{}", server.url());
    let token = web.post_as((PRINCIPAL, SECRET), &CLIENT_CREDENTIALS).await.access_token();
    assert_eq!(web.opens(&token).await, 200);
    server.shutdown().await;
}
