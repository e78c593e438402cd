//! The columns of the results, as defined by JDBC, and the source of each.
//!
//! Only this module knows them. Over Thrift, a server's columns have these or similar names; those
//! of `SHOW` differ. A result is made from the columns that exist.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::sql_types::{SqlType, TypeRow};
use super::value::Value;
use crate::metadata_request::Kind;

/// One column of a result.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) data_type: ColumnType,
    pub(super) nullable: bool,
    /// The possible names of the column in the server's response, the preferred one first.
    pub(super) from: &'static [&'static str],
    /// Makes the value of the column.
    pub(super) make: Make,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnType {
    Text,
    Int,
    Short,
    Boolean,
}

/// A value as the server sent it, and the ordinal position of its row in its group.
#[derive(Clone, Debug)]
pub(super) struct Sent<'a> {
    pub(super) value: Value<'a>,
    pub(super) position: i32,
}

type Make = for<'a> fn(&Sent<'a>) -> Value<'a>;

/// The result of one kind of call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) columns: &'static [Column],
    /// The columns by which the rows are ordered.
    pub(super) order: &'static [&'static str],
}

impl Shape {
    pub(super) fn of(kind: Kind) -> Self {
        let (columns, order): (&[Column], &[&str]) = match kind {
            Kind::Catalogs => (&CATALOGS, &["TABLE_CAT"]),
            Kind::Schemas => (&SCHEMAS, &["TABLE_CATALOG", "TABLE_SCHEM"]),
            Kind::Tables => (&TABLES, &["TABLE_TYPE", "TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME"]),
            Kind::Columns => {
                (&COLUMNS, &["TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "ORDINAL_POSITION"])
            }
            Kind::Functions => {
                (&FUNCTIONS, &["FUNCTION_CAT", "FUNCTION_SCHEM", "FUNCTION_NAME", "SPECIFIC_NAME"])
            }
            Kind::PrimaryKeys => (&PRIMARY_KEYS, &["COLUMN_NAME"]),
            Kind::ForeignKeys => {
                (&FOREIGN_KEYS, &["PKTABLE_CAT", "PKTABLE_SCHEM", "PKTABLE_NAME", "KEY_SEQ"])
            }
            Kind::TypeInfo => (&TYPE_INFO, &["DATA_TYPE"]),
            Kind::TableTypes => (&TABLE_TYPES, &["TABLE_TYPE"]),
        };
        Self { columns, order }
    }

    pub(super) fn schema(&self) -> SchemaRef {
        let fields = self.columns.iter().map(|column| {
            let data_type = match column.data_type {
                ColumnType::Text => DataType::Utf8,
                ColumnType::Int => DataType::Int32,
                ColumnType::Short => DataType::Int16,
                ColumnType::Boolean => DataType::Boolean,
            };
            Field::new(column.name, data_type, column.nullable)
        });
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    pub(super) fn index_of(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

const fn column(
    name: &'static str,
    data_type: ColumnType,
    from: &'static [&'static str],
    make: Make,
) -> Column {
    Column { name, data_type, nullable: false, from, make }
}

const fn nullable(column: Column) -> Column {
    Column { nullable: true, ..column }
}

/// A name that is always present.
const fn name(name: &'static str, from: &'static [&'static str]) -> Column {
    column(name, ColumnType::Text, from, as_sent)
}

/// Text that may be missing or empty; both are NULL.
const fn text(name: &'static str, from: &'static [&'static str]) -> Column {
    nullable(column(name, ColumnType::Text, from, or_null))
}

/// A column that no server fills.
const fn unused(name: &'static str, data_type: ColumnType) -> Column {
    nullable(column(name, data_type, &[], |_| Value::Null))
}

/// A number derived from the type of a column.
const fn of_type(name: &'static str, make: Make) -> Column {
    nullable(column(name, ColumnType::Int, TYPE_TEXT, make))
}

/// A value derived from the name of a type.
const fn of_row(name: &'static str, data_type: ColumnType, make: Make) -> Column {
    nullable(column(name, data_type, &["TYPE_NAME"], make))
}

const TYPE_TEXT: &[&str] = &["TYPE_NAME", "columnType"];
const NULLABLE: &[&str] = &["NULLABLE", "isNullable", "IS_NULLABLE"];

const CATALOGS: [Column; 1] = [name("TABLE_CAT", &["TABLE_CAT", "catalog", "catalogName"])];

const SCHEMAS: [Column; 2] = [
    name("TABLE_SCHEM", &["TABLE_SCHEM", "databaseName", "namespace"]),
    text("TABLE_CATALOG", &["TABLE_CATALOG", "catalog", "catalogName"]),
];

const TABLES: [Column; 10] = [
    text("TABLE_CAT", &["TABLE_CAT", "catalogName", "catalog"]),
    text("TABLE_SCHEM", &["TABLE_SCHEM", "namespace", "database"]),
    name("TABLE_NAME", &["TABLE_NAME", "tableName"]),
    column("TABLE_TYPE", ColumnType::Text, &["TABLE_TYPE", "tableType"], table_type),
    text("REMARKS", &["REMARKS"]),
    unused("TYPE_CAT", ColumnType::Text),
    unused("TYPE_SCHEM", ColumnType::Text),
    unused("TYPE_NAME", ColumnType::Text),
    unused("SELF_REFERENCING_COL_NAME", ColumnType::Text),
    unused("REF_GENERATION", ColumnType::Text),
];

const COLUMNS: [Column; 24] = [
    text("TABLE_CAT", &["TABLE_CAT", "catalogName", "catalog"]),
    text("TABLE_SCHEM", &["TABLE_SCHEM", "namespace", "database"]),
    name("TABLE_NAME", &["TABLE_NAME", "tableName"]),
    name("COLUMN_NAME", &["COLUMN_NAME", "col_name", "columnName"]),
    column("DATA_TYPE", ColumnType::Int, TYPE_TEXT, |sent| {
        Value::Number(sql_type(sent).code().into())
    }),
    column("TYPE_NAME", ColumnType::Text, TYPE_TEXT, type_name),
    of_type("COLUMN_SIZE", |sent| Value::optional(sql_type(sent).size())),
    unused("BUFFER_LENGTH", ColumnType::Int),
    of_type("DECIMAL_DIGITS", |sent| Value::optional(sql_type(sent).digits())),
    of_type("NUM_PREC_RADIX", |sent| Value::optional(sql_type(sent).radix())),
    column("NULLABLE", ColumnType::Int, NULLABLE, |sent| {
        Value::Number(match sent.value.as_truth() {
            Some(may_be_null) => may_be_null.into(),
            None => COLUMN_NULLABLE_UNKNOWN,
        })
    }),
    text("REMARKS", &["REMARKS"]),
    text("COLUMN_DEF", &["COLUMN_DEF", "columnDefault"]),
    unused("SQL_DATA_TYPE", ColumnType::Int),
    unused("SQL_DATETIME_SUB", ColumnType::Int),
    of_type("CHAR_OCTET_LENGTH", |sent| Value::optional(sql_type(sent).octets())),
    column("ORDINAL_POSITION", ColumnType::Int, &[], |sent| Value::Number(sent.position.into())),
    column("IS_NULLABLE", ColumnType::Text, NULLABLE, yes_or_no),
    unused("SCOPE_CATALOG", ColumnType::Text),
    unused("SCOPE_SCHEMA", ColumnType::Text),
    unused("SCOPE_TABLE", ColumnType::Text),
    unused("SOURCE_DATA_TYPE", ColumnType::Short),
    column(
        "IS_AUTOINCREMENT",
        ColumnType::Text,
        &["IS_AUTOINCREMENT", "IS_AUTO_INCREMENT", "isAutoIncrement"],
        yes_or_no,
    ),
    column(
        "IS_GENERATEDCOLUMN",
        ColumnType::Text,
        &["IS_GENERATEDCOLUMN", "IS_GENERATED", "isGenerated"],
        yes_or_no,
    ),
];

const FUNCTIONS: [Column; 6] = [
    text("FUNCTION_CAT", &["FUNCTION_CAT", "catalogName", "catalog"]),
    text("FUNCTION_SCHEM", &["FUNCTION_SCHEM", "namespace", "database"]),
    name("FUNCTION_NAME", &["FUNCTION_NAME", "functionName", "function"]),
    text("REMARKS", &["REMARKS"]),
    column("FUNCTION_TYPE", ColumnType::Short, &["FUNCTION_TYPE", "functionType"], |sent| {
        number_or(sent, FUNCTION_RESULT_UNKNOWN)
    }),
    name(
        "SPECIFIC_NAME",
        &["SPECIFIC_NAME", "specificName", "FUNCTION_NAME", "functionName", "function"],
    ),
];

const PRIMARY_KEYS: [Column; 6] = [
    text("TABLE_CAT", &["TABLE_CAT", "catalogName"]),
    text("TABLE_SCHEM", &["TABLE_SCHEM", "namespace"]),
    name("TABLE_NAME", &["TABLE_NAME", "tableName"]),
    name("COLUMN_NAME", &["COLUMN_NAME", "col_name", "columnName"]),
    column("KEY_SEQ", ColumnType::Short, &["KEY_SEQ", "keySeq"], number_or_position),
    text("PK_NAME", &["PK_NAME", "constraintName"]),
];

const FOREIGN_KEYS: [Column; 14] = [
    text("PKTABLE_CAT", &["PKTABLE_CAT", "parentCatalogName"]),
    text("PKTABLE_SCHEM", &["PKTABLE_SCHEM", "parentNamespace"]),
    name("PKTABLE_NAME", &["PKTABLE_NAME", "parentTableName"]),
    name("PKCOLUMN_NAME", &["PKCOLUMN_NAME", "parentColName"]),
    text("FKTABLE_CAT", &["FKTABLE_CAT", "catalogName"]),
    text("FKTABLE_SCHEM", &["FKTABLE_SCHEM", "namespace"]),
    name("FKTABLE_NAME", &["FKTABLE_NAME", "tableName"]),
    name("FKCOLUMN_NAME", &["FKCOLUMN_NAME", "col_name", "columnName"]),
    column("KEY_SEQ", ColumnType::Short, &["KEY_SEQ", "keySeq"], number_or_position),
    column("UPDATE_RULE", ColumnType::Short, &["UPDATE_RULE", "updateRule"], rule),
    column("DELETE_RULE", ColumnType::Short, &["DELETE_RULE", "deleteRule"], rule),
    text("FK_NAME", &["FK_NAME", "constraintName"]),
    text("PK_NAME", &["PK_NAME", "parentConstraintName"]),
    column("DEFERRABILITY", ColumnType::Short, &["DEFERRABILITY"], |sent| {
        number_or(sent, NOT_DEFERRABLE)
    }),
];

const TYPE_INFO: [Column; 18] = [
    column("TYPE_NAME", ColumnType::Text, &["TYPE_NAME"], type_name),
    column("DATA_TYPE", ColumnType::Int, &["TYPE_NAME"], |sent| {
        Value::Number(sql_type(sent).code().into())
    }),
    of_row("PRECISION", ColumnType::Int, |sent| {
        Value::optional(row(sent).and_then(|row| row.precision))
    }),
    of_row("LITERAL_PREFIX", ColumnType::Text, |sent| {
        row(sent).and_then(|row| row.quotes).map_or(Value::Null, |quotes| Value::text(quotes.0))
    }),
    of_row("LITERAL_SUFFIX", ColumnType::Text, |sent| {
        row(sent).and_then(|row| row.quotes).map_or(Value::Null, |quotes| Value::text(quotes.1))
    }),
    of_row("CREATE_PARAMS", ColumnType::Text, |sent| {
        row(sent).and_then(|row| row.parameters).map_or(Value::Null, Value::text)
    }),
    column("NULLABLE", ColumnType::Short, &[], |_| Value::Number(TYPE_NULLABLE)),
    column("CASE_SENSITIVE", ColumnType::Boolean, &["TYPE_NAME"], |sent| {
        Value::Truth(row(sent).is_some_and(|row| row.is_text))
    }),
    column("SEARCHABLE", ColumnType::Short, &["TYPE_NAME"], |sent| {
        Value::Number(match row(sent) {
            Some(row) if row.is_text => TYPE_SEARCHABLE,
            Some(row) if row.is_searchable => TYPE_PRED_BASIC,
            _ => TYPE_PRED_NONE,
        })
    }),
    column("UNSIGNED_ATTRIBUTE", ColumnType::Boolean, &["TYPE_NAME"], |sent| {
        Value::Truth(!row(sent).is_some_and(|row| row.is_number))
    }),
    column("FIXED_PREC_SCALE", ColumnType::Boolean, &[], |_| Value::Truth(false)),
    column("AUTO_INCREMENT", ColumnType::Boolean, &[], |_| Value::Truth(false)),
    unused("LOCAL_TYPE_NAME", ColumnType::Text),
    of_row("MINIMUM_SCALE", ColumnType::Short, |sent| {
        Value::optional(row(sent).and_then(|row| row.scales).map(|(least, _)| least.into()))
    }),
    of_row("MAXIMUM_SCALE", ColumnType::Short, |sent| {
        Value::optional(row(sent).and_then(|row| row.scales).map(|(_, most)| most.into()))
    }),
    unused("SQL_DATA_TYPE", ColumnType::Int),
    unused("SQL_DATETIME_SUB", ColumnType::Int),
    of_row("NUM_PREC_RADIX", ColumnType::Int, |sent| {
        Value::optional(row(sent).and_then(TypeRow::radix))
    }),
];

const TABLE_TYPES: [Column; 1] =
    [column("TABLE_TYPE", ColumnType::Text, &["TABLE_TYPE", "tableType"], table_type)];

/// `java.sql.DatabaseMetaData`.
const COLUMN_NULLABLE_UNKNOWN: i64 = 2;
const FUNCTION_RESULT_UNKNOWN: i64 = 0;
const KEY_CASCADE: i64 = 0;
const KEY_RESTRICT: i64 = 1;
const KEY_SET_NULL: i64 = 2;
const KEY_NO_ACTION: i64 = 3;
const KEY_SET_DEFAULT: i64 = 4;
const NOT_DEFERRABLE: i64 = 7;
const TYPE_NULLABLE: i64 = 1;
const TYPE_PRED_NONE: i64 = 0;
const TYPE_PRED_BASIC: i64 = 2;
const TYPE_SEARCHABLE: i64 = 3;

fn as_sent<'a>(sent: &Sent<'a>) -> Value<'a> {
    sent.value.clone()
}

fn or_null<'a>(sent: &Sent<'a>) -> Value<'a> {
    match sent.value.as_text() {
        Some("") => Value::Null,
        _ => sent.value.clone(),
    }
}

fn number_or<'a>(sent: &Sent<'a>, default: i64) -> Value<'a> {
    Value::Number(sent.value.as_number().unwrap_or(default))
}

