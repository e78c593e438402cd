//! The object store: result files behind signed links that expire.

mod quirks;
mod served;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use dbsql_runtime::Runtime;
use http::HeaderMap;

use crate::identity::random_bytes;
use crate::result::ResultFile;

pub use self::quirks::StoreQuirks;
pub(crate) use self::served::{Served, fingerprint};

/// The path of the files, below the origin of the service.
pub(crate) const PREFIX: &str = "/files/";

#[derive(Debug, Default)]
pub(crate) struct Store {
    /// By signature, which cannot be guessed.
    links: Mutex<BTreeMap<String, Link>>,
}

#[derive(Debug)]
struct Link {
    file: Arc<ResultFile>,
    path: String,
    expires: SystemTime,
    /// The headers that a download must have.
    headers: BTreeMap<String, String>,
}

/// The reason why there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    Expired,
    BadSignature,
}

impl Store {
    /// Returns a signed path to the file for requests with these headers, and its expiry.
    pub(crate) fn link(
        &self,
        file: Arc<ResultFile>,
        lifetime: Duration,
        headers: &BTreeMap<String, String>,
        runtime: &Runtime,
    ) -> (String, SystemTime) {
        let now = runtime.wall_now();
        let expires = now + lifetime;
        let [name, signature] = [(); 2].map(|()| u128::from_le_bytes(random_bytes(runtime)));
        let signature = format!("{signature:032x}");
        let path = format!("{PREFIX}{name:032x}?expires={}", millis(expires));
        let signed = format!("{path}&signature={signature}");
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        // Links that expired long ago are dropped; until then they are reported as expired.
        links.retain(|_, link| link.expires + lifetime.max(Duration::from_secs(60)) > now);
        links.insert(signature, Link { file, path, expires, headers: headers.clone() });
        (signed, expires)
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
        Ok(Arc::clone(&link.file))
    }
}

/// Milliseconds since 1970.
pub(crate) fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
