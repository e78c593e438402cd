//! The metadata calls of a connection.

use super::Connection;
use crate::metadata::{
    Catalogs, Columns, ForeignKeys, Functions, PrimaryKeys, Schemas, TableTypes, Tables, TypeInfo,
};
use crate::metadata_request::TableName;

/// Metadata. See the [module](crate::metadata) for what all of these calls have in common.
impl Connection {
    /// Lists the catalogs.
    pub fn catalogs(&self) -> Catalogs {
        Catalogs::new(self.session())
    }

    /// Lists schemas.
    pub fn schemas(&self) -> Schemas {
        Schemas::new(self.session())
    }

    /// Lists tables and views.
    pub fn tables(&self) -> Tables {
        Tables::new(self.session())
    }

    /// Lists the columns of tables.
    pub fn columns(&self) -> Columns {
        Columns::new(self.session())
    }

    /// Lists functions.
    pub fn functions(&self) -> Functions {
        Functions::new(self.session())
    }

    /// Lists the columns of the primary key of a table. All three are exact names; on a server without
    /// catalogs, `catalog` is empty.
    pub fn primary_keys(
        &self,
        catalog: impl Into<String>,
        schema: impl Into<String>,
        table: impl Into<String>,
    ) -> PrimaryKeys {
        PrimaryKeys::new(self.session()).of(TableName::new(catalog, schema, table))
    }

    /// Lists the foreign keys of a table. All three are exact names; on a server without catalogs,
    /// `catalog` is empty.
    pub fn foreign_keys(
        &self,
        catalog: impl Into<String>,
        schema: impl Into<String>,
        table: impl Into<String>,
    ) -> ForeignKeys {
        ForeignKeys::new(self.session()).of(TableName::new(catalog, schema, table))
    }

    /// Lists the SQL types of the server.
    pub fn type_info(&self) -> TypeInfo {
        TypeInfo::new(self.session())
    }

    /// Lists the kinds of tables of the server, which [`Tables::types`] takes.
    pub fn table_types(&self) -> TableTypes {
        TableTypes::new(self.session())
    }
}
