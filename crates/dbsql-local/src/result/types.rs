//! The names of SQL types for Arrow types.

use std::sync::Arc;

use arrow_schema::{DataType, Field, IntervalUnit, Schema, SchemaRef};

use crate::engine::SQL_TYPE_NAME;

/// Returns the schema with the SQL type of each column in its metadata.
pub(super) fn named(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        let mut metadata = field.metadata().clone();
        metadata.entry(SQL_TYPE_NAME.to_owned()).or_insert_with(|| sql_name(field));
        field.as_ref().clone().with_metadata(metadata)
    });
    Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone()))
}

/// Returns the SQL type of a column: as set by its engine, or the default.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_set_by_the_engine_overrides_the_default() {
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
}
