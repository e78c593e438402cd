//! The files that a discovery looks at.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The files of this machine, or those of a test.
pub(crate) trait FileSystem {
    /// Reads a file, up to `limit` bytes of it.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;

    fn is_file(&self, path: &Path) -> bool;
}

#[derive(Debug)]
pub(super) struct RealFiles;

impl FileSystem for RealFiles {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }
}
