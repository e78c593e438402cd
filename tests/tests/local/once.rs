//! The submit-once rule against every fault that can be scripted: a statement runs at most once,
//! and the error says exactly whether its outcome is known.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use dbsql::auth::{AuthContext, Token};
use dbsql::{
    AuthError, BoxFuture, Client, Config, Error, ErrorKind, RetryAdvice, RetryPolicy, Runtime,
    Secret, TokenProvider,
};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::faults::{Fault, FaultPlan, Moment, RedirectTo, Rule, Target, Trigger};
use dbsql_local::{Service, Settings};
use dbsql_tests::{SqlProtocol, over_both};

use crate::support::names;

const INSERT: &str = "insert into t values (1)";
const MINUTE: Duration = Duration::from_secs(60);

/// The expected outcome of a fault.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    /// The statement runs, and the caller has its execution.
    Runs,
    /// The error says that it did not run, with this kind.
    NotRun(ErrorKind, RetryAdvice),
    /// The error says that the outcome is unknown. It really ran this many times.
    Unknown { runs: u64 },
}

use Outcome::{NotRun, Runs, Unknown};

const NOT_SENT: Outcome = NotRun(ErrorKind::Transport, RetryAdvice::SafeToResubmit);
const THROTTLED: Outcome = NotRun(ErrorKind::Throttled, RetryAdvice::SafeToResubmit);
const BAD_TOKEN: Outcome = NotRun(ErrorKind::Auth, RetryAdvice::SafeToResubmit);
const NO_SESSION: Outcome = NotRun(ErrorKind::SessionExpired, RetryAdvice::SafeToResubmit);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn throttled_for(time: Duration) -> Outcome {
    NotRun(ErrorKind::Throttled, RetryAdvice::RepeatCallAfter(time))
}

fn refused(kind: ErrorKind) -> Outcome {
    NotRun(kind, RetryAdvice::Never)
}

/// Each fault, and the outcomes when it occurs once, and when it always occurs.
fn faults() -> Vec<(Fault, Outcome, Outcome)> {
    let status = Fault::status;
    let both = |fault, outcome| (fault, outcome, outcome);
    let mut faults = vec![
        // The transport knows that nothing was sent.
        (Fault::Refuse, Runs, NOT_SENT),
        // Sent, without a complete response.
        both(Fault::Reset(Moment::Before), Unknown { runs: 0 }),
        both(Fault::Reset(Moment::After), Unknown { runs: 1 }),
        both(Fault::Stall(Moment::Before), Unknown { runs: 0 }),
        both(Fault::Stall(Moment::After), Unknown { runs: 1 }),
        both(Fault::Truncate(0.0), Unknown { runs: 1 }),
        both(Fault::Truncate(0.5), Unknown { runs: 1 }),
        both(Fault::Truncate(1.0), Unknown { runs: 1 }),
        // A late but complete response. A warehouse sends the response after it has started the
        // statement.
        both(Fault::Delay(seconds(800)), Runs),
        both(Fault::Slow { piece: 16, pause: Duration::from_millis(100) }, Runs),
        // Later than every timeout. In process, a request that was dropped is not executed.
        both(Fault::Delay(seconds(2_000)), Unknown { runs: 0 }),
        both(Fault::Slow { piece: 1, pause: seconds(600) }, Unknown { runs: 1 }),
        // Before admission, as the server says.
        (status(429), Runs, THROTTLED),
        (status(429).retry_after(seconds(5)), Runs, throttled_for(seconds(5))),
        both(status(429).retry_after(seconds(3_600)), throttled_for(seconds(3_600))),
        (status(503).retry_after(seconds(5)), Runs, throttled_for(seconds(5))),
        both(status(503).retry_after(seconds(3_600)), throttled_for(seconds(3_600))),
        (Fault::LoseSession, Runs, NO_SESSION),
        // A fixed token cannot be renewed.
        both(status(401), BAD_TOKEN),
        both(Fault::ExpireToken, BAD_TOKEN),
        // A definitive rejection.
        both(status(403), refused(ErrorKind::PermissionDenied)),
        both(status(404), refused(ErrorKind::Config)),
        both(status(405), refused(ErrorKind::Config)),
        both(status(400), NotRun(ErrorKind::Rejected, RetryAdvice::SafeToResubmit)),
        // The statement is accepted, and the fault appears later.
        both(Fault::WrongHandle, Runs),
        // This fault does not apply to a submit.
        both(Fault::EvictOperation, Runs),
        both(Fault::ExpireLink, Runs),
        both(Fault::Redirect { status: 307, to: RedirectTo::OtherHost }, Runs),
        both(Fault::WrongOffset(3), Runs),
    ];
    // A page without a marker of the server proves nothing, whatever its status.
    for code in [307, 400, 403, 404, 405, 409, 421] {
        faults.push(both(status(code).from_a_proxy(), Unknown { runs: 0 }));
        faults.push(both(status(code).from_a_proxy().accepted(), Unknown { runs: 1 }));
    }
    // Statuses of a gateway: it is unknown how far the request got, whatever the response asks for.
    for code in [408, 425, 500, 501, 502, 504, 599] {
        for status in [status(code), status(code).retry_after(seconds(5))] {
            faults.push(both(status.clone(), Unknown { runs: 0 }));
            faults.push(both(status.accepted(), Unknown { runs: 1 }));
        }
    }
    faults.push(both(status(503), Unknown { runs: 0 }));
    faults.push(both(status(503).accepted(), Unknown { runs: 1 }));
    faults
}

