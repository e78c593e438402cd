//! Parameters of a statement.

use crate::sea::record::record;

record! {
    /// A value for a marker in a statement.
    ///
    /// Named markers (`:name`) are documented. Positional ones (`?`) are documented as unsupported; drivers
    /// send them with an ordinal all the same, and a server may take them.
    pub struct StatementParameter {
        /// The name without the colon.
        pub name: Option<String>,
        /// The place of a positional marker, from 1.
        pub ordinal: Option<u32>,
        /// The value as text. `None` is NULL.
        pub value: Option<String> => hidden,
        /// The SQL type, such as `DECIMAL(10,2)`. `None` is `STRING`.
        pub sql_type as "type": Option<String>,
    }
}
