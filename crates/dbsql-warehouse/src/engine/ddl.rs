//! Statements that create and drop schemas, tables and views.

use std::sync::Arc;

use arrow_schema::{Field, Schema};
use datafusion::common::TableReference;
use datafusion::sql::sqlparser::ast::{
    Ident, ObjectName, ObjectType, Query as SqlQuery, Statement,
};
use datafusion::sql::sqlparser::tokenizer::Location;

use super::command::reference;
use super::definition::{
    Commented, Definition, Name, NewColumn, NewKey, NewSchema, NewTable, NewView, Object, Upkeep,
};
use super::details::{ColumnDetails, Details, Key, Length};
use super::dialect::Tokens;
use super::errors::{self, Result, quoted, unsupported};
use super::memory_table::MemoryTable;
use super::planner::{not_found, with_column_names};
use super::result_rows::Outer;
use super::session::lock;
use super::statement::{Run, created, nothing, prepared, text_rows};
use super::store::{
    Entry, INFORMATION_SCHEMA, Relation, SYSTEM_CATALOG, SchemaDetails, TableName, View,
};
use super::types::arrow_type;
use super::{bare_functions, char_padding, parameters, refusals, rewrite, view_checks};
use dbsql_local::engine::{Query, QueryOutput, SqlError};

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
    reference_of(&name_parts(name)?)
}

pub(super) fn reference_of(parts: &[String]) -> Result<TableReference> {
    reference(parts).ok_or_else(|| {
        let message = format!(
            "{} is not a valid identifier as it has more than 3 name parts.",
            quoted(parts)
        );
        SqlError::new("IDENTIFIER_TOO_MANY_NAME_PARTS", "42601", message)
    })
}

impl Run {
    pub(super) fn full_name(&self, name: &ObjectName) -> Result<TableName> {
        self.table_name(&name_parts(name)?)
    }

    pub(super) fn table_name(&self, parts: &[String]) -> Result<TableName> {
        Ok(self.planner.namespace.resolve(&reference_of(parts)?))
    }

    /// Runs a definition.
    pub(super) async fn define(
        &self,
        definition: Definition,
        tokens: &Tokens,
        query: &Query,
    ) -> Result<QueryOutput> {
        match definition {
            Definition::CreateTable(table) => self.create_table(*table, tokens, query).await,
            Definition::CreateView(view) => self.create_view(*view, query).await,
            Definition::CreateSchema(schema) => self.create_schema(schema),
            Definition::AlterTable { name, view, change } => {
                self.alter(&name, view, *change, query).await
            }
            Definition::Comment { on, comment } => self.comment(on, comment).await,
            Definition::Upkeep(upkeep) => self.upkeep(upkeep).await,
        }
    }

    /// Inserts the parameters into the query of a definition.
    pub(super) async fn bound(&self, query: SqlQuery, given: &Query) -> Result<SqlQuery> {
        let mut statement = Statement::Query(Box::new(query));
        refusals::check(&statement)?;
        parameters::bind(&mut statement, &given.parameters)?;
        bare_functions::place(&mut statement, &self.planner).await?;
        rewrite::normalize(&mut statement);
        match statement {
            Statement::Query(query) => Ok(*query),
            _ => Err(SqlError::internal("a query is not a query")),
        }
    }

