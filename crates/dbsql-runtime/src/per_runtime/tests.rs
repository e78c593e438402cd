//! Values are created and released with their runtimes, whatever is dropped first.

#![expect(clippy::disallowed_methods, reason = "the tests need threads and tasks of other owners")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use tokio::runtime::Builder;

use super::*;

fn one_thread() -> tokio::runtime::Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn threads() -> tokio::runtime::Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

#[test]
fn each_runtime_has_its_own_value() {
    let (map, runtime) = (PerRuntime::new(), Runtime::real());
    let (one, two) = (one_thread(), threads());
    let get = |tokio: &tokio::runtime::Runtime, make: fn() -> u8| {
        tokio.block_on(async { *map.get_or_make(&runtime, make).expect("in a runtime") })
    };
    assert_eq!(get(&one, || 1), 1);
    assert_eq!(get(&two, || 2), 2);
    // The first runtime is idle but alive, and still has its value.
    assert_eq!(get(&one, || 3), 1);
    let values: Vec<u8> = map.values().iter().map(|value| **value).collect();
    assert_eq!(values, [1, 2]);
}

#[test]
fn value_is_released_with_its_runtime() {
    let (map, runtime) = (PerRuntime::new(), Runtime::real());
    for n in 0..2_000 {
        let tokio = one_thread();
        let value = tokio.block_on(async { map.get_or_make(&runtime, || n) }).expect("made");
        assert_eq!(map.values(), [Arc::clone(&value)]);
        drop(tokio);
        assert_eq!(Arc::strong_count(&value), 1, "runtime {n}");
        assert!(map.values().is_empty(), "runtime {n}");
    }
}

#[test]
fn background_shutdown_releases_the_value() {
    let (map, runtime) = (PerRuntime::new(), Runtime::real());
    let tokio = threads();
    let value = tokio.block_on(async { map.get_or_make(&runtime, || ()) }).expect("made");
    tokio.shutdown_background();
    for _ in 0..1000 {
        if Arc::strong_count(&value) == 1 {
            break;
        }
        thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(map.values().is_empty());
}

#[test]
fn any_drop_order_works() {
    struct Touchy(Arc<AtomicUsize>, Runtime);
    impl Drop for Touchy {
        fn drop(&mut self) {
            // As real values do: count down, and abort tasks of the runtime that shuts down.
            let _ = self.1.tasks();
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let dropped = Arc::new(AtomicUsize::new(0));
    for order in 0..6 {
        let runtime = Runtime::real();
        let map = PerRuntime::new();
        let tokio = if order % 2 == 0 { one_thread() } else { threads() };
        let make = || Touchy(Arc::clone(&dropped), runtime.clone());
        let value = tokio.block_on(async { map.get_or_make(&runtime, make) }).expect("made");
        match order / 2 {
            0 => {
                drop(map);
                drop(tokio);
                drop(value);
            }
            1 => {
                drop(tokio);
                drop(value);
                drop(map);
            }
            _ => {
                drop(value);
                drop(map);
                assert_eq!(dropped.load(Ordering::Relaxed), order + 1);
                drop(tokio);
            }
        }
        assert_eq!(dropped.load(Ordering::Relaxed), order + 1);
    }
}

#[test]
fn watch_task_ends_with_the_map() {
    let tokio = one_thread();
    tokio.block_on(async {
        let map = PerRuntime::new();
        map.get_or_make(&Runtime::real(), || ()).expect("made");
        assert_eq!(Handle::current().metrics().num_alive_tasks(), 1);
        drop(map);
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
    });
}

#[test]
fn dropping_the_map_does_not_wait_for_an_idle_runtime() {
    let (map, runtime) = (PerRuntime::new(), Runtime::real());
    let idle = one_thread();
    let value = idle.block_on(async { map.get_or_make(&runtime, || ()) }).expect("made");
    let (done, finished) = mpsc::channel();
    thread::spawn(move || {
        drop(map);
        done.send(()).expect("somebody waits");
    });
    finished.recv_timeout(std::time::Duration::from_secs(30)).expect("dropped");
    assert_eq!(Arc::strong_count(&value), 1);
    drop(idle);
}

#[test]
fn make_may_use_the_map() {
    let (map, runtime) = (PerRuntime::new(), Runtime::real());
    one_thread().block_on(async {
        let outer = map.get_or_make(&runtime, || {
            let inner = map.get_or_make(&runtime, || 1).expect("made");
            assert_eq!(*inner, 1);
            2
        });
        // The first value to be stored is kept.
        assert_eq!(outer.as_deref(), Ok(&1));
        assert_eq!(map.values().len(), 1);
    });
}

#[test]
fn racing_threads_share_one_value() {
    let tokio = Builder::new_multi_thread().worker_threads(4).enable_all().build().expect("made");
    let (map, runtime) = (Arc::new(PerRuntime::new()), Runtime::real());
    let got: Vec<Arc<u64>> = tokio.block_on(async {
        let tasks: Vec<_> = (0..16)
            .map(|n| {
                let (map, runtime) = (Arc::clone(&map), runtime.clone());
                tokio::spawn(async move { map.get_or_make(&runtime, || n).expect("made") })
            })
            .collect();
        let mut got = Vec::new();
        for task in tasks {
            got.push(task.await.expect("no panic"));
        }
        got
    });
    assert!(got.iter().all(|value| Arc::ptr_eq(value, &got[0])));
    assert_eq!(map.values().len(), 1);
}

#[test]
fn make_is_not_called_without_a_runtime() {
    let map = PerRuntime::new();
    let error = map.get_or_make(&Runtime::real(), || panic!("made")).expect_err("outside");
    assert_eq!(error.kind(), NoRuntimeKind::OutsideRuntime);
    let bare = Builder::new_current_thread().build().expect("a runtime");
    let error = bare
        .block_on(async { map.get_or_make(&Runtime::real(), || panic!("made")) })
        .expect_err("no timer");
    assert_eq!(error.kind(), NoRuntimeKind::NoTimer);
}
