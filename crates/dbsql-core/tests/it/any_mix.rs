//! Property test: any mix of pages, files, encodings, faults and readers gives exactly the rows
//! that were sent, in order, or one error.
//!
//! The cases are generated from a seed. `DBSQL_SEED` sets another seed, `DBSQL_CASES` the number of
//! cases of each kind. A failing case is shrunk and printed with its seed.

mod body;
mod case;
mod checksums;
mod encode;
mod world;

use std::time::Duration;

use dbsql_core::{Client, Error, ErrorKind, RetryAdvice, Runtime};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use self::case::{Access, Act, Case, FileFault, case};
use self::world::World;
use crate::support::{OVERSHOOT, config, millis, poll_then_drop, seconds};

/// Longer than any case.
const TIME_LIMIT: Duration = Duration::from_secs(6 * 60 * 60);

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn holds(access: Access, cases: u32, stream: u64) {
    let seed = number("DBSQL_SEED", 9).wrapping_mul(31).wrapping_add(stream);
    let cases = u32::try_from(number("DBSQL_CASES", u64::from(cases))).unwrap();
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, rng);
    match runner.run(&case(access), |case| run(&case).map_err(TestCaseError::fail)) {
        Ok(()) => {}
        Err(TestError::Fail(why, case)) => panic!("seed {seed}: {why}\nin {case:#?}"),
        Err(error) => panic!("seed {seed}: {error}"),
    }
}

#[test]
fn rows_read_by_their_numbers_are_exact_or_an_error() {
    holds(Access::ByRow, 800, 1);
}

#[test]
fn rows_read_by_number_are_exact_or_an_error_in_other_cases() {
    holds(Access::ByRow, 800, 2);
}

#[test]
fn rows_at_a_cursor_are_exact_or_an_error() {
    holds(Access::ByCursor, 500, 3);
}

#[test]
fn rows_behind_a_direct_result_are_exact_or_an_error() {
    holds(Access::Attached { closed: false }, 300, 4);
}

#[test]
fn rows_of_a_closed_direct_result_are_exact_or_an_error() {
    holds(Access::Attached { closed: true }, 300, 5);
}

fn run(case: &Case) -> Result<(), String> {
    let mut tokio = tokio::runtime::Builder::new_current_thread();
    let tokio = tokio.enable_all().start_paused(true).build().unwrap();
    tokio.block_on(reads(case))
}

async fn reads(case: &Case) -> Result<(), String> {
    let runtime = Runtime::seeded(7);
    let world = World::new(case, &runtime);
    let settings = config()
        .byte_budget(case.budget)
        .max_downloads(case.max_downloads)
        .confirm_end(case.confirm_end);
    let builder = Client::builder(settings).transport(world.clone()).runtime(runtime.clone());
    let client = builder.build().unwrap();
    let connection = client.connect().await.unwrap();
    let submit = connection.execute_async("SELECT 1");
    let query = match case.access {
        Access::Attached { .. } => submit.allow_direct_result().await,
        _ => submit.await,
    };
    let query = query.map_err(|error| format!("not submitted: {error}"))?;
    query.wait().await.map_err(|error| format!("not finished: {error}"))?;
    let outcome = tokio::time::timeout(TIME_LIMIT, read_all(case, &world, &query)).await;
    outcome.map_err(|_| "it hangs".to_owned())??;

    let requests = world.requests();
    drop((query, connection, client));
    tokio::time::sleep(seconds(300)).await;
    if world.requests() != requests {
        return Err(format!("{} requests after the end", world.requests() - requests));
    }
    match runtime.live_tasks() {
        0 => Ok(()),
        tasks => Err(format!("{tasks} tasks are left")),
    }
}

