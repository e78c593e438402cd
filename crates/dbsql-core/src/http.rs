//! Requests and responses: credentials, deadlines, retries, and what a status proves.

pub(crate) mod attempt;
pub(crate) mod cookies;
pub(crate) mod encoding;
pub(crate) mod endpoint;
pub(crate) mod exchange;
pub(crate) mod flight;
pub(crate) mod lanes;
pub(crate) mod last_error;
pub(crate) mod proxy;
pub(crate) mod refusal;
pub(crate) mod retries;
pub(crate) mod slots;
pub(crate) mod store;
pub(crate) mod turns;
