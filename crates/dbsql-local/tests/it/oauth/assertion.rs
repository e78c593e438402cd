//! Clients that authenticate with their own JWTs (RFC 7523).

use std::time::SystemTime;

use dbsql_local::PublicKey;
use rcgen::KeyPair;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use serde_json::json;

use super::*;

const CLIENT: &str = "key principal";

/// A private key that signs JWTs.
pub(crate) struct Key(KeyPair);

impl Key {
    pub(crate) fn generate() -> Self {
        Self(KeyPair::generate().expect("a key"))
    }

    fn ed25519() -> Self {
        Self(KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key"))
    }

    pub(crate) fn public(&self) -> PublicKey {
        PublicKey::from_pem(&self.0.public_key_pem()).expect("a key")
    }

    /// Signs a JWT with this header and these claims.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(header), encode(claims));
        let key = self.0.serialize_der();
        let signature = if self.0.algorithm() == &rcgen::PKCS_ED25519 {
            let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&key).expect("a key");
            key.sign(signed.as_bytes()).as_ref().to_vec()
        } else {
            let random = SystemRandom::new();
            let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let key = EcdsaKeyPair::from_pkcs8(algorithm, &key, &random).expect("a key");
            key.sign(&random, signed.as_bytes()).expect("a signature").as_ref().to_vec()
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Seconds since 1970 on the clock of the warehouse, which begins with 2026.
pub(crate) fn now() -> u64 {
    let now = Runtime::seeded(0).wall_now();
    now.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs()
}

fn claims_of(id: &str) -> Value {
    json!({
        "iss": CLIENT,
        "sub": CLIENT,
        "aud": format!("{HOST}{TOKEN}"),
        "exp": now() + 60,
        "jti": id,
    })
}

async fn ask(web: &Web, assertion: &str) -> Got {
    let form = [
        CLIENT_CREDENTIALS[0],
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
    ];
    web.post(TOKEN, &form).await
}

fn with_key(key: &Key) -> Web {
    start(|builder| builder.oauth_client(OAuthClient::with_key(CLIENT, key.public()))).1
}

#[tokio::test(start_paused = true)]
async fn signed_assertion_gets_a_token() {
    for (key, algorithm) in [(Key::generate(), "ES256"), (Key::ed25519(), "EdDSA")] {
        let web = with_key(&key);
        let header = json!({ "alg": algorithm, "typ": "JWT" });
        let got = ask(&web, &key.sign(&header, &claims_of("1"))).await;
        assert_eq!(web.user(&got.access_token()).await, CLIENT);
    }
}

#[tokio::test(start_paused = true)]
async fn assertion_is_used_once() {
    let key = Key::generate();
    let web = with_key(&key);
    let assertion = key.sign(&json!({ "alg": "ES256" }), &claims_of("1"));
    assert_eq!(ask(&web, &assertion).await.status, 200);
    assert_eq!(ask(&web, &assertion).await.refused(), unknown_client());
    let next = key.sign(&json!({ "alg": "ES256" }), &claims_of("2"));
    assert_eq!(ask(&web, &next).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn invalid_assertion_is_rejected() {
    let (key, other) = (Key::generate(), Key::generate());
    let web = with_key(&key);
    let header = json!({ "alg": "ES256" });
    for (claim, value) in [
        ("iss", json!("somebody")),
        ("sub", json!("somebody")),
        ("sub", json!(PRINCIPAL)),
        ("sub", Value::Null),
        ("aud", json!("https://other.example/oidc/v1/token")),
        ("aud", json!([])),
        ("exp", json!(now())),
        ("exp", json!("soon")),
        ("exp", Value::Null),
        ("nbf", json!(now() + 3600)),
    ] {
        let mut claims = claims_of("1");
        claims[claim] = value;
        let got = ask(&web, &key.sign(&header, &claims)).await;
        assert_eq!(got.refused(), unknown_client(), "{claims}");
    }
    for header in [json!({ "alg": "none" }), json!({ "alg": "HS256" }), json!({ "alg": "RS256" })] {
        let got = ask(&web, &key.sign(&header, &claims_of("1"))).await;
        assert_eq!(got.refused(), unknown_client(), "{header}");
    }
    let assertion = key.sign(&header, &claims_of("1"));
    let unsigned = assertion.rsplit_once('.').expect("three parts").0;
    for assertion in
        [other.sign(&header, &claims_of("1")), format!("{unsigned}."), "a.b".to_owned()]
    {
        assert_eq!(ask(&web, &assertion).await.refused(), unknown_client(), "{assertion}");
    }
    // None of these has used it up.
    assert_eq!(ask(&web, &assertion).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn audience_may_be_the_issuer_or_in_a_list() {
    let key = Key::generate();
    let web = with_key(&key);
    for (id, audience) in
        [json!(format!("{HOST}/oidc")), json!(["https://other.example", format!("{HOST}{TOKEN}")])]
            .into_iter()
            .enumerate()
    {
        let mut claims = claims_of(&id.to_string());
        claims["aud"] = audience;
        let got = ask(&web, &key.sign(&json!({ "alg": "ES256" }), &claims)).await;
        assert_eq!(got.status, 200, "{claims}");
    }
}

#[tokio::test(start_paused = true)]
async fn key_is_found_by_its_id() {
    let key = Key::generate();
    let client = OAuthClient::with_key(CLIENT, key.public()).key_id("k1");
    let (_, web) = start(|builder| builder.oauth_client(client));
    for (header, status) in [
        (json!({ "alg": "ES256", "kid": "k2" }), 401),
        (json!({ "alg": "ES256" }), 401),
        (json!({ "alg": "ES256", "kid": "k1" }), 200),
    ] {
        assert_eq!(ask(&web, &key.sign(&header, &claims_of("1"))).await.status, status, "{header}");
    }
}

#[tokio::test(start_paused = true)]
async fn assertion_needs_its_type_and_must_be_the_only_proof() {
    let key = Key::generate();
    let web = with_key(&key);
    let assertion = key.sign(&json!({ "alg": "ES256" }), &claims_of("1"));
    let form = [CLIENT_CREDENTIALS[0], ("client_assertion", &assertion)];
    assert_eq!(web.post(TOKEN, &form).await.refused(), bad("invalid_request"));
    assert_eq!(web.post_as((PRINCIPAL, SECRET), &form).await.refused(), bad("invalid_request"));
}
