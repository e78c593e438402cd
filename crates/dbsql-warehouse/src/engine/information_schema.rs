//! The views of `information_schema`, in each catalog, and for all catalogs in `system`.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Int32Array, RecordBatch, RecordBatchOptions, StringArray, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result as PlanResult;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;

use super::command::reference;
use super::details::{Details, Key};
use super::errors::{Result, from_datafusion, into_datafusion};
use super::memory_table::written_name;
use super::planner::Planner;
use super::store::{Relation, SYSTEM_CATALOG, TableName};
use super::types::{TIME_ZONE, timestamp};

/// The name of a view and its columns: `i` after a colon for INT, `t` for TIMESTAMP.
const VIEWS: &[(&str, &str)] = &[
    ("information_schema_catalog_name", "catalog_name"),
    (
        "catalogs",
        "catalog_name catalog_owner comment created:t created_by last_altered:t last_altered_by",
    ),
    (
        "schemata",
        "catalog_name schema_name schema_owner comment created:t created_by last_altered:t \
         last_altered_by",
    ),
    (
        "tables",
        "table_catalog table_schema table_name table_type is_insertable_into commit_action \
         table_owner comment created:t created_by last_altered:t last_altered_by \
         data_source_format storage_sub_directory",
    ),
    (
        "columns",
        "table_catalog table_schema table_name column_name ordinal_position:i column_default \
         is_nullable full_data_type data_type character_maximum_length:i \
         character_octet_length:i numeric_precision:i numeric_precision_radix:i numeric_scale:i \
         datetime_precision:i interval_type interval_precision:i maximum_cardinality:i \
         is_identity identity_generation identity_start identity_increment identity_maximum \
         identity_minimum identity_cycle is_generated generation_expression \
         is_system_time_period_start is_system_time_period_end \
         system_time_period_timestamp_generation is_updatable partition_ordinal_position:i \
         comment",
    ),
    (
        "views",
        "table_catalog table_schema table_name view_definition check_option is_updatable \
         is_insertable_into sql_path",
    ),
    (
        "table_constraints",
        "constraint_catalog constraint_schema constraint_name table_catalog table_schema \
         table_name constraint_type is_deferrable initially_deferred enforced comment",
    ),
    (
        "key_column_usage",
        "constraint_catalog constraint_schema constraint_name table_catalog table_schema \
         table_name column_name ordinal_position:i position_in_unique_constraint:i",
    ),
    (
        "constraint_column_usage",
        "table_catalog table_schema table_name column_name constraint_catalog constraint_schema \
         constraint_name",
    ),
    (
        "constraint_table_usage",
        "table_catalog table_schema table_name constraint_catalog constraint_schema \
         constraint_name",
    ),
    (
        "referential_constraints",
        "constraint_catalog constraint_schema constraint_name unique_constraint_catalog \
         unique_constraint_schema unique_constraint_name match_option update_rule delete_rule",
    ),
    // There are no tags, masks, filters, privileges and routines: these are always empty.
    ("catalog_tags", "catalog_name tag_name tag_value"),
    ("schema_tags", "catalog_name schema_name tag_name tag_value"),
    ("table_tags", "catalog_name schema_name table_name tag_name tag_value"),
    ("column_tags", "catalog_name schema_name table_name column_name tag_name tag_value"),
    ("column_masks", "table_catalog table_schema table_name column_name mask_name using_columns"),
    ("row_filters", "table_catalog table_schema table_name filter_name target_columns"),
    ("catalog_privileges", "grantor grantee catalog_name privilege_type is_grantable"),
    ("schema_privileges", "grantor grantee catalog_name schema_name privilege_type is_grantable"),
    (
        "table_privileges",
        "grantor grantee table_catalog table_schema table_name privilege_type is_grantable",
    ),
    ("volumes", "volume_catalog volume_schema volume_name volume_type volume_owner comment"),
    (
        "routines",
        "specific_catalog specific_schema specific_name routine_catalog routine_schema \
         routine_name routine_type data_type",
    ),
];

