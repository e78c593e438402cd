//! The catalogs, schemas, tables and views that all sessions share.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::sql::sqlparser::ast::Query;

use super::data_folder::DataFolder;
use super::errors::{self, Result, quoted};
use super::memory_table::MemoryTable;

/// The initial default catalog.
pub(super) const DEFAULT_CATALOG: &str = "main";
/// The initial default schema.
pub(super) const DEFAULT_SCHEMA: &str = "default";
/// The schema with views of all objects, in each catalog.
pub(super) const INFORMATION_SCHEMA: &str = "information_schema";

/// The full name of a table or view, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TableName {
    pub(super) catalog: String,
    pub(super) schema: String,
    pub(super) table: String,
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quoted([&self.catalog, &self.schema, &self.table]))
    }
}

/// A named query. It is planned again each time it is used.
#[derive(Debug)]
pub(super) struct View {
    pub(super) query: Query,
    /// The names of its columns, if given.
    pub(super) columns: Vec<String>,
    /// The default catalog of its query.
    pub(super) catalog: String,
    pub(super) schema: String,
}

/// A table or a view.
#[derive(Clone, Debug)]
pub(super) enum Relation {
    Table(Arc<MemoryTable>),
    View(Arc<View>),
}

type Schemas = BTreeMap<String, BTreeMap<String, Relation>>;

/// The state shared by all sessions of an engine.
#[derive(Debug)]
pub(super) struct Store {
    catalogs: Mutex<BTreeMap<String, Schemas>>,
    folder: Option<DataFolder>,
}

impl Store {
    pub(super) fn new(folder: Option<DataFolder>) -> Self {
        let schemas = BTreeMap::from([(DEFAULT_SCHEMA.to_owned(), BTreeMap::new())]);
        let catalogs = BTreeMap::from([(DEFAULT_CATALOG.to_owned(), schemas)]);
        Self { catalogs: Mutex::new(catalogs), folder }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Schemas>> {
        // Each change is a single insertion or removal: a panic cannot leave half of one.
        self.catalogs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the folder whose files are tables, if its tables belong to this schema.
    pub(super) fn folder_of(&self, catalog: &str, schema: &str) -> Option<&DataFolder> {
        self.folder.as_ref().filter(|_| catalog == DEFAULT_CATALOG && schema == DEFAULT_SCHEMA)
    }

    pub(super) fn catalogs(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    pub(super) fn has_catalog(&self, catalog: &str) -> bool {
        self.lock().contains_key(catalog)
    }

    /// Returns the schemas of a catalog.
    pub(super) fn schemas(&self, catalog: &str) -> Result<Vec<String>> {
        let catalogs = self.lock();
        let schemas =
            catalogs.get(catalog).ok_or_else(|| errors::catalog_not_found(&quoted([catalog])))?;
        Ok(schemas.keys().cloned().collect())
    }

    pub(super) fn has_schema(&self, catalog: &str, schema: &str) -> bool {
        self.lock().get(catalog).is_some_and(|schemas| schemas.contains_key(schema))
    }

    /// Returns the tables in memory and the views of a schema.
    pub(super) fn relations(&self, catalog: &str, schema: &str) -> Result<Vec<(String, Relation)>> {
        let catalogs = self.lock();
        let relations = catalogs
            .get(catalog)
            .ok_or_else(|| errors::catalog_not_found(&quoted([catalog])))?
            .get(schema)
            .ok_or_else(|| errors::schema_not_found(&quoted([catalog, schema])))?;
        Ok(relations.iter().map(|(name, relation)| (name.clone(), relation.clone())).collect())
    }

    pub(super) fn relation(&self, name: &TableName) -> Option<Relation> {
        self.lock().get(&name.catalog)?.get(&name.schema)?.get(&name.table).cloned()
    }

    /// Returns `true` if a table or view has this name, in memory or in the folder.
    pub(super) fn exists(&self, name: &TableName) -> bool {
        self.relation(name).is_some()
            || self
                .folder_of(&name.catalog, &name.schema)
                .is_some_and(|folder| folder.find(&name.table).is_some())
    }

    /// Adds a relation under this name. An existing one is replaced only if `replace` is set.
    pub(super) fn create(&self, name: &TableName, relation: Relation, replace: bool) -> Result<()> {
        let in_folder = self
            .folder_of(&name.catalog, &name.schema)
            .is_some_and(|folder| folder.find(&name.table).is_some());
        let mut catalogs = self.lock();
        let schemas = catalogs
            .get_mut(&name.catalog)
            .ok_or_else(|| errors::catalog_not_found(&quoted([&name.catalog])))?;
        let relations = schemas
            .get_mut(&name.schema)
            .ok_or_else(|| errors::schema_not_found(&quoted([&name.catalog, &name.schema])))?;
        if in_folder || (!replace && relations.contains_key(&name.table)) {
            return Err(errors::table_exists(&name.to_string()));
        }
        relations.insert(name.table.clone(), relation);
        Ok(())
    }

    /// Removes a relation; `false` if there was none.
    pub(super) fn drop_relation(&self, name: &TableName) -> bool {
        let mut catalogs = self.lock();
        catalogs
            .get_mut(&name.catalog)
            .and_then(|schemas| schemas.get_mut(&name.schema))
            .is_some_and(|relations| relations.remove(&name.table).is_some())
    }

    /// Creates a catalog with an empty `default` schema; `false` if it exists.
    pub(super) fn create_catalog(&self, catalog: &str) -> bool {
        let mut catalogs = self.lock();
        if catalogs.contains_key(catalog) {
            return false;
        }
        let schemas = BTreeMap::from([(DEFAULT_SCHEMA.to_owned(), BTreeMap::new())]);
        catalogs.insert(catalog.to_owned(), schemas);
        true
    }

    /// Creates an empty schema; `false` if it exists.
    pub(super) fn create_schema(&self, catalog: &str, schema: &str) -> Result<bool> {
        let mut catalogs = self.lock();
        let schemas = catalogs
            .get_mut(catalog)
            .ok_or_else(|| errors::catalog_not_found(&quoted([catalog])))?;
        if schemas.contains_key(schema) || schema == INFORMATION_SCHEMA {
            return Ok(false);
        }
        schemas.insert(schema.to_owned(), BTreeMap::new());
        Ok(true)
    }

    /// Removes a schema; `false` if there was none.
    pub(super) fn drop_schema(&self, catalog: &str, schema: &str, cascade: bool) -> Result<bool> {
        let mut catalogs = self.lock();
        let Some(schemas) = catalogs.get_mut(catalog) else { return Ok(false) };
        let Some(relations) = schemas.get(schema) else { return Ok(false) };
        if !cascade && !relations.is_empty() {
            let name = quoted([catalog, schema]);
            let message = format!(
                "Cannot drop a schema {name} because it contains objects. Use DROP SCHEMA ... \
                 CASCADE to drop the schema and all its objects."
            );
            return Err(dbsql_local::engine::SqlError::new("SCHEMA_NOT_EMPTY", "2BP01", message));
        }
        schemas.remove(schema);
        Ok(true)
    }
}
