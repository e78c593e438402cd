//! The report: one Markdown table per workload.

use std::fmt;

use serde_json::{Value, json};

use crate::bench::clients::Client;
use crate::bench::figures::{Figures, Spread};
use crate::bench::rows;
use crate::bench::server::Server;
use crate::bench::works::{FIRST_BYTE_MS, Kind, Network, RATE_MB, Work};
use crate::bench::{Plan, Protocol};

/// The measurements of one workload.
pub(crate) struct Section {
    name: &'static str,
    about: &'static str,
    kind: Kind,
    network: Network,
    protocol: Protocol,
    /// The size of the files as they are sent, and before compression.
    bytes: (u64, u64),
    rows: u64,
    times: usize,
    clients: Vec<(Client, Result<Figures, String>)>,
    /// Clients that were not measured, and why.
    skipped: Vec<(String, String)>,
    /// The measurements of `fleet`, and those of bare connections or why there are none.
    waiting: Option<(Value, Result<Value, String>)>,
    /// The measurements of `bench-rows`.
    as_structs: Option<Value>,
}

const MB: f64 = 1e6;

impl Section {
    pub(crate) fn new(
        plan: Plan,
        server: &Server,
        (rows, _): (u64, i64),
        clients: Vec<(Client, Result<Figures, String>)>,
        skipped: Vec<(String, String)>,
    ) -> Self {
        let Plan { work, protocol, scale, .. } = plan;
        Self {
            name: work.name,
            about: work.about,
            kind: work.kind,
            network: work.network,
            protocol,
            bytes: server.bytes_of(work.files(scale)),
            rows,
            times: work.times(scale),
            clients,
            skipped,
            waiting: None,
            as_structs: None,
        }
    }

    /// The section of rows as structs, measured by `bench-rows`.
    pub(crate) fn rows(work: &Work, measured: Value) -> Self {
        Self { as_structs: Some(measured), ..Self::by_program(work) }
    }

    /// The section of waiting executions, measured by `fleet`.
    pub(crate) fn waiting(work: &Work, measured: Value, bare: Result<Value, String>) -> Self {
        Self { waiting: Some((measured, bare)), ..Self::by_program(work) }
    }

    /// The empty section of a workload that one program measures.
    fn by_program(work: &Work) -> Self {
        Self {
            name: work.name,
            about: work.about,
            kind: work.kind,
            network: work.network,
            protocol: Protocol::Thrift,
            bytes: (0, 0),
            rows: 0,
            times: 1,
            clients: Vec::new(),
            skipped: Vec::new(),
            waiting: None,
            as_structs: None,
        }
    }

    /// Returns the failures of this project's own programs.
    pub(crate) fn failures(&self) -> Vec<String> {
        let ours = self.clients.iter().filter(|(client, _)| !client.is_peer());
        ours.filter_map(|(client, figures)| {
            let error = figures.as_ref().err()?;
            Some(format!("{}, {}: {error}", self.name, client.name()))
        })
        .collect()
    }

    fn median(
        &self,
        wanted: impl Fn(&Client) -> bool,
        figure: impl Fn(&Figures) -> Option<Spread>,
    ) -> Option<f64> {
        let figures = self.clients.iter().filter(|(client, _)| wanted(client));
        let medians = figures.filter_map(|(_, figures)| figure(figures.as_ref().ok()?));
        medians.map(|spread| spread.median).min_by(f64::total_cmp)
    }

    fn floor(&self, figure: impl Fn(&Figures) -> Option<Spread>) -> Option<f64> {
        self.median(|client| matches!(client, Client::Floor), figure)
    }

    fn best_peer(&self, figure: impl Fn(&Figures) -> Option<Spread>) -> Option<f64> {
        self.median(Client::is_peer, figure)
    }

    /// Returns the seconds that this many connections need at their full rate.
    fn ideal(&self, connections: f64) -> f64 {
        let seconds = self.bytes.0 as f64 / (connections.max(1.0) * RATE_MB as f64 * MB);
        seconds + FIRST_BYTE_MS as f64 / 1e3
    }

