//! Metadata of a server: catalogs, schemas, tables, columns, keys, functions and types.
//!
//! The calls of a [`Connection`](crate::Connection), such as [`tables`](crate::Connection::tables),
//! return the results defined by JDBC's `java.sql.DatabaseMetaData`. Over both protocols their
//! columns have the same names, order, Arrow types and nullability, and their rows have the order
//! of JDBC.
//!
//! ```
//! # async fn sample(connection: dbsql_core::Connection) -> Result<(), dbsql_core::Error> {
//! let tables = connection
//!     .tables()
//!     .catalog("main")
//!     .schema_pattern("sales%")
//!     .types(["TABLE", "VIEW"])
//!     .await?;
//! for batch in tables.fetch_all().await? {
//!     println!("{:?}", batch.column_by_name("TABLE_NAME"));
//! }
//! # Ok(()) }
//! ```
//!
//! # Names and patterns
//!
//! A catalog is an exact name. In a pattern, `%` matches any text, `_` matches any character, and
//! `\` escapes the character after it; [`escape`] returns the pattern that matches exactly one
//! name. Matching is not case-sensitive. Without a pattern everything matches; an empty catalog, or
//! an empty pattern for schemas, matches objects without one; any other empty pattern matches
//! nothing.
//!
//! # Errors
//!
//! The calls change nothing, so they may be repeated: they are retried after a transient error, and
//! no error is [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) or has the advice
//! [`Unsafe`](crate::RetryAdvice::Unsafe).
//!
//! * [`InvalidInput`](crate::ErrorKind::InvalidInput) for an argument with a NUL character, or
//!   longer than 64 KiB; nothing is sent.
//! * [`Unsupported`](crate::ErrorKind::Unsupported) where the server does not have the call.
//! * [`Config`](crate::ErrorKind::Config) when the rows take more than half of
//!   [`Config::byte_budget`](crate::Config::byte_budget): they are held in memory for sorting, and dropped
//!   as they are read.
//! * [`SessionExpired`](crate::ErrorKind::SessionExpired), [`Rejected`](crate::ErrorKind::Rejected),
//!   [`Failed`](crate::ErrorKind::Failed), [`PermissionDenied`](crate::ErrorKind::PermissionDenied),
//!   [`Auth`](crate::ErrorKind::Auth), [`Transport`](crate::ErrorKind::Transport),
//!   [`Throttled`](crate::ErrorKind::Throttled), [`Deadline`](crate::ErrorKind::Deadline),
//!   [`Truncated`](crate::ErrorKind::Truncated), [`Protocol`](crate::ErrorKind::Protocol) and
//!   [`Decode`](crate::ErrorKind::Decode).
//!
//! A catalog, schema or table that does not exist is not an error: the result has no rows.
//!
//! # Cancel safety
//!
//! Dropping the future drops the call. Its operations on the server are closed.

mod rows;
mod run;
mod shape;
mod sql_types;
mod value;

use std::borrow::Cow;
use std::future::IntoFuture;
use std::sync::Arc;

use dbsql_runtime::Instant;
use dbsql_transport::BoxFuture;

use crate::Result;
use crate::deadline::{Deadline, resolve};
use crate::metadata_request::{Kind, Pattern, Request, TableName, escaped};
use crate::results::ResultSet;
use crate::session::ManagedSession;

/// Returns the pattern that matches only this name: with a `\` before each `%`, `_` and `\`.
///
/// ```
/// use dbsql_core::metadata::escape;
///
/// assert_eq!(escape("order_items"), "order\\_items");
/// assert_eq!(escape("orders"), "orders");
/// ```
#[must_use]
pub fn escape(name: &str) -> Cow<'_, str> {
    escaped(name)
}

/// A call before it is sent.
#[derive(Clone, Debug)]
struct Call {
    session: Arc<ManagedSession>,
    request: Request,
    until: Option<Instant>,
}

impl Call {
    fn new(session: &Arc<ManagedSession>, kind: Kind) -> Self {
        Self { session: Arc::clone(session), request: Request::new(kind), until: None }
    }
}

/// Defines the types of the calls, with their common methods.
macro_rules! calls {
    ($($(#[$attribute:meta])* $name:ident $kind:ident)*) => {$(
        $(#[$attribute])*
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent before it is awaited"]
        pub struct $name(Call);

        impl $name {
            pub(crate) fn new(session: &Arc<ManagedSession>) -> Self {
                Self(Call::new(session, Kind::$kind))
            }

            /// Sets the deadline for the call, until the result can be read.
            pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
                self.0.until = resolve(deadline.into(), &self.0.session.engine.runtime);
                self
            }
        }

        impl IntoFuture for $name {
            type Output = Result<ResultSet>;
            type IntoFuture = BoxFuture<'static, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                let Call { session, request, until } = self.0;
                Box::pin(run::run(session, request, until))
            }
        }
    )*};
}

