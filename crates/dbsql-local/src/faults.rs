//! Faults as data: rules that select requests and say what happens to them.
//!
//! ```
//! use std::time::Duration;
//! use dbsql_local::faults::{Fault, FaultPlan, Moment, Rule, Target, Trigger};
//!
//! let plan = FaultPlan::seeded(7)
//!     // The response to the first statement is lost.
//!     .rule(Rule::new(Target::method("ExecuteStatement"), Trigger::Nth(1), Fault::Reset(Moment::After)))
//!     // One poll in ten gets a 503.
//!     .rule(Rule::new(
//!         Target::method("GetOperationStatus"),
//!         Trigger::Chance(0.1),
//!         Fault::status(503).retry_after(Duration::from_secs(1)),
//!     ));
//! assert_eq!(plan.rules().len(), 2);
//! ```
//!
//! The faults, by what a client sees:
//!
//! | What a client sees | Fault |
//! |---|---|
//! | a refused connection | [`Fault::Refuse`] |
//! | a reset before or after the statement was accepted | [`Fault::Reset`] with a [`Moment`] |
//! | a delay | [`Fault::Delay`] |
//! | a stall before or after the request was accepted | [`Fault::Stall`] with a [`Moment`] |
//! | 429, 503 or any status, with and without `Retry-After` | [`Fault::status`], [`Fault::retry_after`], [`Fault::accepted`], [`Fault::from_a_proxy`] |
//! | a truncated, corrupt or slow body | [`Fault::Truncate`], [`Fault::Corrupt`], [`Fault::Slow`] |
//! | wrong ids, wrong rows | [`Fault::WrongHandle`], [`Fault::WrongOffset`] |
//! | an expired link, or one that redirects | [`Fault::ExpireLink`], [`Fault::Redirect`] |
//! | an evicted operation, with its result | [`Fault::EvictOperation`] |
//! | a lost session | [`Fault::LoseSession`] |
//! | an expired token | [`Fault::ExpireToken`], or [`ServiceBuilder::accept_expiring_token`](crate::ServiceBuilder::accept_expiring_token) |
//!
//! A plan is data, is driven by a seed and applies for as long as the service runs. A test that
//! wants a certain response to a certain request, down to its bytes, scripts it by method; see
//! [`Step`].
//!
//! Each fault works the same in process and on a socket, as far as possible; differences are
//! documented at the fault. A fault does nothing to a request that it does not apply to, such as an
//! expired link to a call. [`Service::runs`](crate::Service::runs) and
//! [`Service::statements`](crate::Service::statements) return how often each statement really ran,
//! [`Service::requests`](crate::Service::requests) how often each method was called. Legitimate
//! behavior of servers is in [`Quirks`](crate::Quirks).

mod body;
mod damage;
mod picker;
mod script;
mod step;

use std::time::Duration;

pub(crate) use crate::faults::body::{End, body, claiming};
pub(crate) use crate::faults::damage::{damaged, pieces};
pub(crate) use crate::faults::picker::FaultPicker;
pub(crate) use crate::faults::script::Script;
pub(crate) use crate::faults::step::Fate;
pub use crate::faults::step::Step;

/// Rules with a seed: the same plan does the same to the same requests in the same order.
///
/// ```
/// use dbsql_local::Service;
/// use dbsql_local::faults::{Fault, FaultPlan, Rule, Target, Trigger};
/// use dbsql_local::transport::Transport;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // The first two requests get a 503.
/// let busy = Rule::new(Target::Everything, Trigger::First(2), Fault::status(503));
/// let service = Service::builder().faults(FaultPlan::seeded(1).rule(busy)).build();
///
/// let mut statuses = Vec::new();
/// for _ in 0..3 {
///     let request = http::Request::get("http://warehouse.test/api/2.0/sql/warehouses");
///     let response = service.transport().send(request.body("".into())?).await?;
///     statuses.push(response.status().as_u16());
/// }
/// assert_eq!(statuses, [503, 503, 200]);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FaultPlan {
    seed: u64,
    rules: Vec<Rule>,
}

/// A rule: what happens to the requests that it selects.
///
/// ```
/// use dbsql_local::faults::{Fault, FaultPlan, Moment, Rule, Target, Trigger};
///
/// // The second statement runs, and its response is lost.
/// let target = Target::method("ExecuteStatement");
/// let lost = Rule::new(target, Trigger::Nth(2), Fault::Reset(Moment::After));
/// // One download in five has an expired link.
/// let expired = Rule::new(Target::Download, Trigger::Chance(0.2), Fault::ExpireLink);
///
/// let plan = FaultPlan::seeded(1).rule(lost.clone()).rule(expired);
/// assert_eq!(plan.rules()[0], lost);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The requests it applies to.
    pub target: Target,
    /// Which of those it selects.
    pub trigger: Trigger,
    /// What happens to them.
    pub fault: Fault,
}

