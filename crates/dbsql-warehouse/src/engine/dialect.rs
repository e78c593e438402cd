//! The SQL dialect, and parsing a statement.

use std::any::TypeId;
use std::collections::BTreeMap;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DataType, ExactNumberInfo, Expr, Statement, TrimWhereField, TypedString, Value,
};
use datafusion::sql::sqlparser::dialect::{DatabricksDialect, Dialect, Precedence};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{
    Location, Token, TokenWithSpan, Tokenizer, Whitespace,
};

use super::errors::{self, Result};
use super::inline_rows;
use super::literals;
use super::parameters::call;
use super::pivots;
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
        if let Some(found) =
            super::time_syntax::literal(parser).or_else(|| super::time_syntax::extract(parser))
        {
            return Some(found);
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
            "BD" => decimal_of(digits),
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
        if let Some(quantified) = like_quantified(parser, expr) {
            return Some(quantified);
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

/// `value [NOT] LIKE ALL | ANY | SOME (patterns)`; `None` for something else.
fn like_quantified(parser: &mut Parser<'_>, value: &Expr) -> Option<Result<Expr, ParserError>> {
    let keyword = |parser: &Parser<'_>, at| match &parser.peek_nth_token_ref(at).token {
        Token::Word(word) if word.quote_style.is_none() => word.keyword,
        _ => Keyword::NoKeyword,
    };
    let negated = keyword(parser, 0) == Keyword::NOT;
    let at = usize::from(negated);
    let any_case = keyword(parser, at) == Keyword::ILIKE;
    if !any_case && keyword(parser, at) != Keyword::LIKE {
        return None;
    }
    let name = match (keyword(parser, at + 1), negated) {
        (Keyword::ALL, false) => "dbsql_like_all",
        (Keyword::ALL, true) => "dbsql_not_like_all",
        (Keyword::ANY | Keyword::SOME, false) => "dbsql_like_any",
        (Keyword::ANY | Keyword::SOME, true) => "dbsql_not_like_any",
        _ => return None,
    };
    for _ in 0..at + 2 {
        parser.next_token();
    }
    let patterns = parser.expect_token(&Token::LParen).and_then(|_| {
        let patterns = parser.parse_comma_separated(Parser::parse_expr)?;
        parser.expect_token(&Token::RParen)?;
        Ok(patterns)
    });
    let side = |side: Expr| if any_case { call("lower", vec![side]) } else { side };
    Some(patterns.map(|patterns| {
        call(name, [value.clone()].into_iter().chain(patterns).map(side).collect())
    }))
}

/// Returns the decimal type for exactly these digits.
pub(super) fn decimal_of(digits: &str) -> DataType {
    let (digits, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0').len();
    let shift = usize::try_from(exponent.unsigned_abs()).unwrap_or(usize::MAX);
    // A positive exponent moves digits in front of the point, a negative one behind it.
    let (zeros, scale) = match exponent > 0 {
        true => (shift.saturating_sub(fraction.len()), fraction.len().saturating_sub(shift)),
        false => (0, fraction.len().saturating_add(shift)),
    };
    let precision = (whole + fraction.len()).saturating_add(zeros).max(scale).max(1);
    DataType::Decimal(ExactNumberInfo::PrecisionAndScale(
        u64::try_from(precision).unwrap_or(u64::MAX),
        i64::try_from(scale).unwrap_or(i64::MAX),
    ))
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
            let tokens = inline_rows::with_parentheses(self.tokens.clone())?;
            Self { tokens: adapted(&tokens), spelled: BTreeMap::new() }.parser()
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

/// Stands for `*` in `UPDATE SET *` and `INSERT *` of MERGE.
pub(super) const ALL_COLUMNS: &str = "__dbsql_all_columns";

/// Replaces `SET *` by `SET all = TRUE` and `INSERT *` by `INSERT VALUES (all)`, which the parser
/// knows.
fn without_stars(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let mut plain: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut last = None;
    for token in tokens {
        let after = |word: &str| last.is_some_and(|last| is_word(last, word));
        let all = Token::make_word(ALL_COLUMNS, Some('`'));
        let new = match &token.token {
            Token::Mul if after("SET") => {
                vec![all, Token::Eq, Token::make_keyword("TRUE")]
            }
            Token::Mul if after("INSERT") => {
                vec![Token::make_keyword("VALUES"), Token::LParen, all, Token::RParen]
            }
            other => vec![other.clone()],
        };
        plain.extend(new.into_iter().map(|new| TokenWithSpan { token: new, span: token.span }));
        if !matches!(token.token, Token::Whitespace(_)) {
            last = Some(&token.token);
        }
    }
    plain
}

fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(known)
        if known.quote_style.is_none() && known.value.eq_ignore_ascii_case(word))
}

/// Gives string literals their text, which is raw behind `r`.
fn read_literals(tokens: &mut Vec<TokenWithSpan>) {
    let is_prefix = |token: &TokenWithSpan| match &token.token {
        Token::Word(word) => word.quote_style.is_none() && matches!(&*word.value, "r" | "R"),
        _ => false,
    };
    let mut read: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    for mut token in tokens.drain(..) {
        let (text, quote) = match &mut token.token {
            Token::SingleQuotedString(text) => (text, '\''),
            Token::DoubleQuotedString(text) => (text, '"'),
            _ => {
                read.push(token);
                continue;
            }
        };
        if read.pop_if(|last| is_prefix(last) && last.span.end == token.span.start).is_none() {
            *text = literals::unescaped(text, quote);
        }
        read.push(token);
    }
    *tokens = read;
}

/// The name that columns of a LATERAL VIEW have that were given none.
pub(super) const DEFAULT_COLUMNS: &str = "__dbsql_default";

/// What the parser does not read, in a form that it reads: `TABLE t` and `VALUES ..` as statements, and
/// a LATERAL VIEW without names of columns.
fn adapted(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let significant = |token: &TokenWithSpan| !matches!(token.token, Token::Whitespace(_));
    let keyword = |token: &TokenWithSpan| match &token.token {
        Token::Word(word) if word.quote_style.is_none() => word.keyword,
        _ => Keyword::NoKeyword,
    };
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let first = tokens.iter().position(significant).unwrap_or(0);
    // How deep the generator of a LATERAL VIEW is open, and the words behind it.
    let mut view: Option<(usize, usize)> = None;
    for (index, token) in tokens.iter().enumerate() {
        let at = token.span;
        let word = |text: &str| TokenWithSpan::new(Token::make_word(text, None), at);
        let space = || TokenWithSpan::new(Token::Whitespace(Whitespace::Space), at);
        let rest = || tokens[index + 1..].iter().filter(|token| significant(token));
        let star = [
            word("SELECT"),
            space(),
            TokenWithSpan::new(Token::Mul, at),
            space(),
            word("FROM"),
            space(),
        ];
        match keyword(token) {
            // As a statement, in `IN (TABLE t)`, or in `UNION TABLE t`.
            Keyword::TABLE
                if index == first
                    || out
                        .iter()
                        .rev()
                        .find(|token| significant(token))
                        .is_some_and(starts_query) =>
            {
                out.extend(star);
                continue;
            }
            Keyword::VALUES if index == first => out.extend(star),
            Keyword::VIEW
                if out
                    .iter()
                    .rev()
                    .find(|token| significant(token))
                    .is_some_and(|token| keyword(token) == Keyword::LATERAL) =>
            {
                view = Some((0, 0));
                out.push(token.clone());
                continue;
            }
            _ => {}
        }
        out.push(token.clone());
        if let Some((depth, closed)) = &mut view
            && significant(token)
        {
            match &token.token {
                Token::LParen => *depth += 1,
                Token::RParen => {
                    *depth = depth.saturating_sub(1);
                    *closed = usize::from(*depth == 0);
                }
                // The name of the view: names of columns follow it, or not.
                Token::Word(_) if *closed == 1 && *depth == 0 => {
                    view = None;
                    let named = rest().next().is_some_and(|next| match &next.token {
                        Token::Word(word) => {
                            word.keyword == Keyword::AS
                                || word.keyword == Keyword::NoKeyword
                                || word.quote_style.is_some()
                        }
                        _ => false,
                    });
                    if !named {
                        out.extend([space(), word("AS"), space(), word(DEFAULT_COLUMNS)]);
                    }
                }
                _ => {}
            }
        }
    }
    out
}

/// Whether a query may follow.
fn starts_query(token: &TokenWithSpan) -> bool {
    let words = ["UNION", "ALL", "DISTINCT", "EXCEPT", "INTERSECT", "MINUS"];
    token.token == Token::LParen || words.iter().any(|word| is_word(&token.token, word))
}

/// Returns the maximum number of operators in a list item or a pair of parentheses.
fn longest_chain(tokens: &[TokenWithSpan]) -> usize {
    let mut longest = 0;
    let mut outer = Vec::new();
    let mut chain = 0;
    for token in tokens {
        match &token.token {
            Token::LParen | Token::LBracket => outer.push(std::mem::take(&mut chain)),
            Token::RParen | Token::RBracket => chain = outer.pop().unwrap_or_default(),
            Token::Comma => chain = 0,
            Token::Word(word)
                if matches!(
                    word.keyword,
                    Keyword::AND
                        | Keyword::OR
                        | Keyword::DIV
                        | Keyword::UNION
                        | Keyword::EXCEPT
                        | Keyword::INTERSECT
                        | Keyword::JOIN
                ) =>
            {
                chain += 1;
            }
            Token::Plus
            | Token::Minus
            | Token::Mul
            | Token::Div
            | Token::Mod
            | Token::StringConcat
            | Token::Ampersand
            | Token::Pipe
            | Token::Caret
            | Token::DoubleColon
            | Token::Eq
            | Token::DoubleEq
            | Token::Lt
            | Token::Gt => chain += 1,
            _ => {}
        }
        longest = longest.max(chain);
    }
    longest
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
