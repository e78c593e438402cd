//! The faults, and the actions of the client: one list for all clients.

use std::time::Duration;

use dbsql_local::faults::{Fault, FaultPlan, Moment, Rule, Target, Trigger};
use dbsql_local::{Quirks, Settings};
use serde_json::{Value, json};

use crate::statements::{BIG, INSERT, SLOW, SMALL};

/// A row of the table in `docs/reliability.md`.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// The description in the table.
    title: &'static str,
    does: Does,
    pub(crate) settings: Settings,
    pub(crate) faults: FaultPlan,
}

/// The action of the client. Every client knows these names.
#[derive(Clone, Copy, Debug)]
enum Does {
    /// Executes the INSERT.
    Insert,
    /// The same; a client with a setting to respect `Retry-After` sets it.
    InsertMindingRetryAfter,
    /// Selects three rows, then executes the INSERT on the same connection.
    SelectThenInsert,
    /// Changes the schema of the session, then executes the INSERT on the same connection.
    UseThenInsert,
    /// Selects many rows and reads all.
    ReadBig,
    /// The same, with a pause after the first rows.
    ReadBigWithPause,
    /// Selects rows that take some seconds and reads all.
    ReadSlow,
    /// The same, with a response timeout of three seconds.
    ReadSlowWithTimeout,
    /// Selects rows that take some seconds; another connection cancels it meanwhile.
    ReadSlowCanceledElsewhere,
    /// Submits a statement that ends at once, and reads its result with another connection.
    PickUpElsewhere,
    /// The same, after a direct result.
    PickUpDirectResult,
}

impl Does {
    /// Returns the name of the action, and the statement whose runs are counted.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Insert => ("insert", INSERT),
            Self::InsertMindingRetryAfter => ("insert-minding-retry-after", INSERT),
            Self::SelectThenInsert => ("select-then-insert", INSERT),
            Self::UseThenInsert => ("use-then-insert", INSERT),
            Self::ReadBig => ("read-big", BIG),
            Self::ReadBigWithPause => ("read-big-with-pause", BIG),
            Self::ReadSlow => ("read-slow", SLOW),
            Self::ReadSlowWithTimeout => ("read-slow-with-timeout", SLOW),
            Self::ReadSlowCanceledElsewhere => ("read-slow-canceled-elsewhere", SLOW),
            Self::PickUpElsewhere => ("pick-up-elsewhere", SMALL),
            Self::PickUpDirectResult => ("pick-up-direct-result", SMALL),
        }
    }
}

