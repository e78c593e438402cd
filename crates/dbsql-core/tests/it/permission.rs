//! The send permit of a submit: a caller that gives up and the connection compete for it, in both
//! orders.

use std::future::IntoFuture;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use dbsql_core::{
    AsyncExecution, Client, CloseOutcome, Connection, ErrorKind, Result, RetryAdvice,
};
use dbsql_protocol::message::Call;
use dbsql_transport::{Body, BoxFuture, SendPermit, Transport, TransportError};
use http::{Request, Response};
use tokio::task::JoinHandle;

use crate::support::{CANCEL, CLOSE, EXECUTE, Gate, Server, Step, config, poll_then_drop, seconds};

const INSERT: &str = "INSERT INTO t VALUES (1)";

/// A long-running statement whose response takes ten seconds.
async fn held() -> (Server, Gate, Client, Connection) {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(3600));
    server.always(EXECUTE, || Step::serve().after(seconds(10)));
    let gate = Gate::before(&server);
    let runtime = dbsql_core::Runtime::seeded(7);
    let client = Client::builder(config()).transport(gate.clone()).runtime(runtime);
    let client = client.build().unwrap();
    let connection = client.connect().await.unwrap();
    (server, gate, client, connection)
}

type Submitting = JoinHandle<Result<AsyncExecution>>;

/// Submits with a deadline, with or without `cancel_on_drop`, up to the moment before its last
/// bytes.
async fn submit(gate: &Gate, connection: &Connection, cancels: bool) -> Submitting {
    let submit = connection.execute_async(INSERT).deadline(seconds(5));
    let submit = if cancels { submit.cancel_on_drop() } else { submit };
    let submit = tokio::spawn(submit.into_future());
    gate.arrived().await;
    submit
}

#[tokio::test(start_paused = true)]
async fn deadline_before_the_last_bytes_means_never_sent() {
    for cancels in [false, true] {
        let (server, gate, client, connection) = held().await;
        let error = submit(&gate, &connection, cancels).await.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
        assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{error}");
        gate.let_go().await;
        assert_eq!(gate.revoked(), 1, "the connection asks, and is told no");
        client.shutdown(seconds(60)).await.unwrap();
        assert_eq!((server.count(EXECUTE), server.executions().len()), (0, 0));
        assert_eq!(server.count(CANCEL), 0, "there is nothing to cancel");
        assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
    }
}

#[tokio::test(start_paused = true)]
async fn deadline_after_the_last_bytes_means_unknown() {
    for cancels in [false, true] {
        let (server, gate, client, connection) = held().await;
        let submitting = submit(&gate, &connection, cancels).await;
        gate.let_go().await;
        let error = submitting.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(error.retry(), RetryAdvice::Unsafe, "{error}");
        assert_eq!((gate.revoked(), server.executions().len()), (0, 1));
        client.shutdown(seconds(600)).await.unwrap();
        let (cancels, running) = if cancels { (1, 0) } else { (0, 1) };
        assert_eq!((server.count(CANCEL), server.count(CLOSE)), (cancels, cancels));
        assert_eq!((server.running(), server.count(EXECUTE)), (running, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn submit_dropped_before_its_last_bytes_is_never_sent() {
    for cancels in [false, true] {
        let (server, gate, client, connection) = held().await;
        submit(&gate, &connection, cancels).await.abort();
        tokio::task::yield_now().await;
        gate.let_go().await;
        assert_eq!(gate.revoked(), 1);
        client.shutdown(seconds(60)).await.unwrap();
        assert_eq!((server.count(EXECUTE), server.count(CANCEL)), (0, 0));
        assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
    }
}

#[tokio::test(start_paused = true)]
async fn submit_dropped_after_its_last_bytes_is_canceled_once() {
    let (server, gate, client, connection) = held().await;
    let submitting = submit(&gate, &connection, true).await;
    gate.let_go().await;
    submitting.abort();
    client.shutdown(seconds(600)).await.unwrap();
    assert_eq!((gate.revoked(), server.executions().len()), (0, 1));
    assert_eq!((server.count(CANCEL), server.count(CLOSE)), (1, 1));
    assert_eq!((server.running(), server.open_operations()), (0, 0));
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
}

#[tokio::test(start_paused = true)]
async fn submit_dropped_after_its_last_bytes_counts_as_open() {
    let (server, gate, client, connection) = held().await;
    let submitting = submit(&gate, &connection, false).await;
    gate.let_go().await;
    submitting.abort();
    client.shutdown(seconds(600)).await.unwrap();
    assert_eq!((server.running(), server.count(CANCEL)), (1, 0), "nobody asked for it");
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::LeftOpen { executions: 1 });
}

#[tokio::test(start_paused = true)]
async fn execute_dropped_around_its_last_bytes_is_cleaned_up() {
    for sent_first in [false, true] {
        let (server, gate, client, connection) = held().await;
        let execute = tokio::spawn(connection.execute(INSERT).cancel_on_drop().into_future());
        gate.arrived().await;
        if sent_first {
            gate.let_go().await;
        }
        execute.abort();
        tokio::task::yield_now().await;
        gate.let_go().await;
        client.shutdown(seconds(600)).await.unwrap();
        let runs = usize::from(sent_first);
        assert_eq!((server.executions().len(), server.count(CANCEL)), (runs, runs));
        assert_eq!((server.running(), server.open_operations()), (0, 0));
    }
}

/// Holds the permit of the submit and never sends it. Everything else goes to the server.
#[derive(Clone, Debug)]
struct Holder {
    server: Server,
    permit: Arc<Mutex<Option<SendPermit>>>,
}

impl Transport for Holder {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, std::result::Result<Response<Body>, TransportError>> {
        let call = Call::decode(request.body().clone()).expect("a call");
        if call.method() != EXECUTE {
            return self.server.send(request);
        }
        let permit = request.extensions().get::<SendPermit>().expect("a permit").clone();
        permit.hold();
        *self.permit.lock().unwrap() = Some(permit);
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn permit_is_revoked_the_moment_a_submit_is_dropped() {
    for cancels in [false, true] {
        let holder = Holder { server: Server::databricks(), permit: Arc::default() };
        let client = Client::builder(config()).transport(holder.clone()).build().unwrap();
        let connection = client.connect().await.unwrap();
        let submit = connection.execute_async(INSERT);
        let submit = if cancels { submit.cancel_on_drop() } else { submit };
        assert!(poll_then_drop(submit.into_future(), 20).await.is_none());
        // No task has run since: the drop itself revoked the permit.
        let permit = holder.permit.lock().unwrap().take().expect("it was about to be sent");
        permit.take().expect_err("the statement could still be sent");
    }
}
