//! What is signed, with which keys, and the errors of the others.

use std::collections::HashSet;

use ring::signature::{self, KeyPair as _, UnparsedPublicKey, VerificationAlgorithm};
use serde_json::Value;

use super::signing_key::SigningKey;
use super::*;
use crate::AuthErrorKind;
use crate::test_support::{Scripted, answer, whole_text};

const WORKSPACE: &str = "https://dbc-1.cloud.databricks.com";
const TOKEN_URL: &str = "https://dbc-1.cloud.databricks.com/oidc/v1/token";

macro_rules! key {
    ($name:literal) => {
        include_str!(concat!("../../tests/keys/", $name))
    };
}

fn token_service() -> Scripted {
    Scripted::new(|_, _| answer(200, r#"{"access_token":"t1","expires_in":3600}"#))
}

fn provider(key: &str) -> PrivateKeyJwt {
    PrivateKeyJwt::new("sp-1", key).token_url(TOKEN_URL)
}

/// Returns the header, claims, signature and signed text of the assertion in a form.
fn assertion(form: &[String]) -> (Value, Value, Vec<u8>, String) {
    let jwt = form.iter().find_map(|field| field.strip_prefix("client_assertion="));
    let parts: Vec<&str> = jwt.expect("an assertion").split('.').collect();
    let [header, claims, signature] = parts[..] else { panic!("{parts:?}") };
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).expect("base64");
    let json = |part: &str| serde_json::from_slice(&decode(part)).expect("json");
    (json(header), json(claims), decode(signature), format!("{header}.{claims}"))
}

/// Returns the public key of the RSA keys in the folder, in PKCS#1.
fn rsa_public_key() -> Vec<u8> {
    let pem: String =
        key!("rsa-public.pem").lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::engine::general_purpose::STANDARD.decode(pem).expect("base64");
    // The key follows the 24 bytes that identify its type.
    der[24..].to_vec()
}

#[tokio::test(start_paused = true)]
async fn jwt_is_signed_for_the_token_endpoint() {
    let server = token_service();
    let context = server.context(WORKSPACE);
    let provider = provider(key!("rsa.pem")).key_id("k1");
    let token = provider.token(&context).await.expect("signs in");
    assert_eq!(token.authorization().header_value(), "Bearer t1");
    let form = server.form(0);
    assert_eq!(form[0], "grant_type=client_credentials");
    assert_eq!(form[1], "client_id=sp-1");
    let kind = "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    assert_eq!(form[2], kind);
    assert_eq!(form[4], "scope=all-apis");
    let (header, claims, signature, text) = assertion(&form);
    assert_eq!(header, json!({ "alg": "RS256", "typ": "JWT", "kid": "k1" }));
    assert_eq!(claims["iss"], "sp-1");
    assert_eq!(claims["sub"], "sp-1");
    assert_eq!(claims["aud"], TOKEN_URL);
    let now = numeric_date(context.runtime().wall_now()).expect("after 1970");
    assert_eq!(claims["iat"], now);
    assert_eq!(claims["exp"], now + 300);
    let key = UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, rsa_public_key());
    assert!(key.verify(text.as_bytes(), &signature).is_ok());
}

#[tokio::test(start_paused = true)]
async fn each_sign_in_has_its_own_id() {
    let server = token_service();
    let context = server.context(WORKSPACE);
    let provider = provider(key!("p256.pem"));
    let mut ids = HashSet::new();
    for number in 0..20 {
        assert!(provider.token(&context).await.is_ok());
        let (_, claims, ..) = assertion(&server.form(number));
        let id = claims["jti"].as_str().expect("text").to_owned();
        assert!(id.len() >= 22, "{id}");
        ids.insert(id);
    }
    assert_eq!(ids.len(), 20);
}

