//! The file of a scheduler: the jobs that must survive a restart.

use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use dbsql::{ExecutionHandle, Runtime};
use serde::{Deserialize, Serialize};

/// A statement that was, or is about to be, submitted.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Job {
    pub(crate) sql: String,
    /// New for each submit.
    pub(crate) nonce: String,
    /// In seconds since 1970.
    submitted_at: u64,
    /// With its endpoint: a client for another endpoint rejects it.
    pub(crate) handle: Option<ExecutionHandle>,
}

impl Job {
    pub(crate) fn new(sql: String) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let nonce = u128::from_be_bytes(Runtime::real().random_bytes()?);
        let submitted_at = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        Ok(Self { sql, nonce: format!("{nonce:032x}"), submitted_at, handle: None })
    }

    pub(crate) fn submitted_at(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.submitted_at)
    }
}

/// The jobs of a file, in order.
pub(crate) struct Jobs {
    pub(crate) list: Vec<Job>,
    path: PathBuf,
}

impl Jobs {
    /// Reads the file; a missing one has no jobs.
    pub(crate) fn read(path: PathBuf) -> io::Result<Self> {
        let list = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text)?,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(Self { list, path })
    }

    /// Replaces the file atomically: after a crash, even of the machine, either the old or the new
    /// one exists completely.
    pub(crate) fn write(&self) -> io::Result<()> {
        let new = self.path.with_extension("new");
        match fs::remove_file(&new) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = create(&new)?;
        file.write_all(&serde_json::to_vec_pretty(&self.list)?)?;
        file.sync_all()?;
        fs::rename(&new, &self.path)
    }

    pub(crate) fn remove(&mut self, nonce: &str) -> io::Result<()> {
        self.list.retain(|job| job.nonce != nonce);
        self.write()
    }
}

/// Creates a file that only its owner can read: handles are credentials.
fn create(path: &std::path::Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
