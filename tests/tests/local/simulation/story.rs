//! One statement in a scenario, from its submit to its close, by a caller with random behaviour.

use std::future::IntoFuture;
use std::time::Duration;

use dbsql::{
    AsyncExecution, Client, Connection, Error, ErrorKind, ExecutionHandle, ResultSet, RetryAdvice,
    Statement,
};
use dbsql_local::Settings;
use dbsql_local::engine::SqlError;
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_tests::SqlProtocol;
use futures_util::StreamExt;

use super::conditions::Conditions;
use super::dice::Dice;
use super::oracle::Oracle;
use crate::support::{ids, numbered};

/// How a statement ends if it is not canceled.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Rows(i64),
    Affected,
    Fails,
    Panics,
    Refused,
    Never,
}

/// The outcome of the submit.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Submitted {
    NotYet,
    Yes,
    No,
    Unknown,
}

#[derive(Debug)]
pub(super) struct Story<'a> {
    pub(super) sql: String,
    over: SqlProtocol,
    oracle: &'a Oracle,
    dice: Dice,
    honest: bool,
    evicts: bool,
    /// A result that is read late may have expired.
    expires: bool,
    /// Links may not work. Links of an operation that is closed cannot be requested again.
    loses_links: bool,
    shifts_rows: bool,
    close_may_fail: bool,
    /// Nothing prevents the deferred cancel of a dropped submit.
    calm: bool,
    end: End,
    takes: Duration,
    submitted: Submitted,
    /// This caller may have canceled it or released its result.
    stopped: bool,
    /// The operation may remain on the server.
    pub(super) may_be_open: bool,
}

impl<'a> Story<'a> {
    pub(super) fn new(
        over: SqlProtocol,
        seed: u64,
        number: u64,
        conditions: &Conditions,
        settings: &Settings,
        oracle: &'a Oracle,
    ) -> Self {
        let dice = Dice::seeded(seed.wrapping_mul(1_000).wrapping_add(number + 1));
        let (rows, verb) = (dice.pick([0, 1, 3, 700, 2_000]), dice.pick(["select", "insert"]));
        let end = match dice.below(20) {
            0..=10 => End::Rows(rows),
            11..=13 => End::Affected,
            14 | 15 => End::Fails,
            16 => End::Panics,
            17 => End::Refused,
            _ => End::Never,
        };
        Self {
            sql: format!("{verb} 'canary-sql' {seed} {number}"),
            over,
            oracle,
            honest: conditions.honest,
            evicts: conditions.evicts,
            expires: over == SqlProtocol::Sea && settings.sea.result_lifetime < 2 * super::HOUR,
            loses_links: conditions.loses_links
                || settings.quirks.close_with_links
                || settings.quirks.sea.close_early,
            shifts_rows: conditions.shifts_rows,
            close_may_fail: conditions.close_may_fail,
            calm: conditions.plan.rules().is_empty(),
            end,
            takes: dice.time(6),
            submitted: Submitted::NotYet,
            stopped: false,
            may_be_open: false,
            dice,
        }
    }

    /// Tells the engine how it should end.
    pub(super) fn scripted(&self, engine: ScriptedEngine) -> ScriptedEngine {
        let error = || SqlError::new("DIVIDE_BY_ZERO", "22012", "Division by zero.");
        let answer = match self.end {
            End::Rows(rows) => Answer::rows(vec![numbered(rows)]),
            End::Affected => Answer::affected(1),
            End::Fails => Answer::fail(error()),
            End::Panics => Answer::panic("as planned"),
            End::Refused => Answer::refuse(error()),
            End::Never => Answer::endless(),
        };
        let half = self.takes / 2;
        engine.on(&self.sql, answer.after(half).reporting(0.5, "half way").after(half))
    }

