//! The forms of `SHOW` that cover whole catalogs, which drivers send instead of metadata calls.

use crate::engine::catalog::grid::{Cell, Kind, grid};
use crate::engine::catalog::{CatalogContents, TableName, like, same};
use crate::engine::{QueryOutput, SqlError};
use crate::result::types::sql_name;

/// A statement that lists the contents of catalogs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Show(Form);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Catalogs { like: Option<String> },
    Schemas { within: Within, like: Option<String> },
    Tables { within: Within, patterns: Patterns },
    Columns { catalog: String, patterns: Patterns },
    Functions { catalog: String, patterns: Patterns },
    Keys(TableName),
    ForeignKeys(TableName),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Within {
    AllCatalogs,
    Catalog(String),
}

/// The patterns after `SCHEMA LIKE`, `TABLE LIKE` and `LIKE`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Patterns {
    schema: Option<String>,
    table: Option<String>,
    name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    /// In backticks.
    Name(String),
    Text(String),
    Other(char),
}

impl Show {
    /// Parses a statement; `None` if it is another one or invalid.
    #[must_use]
    pub fn parse(sql: &str) -> Option<Self> {
        let mut words = Words { tokens: tokens(sql)?, at: 0 };
        let form = words.form()?;
        (words.at == words.tokens.len()).then_some(Self(form))
    }

    /// Returns whether it lists all schemas of a catalog, or the keys of a table.
    #[must_use]
    pub fn is_deep(&self) -> bool {
        match &self.0 {
            Form::Catalogs { .. } | Form::Schemas { within: Within::Catalog(_), .. } => false,
            Form::Schemas { within: Within::AllCatalogs, .. }
            | Form::Tables { .. }
            | Form::Columns { .. }
            | Form::Functions { .. }
            | Form::Keys(_)
            | Form::ForeignKeys(_) => true,
        }
    }

    /// Runs the statement on these contents.
    ///
    /// # Errors
    ///
    /// [`SqlError`] for a catalog or a table that does not exist.
    pub fn run(&self, contents: &CatalogContents) -> Result<QueryOutput, SqlError> {
        match &self.0 {
            Form::Catalogs { like } => {
                let names = contents.all_catalogs().into_iter();
                let rows = names.filter(|name| admits(like, name)).map(|name| row([&name]));
                grid(&[("catalog", Kind::Text)], &rows.collect::<Vec<_>>())
            }
            Form::Schemas { within, like } => schemas(contents, within, like),
            Form::Tables { within, patterns } => tables(contents, within, patterns),
            Form::Columns { catalog, patterns } => columns(contents, catalog, patterns),
            Form::Functions { catalog, patterns } => functions(contents, catalog, patterns),
            Form::Keys(table) => keys(contents, table),
            Form::ForeignKeys(table) => foreign_keys(contents, table),
        }
    }
}

struct Words {
    tokens: Vec<Token>,
    at: usize,
}

impl Words {
    fn form(&mut self) -> Option<Form> {
        self.word("SHOW")?;
        if self.word("CATALOGS").is_some() {
            return Some(Form::Catalogs { like: self.like()? });
        }
        if self.word("SCHEMAS").or_else(|| self.word("DATABASES")).is_some() {
            self.word("IN")?;
            let within = match self.all_catalogs() {
                true => Within::AllCatalogs,
                false => Within::Catalog(self.name()?),
            };
            return Some(Form::Schemas { within, like: self.like()? });
        }
        if self.word("TABLES").is_some() {
            self.word("IN")?;
            let within = match self.all_catalogs() {
                true => Within::AllCatalogs,
                false => Within::Catalog(self.part("CATALOG")?),
            };
            return Some(Form::Tables { within, patterns: self.patterns()? });
        }
        if self.word("COLUMNS").is_some() {
            self.word("IN")?;
            let catalog = self.part("CATALOG")?;
            return Some(Form::Columns { catalog, patterns: self.patterns()? });
        }
        if self.word("FUNCTIONS").is_some() {
            self.word("IN")?;
            let catalog = self.part("CATALOG")?;
            return Some(Form::Functions { catalog, patterns: self.patterns()? });
        }
        let foreign = self.word("FOREIGN").is_some();
        self.word("KEYS")?;
        let mut parts = Vec::new();
        for word in ["CATALOG", "SCHEMA", "TABLE"] {
            self.word("IN")?;
            parts.push(self.part(word)?);
        }
        let [catalog, schema, table] = <[String; 3]>::try_from(parts).ok()?;
        let table = TableName { catalog, schema, table };
        Some(if foreign { Form::ForeignKeys(table) } else { Form::Keys(table) })
    }