    async fn create_table(
        &self,
        table: NewTable,
        tokens: &Tokens,
        query: &Query,
    ) -> Result<QueryOutput> {
        let name = self.table_name(&table.name)?;
        check_schema(&name.schema)?;
        let exists = self.shared.store.exists(&name);
        if exists && table.if_not_exists {
            return Ok(nothing());
        }
        if exists && !table.or_replace {
            return Err(errors::table_exists(&name.to_string()));
        }
        if matches!(self.shared.store.relation(&name), Some(Relation::View(_))) {
            let message = format!("{name} is a view and not a table.");
            return Err(SqlError::new("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", "42809", message));
        }
        let mut details =
            Details { comment: table.comment, properties: table.properties, ..self.new_details() };
        let from_query = table.query.is_some();
        let (schema, batches) = match table.query {
            Some(select) => {
                if !table.columns.is_empty() {
                    return Err(unsupported("CREATE TABLE AS with columns of its own"));
                }
                let select = self.bound(*select, query).await?;
                let (plan, names) = self.plan_named(select, tokens).await?;
                let (schema, batches) = self.collect(&plan).await?;
                let outer = Outer::new(&schema, &names);
                let batches: Result<Vec<_>, _> =
                    batches.iter().map(|batch| outer.batch(batch)).collect();
                let batches = batches.map_err(|error| errors::from_datafusion(error.into()))?;
                // A column of a new table may be NULL whatever the query says.
                let fields = outer.schema().fields().iter();
                let fields = fields.map(|field| field.as_ref().clone().with_nullable(true));
                (Schema::new(fields.collect::<Vec<_>>()), batches)
            }
            None => {
                let fields = table.columns.iter().map(|column| field(column, &mut details));
                (Schema::new(fields.collect::<Result<Vec<_>>>()?), Vec::new())
            }
        };
        let known: Vec<String> =
            schema.fields().iter().map(|field| field.name().to_lowercase()).collect();
        details.partitioned = known_columns(table.partitioned, &known)?;
        details.clustered = known_columns(table.clustered, &known)?;
        let mut fields: Vec<Field> =
            schema.fields().iter().map(|field| field.as_ref().clone()).collect();
        for key in table.keys {
            self.add_key(key, &name, &mut fields, &mut details)?;
        }
        let made = MemoryTable::new(&Schema::new(fields), batches)?;
        let entry = Entry { relation: Relation::Table(Arc::new(made)), details: Arc::new(details) };
        match self.shared.store.create(&name, entry, table.or_replace) {
            // Another session was faster.
            Err(error)
                if table.if_not_exists
                    && error.error_class.as_deref() == Some("TABLE_OR_VIEW_ALREADY_EXISTS") => {}
            other => other?,
        }
        Ok(if from_query { created() } else { nothing() })
    }

    /// Returns details with the user and the time of this statement.
    fn new_details(&self) -> Details {
        let now = self.now();
        Details {
            owner: self.planner.user.as_ref().to_owned(),
            created: now,
            altered: now,
            ..Details::default()
        }
    }

    /// Returns the start of the statement, in microseconds since 1970.
    pub(super) fn now(&self) -> i64 {
        let properties = self.planner.state.execution_props();
        properties.query_execution_start_time.map_or(0, |time| time.timestamp_micros())
    }

    /// Adds a key, for information. The columns of a primary key must not be NULL.
    pub(super) fn add_key(
        &self,
        key: NewKey,
        table: &TableName,
        fields: &mut [Field],
        details: &mut Details,
    ) -> Result<()> {
        let known: Vec<String> = fields.iter().map(|field| field.name().to_lowercase()).collect();
        let columns = known_columns(key.columns, &known)?;
        let parent = match key.parent {
            Some((parent, mut columns)) => {
                let parent = self.table_name(&parent)?;
                let parent_details = match self.shared.store.entry(&parent) {
                    Some(entry) => entry.details,
                    // A key may refer to its own table.
                    None if parent == *table => Arc::new(details.clone()),
                    None => return Err(errors::table_not_found(&parent.to_string())),
                };
                if columns.is_empty()
                    && let Some(primary) = parent_details.primary_key()
                {
                    columns.clone_from(&primary.columns);
                }
                Some((parent, columns))
            }
            None => {
                if details.primary_key().is_some() {
                    return Err(unsupported("a second primary key of a table"));
                }
                for field in fields.iter_mut() {
                    if columns.contains(&field.name().to_lowercase()) {
                        field.set_nullable(false);
                    }
                }
                None
            }
        };
        let suffix = if parent.is_some() { "fk" } else { "pk" };
        let mut name =
            key.name.unwrap_or_else(|| format!("{}_{suffix}", table.table)).to_lowercase();
        let taken = |name: &str, details: &Details| details.keys.iter().any(|key| key.name == name);
        while taken(&name, details) {
            name.push_str("_1");
        }
        details.keys.push(Key { name, columns, parent });
        Ok(())
    }

