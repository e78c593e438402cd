//! Parameters of a statement.

use crate::sea::record::record;

record! {
    /// The value of a parameter marker.
    ///
    /// Named markers (`:name`) are documented. Positional markers (`?`) are documented as
    /// unsupported; drivers send them with an ordinal nevertheless, and a server may accept them.
    pub struct StatementParameter {
        /// The name without the colon.
        pub name: Option<String>,
        /// The number of a positional marker, from 1.
        pub ordinal: Option<u32>,
        /// The value as a string. `None` is NULL.
        pub value: Option<String> => hidden,
        /// The SQL type, such as `DECIMAL(10,2)`. `None` means `STRING`.
        pub sql_type as "type": Option<String>,
    }
}
