//! Enums that are names on the wire.

/// Defines an enum whose variants are names on the wire, and that keeps unknown names.
macro_rules! names {
    (
        $(#[$meta:meta])*
        pub enum $names:ident {
            $($(#[$name_meta:meta])* $variant:ident = $wire:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $names {
            $($(#[$name_meta])* $variant,)*
            /// A name unknown to this version.
            Other(String),
        }

        impl $names {
            /// Returns the name on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Other(name) => name,
                }
            }

            fn to_wire(&self) -> &str {
                self.as_str()
            }
        }

        impl From<&str> for $names {
            fn from(name: &str) -> Self {
                match name {
                    $($wire => Self::$variant,)*
                    _ => Self::Other(name.to_owned()),
                }
            }
        }

        /// Prints the name; control characters of an unknown name are escaped.
        impl std::fmt::Display for $names {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    Self::Other(name) => write!(f, "{}", name.escape_debug()),
                    known => f.write_str(known.as_str()),
                }
            }
        }

        impl $crate::sea::scalar::Scalar for $names {
            const EXPECTED: &'static str = "a name";

            fn from_text(text: &str) -> Option<Self> {
                Some(Self::from(text))
            }

            /// Newer servers may send a number for which this version has no name.
            fn from_u64(number: u64) -> Option<Self> {
                Some(Self::Other(number.to_string()))
            }
        }

        $crate::sea::scalar::scalar_serde!($names);
    };
}
pub(super) use names;
