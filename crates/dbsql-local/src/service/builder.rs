//! The builder of a service.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use dbsql_runtime::Runtime;

use crate::admin::Admin;
use crate::counters::Counters;
use crate::credentials::{Credentials, TokenExpiry};
use crate::engine::Engine;
use crate::engine::scripted::ScriptedEngine;
use crate::faults::{FaultPicker, FaultPlan, Script};
use crate::history::History;
use crate::oauth::{ForeignIssuer, OAuth, OAuthClient, Realm};
use crate::registry::Registry;
use crate::result::Held;
use crate::service::seen::RequestLog;
use crate::service::{Inner, Service};
use crate::settings::Settings;
use crate::store::Store;
use crate::warehouse::Warehouse;

/// Builds a [`Service`].
///
/// ```
/// use std::time::Duration;
/// use dbsql_local::transport::Transport;
/// use dbsql_local::{Service, Settings};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let settings = Settings { session_idle: Duration::from_secs(60), ..Settings::default() };
/// let service =
///     Service::builder().settings(settings).accept_token("secret").record_requests().build();
///
/// let request = http::Request::get("http://warehouse.test/api/2.0/sql/warehouses")
///     .header("authorization", "Bearer wrong")
///     .body("".into())?;
/// assert_eq!(service.transport().send(request).await?.status(), 401);
/// assert_eq!(service.seen().len(), 1);
/// # Ok(()) }
/// ```
#[derive(Debug, Default)]
pub struct ServiceBuilder {
    engine: Option<Arc<dyn Engine>>,
    runtime: Option<Runtime>,
    settings: Settings,
    credentials: Credentials,
    realm: Realm,
    faults: FaultPlan,
    admin: Admin,
    records: bool,
}

impl ServiceBuilder {
    /// Sets the engine that runs the statements. By default a [`ScriptedEngine`] without answers.
    #[must_use]
    pub fn engine(mut self, engine: impl Engine) -> Self {
        self.engine = Some(Arc::new(engine));
        self
    }

    /// Sets the source of time, randomness and tasks: [`Runtime::real`] by default.
    #[must_use]
    pub fn runtime(mut self, runtime: Runtime) -> Self {
        self.runtime = Some(runtime);
        self
    }

    /// Sets the settings.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Sets the fault plan. There is none by default.
    #[must_use]
    pub fn faults(mut self, plan: FaultPlan) -> Self {
        self.faults = plan;
        self
    }

    /// Turns on the page at `/` and the admin endpoint below `/-/`, which makes changes only for
    /// requests with this bearer token. Without a token, or with an empty one,
    /// there is neither.
    ///
    /// Reading needs no token: anyone who can reach the service sees statements, with their text,
    /// and sessions. Requests of the endpoint are not counted, recorded, scripted or planned for.
    /// `docs/testing-without-a-warehouse.md` lists the routes.
    ///
    /// ```
    /// use dbsql_local::Service;
    /// use dbsql_local::transport::Transport;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let service = Service::builder().admin_token("secret").build();
    /// let request = http::Request::post("http://warehouse.test/-/always")
    ///     .header("authorization", "Bearer secret")
    ///     .header("content-type", "application/json")
    ///     .body(r#"{"method": "sea-execute", "step": {"kind": "http", "status": 503}}"#.into())?;
    /// assert_eq!(service.transport().send(request).await?.status(), 200);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn admin_token(mut self, token: impl Into<String>) -> Self {
        self.admin = Admin::new(token.into());
        self
    }

    /// Records every request with its headers and body, for [`Service::seen`]. For tests: recorded
    /// requests are never dropped.
    #[must_use]
    pub fn record_requests(mut self) -> Self {
        self.records = true;
        self
    }

    /// Accepts this bearer token. Once any credentials are accepted, all others are rejected; until
    /// then all requests are accepted, with or without credentials.
    #[must_use]
    pub fn accept_token(self, token: impl AsRef<str>) -> Self {
        self.credentials.accept_token(token.as_ref(), None);
        self
    }

    /// Accepts this bearer token for a while, likewise.
    /// [`Quirks::forbid_expired_tokens`](crate::Quirks::forbid_expired_tokens) determines the
    /// response after that, and [`Service::accept_token`] accepts a new one.
    #[must_use]
    pub fn accept_expiring_token(self, token: impl AsRef<str>, expiry: TokenExpiry) -> Self {
        self.credentials.accept_token(token.as_ref(), Some(expiry));
        self
    }

    /// Accepts this name and password, likewise.
    #[must_use]
    pub fn accept_basic(self, user: impl AsRef<str>, password: impl AsRef<str>) -> Self {
        self.credentials.accept_basic(user.as_ref(), password.as_ref());
        self
    }

    /// Registers a client of the sign-in endpoints. Once a client, a user or an issuer is
    /// registered, requests need a token that was issued to one of them, or one that is accepted
    /// otherwise.
    #[must_use]
    pub fn oauth_client(mut self, client: OAuthClient) -> Self {
        self.realm.clients.push(client);
        self
    }

    /// Registers a service principal at the imitated Microsoft Entra, likewise.
    #[must_use]
    pub fn entra_client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.realm.entra_clients.push(OAuthClient::confidential(id, secret));
        self
    }

    /// Registers a user for the authorization page, likewise. Without any there is
    /// `user@dbsql.local`.
    #[must_use]
    pub fn user(mut self, name: impl Into<String>) -> Self {
        self.realm.users.push(name.into());
        self
    }

    /// Registers an issuer whose tokens can be exchanged, likewise.
    #[must_use]
    pub fn foreign_issuer(mut self, issuer: ForeignIssuer) -> Self {
        self.realm.issuers.push(issuer);
        self
    }

    /// Builds the service. Nothing runs before the first request.
    #[must_use]
    pub fn build(self) -> Service {
        let runtime = self.runtime.unwrap_or_default();
        self.credentials.start(&runtime);
        if self.realm.is_populated() {
            self.credentials.restrict();
        }
        let built = runtime.now();
        let oauth = OAuth::new(self.realm, &runtime);
        let engine = self.engine.unwrap_or_else(|| Arc::new(ScriptedEngine::new(runtime.clone())));
        Service {
            inner: Arc::new(Inner {
                engine,
                runtime,
                settings: Mutex::new(Arc::new(self.settings)),
                credentials: self.credentials,
                oauth,
                faults: FaultPicker::new(self.faults),
                counters: Counters::default(),
                registry: Registry::default(),
                store: Store::default(),
                held: Held::default(),
                history: History::default(),
                warehouse: Warehouse::default(),
                next_sweep: Mutex::new(None),
                script: Script::default(),
                log: RequestLog::new(self.records),
                built,
                admin: self.admin,
                placed: AtomicU64::new(0),
            }),
        }
    }
}
