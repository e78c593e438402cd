//! Statements that create and drop schemas, tables and views.

use std::sync::Arc;

use arrow_schema::{Field, Schema};
use datafusion::common::TableReference;
use datafusion::sql::sqlparser::ast::{
    ColumnDef, ColumnOption, CreateTable, CreateTableOptions, CreateView, HiveIOFormat, Ident,
    ObjectName, ObjectType, SchemaName, Statement,
};

use super::command::reference;
use super::dialect::Tokens;
use super::errors::{self, Result, quoted, unsupported};
use super::memory_table::MemoryTable;
use super::planner::{not_found, with_column_names};
use super::result_rows::Outer;
use super::session::lock;
use super::statement::{Run, counts, nothing, prepared};
use super::store::{Relation, TableName, View};
use super::types::arrow_type;
use dbsql_local::engine::{QueryOutput, SqlError};

/// Returns the parts of a name, in lower case.
pub(super) fn name_parts(name: &ObjectName) -> Result<Vec<String>> {
    name.0
        .iter()
        .map(|part| match part.as_ident() {
            Some(Ident { value, .. }) => Ok(value.to_lowercase()),
            None => Err(errors::syntax(format!("Syntax error: {name} is not a name."))),
        })
        .collect()
}

/// Returns the table reference for a name.
pub(super) fn table_reference(name: &ObjectName) -> Result<TableReference> {
    let parts = name_parts(name)?;
    reference(&parts).ok_or_else(|| {
        let message = format!("{name} is not a valid identifier as it has more than 3 name parts.");
        SqlError::new("IDENTIFIER_TOO_MANY_NAME_PARTS", "42601", message)
    })
}

impl Run {
    pub(super) fn full_name(&self, name: &ObjectName) -> Result<TableName> {
        Ok(self.planner.namespace.resolve(&table_reference(name)?))
    }

    pub(super) async fn create_table(
        &self,
        table: CreateTable,
        tokens: &Tokens,
    ) -> Result<QueryOutput> {
        refuse_elsewhere(&table)?;
        let name = self.full_name(&table.name)?;
        let exists = self.shared.store.exists(&name);
        if exists && table.if_not_exists {
            return Ok(nothing());
        }
        if exists && !table.or_replace {
            return Err(errors::table_exists(&name.to_string()));
        }
        let (schema, batches) = match table.query {
            Some(query) => {
                let (plan, names) = self.plan_named(*query, tokens).await?;
                let (schema, batches) = self.collect(&plan).await?;
                let outer = Outer::new(&schema, &names);
                let batches: Result<Vec<_>, _> =
                    batches.iter().map(|batch| outer.batch(batch)).collect();
                let batches = batches.map_err(|error| errors::from_datafusion(error.into()))?;
                (outer.schema().as_ref().clone(), batches)
            }
            None => {
                let fields = table.columns.iter().map(|column| field(column, tokens));
                (Schema::new(fields.collect::<Result<Vec<_>>>()?), Vec::new())
            }
        };
        let rows = batches.iter().map(arrow_array::RecordBatch::num_rows).sum();
        let created = Relation::Table(Arc::new(MemoryTable::new(&schema, batches)?));
        match self.shared.store.create(&name, created, table.or_replace) {
            // Another session was faster.
            Err(error)
                if table.if_not_exists
                    && error.error_class.as_deref() == Some("TABLE_OR_VIEW_ALREADY_EXISTS") => {}
            other => other?,
        }
        if rows == 0 {
            return Ok(nothing());
        }
        counts(&["num_affected_rows", "num_inserted_rows"], rows)
    }

    pub(super) async fn create_view(&self, view: CreateView) -> Result<QueryOutput> {
        if view.materialized || view.to.is_some() {
            return Err(unsupported("materialized views"));
        }
        let query = prepared(*view.query);
        // The view must be valid now, and is planned again each time it is used.
        let plan = self.plan_query(query.clone()).await?;
        let columns: Vec<_> =
            view.columns.iter().map(|column| column.name.value.to_lowercase()).collect();
        with_column_names(plan, &columns)?;
        let namespace = self.planner.namespace.clone();
        let made =
            Arc::new(View { query, columns, catalog: namespace.catalog, schema: namespace.schema });
        if view.temporary {
            let parts = name_parts(&view.name)?;
            let [name] = &parts[..] else {
                let message = "The name of a temporary view must have a single part.";
                return Err(SqlError::new("TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS", "428EK", message));
            };
            let mut values = lock(&self.values);
            if values.views.contains_key(name) && !view.or_replace {
                if view.if_not_exists {
                    return Ok(nothing());
                }
                let message = format!(
                    "Cannot create the temporary view {} because it already exists.",
                    quoted([name])
                );
                let class = "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS";
                return Err(SqlError::new(class, "42P07", message));
            }
            values.views.insert(name.clone(), made);
            return Ok(nothing());
        }
        let name = self.full_name(&view.name)?;
        if view.if_not_exists && self.shared.store.exists(&name) {
            return Ok(nothing());
        }
        if let (true, Some(Relation::Table(_))) =
            (view.or_replace, self.shared.store.relation(&name))
        {
            let message = format!("{name} is a table and not a view.");
            return Err(SqlError::new("EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE", "42809", message));
        }
        self.shared.store.create(&name, Relation::View(made), view.or_replace)?;
        Ok(nothing())
    }