/// A way to submit a statement.
#[derive(Clone, Copy, Debug)]
struct Way {
    by_connection: bool,
    to_its_end: bool,
    cancel_on_drop: bool,
}

impl Way {
    fn all() -> impl Iterator<Item = Self> {
        (0..8).map(|n| Self {
            by_connection: n & 1 != 0,
            to_its_end: n & 2 != 0,
            cancel_on_drop: n & 4 != 0,
        })
    }

    async fn submit(self, client: &Client, sql: &str) -> Result<(), Error> {
        let connection = match self.by_connection {
            true => Some(client.connect().await?),
            false => None,
        };
        if self.to_its_end {
            let execute = match &connection {
                Some(connection) => connection.execute(sql),
                None => client.execute(sql),
            };
            let execute = if self.cancel_on_drop { execute.cancel_on_drop() } else { execute };
            execute.await.map(drop)
        } else {
            let submit = match &connection {
                Some(connection) => connection.execute_async(sql),
                None => client.execute_async(sql),
            };
            let submit = if self.cancel_on_drop { submit.cancel_on_drop() } else { submit };
            submit.await.map(drop)
        }
    }
}

fn engine(runtime: &Runtime) -> ScriptedEngine {
    let answer = || Answer::affected(1).after(Duration::from_millis(50));
    ScriptedEngine::new(runtime.clone()).on_any(move |_| Some(answer()))
}

fn config(over: SqlProtocol) -> Config {
    Config::new("local.example", "/sql/1.0/warehouses/local").token("right-0").protocol(over)
}

/// A warehouse with these faults on submits, and a client for it.
fn warehouse(
    over: SqlProtocol,
    fault: &Fault,
    trigger: Trigger,
    seed: u64,
    config: Config,
) -> (Service, Client) {
    let runtime = Runtime::seeded(seed);
    let rule = Rule::new(Target::method(names(over).submit), trigger, fault.clone());
    let service = Service::builder()
        .engine(engine(&runtime))
        .runtime(runtime.clone())
        .settings(Settings::default())
        .faults(FaultPlan::seeded(seed).rule(rule))
        .accept_token("right-0")
        .accept_token("right-1")
        .build();
    let client = Client::builder(config).transport(service.transport()).runtime(runtime);
    (service, client.build().unwrap())
}

#[track_caller]
fn check(case: &dyn fmt::Debug, outcome: &Result<(), Error>, runs: u64, expected: Outcome) {
    let really = match outcome {
        Ok(()) => Runs,
        Err(error) if error.kind() == ErrorKind::OutcomeUnknown => {
            assert_eq!(error.retry(), RetryAdvice::Unsafe, "{case:?}: {error}");
            Unknown { runs }
        }
        Err(error) => NotRun(error.kind(), error.retry()),
    };
    assert_eq!(really, expected, "{case:?}: {outcome:?}");
    let expected_runs = match expected {
        Runs => 1,
        NotRun(..) => 0,
        Unknown { runs } => runs,
    };
    assert_eq!(runs, expected_runs, "{case:?}: {outcome:?}");
}

