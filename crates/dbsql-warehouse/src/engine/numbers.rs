//! Number literals, and the names that begin with a digit: the longest of both is meant, so `1a` is a
//! name, and `1L` a number.

use datafusion::sql::sqlparser::ast::{DataType, ExactNumberInfo};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan};

use super::decimals;
use super::errors::{self, Result};
use dbsql_local::engine::SqlError;

/// The maximum number of digits of a DECIMAL.
const MAX_PRECISION: u64 = 38;

/// Replaces what the tokenizer divided or took for something else.
///
/// # Errors
///
/// A number is out of the range of its type, or is followed by letters that are no name.
pub(super) fn read(tokens: &mut Vec<TokenWithSpan>) -> Result<()> {
    let mut read: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut rest = std::mem::take(tokens).into_iter().peekable();
    while let Some(token) = rest.next() {
        let Some(mut text) = number(&token) else {
            read.push(token);
            continue;
        };
        let mut end = token.span.end;
        while let Some(next) = rest.next_if(|next| next.span.start == end && is_plain_word(next)) {
            text.push_str(&next.token.to_string());
            end = next.span.end;
        }
        let span = Span::new(token.span.start, end);
        let with = |token| TokenWithSpan::new(token, span);
        if let Some(literal) = Literal::parse(&text) {
            literal.check(is_negative(&read))?;
            read.extend(literal.tokens(&token, span));
        } else if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            read.push(with(Token::make_word(&text, None)));
        } else if let Some(name) = text.strip_prefix('.')
            && read.last().is_some_and(|last| last.span.end == span.start && is_plain_word(last))
        {
            read.extend([with(Token::Period), with(Token::make_word(name, None))]);
        } else {
            return Err(no_number(&text));
        }
    }
    *tokens = read;
    Ok(())
}

/// The text of a token that begins with a digit or with a point.
fn number(token: &TokenWithSpan) -> Option<String> {
    match &token.token {
        Token::Number(digits, long) => Some(format!("{digits}{}", if *long { "L" } else { "" })),
        // `0x1F`, and not `X'1F'`.
        Token::HexStringLiteral(digits) => {
            let width = token.span.end.column.checked_sub(token.span.start.column)?;
            (width == digits.len() as u64 + 2).then(|| format!("0x{digits}"))
        }
        _ => None,
    }
}

fn is_plain_word(token: &TokenWithSpan) -> bool {
    matches!(&token.token, Token::Word(word) if word.quote_style.is_none())
}

/// Whether a minus before a number is its sign.
fn is_negative(before: &[TokenWithSpan]) -> bool {
    let mut before =
        before.iter().rev().filter(|token| !matches!(token.token, Token::Whitespace(_)));
    let is_minus = before.next().is_some_and(|token| token.token == Token::Minus);
    let has_left = before.next().is_some_and(|token| match &token.token {
        Token::Word(word) => word.keyword == Keyword::NoKeyword,
        Token::Number(..) | Token::RParen | Token::RBracket => true,
        _ => false,
    });
    is_minus && !has_left
}

/// `1.5D`: the number and what tells its type.
struct Literal<'a> {
    number: &'a str,
    suffix: &'a str,
}

