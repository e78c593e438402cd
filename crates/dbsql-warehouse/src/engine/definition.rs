//! The syntax of statements that define schemas, tables and views, and of maintenance.
//!
//! The parser of `sqlparser` reads names, types, expressions and queries; the clauses around them
//! are read here, since it drops some of them and knows others in another order only.

mod upkeep;

use std::collections::BTreeMap;

use datafusion::sql::sqlparser::ast::{DataType as SqlType, Query};
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::{Location, Token};

pub(super) use self::upkeep::{Object, Upkeep};
use super::dialect::Tokens;
use super::errors::{self, Result, from_parser, unsupported};
use dbsql_local::engine::SqlError;

/// The parts of a name, in lower case.
pub(super) type Name = Vec<String>;

#[derive(Debug)]
pub(super) enum Definition {
    CreateTable(Box<NewTable>),
    CreateView(Box<NewView>),
    CreateSchema(NewSchema),
    AlterTable { name: Name, view: bool, change: Box<Change> },
    Comment { on: Commented, comment: Option<String> },
    Upkeep(Upkeep),
}

#[derive(Debug, Default)]
pub(super) struct NewTable {
    pub(super) name: Name,
    pub(super) or_replace: bool,
    pub(super) if_not_exists: bool,
    pub(super) columns: Vec<NewColumn>,
    pub(super) keys: Vec<NewKey>,
    pub(super) partitioned: Vec<String>,
    pub(super) clustered: Vec<String>,
    pub(super) comment: Option<String>,
    pub(super) properties: BTreeMap<String, String>,
    pub(super) query: Option<Box<Query>>,
}

#[derive(Debug)]
pub(super) struct NewColumn {
    /// As written.
    pub(super) name: String,
    pub(super) data_type: SqlType,
    pub(super) nullable: bool,
    pub(super) comment: Option<String>,
    pub(super) position: Option<Position>,
}

#[derive(Debug)]
pub(super) struct NewKey {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
    /// For a foreign key: the parent, and its columns if they are given.
    pub(super) parent: Option<(Name, Vec<String>)>,
}

#[derive(Debug)]
pub(super) struct NewView {
    pub(super) name: Name,
    pub(super) or_replace: bool,
    pub(super) if_not_exists: bool,
    pub(super) temporary: bool,
    /// As written, with comments.
    pub(super) columns: Vec<(String, Option<String>)>,
    pub(super) comment: Option<String>,
    pub(super) properties: BTreeMap<String, String>,
    pub(super) query: Box<Query>,
    pub(super) starts: Location,
}

#[derive(Debug)]
pub(super) struct NewSchema {
    pub(super) name: Name,
    pub(super) if_not_exists: bool,
    pub(super) comment: Option<String>,
    pub(super) properties: BTreeMap<String, String>,
}

#[derive(Debug)]
pub(super) enum Position {
    First,
    After(String),
}

#[derive(Debug)]
pub(super) enum Change {
    AddColumns(Vec<NewColumn>),
    DropColumns {
        names: Vec<String>,
        if_exists: bool,
    },
    /// The new name as written.
    RenameColumn {
        from: String,
        to: String,
    },
    CommentColumn {
        name: String,
        comment: String,
    },
    SetNotNull(String),
    DropNotNull(String),
    Move {
        name: String,
        position: Position,
    },
    SetProperties(BTreeMap<String, String>),
    UnsetProperties {
        keys: Vec<String>,
        if_exists: bool,
    },
    Rename(Name),
    AddKey(NewKey),
    DropKey {
        name: Option<String>,
        if_exists: bool,
    },
    Cluster(Vec<String>),
    /// `ALTER VIEW .. AS`
    Query {
        query: Box<Query>,
        starts: Location,
    },
}

#[derive(Debug)]
pub(super) enum Commented {
    Table(Name),
    Schema(Name),
    /// The table and the column.
    Column(Name, String),
}

struct Reader<'a> {
    parser: Parser<'a>,
    tokens: &'a Tokens,
}

impl Definition {
    /// Parses a definition; `None` if the tokens are another kind of statement.
    pub(super) fn parse(tokens: &Tokens) -> Result<Option<Self>> {
        let mut reader = Reader { parser: tokens.adapted_parser()?, tokens };
        let Some(definition) = reader.definition()? else { return Ok(None) };
        while reader.sign(&Token::SemiColon) {}
        match reader.parser.peek_token_ref().token {
            Token::EOF => Ok(Some(definition)),
            _ => Err(reader.unexpected("the end of the statement")),
        }
    }
}

