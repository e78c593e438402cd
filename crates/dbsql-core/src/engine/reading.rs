//! What all results of a client share while they are read: the storage of their files, the byte
//! budget, and which of them are being read by cursor.

use super::cursors::Cursors;
use crate::http::store::Storage;

/// What all results of a client share while they are read.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) storage: Storage,
    /// How many bytes the files in flight of one result may have together.
    pub(crate) byte_budget: u64,
    /// About how many bytes one page has.
    pub(crate) page_bytes: usize,
    /// Whether each end of a result is asked for once more.
    pub(crate) confirm_end: bool,
    pub(crate) cursors: Cursors,
}
