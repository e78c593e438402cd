//! The file that stores the tokens of a user.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use dbsql_runtime::Runtime;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::session::{Key, Session};
use crate::{AuthError, Secret};

/// The maximum size of a file that is read.
const MAX_FILE: u64 = 256 * 1024;

/// How long to wait for another process to finish its renewal, and the interval of the checks.
const LOCK_WAIT: Duration = Duration::from_secs(20);
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// The exclusive right to renew the tokens of a file. The system releases it when a process dies.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// The file of one key. Its name is a hash of the key, which the file contains as well.
#[derive(Debug)]
pub(super) struct Store {
    location: Arc<CacheFile>,
}

#[derive(Debug)]
struct CacheFile {
    folder: PathBuf,
    name: String,
    key: Key,
}

/// The contents of the file; tokens are borrowed for writing and owned after reading.
#[derive(Serialize, Deserialize)]
struct Content<T> {
    version: u32,
    host: String,
    client_id: String,
    scopes: Vec<String>,
    access_token: T,
    /// In seconds since 1970.
    expires_at: Option<u64>,
    refresh_token: Option<T>,
}

const VERSION: u32 = 1;

impl Store {
    /// Opens the file for `key` in `folder`, which is created if it is missing.
    pub(super) async fn open(
        runtime: &Runtime,
        folder: &Path,
        key: &Key,
    ) -> Result<Self, AuthError> {
        let location =
            CacheFile { folder: folder.to_owned(), name: name_of(key), key: key.clone() };
        let location = Arc::new(location);
        let shown = folder.display().to_string();
        let made = {
            let location = Arc::clone(&location);
            runtime.offload(move || protect_folder(&location.folder)).await
        };
        let failed = |message: &str| AuthError::invalid(format!("{message}: {shown}"));
        match made {
            Ok(Ok(Protection::Own)) => Ok(Self { location }),
            Ok(Ok(Protection::OpenToOthers)) => {
                let message =
                    "the token folder belongs to another user, or is writable by other users";
                let next_step = format!("run `chmod 700 {shown}`, or choose another folder");
                Err(failed(message).with_next_step(next_step))
            }
            Ok(Err(error)) => Err(failed("cannot use the token folder").with_source(error)),
            Err(error) => Err(failed("cannot use the token folder").with_source(error)),
        }
    }

    /// Reads the file. A file that is missing, damaged or accessible to other users counts as
    /// absent.
    pub(super) async fn load(&self, runtime: &Runtime) -> Option<Session> {
        let location = Arc::clone(&self.location);
        let read = runtime.offload(move || location.load()).await;
        match read {
            Ok(Ok(session)) => session,
            Ok(Err(error)) => {
                let file = self.location.path();
                tracing::warn!(%error, file = %file.display(), "ignoring a token file");
                None
            }
            Err(error) => {
                tracing::warn!(%error, "failed to read a token file");
                None
            }
        }
    }

    /// Waits until no other process renews the tokens of this file. A refresh token is valid once,
    /// and a server may revoke the whole grant when it is reused: RFC 9700, 4.14.2. Returns `None`
    /// when the other process takes too long or the file system has no locks; the renewal is tried
    /// without the lock then.
    pub(super) async fn lock(&self, runtime: &Runtime) -> Option<Lock> {
        let until = runtime.now() + LOCK_WAIT;
        loop {
            let location = Arc::clone(&self.location);
            match runtime.offload(move || location.try_lock()).await {
                Ok(Ok(lock)) => return Some(lock),
                Ok(Err(TryLockError::WouldBlock)) if runtime.now() < until => {}
                Ok(Err(error)) => {
                    tracing::debug!(%error, "renewing tokens without a lock");
                    return None;
                }
                Err(_) => return None,
            }
            runtime.sleep(LOCK_PAUSE).await;
        }
    }

    /// Atomically replaces the file by one with these tokens.
    pub(super) async fn save(&self, runtime: &Runtime, session: &Session) -> io::Result<()> {
        let (location, session) = (Arc::clone(&self.location), session.clone());
        // The name alone is not unique: two processes may save at once.
        let unique = runtime.random_u64();
        let saved = runtime.offload(move || location.save(&session, unique)).await;
        saved.map_err(io::Error::other)?
    }
}