impl<'a> Literal<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let end = |suffix: &str| {
            let at = text.len().checked_sub(suffix.len())?;
            text.get(at..).filter(|end| end.eq_ignore_ascii_case(suffix)).map(|_| at)
        };
        let at = ["BD", "D", "F", "L", "S", "Y"].into_iter().find_map(end).unwrap_or(text.len());
        let (number, suffix) = text.split_at(at);
        let is_whole = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let fits = match suffix.to_ascii_uppercase().as_str() {
            "L" | "S" | "Y" => is_whole,
            _ => is_whole || is_number(number),
        };
        fits.then_some(Self { number, suffix })
    }

    fn check(&self, is_negative: bool) -> Result<()> {
        let of = |limit: u64| {
            let number = self.number.trim_start_matches('0');
            let value = if number.is_empty() { Some(0) } else { number.parse::<u64>().ok() };
            value.is_some_and(|value| value <= limit + u64::from(is_negative))
        };
        let float = || self.number.parse::<f64>().unwrap_or(f64::INFINITY);
        let has_exponent = self.number.contains(['e', 'E']);
        let (fits, data_type) = match self.suffix.to_ascii_uppercase().as_str() {
            "Y" => (of(i8::MAX as u64), "TINYINT"),
            "S" => (of(i16::MAX as u64), "SMALLINT"),
            "L" => (of(i64::MAX as u64), "BIGINT"),
            "F" => (float() <= f64::from(f32::MAX), "FLOAT"),
            "D" => (float().is_finite(), "DOUBLE"),
            "" if has_exponent => (float().is_finite(), "DOUBLE"),
            _ => {
                let (precision, _) = precision_and_scale(self.number);
                return match precision > MAX_PRECISION {
                    true => Err(errors::too_many_digits(precision)),
                    false => Ok(()),
                };
            }
        };
        match fits {
            true => Ok(()),
            false => Err(errors::literal_out_of_range(self.number, data_type)),
        }
    }

    /// A token for the number, and one for what tells its type; `L` is part of the first.
    fn tokens(&self, token: &TokenWithSpan, span: Span) -> Vec<TokenWithSpan> {
        let number = self.number.to_owned();
        let whole = number.trim_start_matches('0');
        let number = match self.suffix {
            "" if !number.contains(['.', 'e', 'E']) && whole.is_empty() => "0".to_owned(),
            "" if !number.contains(['.', 'e', 'E']) => whole.to_owned(),
            _ => number,
        };
        let number = |long| Token::Number(number, long);
        match self.suffix {
            "" => vec![TokenWithSpan::new(number(false), span)],
            "l" | "L" => vec![TokenWithSpan::new(number(true), span)],
            suffix => {
                let (start, end) = (Span::new(span.start, token.span.end), token.span.end);
                let suffix = Token::make_word(suffix, None);
                vec![
                    TokenWithSpan::new(number(false), start),
                    TokenWithSpan::new(suffix, Span::new(end, span.end)),
                ]
            }
        }
    }
}

/// `1.5`, `.5`, `5.`, `1e5`.
fn is_number(text: &str) -> bool {
    let has_digit =
        text.trim_start_matches('.').starts_with(|letter: char| letter.is_ascii_digit());
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    has_digit && !exponent.is_empty() && [whole, fraction, exponent].into_iter().all(are_digits)
}

/// Returns the decimal type for exactly these digits.
pub(super) fn decimal_of(digits: &str) -> DataType {
    let (precision, scale) = precision_and_scale(digits);
    DataType::Decimal(ExactNumberInfo::PrecisionAndScale(precision, scale))
}

fn precision_and_scale(digits: &str) -> (u64, i64) {
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
    (u64::try_from(precision).unwrap_or(u64::MAX), i64::try_from(scale).unwrap_or(i64::MAX))
}

/// The name that a number has in a column name: without needless zeros and points.
pub(super) fn name(number: &str) -> String {
    let (_, scale) = precision_and_scale(number);
    let known = decimals::parse(number).zip(i8::try_from(scale).ok());
    let exact = known.and_then(|((value, exponent), scale)| {
        decimals::rescaled(value, exponent, 38, scale)
            .map(|value| decimals::java_text(value, scale))
    });
    exact.unwrap_or_else(|| number.to_owned())
}

/// `1.5a` is the field `5a` of the number 1, which has none; `1.5L` is nothing.
fn no_number(text: &str) -> SqlError {
    let field = text.split_once('.').map_or("", |(_, field)| field);
    let is_name = field.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if text.starts_with('.') || !is_name || Literal::parse(field).is_some() {
        return errors::syntax(format!("Syntax error at or near '{text}'."));
    }
    errors::no_fields(field, "INT")
}
