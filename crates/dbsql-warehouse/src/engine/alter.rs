//! `ALTER TABLE` and `ALTER VIEW`.

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions, new_null_array};
use arrow_schema::{Field, Schema};

use super::ddl::{field, known_columns, text_from};
use super::definition::{Change, Name, NewColumn, Position};
use super::details::Details;
use super::errors::{self, Result, duplicate_column, from_datafusion, quoted, unsupported};
use super::memory_table::MemoryTable;
use super::statement::{Run, nothing};
use super::store::{Relation, TableName};
use dbsql_local::engine::{Query, QueryOutput, SqlError};

/// A table while it is altered.
struct Altered {
    /// With names as written.
    fields: Vec<Field>,
    /// For each field, its position before; `None` for a new one.
    from: Vec<Option<usize>>,
    details: Details,
}

impl Run {
    pub(super) async fn alter(
        &self,
        name: &Name,
        view: bool,
        change: Change,
        query: &Query,
    ) -> Result<QueryOutput> {
        let relation = self.existing(name)?;
        match (&relation, view) {
            (Relation::Table(_), true) => {
                let message = format!("{} is a table: use ALTER TABLE.", quoted(name));
                return Err(SqlError::new(
                    "EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE",
                    "42809",
                    message,
                ));
            }
            (Relation::View(_), false) => {
                let message = format!("{} is a view: use ALTER VIEW.", quoted(name));
                return Err(SqlError::new(
                    "EXPECT_TABLE_NOT_VIEW.USE_ALTER_VIEW",
                    "42809",
                    message,
                ));
            }
            _ => {}
        }
        let full = self.table_name(name)?;
        match change {
            Change::SetProperties(properties) => {
                self.change_details(name, |details| details.properties.extend(properties))?;
            }
            Change::UnsetProperties { keys, if_exists } => {
                let known = self.shared.store.details(&full);
                let missing = keys.iter().find(|key| !known.properties.contains_key(*key));
                if let Some(key) = missing.filter(|_| !if_exists) {
                    let message = format!("The property {key} of {full} is not set.");
                    return Err(SqlError::new("UNSET_NONEXISTENT_PROPERTIES", "42K0J", message));
                }
                self.change_details(name, |details| {
                    details.properties.retain(|key, _| !keys.contains(key));
                })?;
            }
            Change::Rename(mut to) => {
                // A name alone stays in the schema.
                if to.len() == 1 {
                    to.splice(0..0, [full.catalog.clone(), full.schema.clone()]);
                }
                let to = self.table_name(&to)?;
                if to.catalog != full.catalog {
                    return Err(unsupported("moving a table to another catalog"));
                }
                self.shared.store.rename(&full, &to)?;
            }
            Change::CommentColumn { name: column, comment } => {
                self.comment_column(name, column, Some(comment)).await?;
            }
            Change::Query { query: select, starts } => {
                let text = text_from(&query.sql, starts);
                let made = self.view(*select, &[], text, query).await?;
                let now = self.now();
                self.shared.store.change(&full, &relation, |relation, details| {
                    *relation = Relation::View(made);
                    details.altered = now;
                })?;
            }
            other => {
                let Relation::Table(table) = relation else {
                    return Err(unsupported("this kind of ALTER VIEW"));
                };
                self.alter_table(&full, &table, other).await?;
            }
        }
        Ok(nothing())
    }

    /// Replaces a table by an altered one.
    async fn alter_table(
        &self,
        name: &TableName,
        table: &Arc<MemoryTable>,
        change: Change,
    ) -> Result<()> {
        let _writing = table.lock().await;
        let fields = table.written_columns();
        let from = (0..fields.len()).map(Some).collect();
        let details = self.shared.store.details(name).as_ref().clone();
        let mut altered = Altered { fields, from, details };
        match change {
            Change::AddKey(key) => {
                let nullable: Vec<bool> = altered.fields.iter().map(Field::is_nullable).collect();
                self.add_key(key, name, &mut altered.fields, &mut altered.details)?;
                let is_nullable =
                    |(field, before): (&Field, &bool)| *before && !field.is_nullable();
                if altered.fields.iter().zip(&nullable).any(is_nullable) {
                    let what = "a primary key on columns that may be NULL: use ALTER COLUMN .. SET \
                                NOT NULL first";
                    return Err(unsupported(what));
                }
            }
            other => altered.apply(name, other)?,
        }
        let rows = table.rows();
        let schema = Arc::new(Schema::new(altered.fields));
        let rows = rows.iter().map(|batch| {
            let columns =
                altered.from.iter().zip(schema.fields()).map(|(from, field)| match from {
                    Some(index) => Arc::clone(batch.column(*index)),
                    None => new_null_array(field.data_type(), batch.num_rows()),
                });
            let columns = columns.collect::<Vec<_>>();
            for (column, field) in columns.iter().zip(schema.fields()) {
                if !field.is_nullable() && column.logical_null_count() > 0 {
                    let message = format!(
                        "Column {} has NULLs and cannot become NOT NULL.",
                        quoted([field.name()])
                    );
                    return Err(SqlError::new("DELTA_NEW_NOT_NULL_VIOLATION", "23512", message));
                }
            }
            let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)
                .map_err(|error| from_datafusion(error.into()))
        });
        let rows = rows.collect::<Result<Vec<_>>>()?;
        let made = Arc::new(MemoryTable::new(&schema, rows)?);
        let known = Relation::Table(Arc::clone(table));
        let now = self.now();
        self.shared.store.change(name, &known, |relation, details| {
            *relation = Relation::Table(made);
            *details = altered.details;
            details.altered = now;
        })
    }
}

