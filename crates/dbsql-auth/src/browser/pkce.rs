//! The values that bind a redirect to the sign-in that it belongs to: RFC 6749, 10.12, and RFC
//! 7636.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dbsql_runtime::Runtime;
use ring::digest::{SHA256, digest};
use zeroize::Zeroizing;

use crate::{AuthError, Secret};

/// The random values of one sign-in. It has no `Debug`.
pub(super) struct Pkce {
    /// Returned with the code; redirects without it are ignored.
    pub(super) state: String,
    /// Sent with the code; the code is useless without it.
    pub(super) verifier: Secret,
    /// The hash of the verifier.
    pub(super) challenge: String,
}

impl Pkce {
    /// Generates new values from random bytes suitable for secrets.
    pub(super) fn new(runtime: &Runtime) -> Result<Self, AuthError> {
        let random = || -> Result<String, AuthError> {
            let bytes = runtime.random_bytes::<32>().map_err(|error| {
                AuthError::unavailable("the system has no randomness for the sign-in")
                    .with_source(error)
            })?;
            Ok(URL_SAFE_NO_PAD.encode(Zeroizing::new(bytes).as_slice()))
        };
        let verifier = Secret::from(random()?);
        let challenge = challenge_of(verifier.expose());
        Ok(Self { state: random()?, verifier, challenge })
    }
}

/// Returns the challenge of the method S256.
fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenge_matches_the_rfc() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge_of(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn values_are_long_and_new_for_each_sign_in() {
        let [one, two] = [(); 2].map(|()| Pkce::new(&Runtime::real()).expect("randomness"));
        assert_eq!((one.state.len(), one.verifier.expose().len()), (43, 43));
        assert_ne!(one.state, one.verifier.expose());
        assert_ne!(one.state, two.state);
        assert_ne!(one.verifier, two.verifier);
    }
}
