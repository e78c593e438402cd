//! The protocol that clients are measured over.

use std::fmt::{self, Display};
use std::str::FromStr;

/// The protocol of the clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Protocol {
    #[default]
    Thrift,
    Sea,
}

impl Protocol {
    /// The name in flags.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Thrift => "thrift",
            Self::Sea => "sea",
        }
    }
}

impl FromStr for Protocol {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = [Self::Thrift, Self::Sea].into_iter().find(|known| known.name() == text);
        known.ok_or("expected thrift or sea")
    }
}

impl Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Thrift => "Thrift",
            Self::Sea => "the Statement Execution API",
        })
    }
}
