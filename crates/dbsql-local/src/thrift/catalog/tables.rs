//! The results of the metadata calls.

use dbsql_protocol::types::{
    TGetCatalogsReq, TGetColumnsReq, TGetCrossReferenceReq, TGetFunctionsReq, TGetPrimaryKeysReq,
    TGetSchemasReq, TGetTableTypesReq, TGetTablesReq, TGetTypeInfoReq, TTypeId,
};

use crate::engine::COLUMN_COMMENT;
use crate::engine::catalog::grid::{
    Cell,
    Kind::{Number, Text},
    grid,
};
use crate::engine::catalog::{CatalogContents, TableName, same};
use crate::engine::{QueryOutput, SqlError, Table};
use crate::result::types::sql_name;
use crate::thrift::catalog::like::matches;
use crate::thrift::schema::type_of;

type Output = Result<QueryOutput, SqlError>;

/// The numbers that `java.sql.Types` has for the types, with what the columns of `GetTypeInfo` and
/// `GetColumns` say about them.
const TYPES: [(&str, TTypeId, i32); 23] = [
    ("VOID", TTypeId::NULL_TYPE, 0),
    ("BOOLEAN", TTypeId::BOOLEAN_TYPE, 16),
    ("TINYINT", TTypeId::TINYINT_TYPE, -6),
    ("SMALLINT", TTypeId::SMALLINT_TYPE, 5),
    ("INT", TTypeId::INT_TYPE, 4),
    ("BIGINT", TTypeId::BIGINT_TYPE, -5),
    ("FLOAT", TTypeId::FLOAT_TYPE, 6),
    ("DOUBLE", TTypeId::DOUBLE_TYPE, 8),
    ("STRING", TTypeId::STRING_TYPE, 12),
    ("VARCHAR", TTypeId::VARCHAR_TYPE, 12),
    ("CHAR", TTypeId::CHAR_TYPE, 1),
    ("BINARY", TTypeId::BINARY_TYPE, -2),
    ("DECIMAL", TTypeId::DECIMAL_TYPE, 3),
    ("DATE", TTypeId::DATE_TYPE, 91),
    ("TIMESTAMP", TTypeId::TIMESTAMP_TYPE, 93),
    ("ARRAY", TTypeId::ARRAY_TYPE, 2003),
    ("STRUCT", TTypeId::STRUCT_TYPE, 2002),
    ("MAP", TTypeId::MAP_TYPE, 2000),
    // Their values are sent as strings.
    ("TIMESTAMP_NTZ", TTypeId::TIMESTAMP_TYPE, 93),
    ("INTERVAL", TTypeId::STRING_TYPE, OTHER),
    ("GEOGRAPHY", TTypeId::STRING_TYPE, OTHER),
    ("GEOMETRY", TTypeId::STRING_TYPE, OTHER),
    ("VARIANT", TTypeId::STRING_TYPE, OTHER),
];

/// `java.sql.Types.OTHER`.
const OTHER: i32 = 1111;

pub(super) fn types(_: TGetTypeInfoReq) -> impl FnOnce(&CatalogContents) -> Output {
    |_| {
        let row = |&(name, _, number): &(&str, TTypeId, i32)| {
            vec![
                name.into(),
                number.into(),
                Cell::Null,
                Cell::Null,
                Cell::Null,
                Cell::Null,
                1.into(),
            ]
        };
        let rows: Vec<_> = TYPES.iter().map(row).collect();
        let columns = [
            ("TYPE_NAME", Text),
            ("DATA_TYPE", Number),
            ("PRECISION", Number),
            ("LITERAL_PREFIX", Text),
            ("LITERAL_SUFFIX", Text),
            ("CREATE_PARAMS", Text),
            ("NULLABLE", Number),
            ("CASE_SENSITIVE", Text),
            ("SEARCHABLE", Number),
            ("UNSIGNED_ATTRIBUTE", Text),
            ("FIXED_PREC_SCALE", Text),
            ("AUTO_INCREMENT", Text),
            ("LOCAL_TYPE_NAME", Text),
            ("MINIMUM_SCALE", Number),
            ("MAXIMUM_SCALE", Number),
            ("SQL_DATA_TYPE", Number),
            ("SQL_DATETIME_SUB", Number),
            ("NUM_PREC_RADIX", Number),
        ];
        grid(&columns, &rows)
    }
}

pub(super) fn catalogs(_: TGetCatalogsReq) -> impl FnOnce(&CatalogContents) -> Output {
    |contents| {
        let names = contents.all_catalogs();
        let rows: Vec<_> = names.iter().map(|name| vec![name.as_str().into()]).collect();
        grid(&[("TABLE_CAT", Text)], &rows)
    }
}

