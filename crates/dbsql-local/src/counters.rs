//! Counts what a service has received and done, for tests that depend on how often something
//! happened.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The name under which downloads of result files are counted.
pub(crate) const DOWNLOAD: &str = "download";

#[derive(Debug, Default)]
pub(crate) struct Counters {
    requests: Mutex<Counts>,
    statements: Mutex<Counts>,
    /// By name; the total is under [`ALL`].
    in_flight: Mutex<BTreeMap<String, InFlight>>,
}

/// Counts by name.
#[derive(Debug, Default)]
struct Counts {
    by_name: BTreeMap<String, u64>,
    /// The length of all names.
    bytes: usize,
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
const MAX_BYTES: usize = 16 * 1024 * 1024;
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
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).by_name.clone()
    }

    pub(crate) fn statements(&self) -> BTreeMap<String, u64> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).by_name.clone()
    }
}

fn count(counts: &Mutex<Counts>, name: &str) {
    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
    let fits = name.len() <= MAX_NAME
        && counts.by_name.len() < MAX_NAMES
        && counts.bytes + name.len() <= MAX_BYTES;
    let name = if fits || counts.by_name.contains_key(name) { name } else { OTHERS };
    match counts.by_name.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            counts.bytes += name.len();
            counts.by_name.insert(name.to_owned(), 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_limited_in_number_and_size() {
        for (length, distinct) in
            [(5, MAX_NAMES), (MAX_NAME, MAX_BYTES / MAX_NAME), (MAX_NAME + 1, 0)]
        {
            let counters = Counters::default();
            let name = |number: usize| format!("{number:05}{}", "x".repeat(length - 5));
            for number in 0..distinct + 3 {
                counters.statement(&name(number));
            }
            counters.statement(&name(0));
            let statements = counters.statements();
            assert_eq!(statements.len(), distinct + 1);
            let known = distinct > 0;
            assert_eq!(statements[OTHERS], if known { 3 } else { 4 });
            assert_eq!(statements.get(&name(0)), known.then_some(&2));
        }
    }
}
