//! The layout of a result, as announced by its manifest and completed by its first file.

use dbsql_arrow::Layout;
use dbsql_protocol::sea::{ColumnInfo, Manifest};

use crate::{Error, ErrorKind, Result};

/// Checks the number of columns in the manifest; zeros may be missing.
pub(super) fn check_count(manifest: &Manifest) -> Result<()> {
    let Some(schema) = &manifest.schema else { return Ok(()) };
    match schema.column_count {
        None | Some(0) => Ok(()),
        Some(count) if usize::try_from(count).is_ok_and(|count| count == schema.columns.len()) => {
            Ok(())
        }
        Some(count) => {
            let found = schema.columns.len();
            let message = format!("the server announced {count} columns but described {found}");
            Err(Error::new(ErrorKind::Protocol, message))
        }
    }
}

/// Returns the columns of a result in order of position.
pub(super) fn announced(manifest: &Manifest, lz4: bool) -> Result<Layout> {
    Ok(Layout::from_sql_types(named(manifest), lz4)?)
}

/// Returns the names and types of the columns.
pub(super) fn named(manifest: &Manifest) -> impl Iterator<Item = (&str, &str)> {
    let columns = columns(manifest).into_iter();
    columns.map(|column| (column.name.as_deref().unwrap_or_default(), text(column)))
}

/// Returns `true` if the types do not determine the Arrow types, so that a file is needed.
pub(super) fn is_open(manifest: &Manifest) -> bool {
    !columns(manifest).into_iter().all(|column| is_plain(text(column)))
}

fn columns(manifest: &Manifest) -> Vec<&ColumnInfo> {
    let mut columns: Vec<_> = manifest.schema.iter().flat_map(|schema| &schema.columns).collect();
    // Stable: without positions, the order is that of the list.
    columns.sort_by_key(|column| column.position.unwrap_or(0));
    columns
}

/// Returns the type in SQL syntax. The class is less specific, and may be all there is.
fn text(column: &ColumnInfo) -> &str {
    let class = || column.type_name.as_ref().map(|class| class.as_str());
    column.type_text.as_deref().or_else(class).unwrap_or_default()
}

/// Returns `true` if a type has one Arrow type. A TIMESTAMP has one per time zone.
fn is_plain(sql_type: &str) -> bool {
    const PLAIN: [&str; 15] = [
        "BOOLEAN",
        "TINYINT",
        "BYTE",
        "SMALLINT",
        "SHORT",
        "INT",
        "BIGINT",
        "LONG",
        "FLOAT",
        "DOUBLE",
        "DATE",
        "STRING",
        "BINARY",
        "TIMESTAMP_NTZ",
        "DECIMAL",
    ];
    let (name, rest) = sql_type.split_once('(').unwrap_or((sql_type, ""));
    let is_decimal = name.eq_ignore_ascii_case("DECIMAL");
    let is_known = PLAIN.iter().any(|plain| name.trim_end().eq_ignore_ascii_case(plain));
    // A decimal needs its precision and scale.
    is_known && is_decimal != rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_with_one_arrow_type_are_plain() {
        for plain in ["BIGINT", "string", "DECIMAL(10,2)", "TIMESTAMP_NTZ"] {
            assert!(is_plain(plain), "{plain}");
        }
        for open in [
            "TIMESTAMP",
            "DECIMAL",
            "ARRAY<INT>",
            "INTERVAL DAY",
            "VARCHAR(3)",
            "STRING(3)",
            "",
            "X",
        ] {
            assert!(!is_plain(open), "{open}");
        }
    }
}