pub(super) fn schemas(request: TGetSchemasReq) -> impl FnOnce(&CatalogContents) -> Output {
    move |contents| {
        let names = contents.all_schemas();
        let rows: Vec<_> = names
            .iter()
            .filter(|name| {
                is(request.catalog_name.as_deref(), &name.catalog)
                    && matches(request.schema_name.as_deref(), &name.schema)
            })
            .map(|name| vec![name.schema.as_str().into(), name.catalog.as_str().into()])
            .collect();
        grid(&[("TABLE_SCHEM", Text), ("TABLE_CATALOG", Text)], &rows)
    }
}

pub(super) fn tables(request: TGetTablesReq) -> impl FnOnce(&CatalogContents) -> Output {
    move |contents| {
        let mut tables = contents.sorted_tables();
        tables.retain(|table| {
            let types = request.table_types.as_deref().filter(|types| !types.is_empty());
            matches(request.catalog_name.as_deref(), &table.catalog)
                && matches(request.schema_name.as_deref(), &table.schema)
                && matches(request.table_name.as_deref(), &table.name)
                && types.is_none_or(|types| types.contains(&table.table_type))
        });
        let rows: Vec<_> = tables
            .iter()
            .map(|table| {
                let Table { catalog, schema, name, table_type, .. } = *table;
                [catalog, schema, name, table_type]
                    .map(|text| text.as_str().into())
                    .into_iter()
                    .chain(["".into()])
                    .collect()
            })
            .collect();
        let columns = [
            "TABLE_CAT",
            "TABLE_SCHEM",
            "TABLE_NAME",
            "TABLE_TYPE",
            "REMARKS",
            "TYPE_CAT",
            "TYPE_SCHEM",
            "TYPE_NAME",
            "SELF_REFERENCING_COL_NAME",
            "REF_GENERATION",
        ];
        grid(&columns.map(|name| (name, Text)), &rows)
    }
}

pub(super) fn table_types(_: TGetTableTypesReq) -> impl FnOnce(&CatalogContents) -> Output {
    |_| {
        let rows = ["METRIC_VIEW", "SYSTEM TABLE", "TABLE", "VIEW"].map(|name| vec![name.into()]);
        grid(&[("TABLE_TYPE", Text)], &rows)
    }
}

pub(super) fn columns(request: TGetColumnsReq) -> impl FnOnce(&CatalogContents) -> Output {
    move |contents| {
        let mut tables = contents.sorted_tables();
        tables.retain(|table| {
            is(request.catalog_name.as_deref(), &table.catalog)
                && matches(request.schema_name.as_deref(), &table.schema)
                && matches(request.table_name.as_deref(), &table.name)
        });
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for table in &tables {
            // Counted from zero, as Databricks and Spark do here.
            for (field, position) in table.columns.fields().iter().zip(0..) {
                if !matches(request.column_name.as_deref(), field.name()) {
                    continue;
                }
                let type_name = sql_name(field);
                let id = type_of(&type_name);
                let known = TYPES.iter().find(|(_, known, _)| *known == id);
                let number = known.map_or(OTHER, |(_, _, number)| *number);
                let (nullable, is_nullable) =
                    if field.is_nullable() { (1, "YES") } else { (0, "NO") };
                let mut row: Vec<Cell> = vec![
                    table.catalog.as_str().into(),
                    table.schema.as_str().into(),
                    table.name.as_str().into(),
                    field.name().as_str().into(),
                    number.into(),
                    type_name.as_str().into(),
                ];
                row.resize(10, Cell::Null);
                let comment = field.metadata().get(COLUMN_COMMENT);
                row.extend([nullable.into(), comment.map_or("", String::as_str).into()]);
                row.resize(16, Cell::Null);
                row.extend([position.into(), is_nullable.into()]);
                row.resize(22, Cell::Null);
                row.extend(["NO".into(), "NO".into()]);
                rows.push(row);
            }
        }
        grid(&COLUMN_COLUMNS, &rows)
    }
}

/// The columns of `GetColumns`.
const COLUMN_COLUMNS: [(&str, crate::engine::catalog::grid::Kind); 24] = [
    ("TABLE_CAT", Text),
    ("TABLE_SCHEM", Text),
    ("TABLE_NAME", Text),
    ("COLUMN_NAME", Text),
    ("DATA_TYPE", Number),
    ("TYPE_NAME", Text),
    ("COLUMN_SIZE", Number),
    ("BUFFER_LENGTH", Number),
    ("DECIMAL_DIGITS", Number),
    ("NUM_PREC_RADIX", Number),
    ("NULLABLE", Number),
    ("REMARKS", Text),
    ("COLUMN_DEF", Text),
    ("SQL_DATA_TYPE", Number),
    ("SQL_DATETIME_SUB", Number),
    ("CHAR_OCTET_LENGTH", Number),
    ("ORDINAL_POSITION", Number),
    ("IS_NULLABLE", Text),
    ("SCOPE_CATALOG", Text),
    ("SCOPE_SCHEMA", Text),
    ("SCOPE_TABLE", Text),
    ("SOURCE_DATA_TYPE", Number),
    ("IS_AUTO_INCREMENT", Text),
    ("IS_GENERATEDCOLUMN", Text),
];

