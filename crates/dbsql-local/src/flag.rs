//! A flag that tasks wait for.

use tokio::sync::watch;

/// Ready when the flag is set, or when its sender is gone. Cancel-safe.
pub(crate) async fn is_set(mut flag: watch::Receiver<bool>) {
    // The value is a lock that must not be held any longer.
    drop(flag.wait_for(|set| *set).await);
}
