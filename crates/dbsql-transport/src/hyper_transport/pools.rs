//! The connections of one tokio runtime, and the tasks that drive them.

use std::sync::{Arc, Weak};
use std::time::Duration;

use dbsql_runtime::{HomeRuntime, Runtime, Tasks};
use http::Extensions;
use hyper_util::client::legacy;
use hyper_util::rt::TokioTimer;

use super::connector::{Connector, Connectors};
use crate::{FreshConnection, HttpOptions, RemoteOnly, RequestBody};

/// hyper's client, with our connector and body.
pub(super) type Client = legacy::Client<Connector, RequestBody>;

/// Connections, timers and tasks work only while the runtime in which they were created runs, so
/// each runtime that sends requests has its own pools.
pub(super) struct Pools {
    /// For requests that may be retried.
    pooled: Client,
    /// For [`FreshConnection`]: the same connector, with a separate pool and a short idle limit.
    fresh: Client,
    /// For a [`FreshConnection`] with a limit below `FRESH_IDLE`: no pool.
    unpooled: Client,
    /// For [`RemoteOnly`]: a separate connector, so that a connection to a forbidden address is
    /// never reused.
    remote: Client,
    home: HomeRuntime,
    _tasks: Arc<Tasks>,
}

/// The idle limit of connections in the pool for [`FreshConnection`].
const FRESH_IDLE: Duration = Duration::from_secs(1);

/// The maximum idle time of a connection, whatever the options say.
const MAX_IDLE: Duration = Duration::from_secs(24 * 3600);

/// HTTP/2 connections are pinged while requests are in flight on them: otherwise a half-open one
/// would stay in the pool and swallow one request after another.
const PING_INTERVAL: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(20);

/// The maximum size of a single read from an HTTP/1.1 connection, and of the head of a response, in
/// bytes. Unread bytes of a body stay in such a buffer, outside any budget.
const READ_BUFFER: usize = 128 << 10;

/// The number of streams reset by this side that are remembered on an HTTP/2 connection. A response
/// to a forgotten stream counts as an error of the server, and too many of them end the connection
/// with everything that is in flight on it.
const REMEMBERED_RESETS: usize = 4096;

impl Pools {
    /// Creates empty pools for `home`, the runtime of the caller.
    pub(super) fn new(
        options: &HttpOptions,
        connectors: &Connectors,
        runtime: &Runtime,
        home: HomeRuntime,
    ) -> Self {
        let tasks = Arc::new(runtime.tasks());
        let executor = Executor { tasks: Arc::downgrade(&tasks), home: home.clone() };
        let client = |idle: Duration, connector: &Connector| {
            legacy::Client::builder(executor.clone())
                .timer(TokioTimer::new())
                .pool_timer(TokioTimer::new())
                // hyper adds this to the current time.
                .pool_idle_timeout(idle.min(MAX_IDLE))
                .pool_max_idle_per_host(if idle.is_zero() { 0 } else { usize::MAX })
                .http1_max_buf_size(READ_BUFFER)
                .http2_keep_alive_interval(PING_INTERVAL)
                .http2_keep_alive_timeout(PING_TIMEOUT)
                .http2_max_concurrent_reset_streams(REMEMBERED_RESETS)
                .build(connector.clone())
        };
        Self {
            pooled: client(options.pool_idle_timeout, &connectors.any),
            fresh: client(options.pool_idle_timeout.min(FRESH_IDLE), &connectors.any),
            unpooled: client(Duration::ZERO, &connectors.any),
            remote: client(options.pool_idle_timeout, &connectors.remote),
            home,
            _tasks: tasks,
        }
    }

    /// Returns the pool for a request with these extensions.
    pub(super) fn client(&self, extensions: &Extensions) -> &Client {
        if extensions.get::<RemoteOnly>().is_some() {
            return &self.remote;
        }
        match extensions.get::<FreshConnection>() {
            None => &self.pooled,
            Some(fresh) if fresh.max_idle() >= FRESH_IDLE => &self.fresh,
            Some(_) => &self.unpooled,
        }
    }

    /// Returns the runtime that the pools belong to.
    pub(super) fn home(&self) -> &HomeRuntime {
        &self.home
    }
}

/// Runs hyper's tasks in a set owned by the pools. Weak, since the tasks hold executors.
#[derive(Clone)]
struct Executor {
    tasks: Weak<Tasks>,
    home: HomeRuntime,
}

impl<F> hyper::rt::Executor<F> for Executor
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    fn execute(&self, task: F) {
        // Without an owner there is nothing left to do for the task. hyper also gets here when a
        // connection is dropped, which can happen anywhere.
        if let Some(tasks) = self.tasks.upgrade()
            && self.home.is_here()
        {
            tasks.spawn(async move {
                task.await;
            });
        }
    }
}
