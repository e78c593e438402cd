//! Where a setting was found.

use std::fmt;
use std::sync::Arc;

/// Where a setting was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A method of `Config`.
    Code,
    /// A connection URL, or a JDBC URL.
    Url,
    Variable(&'static str),
    Profile(Arc<ProfileName>),
}

/// A section of a profile file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ProfileName {
    pub(super) section: String,
    pub(super) file: String,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code => f.write_str("set in code"),
            Self::Url => f.write_str("the connection URL"),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Profile(name) => write!(f, "profile [{}] of {}", name.section, name.file),
        }
    }
}
