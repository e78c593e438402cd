//! The progress of a statement, from its metrics in the query history.

use dbsql_protocol::sea::{QueryInfo, path};
use http::Method;

use super::super::Sea;
use super::super::call::Call;
use crate::Result;
use crate::backend::Target;
use crate::http::exchange::Retry;
use crate::http::slots::{Class, Due, HeldSlot};
use crate::status::Progress;

impl Sea {
    /// Requests the progress of a statement once; `None` if the history has none.
    pub(crate) async fn progress(
        &self,
        target: &Target,
        due: Due,
        slot: HeldSlot,
    ) -> Result<Option<Progress>> {
        let path = path::query_with_metrics(&target.query_id().to_string());
        let call = Call::about_statement("GetQuery", Method::GET, path, target, None);
        let class = Class::Poll(due);
        let query = self.call(Call { retry: Retry::Never, class, held_slot: slot, ..call }).await?;
        Ok(progress(&query))
    }
}

/// Returns the elapsed time as a fraction of itself plus the remaining time that the server
/// projects. The initial number of tasks is unknown, so the remaining tasks give no fraction.
fn progress(query: &QueryInfo) -> Option<Progress> {
    let metrics = query.metrics.as_deref()?;
    let left = metrics.projected_remaining_wallclock_time_ms.filter(|left| *left >= 0)?;
    let spent = metrics.total_time_ms.or(query.duration).filter(|spent| *spent > 0)?;
    let seconds = (left as f64 / 1000.0).ceil();
    let tasks = metrics.remaining_task_count.filter(|tasks| *tasks >= 0);
    Some(Progress {
        fraction: spent as f64 / (spent as f64 + left as f64),
        summary: match tasks {
            Some(tasks) => format!("{tasks} tasks left, about {seconds} s"),
            None => format!("about {seconds} s left"),
        },
    })
}

#[cfg(test)]
mod tests {
    use dbsql_protocol::sea::QueryMetrics;

    use super::*;

    fn estimated(metrics: QueryMetrics) -> Option<(f64, String)> {
        let query = QueryInfo { metrics: Some(Box::new(metrics)), ..QueryInfo::default() };
        progress(&query).map(|progress| (progress.fraction, progress.summary))
    }

    #[test]
    fn progress_is_the_fraction_of_time() {
        let metrics = QueryMetrics {
            total_time_ms: Some(30_000),
            projected_remaining_wallclock_time_ms: Some(10_000),
            ..QueryMetrics::default()
        };
        assert_eq!(estimated(metrics), Some((0.75, "about 10 s left".to_owned())));
        let metrics = QueryMetrics { remaining_task_count: Some(7), ..metrics };
        assert_eq!(estimated(metrics), Some((0.75, "7 tasks left, about 10 s".to_owned())));
    }

    #[test]
    fn useless_metrics_are_no_progress() {
        let metrics = |spent, left| QueryMetrics {
            total_time_ms: spent,
            projected_remaining_wallclock_time_ms: left,
            remaining_task_count: Some(7),
            ..QueryMetrics::default()
        };
        for (spent, left) in [
            (None, None),
            (Some(1), None),
            (None, Some(1)),
            (Some(0), Some(0)),
            (Some(-1), Some(1)),
            (Some(1), Some(i64::MIN)),
        ] {
            assert_eq!(estimated(metrics(spent, left)), None, "{spent:?} {left:?}");
        }
        assert_eq!(progress(&QueryInfo::default()), None);
        let (fraction, _) = estimated(metrics(Some(i64::MAX), Some(i64::MAX))).unwrap();
        assert!((0.0..=1.0).contains(&fraction), "{fraction}");
    }
}