impl Scenario {
    pub(crate) fn all() -> Vec<Self> {
        let submit = || Target::method("ExecuteStatement");
        let poll = || Target::method("GetOperationStatus");
        let fetch = || Target::method("FetchResults");
        let download = || Target::Download;
        let second = Duration::from_secs(1);
        let (before, after) = (Moment::Before, Moment::After);
        let first = |target, fault: Fault| Rule::new(target, Trigger::Nth(1), fault);
        let nth_2 = |target, fault: Fault| Rule::new(target, Trigger::Nth(2), fault);
        vec![
            Self::new(
                "submit-reset",
                "INSERT: the response is lost, the connection is reset",
                Does::Insert,
            )
            .fault(first(submit(), Fault::Reset(after))),
            Self::new(
                "submit-503-taken",
                "INSERT: accepted, then 503 without `Retry-After`",
                Does::Insert,
            )
            .fault(first(submit(), Fault::status(503).accepted())),
            Self::new(
                "submit-503-taken-minded",
                "INSERT: the same, the connector with `_respect_server_retry_after_header=True`",
                Does::InsertMindingRetryAfter,
            )
            .fault(first(submit(), Fault::status(503).accepted())),
            Self::new("submit-502-taken", "INSERT: accepted, then 502", Does::Insert)
                .fault(first(submit(), Fault::status(502).accepted())),
            Self::new(
                "submit-503-later",
                "INSERT: 503 with `Retry-After: 1`, not accepted",
                Does::Insert,
            )
            .fault(first(submit(), Fault::status(503).retry_after(second))),
            Self::new(
                "submit-429",
                "INSERT: 429 without `Retry-After`, not accepted",
                Does::Insert,
            )
            .fault(first(submit(), Fault::status(429))),
            Self::new(
                "submit-429-later",
                "INSERT: 429 with `Retry-After: 1`, not accepted",
                Does::Insert,
            )
            .fault(first(submit(), Fault::status(429).retry_after(second))),
            Self::new(
                "session-lost",
                "INSERT: its session was lost since the last statement",
                Does::SelectThenInsert,
            )
            .fault(nth_2(submit(), Fault::LoseSession)),
            Self::new(
                "session-lost-with-state",
                "INSERT: its session was lost since a `USE`",
                Does::UseThenInsert,
            )
            .fault(nth_2(submit(), Fault::LoseSession)),
            Self::new("poll-502", "long query: one poll gets 502", Does::ReadSlow)
                .fault(nth_2(poll(), Fault::status(502))),
            Self::new(
                "poll-503",
                "long query: one poll gets 503 and `Retry-After: 1`",
                Does::ReadSlow,
            )
            .fault(nth_2(poll(), Fault::status(503).retry_after(second))),
            Self::new(
                "poll-reset",
                "long query: the connection is reset during a poll",
                Does::ReadSlow,
            )
            .fault(nth_2(poll(), Fault::Reset(before))),
            Self::new(
                "poll-stalls",
                "long query: one poll gets no response (response timeout of 3 s)",
                Does::ReadSlowWithTimeout,
            )
            .fault(nth_2(poll(), Fault::Stall(before))),
            Self::new(
                "token-expired-401",
                "long query: the token expires, reported with 401",
                Does::ReadSlow,
            )
            .fault(nth_2(poll(), Fault::ExpireToken)),
            Self::new(
                "token-expired-403",
                "long query: the token expires, reported with 403",
                Does::ReadSlow,
            )
            .fault(nth_2(poll(), Fault::ExpireToken))
            .set(|settings| {
                settings.quirks = Quirks { forbid_expired_tokens: true, ..Quirks::default() }
            }),
            Self::new(
                "canceled-elsewhere",
                "long query: canceled by another connection",
                Does::ReadSlowCanceledElsewhere,
            ),
            Self::new("fetch-502", "reading pages: one fetch gets 502", Does::ReadBig)
                .inline()
                .fault(nth_2(fetch(), Fault::status(502))),
            Self::new(
                "fetch-lost",
                "reading pages: the response to a fetch is lost, the connection is reset",
                Does::ReadBig,
            )
            .inline()
            .fault(nth_2(fetch(), Fault::Reset(after))),
            Self::new(
                "fetch-truncated",
                "reading pages: the response to a fetch breaks off half-way",
                Does::ReadBig,
            )
            .inline()
            .fault(nth_2(fetch(), Fault::Truncate(0.5))),
            Self::new(
                "fetch-evicted",
                "reading pages: the server has dropped the operation",
                Does::ReadBig,
            )
            .inline()
            .fault(nth_2(fetch(), Fault::EvictOperation)),
            Self::new(
                "link-expired",
                "reading files: a link has expired before its download",
                Does::ReadBig,
            )
            .fault(nth_2(download(), Fault::ExpireLink)),
            Self::new(
                "slow-reader",
                "reading files: the reader pauses for longer than links live",
                Does::ReadBigWithPause,
            )
            .set(|settings| settings.link_lifetime = Duration::from_secs(3)),
            Self::new(
                "storage-503",
                "reading files: the store answers one download with 503",
                Does::ReadBig,
            )
            .fault(nth_2(download(), Fault::status(503))),
            Self::new(
                "file-truncated",
                "reading files: a download breaks off half-way",
                Does::ReadBig,
            )
            .fault(nth_2(download(), Fault::Truncate(0.5))),
            Self::new("file-corrupt", "reading files: a file has 64 flipped bits", Does::ReadBig)
                .fault(nth_2(download(), Fault::Corrupt(64))),
            Self::new(
                "picked-up-elsewhere",
                "pick up: a query that ended at once, read by another connection",
                Does::PickUpElsewhere,
            ),
            Self::new(
                "picked-up-direct-result",
                "pick up: the same, after a direct result",
                Does::PickUpDirectResult,
            ),
        ]
    }

    fn new(name: &'static str, title: &'static str, does: Does) -> Self {
        let settings = Settings {
            // Shorter than those of a warehouse, for several polls of a statement that takes
            // seconds.
            direct_result_window: Duration::from_secs(1),
            status_window: Duration::from_secs(1),
            link_threshold: 500_000,
            file_bytes: 200_000,
            ..Settings::default()
        };
        Self { name, title, does, settings, faults: FaultPlan::seeded(1) }
    }

    fn fault(mut self, rule: Rule) -> Self {
        self.faults = self.faults.rule(rule);
        self
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }

    /// Sends the rows in several pages, none behind links.
    fn inline(self) -> Self {
        self.set(|settings| {
            settings.link_threshold = u64::MAX;
            settings.batch_bytes = 200_000;
            settings.page_bytes = 1_000_000;
        })
    }

    /// Returns what a runner has to know.
    pub(crate) fn to_json(&self) -> Value {
        let (does, statement) = self.does.words();
        json!({ "name": self.name, "title": self.title, "does": does, "statement": statement })
    }
}
