//! The layout that a manifest announces.

use dbsql_arrow::Layout;
use dbsql_protocol::sea::{ColumnInfo, Manifest};
use dbsql_protocol::types::{
    TColumnDesc, TPrimitiveTypeEntry, TTableSchema, TTypeDesc, TTypeEntry, TTypeId,
};

use crate::Result;

/// The columns of a result in the order of their places.
pub(super) fn of(manifest: &Manifest, lz4: bool) -> Result<Layout> {
    let mut columns: Vec<&ColumnInfo> =
        manifest.schema.iter().flat_map(|schema| &schema.columns).collect();
    // Stable: where no places are told, the order is that of the list.
    columns.sort_by_key(|column| column.position.unwrap_or(0));
    let columns = columns.into_iter().map(|column| {
        let name = column.name.clone().unwrap_or_default();
        let type_name = column.type_name.as_ref().map(|name| name.as_str().to_owned());
        (name, column.type_text.clone().or(type_name).unwrap_or_default())
    });
    stub(columns, lz4)
}

fn stub(columns: impl Iterator<Item = (String, String)>, lz4: bool) -> Result<Layout> {
    let columns = columns.map(|(name, text)| TColumnDesc {
        column_name: name,
        type_desc: TTypeDesc {
            types: vec![TTypeEntry::PrimitiveEntry(TPrimitiveTypeEntry {
                r#type: match text.as_str() {
                    "BIGINT" => TTypeId::BIGINT_TYPE,
                    "INT" => TTypeId::INT_TYPE,
                    "BOOLEAN" => TTypeId::BOOLEAN_TYPE,
                    "DOUBLE" => TTypeId::DOUBLE_TYPE,
                    _ => TTypeId::STRING_TYPE,
                },
                ..TPrimitiveTypeEntry::default()
            })],
        },
        ..TColumnDesc::default()
    });
    let table = TTableSchema { columns: columns.collect() };
    Ok(Layout::new(None, Some(&table), lz4)?)
}
