//! The per-runtime resources of requests: slots, and the tasks that own them.

use std::sync::Arc;

use dbsql_runtime::{PerRuntime, Runtime, Tasks};

use super::attempt::no_runtime;
use super::slots::Slots;
use crate::Result;
use crate::config::Limits;

/// The lanes of a client, one per runtime that it is used from.
#[derive(Debug)]
pub(crate) struct Lanes {
    limits: Limits,
    runtime: Runtime,
    lanes: PerRuntime<Lane>,
}

/// The lane of one runtime.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) slots: Slots,
    pub(crate) tasks: Tasks,
}

impl Lanes {
    pub(crate) fn new(limits: Limits, runtime: &Runtime) -> Self {
        Self { limits, runtime: runtime.clone(), lanes: PerRuntime::new() }
    }

    /// Returns the lane of the caller's runtime.
    ///
    /// # Errors
    ///
    /// `Config` outside a suitable runtime.
    pub(crate) fn here(&self) -> Result<Arc<Lane>> {
        let make =
            || Lane { slots: Slots::new(self.limits, &self.runtime), tasks: self.runtime.tasks() };
        self.lanes.get_or_make(&self.runtime, make).map_err(no_runtime)
    }
}
