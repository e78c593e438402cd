//! What the compiler must agree to: what users hold can be shared between threads and shown, and every
//! future can move between threads.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use dbsql::{
    AsyncExecution, AuthError, Authorization, Call, Client, ClientBuilder, CloseOutcome, Config,
    Connect, Connection, Deadline, Discovery, Error, ErrorKind, Execute, ExecutionHandle,
    ExecutionStatus, HandleEndpoint, HttpOptions, Instant, LinkPolicy, ParseHandleError,
    PollSchedule, Progress, Protocol, Proxy, QueryId, QuerySecret, ResultSet, RetryAdvice,
    RetryPolicy, Runtime, Secret, SharedTransport, SqlProtocol, SqlType, Statement, StatusChange,
    StatusChanges, Submission, Submit, TokenProvider, Transport, TransportError, Value, Wait,
};

fn shared<T: Send + Sync + Debug + 'static + ?Sized>() {}

macro_rules! shared {
    ($($held:ty),* $(,)?) => {{ $(shared::<$held>();)* }};
}

#[test]
fn public_types_are_send_sync_debug_and_static() {
    shared![
        AsyncExecution,
        AuthError,
        Authorization,
        Call<AsyncExecution>,
        Call<ResultSet>,
        Client,
        ClientBuilder,
        CloseOutcome,
        Config,
        Connect,
        Connection,
        Deadline,
        Discovery,
        Error,
        ErrorKind,
        Execute,
        ExecutionHandle,
        ExecutionStatus,
        HttpOptions,
        Instant,
        LinkPolicy,
        ParseHandleError,
        HandleEndpoint,
        PollSchedule,
        Progress,
        Protocol,
        Proxy,
        QueryId,
        QuerySecret,
        ResultSet,
        RetryAdvice,
        RetryPolicy,
        Runtime,
        Secret,
        SharedTransport,
        SqlProtocol,
        SqlType,
        Statement,
        StatusChange,
        StatusChanges,
        Submission,
        Submit,
        TransportError,
        Value,
        Wait,
        dyn Transport,
        dyn TokenProvider,
    ];
}

/// The trait of the facade is that of `auth`.
#[test]
fn token_provider_is_one_trait() {
    fn provides<T: TokenProvider>() {}
    provides::<dbsql::auth::StaticToken>();
}

fn future<F: IntoFuture<IntoFuture: Send + 'static>>(_: &F) {}
fn send<F: Future + Send>(_: &F) {}

/// Never called: it is enough that it compiles.
async fn futures_are_send(client: Client, connection: Connection, handle: ExecutionHandle) {
    future(&client.connect());
    future(&client.execute_async("SELECT 1"));
    future(&client.execute("SELECT 1"));
    future(&client.get_async_execution(handle.clone()));
    future(&client.find_submitted("nonce", SystemTime::UNIX_EPOCH));
    send(&client.shutdown(Duration::ZERO));
    future(&connection.execute_async("SELECT 1"));
    future(&connection.execute("SELECT 1"));
    future(&connection.get_async_execution(handle));
    future(&connection.close());
    future(&connection.close_all());
    let Ok(query) = client.execute_async("SELECT 1").await else { return };
    future(&query.sync_status());
    future(&query.wait());
    future(&query.get_results());
    future(&query.get_results_from(1));
    future(&query.cancel());
    future(&query.close());
    let Ok(mut results) = query.get_results().await else { return };
    send(&results.next());
    send(&results.fetch_all());
}

#[test]
fn futures_can_move_between_threads() {
    fn whole<F: Future + Send>(_: impl Fn(Client, Connection, ExecutionHandle) -> F) {}
    whole(futures_are_send);
}
