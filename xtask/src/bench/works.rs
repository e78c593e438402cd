//! The workloads.

use crate::bench::Protocol;
use crate::bench::clients::Client;

/// One table of the report.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) kind: Kind,
    /// The default number of rounds.
    pub(crate) rounds: usize,
    pub(crate) network: Network,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// This many files of 10 MB behind links.
    Links(usize),
    /// The rows of this many files inside of responses.
    Inline(usize),
    /// This many queries of one row.
    Small { queries: usize, answer: SmallAnswer },
    /// Rows as Thrift columns.
    Columns,
    /// Concurrent waits for this many executions.
    Waiting(usize),
    /// Rows as structs, without a server.
    Rows,
}

/// How the server responds to a small query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SmallAnswer {
    Made,
    /// From a cache.
    Kept,
    /// With the row inside, which a client has to request.
    Inline,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    Loopback,
    Tls,
    /// A time to the first byte, and a rate per connection.
    Slow,
}

/// 100 ms to the first byte.
pub(crate) const FIRST_BYTE_MS: u64 = 100;
/// 20 MB/s.
pub(crate) const RATE_MB: u64 = 20;
/// The connections of the floor on a slow network: the download limit of this project's client.
const SLOW_CONNECTIONS: usize = 16;

pub(crate) const WORKS: &[Work] = &[
    Work {
        name: "small",
        about: "500 queries of one row",
        kind: Kind::Small { queries: 500, answer: SmallAnswer::Made },
        rounds: 7,
        network: Network::Loopback,
    },
    Work {
        name: "small-kept",
        about: "the same, and the server answers at once, from memory",
        kind: Kind::Small { queries: 500, answer: SmallAnswer::Kept },
        rounds: 7,
        network: Network::Loopback,
    },
    Work {
        name: "small-inline",
        about: "the same, and the row comes inside of the response (hybrid disposition)",
        kind: Kind::Small { queries: 500, answer: SmallAnswer::Inline },
        rounds: 7,
        network: Network::Loopback,
    },
    Work {
        name: "links-20",
        about: "20 MB in 2 LZ4 files behind links",
        kind: Kind::Links(2),
        rounds: 7,
        network: Network::Loopback,
    },
    Work {
        name: "links-200",
        about: "200 MB in 20 LZ4 files behind links",
        kind: Kind::Links(20),
        rounds: 7,
        network: Network::Loopback,
    },
    Work {
        name: "tls",
        about: "the same over TLS",
        kind: Kind::Links(20),
        rounds: 5,
        network: Network::Tls,
    },
    Work {
        name: "slow",
        about: "the same with 100 ms to the first byte and 20 MB/s a connection",
        kind: Kind::Links(20),
        rounds: 3,
        network: Network::Slow,
    },
    Work {
        name: "links-2000",
        about: "2 GB in 200 LZ4 files behind links",
        kind: Kind::Links(200),
        rounds: 3,
        network: Network::Loopback,
    },
    Work {
        name: "links-10000",
        about: "10 GB in 1,000 LZ4 files behind links: memory stays flat",
        kind: Kind::Links(1_000),
        rounds: 1,
        network: Network::Loopback,
    },
    Work {
        name: "inline-200",
        about: "200 MB of Arrow in the answers",
        kind: Kind::Inline(20),
        rounds: 5,
        network: Network::Loopback,
    },
    Work {
        name: "columns",
        about: "1,000,000 rows of nine types as columns of Thrift",
        kind: Kind::Columns,
        rounds: 5,
        network: Network::Loopback,
    },
    Work {
        name: "waiting-1000",
        about: "1,000 executions waited for at once",
        kind: Kind::Waiting(1_000),
        rounds: 1,
        network: Network::Loopback,
    },
    Work {
        name: "waiting-10000",
        about: "10,000 executions waited for at once",
        kind: Kind::Waiting(10_000),
        rounds: 1,
        network: Network::Loopback,
    },
    Work {
        name: "rows",
        about: "1,000,000 rows as structs, beside a loop over the arrays that makes the same",
        kind: Kind::Rows,
        rounds: 1,
        network: Network::Loopback,
    },
];

/// The scale of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    is_quick: bool,
}

impl Scale {
    pub(crate) const FULL: Self = Self { is_quick: false };
    /// The minimum to check that everything runs.
    pub(crate) const QUICK: Self = Self { is_quick: true };