async fn statement_runs_at_most_once_and_its_outcome_is_true(over: SqlProtocol) {
    for (fault, once, always) in faults() {
        for (trigger, expected) in [(Trigger::First(1), once), (Trigger::Always, always)] {
            for way in Way::all() {
                // Over the Statement Execution API a client needs no session that could be lost.
                let no_session = over == SqlProtocol::Sea && !way.by_connection;
                let expected = match fault {
                    Fault::LoseSession if no_session => Runs,
                    _ => expected,
                };
                let (service, client) = warehouse(over, &fault, trigger, 1, config(over));
                let outcome = way.submit(&client, INSERT).await;
                // Deferred work and erroneous repeats would arrive now.
                tokio::time::sleep(20 * MINUTE).await;
                check(&(&fault, trigger, way), &outcome, service.runs(INSERT), expected);
            }
        }
    }
}

async fn another_statement_of_the_same_client_is_not_touched_by_it(over: SqlProtocol) {
    for (fault, once, _) in faults() {
        // With this one every later request is rejected, too.
        if fault == Fault::ExpireToken {
            continue;
        }
        let (service, client) = warehouse(over, &fault, Trigger::Nth(2), 2, config(over));
        let connection = client.connect().await.unwrap();
        let before = connection.execute_async("select before").await.unwrap();
        before.wait().await.unwrap();
        let outcome = connection.execute_async(INSERT).await.map(drop);
        let after = connection.execute_async("select after").await;
        tokio::time::sleep(20 * MINUTE).await;
        check(&fault, &outcome, service.runs(INSERT), once);
        assert!(after.is_ok(), "{fault:?}: {after:?}");
        for sql in ["select before", "select after"] {
            assert_eq!(service.runs(sql), 1, "{fault:?}: {sql}");
        }
    }
}

/// `right-0`, then `right-1` after that was rejected, and so on.
#[derive(Clone, Debug, Default)]
struct Renewed(Arc<AtomicU32>);

impl TokenProvider for Renewed {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        let token = format!("right-{}", self.0.fetch_add(1, Ordering::Relaxed));
        Box::pin(async move { Token::bearer(&Secret::from(token)) })
    }
}

async fn a_token_is_renewed_once_and_the_statement_runs_once(over: SqlProtocol) {
    for fault in [Fault::status(401), Fault::ExpireToken] {
        for (trigger, expected) in [(Trigger::First(1), Runs), (Trigger::Always, BAD_TOKEN)] {
            for way in Way::all() {
                let renewed = config(over).credentials(Renewed::default());
                let (service, client) = warehouse(over, &fault, trigger, 3, renewed);
                let outcome = way.submit(&client, INSERT).await;
                tokio::time::sleep(20 * MINUTE).await;
                let case = (&fault, trigger, way);
                check(&case, &outcome, service.runs(INSERT), expected);
                assert_eq!(service.requests(names(over).submit), 2, "{case:?}");
            }
        }
    }
}

async fn retry_after_on_503_proves_nothing_when_switched_off(over: SqlProtocol) {
    for way in Way::all() {
        for (moment, runs) in [(Moment::Before, 0), (Moment::After, 1)] {
            let fault = match moment {
                Moment::Before => Fault::status(503).retry_after(seconds(5)),
                Moment::After => Fault::status(503).retry_after(seconds(5)).accepted(),
            };
            let config = config(over).retry(RetryPolicy::new().trust_retry_after(false));
            let (service, client) = warehouse(over, &fault, Trigger::First(1), 4, config);
            let outcome = way.submit(&client, INSERT).await;
            tokio::time::sleep(20 * MINUTE).await;
            check(&(&fault, way), &outcome, service.runs(INSERT), Unknown { runs });
            assert_eq!(service.requests(names(over).submit), 1, "{way:?}");
        }
    }
}

/// A server that accepted the statement and reports that it rejected it: the truth cannot be known.
/// A final rejection is at least never resent.
async fn a_refusal_that_is_a_lie_makes_no_second_run(over: SqlProtocol) {
    for status in [400, 401, 403, 404, 405] {
        for way in Way::all() {
            let fault = Fault::status(status).accepted();
            let (service, client) = warehouse(over, &fault, Trigger::First(1), 5, config(over));
            let outcome = way.submit(&client, INSERT).await;
            tokio::time::sleep(20 * MINUTE).await;
            let error = outcome.unwrap_err();
            assert_ne!(error.kind(), ErrorKind::OutcomeUnknown, "{status} {way:?}: {error}");
            assert_eq!(service.runs(INSERT), 1, "{status} {way:?}: {error}");
        }
    }
}