calls! {
    /// A call that lists catalogs. Nothing is sent before `.await`.
    ///
    /// The result has one column, `TABLE_CAT`, and no rows on a server without catalogs. See the
    /// [module](self) for errors and cancel safety.
    ///
    /// ```
    /// # async fn sample(connection: dbsql_core::Connection) -> Result<(), dbsql_core::Error> {
    /// let catalogs = connection.catalogs().await?.fetch_all().await?;
    /// # drop(catalogs); Ok(()) }
    /// ```
    Catalogs Catalogs

    /// A call that lists schemas. Nothing is sent before `.await`.
    ///
    /// The columns are `TABLE_SCHEM` and `TABLE_CATALOG`; the rows are ordered by catalog and schema. See
    /// the [module](self) for patterns, errors and cancel safety.
    ///
    /// ```
    /// # async fn sample(connection: dbsql_core::Connection) -> Result<(), dbsql_core::Error> {
    /// let schemas = connection.schemas().catalog("main").schema_pattern("sales%").await?;
    /// # drop(schemas); Ok(()) }
    /// ```
    Schemas Schemas

    /// A call that lists tables and views. Nothing is sent before `.await`.
    ///
    /// The columns are `TABLE_CAT`, `TABLE_SCHEM`, `TABLE_NAME`, `TABLE_TYPE`, `REMARKS` and five that are
    /// always null; the rows are ordered by type, catalog, schema and name. See the [module](self) for
    /// patterns, errors and cancel safety.
    ///
    /// ```
    /// # async fn sample(connection: dbsql_core::Connection) -> Result<(), dbsql_core::Error> {
    /// let tables = connection.tables().catalog("main").table_pattern("order%").types(["TABLE"]).await?;
    /// # drop(tables); Ok(()) }
    /// ```
    Tables Tables

    /// A call that lists the columns of tables. Nothing is sent before `.await`.
    ///
    /// The result has the 24 columns of JDBC; the rows are ordered by catalog, schema, table and
    /// `ORDINAL_POSITION`, which starts at 1 on all servers. This client derives the properties of
    /// a type (`DATA_TYPE`, `COLUMN_SIZE`, `DECIMAL_DIGITS`, `NUM_PREC_RADIX`, `CHAR_OCTET_LENGTH`)
    /// from `TYPE_NAME`.
    ///
    /// The pattern for columns is applied by this client: in a large catalog, also filter by
    /// schemas and tables. Over the Statement Execution API a call without a catalog is one
    /// statement per catalog. See the [module](self) for patterns, errors and cancel safety.
    ///
    /// ```
    /// use dbsql_core::metadata::escape;
    ///
    /// # async fn sample(connection: dbsql_core::Connection) -> Result<(), dbsql_core::Error> {
    /// let columns = connection.columns().catalog("main").table_pattern(escape("order_items")).await?;
    /// # drop(columns); Ok(()) }
    /// ```
    Columns Columns

    /// A call that lists functions. Nothing is sent before `.await`.
    ///
    /// The columns are `FUNCTION_CAT`, `FUNCTION_SCHEM`, `FUNCTION_NAME`, `REMARKS`, `FUNCTION_TYPE` and
    /// `SPECIFIC_NAME`; the rows are ordered by the first three and the last. Over the Statement Execution
    /// API a call without a catalog is one statement per catalog. See the [module](self) for
    /// patterns, errors and cancel safety.
    ///
    /// ```
    /// # async fn sample(connection: dbsql_core::Connection) -> Result<(), dbsql_core::Error> {
    /// let functions = connection.functions().catalog("main").function_pattern("to\\_%").await?;
    /// # drop(functions); Ok(()) }
    /// ```
    Functions Functions

    /// A call that lists the primary key of a table. Nothing is sent before `.await`.
    ///
    /// The columns are `TABLE_CAT`, `TABLE_SCHEM`, `TABLE_NAME`, `COLUMN_NAME`, `KEY_SEQ` and `PK_NAME`; the
    /// rows are ordered by `COLUMN_NAME`. See the [module](self) for errors and cancel safety.
    ///
    /// ```
    /// # async fn sample(connection: dbsql_core::Connection) -> Result<(), dbsql_core::Error> {
    /// let key = connection.primary_keys("main", "sales", "orders").await?.fetch_all().await?;
    /// # drop(key); Ok(()) }
    /// ```
    PrimaryKeys PrimaryKeys

    /// A call that lists the foreign keys of a table, and so the tables that it references. Nothing
    /// is sent before `.await`.
    ///
    /// The result has the 14 columns of JDBC for imported keys; the rows are ordered by
    /// `PKTABLE_CAT`, `PKTABLE_SCHEM`, `PKTABLE_NAME` and `KEY_SEQ`. See the [module](self) for errors and
    /// cancel safety.
    ///
    /// ```
    /// # async fn sample(connection: dbsql_core::Connection) -> Result<(), dbsql_core::Error> {
    /// let keys = connection
    ///     .foreign_keys("main", "sales", "orders")
    ///     .parent("main", "sales", "customers")
    ///     .await?;
    /// # drop(keys); Ok(()) }
    /// ```
    ForeignKeys ForeignKeys

    /// A call that lists the SQL types of the server. Nothing is sent before `.await`.
    ///
    /// The result has the 18 columns of JDBC; the rows are ordered by `DATA_TYPE`. Over Thrift the
    /// server lists the types. Over the Statement Execution API this client has the list: nothing
    /// is sent, and [`ResultSet::query_id`] is the nil id. See the [module](self) for errors and
    /// cancel safety.
    ///
    /// ```
    /// # async fn sample(connection: dbsql_core::Connection) -> Result<(), dbsql_core::Error> {
    /// let types = connection.type_info().await?.fetch_all().await?;
    /// # drop(types); Ok(()) }
    /// ```
    TypeInfo TypeInfo

    /// A call that lists the table types. Nothing is sent before `.await`.
    ///
    /// The result has one column, `TABLE_TYPE`, with the types that [`Tables::types`] accepts. Over
    /// Thrift the server lists them. Over the Statement Execution API this client has the list:
    /// nothing is sent, and [`ResultSet::query_id`] is the nil id. See the [module](self) for
    /// errors and cancel safety.
    ///
    /// ```
    /// # async fn sample(connection: dbsql_core::Connection) -> Result<(), dbsql_core::Error> {
    /// let types = connection.table_types().await?.fetch_all().await?;
    /// # drop(types); Ok(()) }
    /// ```
    TableTypes TableTypes
}

