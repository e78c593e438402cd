//! `USE`, `SET`, `SHOW` and `DESCRIBE`.

use std::fmt::Write as _;

use arrow_schema::Schema;
use datafusion::common::TableReference;
use datafusion::sql::sqlparser::ast::Statement;

use super::command::Command;
use super::errors::{self, Result, quoted};
use super::memory_table::written_name;
use super::rewrite;
use super::session::{lock, outer_schema};
use super::statement::{Run, nothing, prepared, text_rows};
use super::store::{DEFAULT_SCHEMA, Relation, TableName};
use super::types::sql_name;
use dbsql_local::engine::catalog::{CatalogContents, SchemaName, like as matches};
use dbsql_local::engine::{QueryOutput, SqlError, Table};

impl Run {
    pub(super) async fn command(&self, command: Command) -> Result<QueryOutput> {
        let store = &self.shared.store;
        match command {
            Command::UseCatalog(catalog) => self.use_namespace(catalog, DEFAULT_SCHEMA.to_owned()),
            Command::UseSchema(mut parts) => {
                let schema = parts.pop().unwrap_or_default();
                let catalog = parts.pop().unwrap_or_else(|| self.planner.namespace.catalog.clone());
                self.use_namespace(catalog, schema)
            }
            Command::ListSettings => {
                let settings = lock(&self.values).settings.clone();
                let rows: Vec<_> =
                    settings.into_iter().map(|(key, value)| vec![key, value]).collect();
                text_rows(&["key", "value"], &rows)
            }
            Command::GetSetting(key) => {
                let settings = lock(&self.values).settings.clone();
                let mut known =
                    settings.iter().filter(|(known, _)| known.eq_ignore_ascii_case(&key));
                let value = known.next().map_or("<undefined>", |(_, value)| value);
                text_rows(&["key", "value"], &[vec![key.clone(), value.to_owned()]])
            }
            Command::Set(key, value) => {
                lock(&self.values).set(&key, &value);
                text_rows(&["key", "value"], &[vec![key, value]])
            }
            Command::Reset(key) => {
                lock(&self.values).settings.retain(|known, _| {
                    key.as_ref().is_some_and(|key| !known.eq_ignore_ascii_case(key))
                });
                Ok(nothing())
            }
            Command::ShowCatalogs { like } => {
                text_rows(&["catalog"], &one_column(store.catalogs(), like.as_deref()))
            }
            Command::ShowSchemas { catalog, like } => {
                let catalog = catalog.unwrap_or_else(|| self.planner.namespace.catalog.clone());
                let schemas = store.schemas(&catalog)?;
                text_rows(&["databaseName"], &one_column(schemas, like.as_deref()))
            }
            Command::ShowTables { schema, like, views_only } => {
                self.show_tables(schema, like.as_deref(), views_only)
            }
            Command::ShowColumns(table) => {
                let columns = self.planner.columns(&table).await?;
                let names =
                    columns.fields().iter().map(|field| vec![written_name(field).to_owned()]);
                text_rows(&["col_name"], &names.collect::<Vec<_>>())
            }
            Command::ShowFunctions { like } => self.show_functions(like.as_deref()),
            Command::ShowCreateTable(table) => {
                let columns = outer_schema(&*self.planner.columns(&table).await?);
                text_rows(&["createtab_stmt"], &[vec![create_table(&table, &columns)]])
            }
            Command::DescribeTable { table, extended } => self.describe(&table, extended).await,
            Command::DescribeQuery(mut statement) => {
                rewrite::normalize(&mut *statement);
                let Statement::Query(query) = *statement else {
                    return Err(errors::unsupported("DESCRIBE of what is no query"));
                };
                let plan = self.plan_query(prepared(*query)).await?;
                describe_rows(&outer_schema(plan.schema().as_arrow()))
            }
            Command::DescribeSchema(mut parts) => {
                let schema = parts.pop().unwrap_or_default();
                let catalog = parts.pop().unwrap_or_else(|| self.planner.namespace.catalog.clone());
                if !store.has_schema(&catalog, &schema) {
                    return Err(errors::schema_not_found(&quoted([&catalog, &schema])));
                }
                let row = |item: &str, value: String| vec![item.to_owned(), value];
                let rows = [row("Catalog Name", catalog), row("Namespace Name", schema)];
                text_rows(&["database_description_item", "database_description_value"], &rows)
            }
            Command::CreateCatalog { name, if_not_exists } => {
                if !store.create_catalog(&name) && !if_not_exists {
                    let message = format!("The catalog {} already exists.", quoted([&name]));
                    return Err(SqlError::new("CATALOG_ALREADY_EXISTS", "42710", message));
                }
                Ok(nothing())
            }
        }
    }

