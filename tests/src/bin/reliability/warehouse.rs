//! A local warehouse on a port of this machine, with the faults of one scenario.

use std::io::BufRead as _;
use std::time::Duration;

use dbsql_local::{Server, Service};
use serde_json::json;
use tokio::sync::mpsc;

use crate::scenario::Scenario;
use crate::statements;

/// Prints its URL, responds to each line `runs` of standard input with the number of runs of each
/// statement and of calls of each method, and exits when standard input ends.
pub(crate) async fn serve(scenario: Scenario) -> Result<(), Box<dyn std::error::Error>> {
    let service = Service::builder()
        .engine(statements::engine())
        .settings(scenario.settings)
        .faults(scenario.faults)
        .accept_token(dbsql_tests::TOKEN)
        .build();
    let server = Server::start(service.clone(), ([127, 0, 0, 1], 0).into()).await?;
    let path = service.settings().http_path.clone();
    println!("{}", json!({ "url": format!("{}{path}", server.url()) }));

    let (ask, mut asked) = mpsc::unbounded_channel();
    // A read of standard input cannot be canceled, so it has a separate thread.
    std::thread::spawn(move || {
        let lines = std::io::stdin().lock().lines().map_while(Result::ok);
        lines.take_while(|line| ask.send(line.clone()).is_ok()).for_each(drop);
    });
    while let Some(line) = asked.recv().await {
        if line == "runs" {
            let (statements, requests) = (service.statements(), service.request_counts());
            println!("{}", json!({ "statements": statements, "requests": requests }));
        }
    }
    // A request that is stalled by a fault never completes.
    let _ = tokio::time::timeout(Duration::from_secs(1), server.shutdown()).await;
    Ok(())
}
