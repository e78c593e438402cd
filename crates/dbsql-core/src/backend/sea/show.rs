//! Metadata calls as SQL: the Statement Execution API has no other calls for them.
//!
//! Names are quoted with backticks, which are doubled inside of them. Only approximations of
//! patterns are sent, which cannot end the literal around them ([`Pattern`]).

use std::fmt::Write as _;

use crate::backend::MetadataPlan;
use crate::metadata_request::{Kind, Pattern, Request, TableName, Wildcards};
use crate::statement::Statement;
use crate::{Error, ErrorKind, Result};

/// Returns what a call takes.
pub(super) fn plan(request: &Request) -> MetadataPlan {
    // Everything has a catalog and a schema here.
    let unnamed = request.catalog.as_deref() == Some("")
        || request.table.as_ref().is_some_and(|name| {
            name.catalog.is_empty() || name.schema.is_empty() || name.table.is_empty()
        });
    match request.kind {
        Kind::TypeInfo | Kind::TableTypes => MetadataPlan::Known,
        _ if unnamed => MetadataPlan::Known,
        Kind::Columns | Kind::Functions if request.catalog.is_none() => MetadataPlan::EachCatalog,
        _ => MetadataPlan::Ask,
    }
}

/// Returns the statement that asks for it.
///
/// # Errors
///
/// `Unsupported` where the plan is not to ask.
pub(super) fn statement(request: &Request) -> Result<Statement> {
    let sql = sql(request).ok_or_else(|| {
        let message = "the Statement Execution API does not answer this metadata call at once";
        Error::new(ErrorKind::Unsupported, message)
            .with_next_step("name the catalog, or repeat the call")
    })?;
    let mut statement = Statement::new(sql);
    statement.query_tags.add_missing(&request.query_tags);
    Ok(statement)
}

fn sql(request: &Request) -> Option<String> {
    let catalog = request.catalog.as_deref().map(quoted);
    let mut sql = match (request.kind, catalog) {
        (Kind::Catalogs, _) => "SHOW CATALOGS".to_owned(),
        (Kind::Schemas, Some(catalog)) => format!("SHOW SCHEMAS IN {catalog}"),
        (Kind::Schemas, None) => "SHOW SCHEMAS IN ALL CATALOGS".to_owned(),
        (Kind::Tables, Some(catalog)) => format!("SHOW TABLES IN CATALOG {catalog}"),
        (Kind::Tables, None) => "SHOW TABLES IN ALL CATALOGS".to_owned(),
        (Kind::Columns, Some(catalog)) => format!("SHOW COLUMNS IN CATALOG {catalog}"),
        (Kind::Functions, Some(catalog)) => format!("SHOW FUNCTIONS IN CATALOG {catalog}"),
        (Kind::PrimaryKeys, _) => format!("SHOW KEYS {}", within(request.table.as_ref()?)),
        (Kind::ForeignKeys, _) => {
            format!("SHOW FOREIGN KEYS {}", within(request.table.as_ref()?))
        }
        (Kind::Columns | Kind::Functions, None) | (Kind::TypeInfo | Kind::TableTypes, _) => {
            return None;
        }
    };
    // The pattern of columns is not sent: their numbers are counted from the first one.
    let (schema, object) = match request.kind {
        Kind::Schemas => ("LIKE", ""),
        Kind::Columns => ("SCHEMA LIKE", "TABLE LIKE"),
        _ => ("SCHEMA LIKE", "LIKE"),
    };
    for (clause, pattern) in [(schema, &request.schema), (object, &request.object)] {
        let sent = |pattern: &Pattern| pattern.approximation(Wildcards::SHOW);
        if let Some(sent) = pattern.as_ref().and_then(sent) {
            // Writing to a string does not fail.
            let _ = write!(sql, " {clause} '{sent}'");
        }
    }
    Some(sql)
}

