//! What object stores do differently.

/// What an object store may do and most do not, and what happens to its files. All off by default:
/// ranges and `If-Range` are honoured, and files have an `ETag` and a `Last-Modified`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreQuirks {
    /// Each download is answered with 200 and the whole file, whatever part of it was asked for.
    pub ignore_ranges: bool,
    /// Files have no `ETag`.
    pub no_etags: bool,
    /// How often the files were written again: each time they have another `ETag` and
    /// `Last-Modified`. The rows stay the same.
    pub rewritten: u64,
    /// Bytes of zeros at the end of each file.
    pub padding_bytes: usize,
}