    fn word(&mut self, word: &str) -> Option<()> {
        match self.tokens.get(self.at) {
            Some(Token::Word(found)) if found.eq_ignore_ascii_case(word) => {
                self.at += 1;
                Some(())
            }
            _ => None,
        }
    }

    fn all_catalogs(&mut self) -> bool {
        let at = self.at;
        let found = self.word("ALL").is_some() && self.word("CATALOGS").is_some();
        if !found {
            self.at = at;
        }
        found
    }

    fn part(&mut self, word: &str) -> Option<String> {
        self.word(word)?;
        self.name()
    }

    fn name(&mut self) -> Option<String> {
        let Some(Token::Word(name) | Token::Name(name)) = self.tokens.get(self.at) else {
            return None;
        };
        self.at += 1;
        Some(name.clone())
    }

    /// Parses an optional `LIKE` with its pattern.
    fn like(&mut self) -> Option<Option<String>> {
        if self.word("LIKE").is_none() {
            return Some(None);
        }
        let Some(Token::Text(pattern)) = self.tokens.get(self.at) else { return None };
        self.at += 1;
        Some(Some(pattern.clone()))
    }

    fn patterns(&mut self) -> Option<Patterns> {
        let mut patterns = Patterns::default();
        if self.word("SCHEMA").is_some() {
            patterns.schema = Some(self.like()??);
        }
        if self.word("TABLE").is_some() {
            patterns.table = Some(self.like()??);
        }
        patterns.name = self.like()?;
        Some(patterns)
    }
}

/// Returns the tokens of a statement; `None` if a quote is not closed.
fn tokens(sql: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut characters = sql.trim().trim_end_matches(';').chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            c if c.is_whitespace() => {}
            '`' | '\'' | '"' => {
                let mut text = String::new();
                loop {
                    match characters.next()? {
                        c if c == character => {
                            if characters.next_if_eq(&character).is_none() {
                                break;
                            }
                            text.push(c);
                        }
                        '\\' if character != '`' => text.push(characters.next()?),
                        c => text.push(c),
                    }
                }
                tokens.push(if character == '`' { Token::Name(text) } else { Token::Text(text) });
            }
            c if c.is_alphanumeric() || c == '_' => {
                let mut word = c.to_string();
                while let Some(c) = characters.next_if(|c| c.is_alphanumeric() || *c == '_') {
                    word.push(c);
                }
                tokens.push(Token::Word(word));
            }
            c => tokens.push(Token::Other(c)),
        }
    }
    Some(tokens)
}

fn admits(pattern: &Option<String>, name: &str) -> bool {
    pattern.as_deref().is_none_or(|pattern| like(pattern, name))
}

fn row<const N: usize>(texts: [&str; N]) -> Vec<Cell> {
    texts.map(Cell::from).to_vec()
}

fn known_catalog(contents: &CatalogContents, name: &str) -> Result<(), SqlError> {
    if contents.all_catalogs().iter().any(|catalog| same(catalog, name)) {
        return Ok(());
    }
    let message = format!("Catalog '{name}' was not found.");
    Err(SqlError::new("NO_SUCH_CATALOG_EXCEPTION", "42704", message))
}

fn known_table(contents: &CatalogContents, name: &TableName) -> Result<(), SqlError> {
    if contents.has_table(name) {
        return Ok(());
    }
    let TableName { catalog, schema, table } = name;
    let message = format!("The table or view `{catalog}`.`{schema}`.`{table}` cannot be found.");
    Err(SqlError::new("TABLE_OR_VIEW_NOT_FOUND", "42P01", message))
}

