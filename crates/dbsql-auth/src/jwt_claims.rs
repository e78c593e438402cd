//! The claims of a JWT that a sign-in needs. They are not verified: that is left to the service
//! that the token is presented to.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::Secret;
use crate::sign_in_request::json_object;

/// The issuer and expiry of a JWT.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct JwtClaims {
    iss: Option<serde_json::Value>,
    exp: Option<serde_json::Value>,
}

impl JwtClaims {
    /// Reads the claims; `None` when the token is not a JWT.
    pub(crate) fn read(token: &Secret) -> Option<Self> {
        let mut parts = token.expose().split('.');
        let (Some(_), Some(claims), Some(_), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
        json_object(&claims)
    }

    /// Returns the issuer of the token, as a URL.
    pub(crate) fn issuer(&self) -> Option<&str> {
        self.iss.as_ref()?.as_str()
    }

    /// Returns its expiry.
    pub(crate) fn expiry(&self) -> Option<SystemTime> {
        let seconds = Duration::try_from_secs_f64(self.exp.as_ref()?.as_f64()?).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(seconds)
    }
}