    /// Runs the scenario: submits with one client, continues with both.
    pub(super) async fn play(mut self, clients: &[Client; 2]) -> Self {
        tokio::time::sleep(self.dice.time(4)).await;
        let client = &clients[self.dice.below(2) as usize];
        let connection = match self.dice.chance(40) {
            false => None,
            true => {
                let deadline = self.deadline();
                let mut connect = client.connect();
                if let Some(deadline) = deadline {
                    connect = connect.deadline(deadline);
                }
                let call = self.oracle.call("connect", deadline, connect.into_future()).await;
                let Some(Ok(connection)) = call else { return self };
                self.oracle.may_be_printed(&connection);
                Some(connection)
            }
        };
        if self.dice.chance(30) {
            self.execute(client, connection.as_ref()).await;
        } else if let Some(query) = self.submit(client, connection.as_ref()).await {
            self.go_on(&query, clients).await;
        }
        if let Some(connection) = connection {
            let deadline = self.deadline();
            let mut close = connection.close();
            if let Some(deadline) = deadline {
                close = close.deadline(deadline);
            }
            // What was not closed keeps the session open, so this ends nothing else.
            self.oracle.call("close connection", deadline, close.into_future()).await;
        }
        self
    }

    fn statement(&self) -> Statement {
        let mut statement = Statement::new(&*self.sql);
        if self.dice.chance(30) {
            statement = statement.bind("p", "canary-value");
        }
        // Only Thrift has a timeout for a single statement.
        let may_limit = self.end == End::Never && self.over == SqlProtocol::Thrift;
        if may_limit && self.dice.chance(30) {
            statement = statement.timeout(Duration::from_secs(5));
        }
        self.oracle.may_be_printed(&statement);
        statement
    }

    /// Where a call could run forever, perhaps for another statement, there is always a deadline.
    fn deadline(&self) -> Option<Duration> {
        let endless = self.end == End::Never || !self.honest;
        (endless || self.dice.chance(40)).then(|| self.dice.time(6))
    }

    async fn submit(
        &mut self,
        client: &Client,
        connection: Option<&Connection>,
    ) -> Option<AsyncExecution> {
        let statement = self.statement();
        let mut submit = match connection {
            Some(connection) => connection.execute_async(statement),
            None => client.execute_async(statement),
        };
        let deadline = self.deadline();
        if let Some(deadline) = deadline {
            submit = submit.deadline(deadline);
        }
        if self.dice.chance(30) {
            submit = submit.allow_direct_result();
        }
        let cancel_on_drop = self.dice.chance(40);
        if cancel_on_drop {
            submit = submit.cancel_on_drop();
        }
        self.oracle.may_be_printed(&submit);
        self.submitted = Submitted::Unknown;
        match self.oracle.call("submit", deadline, submit.into_future()).await {
            // A deadline also ends the wait for the response, which has the handle for the cancel.
            None => self.may_be_open = !(cancel_on_drop && self.calm && deadline.is_none()),
            Some(Err(error)) => self.not_submitted(&error),
            Some(Ok(query)) => {
                self.submitted = Submitted::Yes;
                self.may_be_open = true;
                let is_execution = self.over == SqlProtocol::Sea || self.end != End::Refused;
                assert!(is_execution, "a statement that Thrift refuses has no execution");
                self.oracle.may_be_printed(&query);
                return Some(query);
            }
        }
        None
    }

    /// The advice of a submit error says whether the statement ran.
    fn not_submitted(&mut self, error: &Error) {
        if error.kind() == ErrorKind::OutcomeUnknown {
            assert_eq!(error.retry(), RetryAdvice::Unsafe, "{error:?}");
            self.may_be_open = true;
        } else {
            assert_ne!(error.retry(), RetryAdvice::RepeatCall, "{error:?}");
            assert_ne!(error.retry(), RetryAdvice::Unsafe, "{error:?}");
            self.submitted = Submitted::No;
        }
    }

    async fn execute(&mut self, client: &Client, connection: Option<&Connection>) {
        let statement = self.statement();
        let mut execute = match connection {
            Some(connection) => connection.execute(statement),
            None => client.execute(statement),
        };
        let deadline = self.deadline();
        if let Some(deadline) = deadline {
            execute = execute.deadline(deadline);
        }
        if self.dice.chance(40) {
            execute = execute.cancel_on_drop();
        }
        self.submitted = Submitted::Unknown;
        match self.oracle.call("execute", deadline, execute.into_future()).await {
            None => self.may_be_open = true,
            Some(Err(error)) => match error.retry() {
                RetryAdvice::SafeToResubmit | RetryAdvice::RepeatCallAfter(_) => {
                    self.submitted = Submitted::No;
                }
                RetryAdvice::RepeatCall => panic!("an execute cannot be repeated: {error:?}"),
                _ => {
                    self.may_be_open = true;
                    self.is_expected(&error, 0);
                }
            },
            Some(Ok(results)) => {
                self.submitted = Submitted::Yes;
                self.may_be_open = self.close_may_fail;
                self.read(results, 0).await;
            }
        }
    }