    /// Returns the columns that only this workload has: heading and cell.
    fn special(&self, figures: &Figures) -> Vec<(&'static str, String)> {
        let wall = figures.wall().map(|wall| wall.median);
        match (self.kind, self.network) {
            (_, Network::Slow) => {
                let connections = figures.file_connections().map_or(1.0, |all| all.median);
                let ideal = self.ideal(connections);
                vec![("ideal s", format!("{ideal:.2}")), ("wall / ideal", ratio(wall, Some(ideal)))]
            }
            (Kind::Small { .. }, _) => {
                let p50 = figures.p50_ms().map(|p50| p50.median);
                let per_query = figures.cpu().map(|cpu| cpu.median * 1e3 / self.times as f64);
                vec![
                    ("p50 ms", cell(figures.p50_ms(), 3)),
                    ("p50 / floor", ratio(p50, self.floor(Figures::p50_ms))),
                    ("p50 / best peer", ratio(p50, self.best_peer(Figures::p50_ms))),
                    ("CPU ms a query", per_query.map_or_else(none, |ms| format!("{ms:.3}"))),
                ]
            }
            (Kind::Columns, _) => {
                let rate = figures.bytes().zip(figures.cpu());
                let rate = rate.map(|(bytes, cpu)| bytes.median / cpu.median / 1e9);
                vec![("GB of wire a CPU s", rate.map_or_else(none, |rate| format!("{rate:.2}")))]
            }
            _ => Vec::new(),
        }
    }

    /// Head and cell of each column.
    fn cells(&self, figures: &Figures) -> Vec<(&'static str, String)> {
        let (wall, cpu) = (figures.wall(), figures.cpu());
        let median = |spread: Option<Spread>| spread.map(|spread| spread.median);
        let mut cells = vec![
            ("wall s", cell(wall, 3)),
            ("CPU s", cell(cpu, 3)),
            ("CPU / floor", ratio(median(cpu), self.floor(Figures::cpu))),
            ("CPU / best peer", ratio(median(cpu), self.best_peer(Figures::cpu))),
            ("wall / best peer", ratio(median(wall), self.best_peer(Figures::wall))),
        ];
        cells.extend(self.special(figures));
        let megabytes = figures.memory().map(|Spread { least, median, most }| Spread {
            least: least / MB,
            median: median / MB,
            most: most / MB,
        });
        cells.extend([
            ("memory over idle MB", cell(megabytes, 0)),
            ("requests", cell(figures.requests(), 0)),
            ("connections", cell(figures.connections(), 0)),
            ("server CPU s", cell(figures.server_cpu(), 3)),
        ]);
        cells
    }

    pub(crate) fn to_json(&self) -> Value {
        let clients = self.clients.iter().map(|(client, figures)| match figures {
            Ok(figures) => json!({ "client": client.name(), "figures": figures.to_json() }),
            Err(error) => json!({ "client": client.name(), "failed": error }),
        });
        let skipped = self.skipped.iter();
        let skipped = skipped.map(|(client, why)| json!({ "client": client, "skipped": why }));
        json!({
            "work": self.name,
            "protocol": self.protocol.name(),
            "about": self.about,
            "rows": self.rows,
            "wire_bytes": self.bytes.0,
            "plain_bytes": self.bytes.1,
            "statements": self.times,
            "clients": clients.chain(skipped).collect::<Vec<_>>(),
            "waiting": self.waiting.as_ref().map(|(measured, _)| measured),
            "as_structs": self.as_structs,
            "bare_connections": self.waiting.as_ref().map(|(_, bare)| match bare {
                Ok(bare) => bare.clone(),
                Err(error) => json!({ "failed": error }),
            }),
        })
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.protocol {
            Protocol::Thrift => writeln!(f, "### {}: {}\n", self.name, self.about)?,
            Protocol::Sea => writeln!(f, "### {} over SEA: {}\n", self.name, self.about)?,
        }
        if let Some((measured, bare)) = &self.waiting {
            return waiting(f, measured, bare);
        }
        if let Some(measured) = &self.as_structs {
            return rows::table(f, measured);
        }
        let (wire, plain) = (self.bytes.0 as f64 / MB, self.bytes.1 as f64 / MB);
        if plain > 0.0 {
            writeln!(f, "{plain:.1} MB of Arrow, {wire:.1} MB on the wire, {} rows\n", self.rows)?;
        }
        let heads = self.cells(&Figures::default());
        let heads: Vec<&str> = heads.iter().map(|(head, _)| *head).collect();
        writeln!(f, "| client | {} |", heads.join(" | "))?;
        writeln!(f, "|---|{}", "---|".repeat(heads.len()))?;
        let rounds =
            self.clients.iter().map(|(_, figures)| figures.as_ref().map_or(0, Figures::rounds));
        let most = rounds.max().unwrap_or_default();
        for (client, figures) in &self.clients {
            let (cells, rounds): (Vec<String>, usize) = match figures {
                Ok(figures) => {
                    let cells = self.cells(figures).into_iter().map(|(_, cell)| cell);
                    (cells.collect(), figures.rounds())
                }
                Err(error) => (not_measured(&format!("failed: {error}"), heads.len()), most),
            };
            let note =
                if rounds < most { format!(" ({rounds} of {most} rounds)") } else { String::new() };
            writeln!(f, "| {}{note} | {} |", client.name(), cells.join(" | "))?;
        }
        for (client, reason) in &self.skipped {
            let cells = not_measured(reason, heads.len());
            writeln!(f, "| {client} | {} |", cells.join(" | "))?;
        }
        Ok(())
    }
}

