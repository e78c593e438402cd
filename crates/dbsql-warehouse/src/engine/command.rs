//! Commands that query and change the session and the catalogs: `USE`, `SET`, `SHOW`, `DESCRIBE`.

use datafusion::common::TableReference;
use datafusion::sql::sqlparser::ast::Statement;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::dialect::Tokens;
use super::errors::{self, Result};
use super::settings::is_utc;

/// A command, as opposed to an SQL statement on tables.
#[derive(Debug)]
pub(super) enum Command {
    UseCatalog(String),
    /// One or two parts.
    UseSchema(Vec<String>),
    /// Every setting.
    ListSettings,
    GetSetting(String),
    Set(String, String),
    Reset(Option<String>),
    ShowCatalogs {
        like: Option<String>,
    },
    ShowSchemas {
        catalog: Option<String>,
        like: Option<String>,
    },
    ShowTables {
        schema: Vec<String>,
        like: Option<String>,
        views_only: bool,
    },
    ShowColumns(TableReference),
    ShowFunctions {
        like: Option<String>,
    },
    ShowCreateTable(TableReference),
    ShowProperties {
        table: TableReference,
        key: Option<String>,
    },
    ShowTableExtended {
        schema: Vec<String>,
        like: String,
    },
    DescribeColumn {
        table: TableReference,
        column: String,
        extended: bool,
    },
    DescribeTable {
        table: TableReference,
        extended: bool,
    },
    DescribeJson(TableReference),
    DescribeQuery(Box<Statement>),
    DescribeSchema {
        schema: Vec<String>,
        extended: bool,
    },
    CreateCatalog {
        name: String,
        if_not_exists: bool,
    },
}

/// Reads words from the front.
struct Words<'a> {
    tokens: Vec<&'a Token>,
    at: usize,
}

impl Words<'_> {
    fn keyword(&mut self, word: &str) -> bool {
        let found = matches!(
            self.tokens.get(self.at),
            Some(Token::Word(known)) if known.quote_style.is_none() && known.value.eq_ignore_ascii_case(word)
        );
        if found {
            self.at += 1;
        }
        found
    }

    fn any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.keyword(word))
    }

    fn sign(&mut self, sign: &Token) -> bool {
        let found = self.tokens.get(self.at) == Some(&sign);
        if found {
            self.at += 1;
        }
        found
    }

    /// Reads a name with a few parts, in lower case.
    fn name(&mut self) -> Result<Vec<String>> {
        let mut parts = Vec::new();
        loop {
            match self.tokens.get(self.at) {
                Some(Token::Word(word)) => parts.push(word.value.to_lowercase()),
                _ => return Err(self.unexpected("a name")),
            }
            self.at += 1;
            if !self.sign(&Token::Period) {
                return Ok(parts);
            }
        }
    }

    fn single_name(&mut self) -> Result<String> {
        let mut parts = self.name()?;
        match (parts.pop(), parts.is_empty()) {
            (Some(name), true) => Ok(name),
            _ => Err(self.unexpected("a name of one part")),
        }
    }

    fn table(&mut self) -> Result<TableReference> {
        let parts = self.name()?;
        reference(&parts).ok_or_else(|| self.unexpected("a table name of up to three parts"))
    }

    /// Reads `IN name` or `FROM name`.
    fn within(&mut self) -> Result<Vec<String>> {
        if self.any(&["IN", "FROM"]) { self.name() } else { Ok(Vec::new()) }
    }

    /// Reads `LIKE 'pattern'` or the pattern alone.
    fn like(&mut self) -> Result<Option<String>> {
        let like = self.keyword("LIKE");
        match self.tokens.get(self.at) {
            Some(Token::SingleQuotedString(pattern) | Token::DoubleQuotedString(pattern)) => {
                self.at += 1;
                Ok(Some(pattern.clone()))
            }
            _ if like => Err(self.unexpected("a pattern")),
            _ => Ok(None),
        }
    }

    fn end(&mut self) -> Result<()> {
        while self.sign(&Token::SemiColon) {}
        if self.at < self.tokens.len() { Err(self.unexpected("the end")) } else { Ok(()) }
    }

    fn unexpected(&self, expected: &str) -> dbsql_local::engine::SqlError {
        let found = match self.tokens.get(self.at) {
            Some(token) => format!("'{token}'"),
            None => "end of input".to_owned(),
        };
        errors::syntax(format!("Syntax error at or near {found}: expected {expected}."))
    }
}

