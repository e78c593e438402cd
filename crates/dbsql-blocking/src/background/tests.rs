//! Unit tests of the background thread.

use std::error::Error as _;

use dbsql::{Config, ErrorKind, RetryAdvice};

use super::*;

fn background() -> Background {
    let config = Config::new("http://127.0.0.1:1", "/sql/1.0/warehouses/x").token("t");
    Background::new(Client::new(config).expect("a client"))
}

/// No system has a stack of this size.
const TOO_LARGE: usize = usize::MAX / 4;

#[test]
fn thread_that_cannot_be_started_is_an_error() {
    let mut background = background();
    background.stack_size = Some(TOO_LARGE);
    let submit = background.enter(Afterwards::Submitted).err().expect("no thread");
    assert_eq!((submit.kind(), submit.retry()), (ErrorKind::Config, RetryAdvice::SafeToResubmit));
    assert!(submit.source().is_some(), "{submit:?}");
    let status = background.enter(Afterwards::Repeat).err().expect("no thread");
    assert_eq!(status.retry(), RetryAdvice::RepeatCall);
    // The next call tries again.
    background.stack_size = None;
    let site = background.enter(Afterwards::Repeat).expect("a thread");
    assert_eq!(site.run(None, async { Ok(7) }).expect("an outcome"), 7);
}

#[test]
fn panic_ends_the_call_and_not_the_thread() {
    let background = background();
    for (afterwards, kind, retry) in [
        (Afterwards::Repeat, ErrorKind::Transport, RetryAdvice::RepeatCall),
        (Afterwards::Submitted, ErrorKind::OutcomeUnknown, RetryAdvice::Unsafe),
        (Afterwards::Executed, ErrorKind::Transport, RetryAdvice::Unsafe),
    ] {
        for until in [None, resolve(Duration::from_secs(60).into())] {
            let site = background.enter(afterwards).expect("a thread");
            let panicking = async { panic!("a fault of the application") };
            let error = site.run::<()>(until, panicking).expect_err("it panics");
            assert_eq!((error.kind(), error.retry()), (kind, retry));
        }
    }
    let site = background.enter(Afterwards::Repeat).expect("a thread");
    assert_eq!(site.run(None, async { Ok(7) }).expect("an outcome"), 7);
}

#[test]
fn call_on_the_thread_itself_is_an_error() {
    let background = std::sync::Arc::new(background());
    let inner = std::sync::Arc::clone(&background);
    let site = background.enter(Afterwards::Repeat).expect("a thread");
    let called = site.run(None, async move { Ok(inner.enter(Afterwards::Repeat).err()) });
    assert_eq!(called.expect("an outcome").expect("an error").kind(), ErrorKind::Config);
}

#[test]
fn distant_deadline_is_none() {
    assert_eq!(resolve(Duration::MAX.into()), None);
    let background = background();
    let site = background.enter(Afterwards::Repeat).expect("a thread");
    let year = now().checked_add(Duration::from_secs(365 * 86_400));
    assert_eq!(site.run(year, async { Ok(7) }).expect("an outcome"), 7);
}
