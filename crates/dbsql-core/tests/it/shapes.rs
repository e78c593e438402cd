//! Compile-time checks: futures are `Send`, and public types are `Sync` and `Debug`.

use std::fmt::Debug;

use dbsql_core::{
    AsyncExecution, Call, Client, ClientBuilder, CloseOutcome, Config, Connect, Connection,
    Deadline, Error, ErrorKind, Execute, ExecutionHandle, ExecutionStatus, PollSchedule, Progress,
    QueryId, QuerySecret, ResultSet, RetryAdvice, Statement, StatusChange, StatusChanges, Submit,
    Value, Wait,
};
use futures_util::Stream;

fn shared<T: Send + Sync + Debug + 'static>() {}
fn cloned<T: Clone>() {}
fn moved<T: Send + Debug + Unpin + 'static>() {}
fn is_send<T: Send>(_: &T) {}
fn is_stream<T: Stream>() {}

#[test]
fn public_types_can_be_shared_between_threads_and_shown() {
    shared::<AsyncExecution>();
    shared::<Client>();
    shared::<ClientBuilder>();
    shared::<CloseOutcome>();
    shared::<Config>();
    shared::<Connect>();
    shared::<Connection>();
    shared::<Deadline>();
    shared::<Error>();
    shared::<ErrorKind>();
    shared::<Execute>();
    shared::<ExecutionHandle>();
    shared::<ExecutionStatus>();
    shared::<PollSchedule>();
    shared::<Progress>();
    shared::<QueryId>();
    shared::<QuerySecret>();
    shared::<RetryAdvice>();
    shared::<Statement>();
    shared::<StatusChange>();
    shared::<Submit>();
    shared::<Value>();
    shared::<Wait>();
}

#[test]
fn types_used_by_one_task_at_a_time_can_move_between_threads() {
    moved::<Call<AsyncExecution>>();
    moved::<ResultSet>();
    moved::<StatusChanges>();
    is_stream::<ResultSet>();
    is_stream::<StatusChanges>();
}

#[test]
fn handles_to_things_are_cheap_to_clone() {
    cloned::<AsyncExecution>();
    cloned::<Client>();
    cloned::<Connection>();
    cloned::<Error>();
    assert!(size_of::<Error>() <= size_of::<usize>());
    assert!(size_of::<AsyncExecution>() <= size_of::<usize>());
    assert!(size_of::<Client>() <= size_of::<usize>());
}

/// Never called: it only has to compile.
async fn every_future_is_send(client: Client, connection: Connection, handle: ExecutionHandle) {
    is_send(&client.connect().into_future());
    is_send(&client.execute_async("SELECT 1").into_future());
    is_send(&client.execute("SELECT 1").into_future());
    is_send(&client.get_async_execution(handle).into_future());
    is_send(&client.shutdown(std::time::Duration::ZERO));
    is_send(&connection.execute_async("SELECT 1").into_future());
    is_send(&connection.close().into_future());
    is_send(&connection.close_all().into_future());
    let Ok(query) = client.execute_async("SELECT 1").await else { return };
    is_send(&query.sync_status().into_future());
    is_send(&query.wait().into_future());
    is_send(&query.cancel().into_future());
    is_send(&query.close().into_future());
    is_send(&query.get_results_from(1).into_future());
    let Ok(mut results) = query.get_results().await else { return };
    is_send(&results.next());
    is_send(&results.fetch_all());
}

#[test]
fn every_public_future_can_move_between_threads() {
    fn whole<F: Future + Send>(_: impl Fn(Client, Connection, ExecutionHandle) -> F) {}
    whole(every_future_is_send);
}