fn schemas(
    contents: &CatalogContents,
    within: &Within,
    like: &Option<String>,
) -> Result<QueryOutput, SqlError> {
    let schemas = contents.all_schemas().into_iter().filter(|name| admits(like, &name.schema));
    match within {
        Within::AllCatalogs => {
            let rows = schemas.map(|name| row([&name.schema, &name.catalog]));
            let columns = [("databaseName", Kind::Text), ("catalog", Kind::Text)];
            grid(&columns, &rows.collect::<Vec<_>>())
        }
        Within::Catalog(catalog) => {
            known_catalog(contents, catalog)?;
            let rows =
                schemas.filter(|name| same(&name.catalog, catalog)).map(|name| row([&name.schema]));
            grid(&[("databaseName", Kind::Text)], &rows.collect::<Vec<_>>())
        }
    }
}

fn tables(
    contents: &CatalogContents,
    within: &Within,
    patterns: &Patterns,
) -> Result<QueryOutput, SqlError> {
    if let Within::Catalog(catalog) = within {
        known_catalog(contents, catalog)?;
    }
    let wanted = |catalog: &str| match within {
        Within::AllCatalogs => true,
        Within::Catalog(name) => same(name, catalog),
    };
    let rows = contents.sorted_tables().into_iter().filter(|table| {
        wanted(&table.catalog)
            && admits(&patterns.schema, &table.schema)
            && admits(&patterns.name, &table.name)
    });
    let rows = rows.map(|table| {
        let mut row = row([&table.schema, &table.name, "false"]);
        row.push(Cell::Null);
        row.extend([table.catalog.as_str().into(), table.table_type.as_str().into(), Cell::Null]);
        row
    });
    let columns = [
        "namespace",
        "tableName",
        "isTemporary",
        "information",
        "catalogName",
        "tableType",
        "remarks",
    ];
    grid(&columns.map(|name| (name, Kind::Text)), &rows.collect::<Vec<_>>())
}

fn columns(
    contents: &CatalogContents,
    catalog: &str,
    patterns: &Patterns,
) -> Result<QueryOutput, SqlError> {
    known_catalog(contents, catalog)?;
    let mut rows = Vec::new();
    for table in contents.sorted_tables() {
        let wanted = same(&table.catalog, catalog)
            && admits(&patterns.schema, &table.schema)
            && admits(&patterns.table, &table.name);
        if !wanted {
            continue;
        }
        for (field, position) in table.columns.fields().iter().zip(1..) {
            if !admits(&patterns.name, field.name()) {
                continue;
            }
            let mut row = row([field.name(), &table.catalog, &table.schema, &table.name]);
            row.push(sql_name(field).as_str().into());
            row.extend([Cell::Null, Cell::Null, Cell::Null]);
            row.push(if field.is_nullable() { "true" } else { "false" }.into());
            row.extend([Cell::Null, Cell::Number(position), "NO".into(), "NO".into()]);
            rows.push(row);
        }
    }
    let columns = [
        ("col_name", Kind::Text),
        ("catalogName", Kind::Text),
        ("namespace", Kind::Text),
        ("tableName", Kind::Text),
        ("columnType", Kind::Text),
        ("columnSize", Kind::Number),
        ("decimalDigits", Kind::Number),
        ("radix", Kind::Number),
        ("isNullable", Kind::Text),
        ("remarks", Kind::Text),
        ("ordinalPosition", Kind::Number),
        ("isAutoIncrement", Kind::Text),
        ("isGenerated", Kind::Text),
    ];
    grid(&columns, &rows)
}

fn functions(
    contents: &CatalogContents,
    catalog: &str,
    patterns: &Patterns,
) -> Result<QueryOutput, SqlError> {
    known_catalog(contents, catalog)?;
    let rows = contents.functions.iter().filter(|function| {
        same(&function.catalog, catalog)
            && admits(&patterns.schema, &function.schema)
            && admits(&patterns.name, &function.name)
    });
    let rows = rows.map(|function| {
        let mut row =
            row([&function.name, &function.schema, &function.catalog, "", &function.name]);
        row.push(Cell::Null);
        row
    });
    let columns = [
        ("functionName", Kind::Text),
        ("namespace", Kind::Text),
        ("catalogName", Kind::Text),
        ("remarks", Kind::Text),
        ("specificName", Kind::Text),
        ("functionType", Kind::Number),
    ];
    grid(&columns, &rows.collect::<Vec<_>>())
}

