//! Who may ask.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};

/// The credentials that are accepted; when there are none, everybody is.
#[derive(Clone, Default)]
pub(crate) struct Credentials {
    /// What stands in the header, whole.
    accepted: Vec<String>,
}

impl Credentials {
    pub(crate) fn accept_token(&mut self, token: &str) {
        self.accepted.push(format!("Bearer {token}"));
    }

    pub(crate) fn accept_basic(&mut self, user: &str, password: &str) {
        self.accepted.push(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))));
    }

    /// Whether a request with these headers may pass.
    pub(crate) fn pass(&self, headers: &HeaderMap) -> bool {
        if self.accepted.is_empty() {
            return true;
        }
        let Some(given) = headers.get(header::AUTHORIZATION) else { return false };
        let Some((scheme, secret)) = given.to_str().ok().and_then(|text| text.split_once(' '))
        else {
            return false;
        };
        self.accepted.iter().any(|accepted| {
            accepted.split_once(' ').is_some_and(|(accepted_scheme, accepted_secret)| {
                accepted_scheme.eq_ignore_ascii_case(scheme)
                    && same(accepted_secret.as_bytes(), secret.as_bytes())
            })
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} accepted", self.accepted.len())
    }
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}