fn within(TableName { catalog, schema, table }: &TableName) -> String {
    let [catalog, schema, table] = [catalog, schema, table].map(|name| quoted(name));
    format!("IN CATALOG {catalog} IN SCHEMA {schema} IN TABLE {table}")
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(kind: Kind) -> Request {
        Request::new(kind)
    }

    fn shown(request: &Request) -> String {
        sql(request).expect("it is asked")
    }

    #[test]
    fn calls_are_show_statements() {
        let mut tables = request(Kind::Tables);
        assert_eq!(shown(&tables), "SHOW TABLES IN ALL CATALOGS");
        tables.catalog = Some("main".to_owned());
        tables.schema = Some(Pattern::new("sales%"));
        tables.object = Some(Pattern::new("o\\_1_"));
        assert_eq!(
            shown(&tables),
            "SHOW TABLES IN CATALOG `main` SCHEMA LIKE 'sales*' LIKE 'o_1.'"
        );
        let columns = Request { column: Some(Pattern::new("id")), ..tables.clone() };
        assert_eq!(
            shown(&Request { kind: Kind::Columns, ..columns }),
            "SHOW COLUMNS IN CATALOG `main` SCHEMA LIKE 'sales*' TABLE LIKE 'o_1.'"
        );
        assert_eq!(
            shown(&Request { kind: Kind::Functions, ..tables.clone() }),
            "SHOW FUNCTIONS IN CATALOG `main` SCHEMA LIKE 'sales*' LIKE 'o_1.'"
        );
        let schemas = Request { kind: Kind::Schemas, object: None, ..tables };
        assert_eq!(shown(&schemas), "SHOW SCHEMAS IN `main` LIKE 'sales*'");
        assert_eq!(shown(&Request { schema: None, ..schemas }), "SHOW SCHEMAS IN `main`");
        assert_eq!(shown(&request(Kind::Schemas)), "SHOW SCHEMAS IN ALL CATALOGS");
        assert_eq!(shown(&request(Kind::Catalogs)), "SHOW CATALOGS");
    }

    #[test]
    fn nothing_leaves_its_quotes() {
        let hostile = "a`b'c\"d\n|*;--";
        let table = TableName {
            catalog: hostile.to_owned(),
            schema: hostile.to_owned(),
            table: hostile.to_owned(),
        };
        let quoted = "`a``b'c\"d\n|*;--`";
        let keys = Request { table: Some(table), ..request(Kind::PrimaryKeys) };
        let within = format!("IN CATALOG {quoted} IN SCHEMA {quoted} IN TABLE {quoted}");
        assert_eq!(shown(&keys), format!("SHOW KEYS {within}"));
        let keys = Request { kind: Kind::ForeignKeys, ..keys };
        assert_eq!(shown(&keys), format!("SHOW FOREIGN KEYS {within}"));
        let mut columns = request(Kind::Columns).within(hostile.to_owned());
        columns.schema = Some(Pattern::new(hostile));
        columns.object = Some(Pattern::new(hostile));
        assert_eq!(
            shown(&columns),
            format!(
                "SHOW COLUMNS IN CATALOG {quoted} SCHEMA LIKE 'a.b.c.d......' TABLE LIKE 'a.b.c.d......'"
            )
        );
    }

    #[test]
    fn what_has_no_catalog_is_not_asked_for() {
        let mut tables = request(Kind::Tables).within(String::new());
        assert_eq!(plan(&tables), MetadataPlan::Known);
        tables.catalog = None;
        assert_eq!(plan(&tables), MetadataPlan::Ask);
        assert_eq!(plan(&request(Kind::Columns)), MetadataPlan::EachCatalog);
        assert_eq!(plan(&request(Kind::Functions)), MetadataPlan::EachCatalog);
        assert_eq!(plan(&request(Kind::TypeInfo)), MetadataPlan::Known);
        assert_eq!(statement(&request(Kind::Columns)).unwrap_err().kind(), ErrorKind::Unsupported);
    }
}