fn keys(contents: &CatalogContents, table: &TableName) -> Result<QueryOutput, SqlError> {
    known_table(contents, table)?;
    let mut rows = Vec::new();
    for key in contents.primary_keys_of(table) {
        let TableName { catalog, schema, table } = &key.table;
        for (column, sequence) in key.columns.iter().zip(1..) {
            let mut row = row([catalog, schema, table, column]);
            row.extend([Cell::Number(sequence), key.name.as_str().into()]);
            rows.push(row);
        }
    }
    let columns = [
        ("catalogName", Kind::Text),
        ("namespace", Kind::Text),
        ("tableName", Kind::Text),
        ("col_name", Kind::Text),
        ("keySeq", Kind::Number),
        ("constraintName", Kind::Text),
    ];
    grid(&columns, &rows)
}

fn foreign_keys(contents: &CatalogContents, table: &TableName) -> Result<QueryOutput, SqlError> {
    known_table(contents, table)?;
    let mut rows = Vec::new();
    for key in contents.foreign_keys_of(table) {
        let (own, parent) = (&key.table, &key.parent);
        for ((column, parent_column), sequence) in key.columns.iter().zip(1..) {
            let mut row = row([
                &parent.catalog,
                &parent.schema,
                &parent.table,
                parent_column,
                &own.catalog,
                &own.schema,
                &own.table,
                column,
            ]);
            row.extend([Cell::Number(sequence), key.name.as_str().into()]);
            rows.push(row);
        }
    }
    let columns = [
        ("parentCatalogName", Kind::Text),
        ("parentNamespace", Kind::Text),
        ("parentTableName", Kind::Text),
        ("parentColName", Kind::Text),
        ("catalogName", Kind::Text),
        ("namespace", Kind::Text),
        ("tableName", Kind::Text),
        ("col_name", Kind::Text),
        ("keySeq", Kind::Number),
        ("constraintName", Kind::Text),
    ];
    grid(&columns, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_drivers_are_read() {
        let show = |sql: &str| Show::parse(sql).map(|show| show.0);
        let patterns = |schema: Option<&str>, table: Option<&str>, name: Option<&str>| Patterns {
            schema: schema.map(str::to_owned),
            table: table.map(str::to_owned),
            name: name.map(str::to_owned),
        };
        assert_eq!(show("show catalogs;"), Some(Form::Catalogs { like: None }));
        let within = Within::Catalog("a`b".to_owned());
        assert_eq!(
            show("SHOW SCHEMAS IN `a``b` LIKE 's*'"),
            Some(Form::Schemas { within, like: Some("s*".to_owned()) })
        );
        assert_eq!(
            show("SHOW TABLES IN ALL CATALOGS SCHEMA LIKE 's' LIKE 't'"),
            Some(Form::Tables {
                within: Within::AllCatalogs,
                patterns: patterns(Some("s"), None, Some("t"))
            })
        );
        assert_eq!(
            show("SHOW COLUMNS IN CATALOG c SCHEMA LIKE 's' TABLE LIKE 't' LIKE 'c'"),
            Some(Form::Columns {
                catalog: "c".to_owned(),
                patterns: patterns(Some("s"), Some("t"), Some("c"))
            })
        );
        assert_eq!(
            show("SHOW FOREIGN KEYS IN CATALOG `c` IN SCHEMA `s` IN TABLE `t`"),
            Some(Form::ForeignKeys(TableName::new("c", "s", "t")))
        );
    }

    #[test]
    fn other_statements_are_not_parsed() {
        for sql in [
            "SELECT 1",
            "SHOW TABLES",
            "SHOW TABLES IN main.sales",
            "SHOW COLUMNS IN orders",
            "SHOW TABLES IN CATALOG main LIKE",
            "SHOW TABLES IN CATALOG main LIKE 'a' OR 'b'",
            "SHOW CATALOGS LIKE 'open",
            "SHOW KEYS IN CATALOG a IN SCHEMA b",
            "",
        ] {
            assert_eq!(Show::parse(sql), None, "{sql}");
        }
    }
}
