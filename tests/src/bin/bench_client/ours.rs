//! This project's client, through the facade.

use std::time::Instant;

use dbsql::{Client, Config, HttpOptions, SqlProtocol};
use tokio::runtime::Builder;

use crate::flags::{BenchClient, Protocol};
use crate::{Measurement, Problem, Tally};

pub(crate) fn run(flags: &BenchClient) -> Result<(), Problem> {
    let mut config = Config::new(&flags.url, &flags.http_path).token("a-token-of-no-value");
    config = config.protocol(match flags.protocol.unwrap_or_default() {
        Protocol::Thrift => SqlProtocol::Thrift,
        Protocol::Sea => SqlProtocol::Sea,
    });
    config = config.inline_results(flags.inline_results);
    if let Some(file) = &flags.root_certificate {
        config = config.http(HttpOptions::new().add_root_certificate_pem(std::fs::read(file)?));
    }
    let runtime = match flags.threads.unwrap_or(2) {
        0 | 1 => Builder::new_current_thread().enable_all().build()?,
        threads => Builder::new_multi_thread().worker_threads(threads).enable_all().build()?,
    };
    runtime.block_on(async {
        let client = Client::new(config)?;
        let connection = client.connect().await?;
        drop(connection.execute("SELECT small").await?.fetch_all().await?);

        let measurement = Measurement::start()?;
        let (mut tally, mut each) = (Tally::default(), Vec::new());
        for _ in 0..flags.times.unwrap_or(1) {
            let began = Instant::now();
            let mut results = connection.execute(flags.sql.as_str()).await?;
            while let Some(batch) = results.next().await? {
                tally.add(&batch)?;
            }
            each.push(began.elapsed());
        }
        measurement.finish(Some(tally), each)?;
        connection.close().await?;
        Ok(())
    })
}
