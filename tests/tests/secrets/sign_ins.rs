//! Sign-ins without a program or a browser, with every kind of failure.

use std::fmt::Debug;
use std::path::Path;

use dbsql::Runtime;
use dbsql::auth::{
    AzureClientSecret, ClientCredentials, Federation, IdTokenSource, PrivateKeyJwt, TokenProvider,
};
use dbsql_local::faults::Step;
use dbsql_local::{ForeignIssuer, OAuthClient, PublicKey, Service};
use serde_json::{Value, json};

use crate::canaries::{Canary, Receiver};
use crate::world::{sign_in, warehouse};

const SECRET: &str = "canary/client+secret==0123456789%&";
const ENTRA_SECRET: &str = "canary~entra+secret==0123456789%&";
const ISSUER: &str = "https://issuer.example";
const WRONG: &str = "canary/wrong+secret==9876543210%&";
const RESOURCE_ID: &str = "/subscriptions/s/resourceGroups/g/providers/w";

/// Faults of an endpoint.
#[derive(Clone, Copy, Debug)]
enum Failure {
    Html,
    Hang,
    Redirect,
    Reset,
    Refused,
    ServerError,
    /// It rejects the request and repeats the secret.
    Echo,
    /// Its metadata is wrong in this way.
    Setting(fn(&mut dbsql_local::Settings)),
}

const FAILURES: [Failure; 7] = [
    Failure::Html,
    Failure::Hang,
    Failure::Redirect,
    Failure::Reset,
    Failure::Refused,
    Failure::ServerError,
    Failure::Echo,
];

/// Wrong contents: another issuer, foreign endpoints, no expiry and impossible ones.
const SETTINGS: [fn(&mut dbsql_local::Settings); 6] = [
    |settings| settings.oauth.overrides.issuer = Some("https://evil.example/oidc".to_owned()),
    |settings| settings.oauth.overrides.token_endpoint = Some("https://evil.example/t".to_owned()),
    |settings| settings.oauth.overrides.oidc_endpoint = Some("https://evil.example/o".to_owned()),
    |settings| answer(settings, "expires_in", Value::Null),
    |settings| answer(settings, "expires_in", json!(-1)),
    |settings| answer(settings, "expires_in", json!("soon")),
];

fn answer(settings: &mut dbsql_local::Settings, name: &str, value: Value) {
    settings.oauth.overrides.token_answer.insert(name.to_owned(), value);
}

fn step(failure: Failure, secret: &str) -> Step {
    match failure {
        Failure::Html => Step::http(200)
            .header("content-type", "text/html")
            .text(format!("<html><body>{secret} or token={secret}</body></html>")),
        Failure::Hang => Step::stall(),
        Failure::Redirect => {
            Step::http(307).header("location", "https://evil.example/elsewhere?x=y")
        }
        Failure::Reset => Step::reset(),
        Failure::Refused => Step::refused(),
        Failure::ServerError => Step::http(500).text(secret.to_owned()),
        Failure::Echo => Step::http(400).header("content-type", "application/json").text(
            json!({
                "error": "invalid_client",
                "error_description": format!("not known: {secret} (secret={secret})"),
            })
            .to_string(),
        ),
        Failure::Setting(_) => Step::serve(),
    }
}

/// The endpoints that a sign-in calls.
struct Scene<P> {
    name: &'static str,
    endpoints: &'static [&'static str],
    /// The endpoint that issues the token.
    token: &'static str,
    make: P,
}

struct Made<P> {
    service: Service,
    runtime: Runtime,
    provider: P,
    canaries: Vec<Canary>,
}

/// Runs a sign-in without a fault and with each fault of each of its endpoints.
async fn check<P>(scene: Scene<impl Fn() -> Made<P>>)
where
    P: TokenProvider + Clone + Debug,
{
    let name = scene.name;
    let Made { service, runtime, provider, canaries } = (scene.make)();
    let fixed = canaries.len();
    let outcome = sign_in(&service, &runtime, provider, canaries).await;
    outcome.is_clean(name).has_succeeded(name);
    assert!(outcome.secrets() > fixed, "{name}: tokens were issued");

    let settings = SETTINGS.map(Failure::Setting);
    for failure in FAILURES.into_iter().chain(settings) {
        let endpoints =
            if matches!(failure, Failure::Setting(_)) { &[""][..] } else { scene.endpoints };
        for endpoint in endpoints {
            let Made { service, runtime, provider, canaries } = (scene.make)();
            // A server that repeats its input.
            let sent = canaries.iter().find(|canary| canary.goes_to != Receiver::Nobody);
            let secret = sent.map_or_else(String::new, |canary| canary.secret.clone());
            match failure {
                Failure::Setting(set) => service.change_settings(set),
                _ => service.always(endpoint, move || step(failure, &secret)),
            }
            let outcome = sign_in(&service, &runtime, provider, canaries).await;
            let context = format!("{name}, {failure:?} at {endpoint}");
            outcome.is_clean(&context);
            assert!(outcome.error.is_some() || *endpoint != scene.token, "{context}");
        }
    }
}

