//! A warehouse for one test, on a loopback port.

use std::io;
use std::net::Ipv4Addr;

use dbsql_runtime::Runtime;

use crate::engine::Engine;
use crate::faults::FaultPlan;
use crate::oauth::{ForeignIssuer, OAuthClient};
use crate::server::Server;
use crate::service::{Service, ServiceBuilder};
use crate::settings::Settings;

/// A [`Server`] with its own [`Service`] for one test: a free port of 127.0.0.1 and a random token.
/// Dropping it stops the server and everything that is still running.
///
/// It lives in the tokio runtime that started it. Each `#[tokio::test]` has its own, so a warehouse
/// that is shared by several tests needs a thread with its own runtime.
///
/// ```
/// use dbsql_local::TestWarehouse;
/// use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
/// use dbsql_local::runtime::Runtime;
///
/// # #[tokio::main]
/// # async fn main() -> std::io::Result<()> {
/// let engine = ScriptedEngine::new(Runtime::real()).on("DELETE FROM t", Answer::affected(3));
/// let warehouse = TestWarehouse::builder().engine(engine).start().await?;
///
/// // With the client of this workspace:
/// // Config::new(warehouse.host(), warehouse.http_path()).token(warehouse.token())
/// assert!(warehouse.host().starts_with("http://127.0.0.1:"));
/// assert_eq!(warehouse.http_path(), "/sql/1.0/warehouses/local");
/// assert_eq!(warehouse.token().len(), 32);
///
/// // What the client did:
/// assert_eq!(warehouse.service().runs("DELETE FROM t"), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TestWarehouse {
    server: Server,
    service: Service,
    host: String,
    http_path: String,
    token: Token,
    admin_token: Token,
}

/// Builds a [`TestWarehouse`].
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until it starts"]
pub struct TestWarehouseBuilder {
    service: ServiceBuilder,
    runtime: Option<Runtime>,
}

impl TestWarehouse {
    /// Starts a warehouse with default settings and no scripted answers: each statement fails with
    /// the class `UNSCRIPTED_STATEMENT`. [`TestWarehouse::builder`] accepts an engine with answers,
    /// and the crate `dbsql-warehouse` has one that runs SQL.
    ///
    /// # Errors
    ///
    /// If no port can be bound, or the system has no random bytes for a token.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Returns a builder with default settings.
    pub fn builder() -> TestWarehouseBuilder {
        TestWarehouseBuilder::default()
    }

    /// Returns the scheme, address and port, such as `http://127.0.0.1:45123`: the host of a
    /// client's configuration.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the HTTP path of the warehouse.
    #[must_use]
    pub fn http_path(&self) -> &str {
        &self.http_path
    }

    /// Returns the accepted token, in addition to those that are issued at sign-in.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token.0
    }

    /// Returns the random token of the admin endpoint below `/-/`, and of the page at `/`, where
    /// `{host}/#token={admin_token}` shows what a test is doing. See
    /// [`ServiceBuilder::admin_token`].
    #[must_use]
    pub fn admin_token(&self) -> &str {
        &self.admin_token.0
    }

    /// Returns the service: counters, tokens, and a transport without a socket.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Accepts no more connections, gives requests in flight a few seconds to end, and stops.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the server immediately.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
    }
}

impl TestWarehouseBuilder {
    /// Sets the engine that runs the statements.
    pub fn engine(mut self, engine: impl Engine) -> Self {
        self.service = self.service.engine(engine);
        self
    }

    /// Sets the settings of the service.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.service = self.service.settings(settings);
        self
    }

    /// Sets the fault plan.
    pub fn faults(mut self, plan: FaultPlan) -> Self {
        self.service = self.service.faults(plan);
        self
    }

    /// Registers a client of the sign-in endpoints.
    pub fn oauth_client(mut self, client: OAuthClient) -> Self {
        self.service = self.service.oauth_client(client);
        self
    }

    /// Registers a service principal at the imitated Microsoft Entra.
    pub fn entra_client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.service = self.service.entra_client(id, secret);
        self
    }

    /// Registers a user for the authorization page. Without any there is `user@dbsql.local`.
    pub fn user(mut self, name: impl Into<String>) -> Self {
        self.service = self.service.user(name);
        self
    }

    /// Registers an issuer whose tokens can be exchanged.
    pub fn foreign_issuer(mut self, issuer: ForeignIssuer) -> Self {
        self.service = self.service.foreign_issuer(issuer);
        self
    }

    /// Records every request, for [`Service::seen`].
    pub fn record_requests(mut self) -> Self {
        self.service = self.service.record_requests();
        self
    }

    /// Sets the source of time, randomness and tasks: [`Runtime::real`] by default.
    pub fn runtime(mut self, runtime: Runtime) -> Self {
        self.runtime = Some(runtime);
        self
    }

    /// Starts the warehouse.
    ///
    /// # Errors
    ///
    /// If no port can be bound, or the system has no random bytes for a token.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn start(self) -> io::Result<TestWarehouse> {
        let runtime = self.runtime.unwrap_or_default();
        let (token, admin_token) = (Token::random(&runtime)?, Token::random(&runtime)?);
        let service = self.service.runtime(runtime).accept_token(&token.0);
        let service = service.admin_token(&admin_token.0).build();
        let server = Server::start(service.clone(), (Ipv4Addr::LOCALHOST, 0).into()).await?;
        let http_path = service.settings().http_path.clone();
        let host = server.url();
        Ok(TestWarehouse { host, http_path, server, service, token, admin_token })
    }
}

/// Not printed.
struct Token(String);

impl Token {
    fn random(runtime: &Runtime) -> io::Result<Self> {
        let secret = runtime.random_bytes().map_err(io::Error::other)?;
        Ok(Self(format!("{:032x}", u128::from_le_bytes(secret))))
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[REDACTED]")
    }
}
