//! A session, which holds the effects of `USE` and `SET` and temporary views.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow_schema::Schema;
use dbsql_local::transport::BoxFuture;

use super::errors::{self, Result, quoted};
use super::settings;
use super::shared::Shared;
use super::statement::Run;
use super::store::{DEFAULT_CATALOG, DEFAULT_SCHEMA, View};
use dbsql_local::engine::catalog::CatalogContents;
use dbsql_local::engine::{
    EngineSession, ProgressSink, Query, QueryOutput, SessionOptions, SqlError,
};

/// The default catalog and schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Namespace {
    pub(super) catalog: String,
    pub(super) schema: String,
}

/// The user of an engine without a service.
const DEFAULT_USER: &str = "user@dbsql.local";

/// The views that are visible in one session only, by name in lower case.
pub(super) type TemporaryViews = BTreeMap<String, Arc<View>>;

/// The values that statements of a session read and change.
#[derive(Debug)]
pub(super) struct SessionValues {
    pub(super) namespace: Namespace,
    /// The user who opened the session.
    pub(super) user: Arc<str>,
    /// Keys with their original spelling, and values.
    pub(super) settings: BTreeMap<String, String>,
    pub(super) views: TemporaryViews,
}

/// A session of the engine.
#[derive(Debug)]
pub(super) struct Session {
    shared: Arc<Shared>,
    values: Arc<Mutex<SessionValues>>,
}

pub(super) fn lock<T>(values: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change is a single assignment or insertion.
    values.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session {
    pub(super) fn open(shared: Arc<Shared>, options: &SessionOptions) -> Result<Self> {
        let given = |name: &Option<String>| {
            name.as_deref().filter(|name| !name.is_empty()).map(str::to_lowercase)
        };
        let catalog = given(&options.catalog).unwrap_or_else(|| DEFAULT_CATALOG.to_owned());
        let schema = given(&options.schema).unwrap_or_else(|| DEFAULT_SCHEMA.to_owned());
        if !shared.store.has_catalog(&catalog) {
            return Err(errors::catalog_not_found(&quoted([&catalog])));
        }
        // The schema may be created later: only using it can fail.
        for (key, value) in &options.configuration {
            settings::check(key, value)?;
        }
        let values = SessionValues {
            namespace: Namespace { catalog, schema },
            user: options.user.as_deref().unwrap_or(DEFAULT_USER).into(),
            settings: options.configuration.clone(),
            views: TemporaryViews::new(),
        };
        Ok(Self { shared, values: Arc::new(Mutex::new(values)) })
    }
}

impl EngineSession for Session {
    fn execute(
        &self,
        query: Query,
        progress: ProgressSink,
    ) -> BoxFuture<'static, Result<QueryOutput, SqlError>> {
        let run = Run::new(Arc::clone(&self.shared), Arc::clone(&self.values), progress);
        self.shared.threads.run(run.stop.clone(), run.run(query))
    }

    fn contents(&self) -> BoxFuture<'static, Result<CatalogContents, SqlError>> {
        let ignored = ProgressSink::ignored();
        let run = Run::new(Arc::clone(&self.shared), Arc::clone(&self.values), ignored);
        let stop = run.stop.clone();
        self.shared.threads.run(stop, async move { run.contents().await })
    }

    fn setting(&self, key: &str) -> Option<String> {
        let values = lock(&self.values);
        let mut found = values.settings.iter().filter(|(known, _)| known.eq_ignore_ascii_case(key));
        found.next().map(|(_, value)| value.clone())
    }
}

impl SessionValues {
    /// Sets a value; keys are case-insensitive.
    pub(super) fn set(&mut self, key: &str, value: &str) {
        self.settings.retain(|known, _| !known.eq_ignore_ascii_case(key));
        self.settings.insert(key.to_owned(), value.to_owned());
    }
}

/// Returns the columns of a table for metadata calls.
pub(super) fn outer_schema(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(|field| {
        let data_type = super::types::outer_type(field.data_type());
        let name = super::memory_table::written_name(field);
        arrow_schema::Field::new(name, data_type, field.is_nullable())
    });
    Schema::new(fields.collect::<Vec<_>>())
}