/// A value of a view.
#[derive(Clone, Debug)]
enum Cell {
    Text(String),
    Number(i32),
    /// In microseconds since 1970.
    Time(i64),
    Null,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&Option<String>> for Cell {
    fn from(text: &Option<String>) -> Self {
        text.as_ref().map_or(Self::Null, Self::from)
    }
}

type Row = Vec<Cell>;

/// Returns the names of the views.
pub(super) fn names() -> Vec<String> {
    VIEWS.iter().map(|(name, _)| (*name).to_owned()).collect()
}

/// Returns a view of a catalog.
pub(super) fn table(name: &TableName, planner: &Planner) -> Option<Arc<dyn TableProvider>> {
    if !planner.store.has_catalog(&name.catalog) {
        return None;
    }
    let (view, columns) = VIEWS.iter().find(|(known, _)| *known == name.table)?;
    let fields = columns.split_whitespace().map(|column| {
        let (name, kind) = column.split_once(':').unwrap_or((column, ""));
        let data_type = match kind {
            "i" => DataType::Int32,
            "t" => timestamp(),
            _ => DataType::Utf8,
        };
        Field::new(name, data_type, true)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let catalog = Some(&name.catalog).filter(|catalog| *catalog != SYSTEM_CATALOG).cloned();
    Some(Arc::new(InformationView { view, schema, planner: planner.clone(), catalog }))
}

/// A view whose rows are computed when it is read: planning a view that uses it must not plan all
/// views again.
#[derive(Debug)]
struct InformationView {
    view: &'static str,
    schema: SchemaRef,
    planner: Planner,
    /// `None` for all catalogs.
    catalog: Option<String>,
}

impl InformationView {
    fn catalogs(&self) -> Vec<String> {
        match &self.catalog {
            Some(catalog) => vec![catalog.clone()],
            None => self.planner.store.catalogs(),
        }
    }

    /// Returns the names of all schemas, without `information_schema`.
    fn schemas(&self) -> Vec<(String, String)> {
        let of = |catalog: String| {
            let schemas = self.planner.store.schemas(&catalog).unwrap_or_default();
            schemas.into_iter().map(move |schema| (catalog.clone(), schema))
        };
        self.catalogs().into_iter().flat_map(of).collect()
    }

    /// Returns all tables and views; `None` for the relation of a table in the data folder.
    fn relations(&self) -> Vec<(TableName, Option<Relation>, Arc<Details>)> {
        let store = &self.planner.store;
        let mut all = Vec::new();
        for (catalog, schema) in self.schemas() {
            let name = |table: String| TableName {
                catalog: catalog.clone(),
                schema: schema.clone(),
                table,
            };
            for (table, relation) in store.relations(&catalog, &schema).unwrap_or_default() {
                let name = name(table);
                let details = store.details(&name);
                all.push((name, Some(relation), details));
            }
            if let Some(folder) = store.folder_of(&catalog, &schema) {
                let tables = folder.names().into_iter();
                all.extend(tables.map(|table| (name(table), None, Arc::default())));
            }
        }
        all
    }

    async fn rows(&self) -> Vec<Row> {
        match self.view {
            "information_schema_catalog_name" => {
                let name = self.catalog.as_deref().unwrap_or(SYSTEM_CATALOG);
                vec![vec![name.into()]]
            }
            "catalogs" => {
                let owner = self.planner.user.as_ref();
                let names = self.catalogs().into_iter();
                names
                    .map(|name| {
                        vec![
                            (&name).into(),
                            owner.into(),
                            Cell::Null,
                            Cell::Null,
                            owner.into(),
                            Cell::Null,
                            owner.into(),
                        ]
                    })
                    .collect()
            }
            "schemata" => self.schemata(),
            "tables" => self.relations().iter().map(table_row).collect(),
            "columns" => self.columns().await,
            "views" => self.relations().iter().filter_map(view_row).collect(),
            "table_constraints" => self.keys(|name, key, _, rows| {
                let kind = if key.parent.is_some() { "FOREIGN KEY" } else { "PRIMARY KEY" };
                let mut row = constraint(name, key);
                row.extend(table_cells(name));
                row.extend([kind.into(), "YES".into(), "YES".into(), "NO".into(), Cell::Null]);
                rows.push(row);
            }),
            "key_column_usage" => self.keys(|name, key, _, rows| {
                for (column, position) in key.columns.iter().zip(1..) {
                    let mut row = constraint(name, key);
                    row.extend(table_cells(name));
                    row.extend([column.into(), Cell::Number(position)]);
                    row.push(match key.parent {
                        Some(_) => Cell::Number(position),
                        None => Cell::Null,
                    });
                    rows.push(row);
                }
            }),
            "constraint_column_usage" => self.keys(|name, key, _, rows| {
                let (table, columns) = match &key.parent {
                    Some((parent, columns)) => (parent, columns),
                    None => (name, &key.columns),
                };
                for column in columns {
                    let mut row = table_cells(table).to_vec();
                    row.push(column.into());
                    row.extend(constraint(name, key));
                    rows.push(row);
                }
            }),
            "constraint_table_usage" => self.keys(|name, key, _, rows| {
                let table = key.parent.as_ref().map_or(name, |(parent, _)| parent);
                let mut row = table_cells(table).to_vec();
                row.extend(constraint(name, key));
                rows.push(row);
            }),
            "referential_constraints" => self.keys(|name, key, view, rows| {
                let Some((parent, _)) = &key.parent else { return };
                let details = view.planner.store.details(parent);
                let unique = details.primary_key().map(|key| &key.name);
                let mut row = constraint(name, key);
                row.extend([(&parent.catalog).into(), (&parent.schema).into()]);
                row.push(unique.map_or(Cell::Null, Cell::from));
                row.extend(["FULL".into(), "NO ACTION".into(), "NO ACTION".into()]);
                rows.push(row);
            }),
            _ => Vec::new(),
        }
    }

    fn schemata(&self) -> Vec<Row> {
        let row = |(catalog, schema): (String, String)| {
            let details = self.planner.store.schema_details(&catalog, &schema).unwrap_or_default();
            let owner = &details.owner;
            vec![
                (&catalog).into(),
                (&schema).into(),
                owner.into(),
                (&details.comment).into(),
                time(details.created),
                owner.into(),
                time(details.created),
                owner.into(),
            ]
        };
        let mut rows: Vec<Row> = self.schemas().into_iter().map(row).collect();
        // Each catalog has one of these too.
        rows.extend(self.catalogs().into_iter().map(|catalog| {
            let mut row = vec![(&catalog).into(), super::store::INFORMATION_SCHEMA.into()];
            row.resize(8, Cell::Null);
            row
        }));
        rows
    }

    async fn columns(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (name, _, details) in self.relations() {
            let parts = [name.catalog.clone(), name.schema.clone(), name.table.clone()];
            let Some(reference) = reference(&parts) else { continue };
            // What cannot be opened is left out.
            let Ok(columns) = self.planner.columns(&reference).await else { continue };
            for (field, position) in columns.fields().iter().zip(1..) {
                rows.push(column_row(&name, field, position, &details));
            }
        }
        rows
    }

    /// Collects rows for every key of every table.
    fn keys(&self, row: impl Fn(&TableName, &Key, &Self, &mut Vec<Row>)) -> Vec<Row> {
        let mut rows = Vec::new();
        for (name, _, details) in self.relations() {
            for key in &details.keys {
                row(&name, key, self, &mut rows);
            }
        }
        rows
    }

    fn batch(&self, rows: &[Row]) -> Result<RecordBatch> {
        let columns = self.schema.fields().iter().enumerate().map(|(index, field)| -> ArrayRef {
            let cells = rows.iter().map(|row| row.get(index));
            match field.data_type() {
                DataType::Int32 => Arc::new(Int32Array::from_iter(cells.map(|cell| match cell {
                    Some(Cell::Number(number)) => Some(*number),
                    _ => None,
                }))),
                DataType::Timestamp(..) => {
                    let times = cells.map(|cell| match cell {
                        Some(Cell::Time(time)) => Some(*time),
                        _ => None,
                    });
                    let times = TimestampMicrosecondArray::from_iter(times);
                    Arc::new(times.with_timezone(TIME_ZONE))
                }
                _ => Arc::new(StringArray::from_iter(cells.map(|cell| match cell {
                    Some(Cell::Text(text)) => Some(text),
                    _ => None,
                }))),
            }
        });
        let columns = columns.collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(|error| from_datafusion(error.into()))
    }
}

fn time(micros: i64) -> Cell {
    if micros == 0 { Cell::Null } else { Cell::Time(micros) }
}

fn table_cells(name: &TableName) -> [Cell; 3] {
    [(&name.catalog).into(), (&name.schema).into(), (&name.table).into()]
}

fn constraint(name: &TableName, key: &Key) -> Row {
    vec![(&name.catalog).into(), (&name.schema).into(), (&key.name).into()]
}

fn table_row((name, relation, details): &(TableName, Option<Relation>, Arc<Details>)) -> Row {
    let (kind, insertable, format) = match relation {
        Some(Relation::Table(_)) => ("MANAGED", "YES", "DELTA".into()),
        Some(Relation::View(_)) => ("VIEW", "NO", Cell::Null),
        None => ("EXTERNAL", "NO", Cell::Null),
    };
    let owner = &details.owner;
    let mut row = table_cells(name).to_vec();
    row.extend([
        kind.into(),
        insertable.into(),
        "PRESERVE".into(),
        owner.into(),
        (&details.comment).into(),
        time(details.created),
        owner.into(),
        time(details.altered),
        owner.into(),
        format,
        Cell::Null,
    ]);
    row
}

fn view_row((name, relation, _): &(TableName, Option<Relation>, Arc<Details>)) -> Option<Row> {
    let Some(Relation::View(view)) = relation else { return None };
    let mut row = table_cells(name).to_vec();
    row.extend([(&view.text).into(), "NONE".into(), "NO".into(), "NO".into(), Cell::Null]);
    Some(row)
}

fn column_row(name: &TableName, field: &Field, position: i32, details: &Details) -> Row {
    let full = details.type_of(field);
    let short = full.split(['(', '<']).next().unwrap_or(&full).to_uppercase();
    let short = match short.as_str() {
        "BIGINT" => "LONG",
        "SMALLINT" => "SHORT",
        "TINYINT" => "BYTE",
        "VARCHAR" | "CHAR" => "STRING",
        other if other.starts_with("INTERVAL") => "INTERVAL",
        other => other,
    };
    let length = details.length_of(field.name());
    let length = length.map_or(Cell::Null, |length| {
        Cell::Number(i32::try_from(length.letters).unwrap_or(i32::MAX))
    });
    let (precision, radix, scale) = match field.data_type() {
        DataType::Decimal128(precision, scale) => {
            (Cell::Number((*precision).into()), Cell::Number(10), Cell::Number((*scale).into()))
        }
        DataType::Int8 => (Cell::Number(3), Cell::Number(10), Cell::Number(0)),
        DataType::Int16 => (Cell::Number(5), Cell::Number(10), Cell::Number(0)),
        DataType::Int32 => (Cell::Number(10), Cell::Number(10), Cell::Number(0)),
        DataType::Int64 => (Cell::Number(19), Cell::Number(10), Cell::Number(0)),
        _ => (Cell::Null, Cell::Null, Cell::Null),
    };
    let partition = details.partitioned.iter().zip(1..).find(|(known, _)| *known == field.name());
    let mut row = table_cells(name).to_vec();
    row.extend([
        written_name(field).into(),
        Cell::Number(position),
        Cell::Null,
        if field.is_nullable() { "YES".into() } else { "NO".into() },
        full.as_str().into(),
        short.into(),
        length,
        Cell::Null,
        precision,
        radix,
        scale,
        Cell::Null,
        Cell::Null,
        Cell::Null,
        Cell::Null,
        "NO".into(),
    ]);
    row.resize(25, Cell::Null);
    row.push("NO".into());
    row.push(Cell::Null);
    row.extend(["NO".into(), "NO".into(), Cell::Null, "YES".into()]);
    row.push(partition.map_or(Cell::Null, |(_, position)| Cell::Number(position)));
    row.push(details.comment_of(field.name()).map_or(Cell::Null, Cell::from));
    row
}

#[async_trait]
impl TableProvider for InformationView {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> PlanResult<Arc<dyn ExecutionPlan>> {
        let batch = self.batch(&self.rows().await).map_err(into_datafusion)?;
        let schema = Arc::clone(&self.schema);
        Ok(MemorySourceConfig::try_new_exec(&[vec![batch]], schema, projection.cloned())?)
    }
}
