//! A limited number of concurrent jobs.

use std::sync::Mutex;
use std::thread;

use anyhow::ensure;

/// Processes all items, this many concurrently; the results are in the order of the items.
pub(crate) fn all<T: Sync, R: Send>(
    items: &[T],
    at_once: usize,
    run: impl Fn(&T) -> anyhow::Result<R> + Sync,
) -> anyhow::Result<Vec<R>> {
    let waiting = Mutex::new(items.iter().enumerate());
    let worker = || {
        let mut done = Vec::new();
        loop {
            // The lock is released before the item is processed.
            let next = waiting.lock().map_or(None, |mut waiting| waiting.next());
            let Some((at, item)) = next else { return done };
            done.push((at, run(item)));
        }
    };
    let mut done: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..at_once).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    ensure!(done.len() == items.len(), "one was not done to its end");
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<_> = (0..50).collect();
        assert_eq!(all(&items, 4, |item| Ok(item * 2)).unwrap()[49], 98);
    }

    #[test]
    fn one_failure_is_reported_after_all_were_tried() {
        let tried = Mutex::new(0);
        let result = all(&[1, 2, 3], 1, |item| {
            *tried.lock().unwrap() += 1;
            if *item == 1 { anyhow::bail!("one") } else { Ok(()) }
        });
        assert!(result.is_err());
        assert_eq!(*tried.lock().unwrap(), 3);
    }
}
