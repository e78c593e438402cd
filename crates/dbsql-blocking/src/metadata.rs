//! Metadata of a server: catalogs, schemas, tables, columns, keys, functions and types.
//!
//! The calls of a [`Connection`](crate::Connection), such as [`tables`](crate::Connection::tables), end in
//! [`list`](Tables::list). [`dbsql::metadata`] documents the columns of their results, the patterns, and
//! the differences of protocols and servers.
//!
//! ```
//! # fn sample(connection: dbsql_blocking::Connection) -> Result<(), dbsql_blocking::Error> {
//! let tables = connection
//!     .tables()
//!     .catalog("main")
//!     .schema_pattern("sales%")
//!     .types(["TABLE", "VIEW"])
//!     .list()?;
//! for batch in tables {
//!     println!("{:?}", batch?.column_by_name("TABLE_NAME"));
//! }
//! # Ok(()) }
//! ```
//!
//! # Errors
//!
//! The calls change nothing, so they may be repeated. [`InvalidInput`](crate::ErrorKind::InvalidInput) for
//! an argument with a NUL character, or longer than 64 KiB; nothing is sent.
//! [`Unsupported`](crate::ErrorKind::Unsupported) where the server does not have the call.
//! [`Config`](crate::ErrorKind::Config) when the rows take more than half of
//! [`Config::byte_budget`](crate::Config::byte_budget). [`SessionExpired`](crate::ErrorKind::SessionExpired),
//! [`Rejected`](crate::ErrorKind::Rejected), [`Failed`](crate::ErrorKind::Failed),
//! [`PermissionDenied`](crate::ErrorKind::PermissionDenied), [`Truncated`](crate::ErrorKind::Truncated),
//! [`Protocol`](crate::ErrorKind::Protocol), [`Decode`](crate::ErrorKind::Decode), and
//! [network errors](crate#errors).

use std::sync::Arc;

pub use dbsql::metadata::escape;
use dbsql::{Deadline, Instant, Result};

use crate::background::{Afterwards, Background, resolve};
use crate::results::ResultSet;

/// Defines the types of the calls, with their common methods.
macro_rules! calls {
    ($($(#[$attribute:meta])* $name:ident)*) => {$(
        $(#[$attribute])*
        /// Nothing is sent before [`list`](Self::list).
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent before `list`"]
        pub struct $name {
            background: Arc<Background>,
            inner: dbsql::metadata::$name,
            until: Option<Instant>,
        }

        impl $name {
            pub(crate) fn new(
                background: &Arc<Background>,
                inner: dbsql::metadata::$name,
                deadline: Option<Deadline>,
            ) -> Self {
                let new = Self { background: Arc::clone(background), inner, until: None };
                match deadline {
                    Some(deadline) => new.deadline(deadline),
                    None => new,
                }
            }

            /// Sets the deadline for the call, until the result can be read.
            pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
                let deadline = deadline.into();
                self.until = resolve(deadline);
                self.inner = self.inner.deadline(deadline);
                self
            }

            /// Makes the call and opens its result.
            ///
            /// # Errors
            ///
            /// See the [module](self).
            pub fn list(self) -> Result<ResultSet> {
                let site = self.background.enter(Afterwards::Repeat)?;
                let inner = site.run(self.until, self.inner.into_future())?;
                Ok(ResultSet::new(self.background, inner, Afterwards::Repeat))
            }
        }
    )*};
}

calls! {
    /// A call that lists catalogs.
    Catalogs
    /// A call that lists schemas.
    Schemas
    /// A call that lists tables and views.
    Tables
    /// A call that lists the columns of tables.
    Columns
    /// A call that lists functions.
    Functions
    /// A call that lists the primary key of a table.
    PrimaryKeys
    /// A call that lists the foreign keys of a table, and so the tables that it references.
    ForeignKeys
    /// A call that lists the SQL types of the server.
    TypeInfo
    /// A call that lists the table types.
    TableTypes
}

/// Defines the filters of calls that search.
macro_rules! narrowed {
    ($($name:ident)*) => {$(
        impl $name {
            /// Lists the objects in this catalog: its exact name, or an empty string for objects
            /// without a catalog.
            pub fn catalog(mut self, catalog: impl Into<String>) -> Self {
                self.inner = self.inner.catalog(catalog);
                self
            }

            /// Lists the objects in schemas that match this pattern; an empty one matches objects
            /// without a schema.
            pub fn schema_pattern(mut self, pattern: impl Into<String>) -> Self {
                self.inner = self.inner.schema_pattern(pattern);
                self
            }
        }
    )*};
}

narrowed! { Schemas Tables Columns Functions }

impl Tables {
    /// Lists tables whose names match this pattern.
    pub fn table_pattern(mut self, pattern: impl Into<String>) -> Self {
        self.inner = self.inner.table_pattern(pattern);
        self
    }

    /// Lists only tables of these types: `TABLE`, `VIEW` or another one of
    /// [`table_types`](crate::Connection::table_types). An empty list matches nothing.
    pub fn types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.inner = self.inner.types(types);
        self
    }
}

impl Columns {
    /// Lists the columns of tables whose names match this pattern.
    pub fn table_pattern(mut self, pattern: impl Into<String>) -> Self {
        self.inner = self.inner.table_pattern(pattern);
        self
    }

    /// Lists columns whose names match this pattern.
    pub fn column_pattern(mut self, pattern: impl Into<String>) -> Self {
        self.inner = self.inner.column_pattern(pattern);
        self
    }
}

impl Functions {
    /// Lists functions whose names match this pattern.
    pub fn function_pattern(mut self, pattern: impl Into<String>) -> Self {
        self.inner = self.inner.function_pattern(pattern);
        self
    }
}

impl ForeignKeys {
    /// Lists only the keys that reference this table.
    pub fn parent(
        mut self,
        catalog: impl Into<String>,
        schema: impl Into<String>,
        table: impl Into<String>,
    ) -> Self {
        self.inner = self.inner.parent(catalog, schema, table);
        self
    }
}
