//! The accepted credentials.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dbsql_runtime::{Instant, Runtime};
use http::{HeaderMap, header};

use crate::later::later;

/// When a token expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenExpiry {
    /// After this many authenticated requests. Links and telemetry need no token, and a request
    /// that a fault keeps from being carried out does not count.
    Requests(u64),
    /// This long after it was accepted, or after the service was built if that was later.
    Time(Duration),
}

/// The accepted credentials; until there are any, all requests are accepted.
#[derive(Debug, Default)]
pub(crate) struct Credentials {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Whether credentials were ever accepted, so that others are rejected.
    is_restricted: bool,
    credentials: Vec<Credential>,
}

/// The whole value of the header, and how long it is valid.
struct Credential {
    header: String,
    life: Life,
    issued: Option<Issued>,
}

/// The owner of an issued token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Issued {
    /// The user or service principal.
    pub(crate) principal: String,
    /// Whether Microsoft Entra issued it.
    pub(crate) is_of_entra: bool,
}

/// The maximum number of credentials; expired tokens make room.
const ROOM: usize = 10_000;

#[derive(Clone, Copy, Debug)]
enum Life {
    Endless,
    Requests(u64),
    /// The time has not started to count.
    Time(Duration),
    Until(Instant),
    Over,
}

/// The result of checking credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Passes,
    Unknown,
    Expired,
}

impl Credentials {
    pub(crate) fn accept_token(&self, token: &str, expiry: Option<TokenExpiry>) {
        let life = match expiry {
            None => Life::Endless,
            Some(TokenExpiry::Requests(count)) => Life::Requests(count),
            Some(TokenExpiry::Time(time)) => Life::Time(time),
        };
        let mut known = self.known();
        known.is_restricted = true;
        known.put(format!("Bearer {token}"), life);
    }

    pub(crate) fn accept_basic(&self, user: &str, password: &str) {
        let header = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
        let mut known = self.known();
        known.is_restricted = true;
        known.put(header, Life::Endless);
    }

    /// Returns `true` if requests need accepted credentials.
    pub(crate) fn is_restricted(&self) -> bool {
        self.known().is_restricted
    }

    /// Rejects credentials that are not accepted, even if none ever were.
    pub(crate) fn restrict(&self) {
        self.known().is_restricted = true;
    }

    /// Accepts a token that was issued at sign-in. Without a restriction all others stay valid.
    pub(crate) fn issue(&self, token: &str, until: Instant, issued: Issued) {
        let mut known = self.known();
        if known.credentials.len() >= ROOM {
            known.forget_one();
        }
        known.put(format!("Bearer {token}"), Life::Until(until));
        if let Some(one) = known.credentials.last_mut() {
            one.issued = Some(issued);
        }
    }

    /// Forgets a token, which is then rejected as unknown.
    pub(crate) fn remove_token(&self, token: &str) {
        self.known().credentials.retain(|one| !one.is(("Bearer", token)));
    }

    /// Returns the owner of the token in a request.
    pub(crate) fn holder(&self, headers: &HeaderMap) -> Option<Issued> {
        self.known().find(given(headers)?)?.issued.clone()
    }

    /// Returns how long a token is valid; the inner `None` means without an expiry.
    pub(crate) fn time_left(&self, token: &str, runtime: &Runtime) -> Option<Option<Duration>> {
        match self.known().find(("Bearer", token))?.life {
            Life::Endless | Life::Requests(1..) => Some(None),
            Life::Time(time) => Some(Some(time)),
            Life::Until(end) if runtime.now() < end => Some(Some(end - runtime.now())),
            Life::Until(_) | Life::Requests(0) | Life::Over => None,
        }
    }

    pub(crate) fn expire_token(&self, token: &str) {
        self.known().put(format!("Bearer {token}"), Life::Over);
    }

    /// Expires the credentials of the request from now on.
    pub(crate) fn expire(&self, headers: &HeaderMap) {
        if let Some((scheme, secret)) = given(headers) {
            self.known().put(format!("{scheme} {secret}"), Life::Over);
        }
    }

    /// Starts the lifetimes of tokens that have been accepted.
    pub(crate) fn start(&self, runtime: &Runtime) {
        for one in &mut self.known().credentials {
            if let Life::Time(time) = one.life {
                one.life = Life::Until(later(runtime.now(), time));
            }
        }
    }

    /// Checks a request with these headers, which counts against the lifetime of its token.
    pub(crate) fn admit(&self, headers: &HeaderMap, runtime: &Runtime) -> Admission {
        let mut known = self.known();
        let is_restricted = known.is_restricted;
        match given(headers).and_then(|given| known.find(given)) {
            Some(one) => one.life.use_up(runtime.now()),
            None if is_restricted => Admission::Unknown,
            None => Admission::Passes,
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Replaces the entry of the same credential.
    fn put(&mut self, header: String, life: Life) {
        match header.split_once(' ').and_then(|given| self.find(given)) {
            Some(one) => one.life = life,
            None => self.credentials.push(Credential { header, life, issued: None }),
        }
    }

    /// Removes the issued token that expires first.
    fn forget_one(&mut self) {
        let end = |one: &Credential| match (one.life, &one.issued) {
            (Life::Until(end), Some(_)) => Some(end),
            _ => None,
        };
        let ends = self.credentials.iter().enumerate();
        let first = ends.filter_map(|(at, one)| Some((end(one)?, at))).min();
        if let Some((_, at)) = first {
            self.credentials.remove(at);
        }
    }

    fn find(&mut self, given: (&str, &str)) -> Option<&mut Credential> {
        self.credentials.iter_mut().find(|one| one.is(given))
    }
}

impl Credential {
    /// Returns `true` if a request carries this credential.
    fn is(&self, (scheme, secret): (&str, &str)) -> bool {
        self.header.split_once(' ').is_some_and(|(own_scheme, own_secret)| {
            own_scheme.eq_ignore_ascii_case(scheme)
                && same(own_secret.as_bytes(), secret.as_bytes())
        })
    }
}

impl Life {
    fn use_up(&mut self, now: Instant) -> Admission {
        match self {
            Self::Endless | Self::Time(_) => Admission::Passes,
            Self::Until(end) if now < *end => Admission::Passes,
            Self::Requests(left) if *left > 0 => {
                *left -= 1;
                Admission::Passes
            }
            Self::Until(_) | Self::Requests(_) | Self::Over => Admission::Expired,
        }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.life.fmt(f)
    }
}

/// Returns the scheme and the secret in a request.
fn given(headers: &HeaderMap) -> Option<(&str, &str)> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')
}

/// Compares two secrets in constant time.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}
