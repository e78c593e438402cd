//! Documents as servers and clients send them.

use crate::Seed;

#[path = "../../../../crates/dbsql-protocol/tests/support/sea.rs"]
mod samples;

pub(crate) fn documents() -> Vec<Seed> {
    samples::ALL.into_iter().map(|(name, text)| Seed::new(name, text)).collect()
}