impl Altered {
    fn apply(&mut self, table: &TableName, change: Change) -> Result<()> {
        match change {
            Change::AddColumns(columns) => {
                for column in &columns {
                    self.add(column)?;
                }
            }
            Change::DropColumns { names, if_exists } => {
                self.needs_mapping(table, "DELTA_UNSUPPORTED_DROP_COLUMN", "DROP COLUMN")?;
                for name in names {
                    match self.position(&name) {
                        Err(_) if if_exists => {}
                        Err(error) => return Err(error),
                        Ok(_) if self.details.uses(&name) => {
                            let what = "dropping a column of a key or of the layout of a table";
                            return Err(unsupported(what));
                        }
                        Ok(_) if self.fields.len() == 1 => {
                            return Err(unsupported("dropping the last column of a table"));
                        }
                        Ok(at) => {
                            self.fields.remove(at);
                            self.from.remove(at);
                            self.details.columns.remove(&name);
                        }
                    }
                }
            }
            Change::RenameColumn { from, to } => {
                self.needs_mapping(table, "DELTA_UNSUPPORTED_RENAME_COLUMN", "RENAME COLUMN")?;
                let at = self.position(&from)?;
                let lower = to.to_lowercase();
                if lower != from && self.position(&lower).is_ok() {
                    return Err(duplicate_column(&to));
                }
                self.fields[at].set_name(to);
                self.details.rename_column(&from, &lower);
            }
            Change::SetNotNull(name) => {
                let at = self.position(&name)?;
                self.fields[at].set_nullable(false);
            }
            Change::DropNotNull(name) => {
                let at = self.position(&name)?;
                if self.details.primary_key().is_some_and(|key| key.columns.contains(&name)) {
                    return Err(unsupported("dropping NOT NULL of a column of the primary key"));
                }
                self.fields[at].set_nullable(true);
            }
            Change::Move { name, position } => {
                let at = self.position(&name)?;
                let (field, from) = (self.fields.remove(at), self.from.remove(at));
                let at = self.place(&Some(position))?;
                self.fields.insert(at, field);
                self.from.insert(at, from);
            }
            Change::DropKey { name, if_exists } => {
                let wanted = name.map(|name| name.to_lowercase());
                let before = self.details.keys.len();
                self.details.keys.retain(|key| match &wanted {
                    Some(name) => key.name != *name,
                    None => key.parent.is_some(),
                });
                if self.details.keys.len() == before && !if_exists {
                    let name = wanted.unwrap_or_else(|| "PRIMARY KEY".to_owned());
                    let message = format!("There is no constraint {name} of {table}.");
                    return Err(SqlError::new("DELTA_CONSTRAINT_DOES_NOT_EXIST", "42704", message));
                }
            }
            Change::Cluster(columns) => {
                let known: Vec<_> =
                    self.fields.iter().map(|field| field.name().to_lowercase()).collect();
                self.details.clustered = known_columns(columns, &known)?;
            }
            _ => return Err(unsupported("this kind of ALTER TABLE")),
        }
        Ok(())
    }

    fn add(&mut self, column: &NewColumn) -> Result<()> {
        if self.position(&column.name.to_lowercase()).is_ok() {
            return Err(duplicate_column(&column.name));
        }
        if !column.nullable {
            return Err(unsupported("adding a column that is NOT NULL"));
        }
        let field = field(column, &mut self.details)?;
        let at = self.place(&column.position)?;
        self.fields.insert(at, field);
        self.from.insert(at, None);
        Ok(())
    }

    fn place(&self, position: &Option<Position>) -> Result<usize> {
        match position {
            None => Ok(self.fields.len()),
            Some(Position::First) => Ok(0),
            Some(Position::After(name)) => Ok(self.position(name)? + 1),
        }
    }

    fn position(&self, name: &str) -> Result<usize> {
        let found = self.fields.iter().position(|field| field.name().to_lowercase() == name);
        found.ok_or_else(|| {
            let known: Vec<_> = self.fields.iter().map(|field| quoted([field.name()])).collect();
            errors::unresolved_column(&quoted([name]), &known)
        })
    }

    /// Delta drops and renames columns only where they have a name apart from that in the files.
    fn needs_mapping(&self, table: &TableName, class: &str, command: &str) -> Result<()> {
        let mode = self.details.properties.get("delta.columnMapping.mode").map(String::as_str);
        if matches!(mode, Some("name" | "id")) {
            return Ok(());
        }
        let message = format!(
            "{command} is not supported for the Delta table {table}: set its property \
             'delta.columnMapping.mode' to 'name' first."
        );
        Err(SqlError::new(class, "0AKDC", message))
    }
}
