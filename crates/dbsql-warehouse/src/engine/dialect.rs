//! The SQL dialect, and parsing a statement.

use std::any::TypeId;
use std::collections::BTreeMap;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DataType, ExactNumberInfo, Expr, Ident, Statement, TrimWhereField, TypedString,
    Value,
};
use datafusion::sql::sqlparser::dialect::{DatabricksDialect, Dialect, Precedence};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{
    Location, Token, TokenWithSpan, Tokenizer, Whitespace,
};

use super::bare_functions;
use super::errors::{self, Result};
use super::grouping_keys;
use super::inline_rows;
use super::numbers;
use super::parameters::call;
use super::pivots;
use super::predicates;
use super::token_forms::{
    adapted, is_word, join_operators, longest_chain, quoted_alias, read_literals, without_stars,
};
use super::typed_literals;
use dbsql_local::engine::SqlError;

/// The maximum nesting depth of parentheses and the like.
const MAX_DEPTH: usize = 128;
/// The maximum number of tokens of a statement.
const MAX_TOKENS: usize = 2_000_000;
/// The maximum number of operators in a chain such as `a + b + c`: a chain becomes a deep tree, and
/// the time to plan it grows with the square of its length.
const MAX_CHAIN: usize = 1_000;

/// The SQL of Databricks: the parser's support for it, with additions.
#[derive(Debug)]
pub(super) struct Warehouse;

impl Dialect for Warehouse {
    // Whatever the parser does for Databricks depending on the dialect's type, it does for this
    // one.
    fn dialect(&self) -> TypeId {
        TypeId::of::<DatabricksDialect>()
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        ch == '`'
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_ascii_alphabetic() || ch == '_'
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        ch.is_ascii_alphanumeric() || ch == '_'
    }

    fn supports_string_literal_backslash_escape(&self) -> bool {
        true
    }

    // `\%` in a pattern is left to LIKE.
    fn ignores_wildcard_escapes(&self) -> bool {
        true
    }

    fn supports_string_literal_concatenation(&self) -> bool {
        true
    }

    fn supports_filter_during_aggregation(&self) -> bool {
        true
    }

    fn supports_select_item_multi_column_alias(&self) -> bool {
        true
    }

    fn supports_from_first_select(&self) -> bool {
        true
    }

    fn supports_group_by_expr(&self) -> bool {
        true
    }

    fn supports_group_by_with_modifier(&self) -> bool {
        true
    }

    fn supports_order_by_all(&self) -> bool {
        true
    }

    fn supports_table_versioning(&self) -> bool {
        true
    }

    fn supports_lambda_functions(&self) -> bool {
        true
    }

    fn supports_select_wildcard_except(&self) -> bool {
        true
    }

    fn supports_struct_literal(&self) -> bool {
        true
    }

    fn supports_table_sample_before_alias(&self) -> bool {
        true
    }

    fn supports_nested_comments(&self) -> bool {
        true
    }

    fn supports_values_as_table_factor(&self) -> bool {
        true
    }

    fn supports_optimize_table(&self) -> bool {
        true
    }

    fn supports_bang_not_operator(&self) -> bool {
        true
    }

    fn supports_cte_without_as(&self) -> bool {
        true
    }

    fn supports_create_table_using(&self) -> bool {
        true
    }

    fn supports_long_type_as_bigint(&self) -> bool {
        true
    }

    fn supports_map_literal_with_angle_brackets(&self) -> bool {
        true
    }

    /// `INTERVAL DAY TO SECOND` as a type.
    fn supports_interval_options(&self) -> bool {
        true
    }

    /// `SELECT 1 order`: any word that nothing else follows.
    fn is_select_item_alias(
        &self,
        explicit: bool,
        word: &Keyword,
        parser: &mut Parser<'_>,
    ) -> bool {
        explicit || self.is_column_alias(word, parser) || ends_item(parser)
    }

    fn is_table_factor_alias(
        &self,
        explicit: bool,
        word: &Keyword,
        parser: &mut Parser<'_>,
    ) -> bool {
        !NO_TABLE_ALIAS.contains(word) && (explicit || self.is_table_alias(word, parser))
    }

