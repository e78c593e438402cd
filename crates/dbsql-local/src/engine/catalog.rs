//! The contents of a warehouse for metadata calls: schemas, tables, keys and functions.

pub(crate) mod grid;
mod pattern;
mod show;

use std::collections::BTreeSet;

pub use self::pattern::like;
pub use self::show::Show;
use crate::engine::Table;

/// The contents of catalogs, for metadata calls.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogContents {
    /// Catalogs and their schemas. Those of a table may be omitted.
    pub schemas: Vec<SchemaName>,
    /// The tables and views.
    pub tables: Vec<Table>,
    /// The primary keys.
    pub primary_keys: Vec<PrimaryKey>,
    /// The foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// The functions that belong to a schema.
    pub functions: Vec<Function>,
}

/// A schema in a catalog.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaName {
    /// The catalog.
    pub catalog: String,
    /// The schema.
    pub schema: String,
}

/// A table in a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableName {
    /// The catalog.
    pub catalog: String,
    /// The schema.
    pub schema: String,
    /// The table.
    pub table: String,
}

impl TableName {
    /// Returns the name with these parts.
    pub fn new(
        catalog: impl Into<String>,
        schema: impl Into<String>,
        table: impl Into<String>,
    ) -> Self {
        Self { catalog: catalog.into(), schema: schema.into(), table: table.into() }
    }

    /// Whether both are equal, ignoring case.
    fn is(&self, other: &Self) -> bool {
        same(&self.catalog, &other.catalog)
            && same(&self.schema, &other.schema)
            && same(&self.table, &other.table)
    }
}

/// The primary key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrimaryKey {
    /// The table.
    pub table: TableName,
    /// The name of the key.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<String>,
}

/// A foreign key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// The referencing table.
    pub table: TableName,
    /// The name of the key.
    pub name: String,
    /// The referenced table.
    pub parent: TableName,
    /// Its columns, in order, each with the referenced column.
    pub columns: Vec<(String, String)>,
}

/// A function in a schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Function {
    /// The catalog.
    pub catalog: String,
    /// The schema.
    pub schema: String,
    /// The function.
    pub name: String,
}

impl CatalogContents {
    /// Every schema, including those that are only named by a table or a function.
    pub(crate) fn all_schemas(&self) -> BTreeSet<SchemaName> {
        let of = |catalog: &String, schema: &String| SchemaName {
            catalog: catalog.clone(),
            schema: schema.clone(),
        };
        let tables = self.tables.iter().map(|table| of(&table.catalog, &table.schema));
        let functions =
            self.functions.iter().map(|function| of(&function.catalog, &function.schema));
        self.schemas.iter().cloned().chain(tables).chain(functions).collect()
    }

    pub(crate) fn all_catalogs(&self) -> BTreeSet<String> {
        self.all_schemas().into_iter().map(|schema| schema.catalog).collect()
    }

    /// The tables by catalog, schema and name.
    pub(crate) fn sorted_tables(&self) -> Vec<&Table> {
        let mut tables: Vec<&Table> = self.tables.iter().collect();
        tables.sort_by(|one, other| {
            (&one.catalog, &one.schema, &one.name).cmp(&(
                &other.catalog,
                &other.schema,
                &other.name,
            ))
        });
        tables
    }

    pub(crate) fn has_table(&self, name: &TableName) -> bool {
        let is =
            |table: &Table| TableName::new(&table.catalog, &table.schema, &table.name).is(name);
        self.tables.iter().any(is)
    }

    pub(crate) fn primary_keys_of<'a>(
        &'a self,
        table: &'a TableName,
    ) -> impl Iterator<Item = &'a PrimaryKey> {
        self.primary_keys.iter().filter(|key| key.table.is(table))
    }

    pub(crate) fn foreign_keys_of<'a>(
        &'a self,
        table: &'a TableName,
    ) -> impl Iterator<Item = &'a ForeignKey> {
        self.foreign_keys.iter().filter(|key| key.table.is(table))
    }
}

/// Whether two names are equal, ignoring case.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
