//! Counts what a service has received and done, for tests that depend on how often something
//! happened.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The name under which downloads of result files are counted.
pub(crate) const DOWNLOAD: &str = "download";

#[derive(Debug, Default)]
pub(crate) struct Counters {
    requests: Mutex<BTreeMap<String, u64>>,
    statements: Mutex<BTreeMap<String, u64>>,
    /// By name; the total is under [`ALL`].
    in_flight: Mutex<BTreeMap<String, InFlight>>,
}

/// The number of requests in flight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InFlight {
    /// The current number.
    pub now: u64,
    /// The maximum so far.
    pub most: u64,
}

/// The name of the total; no request has it.
const ALL: &str = "";

/// Further names, and longer ones, are counted together: they come from untrusted input.
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

    pub(crate) fn arrived(&self, name: &str) {
        let mut in_flight = self.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        for name in [name, ALL] {
            let count = in_flight.entry(name.to_owned()).or_default();
            count.now += 1;
            count.most = count.most.max(count.now);
        }
    }

    pub(crate) fn left(&self, name: &str) {
        let mut in_flight = self.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        for name in [name, ALL] {
            if let Some(count) = in_flight.get_mut(name) {
                count.now = count.now.saturating_sub(1);
            }
        }
        // Names come from untrusted input: when there are too many, those without requests in
        // flight are removed.
        if in_flight.len() > MAX_NAMES {
            in_flight.retain(|name, count| count.now > 0 || name.is_empty());
        }
    }

    /// Returns the requests in flight with one name, or all of them.
    pub(crate) fn in_flight(&self, name: Option<&str>) -> InFlight {
        let in_flight = self.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        in_flight.get(name.unwrap_or(ALL)).copied().unwrap_or_default()
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
