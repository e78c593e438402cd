//! What a service has seen and done: for tests that must know how often something happened.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The name under which downloads of result files are counted.
pub(crate) const DOWNLOAD: &str = "download";

#[derive(Debug, Default)]
pub(crate) struct Counters {
    requests: Mutex<BTreeMap<String, u64>>,
    statements: Mutex<BTreeMap<String, u64>>,
}

/// More names than this, and longer ones, are counted together: they come from outside.
const MAX_NAMES: usize = 10_000;
const MAX_NAME: usize = 64 * 1024;
const OTHERS: &str = "(others)";

impl Counters {
    pub(crate) fn request(&self, name: &str) {
        count(&self.requests, name);
    }

    pub(crate) fn statement(&self, sql: &str) {
        count(&self.statements, sql);
    }

    pub(crate) fn requests(&self) -> BTreeMap<String, u64> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn statements(&self) -> BTreeMap<String, u64> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn count(counts: &Mutex<BTreeMap<String, u64>>, name: &str) {
    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
    let fits = name.len() <= MAX_NAME && counts.len() < MAX_NAMES;
    let name = if fits || counts.contains_key(name) { name } else { OTHERS };
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            counts.insert(name.to_owned(), 1);
        }
    }
}
