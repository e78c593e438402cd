//! The request of a metadata call: its kind, its filters, and the validation of its arguments.

mod pattern;

pub(crate) use self::pattern::{Pattern, Wildcards, escaped};
use crate::query_tags::QueryTags;
use crate::{Error, ErrorKind, Result};

/// The maximum length of an argument, in bytes. Databricks limits names to 255 characters.
const MAX_ARGUMENT_BYTES: usize = 64 << 10;

/// The kind of metadata call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Catalogs,
    Schemas,
    Tables,
    Columns,
    Functions,
    PrimaryKeys,
    ForeignKeys,
    TypeInfo,
    TableTypes,
}

/// The exact name of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableName {
    pub(crate) catalog: String,
    pub(crate) schema: String,
    pub(crate) table: String,
}

impl TableName {
    pub(crate) fn new(
        catalog: impl Into<String>,
        schema: impl Into<String>,
        table: impl Into<String>,
    ) -> Self {
        Self { catalog: catalog.into(), schema: schema.into(), table: table.into() }
    }
}

/// A metadata call.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) kind: Kind,
    /// An exact name; empty for objects without a catalog.
    pub(crate) catalog: Option<String>,
    pub(crate) schema: Option<Pattern>,
    /// For tables, or for functions.
    pub(crate) object: Option<Pattern>,
    pub(crate) column: Option<Pattern>,
    pub(crate) table_types: Option<Vec<String>>,
    /// The table whose keys are listed.
    pub(crate) table: Option<TableName>,
    /// The table that its foreign keys reference.
    pub(crate) parent: Option<TableName>,
    /// The tags of the connection, if the call is a statement.
    pub(crate) query_tags: QueryTags,
}

/// A condition on the rows of a call.
#[derive(Clone, Debug)]
pub(crate) enum Filter {
    /// The name, ignoring case.
    Exact(String),
    Like(Pattern),
    /// One of these words, ignoring case.
    OneOf(Vec<String>),
}

impl Filter {
    /// Returns whether a value satisfies the condition. NULL counts as the empty name.
    pub(crate) fn admits(&self, value: Option<&str>) -> bool {
        let value = value.unwrap_or_default();
        match self {
            Self::Exact(name) => pattern::same(name, value),
            Self::Like(pattern) => pattern.matches(value),
            Self::OneOf(words) => words.iter().any(|word| pattern::same(word, value)),
        }
    }
}

