//! What `DESCRIBE` and `SHOW` tell of a table or view.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow_schema::{DataType, Schema};
use datafusion::common::TableReference;
use dbsql_local::serde_json::{Value, json};

use super::details::{Details, Key};
use super::errors::{self, Result, quoted};
use super::result_rows::to_type;
use super::session::outer_schema;
use super::statement::{Run, nullable_rows, text_rows};
use super::store::{Relation, TableName};
use super::types::sql_name;
use dbsql_local::engine::{QueryOutput, SqlError};

/// A table or view, and what is known of it.
pub(super) struct Described {
    pub(super) name: TableName,
    /// A temporary view.
    temporary: bool,
    relation: Option<Relation>,
    details: Arc<Details>,
    /// With names as written.
    columns: Schema,
}

type Row = Vec<Option<String>>;

fn row(cells: [&str; 3]) -> Row {
    cells.iter().map(|cell| Some((*cell).to_owned())).collect()
}

impl Run {
    pub(super) async fn described(&self, table: &TableReference) -> Result<Described> {
        let columns = outer_schema(&*self.planner.columns(table).await?);
        let name = self.planner.namespace.resolve(table);
        let temporary = matches!(table, TableReference::Bare { table }
            if self.planner.views.contains_key(table.as_ref()));
        let entry = self.shared.store.entry(&name).filter(|_| !temporary);
        let (relation, details) = match entry {
            Some(entry) => (Some(entry.relation), entry.details),
            None => (None, Arc::default()),
        };
        Ok(Described { name, temporary, relation, details, columns })
    }
}

