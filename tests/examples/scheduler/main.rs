//! How does a scheduler survive a restart, without losing a statement or running it twice?
//!
//! ```sh
//! cargo run -p dbsql-warehouse -- --port 8080   # or a real one; then set what it prints
//! cargo run --example scheduler -- jobs.json "SELECT sleep(20)" "SELECT 2"
//! cargo run --example scheduler -- jobs.json    # after a restart: continues with the jobs in the file
//! ```
//!
//! For each job the file (mode 0600) contains:
//!
//! 1. a nonce, before the statement is submitted; the statement has it as a query tag;
//! 2. the handle, as soon as there is one. From here on, a restart picks the statement up;
//! 3. nothing, once the result was used. After a crash just before that, it is used a second time.
//!
//! If the process was killed between 1 and 2, only the warehouse knows whether the statement runs:
//! `find_submitted` searches its query history for the nonce. A statement that is not found may
//! have run nevertheless, so its job stays in the file, for a later start or for an operator. This
//! program never submits it again.

#![expect(clippy::print_stdout, reason = "it is there to be looked at")]

mod jobs;

use std::error::Error;

use arrow_cast::pretty::pretty_format_batches;
use dbsql::{AsyncExecution, Client, Config, ErrorKind, RetryAdvice, Statement, Submission};

use crate::jobs::{Job, Jobs};

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: scheduler FILE [SQL...]")?;
    let client = Client::new(Config::discover()?)?;

    let mut jobs = Jobs::read(file.into())?;
    for job in &jobs.list {
        println!("left over  {}", job.sql);
    }
    for sql in arguments {
        submit(&client, &mut jobs, Job::new(sql)?).await?;
    }
    for job in jobs.list.clone() {
        match finish(&client, &job).await {
            Ok(outcome) => {
                jobs.remove(&job.nonce)?; // 3
                println!("{outcome:10} {}", job.sql);
            }
            // The job stays in the file, and the next start tries again.
            Err(error) => println!("postponed  {}: {error}", job.sql),
        }
    }
    Ok(())
}

async fn submit(client: &Client, jobs: &mut Jobs, job: Job) -> Result<(), Failure> {
    let statement = Statement::new(&job.sql).submit_nonce(&job.nonce);
    jobs.list.push(job.clone());
    jobs.write()?; // 1
    match client.execute_async(statement).await {
        Ok(query) => {
            jobs.list.last_mut().ok_or("no job")?.handle = query.handle();
            jobs.write()?; // 2
            println!("submitted  {}", job.sql);
        }
        // It may be running, as if the process had been killed here.
        Err(error) if error.retry() == RetryAdvice::Unsafe => println!("unknown    {error}"),
        // It did not run.
        Err(error) => {
            jobs.remove(&job.nonce)?;
            println!("rejected   {}: {error}", job.sql);
        }
    }
    Ok(())
}

/// Waits for a job and uses its result. After an error the job stays.
async fn finish(client: &Client, job: &Job) -> Result<&'static str, Failure> {
    let query = match find(client, job).await {
        Ok(query) => query,
        Err(error) => match error.downcast_ref::<dbsql::Error>().map(dbsql::Error::kind) {
            Some(ErrorKind::NotFound) => return Ok("expired"), // on the server
            _ => return Err(error),
        },
    };
    if query.wait().await? != dbsql::ExecutionStatus::Finished {
        query.failure().iter().for_each(|error| println!("{error}"));
        return Ok("failed");
    }
    let batches = query.get_results().await?.fetch_all().await?;
    println!("{}", pretty_format_batches(&batches)?);
    query.close().await?;
    Ok("finished")
}

/// The execution of a job: by its handle or, if the process was killed too early, by its nonce.
async fn find(client: &Client, job: &Job) -> Result<AsyncExecution, Failure> {
    if let Some(handle) = &job.handle {
        return Ok(client.get_async_execution(handle.clone()).await?);
    }
    match client.find_submitted(&job.nonce, job.submitted_at()).await? {
        Submission::Sea { handle, .. } => Ok(client.get_async_execution(handle).await?),
        Submission::Thrift { query_id, status, .. } => {
            Err(format!("query {query_id} is {status}, and its secret is lost").into())
        }
        _ => Err("not in the query history, which proves nothing".into()),
    }
}