#[test]
fn signature_of_every_algorithm_verifies() {
    let public_key = |pem: &str, curve| {
        let (_, der) = pem.split_once("-----BEGIN PRIVATE KEY-----").expect("pem");
        let der: String = der.lines().filter(|line| !line.starts_with('-')).collect();
        let der = base64::engine::general_purpose::STANDARD.decode(der).expect("base64");
        let random = ring::rand::SystemRandom::new();
        let pair = signature::EcdsaKeyPair::from_pkcs8(curve, &der, &random).expect("a key");
        pair.public_key().as_ref().to_vec()
    };
    let (p256, p384) = (key!("p256.pem"), key!("p384.pem"));
    let p256_key = public_key(p256, &signature::ECDSA_P256_SHA256_FIXED_SIGNING);
    let p384_key = public_key(p384, &signature::ECDSA_P384_SHA384_FIXED_SIGNING);
    let (rsa, rsa_key) = (key!("rsa.pem"), rsa_public_key());
    use JwtAlgorithm as A;
    type Case<'a> = (&'a str, &'a [u8], Option<A>, &'a str, &'static dyn VerificationAlgorithm);
    let cases: [Case<'_>; 10] = [
        (rsa, &rsa_key, None, "RS256", &signature::RSA_PKCS1_2048_8192_SHA256),
        (key!("rsa-pkcs1.pem"), &rsa_key, None, "RS256", &signature::RSA_PKCS1_2048_8192_SHA256),
        (rsa, &rsa_key, Some(A::Rs384), "RS384", &signature::RSA_PKCS1_2048_8192_SHA384),
        (rsa, &rsa_key, Some(A::Rs512), "RS512", &signature::RSA_PKCS1_2048_8192_SHA512),
        (rsa, &rsa_key, Some(A::Ps256), "PS256", &signature::RSA_PSS_2048_8192_SHA256),
        (rsa, &rsa_key, Some(A::Ps384), "PS384", &signature::RSA_PSS_2048_8192_SHA384),
        (rsa, &rsa_key, Some(A::Ps512), "PS512", &signature::RSA_PSS_2048_8192_SHA512),
        (p256, &p256_key, None, "ES256", &signature::ECDSA_P256_SHA256_FIXED),
        (p256, &p256_key, Some(A::Es256), "ES256", &signature::ECDSA_P256_SHA256_FIXED),
        (p384, &p384_key, None, "ES384", &signature::ECDSA_P384_SHA384_FIXED),
    ];
    for (pem, public_key, algorithm, name, verifier) in cases {
        let key = SigningKey::from_pem(&pem.into(), algorithm).expect("a key");
        assert_eq!(key.algorithm().name(), name);
        let signed = key.sign(b"text").expect("signed");
        let public_key = UnparsedPublicKey::new(verifier, public_key);
        assert!(public_key.verify(b"text", &signed).is_ok(), "{name}");
        assert!(public_key.verify(b"texT", &signed).is_err(), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn unusable_key_error_has_advice() {
    let rsa = key!("rsa.pem");
    let cut = &rsa[..rsa.len() / 2];
    let garbled = rsa.replace("MII", "!!!");
    for (pem, says, to_do) in [
        (key!("rsa-encrypted.pem"), "encrypted", "openssl pkcs8"),
        (key!("rsa-pkcs1-encrypted.pem"), "encrypted", "openssl pkcs8"),
        (key!("p256-sec1.pem"), "SEC 1", "openssl pkcs8 -topk8"),
        (key!("openssh.pem"), "OpenSSH", "ssh-keygen"),
        (key!("rsa-public.pem"), "other than a private key", "private key"),
        (key!("rsa-1024.pem"), "cannot be used", "2048"),
        (key!("p521.pem"), "cannot be used", "P-256"),
        (key!("ed25519.pem"), "cannot be used", "P-256"),
        ("", "not in PEM", "BEGIN"),
        ("hunter2", "not in PEM", "BEGIN"),
        (cut, "not in PEM", "BEGIN"),
        (&garbled, "not in PEM", "BEGIN"),
    ] {
        let server = token_service();
        let error = provider(pem).token(&server.context(WORKSPACE)).await.expect_err(says);
        assert_eq!(error.kind(), AuthErrorKind::Invalid, "{error}");
        assert!(error.to_string().contains(says), "{error}");
        assert!(error.next_step().is_some_and(|text| text.contains(to_do)), "{error:?}");
        assert!(!whole_text(&error).contains("hunter2"));
        assert!(server.asked().is_empty());
    }
    let server = token_service();
    for (pem, algorithm) in [
        (rsa, JwtAlgorithm::Es256),
        (key!("p256.pem"), JwtAlgorithm::Rs256),
        (key!("p256.pem"), JwtAlgorithm::Es384),
    ] {
        let provider = provider(pem).algorithm(algorithm);
        let error = provider.token(&server.context(WORKSPACE)).await.expect_err("another kind");
        assert_eq!(error.kind(), AuthErrorKind::Invalid, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn jwt_is_not_resent_nor_sent_to_a_foreign_host() {
    let server = Scripted::new(|_, _| answer(500, ""));
    let context = server.context(WORKSPACE);
    let error = provider(key!("p256.pem")).token(&context).await.expect_err("unavailable");
    assert_eq!(error.kind(), AuthErrorKind::Unavailable);
    assert_eq!(server.asked().len(), 1);
    let foreign = PrivateKeyJwt::new("sp-1", key!("p256.pem")).token_url("https://evil.example/t");
    let error = foreign.token(&context).await.expect_err("foreign");
    assert_eq!(error.kind(), AuthErrorKind::Invalid);
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn endpoint_is_discovered_by_default() {
    let metadata = format!(r#"{{"token_endpoint":"{TOKEN_URL}"}}"#);
    let server = Scripted::routes(&[
        ("/oidc/.well-known/oauth-authorization-server", 200, &metadata),
        ("/oidc/v1/token", 200, r#"{"access_token":"t1"}"#),
    ]);
    let provider = PrivateKeyJwt::new("sp-1", key!("p256.pem"));
    assert!(provider.token(&server.context(WORKSPACE)).await.is_ok());
    let (_, claims, ..) = assertion(&server.form(2));
    assert_eq!(claims["aud"], TOKEN_URL);
    let printed = format!("{provider:?}");
    assert!(!printed.contains("BEGIN"), "{printed}");
}
