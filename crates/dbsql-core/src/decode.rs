//! From bytes to Arrow: LZ4 frames, IPC streams and sets of columns. No I/O.

pub(crate) mod columnar;
pub(crate) mod ipc;
pub(crate) mod layout;
pub(crate) mod lz4;