/// Client credentials that the service knows or does not know.
fn client_credentials(secret: &'static str) -> Made<ClientCredentials> {
    let runtime = Runtime::seeded(3);
    let client = OAuthClient::confidential("principal", SECRET);
    Made {
        service: warehouse(&runtime, |builder| builder.oauth_client(client)),
        provider: ClientCredentials::new("principal", secret),
        canaries: vec![Canary::new("client secret", secret, Receiver::Endpoint("oauth-token"))],
        runtime,
    }
}

const OIDC: &[&str] = &["databricks-config", "oauth-discovery", "oauth-token"];

#[tokio::test(start_paused = true)]
async fn client_secret_is_sent_to_the_token_endpoint_only() {
    let make = || client_credentials(SECRET);
    check(Scene { name: "client credentials", endpoints: OIDC, token: "oauth-token", make }).await;
}

#[tokio::test(start_paused = true)]
async fn wrong_client_secret_is_not_revealed() {
    let Made { service, runtime, provider, canaries } = client_credentials(WRONG);
    let outcome = sign_in(&service, &runtime, provider, canaries).await;
    outcome.is_clean("a wrong secret");
    let error = outcome.error.expect("it is refused");
    assert_eq!(error.kind(), dbsql::ErrorKind::Auth, "{error}");
}

#[tokio::test(start_paused = true)]
async fn private_key_is_never_sent() {
    let key = rcgen::KeyPair::generate().unwrap();
    let public = PublicKey::from_pem(&key.public_key_pem()).unwrap();
    let pem = key.serialize_pem();
    // Its lines, since a PEM could be printed without its line breaks.
    let secret = pem.lines().nth(1).unwrap().to_owned();
    let make = || {
        let runtime = Runtime::seeded(3);
        let client = OAuthClient::with_key("principal", public.clone());
        Made {
            service: warehouse(&runtime, |builder| builder.oauth_client(client)),
            provider: PrivateKeyJwt::new("principal", pem.as_str()),
            canaries: vec![Canary::new("private key", secret.clone(), Receiver::Nobody)],
            runtime,
        }
    };
    check(Scene { name: "private key", endpoints: OIDC, token: "oauth-token", make }).await;
}

/// A token of another issuer in a file.
fn federation(file: &Path, client_id: Option<&str>) -> Made<Federation> {
    let runtime = Runtime::seeded(3);
    let service = warehouse(&runtime, |builder| {
        builder
            .oauth_client(OAuthClient::confidential("principal", SECRET))
            .foreign_issuer(ForeignIssuer::new(ISSUER))
    });
    let token = service.id_token(ISSUER, json!({ "sub": "job@example.com" })).unwrap();
    std::fs::write(file, &token).unwrap();
    let provider = Federation::new(IdTokenSource::File(file.to_owned()));
    let provider = match client_id {
        Some(id) => provider.client_id(id),
        None => provider,
    };
    let canaries = vec![Canary::new("subject token", token, Receiver::Endpoint("oauth-token"))];
    Made { service, runtime, provider, canaries }
}

#[tokio::test(start_paused = true)]
async fn subject_token_is_sent_to_the_token_endpoint_only() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    for client_id in [None, Some("principal")] {
        let make = || federation(&file, client_id);
        check(Scene { name: "federation", endpoints: OIDC, token: "oauth-token", make }).await;
    }
}

#[tokio::test(start_paused = true)]
async fn secret_of_entra_is_sent_to_entra_only() {
    let make = || {
        let runtime = Runtime::seeded(3);
        let service = warehouse(&runtime, |builder| builder.entra_client("app", ENTRA_SECRET));
        service.change_settings(|settings| {
            settings.oauth.entra.url = Some("https://login.microsoftonline.com".to_owned());
            settings.oauth.entra.required_resource_id = Some(RESOURCE_ID.to_owned());
        });
        Made {
            service,
            provider: AzureClientSecret::new("app", ENTRA_SECRET).resource_id(RESOURCE_ID),
            canaries: vec![Canary::new(
                "secret of Entra",
                ENTRA_SECRET,
                Receiver::Endpoint("aad-token"),
            )],
            runtime,
        }
    };
    let endpoints = &["aad-auth", "aad-token"];
    check(Scene { name: "Entra", endpoints, token: "aad-token", make }).await;
}