impl Reader<'_> {
    fn definition(&mut self) -> Result<Option<Definition>> {
        if self.word("CREATE") {
            return self.create();
        }
        if self.word("ALTER") {
            return self.alter().map(Some);
        }
        if self.words(&["COMMENT", "ON"]) {
            return self.comment_on().map(Some);
        }
        self.upkeep()
    }

    fn create(&mut self) -> Result<Option<Definition>> {
        let or_replace = self.words(&["OR", "REPLACE"]);
        let global = self.word("GLOBAL");
        let temporary = self.word("TEMPORARY") || self.word("TEMP");
        if self.word("TABLE") {
            if temporary {
                return Err(unsupported("temporary tables: use a temporary view"));
            }
            return self.create_table(or_replace).map(Some);
        }
        if self.word("VIEW") {
            if global {
                return Err(unsupported("global temporary views: use a temporary view"));
            }
            return self.create_view(or_replace, temporary).map(Some);
        }
        if self.word("SCHEMA") || self.word("DATABASE") {
            return self.create_schema().map(Some);
        }
        for (words, what) in [
            (&["FUNCTION"][..], "functions in SQL (CREATE FUNCTION)"),
            (&["EXTERNAL", "TABLE"], "external tables"),
            (&["MATERIALIZED", "VIEW"], "materialized views"),
            (&["STREAMING", "TABLE"], "streaming tables"),
            (&["REFRESH", "STREAMING"], "streaming tables"),
            (&["EXTERNAL", "VOLUME"], "volumes"),
            (&["VOLUME"], "volumes"),
            (&["PROCEDURE"], "procedures"),
            (&["METRIC", "VIEW"], "metric views"),
        ] {
            if self.words(words) {
                return Err(unsupported(what));
            }
        }
        Ok(None)
    }

    fn create_table(&mut self, or_replace: bool) -> Result<Definition> {
        let if_not_exists = self.words(&["IF", "NOT", "EXISTS"]);
        let mut table =
            NewTable { name: self.name()?, or_replace, if_not_exists, ..NewTable::default() };
        if self.peek_sign(&Token::LParen) && !self.peek_query(1) {
            self.next_sign(&Token::LParen)?;
            loop {
                self.element(&mut table)?;
                if !self.sign(&Token::Comma) {
                    break;
                }
            }
            self.next_sign(&Token::RParen)?;
        }
        loop {
            if self.word("USING") {
                let format = self.name()?.join(".");
                // All are in memory; these two have the same columns and statements.
                if format != "delta" && format != "parquet" {
                    return Err(unsupported(format!("tables in the format {format}")));
                }
            } else if self.words(&["PARTITIONED", "BY"]) {
                table.partitioned = self.columns()?;
            } else if self.words(&["CLUSTER", "BY"]) {
                table.clustered = self.cluster_columns()?;
            } else if self.word("COMMENT") {
                table.comment = Some(self.text()?);
            } else if self.word("TBLPROPERTIES") {
                table.properties = self.properties()?;
            } else if self.word("AS") || self.peek_query(0) {
                table.query = Some(self.query()?);
                return Ok(Definition::CreateTable(Box::new(table)));
            } else {
                self.refuse_clauses()?;
                return Ok(Definition::CreateTable(Box::new(table)));
            }
        }
    }

    /// Clauses that would have an effect elsewhere.
    fn refuse_clauses(&mut self) -> Result<()> {
        for (words, what) in [
            (&["LOCATION"][..], "a LOCATION: tables are in memory"),
            (&["MANAGED", "LOCATION"], "a LOCATION: tables are in memory"),
            (&["OPTIONS"], "OPTIONS of tables"),
            (&["CLUSTERED", "BY"], "buckets (CLUSTERED BY)"),
            (&["STORED"], "STORED AS and BY"),
            (&["ROW", "FORMAT"], "ROW FORMAT"),
            (&["LIKE"], "CREATE TABLE LIKE"),
            (&["SHALLOW", "CLONE"], "clones of tables"),
            (&["DEEP", "CLONE"], "clones of tables"),
            (&["CLONE"], "clones of tables"),
            (&["WITH", "ROW"], "row filters"),
            (&["WITH", "SCHEMA"], "WITH SCHEMA of views"),
            (&["DEFAULT", "COLLATION"], "collations"),
        ] {
            if self.words(words) {
                return Err(unsupported(what));
            }
        }
        Ok(())
    }

    /// Reads a column or a key of a new table.
    fn element(&mut self, table: &mut NewTable) -> Result<()> {
        if self.peek_words(&["PRIMARY", "KEY"])
            || self.peek_words(&["FOREIGN", "KEY"])
            || self.peek_words(&["CONSTRAINT"])
            || self.peek_words(&["CHECK"])
        {
            let key = self.key()?;
            table.keys.push(key);
            return Ok(());
        }
        let mut column = self.column()?;
        loop {
            let name = if self.word("CONSTRAINT") { Some(self.identifier()?) } else { None };
            let columns = vec![column.name.to_lowercase()];
            if self.words(&["PRIMARY", "KEY"]) {
                self.key_options();
                column.nullable = false;
                table.keys.push(NewKey { name, columns, parent: None });
            } else if self.words(&["FOREIGN", "KEY"]) || self.peek_words(&["REFERENCES"]) {
                let parent = Some(self.parent()?);
                table.keys.push(NewKey { name, columns, parent });
            } else if name.is_some() {
                return Err(unsupported("CHECK constraints"));
            } else if !self.column_option(&mut column)? {
                break;
            }
        }
        table.columns.push(column);
        Ok(())
    }

    /// Reads the name and the type of a column, and options that it may have everywhere.
    fn column(&mut self) -> Result<NewColumn> {
        let name = self.identifier()?;
        let data_type = self.parser.parse_data_type().map_err(|error| from_parser(&error))?;
        let mut column =
            NewColumn { name, data_type, nullable: true, comment: None, position: None };
        while self.column_option(&mut column)? {}
        Ok(column)
    }

    fn column_option(&mut self, column: &mut NewColumn) -> Result<bool> {
        if self.words(&["NOT", "NULL"]) {
            column.nullable = false;
        } else if self.word("COMMENT") {
            column.comment = Some(self.text()?);
        } else {
            for (word, what) in [
                ("GENERATED", "generated and identity columns"),
                ("DEFAULT", "default values of columns"),
                ("COLLATE", "collations"),
                ("MASK", "column masks"),
                ("CHECK", "CHECK constraints"),
            ] {
                if self.word(word) {
                    return Err(unsupported(what));
                }
            }
            return Ok(false);
        }
        Ok(true)
    }

    /// Reads `[CONSTRAINT name] PRIMARY KEY (..)` or `FOREIGN KEY (..) REFERENCES ..`.
    fn key(&mut self) -> Result<NewKey> {
        let name = if self.word("CONSTRAINT") { Some(self.identifier()?) } else { None };
        if self.words(&["PRIMARY", "KEY"]) {
            let columns = self.columns()?;
            self.key_options();
            return Ok(NewKey { name, columns, parent: None });
        }
        if self.words(&["FOREIGN", "KEY"]) {
            let columns = self.columns()?;
            return Ok(NewKey { name, columns, parent: Some(self.parent()?) });
        }
        if self.word("CHECK") || self.word("EXPECT") {
            return Err(unsupported("CHECK constraints"));
        }
        Err(self.unexpected("PRIMARY KEY or FOREIGN KEY"))
    }

    fn parent(&mut self) -> Result<(Name, Vec<String>)> {
        self.next_word("REFERENCES")?;
        let parent = self.name()?;
        let columns = if self.peek_sign(&Token::LParen) { self.columns()? } else { Vec::new() };
        self.key_options();
        Ok((parent, columns))
    }

    /// Ignores what says that keys are not enforced.
    fn key_options(&mut self) {
        const OPTIONS: &[&[&str]] = &[
            &["NOT", "ENFORCED"],
            &["NOT", "DEFERRABLE"],
            &["DEFERRABLE"],
            &["INITIALLY", "DEFERRED"],
            &["NORELY"],
            &["RELY"],
            &["MATCH", "FULL"],
            &["ON", "UPDATE", "NO", "ACTION"],
            &["ON", "DELETE", "NO", "ACTION"],
        ];
        while OPTIONS.iter().any(|words| self.words(words)) {}
    }

    fn create_view(&mut self, or_replace: bool, temporary: bool) -> Result<Definition> {
        let if_not_exists = self.words(&["IF", "NOT", "EXISTS"]);
        let name = self.name()?;
        let mut columns = Vec::new();
        if self.sign(&Token::LParen) {
            loop {
                let column = self.identifier()?;
                let comment = if self.word("COMMENT") { Some(self.text()?) } else { None };
                columns.push((column, comment));
                if !self.sign(&Token::Comma) {
                    break;
                }
            }
            self.next_sign(&Token::RParen)?;
        }
        let mut comment = None;
        let mut properties = BTreeMap::new();
        loop {
            if self.word("COMMENT") {
                comment = Some(self.text()?);
            } else if self.word("TBLPROPERTIES") {
                properties = self.properties()?;
            } else if self.word("AS") {
                break;
            } else {
                self.refuse_clauses()?;
                return Err(self.unexpected("AS and a query"));
            }
        }
        let starts = self.parser.peek_token_ref().span.start;
        let query = self.query()?;
        Ok(Definition::CreateView(Box::new(NewView {
            name,
            or_replace,
            if_not_exists,
            temporary,
            columns,
            comment,
            properties,
            query,
            starts,
        })))
    }

    fn create_schema(&mut self) -> Result<Definition> {
        let if_not_exists = self.words(&["IF", "NOT", "EXISTS"]);
        let name = self.name()?;
        let (mut comment, mut properties) = (None, BTreeMap::new());
        loop {
            if self.word("COMMENT") {
                comment = Some(self.text()?);
            } else if self.words(&["WITH", "DBPROPERTIES"]) {
                properties = self.properties()?;
            } else {
                self.refuse_clauses()?;
                let schema = NewSchema { name, if_not_exists, comment, properties };
                return Ok(Definition::CreateSchema(schema));
            }
        }
    }

    fn alter(&mut self) -> Result<Definition> {
        let view = self.word("VIEW");
        if !view && !self.word("TABLE") {
            let word = self.parser.peek_token_ref().token.to_string().to_uppercase();
            return Err(unsupported(format!("ALTER {word}")));
        }
        let name = self.name()?;
        let change = Box::new(self.change(view)?);
        Ok(Definition::AlterTable { name, view, change })
    }

    fn change(&mut self, view: bool) -> Result<Change> {
        if self.words(&["SET", "TBLPROPERTIES"]) {
            return self.properties().map(Change::SetProperties);
        }
        if self.words(&["UNSET", "TBLPROPERTIES"]) {
            let if_exists = self.words(&["IF", "EXISTS"]);
            let keys = self.list(Self::property_key)?;
            return Ok(Change::UnsetProperties { keys, if_exists });
        }
        if self.words(&["RENAME", "TO"]) {
            return self.name().map(Change::Rename);
        }
        if self.words(&["SET", "TAGS"]) || self.words(&["UNSET", "TAGS"]) {
            return Err(unsupported("tags"));
        }
        if self.words(&["SET", "OWNER"]) || self.words(&["OWNER", "TO"]) {
            return Err(unsupported("changing the owner"));
        }
        if view {
            if self.word("AS") {
                let starts = self.parser.peek_token_ref().span.start;
                return Ok(Change::Query { query: self.query()?, starts });
            }
            return Err(unsupported("this kind of ALTER VIEW"));
        }
        if self.words(&["ADD", "COLUMNS"]) || self.words(&["ADD", "COLUMN"]) {
            return self.added_columns().map(Change::AddColumns);
        }
        if self.peek_words(&["ADD", "CONSTRAINT"])
            || self.peek_words(&["ADD", "PRIMARY"])
            || self.peek_words(&["ADD", "FOREIGN"])
        {
            self.next_word("ADD")?;
            return self.key().map(Change::AddKey);
        }
        if self.words(&["DROP", "COLUMNS"]) || self.words(&["DROP", "COLUMN"]) {
            let if_exists = self.words(&["IF", "EXISTS"]);
            let names = if self.peek_sign(&Token::LParen) {
                self.columns()?
            } else {
                vec![self.single_name()?]
            };
            return Ok(Change::DropColumns { names, if_exists });
        }
        if self.words(&["DROP", "CONSTRAINT"]) {
            let if_exists = self.words(&["IF", "EXISTS"]);
            let name = Some(self.single_name()?);
            let _ = self.word("CASCADE") || self.word("RESTRICT");
            return Ok(Change::DropKey { name, if_exists });
        }
        if self.words(&["DROP", "PRIMARY", "KEY"]) {
            let if_exists = self.words(&["IF", "EXISTS"]);
            let _ = self.word("CASCADE") || self.word("RESTRICT");
            return Ok(Change::DropKey { name: None, if_exists });
        }
        if self.words(&["RENAME", "COLUMN"]) {
            let from = self.single_name()?;
            self.next_word("TO")?;
            return Ok(Change::RenameColumn { from, to: self.identifier()? });
        }
        if self.words(&["CLUSTER", "BY"]) {
            return self.cluster_columns().map(Change::Cluster);
        }
        if self.word("ALTER") || self.word("CHANGE") {
            self.word("COLUMN");
            return self.column_change();
        }
        Err(unsupported("this kind of ALTER TABLE"))
    }

    fn column_change(&mut self) -> Result<Change> {
        let name = self.single_name()?;
        if self.word("COMMENT") {
            return Ok(Change::CommentColumn { name, comment: self.text()? });
        }
        if self.words(&["SET", "NOT", "NULL"]) {
            return Ok(Change::SetNotNull(name));
        }
        if self.words(&["DROP", "NOT", "NULL"]) {
            return Ok(Change::DropNotNull(name));
        }
        match self.position()? {
            Some(position) => Ok(Change::Move { name, position }),
            None => Err(unsupported("this change of a column")),
        }
    }

    fn added_columns(&mut self) -> Result<Vec<NewColumn>> {
        let added = |reader: &mut Self| {
            let mut column = reader.column()?;
            column.position = reader.position()?;
            while reader.column_option(&mut column)? {}
            Ok(column)
        };
        if self.peek_sign(&Token::LParen) {
            return self.list(added);
        }
        let mut columns = vec![added(self)?];
        while self.sign(&Token::Comma) {
            columns.push(added(self)?);
        }
        Ok(columns)
    }

    fn position(&mut self) -> Result<Option<Position>> {
        if self.word("FIRST") {
            return Ok(Some(Position::First));
        }
        if self.word("AFTER") {
            return Ok(Some(Position::After(self.single_name()?)));
        }
        Ok(None)
    }

    fn comment_on(&mut self) -> Result<Definition> {
        let on = if self.word("TABLE") || self.word("VIEW") {
            Commented::Table(self.name()?)
        } else if self.word("SCHEMA") || self.word("DATABASE") {
            Commented::Schema(self.name()?)
        } else if self.word("COLUMN") {
            let mut name = self.name()?;
            match (name.pop(), name.is_empty()) {
                (Some(column), false) => Commented::Column(name, column),
                _ => return Err(self.unexpected("the name of a table and a column")),
            }
        } else {
            let word = self.parser.peek_token_ref().token.to_string().to_uppercase();
            return Err(unsupported(format!("COMMENT ON {word}")));
        };
        self.next_word("IS")?;
        let comment = if self.word("NULL") { None } else { Some(self.text()?) };
        Ok(Definition::Comment { on, comment })
    }

    fn cluster_columns(&mut self) -> Result<Vec<String>> {
        if self.word("NONE") {
            return Ok(Vec::new());
        }
        if self.word("AUTO") {
            return Err(unsupported("CLUSTER BY AUTO"));
        }
        self.columns()
    }

    /// Reads the names of columns in parentheses, in lower case.
    fn columns(&mut self) -> Result<Vec<String>> {
        self.list(|reader| {
            let name = reader.single_name()?;
            if reader.peek_sign(&Token::Comma) || reader.peek_sign(&Token::RParen) {
                Ok(name)
            } else {
                Err(unsupported("more than the names of columns in a list of columns"))
            }
        })
    }

    fn properties(&mut self) -> Result<BTreeMap<String, String>> {
        let pairs = self.list(|reader| {
            let key = reader.property_key()?;
            reader.sign(&Token::Eq);
            let token = reader.parser.next_token();
            let value = match token.token {
                Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => text,
                Token::Number(digits, _) => digits,
                Token::Word(word) if word.quote_style.is_none() => word.value.to_lowercase(),
                _ => return Err(reader.unexpected("the value of a property")),
            };
            Ok((key, value))
        })?;
        Ok(pairs.into_iter().collect())
    }

    fn property_key(&mut self) -> Result<String> {
        if let Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) =
            &self.parser.peek_token_ref().token
        {
            let text = text.clone();
            self.parser.next_token();
            return Ok(text);
        }
        let mut key = self.identifier()?;
        while self.sign(&Token::Period) {
            key = format!("{key}.{}", self.identifier()?);
        }
        Ok(key)
    }

    /// Reads a list in parentheses.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        self.next_sign(&Token::LParen)?;
        let mut items = Vec::new();
        if self.sign(&Token::RParen) {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if !self.sign(&Token::Comma) {
                break;
            }
        }
        self.next_sign(&Token::RParen)?;
        Ok(items)
    }

    fn name(&mut self) -> Result<Name> {
        let mut parts = vec![self.identifier()?.to_lowercase()];
        while self.sign(&Token::Period) {
            parts.push(self.identifier()?.to_lowercase());
        }
        Ok(parts)
    }

    fn single_name(&mut self) -> Result<String> {
        let name = self.identifier()?.to_lowercase();
        if self.peek_sign(&Token::Period) {
            return Err(unsupported("fields of nested columns in definitions"));
        }
        Ok(name)
    }

    /// Reads an identifier, as written.
    fn identifier(&mut self) -> Result<String> {
        let next = self.parser.peek_token_ref();
        let Token::Word(word) = &next.token else { return Err(self.unexpected("a name")) };
        let spelled = self.tokens.spelled(next.span.start).filter(|_| word.quote_style.is_some());
        let name = spelled.unwrap_or(&word.value).to_owned();
        self.parser.next_token();
        Ok(name)
    }

    fn text(&mut self) -> Result<String> {
        match &self.parser.peek_token_ref().token {
            Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => {
                let text = text.clone();
                self.parser.next_token();
                Ok(text)
            }
            _ => Err(self.unexpected("a string")),
        }
    }

    fn query(&mut self) -> Result<Box<Query>> {
        self.parser.parse_query().map_err(|error| from_parser(&error))
    }

    fn expression(&mut self) -> Result<()> {
        self.parser.parse_expr().map(drop).map_err(|error| from_parser(&error))
    }

    fn word(&mut self, word: &str) -> bool {
        self.words(&[word])
    }

    /// Reads all of these keywords, or nothing.
    fn words(&mut self, words: &[&str]) -> bool {
        let found = self.peek_words(words);
        if found {
            for _ in words {
                self.parser.next_token();
            }
        }
        found
    }

    fn peek_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(index, word)| self.is_word(index, word))
    }

    fn is_word(&self, index: usize, word: &str) -> bool {
        matches!(
            &self.parser.peek_nth_token_ref(index).token,
            Token::Word(known)
                if known.quote_style.is_none() && known.value.eq_ignore_ascii_case(word)
        )
    }

    /// Returns whether a query begins at this token.
    fn peek_query(&self, at: usize) -> bool {
        ["SELECT", "WITH", "VALUES", "FROM"].iter().any(|word| self.is_word(at, word))
            && !(self.is_word(at, "WITH") && self.is_word(at + 1, "ROW"))
            || self.parser.peek_nth_token_ref(at).token == Token::LParen
    }

    fn next_word(&mut self, word: &str) -> Result<()> {
        if self.word(word) { Ok(()) } else { Err(self.unexpected(word)) }
    }

    fn sign(&mut self, sign: &Token) -> bool {
        self.parser.consume_token(sign)
    }

    fn peek_sign(&self, sign: &Token) -> bool {
        self.parser.peek_token_ref().token == *sign
    }

    fn next_sign(&mut self, sign: &Token) -> Result<()> {
        if self.sign(sign) { Ok(()) } else { Err(self.unexpected(&format!("'{sign}'"))) }
    }

    fn unexpected(&self, expected: &str) -> SqlError {
        let found = match &self.parser.peek_token_ref().token {
            Token::EOF => "end of input".to_owned(),
            token => format!("'{token}'"),
        };
        errors::syntax(format!("Syntax error at or near {found}: expected {expected}."))
    }
}
