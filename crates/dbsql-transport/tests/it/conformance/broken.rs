//! Transports that break the contract in one way each, on top of a good one.

mod faults;
mod odd_body;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use dbsql_transport::conformance::Suite;
use dbsql_transport::{Body, BoxFuture, SendPermit, Transport, TransportError};
use http::{HeaderValue, Request, Response};

pub(super) use self::faults::{IGNORES_PERMITS, all};
use super::{InProcess, endpoint, hyper};

type Exchange = Result<Response<Body>, TransportError>;

/// One fault, and the check that is there for it.
pub(super) struct Broken {
    pub(super) caught_by: &'static str,
    pub(super) fault: &'static str,
    /// Part of what the report must say.
    pub(super) says: &'static str,
    over: Over,
    behavior: Behavior,
}

/// What the transport stands on, and so which suite it goes through.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    Sockets,
    /// Over sockets, without taking the permit before the future is polled.
    SocketsUnheld,
    Memory,
}

/// What it does with the good transport underneath.
type Behavior = fn(Arc<State>, Request<Bytes>, SendPermit) -> BoxFuture<'static, Exchange>;

/// What faults remember between requests.
struct State {
    inner: Box<dyn Transport>,
    count: AtomicUsize,
    flag: Arc<AtomicBool>,
    lock: tokio::sync::Mutex<()>,
    late: Mutex<Option<tokio::task::JoinHandle<Exchange>>>,
    cookie: Mutex<Option<HeaderValue>>,
    cache: Mutex<Option<Bytes>>,
}

struct Faulty {
    state: Arc<State>,
    over: Over,
    behavior: Behavior,
}

impl Broken {
    pub(super) fn suite(&self) -> Suite<'static> {
        let (over, behavior) = (self.over, self.behavior);
        let make = move || {
            let inner: Box<dyn Transport> = match over {
                Over::Memory => Box::new(InProcess),
                _ => Box::new(hyper()),
            };
            let state = State {
                inner,
                count: AtomicUsize::default(),
                flag: Arc::default(),
                lock: tokio::sync::Mutex::default(),
                late: Mutex::default(),
                cookie: Mutex::default(),
                cache: Mutex::default(),
            };
            Faulty { state: Arc::new(state), over, behavior }
        };
        match over {
            Over::Memory => {
                Suite::for_endpoint(make, endpoint("http://local/good", "http://local/bad"))
            }
            _ => Suite::new(make),
        }
    }
}

impl Transport for Faulty {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Exchange> {
        let permit = match self.over {
            Over::SocketsUnheld => request.extensions().get().cloned().unwrap_or_default(),
            _ => SendPermit::hold_for(&request),
        };
        (self.behavior)(Arc::clone(&self.state), request, permit)
    }
}

impl fmt::Debug for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Faulty")
    }
}

/// Does something when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// The same request, about which nobody can be asked.
fn without_permit(request: &Request<Bytes>) -> Request<Bytes> {
    let mut request = request.clone();
    request.extensions_mut().remove::<SendPermit>();
    request
}

impl State {
    /// Counts this request as long as the guard lives, and says how many there were before.
    fn enter(self: &Arc<Self>) -> (usize, OnDrop<impl FnMut() + use<>>) {
        let before = self.count.fetch_add(1, Ordering::SeqCst);
        let state = Arc::clone(self);
        let leave = move || {
            state.count.fetch_sub(1, Ordering::SeqCst);
        };
        (before, OnDrop(leave))
    }
}
