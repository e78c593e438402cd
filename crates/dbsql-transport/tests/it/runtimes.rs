//! One transport, several tokio runtimes: one after the other, at once, idle, and gone.

use std::error::Error;
use std::pin::pin;
use std::sync::mpsc;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use dbsql_runtime::{NoRuntime, NoRuntimeKind, Runtime};
use dbsql_transport::{
    Body, HttpOptions, HyperTransport, RequestSent, Transport, TransportError, TransportErrorKind,
};
use http::Response;
use tokio::runtime::{Builder, Runtime as Tokio};

use crate::identity::Identity;
use crate::server::{LARGE, Server};
use crate::{post, send, text};

fn one_thread() -> Tokio {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn threads() -> Tokio {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// A server in its own runtime, with or without TLS, and a transport that trusts it.
struct Setup {
    tokio: Tokio,
    server: Option<Server>,
    url: String,
    transport: HyperTransport,
    runtime: Runtime,
}

impl Setup {
    fn new(scheme: &str) -> Self {
        let tokio = threads();
        let identity = Identity::of("localhost");
        let server = match scheme {
            "http" => tokio.block_on(Server::plain()),
            _ => tokio.block_on(Server::tls(&identity)),
        };
        let runtime = Runtime::real();
        let options = HttpOptions::new().add_root_certificate_pem(identity.pem());
        let transport = HyperTransport::with_runtime(options, &runtime).expect("valid options");
        let url = server.url(scheme);
        Self { tokio, server: Some(server), url, transport, runtime }
    }

    fn connections(&self) -> usize {
        self.server.as_ref().map_or(0, Server::connections)
    }

    async fn ask(&self) {
        assert!(
            text(send(&self.transport, &self.url).await.expect("answered")).await.contains("HTTP")
        );
    }

    async fn large(&self) -> Result<Response<Body>, TransportError> {
        send(&self.transport, &self.url.replace("/path", "/large")).await
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        let server = self.server.take();
        self.tokio.block_on(async { drop(server) });
    }
}

/// A hanging test fails instead.
fn within_a_minute(test: impl FnOnce() + Send + 'static) {
    let (done, finished) = mpsc::channel();
    let running = thread::spawn(move || {
        test();
        let _ = done.send(());
    });
    match finished.recv_timeout(Duration::from_secs(60)) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("it hangs"),
        _ => running.join().expect("no panic"),
    }
}

#[test]
fn idle_runtime_does_not_block_others() {
    within_a_minute(|| {
        for scheme in ["http", "https"] {
            let setup = Setup::new(scheme);
            let (one, two) = (one_thread(), one_thread());
            one.block_on(setup.ask());
            two.block_on(setup.ask());
            assert_eq!(setup.connections(), 2, "{scheme}: a connection for each");
            // And each uses its own connection again.
            one.block_on(setup.ask());
            two.block_on(setup.ask());
            assert_eq!(setup.connections(), 2, "{scheme}");
        }
    });
}

#[test]
fn transport_outlives_its_first_runtime() {
    within_a_minute(|| {
        for scheme in ["http", "https"] {
            let setup = Setup::new(scheme);
            for n in 1..=20 {
                let tokio = if n % 2 == 0 { one_thread() } else { threads() };
                tokio.block_on(setup.ask());
                assert_eq!(setup.connections(), n, "{scheme}");
                drop(tokio);
                assert_eq!(setup.runtime.live_tasks(), 0, "{scheme}: tasks end with {n}");
            }
        }
    });
}

#[test]
fn runtimes_side_by_side_share_a_transport() {
    within_a_minute(|| {
        let setup = Setup::new("https");
        thread::scope(|scope| {
            for n in 0..4 {
                let setup = &setup;
                scope.spawn(move || {
                    let tokio = if n % 2 == 0 { one_thread() } else { threads() };
                    for _ in 0..25 {
                        tokio.block_on(setup.ask());
                    }
                });
            }
        });
        assert_eq!(setup.connections(), 4);
    });
}

#[test]
fn body_is_read_in_another_runtime_while_its_own_runs() {
    within_a_minute(|| {
        for scheme in ["http", "https"] {
            let setup = Setup::new(scheme);
            let (one, two) = (threads(), one_thread());
            let answer = one.block_on(setup.large()).expect("answered");
            let body = two.block_on(answer.into_body().collect(LARGE)).expect("a whole body");
            assert_eq!(body.len(), LARGE, "{scheme}");
        }
    });
}

fn assert_breaks_off(body: Body, tokio: &Tokio) {
    let mut body = body;
    let error = loop {
        match tokio.block_on(body.chunk()) {
            Ok(Some(_)) => {}
            Ok(None) => panic!("it ended well"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{error:?}");
    assert!(error.to_string().starts_with("the response from localhost:"), "{error}");
    assert!(matches!(tokio.block_on(body.chunk()), Ok(None)), "one error, then nothing");
}

#[test]
fn body_of_an_idle_runtime_ends_with_an_error() {
    within_a_minute(|| {
        for scheme in ["http", "https"] {
            let setup = Setup::new(scheme);
            let one = one_thread();
            // Paused, so that no real time passes.
            let two = Builder::new_current_thread().enable_all().start_paused(true).build();
            let answer = one.block_on(setup.large()).expect("answered");
            assert_breaks_off(answer.into_body(), &two.expect("a runtime"));
        }
    });
}

#[test]
fn body_of_an_ended_runtime_ends_with_an_error() {
    within_a_minute(|| {
        for scheme in ["http", "https"] {
            let setup = Setup::new(scheme);
            for one in [one_thread(), threads()] {
                let answer = one.block_on(setup.large()).expect("answered");
                drop(one);
                assert_breaks_off(answer.into_body(), &one_thread());
            }
        }
    });
}

#[test]
fn any_drop_order_works() {
    within_a_minute(|| {
        for scheme in ["http", "https"] {
            for order in 0..3 {
                let setup = Setup::new(scheme);
                let one = if order == 1 { threads() } else { one_thread() };
                one.block_on(setup.ask());
                let answer = one.block_on(setup.large()).expect("answered");
                match order {
                    0 => {
                        drop(setup);
                        drop(one);
                        drop(answer);
                    }
                    1 => {
                        drop(answer);
                        drop(setup);
                        drop(one);
                    }
                    _ => {
                        drop(one);
                        drop(answer);
                        drop(setup);
                    }
                }
            }
        }
    });
}

fn assert_no_runtime(error: &TransportError, kind: NoRuntimeKind) {
    assert!(error.is_runtime(), "{error:?}");
    assert_eq!(error.kind(), TransportErrorKind::Other);
    assert_eq!(error.request_sent(), RequestSent::No);
    let missing = error.source().and_then(|source| source.downcast_ref::<NoRuntime>());
    assert_eq!(missing.map(NoRuntime::kind), Some(kind));
}

#[test]
fn send_without_a_usable_runtime_is_an_error() {
    let transport = HyperTransport::new(HttpOptions::default()).expect("valid options");
    let (request, permit) = post("http://127.0.0.1:1/");
    let mut sending = pin!(transport.send(request));
    match sending.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        std::task::Poll::Ready(Err(error)) => {
            assert_no_runtime(&error, NoRuntimeKind::OutsideRuntime);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(permit.revoke(), RequestSent::No);

    let bare = Builder::new_current_thread().build().expect("a runtime");
    let no_io = Builder::new_current_thread().enable_time().build().expect("a runtime");
    for (tokio, kind) in [(bare, NoRuntimeKind::NoTimer), (no_io, NoRuntimeKind::NoIo)] {
        for _ in 0..2 {
            let error =
                tokio.block_on(send(&transport, "http://127.0.0.1:1/")).expect_err("no way");
            assert_no_runtime(&error, kind);
        }
    }
    let other = one_thread().block_on(send(&transport, "http://127.0.0.1:1/")).expect_err("no one");
    assert!(!other.is_runtime(), "{other:?}");
}