pub(super) fn functions(request: TGetFunctionsReq) -> impl FnOnce(&CatalogContents) -> Output {
    move |contents| {
        let found = contents.functions.iter().filter(|function| {
            is(request.catalog_name.as_deref(), &function.catalog)
                && matches(request.schema_name.as_deref(), &function.schema)
                && matches(Some(&request.function_name), &function.name)
        });
        let rows = found.map(|function| {
            let mut row = texts([&function.catalog, &function.schema, &function.name, ""]);
            row.extend([Cell::Number(0), function.name.as_str().into()]);
            row
        });
        let columns = [
            ("FUNCTION_CAT", Text),
            ("FUNCTION_SCHEM", Text),
            ("FUNCTION_NAME", Text),
            ("REMARKS", Text),
            ("FUNCTION_TYPE", Number),
            ("SPECIFIC_NAME", Text),
        ];
        grid(&columns, &rows.collect::<Vec<_>>())
    }
}

pub(super) fn primary_keys(request: TGetPrimaryKeysReq) -> impl FnOnce(&CatalogContents) -> Output {
    move |contents| {
        let table = name(request.catalog_name, request.schema_name, request.table_name);
        let mut rows = Vec::new();
        for key in contents.primary_keys_of(&table) {
            let TableName { catalog, schema, table } = &key.table;
            for (column, sequence) in key.columns.iter().zip(1..) {
                let mut row = texts([catalog, schema, table, column]);
                row.extend([Cell::Number(sequence), key.name.as_str().into()]);
                rows.push(row);
            }
        }
        let columns = [
            ("TABLE_CAT", Text),
            ("TABLE_SCHEM", Text),
            ("TABLE_NAME", Text),
            ("COLUMN_NAME", Text),
            ("KEY_SEQ", Number),
            ("PK_NAME", Text),
        ];
        grid(&columns, &rows)
    }
}

/// The foreign keys of a table; those that refer to another one alone, if that is named.
pub(super) fn cross_reference(
    request: TGetCrossReferenceReq,
) -> impl FnOnce(&CatalogContents) -> Output {
    move |contents| {
        let parent_is_named = request.parent_table_name.is_some();
        let parent = name(
            request.parent_catalog_name,
            request.parent_schema_name,
            request.parent_table_name,
        );
        let table = name(
            request.foreign_catalog_name,
            request.foreign_schema_name,
            request.foreign_table_name,
        );
        let mut rows = Vec::new();
        let keys = contents.foreign_keys_of(&table);
        for key in keys.filter(|key| !parent_is_named || key.parent == parent) {
            let (own, parent) = (&key.table, &key.parent);
            for ((column, parent_column), sequence) in key.columns.iter().zip(1..) {
                let mut row = texts([
                    &parent.catalog,
                    &parent.schema,
                    &parent.table,
                    parent_column,
                    &own.catalog,
                    &own.schema,
                    &own.table,
                    column,
                ]);
                // No action when the parent changes, and not deferrable.
                row.extend([sequence, 3, 3].map(Cell::Number));
                row.extend([key.name.as_str().into(), Cell::Null, Cell::Number(7)]);
                rows.push(row);
            }
        }
        let columns = [
            ("PKTABLE_CAT", Text),
            ("PKTABLE_SCHEM", Text),
            ("PKTABLE_NAME", Text),
            ("PKCOLUMN_NAME", Text),
            ("FKTABLE_CAT", Text),
            ("FKTABLE_SCHEM", Text),
            ("FKTABLE_NAME", Text),
            ("FKCOLUMN_NAME", Text),
            ("KEY_SEQ", Number),
            ("UPDATE_RULE", Number),
            ("DELETE_RULE", Number),
            ("FK_NAME", Text),
            ("PK_NAME", Text),
            ("DEFERRABILITY", Number),
        ];
        grid(&columns, &rows)
    }
}

fn name(catalog: Option<String>, schema: Option<String>, table: Option<String>) -> TableName {
    let [catalog, schema, table] = [catalog, schema, table].map(Option::unwrap_or_default);
    TableName { catalog, schema, table }
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<Cell> {
    texts.map(Cell::from).to_vec()
}

/// Whether a name is the one asked for, if one is; catalogs are not patterns here.
fn is(wanted: Option<&str>, name: &str) -> bool {
    wanted.is_none_or(|wanted| wanted.is_empty() || same(wanted, name))
}
