//! The steps that a test has scripted, by method.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::faults::Step;

type Always = Box<dyn Fn() -> Step + Send>;

#[derive(Default)]
pub(crate) struct Script(Mutex<Steps>);

#[derive(Default)]
struct Steps {
    next: BTreeMap<String, VecDeque<Step>>,
    always: BTreeMap<String, Standing>,
}

/// The step of every request, and its JSON if it was posted.
struct Standing {
    step: Always,
    posted: Option<Value>,
}

impl Script {
    fn steps(&self) -> MutexGuard<'_, Steps> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn extend(&self, method: &str, steps: impl IntoIterator<Item = Step>) {
        self.steps().next.entry(method.to_owned()).or_default().extend(steps);
    }

    pub(crate) fn always(&self, method: &str, step: Always, posted: Option<Value>) {
        self.steps().always.insert(method.to_owned(), Standing { step, posted });
    }

    pub(crate) fn recover(&self, method: &str) {
        let mut steps = self.steps();
        steps.next.remove(method);
        steps.always.remove(method);
    }

    /// Drops everything.
    pub(crate) fn recover_all(&self) {
        *self.steps() = Steps::default();
    }

    /// Returns the number of remaining steps by method.
    pub(crate) fn remaining(&self) -> BTreeMap<String, usize> {
        let steps = self.steps();
        let next = steps.next.iter().filter(|(_, steps)| !steps.is_empty());
        next.map(|(method, steps)| (method.clone(), steps.len())).collect()
    }

    /// Returns the methods whose every request is scripted, with the JSON of the step if it was
    /// posted.
    pub(crate) fn standing(&self) -> BTreeMap<String, Option<Value>> {
        let steps = self.steps();
        let always = steps.always.iter();
        always.map(|(method, standing)| (method.clone(), standing.posted.clone())).collect()
    }

    /// Returns the step for this request, if there is one.
    pub(crate) fn take(&self, method: &str) -> Option<Step> {
        let mut steps = self.steps();
        let next = steps.next.get_mut(method).and_then(VecDeque::pop_front);
        next.or_else(|| steps.always.get(method).map(|standing| (standing.step)()))
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.steps();
        f.debug_struct("Script")
            .field("next", &steps.next)
            .field("always", &steps.always.keys())
            .finish()
    }
}