/// Reads to the end, or to an error that may be final.
async fn read_all(
    case: &Case,
    world: &World,
    query: &dbsql_core::AsyncExecution,
) -> Result<(), String> {
    let first = case.first();
    let results = query.get_results_from(first as u64).await;
    let mut results = results.map_err(|error| format!("not opened: {error}"))?;
    let mut acts = case.acts.iter().copied();
    let (mut row, mut errors, mut wrong) = (first, 0, None);
    let max_errors = case.page_faults.len() + case.file_faults.len() + case.acts.len() + 2;
    loop {
        let mut until = None;
        match acts.next().unwrap_or(Act::Read) {
            Act::Read => {}
            Act::Pause(pause) => tokio::time::sleep(seconds(pause)).await,
            Act::Drop(polls) => {
                if let Some(next) = poll_then_drop(results.next(), polls).await {
                    match next {
                        Ok(Some(batch)) => {
                            match encode::check(&batch, row, case.text) {
                                Ok(_) => {}
                                Err(why) => wrong = wrong.or(Some(why)),
                            }
                            row += batch.num_rows();
                        }
                        Ok(None) => return ended(case, row, wrong),
                        Err(error) if is_final(&error) => return may_end(case, world, &error),
                        Err(_) => errors += 1,
                    }
                    continue;
                }
            }
            Act::Deadline(after) => until = Some(millis(after)),
        }
        let began = tokio::time::Instant::now();
        results = results.deadline(until.unwrap_or(TIME_LIMIT));
        let next = results.next().await;
        if let Some(until) = until
            && began.elapsed() > until + OVERSHOOT
        {
            return Err(format!("{:?} where the deadline was {until:?}", began.elapsed()));
        }
        match next {
            Ok(Some(batch)) => {
                if batch.num_rows() == 0 {
                    return Err("an empty batch".to_owned());
                }
                match encode::check(&batch, row, case.text) {
                    Ok(_) => {}
                    Err(why) => wrong = wrong.or(Some(why)),
                }
                row += batch.num_rows();
            }
            Ok(None) => return ended(case, row, wrong),
            Err(error) if is_final(&error) => return may_end(case, world, &error),
            Err(error) => {
                errors += 1;
                if errors > max_errors {
                    return Err(format!("{errors} errors, the last one at row {row}: {error}"));
                }
                if let RetryAdvice::RepeatCallAfter(wait) = error.retry() {
                    tokio::time::sleep(wait).await;
                }
            }
        }
        if results.position() != row as u64 {
            return Err(format!("position {} at row {row}", results.position()));
        }
    }
}

fn ended(case: &Case, row: usize, wrong: Option<String>) -> Result<(), String> {
    match wrong {
        Some(why) => Err(why),
        None if row != case.rows() => Err(format!("{row} rows of {}", case.rows())),
        None => Ok(()),
    }
}

fn is_final(error: &Error) -> bool {
    !matches!(error.retry(), RetryAdvice::RepeatCall | RetryAdvice::RepeatCallAfter(_))
}

/// Whether the case has a fault that can cause this error.
fn may_end(case: &Case, world: &World, error: &Error) -> Result<(), String> {
    let has = |wanted: fn(&FileFault) -> bool| case.file_faults.iter().any(wanted);
    let links_end = has(|fault| matches!(fault, FileFault::Reject)) || case.link_life < 1_000;
    let fine = match error.kind() {
        ErrorKind::ResultGone => {
            // Links are refreshed three times, and not at all where pages cannot be requested
            // again.
            let often = case.file_faults.len() > 3 && case.link_life < 100;
            // Without validators, a broken download is not resumed.
            let is_short = has(|fault| matches!(fault, FileFault::Short(_)));
            let is_unknown = !case.store.etags && (!case.store.lengths || is_short);
            links_end && !matches!(case.access, Access::ByRow)
                || often
                || is_unknown && has(|fault| !matches!(fault, FileFault::None))
                || has(|fault| matches!(fault, FileFault::Changes))
        }
        // Only the checksum of a whole frame detects this damage.
        ErrorKind::Decode | ErrorKind::Config | ErrorKind::Protocol => world.flips() > 0,
        _ => false,
    };
    if fine { Ok(()) } else { Err(format!("{error:?}")) }
}
