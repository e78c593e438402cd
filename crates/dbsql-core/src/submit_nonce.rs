//! The nonce of a submit: a query tag by which its statement can be found in the query history.
//!
//! The value of the tag also contains the protocol of the submit, since an entry of the history
//! does not.

use dbsql_protocol::handle::Protocol;
use dbsql_runtime::Runtime;

use crate::query_tags::{NONCE_KEY, QueryTag};
use crate::{Error, ErrorKind, Result};

/// The maximum length of a nonce in characters.
const MAX_CHARACTERS: usize = 64;

const SEA_PREFIX: &str = "sea-";
const THRIFT_PREFIX: &str = "thrift-";

/// Returns a nonce of 128 random bits.
///
/// # Errors
///
/// `Config` when the system has no randomness.
pub(crate) fn generate(runtime: &Runtime) -> Result<String> {
    let bytes = runtime.random_bytes().map_err(|error| {
        let message = "the system has no randomness for the nonce of the submit";
        Error::new(ErrorKind::Config, message).with_source(error)
    })?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Rejects characters that may not be transmitted unchanged.
pub(crate) fn check(nonce: &str) -> Result<()> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (1..=MAX_CHARACTERS).contains(&nonce.len()) && nonce.bytes().all(is_plain) {
        return Ok(());
    }
    let message =
        "the nonce of a submit is not 1 to 64 ASCII letters, digits, hyphens and underscores";
    Err(Error::new(ErrorKind::InvalidInput, message).with_next_step("use a new UUID"))
}

/// Returns the tag of a statement that is submitted with this protocol.
pub(crate) fn tag(nonce: &str, protocol: Protocol) -> QueryTag {
    let prefix = match protocol {
        Protocol::Sea => SEA_PREFIX,
        _ => THRIFT_PREFIX,
    };
    QueryTag::new(NONCE_KEY.to_owned(), format!("{prefix}{nonce}"))
}

/// Returns the protocol in a tag with this value and this nonce; `None` for another nonce's.
pub(crate) fn protocol(value: &str, nonce: &str) -> Option<Protocol> {
    let with = |prefix| value.strip_prefix(prefix) == Some(nonce);
    if with(SEA_PREFIX) {
        Some(Protocol::Sea)
    } else {
        with(THRIFT_PREFIX).then_some(Protocol::Thrift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_contains_the_protocol_and_only_its_nonce() {
        for of in [Protocol::Sea, Protocol::Thrift] {
            let value = tag("a-1", of).value.unwrap();
            assert_eq!(protocol(&value, "a-1"), Some(of));
            assert_eq!(protocol(&value, "a"), None);
            assert_eq!(protocol(&value, ""), None);
        }
        assert_eq!(protocol("a-1", "a-1"), None);
    }

    #[test]
    fn nonces_are_plain_and_differ() {
        let runtime = Runtime::seeded(1);
        let (one, two) = (generate(&runtime).unwrap(), generate(&runtime).unwrap());
        assert!(check(&one).is_ok() && one.len() == 32 && one != two, "{one} {two}");
        assert!(check("01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b").is_ok());
        for bad in ["", "a b", "a:b", "ä", "a\n", &"x".repeat(65)] {
            assert_eq!(check(bad).unwrap_err().kind(), ErrorKind::InvalidInput, "{bad}");
        }
    }
}