/// Writes the measurements of `fleet`.
fn waiting(
    f: &mut fmt::Formatter<'_>,
    measured: &Value,
    bare: &Result<Value, String>,
) -> fmt::Result {
    let number = |value: &Value, digits: usize| {
        value.as_f64().map_or_else(none, |number| format!("{number:.digits$}"))
    };
    let lags = &measured["lag_seconds"];
    let cells = [
        ("executions", number(&measured["executions"], 0)),
        ("KiB each", number(&measured["kib_per_execution_with_connections"], 1)),
        ("lag p50 s", number(&lags["p50"], 3)),
        ("lag p99 s", number(&lags["p99"], 3)),
        ("lag most s", number(&lags["max"], 3)),
        ("allowed by the caps s", number(&measured["bound_seconds"], 3)),
        ("connections", number(&measured["connections_peak"], 0)),
        ("polls a second", number(&measured["polls_per_second_waiting"], 0)),
        ("descriptors", number(&measured["descriptors"]["waiting"], 0)),
        ("CPU s", number(&measured["cpu_seconds_waiting"], 3)),
    ];
    let row = |client: &str, cells: &[&str]| format!("| {client} | {} |", cells.join(" | "));
    writeln!(f, "{}", row("client", &cells.each_ref().map(|(head, _)| *head)))?;
    writeln!(f, "|---|{}", "---|".repeat(cells.len()))?;
    writeln!(f, "{}", row("dbsql", &cells.each_ref().map(|(_, cell)| cell.as_str())))?;
    let bare = match bare {
        Ok(bare) => {
            let each = number(&bare["kib_per_execution"], 1);
            let (executions, cpu) =
                (number(&bare["executions"], 0), number(&bare["cpu_seconds"], 3));
            let descriptors = number(&bare["descriptors"], 0);
            let mut cells = vec![none(); cells.len()];
            cells[0].clone_from(&executions);
            cells[1] = each;
            cells[6] = executions;
            cells[8] = descriptors;
            cells[9] = cpu;
            cells
        }
        Err(error) => not_measured(&format!("failed: {error}"), cells.len()),
    };
    let bare: Vec<&str> = bare.iter().map(String::as_str).collect();
    writeln!(f, "{}", row("bare connections, one held poll on each", &bare))
}

fn not_measured(reason: &str, columns: usize) -> Vec<String> {
    // A `|` would end the cell.
    let mut cells = vec![reason.replace('|', "/").replace('\n', " ")];
    cells.resize(columns, String::new());
    cells
}

/// Formats the median with minimum and maximum.
fn cell(spread: Option<Spread>, digits: usize) -> String {
    spread.map_or_else(none, |Spread { least, median, most }| {
        let [least, median, most] =
            [least, median, most].map(|number| format!("{number:.digits$}"));
        match least == most {
            true => median,
            false => format!("{median} ({least}..{most})"),
        }
    })
}

fn ratio(figure: Option<f64>, to: Option<f64>) -> String {
    let ratio = figure.zip(to).filter(|(_, to)| *to > 0.0).map(|(figure, to)| figure / to);
    ratio.map_or_else(none, |ratio| format!("{ratio:.2}"))
}

fn none() -> String {
    "-".to_owned()
}
