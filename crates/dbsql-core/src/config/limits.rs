//! The limits of a client, and the validation of settings.

use super::Config;
use crate::{Error, ErrorKind, Result};

/// Requests reserved for cancel and close, which polls cannot use.
const RESERVED_REQUESTS: usize = 16;

/// The limits of a client's concurrent use of a server, per runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) max_requests_in_flight: usize,
    pub(crate) max_polls_in_flight: usize,
    pub(crate) max_polls_per_second: u32,
    pub(crate) max_downloads: usize,
}

impl Config {
    /// Returns the limits, with their defaults.
    pub(crate) fn limits(&self) -> Limits {
        let left = self.max_requests_in_flight.saturating_sub(RESERVED_REQUESTS);
        Limits {
            max_requests_in_flight: self.max_requests_in_flight,
            max_polls_in_flight: self.max_polls_in_flight.unwrap_or_else(|| left.min(192)),
            max_polls_per_second: self.max_polls_per_second,
            max_downloads: self.max_downloads,
        }
    }

    /// Rejects invalid settings.
    ///
    /// # Errors
    ///
    /// `Config`, which names the setting.
    pub(crate) fn validate(&self) -> Result<()> {
        let limits = self.limits();
        let zeros = [
            ("response_timeout", self.response_timeout.is_zero()),
            ("submit_response_timeout", self.submit_response_timeout.is_zero()),
            ("download_stall_timeout", self.download_stall_timeout.is_zero()),
            ("byte_budget", self.byte_budget == 0),
            ("max_polls_in_flight", self.max_polls_in_flight == Some(0)),
            ("max_polls_per_second", limits.max_polls_per_second == 0),
            ("max_downloads", limits.max_downloads == 0),
        ];
        if let Some((name, _)) = zeros.iter().find(|(_, is_zero)| *is_zero) {
            return Err(rejected(format!("Config::{name} must not be zero"))
                .with_next_step("set a value above zero, or keep the default"));
        }
        if self.keep_alive.is_some_and(|every| every.is_zero()) {
            return Err(rejected("Config::keep_alive must not be zero")
                .with_next_step("set None to disable it, or a longer interval"));
        }
        let requests = limits.max_requests_in_flight;
        if requests <= RESERVED_REQUESTS {
            return Err(rejected(format!(
                "Config::max_requests_in_flight is {requests}, but {RESERVED_REQUESTS} requests are \
                 kept free of polls: the minimum is {}",
                RESERVED_REQUESTS + 1
            )));
        }
        let (polls, most) = (limits.max_polls_in_flight, requests - RESERVED_REQUESTS);
        if polls > most {
            return Err(rejected(format!(
                "Config::max_polls_in_flight is {polls}, and Config::max_requests_in_flight is \
                 {requests}, of which {RESERVED_REQUESTS} are kept free of polls: the maximum is {most}"
            )));
        }
        let tags = self.session.query_tags.check(usize::from(self.submit_nonces));
        tags.map_err(|error| rejected("Config::query_tag is invalid").with_source(error))?;
        let policy = self.retry.validate();
        policy.map_err(|error| rejected("the retry policy is invalid").with_source(error))
    }
}

fn rejected(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message)
}
