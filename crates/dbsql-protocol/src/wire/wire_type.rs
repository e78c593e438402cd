//! The type codes of `TBinaryProtocol`.

/// The encoding of a value.
///
/// The type codes are part of the heads of fields, lists and maps. Text and bytes share one code;
/// an enum is an [`I32`](WireType::I32).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WireType {
    /// One byte, 0 or 1 (code 2).
    Bool,
    /// One signed byte (code 3).
    I8,
    /// An IEEE 754 double, big-endian (code 4).
    Double,
    /// Two bytes, big-endian (code 6).
    I16,
    /// Four bytes, big-endian; also every enum (code 8).
    I32,
    /// Eight bytes, big-endian (code 10).
    I64,
    /// A length and that many bytes, text or not (code 11).
    Binary,
    /// Fields up to a stop byte; also unions and exceptions (code 12).
    Struct,
    /// Two type codes, a count and that many pairs (code 13).
    Map,
    /// Laid out like a list (code 14).
    Set,
    /// A type code, a count and that many elements (code 15).
    List,
    /// Sixteen bytes, from newer Thrift versions (code 16). It is only ever skipped here.
    Uuid,
}

impl WireType {
    /// Returns the type with this code, if there is one.
    #[inline]
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            2 => Self::Bool,
            3 => Self::I8,
            4 => Self::Double,
            6 => Self::I16,
            8 => Self::I32,
            10 => Self::I64,
            11 => Self::Binary,
            12 => Self::Struct,
            13 => Self::Map,
            14 => Self::Set,
            15 => Self::List,
            16 => Self::Uuid,
            _ => return None,
        })
    }

    /// Returns the code of this type.
    #[inline]
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Bool => 2,
            Self::I8 => 3,
            Self::Double => 4,
            Self::I16 => 6,
            Self::I32 => 8,
            Self::I64 => 10,
            Self::Binary => 11,
            Self::Struct => 12,
            Self::Map => 13,
            Self::Set => 14,
            Self::List => 15,
            Self::Uuid => 16,
        }
    }

    /// Returns the size of the smallest value of this type, never 0.
    #[inline]
    #[must_use]
    pub const fn min_size(self) -> usize {
        match self {
            // A struct has at least its stop byte.
            Self::Bool | Self::I8 | Self::Struct => 1,
            Self::I16 => 2,
            Self::I32 | Self::Binary => 4,
            Self::Set | Self::List => 5,
            Self::Map => 6,
            Self::I64 | Self::Double => 8,
            Self::Uuid => 16,
        }
    }

    /// Returns the size of a value of this type, if it is fixed.
    #[inline]
    #[must_use]
    pub const fn fixed_size(self) -> Option<usize> {
        match self {
            Self::Binary | Self::Struct | Self::Map | Self::Set | Self::List => None,
            fixed => Some(fixed.min_size()),
        }
    }
}
