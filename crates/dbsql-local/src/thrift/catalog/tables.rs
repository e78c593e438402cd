//! The results of the metadata calls.

use std::collections::BTreeSet;

use dbsql_protocol::types::{
    TGetCatalogsReq, TGetColumnsReq, TGetCrossReferenceReq, TGetFunctionsReq, TGetPrimaryKeysReq,
    TGetSchemasReq, TGetTableTypesReq, TGetTablesReq, TGetTypeInfoReq, TTypeId,
};

use crate::engine::{QueryOutput, SqlError, Table};
use crate::result::types::sql_name;
use crate::thrift::catalog::SessionView;
use crate::thrift::catalog::grid::{
    Cell,
    Kind::{Number, Text},
    grid,
};
use crate::thrift::catalog::like::matches;
use crate::thrift::schema::type_of;

type Output = Result<QueryOutput, SqlError>;

/// The numbers of types in `java.sql.Types`, with their description in `GetTypeInfo` and
/// `GetColumns`.
const TYPES: [(&str, TTypeId, i32); 15] = [
    ("VOID", TTypeId::NULL_TYPE, 0),
    ("BOOLEAN", TTypeId::BOOLEAN_TYPE, 16),
    ("TINYINT", TTypeId::TINYINT_TYPE, -6),
    ("SMALLINT", TTypeId::SMALLINT_TYPE, 5),
    ("INT", TTypeId::INT_TYPE, 4),
    ("BIGINT", TTypeId::BIGINT_TYPE, -5),
    ("FLOAT", TTypeId::FLOAT_TYPE, 6),
    ("DOUBLE", TTypeId::DOUBLE_TYPE, 8),
    ("STRING", TTypeId::STRING_TYPE, 12),
    ("BINARY", TTypeId::BINARY_TYPE, -2),
    ("DECIMAL", TTypeId::DECIMAL_TYPE, 3),
    ("DATE", TTypeId::DATE_TYPE, 91),
    ("TIMESTAMP", TTypeId::TIMESTAMP_TYPE, 93),
    ("ARRAY", TTypeId::ARRAY_TYPE, 2003),
    ("STRUCT", TTypeId::STRUCT_TYPE, 2002),
];

/// `java.sql.Types.OTHER`.
const OTHER: i32 = 1111;

pub(super) fn types(_: TGetTypeInfoReq) -> impl FnOnce(&SessionView, Vec<Table>) -> Output {
    |_, _| {
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

pub(super) fn catalogs(_: TGetCatalogsReq) -> impl FnOnce(&SessionView, Vec<Table>) -> Output {
    |view, tables| {
        let own = view.catalog.clone();
        let names: BTreeSet<_> = tables.into_iter().map(|table| table.catalog).chain(own).collect();
        let rows: Vec<_> = names.iter().map(|name| vec![name.as_str().into()]).collect();
        grid(&[("TABLE_CAT", Text)], &rows)
    }
}

pub(super) fn schemas(request: TGetSchemasReq) -> impl FnOnce(&SessionView, Vec<Table>) -> Output {
    move |view, tables| {
        let own = view.catalog.clone().zip(view.schema.clone());
        let names: BTreeSet<_> =
            tables.into_iter().map(|table| (table.catalog, table.schema)).chain(own).collect();
        let rows: Vec<_> = names
            .iter()
            .filter(|(catalog, schema)| {
                is(request.catalog_name.as_deref(), catalog)
                    && matches(request.schema_name.as_deref(), schema)
            })
            .map(|(catalog, schema)| vec![schema.as_str().into(), catalog.as_str().into()])
            .collect();
        grid(&[("TABLE_SCHEM", Text), ("TABLE_CATALOG", Text)], &rows)
    }
}

pub(super) fn tables(request: TGetTablesReq) -> impl FnOnce(&SessionView, Vec<Table>) -> Output {
    move |_, mut tables| {
        tables.retain(|table| {
            let types = request.table_types.as_deref().filter(|types| !types.is_empty());
            matches(request.catalog_name.as_deref(), &table.catalog)
                && matches(request.schema_name.as_deref(), &table.schema)
                && matches(request.table_name.as_deref(), &table.name)
                && types.is_none_or(|types| types.contains(&table.table_type))
        });
        sort(&mut tables);
        let rows: Vec<_> = tables
            .iter()
            .map(|table| {
                let Table { catalog, schema, name, table_type, .. } = table;
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

pub(super) fn table_types(_: TGetTableTypesReq) -> impl FnOnce(&SessionView, Vec<Table>) -> Output {
    |_, _| {
        let rows = ["SYSTEM TABLE", "TABLE", "VIEW"].map(|name| vec![name.into()]);
        grid(&[("TABLE_TYPE", Text)], &rows)
    }
}

pub(super) fn columns(request: TGetColumnsReq) -> impl FnOnce(&SessionView, Vec<Table>) -> Output {
    move |_, mut tables| {
        tables.retain(|table| {
            is(request.catalog_name.as_deref(), &table.catalog)
                && matches(request.schema_name.as_deref(), &table.schema)
                && matches(request.table_name.as_deref(), &table.name)
        });
        sort(&mut tables);
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for table in &tables {
            for (field, position) in table.columns.fields().iter().zip(1..) {
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
                row.extend([nullable.into(), "".into()]);
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
const COLUMN_COLUMNS: [(&str, crate::thrift::catalog::grid::Kind); 24] = [
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

pub(super) fn functions(_: TGetFunctionsReq) -> impl FnOnce(&SessionView, Vec<Table>) -> Output {
    |_, _| {
        let columns = [
            ("FUNCTION_CAT", Text),
            ("FUNCTION_SCHEM", Text),
            ("FUNCTION_NAME", Text),
            ("REMARKS", Text),
            ("FUNCTION_TYPE", Number),
            ("SPECIFIC_NAME", Text),
        ];
        grid(&columns, &[])
    }
}

pub(super) fn primary_keys(
    _: TGetPrimaryKeysReq,
) -> impl FnOnce(&SessionView, Vec<Table>) -> Output {
    |_, _| {
        let columns = [
            ("TABLE_CAT", Text),
            ("TABLE_SCHEM", Text),
            ("TABLE_NAME", Text),
            ("COLUMN_NAME", Text),
            ("KEY_SEQ", Number),
            ("PK_NAME", Text),
        ];
        grid(&columns, &[])
    }
}

pub(super) fn cross_reference(
    _: TGetCrossReferenceReq,
) -> impl FnOnce(&SessionView, Vec<Table>) -> Output {
    |_, _| {
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
        grid(&columns, &[])
    }
}

/// Returns `true` if a name matches the requested one, if any; catalogs are not patterns here.
fn is(wanted: Option<&str>, name: &str) -> bool {
    wanted.is_none_or(|wanted| wanted.is_empty() || wanted.eq_ignore_ascii_case(name))
}

fn sort(tables: &mut [Table]) {
    tables.sort_by(|a, b| (&a.catalog, &a.schema, &a.name).cmp(&(&b.catalog, &b.schema, &b.name)));
}
