//! The public keys of clients and foreign issuers.

use std::{fmt, io};

use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use tokio_rustls::rustls::pki_types::SubjectPublicKeyInfoDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

/// A public key, for the signatures of a client or of a foreign issuer.
#[derive(Clone)]
pub struct PublicKey {
    kind: Kind,
    bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

/// The DER prefixes of the keys' algorithm identifiers: the object identifiers of RFC 3279, RFC
/// 5480 and RFC 8410.
const KINDS: [(Kind, &[u8]); 4] = [
    (Kind::Rsa, b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"),
    (Kind::P256, b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"),
    (Kind::P384, b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22"),
    (Kind::Ed25519, b"\x06\x03\x2b\x65\x70"),
];

impl PublicKey {
    /// Parses a `PUBLIC KEY` in PEM, as written by `openssl pkey -pubout`: RSA of 2048 bits or
    /// more, P-256, P-384 or Ed25519.
    ///
    /// # Errors
    ///
    /// If the text contains no such key.
    pub fn from_pem(pem: &str) -> io::Result<Self> {
        let invalid = |message| io::Error::new(io::ErrorKind::InvalidData, message);
        let info = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| invalid("there is no `PUBLIC KEY` in this text"))?;
        Self::from_info(&info).ok_or_else(|| {
            invalid("a public key of another kind than RSA, P-256, P-384 and Ed25519")
        })
    }

    /// Parses a `SubjectPublicKeyInfo` of X.509.
    fn from_info(info: &[u8]) -> Option<Self> {
        const SEQUENCE: u8 = 0x30;
        const BIT_STRING: u8 = 0x03;
        let (info, _) = value(info, SEQUENCE)?;
        let (algorithm, rest) = value(info, SEQUENCE)?;
        let (bits, _) = value(rest, BIT_STRING)?;
        let kind = KINDS.iter().find(|(_, start)| algorithm.starts_with(start))?.0;
        // The first byte is the number of unused bits in the last one.
        let (&0, bytes) = bits.split_first()? else { return None };
        Some(Self { kind, bytes: bytes.to_vec() })
    }

    /// Returns `true` if the key made this signature with the algorithm of that name in RFC 7518 or
    /// RFC 8037.
    pub(super) fn verifies(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
        let algorithm: &'static dyn VerificationAlgorithm = match (self.kind, algorithm) {
            (Kind::Rsa, "RS256") => &signature::RSA_PKCS1_2048_8192_SHA256,
            (Kind::Rsa, "RS384") => &signature::RSA_PKCS1_2048_8192_SHA384,
            (Kind::Rsa, "RS512") => &signature::RSA_PKCS1_2048_8192_SHA512,
            (Kind::Rsa, "PS256") => &signature::RSA_PSS_2048_8192_SHA256,
            (Kind::Rsa, "PS384") => &signature::RSA_PSS_2048_8192_SHA384,
            (Kind::Rsa, "PS512") => &signature::RSA_PSS_2048_8192_SHA512,
            (Kind::P256, "ES256") => &signature::ECDSA_P256_SHA256_FIXED,
            (Kind::P384, "ES384") => &signature::ECDSA_P384_SHA384_FIXED,
            (Kind::Ed25519, "EdDSA") => &signature::ED25519,
            _ => return false,
        };
        UnparsedPublicKey::new(algorithm, &self.bytes).verify(message, signature).is_ok()
    }
}

/// Returns the content of the DER value with this tag at the start of the bytes, and the rest.
fn value(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    let (&length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        ..=0x7f => (usize::from(length), rest),
        0x81 | 0x82 => {
            let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            (digits.iter().fold(0, |length, &digit| length << 8 | usize::from(digit)), rest)
        }
        // No key is this long.
        _ => return None,
    };
    if first == tag { rest.split_at_checked(length) } else { None }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PublicKey").field(&self.kind).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::jwt::Jwt;

    /// Written by OpenSSL, like the two signatures; its private half was not kept.
    const RSA: &str = "-----BEGIN PUBLIC KEY-----\n\
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmbVyfmSgbwv4jM4fTNAI\n\
        XnFLRKOjwoZxBewvV/UQTAS0u8aM4Bh6K/XjNXNaH//Un3G5/TXtJ77HxoWMCZAt\n\
        iyTO/0nDsphZAoHUSyOepxf3TNWY6ZuZ50NXuwVTK4AfkRjdJkLNyeAN6WApQg9Y\n\
        VxqCdh7dmuvyP94XKO6Oywy5yGwhiJhC+9S1+x+4ggWKVhH+TaRawtgvU1ZN3PSS\n\
        9FgVrQGFaxoQPS7m/x19HqWWnOlfQZh3UrDV/1YVFcU3nuqOnLTjJYM17McW6tbp\n\
        aMLkyhwpkvUBKLRfhdFKysHWELUuCcBgUUEwLot21V6po9W9IOvhGuAl+FKb6hEc\n\
        uwIDAQAB\n\
        -----END PUBLIC KEY-----";

    const RS256: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJwcmluY2lwYWwiLCJzdWIiOiJwcmluY2lwYWwifQ.\
        ckpi5cGHXvXyUsYzZp4XuXQBuzZvaRWxqdvTEQvdxgwYT-0r1OmT6Ak0-uZTDxYwq4TMU4GZys9YXmDQHXxvJrNW\
        pCXBfo4Etm6CH17TivZKsn5DZq0oE-U4nofkYQ9IJvzrJ81OLJY2U1ylluoAaDCIOyjZFQF8TSjtdrnqZXScZ6Bh\
        ee-NQoifnyEtqTcjuO31MisoZyMYaSqg5HH8xhGeQ0hLUL65OwLPVRKG-ReNicPlP6Xf7mTykvcHdY9ASJwDwwy8\
        fzf7e47FERdYTaIPrlaJ7I0QW0aRYWDZpWShCFeF1PRcQDiTwD-Yk9Jza9t2TpflB9ZW2KGXsAWrSw";

    const PS384: &str = "eyJhbGciOiJQUzM4NCIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJwcmluY2lwYWwiLCJzdWIiOiJwcmluY2lwYWwifQ.\
        MK1yqifgbLgFx6kgyZYYZO1nm2v8IpUnACN4T76D7bymnkmoxWx_t4CGo0P-8Roho7VyRdaY5VcU1JNP9M0QBOWq\
        4qaGnBag0neqB-g7QoXMyMAGhyDV8JYlmtrKq8Y3dCvolk6W7nItU61D3DmcmfT4pxe98Z39KfqN7M0unCDXnlP9\
        HoHYNrNdVh2RJtpEEHaWjkUM8w2jw_kvTn4UMr8EBAj1PxWlSDxFCWZUdpSB6L7k-nxsuox402G7q3RmB-F8jZw9\
        _kepxLEVU0Sma8k72zPCuyIFCjMzlqdH8UwlXyq3rCv2AwWw2yyzTfqGfzsB5bsQIA9-2fSqS3Yexw";

    #[test]
    fn openssl_signatures_verify_until_a_letter_changes() {
        let key = PublicKey::from_pem(RSA).expect("a key");
        assert_eq!(key.kind, Kind::Rsa);
        for token in [RS256, PS384] {
            assert!(Jwt::parse(token).expect("a token").is_signed_by(&key));
            for at in [5, 40, 120] {
                let mut other = token.to_owned();
                let letter = if &token[at..=at] == "A" { "B" } else { "A" };
                other.replace_range(at..=at, letter);
                assert!(!Jwt::parse(&other).is_some_and(|token| token.is_signed_by(&key)), "{at}");
            }
        }
    }

    #[test]
    fn text_without_a_usable_key_is_an_error() {
        let cut = &RSA[..200];
        let short = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n";
        for text in ["", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", cut, short] {
            assert!(PublicKey::from_pem(text).is_err(), "{text}");
        }
    }
}
