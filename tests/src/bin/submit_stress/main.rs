//! Stress test for submits: are the reported outcomes true?
//!
//! Many tasks submit statements with deadlines of about one round trip, or drop the submit at a
//! random moment, against a raw server that records what really ran. Each race between sending and
//! giving up is run thousands of times per second on real sockets with several threads. Wrong
//! outcomes:
//!
//! * an error that says that the statement did not run, of a statement that ran;
//! * a dropped submit with `cancel_on_drop` whose statement ran and was not canceled within the grace
//!   time;
//! * success of a statement that did not run, ran twice, or was canceled without a request;
//! * any statement that ran twice;
//! * a submit that hangs past its deadline.
//!
//! `cargo run --release -p dbsql-tests --bin submit-stress -- --protocol h2 --submits 100000` prints the
//! count of each outcome, and exits with 1 if any outcome was wrong. `--help` lists the flags.

#![expect(clippy::print_stdout, reason = "the report goes to standard output")]

mod flags;
mod ledger;
mod report;
mod submitter;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dbsql::{Client, Connection};
use dbsql_tests::raw_server::{Gauges, RawServer};

use self::flags::SubmitStress;
use self::ledger::Ledger;
use self::report::Report;
use self::submitter::{Outcome, Submitter};

/// Threads of the client's runtime: the races need several.
const CLIENT_THREADS: usize = 4;
/// Threads of the server's runtime.
const SERVER_THREADS: usize = 2;
/// How long a statement of a dropped submit may take to be canceled.
const GRACE: Duration = Duration::from_secs(15);
/// How long the server must be idle before outcomes are judged.
const QUIET: Duration = Duration::from_secs(2);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let flags = SubmitStress::from_env_or_exit();
    let submits = flags.submits.unwrap_or(50_000);
    let ledger = Arc::new(Ledger::new(submits, flags.seed.unwrap_or(1)));
    let server = RawServer::start(flags.protocol, SERVER_THREADS, Arc::clone(&ledger))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(CLIENT_THREADS)
        .enable_all()
        .build()?;
    let report = runtime.block_on(run(&flags, submits, &server, &ledger))?;
    if flags.json {
        println!("{}", report.to_json());
    } else {
        print!("{report}");
    }
    Ok(if report.wrong() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn run(
    flags: &SubmitStress,
    submits: u64,
    server: &RawServer,
    ledger: &Arc<Ledger>,
) -> Result<Report, Box<dyn Error>> {
    let (seed, tasks) = (flags.seed.unwrap_or(1), flags.tasks.unwrap_or(64).max(1));
    let mut clients = Vec::new();
    for _ in 0..flags.clients.unwrap_or(4).max(1) {
        let client = Client::new(server.config())?;
        let connection = client.connect().await?;
        clients.push((client, connection));
    }
    let connections: Vec<Connection> = clients.iter().map(|(_, open)| open.clone()).collect();
    let submitter = Arc::new(Submitter::new(connections, submits));

    let started = Instant::now();
    let workers: Vec<_> =
        (0..tasks).map(|task| tokio::spawn(Arc::clone(&submitter).work(seed, task))).collect();
    let mut outcomes: Vec<(u64, Outcome)> = Vec::new();
    for worker in workers {
        outcomes.extend(worker.await?);
    }
    let took = started.elapsed();

    settle(ledger, server.gauges(), &outcomes).await;
    for (client, _) in &clients {
        // Whatever remains is a wrong outcome.
        let _ = client.shutdown(Duration::from_secs(1)).await;
    }
    Ok(Report::new(flags.protocol, seed, took, &outcomes, ledger, server.gauges()))
}

/// Waits until the server is idle and every statement of a dropped submit is canceled, at most for
/// the grace time.
async fn settle(ledger: &Ledger, gauges: &Gauges, outcomes: &[(u64, Outcome)]) {
    let end = Instant::now() + GRACE;
    let mut before = (usize::MAX, Instant::now());
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let requests = gauges.requests.total();
        if requests != before.0 || gauges.requests.now() > 0 {
            before = (requests, Instant::now());
        }
        let is_quiet = before.1.elapsed() >= QUIET;
        let is_canceled = |id: u64| !ledger.ran(id) || ledger.is_canceled(id);
        let mut dropped = outcomes.iter().filter(|(_, outcome)| *outcome == Outcome::Dropped);
        if (is_quiet && dropped.all(|(id, _)| is_canceled(*id))) || Instant::now() >= end {
            return;
        }
    }
}
