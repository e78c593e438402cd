//! Sample values and fixtures, for the tests and for the example that the oracle reads.

pub(crate) mod fixtures;
pub(crate) mod generated;
pub(crate) mod messages;
pub(crate) mod sample;
pub(crate) mod sea;