    async fn go_on(&mut self, query: &AsyncExecution, clients: &[Client; 2]) {
        let mut query = query.clone();
        for _ in 0..1 + self.dice.below(6) {
            match self.dice.below(20) {
                0 => tokio::time::sleep(self.dice.time(6)).await,
                1 | 2 => drop(self.on(&query, "sync_status", AsyncExecution::sync_status).await),
                3 | 4 => self.wait(&query).await,
                5 => self.watch(&query).await,
                6..=13 => self.results(&query).await,
                14 => {
                    self.stopped = true;
                    let canceled = self.on(&query, "cancel", AsyncExecution::cancel).await;
                    drop(canceled);
                }
                15 => self.close(&query).await,
                16 => {
                    // Two calls in parallel: both see the same.
                    let (one, other) = (query.clone(), query.clone());
                    let deadline = Duration::from_secs(100);
                    let wait = |query: AsyncExecution| query.wait().deadline(deadline);
                    tokio::join!(
                        self.oracle.call("wait", Some(deadline), wait(one).into_future()),
                        self.oracle.call("wait", Some(deadline), wait(other).into_future()),
                    );
                }
                _ => {
                    let client = &clients[self.dice.below(2) as usize];
                    if let Some(picked_up) = self.pick_up(&query, client).await {
                        query = picked_up;
                    }
                }
            }
        }
        if self.dice.chance(75) {
            self.close(&query).await;
        }
    }

