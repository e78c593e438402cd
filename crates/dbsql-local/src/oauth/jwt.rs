//! JSON Web Tokens (RFC 7519), signed.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dbsql_runtime::Runtime;
use ring::hmac;
use serde_json::{Value, json};

use crate::identity::random_bytes;
use crate::oauth::public_key::PublicKey;

/// The tolerated difference of clocks.
const SKEW: Duration = Duration::from_secs(60);

/// A received token, which has not been verified.
pub(super) struct Jwt<'a> {
    header: Value,
    pub(super) claims: Value,
    signed: &'a str,
    signature: Vec<u8>,
}

/// A key of the service, which signs its own tokens and those of foreign issuers that exist only in
/// tests.
#[derive(Clone, Debug)]
pub(super) struct SigningKey(hmac::Key);

impl<'a> Jwt<'a> {
    /// Parses a token.
    pub(super) fn parse(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let object = |part: &str| {
            let value: Value = serde_json::from_slice(&decoded(part)?).ok()?;
            value.is_object().then_some(value)
        };
        let (header, claims) = (object(header)?, object(claims)?);
        Some(Self { header, claims, signed, signature: decoded(signature)? })
    }

    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        self.claims[claim].as_str()
    }

    /// Returns the id of the key that allegedly signed it.
    pub(super) fn key_id(&self) -> Option<&str> {
        self.header["kid"].as_str()
    }

    /// Returns `true` if this key signed it, with an algorithm that fits the key.
    pub(super) fn is_signed_by(&self, key: &PublicKey) -> bool {
        let algorithm = self.header["alg"].as_str().unwrap_or_default();
        key.verifies(algorithm, self.signed.as_bytes(), &self.signature)
    }

    /// Returns `true` if the service signed it with this key.
    pub(super) fn is_made_with(&self, key: &SigningKey) -> bool {
        self.header["alg"] == "HS256"
            && hmac::verify(&key.0, self.signed.as_bytes(), &self.signature).is_ok()
    }

    /// Returns `true` if it is for one of these audiences: `aud` is a string or a list of strings.
    pub(super) fn is_for(&self, audiences: &[String]) -> bool {
        let is = |one: &Value| one.as_str().is_some_and(|one| audiences.iter().any(|a| a == one));
        match &self.claims["aud"] {
            Value::Array(list) => list.iter().any(is),
            one => is(one),
        }
    }

    /// Returns `true` if it is valid already and has an expiry that has not passed.
    pub(super) fn is_current(&self, now: SystemTime) -> bool {
        let seconds = |claim: &str| self.claims[claim].as_f64();
        let now = seconds_since_epoch(now) as f64;
        seconds("exp").is_some_and(|end| now < end)
            && seconds("nbf").is_none_or(|start| start <= now + SKEW.as_secs_f64())
    }
}

impl SigningKey {
    pub(super) fn random(runtime: &Runtime) -> Self {
        let halves = [random_bytes(runtime), random_bytes(runtime)];
        Self(hmac::Key::new(hmac::HMAC_SHA256, &halves.concat()))
    }

    /// Signs a token with these claims.
    pub(super) fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": "HS256", "typ": "JWT" }).to_string();
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let signed =
            format!("{}.{}", encode(header.as_bytes()), encode(claims.to_string().as_bytes()));
        let signature = encode(hmac::sign(&self.0, signed.as_bytes()).as_ref());
        format!("{signed}.{signature}")
    }
}

/// Converts a time to the form used in JWTs.
pub(super) fn seconds_since_epoch(at: SystemTime) -> u64 {
    at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Returns random letters for tokens, codes and ids.
pub(super) fn random_text(runtime: &Runtime) -> String {
    URL_SAFE_NO_PAD.encode([random_bytes(runtime), random_bytes(runtime)].concat())
}
