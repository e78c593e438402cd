//! Text or bytes that are no handle.

use uuid::Uuid;

use std::fmt;

/// Text that is not the handle, id or secret it should be.
///
/// Says what was expected and repeats nothing of the text, since that may be most of a secret.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseHandleError(pub(crate) Expected);

impl fmt::Debug for ParseHandleError {
    /// The sentence: it is what `main` prints of an error that it gives back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ParseHandleError").field(&format_args!("{self}")).finish()
    }
}

/// What should have been there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Expected {
    #[error(
        "an execution handle is `<query id>:<query secret>` or `sea:<statement id>`, each part a \
         hyphenated UUID; this text has neither form"
    )]
    Form,
    #[error(
        "an execution handle is `<query id>:<query secret>` or `sea:<statement id>`; the id is not \
         a hyphenated UUID"
    )]
    IdOfHandle,
    #[error(
        "an execution handle is `<query id>:<query secret>`; the secret is not a hyphenated UUID"
    )]
    SecretOfHandle,
    #[error("a query id is a hyphenated UUID")]
    Id,
    #[error("a query secret is a hyphenated UUID")]
    Secret,
}

/// Bytes that are no query id and no query secret: both are 16 bytes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id or secret of an operation is 16 bytes long, not {found}")]
pub struct InvalidIdentifier {
    /// How long it is.
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
