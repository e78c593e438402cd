//! Distinguishes panics that are findings from those that the panic boundary is for.
//!
//! The Arrow crates may panic on bad input, and the decoder turns that into an error. A panic in
//! any other code is a bug, even if it was caught.

use std::panic::{
    AssertUnwindSafe, PanicHookInfo, catch_unwind, resume_unwind, set_hook, take_hook,
};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// The panics of the current input.
static FOUND: Mutex<Found> = Mutex::new(NOTHING);

const NOTHING: Found = Found { own: None, foreign: None };

struct Found {
    /// The first one outside of the Arrow crates.
    own: Option<String>,
    /// The first one of the Arrow crates.
    foreign: Option<String>,
}

/// Runs one input at a time, since its tasks may panic in any thread.
pub(crate) fn watched<T>(run: impl FnOnce() -> T) -> T {
    static ONE: Mutex<()> = Mutex::new(());
    static HOOK: Once = Once::new();
    // The hook of libFuzzer aborts the process on any panic, even one that would be caught.
    HOOK.call_once(|| {
        drop(take_hook());
        set_hook(Box::new(hook));
    });
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    *found() = NOTHING;
    let result = catch_unwind(AssertUnwindSafe(run));
    // The lock is released before this panics: the hook acquires it.
    let Found { own, foreign } = std::mem::replace(&mut *found(), NOTHING);
    match (result, own, foreign) {
        (Ok(value), None, _) => value,
        (Ok(_), Some(panic), _) => panic!("a panic was caught: {panic}"),
        (Err(_), Some(panic), _) => panic!("{panic}"),
        (Err(_), None, Some(panic)) => panic!("a panic of Arrow was not caught: {panic}"),
        (Err(payload), None, None) => resume_unwind(payload),
    }
}

fn found() -> MutexGuard<'static, Found> {
    FOUND.lock().unwrap_or_else(PoisonError::into_inner)
}

fn hook(panic: &PanicHookInfo<'_>) {
    let file = panic.location().map_or("", |location| location.file());
    if is_foreign(file) {
        found().foreign.get_or_insert_with(|| panic.to_string());
        return;
    }
    found().own.get_or_insert_with(|| panic.to_string());
    report(panic);
}

#[expect(clippy::print_stderr, reason = "replaces the hook of the standard library")]
fn report(panic: &PanicHookInfo<'_>) {
    eprintln!("{panic}");
}

/// Whether the file belongs to the Arrow crates in cargo's registry.
fn is_foreign(file: &str) -> bool {
    let parts = file.split(['/', '\\']);
    parts.clone().any(|part| part == "registry")
        && parts
            .into_iter()
            .any(|part| ["arrow-", "flatbuffers-"].iter().any(|family| part.starts_with(family)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_panics_of_the_arrow_crates_are_expected() {
        assert!(is_foreign("/home/a/.cargo/registry/src/index/arrow-data-59.3.2/src/data.rs"));
        assert!(!is_foreign("/home/a/arrow-copy/crates/dbsql-arrow/src/lz4.rs"));
        assert!(!is_foreign("crates/dbsql-arrow/src/lz4.rs"));
        assert!(!is_foreign("/home/a/.cargo/registry/src/index/lz4_flex-0.14.0/src/frame.rs"));
    }

    #[test]
    fn panic_of_a_task_is_a_finding_when_caught() {
        let caught = catch_unwind(|| {
            watched(|| drop(catch_unwind(|| panic!("in a task"))));
        });
        let text = *caught.expect_err("found").downcast::<String>().expect("a text");
        assert!(text.contains("in a task"), "{text}");
        assert_eq!(watched(|| 7), 7);
    }
}
