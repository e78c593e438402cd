//! The client in a separate process, and the memory of this process.

use std::time::Duration;

use dbsql_core::{Client, Config, Error, LinkPolicy};

use super::cases::{Case, Expected};
use super::content::MIB;

/// A statement with a small and correct result.
pub(super) const WARM: &str = "SELECT warm";

/// The memory that a process may use in addition to the budget and its idle memory.
const MARGIN: usize = 24 * MIB;

/// Longer than any case.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Reads the result of a case, prints the outcome, and exits.
pub(super) fn read(case: &Case, port: &str) -> ! {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let outcome = runtime.block_on(async {
        let run = tokio::time::timeout(TIME_LIMIT, measured(case, port)).await;
        run.unwrap_or_else(|_| "FAILED: it takes too long".to_owned())
    });
    println!("{outcome}");
    std::process::exit(0)
}

async fn measured(case: &Case, port: &str) -> String {
    let budget = std::env::var("DBSQL_BUDGET").ok().and_then(|mib| mib.parse::<usize>().ok());
    let budget = budget.unwrap_or(16) * MIB;
    let config = Config::new(format!("http://127.0.0.1:{port}"), "/sql/1.0/warehouses/x")
        .token("token")
        .protocol(case.over)
        .byte_budget(budget as u64)
        .link_policy(LinkPolicy::off());
    let client = Client::builder(config).build().unwrap();
    let connection = client.connect().await.unwrap();
    let warm = connection.execute_async(WARM).await.unwrap().get_results().await.unwrap();
    assert!(!warm.fetch_all().await.unwrap().is_empty());

    let idle = kilobytes("VmRSS:");
    // Resets the peak to the current value.
    let reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let outcome = read_rows(case, &connection).await;
    let peak = kilobytes("VmHWM:");

    let over = match (idle, peak) {
        (Some(idle), Some(peak)) => peak.saturating_sub(idle) * 1024,
        _ => 0,
    };
    let shown = over / MIB;
    let fits = over <= budget + MARGIN;
    let (expected, outcome) = match (case.expected, outcome) {
        (Expected::Rows, Ok(rows)) => (true, format!("{rows} rows")),
        (Expected::Budget, Err(error)) => {
            (error.to_string().contains("byte_budget"), format!("{error}"))
        }
        (Expected::Error(part), Err(error)) => {
            let text = error.to_string();
            (text.contains(part), text)
        }
        (_, Ok(rows)) => (false, format!("{rows} rows")),
        (_, Err(error)) => (false, format!("{error:?}")),
    };
    let verdict = if fits && expected { "ok" } else { "FAILED" };
    let reset = if reset { "" } else { ", the peak not reset" };
    format!("{verdict}: {shown} MiB over idle{reset}; {outcome}")
}

async fn read_rows(case: &Case, connection: &dbsql_core::Connection) -> Result<u64, Error> {
    let query = connection.execute_async("SELECT hostile").await?;
    query.wait().await?;
    let mut results = query.get_results().await?;
    while let Some(batch) = results.next().await? {
        drop(batch);
        if let Some(pause) = case.pause {
            tokio::time::sleep(pause).await;
        }
        if results.position() >= case.rows {
            break;
        }
    }
    Ok(results.position())
}

/// A memory figure of this process; `None` if the system does not provide it.
fn kilobytes(name: &str) -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
