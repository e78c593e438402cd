//! Application code on the background thread: it panics, blocks the thread, or calls back.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::Duration;

use dbsql_blocking::auth::{AuthContext, Token};
use dbsql_blocking::{
    AuthError, BoxFuture, Client, Config, ErrorKind, RetryAdvice, RetryPolicy, Secret,
    TokenProvider,
};

use crate::support::{
    ENDLESS, Spy, THOUSAND, client_over, config, eventually, rows, service, within,
};

/// Panics in the first call, and in the future of the second one.
#[derive(Debug, Default)]
struct Brittle(AtomicU32);

impl TokenProvider for Brittle {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        assert!(number > 0, "a fault of the application in the call");
        Box::pin(async move {
            assert!(number > 1, "a fault of the application in the future");
            Token::bearer(&Secret::from("secret"))
        })
    }
}

fn with_credentials(provider: impl TokenProvider) -> (dbsql_local::Service, Client) {
    let service = service();
    let config = Config::new("http://warehouse.test", "/sql/1.0/warehouses/local");
    let client = Client::builder(config.credentials(provider)).transport(service.transport());
    (service, client.build().unwrap())
}

#[test]
fn token_provider_that_panics_fails_the_call_alone() {
    let (_service, client) = with_credentials(Brittle::default());
    for _ in 0..2 {
        let client = client.clone();
        let error = within(move || client.execute("SELECT 1").run()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert_eq!(error.retry(), RetryAdvice::SafeToResubmit);
    }
    drop(client.execute("SELECT 1").run().unwrap());
}

#[test]
fn transport_that_panics_fails_the_call_alone() {
    let service = service();
    let armed = Arc::new(AtomicBool::new(false));
    let spy = Spy::before(&service, {
        let armed = Arc::clone(&armed);
        move || assert!(!armed.load(Ordering::Relaxed), "a fault of the application")
    });
    // A panic of the transport is a transient error, which would be retried.
    let client = Client::builder(config().retry(RetryPolicy::none())).transport(spy);
    let client = client.build().unwrap();
    let connection = client.connect().open().unwrap();
    let query = connection.execute_async(THOUSAND).submit().unwrap();
    query.wait().unwrap();
    let mut results = query.get_results().unwrap();

    armed.store(true, Ordering::Relaxed);
    let error = {
        let connection = connection.clone();
        within(move || connection.execute_async("SELECT 1").submit()).unwrap_err()
    };
    assert!(
        matches!(error.retry(), RetryAdvice::Unsafe | RetryAdvice::SafeToResubmit),
        "{error:?}"
    );
    let bounded = query.clone();
    within(move || bounded.sync_status()).unwrap_err();
    results.try_next().unwrap_err();

    armed.store(false, Ordering::Relaxed);
    drop(connection.execute("SELECT 1").run().unwrap());
    query.sync_status().unwrap();
    let position = results.position();
    let rest = query.get_results_from(position).unwrap().fetch_all().unwrap();
    assert_eq!(rows(&rest) as u64 + position, 1000);
}

/// Waits for the test when it is armed, and so blocks the background thread.
struct Blocking {
    armed: Arc<AtomicBool>,
    entered: mpsc::Receiver<()>,
    release: mpsc::Sender<()>,
    client: Client,
}

impl Blocking {
    /// `spy` is one that calls back before requests, or after them.
    fn new(spy: impl FnOnce(Box<dyn Fn() + Send + Sync>) -> Spy) -> Self {
        let armed = Arc::new(AtomicBool::new(false));
        let (enter, entered) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let released = Mutex::new(released);
        let callback: Box<dyn Fn() + Send + Sync> = {
            let armed = Arc::clone(&armed);
            Box::new(move || {
                if armed.load(Ordering::Relaxed) {
                    let _ = enter.send(());
                    let _ = released.lock().unwrap().recv();
                }
            })
        };
        Self { armed, entered, release, client: client_over(spy(callback)) }
    }

    fn block(&self) {
        self.armed.store(true, Ordering::Relaxed);
    }

    fn release(&self) {
        self.armed.store(false, Ordering::Relaxed);
        self.release.send(()).unwrap();
    }
}

#[test]
fn deadlines_hold_while_a_transport_blocks_the_thread() {
    let service = service();
    let blocking = Blocking::new(|callback| Spy::before(&service, callback));
    let query = blocking.client.execute_async(ENDLESS).submit().unwrap();
    let connection = blocking.client.connect().open().unwrap();
    blocking.block();
    let short = Duration::from_millis(50);
    let waiting = query.with_deadline(short);
    let error = within(move || waiting.sync_status()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline, "{error:?}");
    blocking.entered.recv().unwrap();
    // The thread is still blocked, so this does not even start.
    let submit = connection.execute_async("SELECT 1").deadline(short);
    let error = within(move || submit.submit()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error:?}");
    assert_eq!(error.retry(), RetryAdvice::Unsafe);
    blocking.release();
    query.sync_status().unwrap();
    assert_eq!(service.runs("SELECT 1"), 0, "what was given up is not sent later");
}

#[test]
fn submit_abandoned_while_the_thread_is_blocked_is_canceled() {
    let service = service();
    let blocking = Blocking::new(|callback| Spy::after(&service, callback));
    let connection = blocking.client.connect().open().unwrap();
    blocking.block();
    let submit = connection.execute_async(ENDLESS).deadline(Duration::from_millis(50));
    let submit = submit.cancel_at_deadline();
    let error = within(move || submit.submit()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error:?}");
    assert_eq!(service.running_operations(), 1, "the response is there and cannot be delivered");
    blocking.release();
    eventually("it is canceled", || service.running_operations() == 0);
}

#[test]
fn drop_does_not_wait_for_a_blocked_thread() {
    let service = service();
    let blocking = Blocking::new(|callback| Spy::before(&service, callback));
    let client = blocking.client.clone();
    let connection = client.connect().open().unwrap();
    let query = connection.execute_async(THOUSAND).submit().unwrap();
    query.wait().unwrap();
    let mut results = connection.execute(THOUSAND).run().unwrap();
    results.try_next().unwrap();
    blocking.block();
    let asking = query.with_deadline(Duration::from_millis(50));
    within(move || drop(asking.sync_status()));
    blocking.entered.recv().unwrap();
    let Blocking { client: last, release, .. } = blocking;
    within(move || drop((results, query, connection, client, last)));
    drop(release);
}

/// A token provider that uses its own client.
#[derive(Debug, Default)]
struct CallsBack(Arc<OnceLock<Client>>, Arc<Mutex<Vec<ErrorKind>>>);

impl TokenProvider for CallsBack {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(async {
            let client = self.0.get().unwrap();
            let error = client.execute("SELECT 1").run().unwrap_err();
            self.1.lock().unwrap().push(error.kind());
            Token::bearer(&Secret::from("secret"))
        })
    }
}

#[test]
fn call_from_a_callback_of_the_same_client_is_an_error() {
    let provider = CallsBack::default();
    let (own, seen) = (Arc::clone(&provider.0), Arc::clone(&provider.1));
    let (_service, client) = with_credentials(provider);
    own.set(client.clone()).unwrap();
    drop(within(move || client.execute("SELECT 1").run()).unwrap());
    assert_eq!(*seen.lock().unwrap(), [ErrorKind::Config]);
}

/// A token provider that uses another client.
#[derive(Debug)]
struct AsksAnother(Client);

impl TokenProvider for AsksAnother {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(async {
            let secrets = self.0.execute("SELECT 1").run().unwrap().fetch_all().unwrap();
            assert_eq!(rows(&secrets), 1);
            Token::bearer(&Secret::from("secret"))
        })
    }
}

#[test]
fn callback_may_use_another_client() {
    let other = service();
    let vault = Client::builder(config()).transport(other.transport()).build().unwrap();
    let (_service, client) = with_credentials(AsksAnother(vault));
    drop(within(move || client.execute("SELECT 1").run()).unwrap());
}
