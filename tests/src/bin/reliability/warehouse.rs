//! A local warehouse on a port of this machine, in which one scenario goes wrong.

use std::io::BufRead as _;
use std::time::Duration;

use dbsql_local::{Server, Service};
use serde_json::json;
use tokio::sync::mpsc;

use crate::scenario::Scenario;
use crate::statements;

/// Says where it is, answers each line `runs` of standard input with how often each statement ran
/// and each method was called, and ends with standard input.
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
    // A read of standard input cannot be given up, so it has a thread of its own.
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
    // A request that a fault lets stall never ends by itself.
    let _ = tokio::time::timeout(Duration::from_secs(1), server.shutdown()).await;
    Ok(())
}
