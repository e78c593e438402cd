//! Where results are held: in memory up to a limit, beyond it in temporary files.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::SqlError;

/// The size of the results that a service holds, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResultBytes {
    /// In memory, before encoding and, of files that were downloaded, encoded.
    pub memory: u64,
    /// In temporary files.
    pub disk: u64,
}

/// The sizes of all results that a service holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    memory: Arc<AtomicU64>,
    disk: Arc<AtomicU64>,
}

/// The room for a result.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) held: Held,
    /// The maximum size of all results in memory in bytes.
    pub(crate) memory: u64,
    /// The folder of temporary files; `None` for that of the system.
    pub(crate) folder: Option<PathBuf>,
}

/// A share of the bytes held, until it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    of: Arc<AtomicU64>,
    bytes: u64,
}

impl Held {
    pub(crate) fn bytes(&self) -> ResultBytes {
        ResultBytes {
            memory: self.memory.load(Ordering::Relaxed),
            disk: self.disk.load(Ordering::Relaxed),
        }
    }
}

impl Room {
    /// Takes a share of the memory, if there is room for it.
    pub(super) fn in_memory(&self, bytes: u64) -> Option<Share> {
        let of = &self.held.memory;
        let add = |held: u64| held.checked_add(bytes).filter(|&sum| sum <= self.memory);
        of.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).ok()?;
        Some(Share { of: Arc::clone(of), bytes })
    }

    /// Creates an empty file.
    pub(super) fn file(&self) -> Result<SpillFile, SqlError> {
        // It has no name, or is deleted when it is closed: nothing is left behind by a process that
        // is killed.
        let file = match &self.folder {
            Some(folder) => tempfile::tempfile_in(folder),
            None => tempfile::tempfile(),
        };
        let share = Share { of: Arc::clone(&self.held.disk), bytes: 0 };
        Ok(SpillFile { file: Mutex::new(file.map_err(not_stored)?), share })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.of.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A temporary file, which exists as long as this value.
#[derive(Debug)]
pub(super) struct SpillFile {
    file: Mutex<File>,
    share: Share,
}

/// A part of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    start: u64,
    length: usize,
}

impl SpillFile {
    /// Appends these bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Extent, SqlError> {
        let start = self.share.bytes;
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        file.write_all(bytes).map_err(not_stored)?;
        let length = bytes.len() as u64;
        self.share.of.fetch_add(length, Ordering::Relaxed);
        self.share.bytes += length;
        Ok(Extent { start, length: bytes.len() })
    }

    pub(super) fn read(&self, extent: Extent) -> Result<Vec<u8>, SqlError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = vec![0; extent.length];
        let read = file.seek(SeekFrom::Start(extent.start));
        read.and_then(|_| file.read_exact(&mut bytes)).map_err(not_stored)?;
        Ok(bytes)
    }
}

/// Temporary files cannot be used.
#[expect(clippy::needless_pass_by_value, reason = "an argument of `map_err`")]
fn not_stored(error: io::Error) -> SqlError {
    SqlError::internal(format!(
        "failed to hold the result in a temporary file, as results in memory have reached their \
         limit: {error}"
    ))
}