/// Defines the filters of calls that search.
macro_rules! narrowed {
    ($($name:ident)*) => {$(
        impl $name {
            /// Lists the objects in this catalog: its exact name, or an empty string for objects
            /// without a catalog.
            pub fn catalog(mut self, catalog: impl Into<String>) -> Self {
                self.0.request.catalog = Some(catalog.into());
                self
            }

            /// Lists the objects in schemas that match this pattern; an empty one matches objects
            /// without a schema.
            pub fn schema_pattern(mut self, pattern: impl Into<String>) -> Self {
                self.0.request.schema = Some(Pattern::new(pattern));
                self
            }
        }
    )*};
}

narrowed! { Schemas Tables Columns Functions }

impl Tables {
    /// Lists tables whose names match this pattern.
    pub fn table_pattern(mut self, pattern: impl Into<String>) -> Self {
        self.0.request.object = Some(Pattern::new(pattern));
        self
    }

    /// Lists only tables of these types: `TABLE`, `VIEW` or another one of
    /// [`table_types`](crate::Connection::table_types). An empty list matches nothing.
    pub fn types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.0.request.table_types = Some(types.into_iter().map(Into::into).collect());
        self
    }
}

impl Columns {
    /// Lists the columns of tables whose names match this pattern.
    pub fn table_pattern(mut self, pattern: impl Into<String>) -> Self {
        self.0.request.object = Some(Pattern::new(pattern));
        self
    }

    /// Lists columns whose names match this pattern.
    pub fn column_pattern(mut self, pattern: impl Into<String>) -> Self {
        self.0.request.column = Some(Pattern::new(pattern));
        self
    }
}

impl Functions {
    /// Lists functions whose names match this pattern.
    pub fn function_pattern(mut self, pattern: impl Into<String>) -> Self {
        self.0.request.object = Some(Pattern::new(pattern));
        self
    }
}

impl PrimaryKeys {
    pub(crate) fn of(mut self, table: TableName) -> Self {
        self.0.request.table = Some(table);
        self
    }
}

impl ForeignKeys {
    pub(crate) fn of(mut self, table: TableName) -> Self {
        self.0.request.table = Some(table);
        self
    }

    /// Lists only the keys that reference this table.
    pub fn parent(
        mut self,
        catalog: impl Into<String>,
        schema: impl Into<String>,
        table: impl Into<String>,
    ) -> Self {
        self.0.request.parent = Some(TableName::new(catalog, schema, table));
        self
    }
}
