//! The server process: statements that end at planned times after the client starts a countdown.
//!
//! It responds to a line on standard input (`time`, `start`, `count`) with a line on standard
//! output, and exits when standard input ends.

use std::error::Error;
use std::io::{BufRead, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use dbsql_protocol::types::TOperationState;
use dbsql_tests::raw_server::{HttpProtocol, RawServer, Script};
use serde_json::json;
use tokio::sync::watch;

use crate::flags::Plan;

/// All times are relative to the start of the process, by the monotonic clock.
struct Countdown {
    plan: Plan,
    zero: Instant,
    start: watch::Sender<Option<Instant>>,
    /// Polls per second since the start of the process.
    polls: Mutex<Vec<u32>>,
}

impl Countdown {
    /// Returns when the statement ends, `None` before the countdown starts. A statement whose
    /// number is not in the plan ends at once.
    fn end_of(&self, statement: u64) -> Option<Instant> {
        match u32::try_from(statement) {
            Ok(number) if number < self.plan.executions => {
                let start = *self.start.borrow();
                start.map(|start| start + self.plan.end_of(number))
            }
            _ => Some(self.zero),
        }
    }

    fn has_ended(&self, statement: u64) -> bool {
        self.end_of(statement).is_some_and(|end| end <= Instant::now())
    }

    /// Completes when the statement ends.
    async fn ended(&self, statement: u64) {
        let mut start = self.start.subscribe();
        loop {
            if let Some(end) = self.end_of(statement) {
                return tokio::time::sleep_until(end.into()).await;
            }
            // Fails only without a sender, and `self` has it.
            let _ = start.changed().await;
        }
    }

    fn count_poll(&self) {
        let second = usize::try_from(self.zero.elapsed().as_secs()).unwrap_or(usize::MAX);
        let mut polls = self.polls.lock().unwrap_or_else(PoisonError::into_inner);
        if polls.len() <= second {
            polls.resize(second + 1, 0);
        }
        polls[second] += 1;
    }

    fn micros(&self, at: Instant) -> u64 {
        let since = at.saturating_duration_since(self.zero);
        u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
    }
}

impl Script for Countdown {
    async fn execute(&self, _: u64) {}

    async fn status(&self, statement: u64) -> TOperationState {
        self.count_poll();
        if let Some(hold) = self.plan.hold {
            let _ = tokio::time::timeout(hold, self.ended(statement)).await;
        }
        if self.has_ended(statement) {
            TOperationState::FINISHED_STATE
        } else {
            TOperationState::RUNNING_STATE
        }
    }

    fn cancel(&self, _: u64) {}
}

/// Serves until standard input ends.
pub(crate) fn serve(plan: &Plan) -> Result<(), Box<dyn Error>> {
    let countdown = Arc::new(Countdown {
        plan: *plan,
        zero: Instant::now(),
        start: watch::Sender::new(None),
        polls: Mutex::default(),
    });
    let server = RawServer::start(HttpProtocol::H1, 2, Arc::clone(&countdown))?;
    let mut output = std::io::stdout();
    writeln!(output, "{}", server.url())?;
    output.flush()?;
    for line in std::io::stdin().lock().lines() {
        let answer = match line?.as_str() {
            "time" => countdown.micros(Instant::now()).to_string(),
            "start" => {
                // Rounded to the unit that is sent to the other process.
                let micros = countdown.micros(Instant::now());
                let start = countdown.zero + Duration::from_micros(micros);
                countdown.start.send_replace(Some(start));
                micros.to_string()
            }
            "count" => {
                let gauges = server.gauges();
                let polls = countdown.polls.lock().unwrap_or_else(PoisonError::into_inner);
                json!({
                    "connections_now": gauges.connections.now(),
                    "connections_peak": gauges.connections.peak(),
                    "connections_total": gauges.connections.total(),
                    "polls_peak": gauges.polls.peak(),
                    "polls_total": gauges.polls.total(),
                    "polls_by_second": *polls,
                })
                .to_string()
            }
            other => return Err(format!("unknown request {other:?}").into()),
        };
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}
