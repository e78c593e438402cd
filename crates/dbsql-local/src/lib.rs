//! A local warehouse for tests: an in-memory server for both protocols of Databricks SQL, Thrift
//! and the Statement Execution API, with scripted results and planned faults, without an account.
//! The crate `dbsql-warehouse` adds SQL.
//!
//! [`TestWarehouse`] starts one for a test. It consists of a [`Service`] and two ways to reach it:
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
//! // In process, without a socket: the client uses this as its transport.
//! let transport = service.transport();
//! let call = message::encode_call::<rpc::OpenSession>(&TOpenSessionReq::default());
//! let request = http::Request::post("http://warehouse.test/sql/1.0/warehouses/local")
//!     .header("authorization", "Bearer secret")
//!     .body(call)?;
//! let response = transport.send(request).await?;
//! let session = message::decode_reply::<rpc::OpenSession>(response.into_body().collect(4096).await?)?;
//! assert!(session.session_handle.is_some());
//!
//! // And on a loopback socket, for clients in any language.
//! let server = Server::start(service.clone(), ([127, 0, 0, 1], 0).into()).await?;
//! println!("{}{}", server.url(), service.settings().http_path);
//! server.shutdown().await;
//! assert_eq!(service.requests("OpenSession"), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Contents
//!
//! A [`Service`] holds sessions, operations and result files. There are two ways to reach it, which
//! behave alike: [`LocalTransport`] in process, which works with paused time, and [`Server`], HTTP
//! on a loopback address. An [`Engine`](engine::Engine) runs the statements:
//! [`ScriptedEngine`](engine::scripted::ScriptedEngine) returns predefined results, and
//! `DataFusionEngine` of `dbsql-warehouse` runs SQL. [`Settings`] configure the service, [`Quirks`]
//! add known peculiarities of servers, and a [`FaultPlan`](faults::FaultPlan) injects faults. Time
//! and randomness come from one [`Runtime`](runtime::Runtime), so that a run can be repeated from a
//! seed.
//!
//! [`ServiceBuilder::admin_token`] turns on a page to look at, and an HTTP endpoint for scripts and
//! plans of tests in other languages.
//!
//! [`Service::change_settings`] changes the settings of a running service, and
//! [`ServiceBuilder::record_requests`] records requests for [`Service::seen`].
//!
//! Counters: [`Service::runs`] returns how often a statement really ran, [`Service::requests`] how
//! often a method was called, [`Service::live_sessions`] and [`Service::live_operations`] what is
//! open.
//!
//! | What a client can be tested with | Where |
//! |---|---|
//! | slow, failing, rejected and panicking statements | [`Answer`](engine::scripted::Answer) |
//! | lost, late, truncated and wrong responses to chosen requests | [`faults`] |
//! | a response down to its bytes, modified responses, by method | [`Step`](faults::Step), [`Service::script`], [`Service::always`] |
//! | legal but rare responses: queues, unknown fields, padding, empty pages | [`Quirks`] |
//! | servers with one cursor per result: Spark, Hive, Kyuubi | [`Settings::spark`], [`Settings::hive`], [`Settings::kyuubi`] |
//! | a result that can be read only once | [`Quirks::reject_fetch_first`] |
//! | a load balancer that routes sessions by a cookie | [`Quirks::node_cookie`] |
//! | limits of the client: current and maximum requests in flight | [`Service::in_flight`], [`Service::all_in_flight`] |
//! | tokens that expire, and fresh ones | [`ServiceBuilder::accept_expiring_token`], [`Service::accept_token`] |
//! | sign-ins, and servers that reject them or respond incorrectly | see below |
//! | idle time, link lifetimes, windows, sizes | [`Settings`] |
//! | connections that are closed when idle | [`SocketSettings`] |
//! | operations that outlive their session | [`Quirks::keep_operations`] |
//! | leaks: limits on sessions, and on operations per session | [`Settings::max_sessions`], [`Settings::max_session_operations`] |
//! | both protocols at one address, with one query history | see below |
//! | chunks, dispositions, lifetimes and peculiarities of the Statement Execution API | [`SeaSettings`], [`SeaQuirks`] |
//! | a warehouse that has to start | [`Settings::cold_start`] |
//! | feature flags, telemetry | as a workspace responds to them |
//!
//! # The Statement Execution API
//!
//! | Route | Name for counters, scripts and plans |
//! |---|---|
//! | `POST /api/2.0/sql/sessions` | `sea-create-session` |
//! | `DELETE /api/2.0/sql/sessions/{id}` | `sea-delete-session` |
//! | `POST /api/2.0/sql/statements` | `sea-execute` |
//! | `GET /api/2.0/sql/statements/{id}` | `sea-status` |
//! | `GET /api/2.0/sql/statements/{id}/result/chunks/{index}` | `sea-chunk` |
//! | `POST /api/2.0/sql/statements/{id}/cancel` | `sea-cancel` |
//! | `DELETE /api/2.0/sql/statements/{id}` | `sea-close` |
//! | `GET /api/2.0/sql/history/queries` and `/{id}` | `sea-history` |
//! | `GET /api/2.0/sql/warehouses` and `/{id}` | `warehouses` |
//! | `POST /api/2.0/sql/warehouses/{id}/start` | `warehouse-start` |
//!
//! A statement is known only to the protocol that it was submitted with. The query history lists
//! the statements of both; metadata calls are not in it.
//!
//! # Sign-in
//!
//! The service issues tokens as a workspace does, and accepts them for its sessions:
//!
//! ```
//! use dbsql_local::{OAuthClient, TestWarehouse};
//!
//! # #[tokio::main]
//! # async fn main() -> std::io::Result<()> {
//! let client = OAuthClient::confidential("service principal", "its secret");
//! let warehouse = TestWarehouse::builder().oauth_client(client).start().await?;
//! // A client of `warehouse.host()` with this id and secret gets a token and runs statements.
//! assert_eq!(warehouse.service().requests("oauth-token"), 0);
//! # Ok(())
//! # }
//! ```
//!
//! | Route | What it serves | Name for counters, scripts and plans |
//! |---|---|---|
//! | `GET /.well-known/databricks-config` | the endpoints of workspace or account | `databricks-config` |
//! | `GET /oidc/.well-known/oauth-authorization-server`, `.../openid-configuration` | discovery (RFC 8414) | `oauth-discovery` |
//! | `GET` and `POST /oidc/v1/authorize` | a page to allow or deny, or an immediate redirect ([`Consent`]), with PKCE | `oauth-authorize` |
//! | `POST /oidc/v1/token` | `client_credentials` (secret, or JWT by RFC 7523), `authorization_code`, `refresh_token`, token exchange (RFC 8693) | `oauth-token` |
//! | `GET /aad/auth` | the redirect that names the tenant | `aad-auth` |
//! | `POST /{tenant}/oauth2/token` and `/{tenant}/oauth2/v2.0/token` | an imitation of Microsoft Entra | `aad-token` |
//! | `GET /github-actions/token` | an imitation of the token service of GitHub Actions | `github-token` |
//! | `GET /api/2.0/preview/scim/v2/Me` | who a token belongs to | `scim-me` |
//!
//! The endpoints of the account are below `/oidc/accounts/{account_id}/`. URLs in the documents
//! have the scheme, host and port of the request.
//!
//! Clients, users and issuers are registered on the [`ServiceBuilder`] or the
//! [`TestWarehouseBuilder`]; the client `databricks-cli` always exists. Lifetimes and incorrect
//! responses are in [`OAuthSettings`], which may be changed while the service runs; responses that
//! are late, broken, HTML or redirects are [`Step`](faults::Step)s for the names above.
//! [`Service::grants`] counts issued tokens, [`Service::revoke_token`] and
//! [`Service::expire_token`] invalidate one.
//!
//! # Guarantees
//!
//! - A Thrift handle needs its secret, and a wrong secret gets the same response as a wrong id.
//! - Cancel, close, timeouts and idle limits drop the future of the engine. A cancel also ends the wait
//!   of a status call.
//! - Invalid input and a panic of the engine fail only that request: with a Thrift exception for a
//!   body that is not a call, a Thrift status for a failed call, an HTTP status with JSON in the Statement
//!   Execution API, and 401, 403, 404, 405, 413 or 415 for any other request.
//! - A result is freed with its operation, and so are the files behind its links. Results beyond
//!   [`Settings::result_memory`] are in temporary files, which no end of the program leaves behind.
//! - Until credentials are set, a [`Server`] rejects requests under the name of another host and those of
//!   web pages of other sites with a 403: a page that is open in a browser on this machine cannot run
//!   statements.
//! - Half-sent requests and idle connections are closed; see [`SocketSettings`].
//! - No `Debug` prints a token, a secret, SQL or a parameter.
//!
//! # Limits
//!
//! No volumes or transactions, and no access from other machines: it listens on loopback addresses
//! only.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod admin;
mod counters;
mod credentials;
pub mod engine;
pub mod faults;
mod flag;
mod history;
mod identity;
mod in_process;
mod later;
mod oauth;
mod operation;
mod own_host;
mod registry;
mod result;
mod sea;
mod server;
mod service;
mod session;
mod settings;
mod statement;
mod store;
mod test_warehouse;
mod thrift;
mod warehouse;

pub use crate::counters::InFlight;
pub use crate::credentials::TokenExpiry;
pub use crate::in_process::LocalTransport;
pub use crate::oauth::{ForeignIssuer, OAuthClient, PublicKey};
pub use crate::result::ResultBytes;
pub use crate::server::{Server, TlsCertificate};
pub use crate::service::{SeenRequest, Service, ServiceBuilder};
pub use crate::settings::{
    Consent, DatabricksConfig, EntraSettings, Gone, NullBitmaps, OAuthOverrides, OAuthSettings,
    PageStart, Quirks, Reading, SeaQuirks, SeaSettings, Settings, SocketSettings, TokenForm,
};
pub use crate::store::StoreQuirks;
pub use crate::test_warehouse::{TestWarehouse, TestWarehouseBuilder};
pub use crate::thrift::ThriftVersion;

/// Time, randomness and tasks, used by [`Service`] and the engines.
pub use dbsql_runtime as runtime;
/// The transport trait that [`LocalTransport`] implements.
pub use dbsql_transport as transport;
/// JSON, used by [`Service::id_token`] and [`OAuthOverrides`].
pub use serde_json;

/// The examples in the README of this crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
