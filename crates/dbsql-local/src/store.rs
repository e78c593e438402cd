//! The object store: result files behind signed links that expire.

mod quirks;
mod served;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use dbsql_runtime::Runtime;
use http::HeaderMap;

use crate::identity::random_bytes;
use crate::later::later_wall;
use crate::result::{ResultFile, ResultSet};

pub use self::quirks::StoreQuirks;
pub(crate) use self::served::{Served, fingerprint};

/// The path of the files, below the origin of the service.
pub(crate) const PREFIX: &str = "/files/";

#[derive(Debug, Default)]
pub(crate) struct Store {
    /// By signature, which cannot be guessed.
    links: Mutex<BTreeMap<String, Link>>,
    /// Results without an operation, each with the expiry of its links.
    kept: Mutex<Vec<(SystemTime, Arc<ResultSet>)>>,
}

#[derive(Debug)]
struct Link {
    /// It belongs to its result, and is freed with it.
    file: Weak<ResultFile>,
    path: String,
    expires: SystemTime,
    /// When the link is forgotten; until then it is reported as expired.
    forgotten: SystemTime,
    /// The headers that a download must have.
    headers: BTreeMap<String, String>,
}

/// The reason why there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    Expired,
    BadSignature,
    /// The result was freed with its operation.
    Freed,
}

impl Store {
    /// Returns a signed path to the file for requests with these headers, and its expiry.
    pub(crate) fn link(
        &self,
        file: &Arc<ResultFile>,
        lifetime: Duration,
        headers: &BTreeMap<String, String>,
        runtime: &Runtime,
    ) -> (String, SystemTime) {
        let now = runtime.wall_now();
        let expires = later_wall(now, lifetime);
        let [name, signature] = [(); 2].map(|()| u128::from_le_bytes(random_bytes(runtime)));
        let signature = format!("{signature:032x}");
        let path = format!("{PREFIX}{name:032x}?expires={}", millis(expires));
        let signed = format!("{path}&signature={signature}");
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let forgotten = later_wall(expires, lifetime.max(Duration::from_secs(60)));
        let (file, headers) = (Arc::downgrade(file), headers.clone());
        links.insert(signature, Link { file, path, expires, forgotten, headers });
        (signed, expires)
    }

    /// Keeps a result whose operation was closed together with the response that has its links, for
    /// as long as they are valid.
    pub(crate) fn keep(&self, result: Arc<ResultSet>, until: SystemTime) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).push((until, result));
    }

    /// Drops links that expired long ago, and kept results whose links have expired.
    pub(crate) fn sweep(&self, now: SystemTime) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.retain(|_, link| link.forgotten > now);
        drop(links);
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).retain(|(until, _)| *until > now);
    }

    /// Opens the file behind a path with its query.
    pub(crate) fn open(
        &self,
        target: &str,
        headers: &HeaderMap,
        now: SystemTime,
    ) -> Result<Arc<ResultFile>, Denied> {
        let (path, signature) = target.split_once("&signature=").ok_or(Denied::BadSignature)?;
        let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let link = links.get(signature).ok_or(Denied::BadSignature)?;
        let is_sent = |(name, value): (&String, &String)| {
            headers.get(name).is_some_and(|sent| sent.as_bytes() == value.as_bytes())
        };
        if link.path != path || !link.headers.iter().all(is_sent) {
            return Err(Denied::BadSignature);
        }
        if link.expires <= now {
            return Err(Denied::Expired);
        }
        link.file.upgrade().ok_or(Denied::Freed)
    }
}

/// Milliseconds since 1970.
pub(crate) fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
