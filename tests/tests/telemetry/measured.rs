//! A recorder of metrics that keeps each value. Each test sees those of its own thread.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Once};
use std::thread::{self, ThreadId};

use metrics::{
    Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};

/// One value of a histogram.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
    thread: ThreadId,
}

impl Measured {
    pub(crate) fn label(&self, name: &str) -> Option<&str> {
        self.labels.get(name).map(String::as_str)
    }
}

static ALL: Mutex<Vec<Measured>> = Mutex::new(Vec::new());

struct All;

/// The histogram of one key.
struct OfKey(Key);

impl HistogramFn for OfKey {
    fn record(&self, value: f64) {
        let label = |label: &metrics::Label| (label.key().to_owned(), label.value().to_owned());
        ALL.lock().unwrap().push(Measured {
            name: self.0.name().to_owned(),
            labels: self.0.labels().map(label).collect(),
            value,
            thread: thread::current().id(),
        });
    }
}

impl Recorder for All {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Arc::new(OfKey(key.clone())))
    }
}

/// Begins to measure, which goes on for good.
pub(crate) fn begin() {
    static BEGIN: Once = Once::new();
    BEGIN.call_once(|| metrics::set_global_recorder(All).unwrap());
}

/// The values of a histogram from this thread.
pub(crate) fn values(name: &str) -> Vec<Measured> {
    let thread = thread::current().id();
    let mut all = ALL.lock().unwrap().clone();
    all.retain(|one| one.thread == thread && one.name == name);
    all
}