impl Described {
    fn kind(&self) -> &'static str {
        match self.relation {
            Some(Relation::Table(_)) => "MANAGED",
            Some(Relation::View(_)) => "VIEW",
            None if self.temporary => "VIEW",
            None => "EXTERNAL",
        }
    }

    fn is_table(&self) -> bool {
        matches!(self.relation, Some(Relation::Table(_)))
    }

    fn column_rows(&self) -> Vec<Row> {
        let fields = self.columns.fields().iter();
        fields
            .map(|field| {
                let comment = self.details.comment_of(&field.name().to_lowercase());
                vec![
                    Some(field.name().clone()),
                    Some(self.details.type_of(field)),
                    comment.map(str::to_owned),
                ]
            })
            .collect()
    }

    /// Returns the result of `DESCRIBE table column`.
    pub(super) fn describe_column(&self, column: &str, extended: bool) -> Result<QueryOutput> {
        if extended {
            return Err(errors::unsupported(
                "DESCRIBE EXTENDED of a column: there are no statistics",
            ));
        }
        let rows = self.column_rows();
        let is_named =
            |row: &&Row| row[0].as_ref().is_some_and(|name| name.to_lowercase() == column);
        let Some(found) = rows.iter().find(is_named) else {
            let message = format!("The column {column} cannot be found.");
            return Err(SqlError::new("COLUMN_NOT_FOUND", "42703", message));
        };
        let titles = ["col_name", "data_type", "comment"];
        let values = titles.iter().zip(found).map(|(title, value)| {
            let value = value.clone().unwrap_or_else(|| "NULL".to_owned());
            vec![Some((*title).to_owned()), Some(value)]
        });
        nullable_rows(&["info_name", "info_value"], &values.collect::<Vec<_>>())
    }

    /// Returns the result of `DESCRIBE`.
    pub(super) fn describe(&self, extended: bool) -> Result<QueryOutput> {
        let mut rows = self.column_rows();
        for (columns, title) in [
            (&self.details.partitioned, "# Partition Information"),
            (&self.details.clustered, "# Clustering Information"),
        ] {
            if columns.is_empty() {
                continue;
            }
            rows.push(row([title, "", ""]));
            rows.push(row(["# col_name", "data_type", "comment"]));
            let all = self.column_rows();
            let named = |name: &String| {
                all.iter()
                    .find(|row| row[0].as_ref().is_some_and(|known| known.to_lowercase() == *name))
            };
            rows.extend(columns.iter().filter_map(named).cloned());
        }
        if extended {
            rows.push(row(["", "", ""]));
            rows.push(row(["# Detailed Table Information", "", ""]));
            rows.extend(self.facts().iter().map(|(name, value)| row([name, value, ""])));
            if !self.details.keys.is_empty() {
                rows.push(row(["", "", ""]));
                rows.push(row(["# Constraints", "", ""]));
                let keys = self.details.keys.iter();
                rows.extend(keys.map(|key| row([&key.name, &key_text(key), ""])));
            }
        }
        nullable_rows(&["col_name", "data_type", "comment"], &rows)
    }

    /// Returns what is said of the table as a whole.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let details = &self.details;
        let mut facts = vec![
            ("Catalog", self.name.catalog.clone()),
            ("Database", self.name.schema.clone()),
            ("Table", self.name.table.clone()),
        ];
        if details.created != 0 {
            facts.push(("Created Time", time_text(details.created)));
            facts.push(("Last Access", "UNKNOWN".to_owned()));
            facts.push(("Created By", "Spark".to_owned()));
        }
        facts.push(("Type", self.kind().to_owned()));
        if let Some(comment) = &details.comment {
            facts.push(("Comment", comment.clone()));
        }
        if let Some(Relation::View(view)) = &self.relation {
            facts.push(("View Text", view.text.clone()));
            let namespace = format!("{}.{}", view.catalog, view.schema);
            facts.push(("View Catalog and Namespace", namespace));
        }
        if self.is_table() {
            facts.push(("Provider", "delta".to_owned()));
        }
        if !details.owner.is_empty() {
            facts.push(("Owner", details.owner.clone()));
        }
        if !details.properties.is_empty() {
            let pairs: Vec<_> =
                details.properties.iter().map(|(key, value)| format!("{key}={value}")).collect();
            facts.push(("Table Properties", format!("[{}]", pairs.join(","))));
        }
        facts
    }

    /// Returns the result of `DESCRIBE EXTENDED .. AS JSON`.
    pub(super) fn describe_json(&self) -> Result<QueryOutput> {
        let details = &self.details;
        let columns: Vec<Value> = self
            .columns
            .fields()
            .iter()
            .map(|field| {
                let lower = field.name().to_lowercase();
                let data_type = match details.length_of(&lower) {
                    Some(length) => json!({
                        "name": if length.padded { "char" } else { "varchar" },
                        "length": length.letters,
                    }),
                    None => type_json(field.data_type()),
                };
                let mut column = json!({
                    "name": field.name(),
                    "type": data_type,
                    "nullable": field.is_nullable(),
                });
                if let Some(comment) = details.comment_of(&lower) {
                    column["comment"] = comment.into();
                }
                column
            })
            .collect();
        let mut table = json!({
            "table_name": self.name.table,
            "catalog_name": self.name.catalog,
            "schema_name": self.name.schema,
            "namespace": [self.name.schema],
            "columns": columns,
            "type": self.kind(),
        });
        if !details.partitioned.is_empty() {
            table["partition_columns"] = details.partitioned.clone().into();
        }
        if !details.clustered.is_empty() {
            table["clustering_columns"] = details.clustered.clone().into();
        }
        if let Some(comment) = &details.comment {
            table["comment"] = comment.as_str().into();
        }
        if !details.owner.is_empty() {
            table["owner"] = details.owner.as_str().into();
        }
        if self.is_table() {
            table["provider"] = "delta".into();
        }
        if let Some(Relation::View(view)) = &self.relation {
            table["view_text"] = view.text.as_str().into();
        }
        if !details.properties.is_empty() {
            table["table_properties"] = json!(details.properties);
        }
        text_rows(&["json_metadata"], &[vec![table.to_string()]])
    }

    /// Returns the text of `SHOW TABLE EXTENDED`.
    pub(super) fn information(&self) -> String {
        let mut text = String::new();
        for (name, value) in self.facts() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name}: {value}");
        }
        text.push_str("Schema: root\n");
        for field in self.columns.fields() {
            let name = tree_name(field.data_type());
            let _ = writeln!(
                text,
                " |-- {}: {name} (nullable = {})",
                field.name(),
                field.is_nullable()
            );
        }
        text.push('\n');
        text
    }

    /// Returns the text of `SHOW CREATE TABLE`.
    pub(super) fn statement(&self) -> String {
        let details = &self.details;
        let name = quoted([&self.name.catalog, &self.name.schema, &self.name.table]);
        let view = match &self.relation {
            Some(Relation::View(view)) => Some(view),
            _ => None,
        };
        let kind = if view.is_some() { "VIEW" } else { "TABLE" };
        let mut parts = Vec::new();
        for field in self.columns.fields() {
            let mut part = quoted([field.name()]);
            if view.is_none() {
                let length = details.length_of(&field.name().to_lowercase());
                let data_type = match length {
                    Some(length) => length.name().to_uppercase(),
                    None => type_text(field.data_type()),
                };
                let _ = write!(part, " {data_type}");
                if !field.is_nullable() {
                    part.push_str(" NOT NULL");
                }
            }
            if let Some(comment) = details.comment_of(&field.name().to_lowercase()) {
                let _ = write!(part, " COMMENT {}", literal(comment));
            }
            parts.push(part);
        }
        for key in &details.keys {
            parts.push(format!("CONSTRAINT {} {}", quoted([&key.name]), key_text(key)));
        }
        let mut text = format!("CREATE {kind} {name} (\n  {})\n", parts.join(",\n  "));
        if view.is_none() {
            text.push_str("USING delta\n");
        }
        for (columns, clause) in
            [(&details.partitioned, "PARTITIONED BY"), (&details.clustered, "CLUSTER BY")]
        {
            if !columns.is_empty() {
                let names: Vec<_> = columns.iter().map(|column| quoted([column])).collect();
                let _ = writeln!(text, "{clause} ({})", names.join(", "));
            }
        }
        if let Some(comment) = &details.comment {
            let _ = writeln!(text, "COMMENT {}", literal(comment));
        }
        if !details.properties.is_empty() {
            let pairs: Vec<_> = details
                .properties
                .iter()
                .map(|(key, value)| format!("{} = {}", literal(key), literal(value)))
                .collect();
            let _ = writeln!(text, "TBLPROPERTIES (\n  {})", pairs.join(",\n  "));
        }
        if let Some(view) = view {
            let _ = writeln!(text, "AS {}", view.text);
        }
        text
    }

    /// Returns the result of `SHOW TBLPROPERTIES`.
    pub(super) fn properties(&self, key: Option<&str>) -> Result<QueryOutput> {
        let properties = &self.details.properties;
        let rows: Vec<Vec<String>> = match key {
            None => {
                properties.iter().map(|(key, value)| vec![key.clone(), value.clone()]).collect()
            }
            Some(key) => {
                let value = properties.get(key).cloned().unwrap_or_else(|| {
                    format!("Table {} does not have property: {key}", self.name)
                });
                vec![vec![key.to_owned(), value]]
            }
        };
        text_rows(&["key", "value"], &rows)
    }
}