    pub(super) fn create_schema(&self, statement: Statement) -> Result<QueryOutput> {
        let (name, if_not_exists) = match statement {
            Statement::CreateSchema {
                schema_name: SchemaName::Simple(name),
                if_not_exists,
                ..
            } => (name, if_not_exists),
            Statement::CreateDatabase {
                db_name,
                if_not_exists,
                location: None,
                managed_location: None,
                ..
            } => (db_name, if_not_exists),
            _ => return Err(unsupported("this kind of CREATE SCHEMA")),
        };
        let (catalog, schema) = self.schema_name(&name)?;
        if !self.shared.store.create_schema(&catalog, &schema)? && !if_not_exists {
            let message =
                format!("Cannot create schema {} because it already exists.", quoted([&schema]));
            return Err(SqlError::new("SCHEMA_ALREADY_EXISTS", "42P06", message));
        }
        Ok(nothing())
    }

    fn schema_name(&self, name: &ObjectName) -> Result<(String, String)> {
        let mut parts = name_parts(name)?;
        let schema = parts.pop().unwrap_or_default();
        let catalog = parts.pop().unwrap_or_else(|| self.planner.namespace.catalog.clone());
        if parts.is_empty() {
            Ok((catalog, schema))
        } else {
            Err(errors::syntax(format!("Syntax error: {name} has too many parts for a schema.")))
        }
    }

    pub(super) fn drop_objects(&self, statement: Statement) -> Result<QueryOutput> {
        let Statement::Drop { object_type, if_exists, names, cascade, .. } = statement else {
            return Err(unsupported("this kind of DROP"));
        };
        for name in &names {
            match object_type {
                ObjectType::Table => self.drop_relation(name, if_exists, false)?,
                ObjectType::View => self.drop_relation(name, if_exists, true)?,
                ObjectType::Schema | ObjectType::Database => {
                    let (catalog, schema) = self.schema_name(name)?;
                    let dropped = self.shared.store.drop_schema(&catalog, &schema, cascade)?;
                    if !dropped && !if_exists {
                        return Err(errors::schema_not_found(&quoted([&catalog, &schema])));
                    }
                }
                other => return Err(unsupported(format!("DROP {other}"))),
            }
        }
        Ok(nothing())
    }

    fn drop_relation(&self, name: &ObjectName, if_exists: bool, view: bool) -> Result<()> {
        let parts = name_parts(name)?;
        if let [only] = &parts[..]
            && lock(&self.values).views.remove(only).is_some()
        {
            return Ok(());
        }
        let full = self.full_name(name)?;
        match (self.shared.store.relation(&full), view) {
            (Some(Relation::Table(_)), true) => {
                let message = format!("{full} is a table: use DROP TABLE.");
                Err(SqlError::new("WRONG_COMMAND_FOR_OBJECT_TYPE", "42809", message))
            }
            (Some(Relation::View(_)), false) => {
                let message = format!("{full} is a view: use DROP VIEW.");
                Err(SqlError::new("WRONG_COMMAND_FOR_OBJECT_TYPE", "42809", message))
            }
            (Some(_), _) => {
                self.shared.store.drop_relation(&full);
                Ok(())
            }
            (None, _) if self.shared.store.exists(&full) => {
                Err(unsupported("changing the files of the data folder"))
            }
            (None, _) if if_exists => Ok(()),
            (None, _) => Err(not_found(&table_reference(name)?)),
        }
    }
}

/// Tables are in memory: a table with another location is rejected, rather than created here
/// silently.
fn refuse_elsewhere(table: &CreateTable) -> Result<()> {
    let hive = table.hive_formats.as_ref();
    let format = hive.and_then(|hive| hive.storage.as_ref()).map(|storage| match storage {
        HiveIOFormat::Using { format } => format.value.to_lowercase(),
        _ => "stored as".to_owned(),
    });
    let elsewhere = table.external
        || table.location.is_some()
        || hive.is_some_and(|hive| hive.location.is_some())
        || format.is_some_and(|format| !matches!(format.as_str(), "delta" | "parquet"))
        || matches!(
            table.table_options,
            CreateTableOptions::Options(_) | CreateTableOptions::With(_)
        );
    if elsewhere {
        return Err(unsupported("tables outside of its memory"));
    }
    if table.like.is_some() || table.clone.is_some() {
        return Err(unsupported("CREATE TABLE from another table's definition"));
    }
    if table.temporary {
        return Err(unsupported("temporary tables: use a temporary view"));
    }
    Ok(())
}

/// Returns the field of a column of a new table.
fn field(column: &ColumnDef, tokens: &Tokens) -> Result<Field> {
    let data_type = arrow_type(&column.data_type)
        .ok_or_else(|| unsupported(format!("the type {}", column.data_type)))?;
    let mut nullable = true;
    for option in &column.options {
        match &option.option {
            ColumnOption::NotNull => nullable = false,
            ColumnOption::Null | ColumnOption::Comment(_) | ColumnOption::PrimaryKey(_) => {}
            other => return Err(unsupported(format!("the column option {other}"))),
        }
    }
    let quoted = column.name.quote_style.is_some();
    let spelled = tokens.spelled(column.name.span.start).filter(|_| quoted);
    Ok(Field::new(spelled.unwrap_or(&column.name.value), data_type, nullable))
}
