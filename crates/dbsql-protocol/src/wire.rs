//! The wire format: strict `TBinaryProtocol` read from and written to [`bytes::Bytes`].
//!
//! [`Reader`] is built for bodies that nobody vouches for. It checks every count against the bytes that
//! are left before it allocates, charges what it allocates to a budget of eight times the body plus
//! 64 KiB, goes at most 64 levels deep, slices binaries instead of copying them and never panics.
//! [`Writer`] is its mirror image. [`Value`] is what can stand in a field, in a list or in a map;
//! [`ThriftStruct`] is what can stand in a message.

mod error;
mod reader;
mod skip;
mod value;
mod view;
mod wire_type;
mod writer;

pub(crate) use crate::wire::error::snippet;
pub use crate::wire::{
    error::DecodeError,
    reader::{FieldHead, MAX_DEPTH, Reader},
    value::{ThriftStruct, Value},
    view::{
        binary_list::{BinaryIter, BinaryList, BinaryRanges},
        fixed_list::{Fixed, FixedIter, FixedList},
        string_list::{StrIter, StringList},
    },
    wire_type::WireType,
    writer::Writer,
};
