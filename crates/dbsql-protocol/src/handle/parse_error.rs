//! Text or bytes that are not a handle.

use uuid::Uuid;

use std::fmt;

/// The error of text that is not a valid handle, id or secret.
///
/// It says what was expected and quotes nothing of the text, which may contain most of a secret.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseHandleError(pub(crate) Expected);

impl fmt::Debug for ParseHandleError {
    /// The same sentence: it is what `main` prints for an error that it returns.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ParseHandleError").field(&format_args!("{self}")).finish()
    }
}

/// The expected input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Expected {
    #[error(
        "invalid execution handle: expected `<query id>:<query secret>` or `sea:<statement id>`, each \
         part a hyphenated UUID"
    )]
    Form,
    #[error(
        "invalid id in an execution handle: expected `<query id>:<query secret>` or \
         `sea:<statement id>`, the id a hyphenated UUID"
    )]
    IdOfHandle,
    #[error(
        "invalid secret in an execution handle: expected `<query id>:<query secret>`, the secret a \
         hyphenated UUID"
    )]
    SecretOfHandle,
    #[error("invalid query id: expected a hyphenated UUID")]
    Id,
    #[error("invalid query secret: expected a hyphenated UUID")]
    Secret,
}

/// The error of a query id or query secret that is not 16 bytes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid operation identifier: expected 16 bytes, found {found}")]
pub struct InvalidIdentifier {
    /// The actual length.
    pub found: usize,
}

/// Parses the hyphenated form only, in either case.
pub(crate) fn parse_uuid(text: &str, expected: Expected) -> Result<Uuid, ParseHandleError> {
    const HYPHENATED: usize = 36;
    if text.len() != HYPHENATED {
        return Err(ParseHandleError(expected));
    }
    Uuid::try_parse(text).map_err(|_| ParseHandleError(expected))
}