    /// A call about an execution. Its error never says that the statement did not run.
    async fn on<T: Send + 'static>(
        &self,
        query: &AsyncExecution,
        name: &str,
        call: impl FnOnce(&AsyncExecution) -> dbsql::Call<T>,
    ) -> Option<Result<T, Error>> {
        let deadline = self.deadline();
        let mut call = call(query);
        if let Some(deadline) = deadline {
            call = call.deadline(deadline);
        }
        let ended = self.oracle.call(name, deadline, call.into_future()).await;
        if let Some(Err(error)) = &ended {
            assert_ne!(error.retry(), RetryAdvice::SafeToResubmit, "{name}: {error:?}");
            assert_ne!(error.kind(), ErrorKind::OutcomeUnknown, "{name}: {error:?}");
        }
        ended
    }

    async fn wait(&self, query: &AsyncExecution) {
        let deadline = self.deadline();
        let mut wait = query.wait();
        if let Some(deadline) = deadline {
            wait = wait.deadline(deadline);
        }
        let waited = self.oracle.call("wait", deadline, wait.into_future()).await;
        if let Some(Ok(status)) = waited {
            assert!(status.is_terminal(), "{status}");
            if self.honest && !self.stopped && !self.evicts && !self.expires {
                let finished = matches!(self.end, End::Rows(_) | End::Affected);
                assert_eq!(query.is_finished(), finished, "{:?} is {status}", self.end);
            }
        }
    }

    async fn watch(&self, query: &AsyncExecution) {
        let mut changes = query.status_changes();
        for _ in 0..self.dice.below(5) {
            let next = async { changes.next().await.transpose() };
            let Ok(change) = tokio::time::timeout(self.dice.time(6), next).await else { return };
            match self.oracle.call("change", None, std::future::ready(change)).await {
                Some(Ok(Some(change))) if change.status.is_terminal() => {
                    let next = changes.next().await;
                    assert!(next.is_none(), "{next:?} after {change:?}");
                }
                Some(Ok(Some(_))) => {}
                _ => return,
            }
        }
    }

    async fn close(&mut self, query: &AsyncExecution) {
        self.stopped = true;
        if let Some(Ok(())) = self.on(query, "close", AsyncExecution::close).await {
            self.may_be_open = false;
        }
    }

    async fn pick_up(&self, query: &AsyncExecution, client: &Client) -> Option<AsyncExecution> {
        let text = query.serialize().ok()?;
        if self.over == SqlProtocol::Thrift {
            self.oracle.keep_secret(text.split(':').nth(1).expect("a secret"));
        }
        let handle: ExecutionHandle = text.parse().expect("its own text");
        assert_eq!(handle.serialize(), text);
        let picked_up = self.on(query, "pick up", |_| client.get_async_execution(handle)).await?;
        let gone = self.stopped || self.evicts || !self.honest;
        match picked_up {
            Ok(query) => Some(query),
            Err(error) => {
                assert!(gone || error.kind() != ErrorKind::NotFound, "{error:?}");
                None
            }
        }
    }

    async fn results(&self, query: &AsyncExecution) {
        let from = if self.dice.chance(40) { self.dice.below(900) as i64 } else { 0 };
        let opened = self.on(query, "results", |query| match from {
            0 => query.get_results(),
            from => query.get_results_from(from as u64),
        });
        match opened.await {
            None => {}
            Some(Err(error)) => self.is_expected(&error, from),
            Some(Ok(results)) => self.read(results, from).await,
        }
    }

    /// Reads until the end, or until it has enough. Asserts that it sees the rows in order, each
    /// once.
    async fn read(&self, mut results: ResultSet, from: i64) {
        self.oracle.may_be_printed(&results);
        if self.honest {
            assert!(!matches!(self.end, End::Fails | End::Panics | End::Never), "{:?}", self.end);
        }
        let (mut row, mut failures) = (from, 0);
        loop {
            if self.dice.chance(8) {
                tokio::time::sleep(self.dice.time(7)).await;
            }
            if self.dice.chance(3) {
                return;
            }
            let deadline = self.dice.chance(20).then(|| self.dice.time(6));
            // Without another one, the last would remain.
            let until = deadline.unwrap_or(Duration::from_secs(1_000_000));
            results = results.deadline(until);
            match self.oracle.call("next", deadline, results.next()).await {
                None => {}
                Some(Ok(Some(batch))) => {
                    let rows = batch.num_rows() as i64;
                    if self.honest && matches!(self.end, End::Rows(_)) {
                        let expected: Vec<_> = (row..row + rows).collect();
                        assert_eq!(ids(&[batch]), expected, "rows from {row}");
                    }
                    row += rows;
                    assert_eq!(results.position(), row as u64);
                }
                Some(Ok(None)) => {
                    if let (true, End::Rows(all)) = (self.honest, self.end) {
                        assert!(row == all, "the result ended at row {row} of {all}");
                    }
                    return;
                }
                Some(Err(error)) => {
                    self.is_expected(&error, from);
                    failures += 1;
                    let again = matches!(
                        error.retry(),
                        RetryAdvice::RepeatCall | RetryAdvice::RepeatCallAfter(_)
                    );
                    if !again || failures > 3 {
                        return;
                    }
                }
            }
        }
    }

    /// Whether such an error is possible for the result of a submitted statement.
    fn is_expected(&self, error: &Error, from: i64) {
        use ErrorKind::{
            Canceled, Decode, Failed, InvalidInput, NotResumable, OutcomeUnknown, ResultGone,
            SessionExpired, TimedOut, Truncated,
        };
        if !self.honest || self.submitted != Submitted::Yes {
            return;
        }
        let possible = match error.kind() {
            Failed => matches!(self.end, End::Fails | End::Panics | End::Refused),
            TimedOut => self.end == End::Never,
            Canceled => self.stopped,
            ResultGone => {
                self.stopped || self.evicts || self.expires || self.loses_links || self.shifts_rows
            }
            InvalidInput => from > 0 || self.shifts_rows,
            Truncated => self.shifts_rows,
            Decode | OutcomeUnknown | NotResumable | SessionExpired => false,
            _ => true,
        };
        assert!(possible, "{:?}: {error:?}", self.end);
    }

    /// How many times the statement may have run in the end.
    pub(super) fn check_runs(&self, runs: u64) {
        assert!(runs <= 1, "{runs} runs after {:?}", self.submitted);
        if matches!(self.submitted, Submitted::No | Submitted::NotYet) && self.honest {
            assert_eq!(runs, 0, "it was said not to have run");
        }
        // A time limit may pass while it is still queued; a statement rejected by the engine does
        // not run.
        let gone = self.stopped || self.evicts || matches!(self.end, End::Never | End::Refused);
        if self.submitted == Submitted::Yes && self.honest && !gone {
            assert_eq!(runs, 1, "it was said to have been taken");
        }
    }
}
