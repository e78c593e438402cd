//! Literals with the name of their type, such as `DATE '2024-02-29'`.

use arrow_schema::DataType;
use datafusion::sql::sqlparser::ast::{
    DataType as SqlType, Expr, TimezoneInfo, TypedString, Value,
};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::errors;
use super::functions::convert;
use super::types::{timestamp, timestamp_ntz};
use super::value::Value as Known;
use dbsql_local::engine::SqlError;

/// What an error of the parser begins with that [`error`] gives its class.
const UNSUPPORTED: &str = "unsupported literal: ";
const INVALID: &str = "invalid literal: ";

/// What a literal may be instead of a date or a time.
const SPECIAL: &[&str] = &["epoch", "now", "today", "tomorrow", "yesterday"];

/// Parses a word and the text behind it.
pub(super) fn parse(parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
    let Token::Word(word) = &parser.peek_nth_token_ref(0).token else { return None };
    let next = parser.peek_nth_token_ref(1);
    let (Token::SingleQuotedString(text) | Token::DoubleQuotedString(text)) = &next.token else {
        return None;
    };
    let is_plain = word.quote_style.is_none();
    if is_plain && matches!(word.keyword, Keyword::CASE | Keyword::INTERVAL | Keyword::NOT) {
        return None;
    }
    let name = word.value.to_uppercase();
    let (sql, arrow) = match name.as_str() {
        "DATE" => (SqlType::Date, DataType::Date32),
        "TIMESTAMP" | "TIMESTAMP_LTZ" => {
            (SqlType::Timestamp(None, TimezoneInfo::None), timestamp())
        }
        "TIMESTAMP_NTZ" => (SqlType::TimestampNtz(None), timestamp_ntz()),
        _ => return Some(Err(ParserError::ParserError(format!("{UNSUPPORTED}{name}")))),
    };
    if is_special(text, &sql) {
        let message = format!("unsupported: the time {text} in a literal");
        return Some(Err(ParserError::ParserError(message)));
    }
    if convert(Known::Text(text.clone()), &DataType::Utf8, &arrow).is_err() {
        return Some(Err(ParserError::ParserError(format!("{INVALID}{name} {text}"))));
    }
    let value = Value::SingleQuotedString(text.clone()).with_span(next.span);
    parser.next_token();
    parser.next_token();
    Some(Ok(Expr::TypedString(TypedString { data_type: sql, value, uses_odbc_syntax: false })))
}

/// Whether it is `now` or the like for a date or a time.
pub(super) fn is_special(text: &str, data_type: &SqlType) -> bool {
    let is_time =
        matches!(data_type, SqlType::Date | SqlType::Timestamp(..) | SqlType::TimestampNtz(_));
    let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
    is_time && SPECIAL.contains(&first.as_str())
}

/// The error that the parser passed on.
pub(super) fn error(message: &str) -> Option<SqlError> {
    if let Some(name) = message.strip_prefix(UNSUPPORTED) {
        return Some(errors::unsupported_typed_literal(name));
    }
    let (name, text) = message.strip_prefix(INVALID)?.split_once(' ')?;
    Some(errors::invalid_typed_literal(text, name))
}
