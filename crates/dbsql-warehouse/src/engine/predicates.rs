//! Predicates: `IN`, `LIKE`, `BETWEEN`, `IS ..` and `EXISTS`.

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::parameters::call;

/// The names of calls that `LIKE ALL` and its like are written as.
const LIKE_ALL: &str = "dbsql_like_all";
const NOT_LIKE_ALL: &str = "dbsql_not_like_all";
const LIKE_ANY: &str = "dbsql_like_any";
const NOT_LIKE_ANY: &str = "dbsql_not_like_any";

/// Parses what follows a value, if the parser alone would read it in another way than Spark.
pub(super) fn parse(
    parser: &mut Parser<'_>,
    value: &Expr,
    precedence: u8,
) -> Option<Result<Expr, ParserError>> {
    misplaced(parser, value)
        .map(Err)
        .or_else(|| like_quantified(parser, value))
        .or_else(|| distinct_from(parser, value, precedence))
}

/// The error of an operator behind a predicate, which is no operand without parentheses:
/// `a IN (1) = true`.
fn misplaced(parser: &Parser<'_>, value: &Expr) -> Option<ParserError> {
    let token = parser.peek_token_ref();
    let connects = matches!(&token.token, Token::Word(word)
        if matches!(word.keyword, Keyword::AND | Keyword::OR));
    if connects || !is_predicate(value) {
        return None;
    }
    let compares = matches!(
        token.token,
        Token::Eq
            | Token::DoubleEq
            | Token::Neq
            | Token::Lt
            | Token::LtEq
            | Token::Gt
            | Token::GtEq
            | Token::Spaceship
    );
    if compares && matches!(value, Expr::Between { .. } | Expr::Function(_)) {
        // Spark takes the comparison for a part of the last operand.
        let message = "unsupported: a comparison behind BETWEEN or LIKE ANY without parentheses";
        return Some(ParserError::ParserError(message.to_owned()));
    }
    let (found, at) = (&token.token, token.span.start);
    let message =
        format!("Expected: AND, OR or parentheses around the predicate, found: {found}{at}");
    Some(ParserError::ParserError(message))
}

fn is_predicate(value: &Expr) -> bool {
    match value {
        Expr::Function(function) => {
            let name = function.name.to_string();
            [LIKE_ALL, NOT_LIKE_ALL, LIKE_ANY, NOT_LIKE_ANY].contains(&name.as_str())
        }
        Expr::InList { .. }
        | Expr::InSubquery { .. }
        | Expr::Between { .. }
        | Expr::Like { .. }
        | Expr::ILike { .. }
        | Expr::RLike { .. }
        | Expr::Exists { .. }
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::IsTrue(_)
        | Expr::IsNotTrue(_)
        | Expr::IsFalse(_)
        | Expr::IsNotFalse(_)
        | Expr::IsUnknown(_)
        | Expr::IsNotUnknown(_)
        | Expr::IsDistinctFrom(..)
        | Expr::IsNotDistinctFrom(..) => true,
        _ => false,
    }
}

/// `value IS [NOT] DISTINCT FROM value`; `None` for something else. The parser alone would read
/// `a IS DISTINCT FROM b AND c` as `a IS DISTINCT FROM (b AND c)`.
fn distinct_from(
    parser: &mut Parser<'_>,
    value: &Expr,
    precedence: u8,
) -> Option<Result<Expr, ParserError>> {
    let operator = if parser.parse_keywords(&[Keyword::IS, Keyword::DISTINCT, Keyword::FROM]) {
        Expr::IsDistinctFrom
    } else if parser.parse_keywords(&[Keyword::IS, Keyword::NOT, Keyword::DISTINCT, Keyword::FROM])
    {
        Expr::IsNotDistinctFrom
    } else {
        return None;
    };
    let other = parser.parse_subexpr(precedence).and_then(|other| {
        if is_predicate(&other) {
            let message = format!("Expected: a value, or parentheses, found: {other}");
            return Err(ParserError::ParserError(message));
        }
        Ok(other)
    });
    Some(other.map(|other| operator(Box::new(value.clone()), Box::new(other))))
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
        (Keyword::ALL, false) => LIKE_ALL,
        (Keyword::ALL, true) => NOT_LIKE_ALL,
        (Keyword::ANY | Keyword::SOME, false) => LIKE_ANY,
        (Keyword::ANY | Keyword::SOME, true) => NOT_LIKE_ANY,
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