    async fn create_view(&self, view: NewView, query: &Query) -> Result<QueryOutput> {
        let text = text_from(&query.sql, view.starts);
        let mut details =
            Details { comment: view.comment, properties: view.properties, ..self.new_details() };
        if view.temporary {
            let is_same = |table: &TableReference| match (table, &view.name[..]) {
                (TableReference::Bare { table }, [name]) => table.as_ref() == name,
                _ => false,
            };
            if view.or_replace {
                view_checks::check_recursion(&view.query, &quoted(&view.name), is_same)?;
            }
        } else {
            let name = self.table_name(&view.name)?;
            view_checks::check(&view.query, &name.to_string(), self.planner.views.keys())?;
            if view.or_replace {
                let is_same =
                    |table: &TableReference| self.planner.namespace.resolve(table) == name;
                view_checks::check_recursion(&view.query, &name.to_string(), is_same)?;
            }
        }
        let made = self.view(*view.query, &view.columns, text, query).await?;
        for (column, comment) in view.columns {
            let details = details.columns.entry(column.to_lowercase()).or_default();
            details.comment = comment;
        }
        if view.temporary {
            let [name] = &view.name[..] else {
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
        let name = self.table_name(&view.name)?;
        check_schema(&name.schema)?;
        if view.if_not_exists && self.shared.store.exists(&name) {
            return Ok(nothing());
        }
        if let (true, Some(Relation::Table(_))) =
            (view.or_replace, self.shared.store.relation(&name))
        {
            let message = format!("{name} is a table and not a view.");
            return Err(SqlError::new("EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE", "42809", message));
        }
        let entry = Entry { relation: Relation::View(made), details: Arc::new(details) };
        self.shared.store.create(&name, entry, view.or_replace)?;
        Ok(nothing())
    }

    /// Returns a view, which must be valid now, and is planned again each time it is used.
    pub(super) async fn view(
        &self,
        query: SqlQuery,
        columns: &[(String, Option<String>)],
        text: String,
        given: &Query,
    ) -> Result<Arc<View>> {
        let query = prepared(self.bound(query, given).await?);
        let plan = self.plan_query(query.clone()).await?;
        let columns: Vec<_> = columns.iter().map(|(name, _)| name.to_lowercase()).collect();
        with_column_names(plan, &columns)?;
        let namespace = self.planner.namespace.clone();
        let (catalog, schema) = (namespace.catalog, namespace.schema);
        Ok(Arc::new(View { query, columns, catalog, schema, text }))
    }

    fn create_schema(&self, schema: NewSchema) -> Result<QueryOutput> {
        let (catalog, name) = self.schema_name(schema.name)?;
        if catalog == SYSTEM_CATALOG {
            return Err(unsupported("changing the catalog `system`"));
        }
        let details = SchemaDetails {
            comment: schema.comment,
            properties: schema.properties,
            owner: self.planner.user.as_ref().to_owned(),
            created: self.now(),
        };
        if !self.shared.store.create_schema(&catalog, &name, details)? && !schema.if_not_exists {
            let message =
                format!("Cannot create schema {} because it already exists.", quoted([&name]));
            return Err(SqlError::new("SCHEMA_ALREADY_EXISTS", "42P06", message));
        }
        Ok(nothing())
    }

    async fn comment(&self, on: Commented, comment: Option<String>) -> Result<QueryOutput> {
        match on {
            Commented::Schema(name) => {
                let (catalog, schema) = self.schema_name(name)?;
                self.shared.store.comment_schema(&catalog, &schema, comment)?;
            }
            Commented::Table(name) => {
                self.change_details(&name, |details| details.comment = comment)?;
            }
            Commented::Column(name, column) => {
                self.comment_column(&name, column, comment).await?;
            }
        }
        Ok(nothing())
    }

    pub(super) async fn comment_column(
        &self,
        table: &Name,
        column: String,
        comment: Option<String>,
    ) -> Result<()> {
        let columns = self.planner.columns(&reference_of(table)?).await?;
        if columns.index_of(&column).is_err() {
            let known: Vec<_> =
                columns.fields().iter().map(|field| quoted([field.name()])).collect();
            return Err(errors::unresolved_column(&quoted([&column]), &known));
        }
        // An empty comment is no comment.
        let comment = comment.filter(|comment| !comment.is_empty());
        self.change_details(table, |details| {
            details.columns.entry(column).or_default().comment = comment;
        })
    }

    /// Changes what is known of a table or view in memory.
    pub(super) fn change_details(
        &self,
        name: &Name,
        change: impl FnOnce(&mut Details),
    ) -> Result<()> {
        let full = self.table_name(name)?;
        let relation = self.existing(name)?;
        let now = self.now();
        self.shared.store.change(&full, &relation, |_, details| {
            change(details);
            details.altered = now;
        })
    }

    /// Returns a table or view in memory.
    pub(super) fn existing(&self, name: &Name) -> Result<Relation> {
        if let [only] = &name[..]
            && self.planner.views.contains_key(only)
        {
            return Err(unsupported("changing the definition of a temporary view"));
        }
        let full = self.table_name(name)?;
        match self.shared.store.relation(&full) {
            Some(relation) => Ok(relation),
            None if self.shared.store.exists(&full) => {
                Err(unsupported("changing the files of the data folder"))
            }
            None => Err(not_found(&reference_of(name)?)),
        }
    }

    /// Answers a statement for which there is nothing to do.
    async fn upkeep(&self, upkeep: Upkeep) -> Result<QueryOutput> {
        let Upkeep { command, object, reason } = upkeep;
        match object {
            Some(Object::Table(table)) => {
                self.planner.columns(&reference_of(&table)?).await?;
            }
            Some(Object::Schema(schema)) => {
                let (catalog, schema) = self.schema_name(schema)?;
                if !self.shared.store.has_schema(&catalog, &schema) {
                    return Err(errors::schema_not_found(&quoted([&catalog, &schema])));
                }
            }
            Some(Object::Catalog(catalog)) if !self.shared.store.has_catalog(&catalog) => {
                return Err(errors::catalog_not_found(&quoted([&catalog])));
            }
            Some(Object::Catalog(_)) | None => {}
        }
        text_rows(&["Result"], &[vec![format!("{command}: nothing to do, since {reason}")]])
    }

    pub(super) fn schema_name(&self, mut parts: Vec<String>) -> Result<(String, String)> {
        let name = quoted(&parts);
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
                    let (catalog, schema) = self.schema_name(name_parts(name)?)?;
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

fn check_schema(schema: &str) -> Result<()> {
    if schema == INFORMATION_SCHEMA {
        return Err(unsupported("changing the information schema"));
    }
    Ok(())
}

/// Returns the columns if all of them are known.
pub(super) fn known_columns(columns: Vec<String>, known: &[String]) -> Result<Vec<String>> {
    for column in &columns {
        if !known.contains(column) {
            let known: Vec<_> = known.iter().map(|known| quoted([known])).collect();
            return Err(errors::unresolved_column(&quoted([column]), &known));
        }
    }
    Ok(columns)
}

/// Returns the field of a column of a new table, and remembers its comment and length.
pub(super) fn field(column: &NewColumn, details: &mut Details) -> Result<Field> {
    let data_type = arrow_type(&column.data_type)
        .ok_or_else(|| unsupported(format!("the type {}", column.data_type)))?;
    let length = Length::of(&column.data_type);
    if length.is_some() || column.comment.is_some() {
        let comment = column.comment.clone().filter(|comment| !comment.is_empty());
        let name = column.name.to_lowercase();
        details.columns.insert(name, ColumnDetails { comment, length });
    }
    let field = Field::new(&column.name, data_type, column.nullable);
    Ok(match length {
        Some(length) if length.padded => {
            field.with_metadata(char_padding::metadata(length.letters))
        }
        _ => field,
    })
}

/// Returns the text from a position to the end of the statement.
pub(super) fn text_from(sql: &str, starts: Location) -> String {
    let line = usize::try_from(starts.line).unwrap_or(1).max(1) - 1;
    let column = usize::try_from(starts.column).unwrap_or(1).max(1) - 1;
    let begins = sql.split_inclusive('\n').take(line).map(str::len).sum::<usize>();
    let rest = sql.get(begins..).unwrap_or_default();
    let text = rest.char_indices().nth(column).map_or("", |(at, _)| &rest[at..]);
    text.trim_end().trim_end_matches(';').trim_end().to_owned()
}