    /// `FROM (t)`.
    fn supports_parens_around_table_factor(&self) -> bool {
        true
    }

    fn supports_bitwise_shift_operators(&self) -> bool {
        true
    }

    fn allow_extract_custom(&self) -> bool {
        true
    }

    fn supports_named_fn_args_with_rarrow_operator(&self) -> bool {
        true
    }

    /// `1.5D`, `5S`, `5Y`, `1.5F`, `1.5BD`: numbers with a type suffix.
    fn parse_prefix(&self, parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
        if let Some(found) = super::time_syntax::literal(parser)
            .or_else(|| super::time_syntax::extract(parser))
            .or_else(|| typed_literals::parse(parser))
        {
            return Some(found);
        }
        if let Some(name) = plain_name(parser) {
            return Some(Ok(name));
        }
        if let Token::Word(word) = &parser.peek_nth_token_ref(0).token
            && word.quote_style.is_none()
            && parser.peek_nth_token_ref(1).token == Token::LParen
        {
            return match word.keyword {
                Keyword::CEIL | Keyword::FLOOR => Some(plain_call(parser)),
                Keyword::TRIM => Some(trim(parser)),
                Keyword::OVERLAY => Some(overlay(parser)),
                _ => None,
            };
        }
        let number = parser.peek_nth_token_ref(0);
        let Token::Number(digits, false) = &number.token else { return None };
        let suffix = parser.peek_nth_token_ref(1);
        let Token::Word(word) = &suffix.token else { return None };
        if word.quote_style.is_some() || suffix.span.start != number.span.end {
            return None;
        }
        let data_type = match word.value.to_ascii_uppercase().as_str() {
            "D" => DataType::Double(ExactNumberInfo::None),
            "F" => DataType::Float4,
            "Y" => DataType::TinyInt(None),
            "S" => DataType::SmallInt(None),
            "BD" => numbers::decimal_of(digits),
            _ => return None,
        };
        let value = Value::SingleQuotedString(digits.clone()).with_span(number.span);
        parser.next_token();
        parser.next_token();
        Some(Ok(Expr::TypedString(TypedString { data_type, value, uses_odbc_syntax: false })))
    }

    /// `a DIV b`, with the precedence of `*`.
    fn parse_infix(
        &self,
        parser: &mut Parser<'_>,
        expr: &Expr,
        precedence: u8,
    ) -> Option<Result<Expr, ParserError>> {
        if let Some(found) = predicates::parse(parser, expr, precedence) {
            return Some(found);
        }
        if !parser.parse_keyword(Keyword::DIV) {
            return None;
        }
        Some(parser.parse_subexpr(precedence).map(|right| Expr::BinaryOp {
            left: Box::new(expr.clone()),
            op: BinaryOperator::MyIntegerDivide,
            right: Box::new(right),
        }))
    }

    fn get_next_precedence(&self, parser: &Parser<'_>) -> Option<Result<u8, ParserError>> {
        match &parser.peek_token_ref().token {
            Token::Word(word) if word.keyword == Keyword::DIV => {
                Some(Ok(self.prec_value(Precedence::MulDivModOp)))
            }
            _ => None,
        }
    }
}

/// A word that begins nothing, since nothing follows it: `SELECT table FROM t`.
fn plain_name(parser: &mut Parser<'_>) -> Option<Expr> {
    let words = [Keyword::INTERVAL, Keyword::STRUCT, Keyword::TABLE, Keyword::TRIM];
    let token = parser.peek_nth_token_ref(0);
    let Token::Word(word) = &token.token else { return None };
    if word.quote_style.is_some() || !words.contains(&word.keyword) {
        return None;
    }
    let name = Ident::with_span(token.span, word.value.clone());
    let is_end = match &parser.peek_nth_token_ref(1).token {
        Token::Comma | Token::RParen | Token::SemiColon | Token::EOF => true,
        token => is_word(token, "FROM"),
    };
    is_end.then(|| {
        parser.next_token();
        Expr::Identifier(name)
    })
}