    fn use_namespace(&self, catalog: String, schema: String) -> Result<QueryOutput> {
        let store = &self.shared.store;
        if !store.has_catalog(&catalog) {
            return Err(errors::catalog_not_found(&quoted([&catalog])));
        }
        if !store.has_schema(&catalog, &schema) {
            return Err(errors::schema_not_found(&quoted([&catalog, &schema])));
        }
        lock(&self.values).namespace = super::session::Namespace { catalog, schema };
        Ok(nothing())
    }

    fn show_tables(
        &self,
        mut parts: Vec<String>,
        like: Option<&str>,
        views_only: bool,
    ) -> Result<QueryOutput> {
        let namespace = &self.planner.namespace;
        let schema = parts.pop().unwrap_or_else(|| namespace.schema.clone());
        let catalog = parts.pop().unwrap_or_else(|| namespace.catalog.clone());
        let relations = self.shared.store.relations(&catalog, &schema)?;
        let mut names: Vec<(String, bool)> = relations
            .into_iter()
            .filter(|(_, relation)| !views_only || matches!(relation, Relation::View(_)))
            .map(|(name, _)| (name, false))
            .collect();
        if let Some(folder) = self.shared.store.folder_of(&catalog, &schema).filter(|_| !views_only)
        {
            names.extend(folder.names().into_iter().map(|name| (name, false)));
        }
        names.sort();
        names.dedup();
        names.extend(self.planner.views.keys().map(|name| (name.clone(), true)));
        let rows: Vec<_> = names
            .into_iter()
            .filter(|(name, _)| like.is_none_or(|pattern| matches(pattern, name)))
            .map(|(name, temporary)| {
                let database = if temporary { String::new() } else { schema.clone() };
                vec![database, name, temporary.to_string()]
            })
            .collect();
        let name = if views_only { ["namespace", "viewName"] } else { ["database", "tableName"] };
        let mut output = text_rows(&[name[0], name[1], "isTemporary"], &rows)?;
        booleans(&mut output, 2)?;
        Ok(output)
    }

    fn show_functions(&self, like: Option<&str>) -> Result<QueryOutput> {
        let state = &self.planner.state;
        let mut names: Vec<String> = state.scalar_functions().keys().cloned().collect();
        names.extend(state.aggregate_functions().keys().cloned());
        names.extend(state.window_functions().keys().cloned());
        names.extend(super::functions::names(&self.planner));
        names.sort();
        names.dedup();
        text_rows(&["function"], &one_column(names, like))
    }

    async fn describe(&self, table: &TableReference, extended: bool) -> Result<QueryOutput> {
        let columns = outer_schema(&*self.planner.columns(table).await?);
        if !extended {
            return describe_rows(&columns);
        }
        let name = self.planner.namespace.resolve(table);
        let row = |cells: [&str; 2]| vec![cells[0].to_owned(), cells[1].to_owned(), String::new()];
        let mut rows = column_rows(&columns);
        rows.push(row(["", ""]));
        rows.push(row(["# Detailed Table Information", ""]));
        rows.push(row(["Catalog", &name.catalog]));
        rows.push(row(["Database", &name.schema]));
        rows.push(row(["Table", &name.table]));
        rows.push(row(["Type", self.kind(&name)]));
        text_rows(&["col_name", "data_type", "comment"], &rows)
    }

