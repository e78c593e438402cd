//! The wire format: strict `TBinaryProtocol` read from and written to [`bytes::Bytes`].
//!
//! [`Reader`] is made for untrusted bodies. It checks every count against the remaining bytes
//! before it allocates, charges allocations to a budget of eight times the body plus 64 KiB,
//! descends at most 64 levels, slices binaries instead of copying them and never panics. [`Writer`]
//! is its counterpart. [`Value`] is implemented by everything that can be in a field, a list or a
//! map; [`ThriftStruct`] by everything that can be in a message.

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