fn number_or_position<'a>(sent: &Sent<'a>) -> Value<'a> {
    number_or(sent, sent.position.into())
}

/// Hive's managed and external tables are tables.
fn table_type<'a>(sent: &Sent<'a>) -> Value<'a> {
    match sent.value.as_text() {
        None | Some("" | "MANAGED" | "EXTERNAL") => Value::text("TABLE"),
        Some(_) => sent.value.clone(),
    }
}

/// Types without members are converted to upper case; the names of members are case-sensitive.
fn type_name<'a>(sent: &Sent<'a>) -> Value<'a> {
    match &sent.value {
        Value::Text(text) if !text.contains('<') => {
            Value::Text(text.trim().to_ascii_uppercase().into())
        }
        value => value.clone(),
    }
}

fn yes_or_no<'a>(sent: &Sent<'a>) -> Value<'a> {
    Value::text(match sent.value.as_truth() {
        Some(true) => "YES",
        Some(false) => "NO",
        None => "",
    })
}

/// The action on a foreign key when its parent changes, as a number or in words.
fn rule<'a>(sent: &Sent<'a>) -> Value<'a> {
    let words = sent.value.as_text().map(str::to_ascii_uppercase);
    Value::Number(match (sent.value.as_number(), words.as_deref()) {
        (Some(number), _) => number,
        (None, Some("CASCADE")) => KEY_CASCADE,
        (None, Some("RESTRICT")) => KEY_RESTRICT,
        (None, Some("SET NULL")) => KEY_SET_NULL,
        (None, Some("SET DEFAULT")) => KEY_SET_DEFAULT,
        (None, _) => KEY_NO_ACTION,
    })
}

fn sql_type(sent: &Sent<'_>) -> SqlType {
    SqlType::parse(sent.value.as_text().unwrap_or_default())
}

fn row(sent: &Sent<'_>) -> Option<&'static TypeRow> {
    sql_type(sent).row()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_ordered_by_columns_that_exist() {
        use Kind::*;
        for kind in [
            Catalogs,
            Schemas,
            Tables,
            Columns,
            Functions,
            PrimaryKeys,
            ForeignKeys,
            TypeInfo,
            TableTypes,
        ] {
            let shape = Shape::of(kind);
            for column in shape.order {
                assert!(shape.index_of(column).is_some(), "{kind:?} has no {column}");
            }
        }
    }

    #[test]
    fn rules_are_read_as_words_and_numbers() {
        let rule_of = |value: Value<'static>| rule(&Sent { value, position: 1 });
        assert_eq!(rule_of(Value::text("cascade")), Value::Number(KEY_CASCADE));
        assert_eq!(rule_of(Value::text("NO ACTION")), Value::Number(KEY_NO_ACTION));
        assert_eq!(rule_of(Value::Number(1)), Value::Number(KEY_RESTRICT));
        assert_eq!(rule_of(Value::Null), Value::Number(KEY_NO_ACTION));
    }
}
