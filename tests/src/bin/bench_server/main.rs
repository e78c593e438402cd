//! A warehouse with large results that uses less CPU than the clients measured against it.
//!
//! The local warehouse answers both protocols with results that were encoded once, and files come
//! from its object store. On a separate port, `/bench/counters` reports requests, connections and
//! CPU seconds so far, and `/bench/expect/SELECT+links+20` the number of rows of a statement.
//! Statements: `SELECT small`, `SELECT links FILES`, `SELECT inline FILES` (both may end with
//! `plain`: no LZ4), `SELECT columns`.
//!
//! `cargo run --release -p dbsql-tests --bin bench-server`, or `cargo xtask bench`, which also runs
//! the clients. `--help` lists the flags. It serves until standard input ends.

#![expect(clippy::print_stdout, reason = "it tells where it listens")]

mod data;
mod flags;
mod front;
mod pace;
mod results;
mod tls;

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use dbsql_local::engine::SqlError;
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::runtime::Runtime;
use dbsql_local::{SeaSettings, Service, Settings};
use lz4_flex::frame::{BlockMode, BlockSize, FrameInfo};
use serde_json::json;
use tokio::net::TcpListener;

use crate::flags::BenchServer;
use crate::front::Front;
use crate::pace::Pace;
use crate::results::{Results, Work};

/// Any error: the program prints it and exits.
type Problem = Box<dyn std::error::Error + Send + Sync>;

/// The path of the warehouse.
const HTTP_PATH: &str = "/sql/1.0/warehouses/bench";

fn main() -> Result<(), Problem> {
    let flags = BenchServer::from_env_or_exit();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(serve(flags))
}

async fn serve(flags: BenchServer) -> Result<(), Problem> {
    let tls = tls::acceptor(&flags)?;
    let listener = TcpListener::bind(("127.0.0.1", flags.port.unwrap_or(0))).await?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let origin = format!("{scheme}://{}", listener.local_addr()?);
    let frame = FrameInfo::new()
        .block_size(flags.block_size.map_or(BlockSize::Max4MB, |size| size.0))
        .block_mode(flags.block_mode.map_or(BlockMode::Independent, |mode| mode.0))
        .block_checksums(flags.checksums)
        .content_checksum(flags.checksums);
    let files = (flags.files.unwrap_or(20), flags.file_bytes.unwrap_or(10_000_000));
    let rows = flags.rows.unwrap_or(1_000_000);
    let results = Arc::new(Results::new(frame, files, rows)?);

    let known = Arc::clone(&results);
    let engine = ScriptedEngine::new(Runtime::real()).on_any(move |query| {
        let work = Work::parse(&query.sql)?;
        Some(match known.output(work) {
            Ok(output) => Answer::output(output),
            Err(problem) => Answer::fail(SqlError::internal(problem.to_string())),
        })
    });
    let settings = Settings {
        http_path: HTTP_PATH.to_owned(),
        links_per_page: flags.links_per_page.unwrap_or(20),
        // Whatever the client requests, up to the maximum of a warehouse.
        page_bytes: 1 << 30,
        sea: SeaSettings {
            links_per_answer: flags.links_per_page.unwrap_or(20),
            ..SeaSettings::default()
        },
        ..Settings::default()
    };
    let service = Service::builder().engine(engine).settings(settings).build();
    let front = Arc::new(Front {
        origin: origin.clone(),
        results: Arc::clone(&results),
        warehouse: service.transport(),
        pace: Pace {
            first_byte: flags.first_byte.map_or_else(Default::default, |first| first.0),
            rate: flags.rate.map(|rate| rate.0),
        },
        requests: AtomicU64::new(0),
        connections: AtomicU64::new(0),
        file_connections: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
        cache: flags.keep_small.then(Default::default),
    });
    let control = TcpListener::bind(("127.0.0.1", 0)).await?;
    let control_address = control.local_addr()?;
    tokio::spawn(front::control(control, Arc::clone(&front)));
    tokio::spawn(front::accept(listener, tls, front));

    let compressed: usize = results.files.iter().map(|file| file.compressed.len()).sum();
    let plain: u64 = results.files.iter().map(|file| file.plain_bytes).sum();
    println!(
        "{}",
        json!({
            "url": origin,
            "http_path": HTTP_PATH,
            "control": control_address.to_string(),
            "files": results.files.len(),
            "compressed_bytes": compressed,
            "plain_bytes": plain,
        })
    );
    std::io::stdout().flush()?;
    // The process that started it has the other end, and may end in any way.
    let ended =
        tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    ended.await??;
    // The tasks of the connections end with the process.
    std::process::exit(0)
}
