//! SQL types and their Thrift numbers.

use std::collections::BTreeMap;

use arrow_schema::Schema;
use dbsql_protocol::types::{
    TColumnDesc, TPrimitiveTypeEntry, TTableSchema, TTypeDesc, TTypeEntry, TTypeId,
    TTypeQualifierValue, TTypeQualifiers,
};

use crate::result::types::sql_name;

/// Converts the schema to Thrift.
pub(super) fn table_schema(schema: &Schema) -> TTableSchema {
    let columns = schema.fields().iter().zip(1..).map(|(field, position)| TColumnDesc {
        column_name: field.name().clone(),
        type_desc: TTypeDesc { types: vec![TTypeEntry::PrimitiveEntry(entry(&sql_name(field)))] },
        position,
        comment: field.metadata().get("comment").cloned(),
    });
    TTableSchema { columns: columns.collect() }
}

/// Returns the number of a type name.
pub(super) fn type_of(sql_name: &str) -> TTypeId {
    entry(sql_name).r#type
}

/// Returns the number of a type name, with the contents of its parentheses. Types without a number
/// are sent as strings.
fn entry(sql_name: &str) -> TPrimitiveTypeEntry {
    let word: String =
        sql_name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let id = match word.to_ascii_uppercase().as_str() {
        "BOOLEAN" => TTypeId::BOOLEAN_TYPE,
        "TINYINT" | "BYTE" => TTypeId::TINYINT_TYPE,
        "SMALLINT" | "SHORT" => TTypeId::SMALLINT_TYPE,
        "INT" | "INTEGER" => TTypeId::INT_TYPE,
        "BIGINT" | "LONG" => TTypeId::BIGINT_TYPE,
        "FLOAT" | "REAL" => TTypeId::FLOAT_TYPE,
        "DOUBLE" => TTypeId::DOUBLE_TYPE,
        "TIMESTAMP" | "TIMESTAMP_LTZ" | "TIMESTAMP_NTZ" => TTypeId::TIMESTAMP_TYPE,
        "BINARY" => TTypeId::BINARY_TYPE,
        "ARRAY" => TTypeId::ARRAY_TYPE,
        "MAP" => TTypeId::MAP_TYPE,
        "STRUCT" => TTypeId::STRUCT_TYPE,
        "DECIMAL" | "DEC" | "NUMERIC" => TTypeId::DECIMAL_TYPE,
        "VOID" | "NULL" => TTypeId::NULL_TYPE,
        "DATE" => TTypeId::DATE_TYPE,
        "VARCHAR" => TTypeId::VARCHAR_TYPE,
        "CHAR" => TTypeId::CHAR_TYPE,
        _ => TTypeId::STRING_TYPE,
    };
    let in_brackets = || {
        let (_, rest) = sql_name.split_once('(')?;
        let (inside, _) = rest.split_once(')')?;
        inside.split(',').map(|part| part.trim().parse().ok()).collect::<Option<Vec<i32>>>()
    };
    let names: &[&str] = match id {
        TTypeId::DECIMAL_TYPE => &["precision", "scale"],
        TTypeId::VARCHAR_TYPE | TTypeId::CHAR_TYPE => &["characterMaximumLength"],
        _ => &[],
    };
    let qualifiers: BTreeMap<String, TTypeQualifierValue> = names
        .iter()
        .zip(in_brackets().unwrap_or_default())
        .map(|(name, value)| ((*name).to_owned(), TTypeQualifierValue::I32Value(value)))
        .collect();
    let type_qualifiers = (!qualifiers.is_empty()).then_some(TTypeQualifiers { qualifiers });
    TPrimitiveTypeEntry { r#type: id, type_qualifiers }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_and_scale_are_qualifiers() {
        let decimal = entry("DECIMAL(10,2)");
        assert_eq!(decimal.r#type, TTypeId::DECIMAL_TYPE);
        let qualifiers = decimal.type_qualifiers.expect("has qualifiers").qualifiers;
        assert_eq!(qualifiers["precision"], TTypeQualifierValue::I32Value(10));
        assert_eq!(qualifiers["scale"], TTypeQualifierValue::I32Value(2));
        assert_eq!(entry("GEOMETRY(4326)").r#type, TTypeId::STRING_TYPE);
        assert_eq!(entry("ARRAY<INT>").r#type, TTypeId::ARRAY_TYPE);
    }
}
