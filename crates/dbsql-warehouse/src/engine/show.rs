//! `USE`, `SET`, `SHOW` and `DESCRIBE`.

use arrow_schema::Schema;
use datafusion::sql::sqlparser::ast::Statement;

use super::command::Command;
use super::details::Details;
use super::dialect::Tokens;
use super::errors::{self, Result, quoted};
use super::memory_table::written_name;
use super::result_rows::Outer;
use super::session::{lock, outer_schema};
use super::statement::{Run, normalize, nothing, nullable_rows, text_rows};
use super::store::{DEFAULT_SCHEMA, INFORMATION_SCHEMA, Relation, TableName};
use super::types::sql_name;
use super::{bare_functions, refusals, settings};
use dbsql_local::engine::catalog::{
    self, CatalogContents, ForeignKey, PrimaryKey, SchemaName, like as matches,
};
use dbsql_local::engine::{COLUMN_COMMENT, QueryOutput, SqlError, Table};

impl Run {
    pub(super) async fn command(&self, command: Command, tokens: &Tokens) -> Result<QueryOutput> {
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
                let value = match known.next() {
                    Some((_, value)) => value,
                    None => settings::default(&key).unwrap_or("<undefined>"),
                };
                text_rows(&["key", "value"], &[vec![key.clone(), value.to_owned()]])
            }
            Command::Set(key, value) => {
                settings::check(&key, &value)?;
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
                let statement = self.described(&table).await?.statement();
                text_rows(&["createtab_stmt"], &[vec![statement]])
            }
            Command::ShowProperties { table, key } => {
                self.described(&table).await?.properties(key.as_deref())
            }
            Command::ShowTableExtended { schema, like } => {
                self.show_table_extended(schema, &like).await
            }
            Command::DescribeColumn { table, column, extended } => {
                self.described(&table).await?.describe_column(&column, extended)
            }
            Command::DescribeTable { table, extended } => {
                self.described(&table).await?.describe(extended)
            }
            Command::DescribeJson(table) => self.described(&table).await?.describe_json(),
            Command::DescribeQuery(mut statement) => {
                refusals::check(&statement)?;
                bare_functions::place(&mut statement, &self.planner).await?;
                normalize(&mut statement)?;
                let Statement::Query(query) = *statement else {
                    return Err(errors::unsupported("DESCRIBE of what is no query"));
                };
                let (plan, names) = self.plan_named(*query, tokens).await?;
                describe_rows(Outer::new(plan.schema().as_arrow(), &names).schema())
            }
            Command::DescribeSchema { schema: mut parts, extended } => {
                let schema = parts.pop().unwrap_or_default();
                let catalog = parts.pop().unwrap_or_else(|| self.planner.namespace.catalog.clone());
                if !store.has_schema(&catalog, &schema) {
                    return Err(errors::schema_not_found(&quoted([&catalog, &schema])));
                }
                let row = |item: &str, value: String| vec![item.to_owned(), value];
                let details = store.schema_details(&catalog, &schema).unwrap_or_default();
                let mut rows = vec![
                    row("Catalog Name", catalog),
                    row("Namespace Name", schema),
                    row("Comment", details.comment.unwrap_or_default()),
                    // It is in memory.
                    row("Location", String::new()),
                    row("Owner", details.owner),
                ];
                if extended {
                    let pairs = details.properties.iter();
                    let pairs: Vec<_> =
                        pairs.map(|(key, value)| format!("({key},{value})")).collect();
                    rows.push(row("Properties", format!("({})", pairs.join(", "))));
                }
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
        if schema == INFORMATION_SCHEMA && self.shared.store.has_catalog(&catalog) {
            let views = super::information_schema::names().into_iter();
            let views = views.filter(|name| like.is_none_or(|pattern| matches(pattern, name)));
            let rows: Vec<_> =
                views.map(|name| vec![schema.clone(), name, false.to_string()]).collect();
            return shown_tables(&rows, views_only);
        }
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
        shown_tables(&rows, views_only)
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

    async fn show_table_extended(&self, mut parts: Vec<String>, like: &str) -> Result<QueryOutput> {
        let namespace = &self.planner.namespace;
        let schema = parts.pop().unwrap_or_else(|| namespace.schema.clone());
        let catalog = parts.pop().unwrap_or_else(|| namespace.catalog.clone());
        let relations = self.shared.store.relations(&catalog, &schema)?;
        let mut names: Vec<String> = relations.into_iter().map(|(name, _)| name).collect();
        if let Some(folder) = self.shared.store.folder_of(&catalog, &schema) {
            names.extend(folder.names());
        }
        names.sort();
        names.dedup();
        let mut rows = Vec::new();
        for name in names.into_iter().filter(|name| matches(like, name)) {
            let parts = [catalog.clone(), schema.clone(), name.clone()];
            let Some(table) = super::command::reference(&parts) else { continue };
            // A view that is not valid any more has no columns to tell.
            let Ok(described) = self.described(&table).await else { continue };
            rows.push(vec![schema.clone(), name, false.to_string(), described.information()]);
        }
        let columns = ["database", "tableName", "isTemporary", "information"];
        let mut output = text_rows(&columns, &rows)?;
        booleans(&mut output, 2)?;
        Ok(output)
    }

    /// Everything with a name, as metadata calls show it. What cannot be opened is left out. There are
    /// no functions of a schema.
    pub(super) async fn contents(&self) -> Result<CatalogContents> {
        let store = &self.shared.store;
        let (mut schemas, mut tables) = (Vec::new(), Vec::new());
        let (mut primary_keys, mut foreign_keys) = (Vec::new(), Vec::new());
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
                    let full = TableName {
                        catalog: catalog.clone(),
                        schema: schema.clone(),
                        table: name.clone(),
                    };
                    let details = store.details(&full);
                    for key in &details.keys {
                        match &key.parent {
                            None => primary_keys.push(PrimaryKey {
                                table: outer_name(&full),
                                name: key.name.clone(),
                                columns: key.columns.clone(),
                            }),
                            Some((parent, columns)) => foreign_keys.push(ForeignKey {
                                table: outer_name(&full),
                                name: key.name.clone(),
                                parent: outer_name(parent),
                                columns: key
                                    .columns
                                    .iter()
                                    .cloned()
                                    .zip(columns.iter().cloned())
                                    .collect(),
                            }),
                        }
                    }
                    tables.push(Table {
                        catalog: catalog.clone(),
                        schema: schema.clone(),
                        name,
                        table_type: table_type.to_owned(),
                        columns: commented(&outer_schema(&columns), &details).into(),
                    });
                }
            }
        }
        let functions = Vec::new();
        Ok(CatalogContents { schemas, tables, primary_keys, foreign_keys, functions })
    }
}

