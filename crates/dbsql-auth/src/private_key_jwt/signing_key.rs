//! A private key in PEM that signs JWTs.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use ring::error::KeyRejected;
use ring::rand::SystemRandom;
use ring::signature::{self, EcdsaKeyPair, RsaKeyPair};
use zeroize::Zeroizing;

use crate::{AuthError, Secret};

/// An algorithm of RFC 7518, 3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JwtAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA over P-256 with SHA-256.
    Es256,
    /// ECDSA over P-384 with SHA-384.
    Es384,
}

impl JwtAlgorithm {
    /// Returns the name in the header of a JWT, such as `RS256`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
        }
    }

    fn is_rsa(self) -> bool {
        !matches!(self, Self::Es256 | Self::Es384)
    }
}

/// A key and its signature algorithm. It has no `Debug`.
pub(super) struct SigningKey {
    pair: Pair,
    algorithm: JwtAlgorithm,
}

enum Pair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

const TO_PKCS8: &str = "convert it: openssl pkcs8 -topk8 -nocrypt -in key.pem -out key-pkcs8.pem";

impl SigningKey {
    /// Reads a key. Without an algorithm, it follows from the key.
    pub(super) fn from_pem(
        pem: &Secret,
        algorithm: Option<JwtAlgorithm>,
    ) -> Result<Self, AuthError> {
        let (label, der) = decode(pem.expose())?;
        let (pair, usual) = match label {
            "PRIVATE KEY" => from_pkcs8(&der)?,
            "RSA PRIVATE KEY" => {
                let pair = RsaKeyPair::from_der(&der).map_err(rejected)?;
                (Pair::Rsa(pair), JwtAlgorithm::Rs256)
            }
            "ENCRYPTED PRIVATE KEY" => return Err(encrypted()),
            "EC PRIVATE KEY" => {
                let message = "the private key is in the older format of EC keys (SEC 1)";
                return Err(AuthError::invalid(message).with_next_step(TO_PKCS8));
            }
            "OPENSSH PRIVATE KEY" => {
                let message = "the private key is in the OpenSSH format";
                let next_step = "convert a copy of it: ssh-keygen -p -N '' -m PKCS8 -f copy-of-key";
                return Err(AuthError::invalid(message).with_next_step(next_step));
            }
            _ => {
                let message = "the PEM text contains something other than a private key";
                return Err(AuthError::invalid(message).with_next_step(
                    "use the private key that belongs to the certificate or public key",
                ));
            }
        };
        let algorithm = algorithm.unwrap_or(usual);
        let fits = match pair {
            Pair::Rsa(_) => algorithm.is_rsa(),
            Pair::Ec(_) => algorithm == usual,
        };
        if !fits {
            let message = format!("the private key cannot sign with {}", algorithm.name());
            let next_step = format!("omit the algorithm: this key signs with {}", usual.name());
            return Err(AuthError::invalid(message).with_next_step(next_step));
        }
        Ok(Self { pair, algorithm })
    }

    pub(super) fn algorithm(&self) -> JwtAlgorithm {
        self.algorithm
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AuthError> {
        let random = SystemRandom::new();
        let failed =
            |_| AuthError::unavailable("the JWT cannot be signed: the system has no randomness");
        match &self.pair {
            Pair::Ec(pair) => {
                pair.sign(&random, message).map(|signed| signed.as_ref().to_vec()).map_err(failed)
            }
            Pair::Rsa(pair) => {
                let padding: &dyn signature::RsaEncoding = match self.algorithm {
                    JwtAlgorithm::Rs384 => &signature::RSA_PKCS1_SHA384,
                    JwtAlgorithm::Rs512 => &signature::RSA_PKCS1_SHA512,
                    JwtAlgorithm::Ps256 => &signature::RSA_PSS_SHA256,
                    JwtAlgorithm::Ps384 => &signature::RSA_PSS_SHA384,
                    JwtAlgorithm::Ps512 => &signature::RSA_PSS_SHA512,
                    _ => &signature::RSA_PKCS1_SHA256,
                };
                let mut signed = vec![0; pair.public().modulus_len()];
                pair.sign(padding, &random, message, &mut signed).map_err(failed)?;
                Ok(signed)
            }
        }
    }
}

fn from_pkcs8(der: &[u8]) -> Result<(Pair, JwtAlgorithm), AuthError> {
    let rsa = match RsaKeyPair::from_pkcs8(der) {
        Ok(pair) => return Ok((Pair::Rsa(pair), JwtAlgorithm::Rs256)),
        Err(rejected) => rejected,
    };
    let random = SystemRandom::new();
    for (curve, algorithm) in [
        (&signature::ECDSA_P256_SHA256_FIXED_SIGNING, JwtAlgorithm::Es256),
        (&signature::ECDSA_P384_SHA384_FIXED_SIGNING, JwtAlgorithm::Es384),
    ] {
        if let Ok(pair) = EcdsaKeyPair::from_pkcs8(curve, der, &random) {
            return Ok((Pair::Ec(pair), algorithm));
        }
    }
    Err(rejected(rsa))
}

fn rejected(error: KeyRejected) -> AuthError {
    let message = format!("the private key cannot be used: {error}");
    AuthError::invalid(message)
        .with_next_step("use an RSA key of 2048 to 4096 bits, or an EC key over P-256 or P-384")
}

fn encrypted() -> AuthError {
    AuthError::invalid("the private key is encrypted").with_next_step(
        "decrypt it into a file that only this program can read: openssl pkcs8 -in key.pem -out \
         key-plain.pem",
    )
}

/// Decodes the first block of a PEM text that holds a key (RFC 7468), with its label.
fn decode(pem: &str) -> Result<(&str, Zeroizing<Vec<u8>>), AuthError> {
    let no_pem = || {
        AuthError::invalid("the private key is not in PEM").with_next_step(
            "use the text of the key, from its BEGIN line to its END line; convert DER with: \
             openssl pkey -inform DER -in key.der -out key.pem",
        )
    };
    let mut rest = pem;
    let mut first = None;
    loop {
        let Some((_, begun)) = rest.split_once("-----BEGIN ") else {
            return first.ok_or_else(no_pem);
        };
        let (label, begun) = begun.split_once("-----").ok_or_else(no_pem)?;
        let end = format!("-----END {label}-----");
        let (body, after) = begun.split_once(end.as_str()).ok_or_else(no_pem)?;
        if body.contains("Proc-Type:") {
            return Err(encrypted());
        }
        let mut text = Zeroizing::new(String::with_capacity(body.len()));
        text.extend(body.split_whitespace());
        let config =
            GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let der = GeneralPurpose::new(&STANDARD, config).decode(text.as_bytes());
        let block = (label, Zeroizing::new(der.map_err(|_| no_pem())?));
        if label.ends_with("PRIVATE KEY") {
            return Ok(block);
        }
        // Files with EC keys start with their parameters.
        first.get_or_insert(block);
        rest = after;
    }
}
