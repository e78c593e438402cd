//! Histograms for Prometheus.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};

/// Serves the histograms of this process to Prometheus.
pub fn install() -> Result<(), BuildError> {
    let boundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0, 600.0];
    let durations = Matcher::Full("db.client.operation.duration".to_owned());
    PrometheusBuilder::new().set_buckets_for_metric(durations, &boundaries)?.install()
}
