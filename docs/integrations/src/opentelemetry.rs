//! Spans through OpenTelemetry.

use opentelemetry::trace::TracerProvider as _;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::prelude::*;

/// Exports the spans of this process over OTLP.
pub fn install() -> Result<(), Box<dyn std::error::Error>> {
    let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder()
        .with_batch_exporter(opentelemetry_otlp::SpanExporter::builder().with_tonic().build()?)
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("my-service"));
    tracing_subscriber::registry()
        .with(layer.with_filter(LevelFilter::INFO)) // DEBUG: each request, too
        .init();
    Ok(())
}
