//! The state shared by all results of a client while they are read: the storage of their files, the
//! byte budget, and the cursors in use.

use super::cursors::Cursors;
use crate::http::store::Storage;

/// The state shared by all results of a client while they are read.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) storage: Storage,
    /// The maximum total size of the files of one result in flight.
    pub(crate) byte_budget: u64,
    /// The approximate size of a page.
    pub(crate) page_bytes: usize,
    /// Whether the end of a result is confirmed by another fetch.
    pub(crate) confirm_end: bool,
    pub(crate) cursors: Cursors,
}