/// Adds the comments of columns, as metadata calls expect them.
fn commented(columns: &Schema, details: &Details) -> Schema {
    let fields = columns.fields().iter().map(|field| {
        let comment = details.comment_of(&field.name().to_lowercase());
        let comment = comment.map(|comment| (COLUMN_COMMENT.to_owned(), comment.to_owned()));
        field.as_ref().clone().with_metadata(comment.into_iter().collect())
    });
    Schema::new(fields.collect::<Vec<_>>())
}

fn outer_name(name: &TableName) -> catalog::TableName {
    catalog::TableName::new(&name.catalog, &name.schema, &name.table)
}

fn shown_tables(rows: &[Vec<String>], views_only: bool) -> Result<QueryOutput> {
    let name = if views_only { ["namespace", "viewName"] } else { ["database", "tableName"] };
    let mut output = text_rows(&[name[0], name[1], "isTemporary"], rows)?;
    booleans(&mut output, 2)?;
    Ok(output)
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

fn describe_rows(columns: &Schema) -> Result<QueryOutput> {
    let rows = columns
        .fields()
        .iter()
        .map(|field| vec![Some(field.name().clone()), Some(sql_name(field.data_type())), None]);
    nullable_rows(&["col_name", "data_type", "comment"], &rows.collect::<Vec<_>>())
}
