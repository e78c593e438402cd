//! A local warehouse with SQL: the server of `dbsql-local` over DataFusion, for trying clients and
//! for tests, without an account.
//!
//! As a program, on a port of this machine:
//!
//! ```sh
//! cargo run -p dbsql-warehouse -- --port 8080
//! ```
//!
//! In a test:
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let warehouse = dbsql_warehouse::start().await?;
//! // What a client needs: `dbsql::Config::new(host, http_path).token(token)` in Rust.
//! println!("{} {}", warehouse.host(), warehouse.http_path());
//! assert!(!warehouse.token().is_empty());
//! assert_eq!(warehouse.service().live_sessions(), 0);
//! # Ok(())
//! # }
//! ```
//!
//! [`start`] is the short form. Tables, limits and threads are set on
//! [`DataFusionEngine::builder`], and the engine goes into a
//! [`TestWarehouse::builder`](dbsql_local::TestWarehouse::builder) or, without a socket, into a
//! [`Service`](dbsql_local::Service).
//!
//! The SQL is what a newcomer from Databricks types in the first hour. Other statements are rejected
//! with an error that names what is not supported. Everything is kept in memory; of the disk, SQL
//! reads only the data folder, and it writes nowhere.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod engine;

use dbsql_local::TestWarehouse;

pub use crate::engine::{DataFusionEngine, DataFusionEngineBuilder};

/// Starts a [`TestWarehouse`] that runs SQL, on a free port of 127.0.0.1 and with a random token.
///
/// Dropping it stops the server and everything that still runs.
///
/// # Errors
///
/// When the threads of the engine cannot be started or no port can be bound.
///
/// # Cancel safety
///
/// Dropping the future leaves nothing behind.
pub async fn start() -> std::io::Result<TestWarehouse> {
    let engine = DataFusionEngine::builder().build().map_err(std::io::Error::other)?;
    TestWarehouse::builder().engine(engine).start().await
}

/// The examples in the README of this crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