/// Thrift has no checksum, so flipped bits may change anything. They must cause neither a second
/// run nor the claim that nothing ran.
async fn flipped_bits_cause_no_second_run_and_no_false_outcome(over: SqlProtocol) {
    for seed in 0..400 {
        let flips = 1 + (seed % 3) as usize;
        for way in Way::all().take(4) {
            let (service, client) =
                warehouse(over, &Fault::Corrupt(flips), Trigger::First(1), seed, config(over));
            let outcome = way.submit(&client, INSERT).await;
            tokio::time::sleep(20 * MINUTE).await;
            assert_eq!(service.runs(INSERT), 1, "{seed} {way:?}: {outcome:?}");
            if let Err(error) = outcome {
                let is_final = matches!(error.retry(), RetryAdvice::Unsafe | RetryAdvice::Never);
                assert!(is_final, "{seed} {way:?}: {error:?}");
            }
        }
    }
}

async fn session_is_reopened_once_unless_it_has_state(over: SqlProtocol) {
    for way in Way::all().filter(|way| way.by_connection && !way.to_its_end) {
        let (service, client) =
            warehouse(over, &Fault::LoseSession, Trigger::Nth(2), 6, config(over));
        let connection = client.connect().await.unwrap();
        let _ = connection.execute_async("USE main").await.unwrap();
        let submit = connection.execute_async(INSERT);
        let submit = if way.cancel_on_drop { submit.cancel_on_drop() } else { submit };
        let outcome = submit.await.map(drop);
        check(&way, &outcome, service.runs(INSERT), NO_SESSION);
        assert_eq!(service.requests(names(over).open), 1, "{way:?}");
        assert_eq!(service.requests(names(over).submit), 2, "{way:?}");
    }
    let has_session = |way: &Way| way.by_connection || over == SqlProtocol::Thrift;
    for way in Way::all().filter(has_session) {
        let (service, client) =
            warehouse(over, &Fault::LoseSession, Trigger::Always, 6, config(over));
        let outcome = way.submit(&client, INSERT).await;
        check(&way, &outcome, service.runs(INSERT), NO_SESSION);
        assert_eq!(
            (service.requests(names(over).open), service.requests(names(over).submit)),
            (2, 2),
            "{way:?}"
        );
    }
}

async fn dropped_submit_runs_at_most_once_and_closes_if_asked(over: SqlProtocol) {
    for (fault, once, _) in faults() {
        for way in Way::all() {
            for after in [0, 1, 30, 70, 4_000, 100_000].map(Duration::from_millis) {
                let (service, client) = warehouse(over, &fault, Trigger::First(1), 7, config(over));
                let submit = way.submit(&client, INSERT);
                let dropped = tokio::time::timeout(after, submit).await.is_err();
                // The client's session cannot be closed with an expired token.
                if let Err(error) = client.shutdown(60 * MINUTE).await {
                    assert_eq!(error.kind(), ErrorKind::Auth, "{fault:?} {way:?}: {error}");
                    assert_eq!(fault, Fault::ExpireToken, "{way:?}: {error}");
                }
                tokio::time::sleep(20 * MINUTE).await;
                let case = (&fault, way, after);
                assert!(service.runs(INSERT) <= 1, "{case:?}");
                // The response, if there is one, has the handle with which it can be closed.
                let right_handle = once == Runs && fault != Fault::WrongHandle;
                if dropped && way.cancel_on_drop && right_handle {
                    assert_eq!(service.live_operations(), 0, "{case:?}");
                }
            }
        }
    }
}

over_both! {
    #[tokio::test(start_paused = true)]
    statement_runs_at_most_once_and_its_outcome_is_true,
    another_statement_of_the_same_client_is_not_touched_by_it,
    a_token_is_renewed_once_and_the_statement_runs_once,
    retry_after_on_503_proves_nothing_when_switched_off,
    a_refusal_that_is_a_lie_makes_no_second_run,
    flipped_bits_cause_no_second_run_and_no_false_outcome,
    session_is_reopened_once_unless_it_has_state,
    dropped_submit_runs_at_most_once_and_closes_if_asked,
}
