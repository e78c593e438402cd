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

/// Connections, timers and tasks belong to the runtime in which they were made and work only
/// while it runs, so each runtime that sends requests has pools of its own.
pub(super) struct Pools {
    /// For everything that may be repeated.
    pooled: Client,
    /// For [`FreshConnection`]: the same connector, a pool of its own that forgets soon.
    fresh: Client,
    /// For a [`FreshConnection`] that asks for less than `FRESH_IDLE`: no pool.
    unpooled: Client,
    /// For [`RemoteOnly`]: another connector, so never a connection to an address
    /// that such a request must not go to.
    remote: Client,
    home: HomeRuntime,
    _tasks: Arc<Tasks>,
}

/// How long the connections of the pool for [`FreshConnection`] may be idle.
const FRESH_IDLE: Duration = Duration::from_secs(1);

/// An idle connection is not kept longer than this, whatever is asked for.
const MAX_IDLE: Duration = Duration::from_secs(24 * 3600);

/// HTTP/2 connections are pinged while something is in flight on them: otherwise a half-open one
/// would stay in the pool and swallow one request after the other.
const PING_INTERVAL: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(20);

/// The most that is read at once from an HTTP/1.1 connection, and the longest head of a response, in
/// bytes. What a body is not asked for stays in such a buffer, outside of any budget.
const READ_BUFFER: usize = 128 << 10;

/// How many streams that this side gave up are remembered on an HTTP/2 connection. An answer to
/// one that was forgotten counts as an error of the server, and too many of them end the
/// connection with everything that is in flight on it.
const REMEMBERED_RESETS: usize = 4096;

impl Pools {
    /// Empty pools for `home`, the runtime of the caller.
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
                // hyper adds it to the time of day.
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

    /// The pool for a request that asks for these.
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

    /// The runtime that these belong to.
    pub(super) fn home(&self) -> &HomeRuntime {
        &self.home
    }
}

/// Runs hyper's tasks in a set that the pools own. Weak, since the tasks hold executors.
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
        // Without an owner the task has nothing left to work for. hyper also comes here when a
        // connection is dropped, which can be anywhere.
        if let Some(tasks) = self.tasks.upgrade()
            && self.home.is_here()
        {
            tasks.spawn(async move {
                task.await;
            });
        }
    }
}