    pub(crate) fn is_quick(self) -> bool {
        self.is_quick
    }
}

impl Work {
    /// The number of files.
    pub(crate) fn files(&self, scale: Scale) -> usize {
        match self.kind {
            Kind::Links(files) | Kind::Inline(files) if scale.is_quick => files.min(10),
            Kind::Links(files) | Kind::Inline(files) => files,
            Kind::Small { .. } | Kind::Columns | Kind::Waiting(_) | Kind::Rows => 0,
        }
    }

    pub(crate) fn sql(&self, scale: Scale) -> String {
        match self.kind {
            Kind::Links(_) => format!("SELECT links {}", self.files(scale)),
            Kind::Inline(_) => format!("SELECT inline {}", self.files(scale)),
            Kind::Small { .. } => "SELECT small".to_owned(),
            Kind::Columns => "SELECT columns".to_owned(),
            Kind::Waiting(_) | Kind::Rows => String::new(),
        }
    }

    /// The number of runs of the statement in one measurement.
    pub(crate) fn times(&self, scale: Scale) -> usize {
        match self.kind {
            Kind::Small { .. } if scale.is_quick => 10,
            Kind::Small { queries, .. } => queries,
            _ => 1,
        }
    }

    /// The connections of the floor.
    pub(crate) fn floor_connections(&self) -> usize {
        if self.network == Network::Slow { SLOW_CONNECTIONS } else { 1 }
    }

    pub(crate) fn server_flags(&self, scale: Scale) -> Vec<String> {
        let mut flags = match scale.is_quick {
            true => vec!["--files", "2", "--file-bytes", "500000", "--rows", "20000"],
            false => vec![],
        };
        if matches!(self.kind, Kind::Small { answer: SmallAnswer::Kept, .. }) {
            flags.push("--keep-small");
        }
        if self.network == Network::Tls {
            flags.push("--tls");
        }
        let mut flags: Vec<String> = flags.into_iter().map(str::to_owned).collect();
        if self.network == Network::Slow {
            flags.extend(["--first-byte".to_owned(), format!("{FIRST_BYTE_MS}ms")]);
            flags.extend(["--rate".to_owned(), format!("{RATE_MB}MB/s")]);
        }
        flags
    }

    /// Whether rows are requested inside of responses.
    pub(crate) fn is_inline(&self) -> bool {
        matches!(self.kind, Kind::Inline(_) | Kind::Small { answer: SmallAnswer::Inline, .. })
    }

    /// Returns why it is not measured over a protocol, if so.
    pub(crate) fn skip_reason_over(&self, protocol: Protocol) -> Option<&'static str> {
        match (protocol, self.kind) {
            (Protocol::Thrift, Kind::Small { answer: SmallAnswer::Inline, .. }) => {
                Some("rows of small results are inside of every response")
            }
            (Protocol::Sea, Kind::Columns) => Some("it has no columns"),
            (Protocol::Sea, Kind::Small { answer: SmallAnswer::Kept, .. }) => {
                Some("each of its statements has links of its own, which cannot be kept")
            }
            (Protocol::Sea, Kind::Rows) => Some("it begins with batches, which are the same"),
            (Protocol::Sea, Kind::Waiting(_)) => {
                Some("polling is the engine's, and the same for both protocols")
            }
            _ => None,
        }
    }

    /// Returns why a client is not measured with it, if so.
    pub(crate) fn skip_reason(&self, client: &Client) -> Option<&'static str> {
        match (self.kind, client) {
            (Kind::Inline(_) | Kind::Columns, Client::Floor) => {
                Some("not measured: there is no bare loop for it")
            }
            (Kind::Links(1_000), Client::Python { .. } | Client::Node { .. }) => {
                Some("not measured: this is about memory over ten times the rows")
            }
            (Kind::Links(200), Client::Node { .. }) => {
                Some("not measured: it would take minutes a round")
            }
            (Kind::Columns, Client::Python { name: "kernel", .. }) => {
                Some("not applicable: it speaks the Statement Execution API, which has no columns")
            }
            (
                Kind::Inline(_) | Kind::Small { answer: SmallAnswer::Inline, .. },
                Client::Python { name: "connector-sea" | "arrowbricks-sea", .. },
            ) => Some("not applicable: it asks for links alone"),
            _ => None,
        }
    }
}
