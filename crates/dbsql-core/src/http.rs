//! Requests and their responses: credentials, deadlines, retries, and what a status proves.

pub(crate) mod endpoint;
pub(crate) mod exchange;
pub(crate) mod flight;
pub(crate) mod store;