/// What Spark does not take for the alias of a table without back quotes.
const NO_TABLE_ALIAS: &[Keyword] = &[
    Keyword::ANTI,
    Keyword::CROSS,
    Keyword::EXCEPT,
    Keyword::FULL,
    Keyword::INNER,
    Keyword::INTERSECT,
    Keyword::JOIN,
    Keyword::LATERAL,
    Keyword::LEFT,
    Keyword::NATURAL,
    Keyword::ON,
    Keyword::RIGHT,
    Keyword::SEMI,
    Keyword::UNION,
    Keyword::USING,
];

/// Whether an item of a select list ends where the parser is.
fn ends_item(parser: &Parser<'_>) -> bool {
    match &parser.peek_token_ref().token {
        Token::Comma | Token::RParen | Token::SemiColon | Token::EOF => true,
        token => is_word(token, "FROM"),
    }
}

/// A call of a function whose name the parser takes for something else.
fn plain_call(parser: &mut Parser<'_>) -> Result<Expr, ParserError> {
    let name = parser.parse_object_name(false)?;
    parser.parse_function(name)
}

/// `trim([BOTH | LEADING | TRAILING] [what] FROM value)`, or a plain call.
fn trim(parser: &mut Parser<'_>) -> Result<Expr, ParserError> {
    parser.next_token();
    parser.expect_token(&Token::LParen)?;
    let sides = [Keyword::BOTH, Keyword::LEADING, Keyword::TRAILING];
    let side = parser.parse_one_of_keywords(&sides).map(|side| match side {
        Keyword::LEADING => TrimWhereField::Leading,
        Keyword::TRAILING => TrimWhereField::Trailing,
        _ => TrimWhereField::Both,
    });
    if parser.consume_token(&Token::RParen) {
        return Ok(call("trim", Vec::new()));
    }
    let first = match side.is_some() && parser.parse_keyword(Keyword::FROM) {
        true => None,
        false => Some(parser.parse_expr()?),
    };
    let from = first.is_none() || parser.parse_keyword(Keyword::FROM);
    let expr = if from {
        let expr = Box::new(parser.parse_expr()?);
        let trim_what = first.map(Box::new);
        let trim_where = side.or(Some(TrimWhereField::Both));
        Expr::Trim { expr, trim_where, trim_what, trim_characters: None }
    } else {
        call("trim", rest_of_call(parser, first)?)
    };
    parser.expect_token(&Token::RParen)?;
    Ok(expr)
}

/// `overlay(value PLACING by FROM position [FOR length])`, or a plain call.
fn overlay(parser: &mut Parser<'_>) -> Result<Expr, ParserError> {
    parser.next_token();
    parser.expect_token(&Token::LParen)?;
    let first = parser.parse_expr()?;
    let expr = if parser.parse_keyword(Keyword::PLACING) {
        let overlay_what = Box::new(parser.parse_expr()?);
        parser.expect_keyword(Keyword::FROM)?;
        let overlay_from = Box::new(parser.parse_expr()?);
        let overlay_for = match parser.parse_keyword(Keyword::FOR) {
            true => Some(Box::new(parser.parse_expr()?)),
            false => None,
        };
        Expr::Overlay { expr: Box::new(first), overlay_what, overlay_from, overlay_for }
    } else {
        call("overlay", rest_of_call(parser, Some(first))?)
    };
    parser.expect_token(&Token::RParen)?;
    Ok(expr)
}

fn rest_of_call(parser: &mut Parser<'_>, first: Option<Expr>) -> Result<Vec<Expr>, ParserError> {
    let mut arguments = Vec::from_iter(first);
    while parser.consume_token(&Token::Comma) {
        arguments.push(parser.parse_expr()?);
    }
    Ok(arguments)
}

/// The tokens of a statement. Back-quoted identifiers are in lower case, since names are
/// case-insensitive; the original spelling is kept separately.
#[derive(Debug)]
pub(super) struct Tokens {
    tokens: Vec<TokenWithSpan>,
    spelled: BTreeMap<Location, String>,
}

