//! What goes wrong, as data: rules that pick requests and say what happens to them.
//!
//! ```
//! use std::time::Duration;
//! use dbsql_local::faults::{Fault, FaultPlan, Moment, Rule, Target, Trigger};
//!
//! let plan = FaultPlan::seeded(7)
//!     // The answer to the first statement is lost.
//!     .rule(Rule::new(Target::method("ExecuteStatement"), Trigger::Nth(1), Fault::Reset(Moment::After)))
//!     // One poll in ten is answered with 503.
//!     .rule(Rule::new(
//!         Target::method("GetOperationStatus"),
//!         Trigger::Chance(0.1),
//!         Fault::status(503).retry_after(Duration::from_secs(1)),
//!     ));
//! assert_eq!(plan.rules().len(), 2);
//! ```
//!
//! What can be planned, by what a client meets:
//!
//! | What a client meets | How it is planned |
//! |---|---|
//! | a refused connection | [`Fault::Refuse`] |
//! | a reset before or after the statement was accepted | [`Fault::Reset`] with a [`Moment`] |
//! | a delay | [`Fault::Delay`] |
//! | a stall, of a request that was accepted or of one that was not | [`Fault::Stall`] with a [`Moment`] |
//! | 429, 503 or any status, with and without `Retry-After` | [`Fault::status`], [`Fault::retry_after`], [`Fault::accepted`], [`Fault::from_a_proxy`] |
//! | a truncated, corrupt or slow body | [`Fault::Truncate`], [`Fault::Corrupt`], [`Fault::Slow`] |
//! | wrong ids, wrong rows | [`Fault::WrongHandle`], [`Fault::WrongOffset`] |
//! | an expired link, or one that leads elsewhere | [`Fault::ExpireLink`], [`Fault::Redirect`] |
//! | an evicted operation, with its result | [`Fault::EvictOperation`] |
//! | a lost session | [`Fault::LoseSession`] |
//! | an expired token | [`Fault::ExpireToken`], or [`ServiceBuilder::accept_expiring_token`](crate::ServiceBuilder::accept_expiring_token) |
//!
//! A plan is data, fits a seed and runs for as long as the service does. A test that wants a certain
//! answer to a certain request, down to its bytes, scripts it by method: see [`Step`].
//!
//! Each happens in the same way in process and on a socket, as far as there is a difference: what a
//! socket cannot tell is said at the fault. A fault does nothing to a request that it makes no sense
//! for, an expired link for a call for example. How often each statement really ran is in
//! [`Service::runs`](crate::Service::runs) and [`Service::statements`](crate::Service::statements),
//! how often each method was called by [`Service::requests`](crate::Service::requests). What a server
//! may do and is no fault is among the [`Quirks`](crate::Quirks).

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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FaultPlan {
    seed: u64,
    rules: Vec<Rule>,
}

/// What happens to the requests that it picks.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Which requests it looks at.
    pub target: Target,
    /// Which of those it picks.
    pub trigger: Trigger,
    /// What happens to them.
    pub fault: Fault,
}

/// Requests that a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// All of them.
    Everything,
    /// The calls of one method, such as `FetchResults`, or the requests of one route of the Statement
    /// Execution API by its name, such as `sea-execute`.
    Method(String),
    /// The downloads of result files.
    Download,
}

/// Which of the requests that a rule looks at it picks.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Trigger {
    /// All of them.
    Always,
    /// The one with this number, counted from 1.
    Nth(u64),
    /// So many from the beginning.
    First(u64),
    /// Each with this probability, from 0 to 1.
    Chance(f64),
}

