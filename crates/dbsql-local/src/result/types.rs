//! SQL types for Arrow types: their names, and their numbers on the wire.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, IntervalUnit, Schema, SchemaRef};
use dbsql_protocol::types::{
    TColumnDesc, TPrimitiveTypeEntry, TTableSchema, TTypeDesc, TTypeEntry, TTypeId,
    TTypeQualifierValue, TTypeQualifiers,
};

use crate::engine::SQL_TYPE_NAME;

/// The schema with the SQL type of each column in its metadata.
pub(super) fn named(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        let mut metadata = field.metadata().clone();
        metadata.entry(SQL_TYPE_NAME.to_owned()).or_insert_with(|| sql_name(field));
        field.as_ref().clone().with_metadata(metadata)
    });
    Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone()))
}

/// The schema as Thrift has it.
pub(super) fn table_schema(schema: &Schema) -> TTableSchema {
    let columns = schema.fields().iter().zip(1..).map(|(field, position)| TColumnDesc {
        column_name: field.name().clone(),
        type_desc: TTypeDesc { types: vec![TTypeEntry::PrimitiveEntry(entry(&sql_name(field)))] },
        position,
        comment: field.metadata().get("comment").cloned(),
    });
    TTableSchema { columns: columns.collect() }
}

/// The SQL type of a column: what its engine says, else the usual one.
pub(crate) fn sql_name(field: &Field) -> String {
    let given = field.metadata().get(SQL_TYPE_NAME);
    given.cloned().unwrap_or_else(|| usual_name(field.data_type()))
}

fn usual_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Null => "VOID".to_owned(),
        DataType::Boolean => "BOOLEAN".to_owned(),
        DataType::Int8 => "TINYINT".to_owned(),
        DataType::Int16 | DataType::UInt8 => "SMALLINT".to_owned(),
        DataType::Int32 | DataType::UInt16 => "INT".to_owned(),
        DataType::Int64 | DataType::UInt32 => "BIGINT".to_owned(),
        DataType::UInt64 => "DECIMAL(20,0)".to_owned(),
        DataType::Float16 | DataType::Float32 => "FLOAT".to_owned(),
        DataType::Float64 => "DOUBLE".to_owned(),
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => "BINARY".to_owned(),
        DataType::Date32 | DataType::Date64 => "DATE".to_owned(),
        DataType::Timestamp(_, Some(_)) => "TIMESTAMP".to_owned(),
        DataType::Timestamp(_, None) => "TIMESTAMP_NTZ".to_owned(),
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => format!("DECIMAL({precision},{scale})"),
        DataType::Interval(IntervalUnit::YearMonth) => "INTERVAL YEAR TO MONTH".to_owned(),
        DataType::Interval(IntervalUnit::MonthDayNano) => "INTERVAL".to_owned(),
        DataType::Interval(_) | DataType::Duration(_) => "INTERVAL DAY TO SECOND".to_owned(),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::ListView(item)
        | DataType::LargeListView(item) => format!("ARRAY<{}>", sql_name(item)),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => {
                format!("MAP<{}, {}>", sql_name(&pair[0]), sql_name(&pair[1]))
            }
            _ => "MAP<STRING, STRING>".to_owned(),
        },
        DataType::Struct(fields) => {
            let member = |field: &Arc<Field>| format!("{}: {}", field.name(), sql_name(field));
            format!("STRUCT<{}>", fields.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        DataType::Dictionary(_, values) => usual_name(values),
        _ => "STRING".to_owned(),
    }
}

/// The number for a name.
pub(crate) fn type_of(sql_name: &str) -> TTypeId {
    entry(sql_name).r#type
}

/// The number for a name, with what stands in its brackets. Types that the wire has no number for
/// are strings there.
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
    fn what_the_engine_says_wins_over_the_usual_name() {
        let variant = Field::new("v", DataType::Utf8, true)
            .with_metadata([(SQL_TYPE_NAME.to_owned(), "VARIANT".to_owned())].into());
        let schema = Schema::new(vec![variant, Field::new("i", DataType::Int32, true)]);
        let named = named(&schema);
        let name = |index: usize| named.field(index).metadata()[SQL_TYPE_NAME].clone();
        assert_eq!((name(0).as_str(), name(1).as_str()), ("VARIANT", "INT"));
    }

    #[test]
    fn nested_types_are_spelled_out() {
        let item = Field::new("item", DataType::Decimal128(10, 2), true);
        let list = Field::new("list", DataType::List(Arc::new(item)), true);
        let outer = DataType::Struct(vec![list, Field::new("n", DataType::Int8, true)].into());
        assert_eq!(usual_name(&outer), "STRUCT<list: ARRAY<DECIMAL(10,2)>, n: TINYINT>");
    }

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
