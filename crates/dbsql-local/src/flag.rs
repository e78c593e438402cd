//! A flag that tasks wait for.

use tokio::sync::watch;

/// Waits until the flag is set or its sender is dropped. Cancel-safe.
pub(crate) async fn is_set(mut flag: watch::Receiver<bool>) {
    // The value is a lock guard that must not be held any longer.
    drop(flag.wait_for(|set| *set).await);
}