impl Tokens {
    pub(super) fn new(sql: &str) -> Result<Self> {
        let mut tokens = Tokenizer::new(&Warehouse, sql)
            .with_unescape(false)
            .tokenize_with_location()
            .map_err(|error| errors::from_tokenizer(&error))?;
        let mut spelled = BTreeMap::new();
        for token in &mut tokens {
            if let Token::Word(word) = &mut token.token
                && word.quote_style == Some('`')
            {
                word.value = word.value.replace("``", "`");
                spelled.insert(token.span.start, word.value.clone());
                word.value = word.value.to_lowercase();
            }
        }
        read_literals(&mut tokens);
        numbers::read(&mut tokens)?;
        join_operators(&mut tokens);
        if let Some(alias) = quoted_alias(&tokens) {
            return Err(errors::syntax(format!("Syntax error at or near '{alias}'.")));
        }
        if tokens.len() > MAX_TOKENS || longest_chain(&tokens) > MAX_CHAIN {
            return Err(errors::too_complex());
        }
        Ok(Self { tokens, spelled })
    }

    /// Iterates over the tokens except whitespace and comments.
    pub(super) fn significant(&self) -> impl Iterator<Item = &Token> {
        self.tokens
            .iter()
            .map(|token| &token.token)
            .filter(|token| !matches!(token, Token::Whitespace(_) | Token::EOF))
    }