fn name_of(key: &Key) -> String {
    let text = format!("{}\n{}\n{}", key.origin, key.client_id, key.scopes.join(" "));
    let hash = digest(&SHA256, text.as_bytes());
    let hex: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{hex}.json")
}

impl CacheFile {
    fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    fn load(&self) -> io::Result<Option<Session>> {
        let path = self.path();
        match std::fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
            // Before it is opened: opening a pipe would block.
            Ok(found) if !found.is_file() => return Err(unusable("it is not a regular file")),
            Ok(_) => {}
        }
        let file = File::open(&path)?;
        let metadata = file.metadata()?;
        if protection(&metadata, 0o077) != Protection::Own {
            return Err(unusable("it belongs to another user, or is accessible to other users"));
        }
        if metadata.len() > MAX_FILE {
            return Err(unusable("it is too large"));
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_FILE as usize + 1));
        file.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
        // Without the cause, which may quote a token.
        let content: Content<String> =
            serde_json::from_slice(&bytes).map_err(|_| unusable("it is damaged"))?;
        let is_ours = content.version == VERSION
            && content.host == self.key.origin
            && content.client_id == self.key.client_id
            && content.scopes == self.key.scopes;
        if !is_ours {
            return Err(unusable("it contains the tokens of another sign-in"));
        }
        let end = content.expires_at.map(Duration::from_secs);
        Ok(Some(Session {
            access_token: Secret::from(content.access_token),
            end: end.and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since)),
            refresh_token: content.refresh_token.map(Secret::from),
            is_saved: true,
        }))
    }

    /// A separate lock file, since the token file is replaced and so cannot be locked itself.
    fn try_lock(&self) -> Result<Lock, TryLockError> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let path = self.folder.join(format!(".{}.lock", self.name));
        let file = options.open(path).map_err(TryLockError::Error)?;
        file.try_lock()?;
        Ok(Lock { _file: file })
    }

    fn save(&self, session: &Session, unique: u64) -> io::Result<()> {
        let since = |end: SystemTime| end.duration_since(SystemTime::UNIX_EPOCH).ok();
        let content = Content {
            version: VERSION,
            host: self.key.origin.clone(),
            client_id: self.key.client_id.clone(),
            scopes: self.key.scopes.clone(),
            access_token: session.access_token.expose(),
            expires_at: session.end.and_then(since).map(|since| since.as_secs()),
            refresh_token: session.refresh_token.as_ref().map(Secret::expose),
        };
        let bytes = Zeroizing::new(serde_json::to_vec(&content).map_err(io::Error::other)?);
        let temporary = self.folder.join(format!(".{}.{unique:016x}", self.name));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&temporary)?;
        let written = file.write_all(&bytes).and_then(|()| file.sync_all());
        drop(file);
        let replaced = written.and_then(|()| std::fs::rename(&temporary, self.path()));
        if replaced.is_err() {
            let _ = std::fs::remove_file(&temporary);
        }
        replaced
    }
}

fn unusable(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Whether a file or folder is private to this user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protection {
    Own,
    #[cfg_attr(not(unix), expect(dead_code, reason = "not told there"))]
    OpenToOthers,
}

/// Returns `Private` if none of the bits in `forbidden` is set and the owner is this user or root.
#[cfg(unix)]
fn protection(metadata: &std::fs::Metadata, forbidden: u32) -> Protection {
    use std::os::unix::fs::MetadataExt as _;
    let owner = metadata.uid();
    let is_own = owner == rustix::process::geteuid().as_raw() || owner == 0;
    if is_own && metadata.mode() & forbidden == 0 {
        Protection::Own
    } else {
        Protection::OpenToOthers
    }
}

/// On Windows access rights are lists, which the standard library cannot read.
#[cfg(not(unix))]
fn protection(_: &std::fs::Metadata, _: u32) -> Protection {
    Protection::Own
}

/// Creates the folder if it is missing, and checks who can write to it: they could replace our
/// file.
fn protect_folder(folder: &Path) -> io::Result<Protection> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    Ok(protection(&std::fs::metadata(folder)?, 0o022))
}

#[cfg(test)]
mod tests;
