//! Decodes bytes to Arrow: LZ4 frames, IPC streams and columnar sets. No I/O.

pub(crate) mod columnar;
pub(crate) mod ipc;
pub(crate) mod layout;
pub(crate) mod lz4;
