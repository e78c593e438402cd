//! The steps that a test has scripted, by method.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::faults::Step;

type Always = Box<dyn Fn() -> Step + Send>;

#[derive(Default)]
pub(crate) struct Script(Mutex<Steps>);

#[derive(Default)]
struct Steps {
    next: BTreeMap<String, VecDeque<Step>>,
    always: BTreeMap<String, Always>,
}

impl Script {
    fn steps(&self) -> MutexGuard<'_, Steps> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn extend(&self, method: &str, steps: impl IntoIterator<Item = Step>) {
        self.steps().next.entry(method.to_owned()).or_default().extend(steps);
    }

    pub(crate) fn always(&self, method: &str, step: Always) {
        self.steps().always.insert(method.to_owned(), step);
    }

    pub(crate) fn recover(&self, method: &str) {
        let mut steps = self.steps();
        steps.next.remove(method);
        steps.always.remove(method);
    }

    /// Returns the step for this request, if there is one.
    pub(crate) fn take(&self, method: &str) -> Option<Step> {
        let mut steps = self.steps();
        let next = steps.next.get_mut(method).and_then(VecDeque::pop_front);
        next.or_else(|| steps.always.get(method).map(|step| step()))
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
