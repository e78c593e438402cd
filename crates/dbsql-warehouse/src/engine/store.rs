//! The catalogs, schemas, tables and views that all sessions share.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::sql::sqlparser::ast::Query;

use super::data_folder::DataFolder;
use super::details::Details;
use super::errors::{self, Result, quoted};
use super::memory_table::MemoryTable;

/// The initial default catalog.
pub(super) const DEFAULT_CATALOG: &str = "main";
/// The initial default schema.
pub(super) const DEFAULT_SCHEMA: &str = "default";
/// The catalog whose `information_schema` covers all catalogs.
pub(super) const SYSTEM_CATALOG: &str = "system";
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
    /// The text of its query.
    pub(super) text: String,
}

/// A table or a view.
#[derive(Clone, Debug)]
pub(super) enum Relation {
    Table(Arc<MemoryTable>),
    View(Arc<View>),
}

impl Relation {
    /// Returns whether both are the same object.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Table(one), Self::Table(other)) => Arc::ptr_eq(one, other),
            (Self::View(one), Self::View(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

/// A table or a view, and what else is known of it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) relation: Relation,
    pub(super) details: Arc<Details>,
}

/// A schema.
#[derive(Clone, Debug, Default)]
pub(super) struct SchemaDetails {
    pub(super) comment: Option<String>,
    pub(super) properties: BTreeMap<String, String>,
    pub(super) owner: String,
    /// In microseconds since 1970.
    pub(super) created: i64,
}

#[derive(Debug, Default)]
struct Schema {
    details: SchemaDetails,
    relations: BTreeMap<String, Entry>,
}

type Schemas = BTreeMap<String, Schema>;

/// The state shared by all sessions of an engine.
#[derive(Debug)]
pub(super) struct Store {
    catalogs: Mutex<BTreeMap<String, Schemas>>,
    folder: Option<DataFolder>,
}

impl Store {
    pub(super) fn new(folder: Option<DataFolder>) -> Self {
        let schemas = BTreeMap::from([(DEFAULT_SCHEMA.to_owned(), Schema::default())]);
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
        catalog == SYSTEM_CATALOG || self.lock().contains_key(catalog)
    }

    /// Returns the schemas of a catalog.
    pub(super) fn schemas(&self, catalog: &str) -> Result<Vec<String>> {
        let catalogs = self.lock();
        let schemas =
            catalogs.get(catalog).ok_or_else(|| errors::catalog_not_found(&quoted([catalog])))?;
        Ok(schemas.keys().cloned().collect())
    }

    pub(super) fn has_schema(&self, catalog: &str, schema: &str) -> bool {
        if schema == INFORMATION_SCHEMA {
            return self.has_catalog(catalog);
        }
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
        let relations = relations.relations.iter();
        Ok(relations.map(|(name, entry)| (name.clone(), entry.relation.clone())).collect())
    }

    pub(super) fn entry(&self, name: &TableName) -> Option<Entry> {
        self.lock().get(&name.catalog)?.get(&name.schema)?.relations.get(&name.table).cloned()
    }

    pub(super) fn relation(&self, name: &TableName) -> Option<Relation> {
        self.entry(name).map(|entry| entry.relation)
    }

    /// Returns what is known of a table or view; nothing for one that does not exist.
    pub(super) fn details(&self, name: &TableName) -> Arc<Details> {
        self.entry(name).map(|entry| entry.details).unwrap_or_default()
    }

    /// Changes an entry that is still the same relation.
    pub(super) fn change(
        &self,
        name: &TableName,
        known: &Relation,
        change: impl FnOnce(&mut Relation, &mut Details),
    ) -> Result<()> {
        let mut catalogs = self.lock();
        let entry = catalogs
            .get_mut(&name.catalog)
            .and_then(|schemas| schemas.get_mut(&name.schema))
            .and_then(|schema| schema.relations.get_mut(&name.table))
            .filter(|entry| entry.relation.is(known))
            .ok_or_else(errors::changed_meanwhile)?;
        change(&mut entry.relation, Arc::make_mut(&mut entry.details));
        Ok(())
    }

    /// Moves a relation to another name; the name must be free and its schema must exist.
    pub(super) fn rename(&self, from: &TableName, to: &TableName) -> Result<()> {
        let in_folder =
            self.folder_of(&to.catalog, &to.schema).is_some_and(|folder| folder.has(&to.table));
        let mut catalogs = self.lock();
        let target = catalogs
            .get(&to.catalog)
            .and_then(|schemas| schemas.get(&to.schema))
            .ok_or_else(|| errors::schema_not_found(&quoted([&to.catalog, &to.schema])))?;
        if in_folder || target.relations.contains_key(&to.table) {
            return Err(errors::table_exists(&to.to_string()));
        }
        let entry = catalogs
            .get_mut(&from.catalog)
            .and_then(|schemas| schemas.get_mut(&from.schema))
            .and_then(|schema| schema.relations.remove(&from.table))
            .ok_or_else(errors::changed_meanwhile)?;
        if let Some(schema) =
            catalogs.get_mut(&to.catalog).and_then(|schemas| schemas.get_mut(&to.schema))
        {
            schema.relations.insert(to.table.clone(), entry);
        }
        Ok(())
    }

    pub(super) fn schema_details(&self, catalog: &str, schema: &str) -> Option<SchemaDetails> {
        Some(self.lock().get(catalog)?.get(schema)?.details.clone())
    }

    pub(super) fn comment_schema(
        &self,
        catalog: &str,
        schema: &str,
        comment: Option<String>,
    ) -> Result<()> {
        let mut catalogs = self.lock();
        let schema = catalogs
            .get_mut(catalog)
            .and_then(|schemas| schemas.get_mut(schema))
            .ok_or_else(|| errors::schema_not_found(&quoted([catalog, schema])))?;
        schema.details.comment = comment;
        Ok(())
    }

    /// Returns `true` if a table or view has this name, in memory or in the folder.
    pub(super) fn exists(&self, name: &TableName) -> bool {
        self.relation(name).is_some()
            || self
                .folder_of(&name.catalog, &name.schema)
                .is_some_and(|folder| folder.has(&name.table))
    }

    /// Adds a relation under this name. An existing one is replaced only if `replace` is set.
    pub(super) fn create(&self, name: &TableName, entry: Entry, replace: bool) -> Result<()> {
        let in_folder = self
            .folder_of(&name.catalog, &name.schema)
            .is_some_and(|folder| folder.has(&name.table));
        let mut catalogs = self.lock();
        let schemas = catalogs
            .get_mut(&name.catalog)
            .ok_or_else(|| errors::catalog_not_found(&quoted([&name.catalog])))?;
        let relations = schemas
            .get_mut(&name.schema)
            .ok_or_else(|| errors::schema_not_found(&quoted([&name.catalog, &name.schema])))?;
        let relations = &mut relations.relations;
        if in_folder || (!replace && relations.contains_key(&name.table)) {
            return Err(errors::table_exists(&name.to_string()));
        }
        relations.insert(name.table.clone(), entry);
        Ok(())
    }

    /// Removes a relation; `false` if there was none.
    pub(super) fn drop_relation(&self, name: &TableName) -> bool {
        let mut catalogs = self.lock();
        catalogs
            .get_mut(&name.catalog)
            .and_then(|schemas| schemas.get_mut(&name.schema))
            .is_some_and(|schema| schema.relations.remove(&name.table).is_some())
    }

    /// Creates a catalog with an empty `default` schema; `false` if it exists.
    pub(super) fn create_catalog(&self, catalog: &str) -> bool {
        let mut catalogs = self.lock();
        if catalogs.contains_key(catalog) {
            return false;
        }
        let schemas = BTreeMap::from([(DEFAULT_SCHEMA.to_owned(), Schema::default())]);
        catalogs.insert(catalog.to_owned(), schemas);
        true
    }

    /// Creates an empty schema; `false` if it exists.
    pub(super) fn create_schema(
        &self,
        catalog: &str,
        schema: &str,
        details: SchemaDetails,
    ) -> Result<bool> {
        let mut catalogs = self.lock();
        let schemas = catalogs
            .get_mut(catalog)
            .ok_or_else(|| errors::catalog_not_found(&quoted([catalog])))?;
        if schemas.contains_key(schema) || schema == INFORMATION_SCHEMA {
            return Ok(false);
        }
        schemas.insert(schema.to_owned(), Schema { details, relations: BTreeMap::new() });
        Ok(true)
    }

    /// Removes a schema; `false` if there was none.
    pub(super) fn drop_schema(&self, catalog: &str, schema: &str, cascade: bool) -> Result<bool> {
        let mut catalogs = self.lock();
        let Some(schemas) = catalogs.get_mut(catalog) else { return Ok(false) };
        let Some(relations) = schemas.get(schema) else { return Ok(false) };
        if !cascade && !relations.relations.is_empty() {
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