    fn kind(&self, name: &TableName) -> &'static str {
        match self.shared.store.relation(name) {
            Some(Relation::Table(_)) => "MANAGED",
            Some(Relation::View(_)) => "VIEW",
            None => "EXTERNAL",
        }
    }

    /// Everything with a name, as metadata calls show it. What cannot be opened is left out. There are
    /// no keys, and no functions of a schema.
    pub(super) async fn contents(&self) -> Result<CatalogContents> {
        let store = &self.shared.store;
        let (mut schemas, mut tables) = (Vec::new(), Vec::new());
        for catalog in store.catalogs() {
            for schema in store.schemas(&catalog).unwrap_or_default() {
                schemas.push(SchemaName { catalog: catalog.clone(), schema: schema.clone() });
                let relations = store.relations(&catalog, &schema).unwrap_or_default();
                let mut names: Vec<_> = relations
                    .into_iter()
                    .map(|(name, relation)| match relation {
                        Relation::Table(_) => (name, "TABLE"),
                        Relation::View(_) => (name, "VIEW"),
                    })
                    .collect();
                if let Some(folder) = store.folder_of(&catalog, &schema) {
                    names.extend(folder.names().into_iter().map(|name| (name, "TABLE")));
                }
                for (name, table_type) in names {
                    let parts = [catalog.clone(), schema.clone(), name.clone()];
                    let Some(reference) = super::command::reference(&parts) else { continue };
                    let Ok(columns) = self.planner.columns(&reference).await else { continue };
                    tables.push(Table {
                        catalog: catalog.clone(),
                        schema: schema.clone(),
                        name,
                        table_type: table_type.to_owned(),
                        columns: outer_schema(&columns).into(),
                    });
                }
            }
        }
        Ok(CatalogContents { schemas, tables, ..CatalogContents::default() })
    }
}

fn one_column(names: Vec<String>, like: Option<&str>) -> Vec<Vec<String>> {
    let wanted = names.into_iter().filter(|name| like.is_none_or(|pattern| matches(pattern, name)));
    wanted.map(|name| vec![name]).collect()
}

/// Turns a column of `true` and `false` into booleans.
fn booleans(output: &mut QueryOutput, column: usize) -> Result<()> {
    use arrow_schema::{DataType, Field};
    let convert = |batch: &arrow_array::RecordBatch| {
        let mut columns = batch.columns().to_vec();
        columns[column] = super::result_rows::to_type(&columns[column], &DataType::Boolean)?;
        let mut fields: Vec<Field> =
            batch.schema().fields().iter().map(|field| field.as_ref().clone()).collect();
        fields[column].set_data_type(DataType::Boolean);
        arrow_array::RecordBatch::try_new(std::sync::Arc::new(Schema::new(fields)), columns)
    };
    let batches = output.batches.iter().map(convert).collect::<Result<Vec<_>, _>>();
    output.batches = batches.map_err(|error| errors::from_datafusion(error.into()))?;
    if let Some(batch) = output.batches.first() {
        output.schema = batch.schema();
    }
    Ok(())
}

fn column_rows(columns: &Schema) -> Vec<Vec<String>> {
    let rows = columns
        .fields()
        .iter()
        .map(|field| vec![field.name().clone(), sql_name(field.data_type()), String::new()]);
    rows.collect()
}

fn describe_rows(columns: &Schema) -> Result<QueryOutput> {
    text_rows(&["col_name", "data_type", "comment"], &column_rows(columns))
}

fn create_table(table: &TableReference, columns: &Schema) -> String {
    let parts = [table.catalog(), table.schema(), Some(table.table())];
    let mut text = format!("CREATE TABLE {} (", quoted(parts.into_iter().flatten()));
    for (index, field) in columns.fields().iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let null = if field.is_nullable() { "" } else { " NOT NULL" };
        let data_type = sql_name(field.data_type()).to_uppercase();
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}\n  {} {data_type}{null}", quoted([field.name()]));
    }
    text + ")\nUSING delta\n"
}