/// Returns the reference for a name with one to three parts.
pub(super) fn reference(parts: &[String]) -> Option<TableReference> {
    match parts {
        [table] => Some(TableReference::bare(table.as_str())),
        [schema, table] => Some(TableReference::partial(schema.as_str(), table.as_str())),
        [catalog, schema, table] => {
            Some(TableReference::full(catalog.as_str(), schema.as_str(), table.as_str()))
        }
        _ => None,
    }
}

impl Command {
    /// Parses a command; `None` if the tokens are another kind of statement.
    pub(super) fn parse(tokens: &Tokens) -> Result<Option<Self>> {
        let mut words = Words { tokens: tokens.significant().collect(), at: 0 };
        let command = if words.keyword("USE") {
            use_namespace(&mut words)?
        } else if words.keyword("SET") {
            return set(&mut words, tokens).map(Some);
        } else if words.keyword("RESET") {
            let key = words.name().ok().map(|parts| parts.join("."));
            Self::Reset(key)
        } else if words.keyword("SHOW") {
            show(&mut words)?
        } else if words.any(&["DESCRIBE", "DESC"]) {
            describe(&mut words, tokens)?
        } else if words.keyword("CREATE") && words.keyword("CATALOG") {
            let if_not_exists =
                words.keyword("IF") && words.keyword("NOT") && words.keyword("EXISTS");
            Self::CreateCatalog { name: words.single_name()?, if_not_exists }
        } else {
            return Ok(None);
        };
        if !matches!(command, Self::DescribeQuery(_)) {
            words.end()?;
        }
        Ok(Some(command))
    }
}

fn use_namespace(words: &mut Words<'_>) -> Result<Command> {
    if words.keyword("CATALOG") {
        return words.single_name().map(Command::UseCatalog);
    }
    words.any(&["SCHEMA", "DATABASE", "NAMESPACE"]);
    let parts = words.name()?;
    if parts.len() > 2 {
        return Err(errors::schema_not_found(&errors::quoted(&parts)));
    }
    Ok(Command::UseSchema(parts))
}

/// Parses `SET key = value`: the value is the rest of the text, unchanged.
fn set(words: &mut Words<'_>, tokens: &Tokens) -> Result<Command> {
    if words.keyword("CATALOG") {
        let catalog = words.single_name()?;
        words.end()?;
        return Ok(Command::UseCatalog(catalog));
    }
    if words.any(&["VAR", "VARIABLE"]) {
        return Err(errors::unsupported("session variables"));
    }
    let rest: String = tokens
        .with_space()
        .skip_while(|token| matches!(token, Token::Whitespace(_)))
        .skip(1)
        .map(Token::to_string)
        .collect();
    let rest = rest.trim().trim_end_matches(';').trim();
    let zone = rest.get(..9).filter(|start| start.eq_ignore_ascii_case("time zone"));
    if zone.is_some() {
        let zone = rest[9..].trim().trim_matches(['\'', '"']);
        return match zone.to_ascii_uppercase().as_str() {
            zone if is_utc(zone) => Ok(Command::Set("timezone".to_owned(), "UTC".to_owned())),
            _ => Err(errors::unsupported("a session time zone other than UTC")),
        };
    }
    if rest.is_empty() || rest == "-v" {
        return Ok(Command::ListSettings);
    }
    let key = |key: &str| key.trim().trim_matches('`').to_owned();
    match rest.split_once('=') {
        Some((name, value)) => {
            let value = value.trim();
            let unquoted = ['\'', '"'].into_iter().find_map(|quote| {
                value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote))
            });
            Ok(Command::Set(key(name), unquoted.unwrap_or(value).to_owned()))
        }
        None => match rest.split_once(char::is_whitespace) {
            // Databricks also accepts `SET key value`.
            Some((name, value)) => Ok(Command::Set(key(name), value.trim().to_owned())),
            None => Ok(Command::GetSetting(key(rest))),
        },
    }
}