/// The requests that a rule applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// All of them.
    Everything,
    /// The calls of one method, such as `FetchResults`, or the requests of one route of the
    /// Statement Execution API by its name, such as `sea-execute`.
    Method(String),
    /// Downloads of result files.
    Download,
}

/// Which of the matching requests a rule selects.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Trigger {
    /// All of them.
    Always,
    /// The request with this number, counted from 1.
    Nth(u64),
    /// This many requests from the beginning.
    First(u64),
    /// Each request with this probability, from 0 to 1.
    Chance(f64),
}

/// Before or after the service has carried out the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The request is not carried out.
    Before,
    /// The request is carried out, and its response is lost.
    After,
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// There is no connection. On a socket, it is closed immediately; unlike in process, a client
    /// cannot tell whether its request was read.
    Refuse,
    /// The connection is reset.
    Reset(Moment),
    /// No response is ever sent.
    Stall(Moment),
    /// The response is delayed by this time; the request waits before it is carried out.
    Delay(Duration),
    /// The response is an HTTP status.
    Status {
        /// The status.
        status: u16,
        /// The `Retry-After` header, in whole seconds.
        retry_after: Option<Duration>,
        /// Whether the request is carried out.
        moment: Moment,
        /// Whether the response comes from a proxy: an HTML page, without the marks of the protocol
        /// (JSON with an `error_code`, or the header `x-thriftserver-error-message`).
        by_proxy: bool,
    },
    /// The body breaks off after this fraction of it, from 0 to 1. Even with 1 its reader is kept
    /// waiting for more.
    Truncate(f64),
    /// One bit is flipped in this many bytes of the body.
    Corrupt(usize),
    /// The body arrives completely, but in pieces of this size with a pause before each. A piece of
    /// 1024 bytes and a pause of 100 ms make 10 KiB per second.
    Slow {
        /// The size of a piece in bytes.
        piece: usize,
        /// The pause before each piece.
        pause: Duration,
    },
    /// The link that is downloaded has expired.
    ExpireLink,
    /// The store redirects the download.
    Redirect {
        /// The status, such as 302 or 307.
        status: u16,
        /// The destination.
        to: RedirectTo,
    },
    /// The operation is gone with its result, and its work is stopped. Links that it has returned
    /// stay valid until they expire.
    EvictOperation,
    /// The session is gone, with all its operations.
    LoseSession,
    /// The token of the request has expired, for this request and all later ones, until
    /// [`Service::accept_token`](crate::Service::accept_token) accepts it again.
    ExpireToken,
    /// The response to a statement or a metadata call names another operation, with its correct
    /// secret if it has one: an open operation, or if there is none, one that never existed.
    WrongHandle,
    /// The rows of the response start this many rows later than requested, or earlier if negative,
    /// and the response says so.
    WrongOffset(i64),
}

/// The destination of a [`Fault::Redirect`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedirectTo {
    /// Another link to the same file, on the requested host. Following it is correct.
    AnotherLink,
    /// The same link on the host `elsewhere.invalid`. In process that is the warehouse too.
    OtherHost,
    /// The same link with `https` instead of `http`, or the other way round. A client must not
    /// follow it.
    OtherScheme,
}

impl FaultPlan {
    /// Creates a plan without rules.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { seed, rules: Vec::new() }
    }

    /// Adds a rule. The first one that selects a request decides what happens to it; the others
    /// still count it.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Returns the rules in order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

impl Rule {
    /// Creates a rule.
    #[must_use]
    pub fn new(target: Target, trigger: Trigger, fault: impl Into<Fault>) -> Self {
        Self { target, trigger, fault: fault.into() }
    }
}

impl Target {
    /// Returns the target for the calls of one method.
    #[must_use]
    pub fn method(name: impl Into<String>) -> Self {
        Self::Method(name.into())
    }
}

impl Fault {
    /// Creates an HTTP status without `Retry-After`, for a request that is not carried out.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Status { status, retry_after: None, moment: Moment::Before, by_proxy: false }
    }

    /// Adds `Retry-After` to a [`Fault::Status`]; leaves others unchanged.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        if let Self::Status { retry_after, .. } = &mut self {
            *retry_after = Some(after);
        }
        self
    }

    /// Makes a [`Fault::Status`] the response of a proxy, without the marks of the protocol; leaves
    /// others unchanged.
    #[must_use]
    pub fn from_a_proxy(mut self) -> Self {
        if let Self::Status { by_proxy, .. } = &mut self {
            *by_proxy = true;
        }
        self
    }

    /// Lets the request of a [`Fault::Status`] be carried out; leaves others unchanged.
    #[must_use]
    pub fn accepted(mut self) -> Self {
        if let Self::Status { moment, .. } = &mut self {
            *moment = Moment::After;
        }
        self
    }
}
