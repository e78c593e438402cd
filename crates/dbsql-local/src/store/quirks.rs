//! Differences between object stores.

/// Unusual behavior of an object store, and changes of its files. All off by default: ranges and
/// `If-Range` are honored, and files have an `ETag` and a `Last-Modified`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreQuirks {
    /// Each download gets a 200 with the whole file, whatever range was requested.
    pub ignore_ranges: bool,
    /// Files have no `ETag`.
    pub no_etags: bool,
    /// How often the files were rewritten: each time they get another `ETag` and `Last-Modified`.
    /// The rows stay the same.
    pub rewritten: u64,
    /// The number of zero bytes appended to each file.
    pub padding_bytes: usize,
}
