//! The client process: submits, waits for all executions concurrently, measures.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dbsql::{AsyncExecution, Client, Config, Connection, ExecutionStatus};
use dbsql_tests::measure::cpu_seconds;
use dbsql_tests::raw_server;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::child::ServerProcess;
use crate::flags::{Caps, Plan};
use crate::process::{descriptors, resident_kib};
use crate::report::{Memory, Report};

/// Statements submitted at the same time.
const SUBMITS_AT_ONCE: usize = 32;
/// Statements that are run to their end before anything is measured.
const WARM_UP: u32 = 64;
/// The pause before memory is measured, in which requests of the warm-up complete.
const QUIET: Duration = Duration::from_secs(1);
/// The interval of memory measurements.
const SAMPLE: Duration = Duration::from_millis(100);
/// How long after the bound a wait may end before it counts as lost.
const LOST_AFTER: Duration = Duration::from_secs(60);

/// The settings under test. Every run goes through here.
fn with_caps(config: Config, caps: Caps) -> Config {
    match caps {
        Caps::Default => config,
        Caps::Set { polls_per_second, polls_in_flight } => {
            let polls = polls_in_flight as usize;
            config
                .max_polls_per_second(polls_per_second)
                .max_polls_in_flight(polls)
                .max_requests_in_flight(polls + OTHER_REQUESTS)
        }
    }
}

/// The limit of requests in flight beyond the limit of polls: that of the defaults.
const OTHER_REQUESTS: usize = 256 - 192;

/// When a wait ended, or why it did not.
pub(crate) type Waited = Result<Instant, String>;

pub(crate) fn run(plan: &Plan) -> Result<Report, Box<dyn Error>> {
    let mut server = ServerProcess::start(*plan)?;
    let config = with_caps(raw_server::config(&server.url, None), plan.caps);
    let (clock_zero, clock_error) = server.clock_zero()?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;

    let connection = runtime.block_on(warm_up(config, plan.executions))?;
    let idle_kib = resident_kib()?;
    let idle_descriptors = descriptors()?;

    let submitting = Instant::now();
    let executions = runtime.block_on(submit_all(&connection, plan.executions))?;
    let submitted_in = submitting.elapsed();

    // The first wait starts shortly before the countdown, so it is measured from here.
    let limit = plan.ends_after + plan.spread + plan.lag_by_caps().mul_f64(3.0) + LOST_AFTER;
    let mut waits = JoinSet::new();
    for (number, execution) in (0..).zip(executions) {
        waits.spawn_on(wait(number, execution, limit), runtime.handle());
    }
    let start = clock_zero + server.start_countdown()?;
    let polls_before = server.counts()?;
    let memory = runtime.block_on(watch(start + plan.ends_after, idle_kib, idle_descriptors))?;
    let polls_waiting = server.counts()?;
    let waited = runtime.block_on(async {
        let mut waited: Vec<(u32, Waited)> = Vec::new();
        while let Some(ended) = waits.join_next().await {
            waited.push(ended.map_err(|error| format!("a task of a wait ended: {error}"))?);
        }
        Ok::<_, String>(waited)
    })?;
    let lags = waited.into_iter().map(|(number, waited)| {
        waited.map(|at| at.saturating_duration_since(start + plan.end_of(number)))
    });
    let counts = server.counts()?;
    let between = [polls_before, polls_waiting, counts];
    Ok(Report::new(*plan, submitted_in, clock_error, memory, lags.collect(), between))
}

/// Returns a client after its one-time work: pools, buffers and lazy parts exist.
async fn warm_up(config: Config, executions: u32) -> Result<Connection, Box<dyn Error>> {
    let connection = Client::new(config)?.connect().await?;
    let mut warm_ups = JoinSet::new();
    for number in 0..WARM_UP {
        // A statement whose number is not in the plan ends at once.
        let statement = u64::from(executions) + u64::from(number);
        let submit = connection.execute_async(sql(statement));
        warm_ups.spawn(async move {
            let execution = submit.await?;
            execution.wait().await?;
            execution.close().await
        });
    }
    while let Some(ended) = warm_ups.join_next().await {
        ended??;
    }
    tokio::time::sleep(QUIET).await;
    Ok(connection)
}

async fn submit_all(
    connection: &Connection,
    executions: u32,
) -> Result<Vec<AsyncExecution>, Box<dyn Error>> {
    let slots = Arc::new(Semaphore::new(SUBMITS_AT_ONCE));
    let mut submits = JoinSet::new();
    for number in 0..executions {
        let slot = Arc::clone(&slots).acquire_owned().await?;
        let submit = connection.execute_async(sql(number.into()));
        submits.spawn(async move {
            let execution = submit.await;
            drop(slot);
            execution.map(|execution| (number, execution))
        });
    }
    let mut submitted = Vec::new();
    while let Some(execution) = submits.join_next().await {
        submitted.push(execution??);
    }
    submitted.sort_by_key(|(number, _)| *number);
    Ok(submitted.into_iter().map(|(_, execution)| execution).collect())
}

fn sql(statement: u64) -> String {
    format!("SELECT {statement}")
}

async fn wait(number: u32, execution: AsyncExecution, limit: Duration) -> (u32, Waited) {
    let waited = match execution.wait().deadline(limit).await {
        Ok(ExecutionStatus::Finished) => Ok(Instant::now()),
        Ok(other) => Err(format!("ended as {other}")),
        Err(error) => Err(format!("{:?}: {error}", error.kind())),
    };
    (number, waited)
}

/// Measures while all executions are waited for, until the first one ends.
async fn watch(until: Instant, idle_kib: u64, idle_descriptors: usize) -> std::io::Result<Memory> {
    let mut memory = Memory {
        idle_kib,
        waiting_kib: idle_kib,
        idle_descriptors,
        descriptors: 0,
        cpu_seconds: 0.0,
    };
    let cpu_before = cpu_seconds()?;
    // Not at the very end: the results of the first executions are not to be measured.
    while Instant::now() + SAMPLE < until {
        memory.waiting_kib = memory.waiting_kib.max(resident_kib()?);
        memory.descriptors = memory.descriptors.max(descriptors()?);
        tokio::time::sleep(SAMPLE).await;
    }
    memory.cpu_seconds = cpu_seconds()? - cpu_before;
    tokio::time::sleep_until(until.into()).await;
    Ok(memory)
}
