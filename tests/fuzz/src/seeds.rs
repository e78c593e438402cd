//! The initial inputs of each corpus, made by encoders that are not under test.

pub(crate) mod arrow;
pub(crate) mod handle;
pub(crate) mod reader;
pub(crate) mod sea;
pub(crate) mod thrift;