/// Before or after the service did what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The request is not carried out.
    Before,
    /// The request is carried out, and its answer is lost.
    After,
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// No connection. Where there is a socket, it is closed at once; a client cannot tell from that
    /// whether its request was read, as it can in process.
    Refuse,
    /// The connection is reset.
    Reset(Moment),
    /// No answer ever comes.
    Stall(Moment),
    /// The answer comes this much later; the request waits before it is carried out.
    Delay(Duration),
    /// An HTTP status instead of the answer.
    Status {
        /// The status.
        status: u16,
        /// The header `Retry-After`, in whole seconds.
        retry_after: Option<Duration>,
        /// Whether the request is carried out.
        moment: Moment,
        /// Whether the answer comes from a proxy: a page of HTML, without the marks of the protocol
        /// (JSON with an `error_code`, the header `x-thriftserver-error-message`).
        by_proxy: bool,
    },
    /// The body breaks off after this part of it, from 0 to 1. Even with 1 its reader waits for more
    /// in vain.
    Truncate(f64),
    /// So many bytes of the body have one bit flipped.
    Corrupt(usize),
    /// The body comes in pieces of this size with a pause before each, whole in the end. A piece of
    /// 1024 bytes and a pause of 100 ms give 10 KiB a second.
    Slow {
        /// Bytes in a piece.
        piece: usize,
        /// Time before each.
        pause: Duration,
    },
    /// The link that is downloaded has expired.
    ExpireLink,
    /// The store redirects the download.
    Redirect {
        /// 302 or 307, for example.
        status: u16,
        /// Where to.
        to: RedirectTo,
    },
    /// The operation that is asked about is gone with its result, and what it was doing is stopped.
    EvictOperation,
    /// The session that is asked about is gone, with all its operations.
    LoseSession,
    /// The token that the request carries has expired, for this request and all later ones, until
    /// [`Service::accept_token`](crate::Service::accept_token) accepts it again.
    ExpireToken,
    /// The answer to a statement or a metadata call names another operation, with its right
    /// secret where there is one: one that is not closed, and when there is none, one that there never
    /// was.
    WrongHandle,
    /// The rows of the answer begin so many rows later than was asked for, or earlier when below
    /// zero, and the answer says so.
    WrongOffset(i64),
}

/// Where a [`Fault::Redirect`] leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedirectTo {
    /// Another link to the same file, on the host that was asked. Following it is right.
    AnotherLink,
    /// The same link on the host `elsewhere.invalid`. In process that is the warehouse too.
    OtherHost,
    /// The same link with `https` where the request had `http`, and the other way round. A client
    /// must not follow.
    OtherScheme,
}

impl FaultPlan {
    /// A plan without rules.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { seed, rules: Vec::new() }
    }

    /// Adds a rule. The first one that picks a request decides what happens to it; the others
    /// still count it.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// The rules in their order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

impl Rule {
    /// A rule of these three parts.
    #[must_use]
    pub fn new(target: Target, trigger: Trigger, fault: impl Into<Fault>) -> Self {
        Self { target, trigger, fault: fault.into() }
    }
}

impl Target {
    /// The calls of one method.
    #[must_use]
    pub fn method(name: impl Into<String>) -> Self {
        Self::Method(name.into())
    }
}

impl Fault {
    /// An HTTP status without `Retry-After`, and the request is not carried out.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Status { status, retry_after: None, moment: Moment::Before, by_proxy: false }
    }

    /// Adds `Retry-After` to a [`Fault::Status`]; others stay as they are.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        if let Self::Status { retry_after, .. } = &mut self {
            *retry_after = Some(after);
        }
        self
    }

    /// Has a proxy answer with a [`Fault::Status`], without the marks of the protocol; others stay as
    /// they are.
    #[must_use]
    pub fn from_a_proxy(mut self) -> Self {
        if let Self::Status { by_proxy, .. } = &mut self {
            *by_proxy = true;
        }
        self
    }

    /// Has the request of a [`Fault::Status`] carried out; others stay as they are.
    #[must_use]
    pub fn accepted(mut self) -> Self {
        if let Self::Status { moment, .. } = &mut self {
            *moment = Moment::After;
        }
        self
    }
}