impl Request {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            catalog: None,
            schema: None,
            object: None,
            column: None,
            table_types: None,
            table: None,
            parent: None,
            query_tags: QueryTags::default(),
        }
    }

    /// Returns the same call for one catalog.
    pub(crate) fn within(&self, catalog: String) -> Self {
        Self { catalog: Some(catalog), ..self.clone() }
    }

    /// Checks the arguments before anything is sent.
    ///
    /// # Errors
    ///
    /// `InvalidInput`, which names the argument.
    pub(crate) fn check(&self) -> Result<()> {
        let mut arguments = vec![
            ("catalog", self.catalog.as_deref()),
            ("schema pattern", self.schema.as_ref().map(Pattern::text)),
            ("name pattern", self.object.as_ref().map(Pattern::text)),
            ("column pattern", self.column.as_ref().map(Pattern::text)),
        ];
        for types in self.table_types.iter().flatten() {
            arguments.push(("table type", Some(types)));
        }
        for table in [&self.table, &self.parent].into_iter().flatten() {
            arguments.push(("catalog", Some(&table.catalog)));
            arguments.push(("schema", Some(&table.schema)));
            arguments.push(("table", Some(&table.table)));
        }
        for (name, argument) in arguments {
            let Some(argument) = argument else { continue };
            let problem = if argument.contains('\0') {
                "contains a NUL character".to_owned()
            } else if argument.len() > MAX_ARGUMENT_BYTES {
                format!("has {} bytes, more than {MAX_ARGUMENT_BYTES}", argument.len())
            } else {
                continue;
            };
            let message = format!("the {name} of a metadata call {problem}");
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        Ok(())
    }

    /// Returns whether nothing can match: no table, function or column has an empty name.
    pub(crate) fn matches_nothing(&self) -> bool {
        let empty = |pattern: &Option<Pattern>| pattern.as_ref().is_some_and(Pattern::is_empty);
        let no_types = self.table_types.as_ref().is_some_and(Vec::is_empty);
        let unnamed = self.table.as_ref().is_some_and(|table| table.table.is_empty());
        empty(&self.object) || empty(&self.column) || no_types || unnamed
    }

    /// Returns the conditions on the rows, by the column names of the result. A server may return
    /// more rows: the patterns sent to it are approximations.
    pub(crate) fn filters(&self) -> Vec<(&'static str, Filter)> {
        let names = match self.kind {
            Kind::Schemas => ["TABLE_CATALOG", "TABLE_SCHEM", ""],
            Kind::Functions => ["FUNCTION_CAT", "FUNCTION_SCHEM", "FUNCTION_NAME"],
            _ => ["TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME"],
        };
        let like = |pattern: &Option<Pattern>| pattern.clone().map(Filter::Like);
        let mut filters = vec![
            (names[0], self.catalog.clone().map(Filter::Exact)),
            (names[1], like(&self.schema)),
            (names[2], like(&self.object)),
            ("COLUMN_NAME", like(&self.column)),
            ("TABLE_TYPE", self.table_types.clone().map(Filter::OneOf)),
        ];
        let keys = match self.kind {
            Kind::ForeignKeys => ["FKTABLE_CAT", "FKTABLE_SCHEM", "FKTABLE_NAME"],
            _ => ["TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME"],
        };
        let parents = ["PKTABLE_CAT", "PKTABLE_SCHEM", "PKTABLE_NAME"];
        for (names, table) in [(keys, &self.table), (parents, &self.parent)] {
            let Some(TableName { catalog, schema, table }) = table.clone() else { continue };
            let parts = names.into_iter().zip([catalog, schema, table]);
            filters.extend(parts.map(|(name, part)| (name, Some(Filter::Exact(part)))));
        }
        filters.into_iter().filter_map(|(name, filter)| Some((name, filter?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejected(request: &Request) -> String {
        let error = request.check().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        error.to_string()
    }

    #[test]
    fn bad_arguments_are_named() {
        let mut request = Request::new(Kind::Tables).within("a\0b".to_owned());
        assert!(rejected(&request).contains("the catalog of a metadata call contains a NUL"));
        request.catalog = Some("c".repeat(MAX_ARGUMENT_BYTES));
        request.check().unwrap();
        request.schema = Some(Pattern::new("s".repeat(MAX_ARGUMENT_BYTES + 1)));
        assert!(rejected(&request).contains("the schema pattern of a metadata call has 65537"));
        let mut request = Request::new(Kind::Tables);
        request.table_types = Some(vec!["TABLE".to_owned(), "\0".to_owned()]);
        assert!(rejected(&request).contains("table type"));
        let mut request = Request::new(Kind::PrimaryKeys);
        let name = |table: &str| TableName {
            catalog: "c".to_owned(),
            schema: "s".to_owned(),
            table: table.to_owned(),
        };
        request.table = Some(name("t\0"));
        assert!(rejected(&request).contains("the table of"));
        request.table = Some(name("t"));
        request.check().unwrap();
        request.parent = Some(name("\0"));
        assert!(rejected(&request).contains("the table of"));
    }

    #[test]
    fn null_counts_as_the_empty_name() {
        assert!(Filter::Exact(String::new()).admits(None));
        assert!(Filter::Like(Pattern::new("%")).admits(None));
        assert!(!Filter::Exact("main".to_owned()).admits(None));
        assert!(Filter::Exact("MAIN".to_owned()).admits(Some("main")));
        assert!(Filter::OneOf(vec!["view".to_owned()]).admits(Some("VIEW")));
    }
}