    /// Iterates over the tokens except comments.
    pub(super) fn with_space(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().map(|token| &token.token).filter(|token| {
            !matches!(
                token,
                Token::Whitespace(
                    Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)
                )
            )
        })
    }

    /// Returns the original spelling of an identifier at this position.
    pub(super) fn spelled(&self, at: Location) -> Option<&str> {
        self.spelled.get(&at).map(String::as_str)
    }

    /// Returns the tokens without the first significant ones.
    pub(super) fn without_first(&self, count: usize) -> Self {
        let mut left = count;
        let tokens = self.tokens.iter().skip_while(|token| {
            if left > 0 && !matches!(token.token, Token::Whitespace(_)) {
                left -= 1;
                return true;
            }
            left > 0
        });
        Self { tokens: tokens.cloned().collect(), spelled: self.spelled.clone() }
    }

    /// Returns a parser at the first token.
    pub(super) fn parser(&self) -> Parser<'static> {
        Parser::new(&Warehouse)
            .with_recursion_limit(MAX_DEPTH)
            .with_tokens_with_locations(self.tokens.clone())
    }

    /// Returns a parser of what the parser reads, in place of what it does not.
    pub(super) fn adapted_parser(&self) -> Result<Parser<'static>> {
        let tokens = inline_rows::with_parentheses(self.tokens.clone())?;
        let tokens = grouping_keys::with_parentheses(tokens);
        Ok(Self { tokens: adapted(&tokens), spelled: BTreeMap::new() }.parser())
    }

    /// The error of what the parser does not read of the statement, if it is known.
    fn unread(&self) -> Option<SqlError> {
        let tokens: Vec<_> = self.significant().collect();
        let has_star_alias = tokens.windows(2).any(|two| match two {
            [Token::Mul, next] => is_word(next, "AS"),
            _ => false,
        });
        if has_star_alias {
            let message = "An alias of `*` is not allowed.";
            return Some(SqlError::new("INVALID_USAGE_OF_STAR_OR_REGEX", "42000", message));
        }
        if let Some(name) = self.empty_grouping() {
            return Some(errors::unknown_function(name));
        }
        self.unsupported().map(errors::unsupported)
    }

    /// What of Spark's SQL the parser does not read.
    fn unsupported(&self) -> Option<&'static str> {
        let tokens: Vec<_> = self.significant().collect();
        let star = |three: &[&Token]| match three {
            [Token::Period, Token::Mul, next] => matches!(next, Token::RParen | Token::Comma),
            [word, Token::LParen, Token::Mul] => is_word(word, "STRUCT"),
            _ => false,
        };
        if tokens.windows(3).any(star) {
            return Some("a star among the arguments of a function");
        }
        let has = |words: &[&str]| {
            tokens
                .windows(words.len())
                .any(|tokens| tokens.iter().zip(words).all(|(token, word)| is_word(token, word)))
        };
        if has(&["INSERT"]) && has(&["BY", "NAME"]) {
            return Some("INSERT BY NAME");
        }
        if has(&["RLIKE", "NULL"]) {
            return Some("RLIKE NULL");
        }
        if has(&["TRANSFORM"]) && has(&["USING"]) {
            return Some("TRANSFORM .. USING of a program");
        }
        if has(&["NATURAL", "CROSS"]) {
            return Some("a NATURAL CROSS JOIN");
        }
        let sorts = ["ORDER", "SORT", "DISTRIBUTE", "CLUSTER"].into_iter();
        if sorts.filter(|word| has(&[word, "BY"])).count() > 1 {
            return Some("ORDER BY, SORT BY, DISTRIBUTE BY and CLUSTER BY of one query");
        }
        // Of a column or a table; elsewhere Spark does not take it either.
        let is_named_end = |three: &[&Token]| match three {
            [before, Token::Word(_), end] => {
                let starts = ["SELECT", "FROM", "JOIN"].iter().any(|word| is_word(before, word));
                (starts || **before == Token::Comma) && is_word(end, "END")
            }
            _ => false,
        };
        if tokens.windows(3).any(is_named_end) {
            return Some("END as a name");
        }
        let has_query_in_list = tokens.windows(4).any(|four| match four {
            [word, Token::LParen, Token::LParen, next] => {
                is_word(word, "IN") && is_word(next, "SELECT")
            }
            _ => false,
        });
        if has_query_in_list {
            return Some("a list of subqueries in IN");
        }
        if has(&["CROSS", "JOIN"]) && (has(&["ON"]) || has(&["USING"])) {
            return Some("a condition of CROSS JOIN");
        }
        if has(&["OVER"]) && (has(&["DISTRIBUTE", "BY"]) || has(&["SORT", "BY"])) {
            return Some("DISTRIBUTE BY and SORT BY of a window");
        }
        has(&["PIVOT"]).then_some("this PIVOT")
    }

    /// `ROLLUP()` or `CUBE()`, which Spark takes for a function.
    fn empty_grouping(&self) -> Option<&'static str> {
        let tokens: Vec<_> = self.significant().collect();
        let called = |name: &str| {
            tokens.windows(3).any(|tokens| match tokens {
                [word, Token::LParen, Token::RParen] => is_word(word, name),
                _ => false,
            })
        };
        ["ROLLUP", "CUBE"].into_iter().find(|name| called(name))
    }

    /// Parses the tokens as a single statement.
    pub(super) fn parse(&self) -> Result<Statement> {
        let mut parser = if self.significant().next().is_some_and(|first| is_word(first, "MERGE")) {
            Self { tokens: without_stars(&self.tokens), spelled: BTreeMap::new() }.parser()
        } else {
            self.adapted_parser()?
        };
        let unread =
            |error: ParserError| self.unread().unwrap_or_else(|| errors::from_parser(&error));
        while parser.consume_token(&Token::SemiColon) {}
        if parser.peek_token_ref().token == Token::EOF {
            return Err(errors::syntax(
                "Syntax error at or near end of input: the statement is empty.",
            ));
        }
        let mut statement = parser.parse_statement().map_err(unread)?;
        let mut is_ended = false;
        while parser.consume_token(&Token::SemiColon) {
            is_ended = true;
        }
        if parser.peek_token_ref().token == Token::EOF {
            pivots::spell(&mut statement, &self.spelled);
            bare_functions::as_names(&mut statement);
            return Ok(statement);
        }
        if is_ended {
            return Err(errors::syntax(
                "Syntax error at or near ';': only one statement can run at a time.",
            ));
        }
        // Not by the parser's own loop, for which END ends the statement too.
        Err(match parser.expect_token(&Token::EOF) {
            Ok(_) => errors::syntax("Syntax error at or near end of input."),
            Err(error) => unread(error),
        })
    }
}

/// Parses a type; the whole text must be consumed.
pub(super) fn parse_type(text: &str) -> Result<DataType> {
    let invalid = || {
        let message = format!("DataType {text:?} is not supported.");
        errors::syntax(message)
    };
    let mut parser = Parser::new(&Warehouse).try_with_sql(text).map_err(|_| invalid())?;
    let parsed = parser.parse_data_type().map_err(|_| invalid())?;
    if parser.peek_token_ref().token != Token::EOF {
        return Err(invalid());
    }
    Ok(parsed)
}
