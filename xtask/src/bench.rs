//! `cargo xtask bench`: the cost of this project's client, compared with a bare loop and other
//! clients.
//!
//! Everything is built in release mode, but for `--quick`. The clients take turns within each round,
//! so that other load on the machine affects all of them; medians are reported with minimum and
//! maximum.

pub(crate) mod build;
mod clients;
mod figures;
mod peers;
mod protocol;
mod rows;
mod server;
mod table;
mod waiting;
mod works;

use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use xshell::{Shell, cmd};

use self::clients::{Client, Programs};
use self::figures::{Figures, Outcome};
pub(crate) use self::protocol::Protocol;
use self::server::Server;
use self::works::{Kind, Scale, WORKS, Work};
use crate::{flags, report, workspace};

/// If one run of another client takes more seconds than this, it is not repeated.
const SLOW_PEER: f64 = 10.0;

impl flags::Bench {
    pub(crate) fn run(self, sh: &Shell) -> anyhow::Result<()> {
        if self.work == ["build"] {
            return build::run(sh, self.rounds);
        }
        let scale = if self.quick { Scale::QUICK } else { Scale::FULL };
        let protocol = self.protocol.unwrap_or_default();
        let works = chosen(&self.work, protocol)?;
        let programs = build(sh, scale)?;
        let mut clients = vec![Client::Floor, Client::Ours];
        let mut absent = Vec::new();
        if self.peers {
            let (found, missing) = peers::ensure(sh, protocol);
            clients.extend(found);
            absent = missing;
        }
        let mut results = Vec::new();
        for work in works {
            report::problem(&format!("{}: {}", work.name, work.about));
            let rounds = self.rounds.unwrap_or(if self.quick { 1 } else { work.rounds });
            let result = match work.kind {
                Kind::Waiting(executions) => waiting::run(&programs, work, executions, scale)?,
                Kind::Rows => rows::run(&programs, work, scale)?,
                _ => {
                    let plan = Plan { work, protocol, scale, rounds: rounds.max(1) };
                    measure(&programs, &clients, &absent, plan)?
                }
            };
            if !self.json {
                report::say(&result.to_string());
            }
            results.push(result);
        }
        if self.json {
            let results: Vec<Value> = results.iter().map(table::Section::to_json).collect();
            report::say(&json!({ "works": results }).to_string());
        }
        let failures: Vec<String> = results.iter().flat_map(table::Section::failures).collect();
        if !failures.is_empty() {
            bail!("this project's clients failed: {}", failures.join("; "));
        }
        Ok(())
    }
}

/// Builds and runs `--quick`, without judging figures: for CI.
pub(crate) fn check(sh: &Shell) -> anyhow::Result<()> {
    for protocol in [Protocol::Thrift, Protocol::Sea] {
        let bench = flags::Bench {
            work: Vec::new(),
            protocol: Some(protocol),
            peers: false,
            json: false,
            quick: true,
            rounds: None,
        };
        bench.run(sh)?;
    }
    Ok(())
}

fn chosen(names: &[String], protocol: Protocol) -> anyhow::Result<Vec<&'static Work>> {
    let fit = |work: &&Work| work.skip_reason_over(protocol).is_none();
    if names.is_empty() {
        return Ok(WORKS.iter().filter(fit).collect());
    }
    let find = |name: &String| {
        WORKS.iter().find(|work| work.name == name).with_context(|| {
            let names: Vec<_> = WORKS.iter().map(|work| work.name).collect();
            format!("no work `{name}`; there are {}", names.join(", "))
        })
    };
    let works: Vec<&Work> = names.iter().map(find).collect::<anyhow::Result<_>>()?;
    for work in &works {
        if let Some(reason) = work.skip_reason_over(protocol) {
            bail!("`{}` is not measured over {protocol}: {reason}", work.name);
        }
    }
    Ok(works)
}

/// Tiny sizes are not for figures: they are run with what the tests have compiled.
fn build(sh: &Shell, scale: Scale) -> anyhow::Result<Programs> {
    if scale.is_quick() {
        return Ok(Programs { folder: workspace::programs(sh)? });
    }
    sh.change_dir(workspace::root());
    let bins =
        ["--bin", "bench-server", "--bin", "bench-client", "--bin", "bench-rows", "--bin", "fleet"];
    cmd!(sh, "cargo build --release --package dbsql-tests {bins...}").run()?;
    Ok(Programs { folder: workspace::target_dir(sh)?.join("release") })
}

/// How one work is measured.
#[derive(Clone, Copy, Debug)]
struct Plan {
    work: &'static Work,
    protocol: Protocol,
    scale: Scale,
    rounds: usize,
}

/// Runs all clients on one work, in rounds.
fn measure(
    programs: &Programs,
    clients: &[Client],
    absent: &[(String, String)],
    plan: Plan,
) -> anyhow::Result<table::Section> {
    let Plan { work, scale, rounds, .. } = plan;
    let server = Server::start(&programs.bench_server(), &work.server_flags(scale))?;
    let expected = server.expected(&work.sql(scale))?;
    let mut all: Vec<(Client, Result<Figures, String>)> = Vec::new();
    let mut skipped = absent.to_vec();
    for client in clients {
        match work.skip_reason(client) {
            Some(reason) => skipped.push((client.name().to_owned(), reason.to_owned())),
            None => all.push((client.clone(), Ok(Figures::default()))),
        }
    }
    let run = |client: &Client, times: usize| -> anyhow::Result<Outcome> {
        let before = server.counters()?;
        let outcome = clients::run(programs, &server, client, plan, times)?;
        Ok(outcome.with_counters(&before, &server.counters()?))
    };
    // Connecting, the first small query and closing need requests: they are counted once and
    // subtracted.
    for (client, figures) in &mut all {
        match run(client, 0) {
            Ok(baseline) => *figures = Ok(Figures::after(&baseline)),
            Err(error) => *figures = Err(format!("{error:#}")),
        }
    }
    if work.kind == Kind::Columns {
        // The server encodes them on first use.
        run(&Client::Ours, 1)?;
    }
    for _ in 0..rounds {
        for (client, figures) in &mut all {
            let Ok(so_far) = figures else { continue };
            if client.is_peer() && so_far.wall().is_some_and(|wall| wall.most > SLOW_PEER) {
                continue;
            }
            let outcome = run(client, work.times(scale)).and_then(|outcome| {
                outcome.check(expected, work.times(scale))?;
                Ok(outcome)
            });
            match outcome {
                Ok(outcome) => so_far.add(outcome),
                Err(error) => *figures = Err(format!("{error:#}")),
            }
        }
    }
    Ok(table::Section::new(plan, &server, expected, all, skipped))
}

/// A path as an argument.
fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().with_context(|| format!("{} is not UTF-8", path.display()))
}
