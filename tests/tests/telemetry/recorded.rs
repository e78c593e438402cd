//! A subscriber that keeps all spans and events. Each test sees those of its own thread, on which all
//! of it runs.

use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::sync::{Mutex, Once};
use std::thread::{self, ThreadId};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// One span, or an event.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) name: &'static str,
    pub(crate) fields: Fields,
    /// The number of the span that it is below.
    pub(crate) parent: Option<usize>,
    pub(crate) is_closed: bool,
    thread: ThreadId,
}

/// Field names and values.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fields(BTreeMap<&'static str, String>);

impl Fields {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All of it in one text.
    pub(crate) fn text(&self) -> String {
        format!("{:?}", self.0)
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

static ALL: Mutex<Vec<Recorded>> = Mutex::new(Vec::new());

/// The index of a span in [`ALL`].
struct Number(usize);

struct Recorder;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let parent = span.parent().map(|parent| parent.extensions().get::<Number>().unwrap().0);
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let name = attributes.metadata().name();
        let thread = thread::current().id();
        let mut all = ALL.lock().unwrap();
        span.extensions_mut().insert(Number(all.len()));
        all.push(Recorded { name, fields, parent, is_closed: false, thread });
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let number = span.extensions().get::<Number>().unwrap().0;
        record.record(&mut ALL.lock().unwrap()[number].fields);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let thread = thread::current().id();
        let (name, parent) = ("event", None);
        ALL.lock().unwrap().push(Recorded { name, fields, parent, is_closed: true, thread });
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let number = context.span(&id).unwrap().extensions().get::<Number>().unwrap().0;
        ALL.lock().unwrap()[number].is_closed = true;
    }
}

/// What this thread has recorded.
#[derive(Clone, Copy)]
pub(crate) struct Recording {
    thread: ThreadId,
}

impl Recording {
    /// Begins to record, which goes on for good.
    pub(crate) fn begin() -> Self {
        static BEGIN: Once = Once::new();
        BEGIN.call_once(|| {
            let subscriber = tracing_subscriber::registry().with(Recorder);
            tracing::subscriber::set_global_default(subscriber).unwrap();
        });
        Self { thread: thread::current().id() }
    }

    /// All spans and events, with their numbers.
    fn all(self) -> Vec<(usize, Recorded)> {
        let all = ALL.lock().unwrap();
        let of_this = all.iter().cloned().enumerate().filter(|(_, one)| one.thread == self.thread);
        of_this.collect()
    }

    /// The spans of calls, in the order in which they began.
    pub(crate) fn calls(self) -> Vec<Recorded> {
        self.named("dbsql.call").into_iter().map(|(_, call)| call).collect()
    }

    /// The only call of this name.
    pub(crate) fn call(self, name: &str) -> Recorded {
        let mut calls = self.calls();
        calls.retain(|call| call.is_call(name));
        assert_eq!(calls.len(), 1, "{name}: {calls:#?}");
        calls.remove(0)
    }

    /// The spans of requests below the only call of this name.
    pub(crate) fn requests_of(self, name: &str) -> Vec<Recorded> {
        let calls = self.named("dbsql.call");
        let call = calls.iter().find(|(_, call)| call.is_call(name));
        let number = call.unwrap_or_else(|| panic!("{name} is not in {calls:#?}")).0;
        let requests = self.named("dbsql.request").into_iter().map(|(_, request)| request);
        requests.filter(|request| request.parent == Some(number)).collect()
    }

    pub(crate) fn named(self, name: &str) -> Vec<(usize, Recorded)> {
        self.all().into_iter().filter(|(_, one)| one.name == name).collect()
    }

    /// Every name and value, of events, too.
    pub(crate) fn text(self) -> String {
        let all = self.all();
        all.iter().map(|(_, one)| format!("{} {}\n", one.name, one.fields.text())).collect()
    }
}

impl Recorded {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name)
    }

    pub(crate) fn is_call(&self, name: &str) -> bool {
        self.get("databricks.call") == Some(name)
    }
}

impl Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording").finish_non_exhaustive()
    }
}
