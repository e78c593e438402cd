//! The value of one request's `Authorization` header.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};
use zeroize::Zeroizing;

use crate::{AuthError, Secret};

/// The value of one request's `Authorization` header. It is always marked as sensitive, so that
/// `Debug` of a request does not print it and HTTP/2 does not put it into its compression table.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    value: HeaderValue,
    /// Additional headers with credentials.
    more: Vec<(HeaderName, HeaderValue)>,
}

impl Authorization {
    /// Creates `Bearer <token>`.
    ///
    /// # Errors
    ///
    /// [`AuthErrorKind::Invalid`](crate::AuthErrorKind::Invalid) when the token is empty or
    /// contains a character that is not allowed in a token, such as the newline at the end of a
    /// file.
    pub fn bearer(token: &Secret) -> Result<Self, AuthError> {
        let token = token.expose();
        if token.is_empty() {
            return Err(AuthError::invalid("the token is empty"));
        }
        // Stricter than a header value: a space inside would split the token in two, and at its
        // ends it would get lost in transit.
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(AuthError::invalid(
                "the token contains a space, a line break or another character that is not allowed",
            ));
        }
        Self::sensitive(&Zeroizing::new(format!("Bearer {token}")))
    }

    /// Creates `Basic <base64 of user:password>`, in UTF-8.
    ///
    /// # Errors
    ///
    /// [`AuthErrorKind::Invalid`](crate::AuthErrorKind::Invalid) when the user name contains a
    /// colon, which would end it, or either contains a control character.
    pub fn basic(user: &str, password: &Secret) -> Result<Self, AuthError> {
        let password = password.expose();
        if user.contains(':') {
            return Err(AuthError::invalid("the user name contains a colon"));
        }
        if user.chars().chain(password.chars()).any(char::is_control) {
            return Err(AuthError::invalid(
                "the user name or the password contains a line break or another control character",
            ));
        }
        let pair = Zeroizing::new(format!("{user}:{password}"));
        let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
        Self::sensitive(&Zeroizing::new(format!("Basic {}", encoded.as_str())))
    }

    fn sensitive(value: &str) -> Result<Self, AuthError> {
        // Without the source, which adds nothing to the message.
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| AuthError::invalid("the credentials are not a valid header value"))?;
        value.set_sensitive(true);
        Ok(Self { value, more: Vec::new() })
    }

    /// Adds a header with a further credential, also marked as sensitive.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(true);
        self.more.push((name, value));
        self
    }

    /// Returns the value of the `Authorization` header, marked as sensitive.
    #[must_use]
    pub fn header_value(&self) -> &HeaderValue {
        &self.value
    }

    /// Sets the `Authorization` header and the additional ones, replacing any that are present.
    pub fn apply(&self, headers: &mut HeaderMap) {
        headers.insert(AUTHORIZATION, self.value.clone());
        for (name, value) in &self.more {
            headers.insert(name.clone(), value.clone());
        }
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authorization(..)")
    }
}