fn show(words: &mut Words<'_>) -> Result<Command> {
    if words.keyword("CATALOGS") {
        return Ok(Command::ShowCatalogs { like: words.like()? });
    }
    if words.any(&["SCHEMAS", "DATABASES"]) {
        let catalog = words.within()?.pop();
        return Ok(Command::ShowSchemas { catalog, like: words.like()? });
    }
    if words.keyword("TABLES") || words.keyword("VIEWS") {
        let views_only = matches!(words.tokens.get(words.at - 1), Some(Token::Word(word)) if word.value.eq_ignore_ascii_case("VIEWS"));
        return Ok(Command::ShowTables {
            schema: words.within()?,
            like: words.like()?,
            views_only,
        });
    }
    if words.keyword("COLUMNS") {
        words.any(&["IN", "FROM"]);
        let mut table = words.name()?;
        let mut schema = words.within()?;
        if !schema.is_empty() {
            schema.extend(table.pop());
            table = schema;
        }
        let table = reference(&table);
        let error = || words.unexpected("a table name of up to three parts");
        return Ok(Command::ShowColumns(table.ok_or_else(error)?));
    }
    if words.keyword("CREATE") && words.keyword("TABLE") {
        return words.table().map(Command::ShowCreateTable);
    }
    if words.keyword("TBLPROPERTIES") {
        let table = words.table()?;
        let key = if words.sign(&Token::LParen) {
            let key = match words.like()? {
                Some(key) => key,
                None => words.name()?.join("."),
            };
            if !words.sign(&Token::RParen) {
                return Err(words.unexpected("')'"));
            }
            Some(key)
        } else {
            None
        };
        return Ok(Command::ShowProperties { table, key });
    }
    if words.keyword("TABLE") && words.keyword("EXTENDED") {
        let schema = words.within()?;
        return match words.like()? {
            Some(like) => Ok(Command::ShowTableExtended { schema, like }),
            None => Err(words.unexpected("LIKE and a pattern")),
        };
    }
    words.any(&["USER", "SYSTEM", "ALL"]);
    if words.keyword("FUNCTIONS") {
        words.within()?;
        return Ok(Command::ShowFunctions { like: words.like()? });
    }
    Err(errors::unsupported("this kind of SHOW"))
}

fn describe(words: &mut Words<'_>, tokens: &Tokens) -> Result<Command> {
    let named = words.keyword("QUERY");
    let begins_query = |token: &Token| match token {
        Token::Word(word) => {
            ["SELECT", "WITH", "VALUES"].iter().any(|first| word.value.eq_ignore_ascii_case(first))
        }
        _ => false,
    };
    if named || words.tokens.get(words.at).is_some_and(|token| begins_query(token)) {
        let statement = tokens.without_first(words.at).parse()?;
        return Ok(Command::DescribeQuery(Box::new(statement)));
    }
    if words.any(&["SCHEMA", "DATABASE"]) {
        let extended = words.keyword("EXTENDED");
        return Ok(Command::DescribeSchema { schema: words.name()?, extended });
    }
    words.keyword("TABLE");
    let extended = words.any(&["EXTENDED", "FORMATTED"]);
    for (word, what) in [
        ("HISTORY", "DESCRIBE HISTORY: tables have no earlier versions"),
        ("DETAIL", "DESCRIBE DETAIL: tables are in memory"),
        ("CATALOG", "DESCRIBE CATALOG"),
        ("FUNCTION", "DESCRIBE FUNCTION"),
        ("VOLUME", "DESCRIBE VOLUME"),
    ] {
        let another = matches!(words.tokens.get(words.at + 1), Some(Token::Word(_)));
        if another && words.keyword(word) {
            return Err(errors::unsupported(what));
        }
    }
    let table = words.table()?;
    if words.keyword("AS") {
        if extended && words.keyword("JSON") {
            return Ok(Command::DescribeJson(table));
        }
        return Err(words.unexpected("JSON, after DESCRIBE EXTENDED"));
    }
    if matches!(words.tokens.get(words.at), Some(Token::Word(_))) {
        let column = words.name()?.pop().unwrap_or_default();
        return Ok(Command::DescribeColumn { table, column, extended });
    }
    Ok(Command::DescribeTable { table, extended })
}
