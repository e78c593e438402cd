//! Whole scenarios from a seed: any warehouse, any faults and any behaviour of callers, with paused
//! time. The checks are the same for all: exact rows or a typed error, at most one run per submit,
//! no call past its deadline, nothing left open, no secret printed.
//!
//! `DBSQL_SIMULATION_SEEDS` sets the number of seeds, `DBSQL_SIMULATION_SEED` a single one.

mod conditions;
mod dice;
mod oracle;
mod story;

use std::time::Duration;

use dbsql::{Client, Config, ErrorKind, Runtime};
use dbsql_local::engine::scripted::ScriptedEngine;
use dbsql_local::{Service, Settings};
use dbsql_tests::SqlProtocol;
use futures_util::future::join_all;

use self::dice::Dice;
use self::oracle::Oracle;
use self::story::Story;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Runs the scenario of a seed and returns a log of its events.
async fn scenario(over: SqlProtocol, seed: u64) -> Vec<String> {
    let dice = Dice::seeded(seed);
    let conditions = conditions::conditions(over, &dice, seed);
    let keep_alive = dice.pick([None, Some(Duration::from_secs(60))]);
    // If the keep-alive of an idle operation is not reliable, no test relies on it.
    let kept_alive = keep_alive.is_some() && conditions.plan.rules().is_empty();
    let operation_idle = if kept_alive { 3 * HOUR } else { 48 * HOUR };
    let settings = Settings { operation_idle, ..conditions::settings(over, &dice) };
    let oracle = Oracle::new(over, seed);
    let stories: Vec<_> = (0..1 + dice.below(4))
        .map(|number| Story::new(over, seed, number, &conditions, &settings, &oracle))
        .collect();
    // A client with the automatic choice detects the protocol of the warehouse.
    let protocol = if settings.quirks.refuse_thrift { SqlProtocol::Auto } else { over };
    // Separate ones, so that their tasks are counted separately.
    let (there, here) = (Runtime::seeded(seed), Runtime::seeded(seed + 1));
    let engine = ScriptedEngine::new(there.clone());
    let service = Service::builder()
        .engine(stories.iter().fold(engine, |engine, story| story.scripted(engine)))
        .runtime(there)
        .settings(settings)
        .faults(conditions.plan.clone())
        .accept_token("canary-token")
        .build();
    let config = Config::new("local.example", "/sql/1.0/warehouses/local")
        .token("canary-token")
        .protocol(protocol)
        .inline_results(over == SqlProtocol::Sea && dice.chance(50))
        .fetch_bytes(64 << 10)
        .byte_budget(dice.pick([20_000, 60_000, 64 << 20]))
        .confirm_end(true)
        .submit_response_timeout(dice.pick([Duration::from_secs(30), Duration::from_secs(900)]))
        .keep_alive(keep_alive);
    let clients = [(); 2].map(|()| {
        let client = Client::builder(config.clone()).transport(service.transport());
        client.runtime(here.clone()).build().unwrap()
    });
    oracle.may_be_printed(&(&config, &clients));

    let stories = join_all(stories.into_iter().map(|story| story.play(&clients))).await;

    for client in clients {
        // Closing the client's own session may meet a scripted fault. Deferred work finishes here.
        if let Err(error) = client.shutdown(HOUR).await {
            assert_ne!(error.kind(), ErrorKind::Deadline, "{error}");
            oracle.may_be_printed(&error);
        }
    }
    // The response to a dropped submit is read for some more seconds.
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(here.live_tasks(), 0, "tasks are left");
    if conditions.honest && stories.iter().all(|story| !story.may_be_open) {
        assert_eq!(service.live_operations(), 0, "operations are left");
    }
    // An erroneous repeat would arrive by now.
    tokio::time::sleep(3 * HOUR).await;
    for story in &stories {
        story.check_runs(service.runs(&story.sql));
    }
    oracle.trace()
}

fn play(over: SqlProtocol, seed: u64) -> Vec<String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.unwrap().block_on(scenario(over, seed))
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")))
}

#[expect(clippy::print_stdout, reason = "one seed is played to be looked at")]
fn every_scenario(over: SqlProtocol) {
    if let Some(seed) = number("DBSQL_SIMULATION_SEED") {
        for line in play(over, seed) {
            println!("{line}");
        }
        return;
    }
    for seed in 0..number("DBSQL_SIMULATION_SEEDS").unwrap_or(300) {
        play(over, seed);
    }
}

#[test]
fn every_scenario_ends_with_exact_rows_or_a_typed_error() {
    every_scenario(SqlProtocol::Thrift);
}

#[test]
fn every_sea_scenario_ends_with_exact_rows_or_a_typed_error() {
    every_scenario(SqlProtocol::Sea);
}

#[test]
fn a_seed_gives_the_same_scenario_each_time() {
    for over in [SqlProtocol::Thrift, SqlProtocol::Sea] {
        for seed in 0..20 {
            assert_eq!(play(over, seed), play(over, seed), "{over:?}, seed {seed}");
        }
    }
}