/// Returns a type as it is written in a statement.
fn type_text(data_type: &DataType) -> String {
    match data_type {
        DataType::List(item) => format!("ARRAY<{}>", type_text(item.data_type())),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => {
                let [key, value] = [0, 1].map(|at: usize| type_text(pair[at].data_type()));
                format!("MAP<{key}, {value}>")
            }
            _ => "MAP".to_owned(),
        },
        DataType::Struct(fields) => {
            let fields = fields.iter();
            let fields: Vec<_> = fields
                .map(|field| {
                    format!("{}: {}", quoted([field.name()]), type_text(field.data_type()))
                })
                .collect();
            format!("STRUCT<{}>", fields.join(", "))
        }
        other => sql_name(other).to_uppercase(),
    }
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn key_text(key: &Key) -> String {
    let names = |columns: &[String]| {
        columns.iter().map(|column| quoted([column])).collect::<Vec<_>>().join(", ")
    };
    match &key.parent {
        None => format!("PRIMARY KEY ({})", names(&key.columns)),
        Some((parent, columns)) => format!(
            "FOREIGN KEY ({}) REFERENCES {parent} ({})",
            names(&key.columns),
            names(columns)
        ),
    }
}

/// Returns a time as `Sat Jan 02 03:04:05 UTC 2024`.
fn time_text(micros: i64) -> String {
    let time = arrow_array::TimestampMicrosecondArray::from(vec![micros]);
    let time: arrow_array::ArrayRef = Arc::new(time);
    let text = to_type(&time, &DataType::Utf8).ok();
    let text = text.and_then(|text| {
        let text = text.as_any().downcast_ref::<arrow_array::StringArray>()?.value(0).to_owned();
        Some(text.replace('T', " "))
    });
    let text = text.unwrap_or_default();
    let seconds = text.split('.').next().unwrap_or_default();
    format!("{seconds} UTC")
}

/// Returns the name of a type in a tree of columns.
fn tree_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Int8 => "byte".to_owned(),
        DataType::Int16 => "short".to_owned(),
        DataType::Int32 => "integer".to_owned(),
        DataType::Int64 => "long".to_owned(),
        DataType::List(_) => "array".to_owned(),
        DataType::Map(..) => "map".to_owned(),
        DataType::Struct(_) => "struct".to_owned(),
        other => sql_name(other),
    }
}

fn type_json(data_type: &DataType) -> Value {
    match data_type {
        DataType::Utf8 => json!({ "name": "string", "collation": "UTF8_BINARY" }),
        DataType::Timestamp(_, Some(_)) => json!({ "name": "timestamp_ltz" }),
        DataType::Decimal128(precision, scale) => {
            json!({ "name": "decimal", "precision": precision, "scale": scale })
        }
        DataType::List(item) => json!({
            "name": "array",
            "element_type": type_json(item.data_type()),
            "element_nullable": item.is_nullable(),
        }),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => json!({
                "name": "map",
                "key_type": type_json(pair[0].data_type()),
                "value_type": type_json(pair[1].data_type()),
                "value_nullable": pair[1].is_nullable(),
            }),
            _ => json!({ "name": "map" }),
        },
        DataType::Struct(fields) => {
            let fields: Vec<Value> = fields
                .iter()
                .map(|field| {
                    json!({
                        "name": field.name(),
                        "type": type_json(field.data_type()),
                        "nullable": field.is_nullable(),
                    })
                })
                .collect();
            json!({ "name": "struct", "fields": fields })
        }
        other => json!({ "name": sql_name(other) }),
    }
}
