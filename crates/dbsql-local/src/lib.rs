//! A local warehouse: a server in memory that speaks the protocol of Databricks SQL, so that anyone
//! can try a client and test with it, without an account.
//!
//! ```
//! use std::time::Duration;
//!
//! use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
//! use dbsql_local::{Server, Service};
//! use dbsql_protocol::{message, rpc, types::TOpenSessionReq};
//! use dbsql_runtime::Runtime;
//! use dbsql_transport::Transport;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let runtime = Runtime::real();
//! let engine = ScriptedEngine::new(runtime.clone())
//!     .on("INSERT INTO t VALUES (1)", Answer::affected(1).after(Duration::from_secs(60)));
//! let service = Service::builder().engine(engine).runtime(runtime).accept_token("secret").build();
//!
//! // In process, without a socket: this is what the client's engine takes as a transport.
//! let transport = service.transport();
//! let call = message::encode_call::<rpc::OpenSession>(&TOpenSessionReq::default());
//! let request = http::Request::post("http://warehouse.test/sql/1.0/warehouses/local")
//!     .header("authorization", "Bearer secret")
//!     .body(call)?;
//! let response = transport.send(request).await?;
//! let session = message::decode_reply::<rpc::OpenSession>(response.into_body().collect(4096).await?)?;
//! assert!(session.session_handle.is_some());
//!
//! // And on a socket of this machine, for clients in any language.
//! let server = Server::start(service.clone(), ([127, 0, 0, 1], 0).into()).await?;
//! println!("{}{}", server.url(), service.settings().http_path);
//! server.shutdown().await;
//! assert_eq!(service.requests("OpenSession"), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # What is in it
//!
//! One [`Service`] holds sessions, operations and result files. There are two ways in, and both
//! behave alike: [`LocalTransport`] in process, which works under paused time, and [`Server`], HTTP
//! on a loopback address. What runs the statements is an [`Engine`](engine::Engine):
//! [`ScriptedEngine`](engine::scripted::ScriptedEngine) gives the answers that it was told to give, and
//! `DataFusionEngine` (feature `datafusion`) runs SQL.
//! [`Settings`] say how the service behaves, with the [`Quirks`] that servers are known for, and a
//! [`FaultPlan`](faults::FaultPlan) says what goes wrong. Time and chance come from one
//! [`Runtime`](dbsql_runtime::Runtime), so that a whole run can be repeated from a seed.
//!
//! Counters tell what has happened: [`Service::runs`] how often a statement was really run,
//! [`Service::requests`] how often a method was called, [`Service::live_sessions`] and
//! [`Service::live_operations`] what is still there.
//!
//! | What a client can be tried with | Where |
//! |---|---|
//! | slow, failing, refused and panicking statements | [`Answer`](engine::scripted::Answer) |
//! | lost, late, torn and wrong answers, at chosen requests | [`faults`] |
//! | what is legal and rare: queues, unknown fields, padding, empty pages | [`Quirks`] |
//! | tokens that expire, and fresh ones | [`ServiceBuilder::accept_expiring_token`], [`Service::accept_token`] |
//! | idle time, link lifetimes, windows, sizes | [`Settings`] |
//! | leaks: the most sessions, and operations of each | [`Settings::max_sessions`], [`Settings::max_session_operations`] |
//! | the state of the warehouse, feature flags, telemetry | as a workspace answers them |
//!
//! # What it keeps to
//!
//! - A handle needs its secret, and a wrong secret is told like a wrong id.
//! - Canceling, closing and time limits drop the future of the engine, and so does an operation
//!   that nobody has asked about for too long.
//! - Bad input, whatever it is, and an engine that panics give an error to that one request: an
//!   exception of Thrift for what is no call, a status of the answer for what cannot be done, 401,
//!   404, 405, 413 or 415 for what is not meant for Thrift.
//! - No `Debug` prints a token, a secret, SQL or a parameter.
//!
//! # What it does not do
//!
//! The Statement Execution API, volumes, transactions, TLS, or anything for other machines: it is for
//! trying and testing. Its SQL is what a newcomer from Databricks types in the first hour; the rest is
//! refused with an error that says so.
//!
//! # Features
//!
//! | Feature | What it adds |
//! |---|---|
//! | `datafusion` (default) | SQL on DataFusion, and the program `dbsql-local`. It compiles for minutes: tests that script their answers do without, by `default-features = false` |

mod counters;
mod credentials;
pub mod engine;
pub mod faults;
mod flag;
mod identity;
mod operation;
mod registry;
mod result;
mod server;
mod service;
mod session;
mod settings;
mod store;
mod thrift;
mod transport;

pub use crate::credentials::TokenExpiry;
pub use crate::server::Server;
pub use crate::service::{Service, ServiceBuilder};
pub use crate::settings::{NullBitmaps, Quirks, Settings};
pub use crate::transport::LocalTransport;
