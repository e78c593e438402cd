//! The value of one request's `Authorization` header.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};
use zeroize::Zeroizing;

use crate::{AuthError, Secret};

/// The value of one request's `Authorization` header. Always marked as sensitive, so that `Debug`
/// of a request does not show it and HTTP/2 does not put it into its compression table.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    value: HeaderValue,
    /// Further headers that carry credentials.
    more: Vec<(HeaderName, HeaderValue)>,
}

impl Authorization {
    /// `Bearer <token>`.
    ///
    /// # Errors
    ///
    /// [`AuthErrorKind::Invalid`](crate::AuthErrorKind::Invalid) when the token is empty or has a
    /// character that a token cannot have, such as the line break at the end of a file.
    pub fn bearer(token: &Secret) -> Result<Self, AuthError> {
        let token = token.expose();
        if token.is_empty() {
            return Err(AuthError::invalid("the token is empty"));
        }
        // Stricter than a header value: a blank inside would make two words of one token, and at
        // its ends it gets lost on the way.
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(AuthError::invalid(
                "the token has a blank, a line break or another character that a token cannot have",
            ));
        }
        Self::sensitive(&Zeroizing::new(format!("Bearer {token}")))
    }

    /// `Basic <base64 of user:password>`, in UTF-8.
    ///
    /// # Errors
    ///
    /// [`AuthErrorKind::Invalid`](crate::AuthErrorKind::Invalid) when the user name has a colon,
    /// which ends it, or one of the two has a control character.
    pub fn basic(user: &str, password: &Secret) -> Result<Self, AuthError> {
        let password = password.expose();
        if user.contains(':') {
            return Err(AuthError::invalid("the user name has a colon"));
        }
        if user.chars().chain(password.chars()).any(char::is_control) {
            return Err(AuthError::invalid(
                "the user name or the password has a line break or another control character",
            ));
        }
        let pair = Zeroizing::new(format!("{user}:{password}"));
        let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
        Self::sensitive(&Zeroizing::new(format!("Basic {}", encoded.as_str())))
    }

    fn sensitive(value: &str) -> Result<Self, AuthError> {
        // Without the source: it says nothing that the message does not.
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| AuthError::invalid("the credentials do not fit into a header"))?;
        value.set_sensitive(true);
        Ok(Self { value, more: Vec::new() })
    }

    /// Adds a header that carries a further credential. Marked as sensitive, too.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(true);
        self.more.push((name, value));
        self
    }

    /// The value of the `Authorization` header, marked as sensitive.
    #[must_use]
    pub fn header_value(&self) -> &HeaderValue {
        &self.value
    }

    /// Sets the `Authorization` header and the further ones, in place of any that are there.
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
