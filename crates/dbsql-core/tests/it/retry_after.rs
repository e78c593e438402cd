//! `Retry-After` as a date, from a server whose clock differs from the client's.

use std::time::{Duration, SystemTime};

use dbsql_core::{ErrorKind, ExecutionStatus, RetryAdvice, Runtime};

use crate::support::{EXECUTE, STATUS, Server, Step, client_on, config, seconds};

const TEN_MINUTES: Duration = Duration::from_secs(600);

/// The difference of the clocks.
fn clocks(now: SystemTime) -> [(&'static str, SystemTime); 3] {
    [("ahead", now + TEN_MINUTES), ("behind", now - TEN_MINUTES), ("right", now)]
}

/// Asks to retry seven seconds from now, by the clock of the server.
fn in_seven_seconds(status: u16, server_now: SystemTime) -> Step {
    Step::http(status).retry_at(server_now + seconds(7), server_now)
}

/// A date has a resolution of one second.
fn in_about_seven_seconds(pause: Duration) {
    assert!(pause > seconds(6) && pause <= seconds(7), "{pause:?}");
}

fn paused(server: &Server, method: &str, first: usize) -> Duration {
    let times = server.times(method);
    times[first + 1] - times[first]
}

#[tokio::test(start_paused = true)]
async fn date_in_retry_after_is_read_by_the_servers_clock() {
    let runtime = Runtime::seeded(7);
    for (name, server_now) in clocks(runtime.wall_now()) {
        for status in [429, 503] {
            let server = Server::databricks();
            let client = client_on(&server, config(), &runtime);
            server.script(EXECUTE, [in_seven_seconds(status, server_now)]);
            let query = client.execute_async("SELECT 1").deadline(seconds(60)).await;
            let query = query.unwrap_or_else(|error| panic!("{name}, {status}: {error}"));
            assert_eq!(paused(&server, EXECUTE, 0), seconds(7), "{name}, {status}");
            assert_eq!(server.executions().len(), 1, "{name}, {status}");
            server.script(STATUS, [in_seven_seconds(status, server_now)]);
            let status = query.wait().deadline(seconds(60)).await.unwrap();
            assert_eq!(status, ExecutionStatus::Finished, "{name}");
            assert_eq!(paused(&server, STATUS, 0), seconds(7), "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_date_uses_the_client_clock_without_date_header() {
    let runtime = Runtime::seeded(7);
    let server = Server::databricks();
    let client = client_on(&server, config(), &runtime);
    let query = client.execute_async("SELECT 1").await.unwrap();
    let at = |at: SystemTime| Step::http(429).header("retry-after", httpdate::fmt_http_date(at));
    let asked = server.count(STATUS);
    server.script(STATUS, [at(runtime.wall_now() + seconds(7))]);
    query.sync_status().await.unwrap();
    in_about_seven_seconds(paused(&server, STATUS, asked));
    // A date in the past means a short pause.
    let asked = server.count(STATUS);
    server.script(STATUS, [at(runtime.wall_now() - TEN_MINUTES)]);
    query.sync_status().await.unwrap();
    assert!(paused(&server, STATUS, asked) < seconds(1));
    // An invalid `Date` is ignored.
    let asked = server.count(STATUS);
    server.script(STATUS, [at(runtime.wall_now() + seconds(7)).header("date", "yesterday")]);
    query.sync_status().await.unwrap();
    in_about_seven_seconds(paused(&server, STATUS, asked));
}

#[tokio::test(start_paused = true)]
async fn date_beyond_the_deadline_is_reported_as_retry_after() {
    let runtime = Runtime::seeded(7);
    for (name, server_now) in clocks(runtime.wall_now()) {
        let server = Server::databricks();
        let client = client_on(&server, config(), &runtime);
        let later = server_now + seconds(90);
        server.always(EXECUTE, move || Step::http(429).retry_at(later, server_now));
        let error = client.execute_async("SELECT 1").deadline(seconds(30)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Throttled, "{name}: {error}");
        assert_eq!(error.retry(), RetryAdvice::RepeatCallAfter(seconds(90)), "{name}: {error}");
    }
}
