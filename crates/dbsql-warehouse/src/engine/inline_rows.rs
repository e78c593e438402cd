//! Rows of VALUES without parentheses: `VALUES 1, 2`.
//!
//! The parser reads rows in parentheses only, so they are put around a row that has none.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::dialect::Warehouse;
use super::errors::{self, Result};
use super::functions::{Support, support};

/// Puts parentheses around the rows that have none.
///
/// # Errors
///
/// It is not certain that there are rows.
pub(super) fn with_parentheses(tokens: Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>> {
    let mut around = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if keyword(&tokens[at]) == Keyword::VALUES
            && let Some(first) = after(&tokens, at)
        {
            let before = tokens[..at].iter().rposition(is_significant).map(|at| &tokens[at]);
            if starts_rows(before, in_from(&tokens[..at]), &tokens, first)? {
                rows(&tokens, first, &mut around)?;
            }
        }
        at += 1;
    }
    if around.is_empty() {
        return Ok(tokens);
    }
    // Of those at one place the closing one comes first.
    around.sort_by_key(|(at, opens)| (*at, *opens));
    let mut around = around.into_iter().peekable();
    let mut out = Vec::with_capacity(tokens.len());
    for (index, token) in tokens.into_iter().enumerate() {
        while let Some((_, opens)) = around.next_if(|(at, _)| *at == index) {
            let parenthesis = if opens { Token::LParen } else { Token::RParen };
            // Without a place, since it is not in the text.
            out.push(TokenWithSpan::wrap(parenthesis));
        }
        out.push(token);
    }
    out.extend(around.map(|_| TokenWithSpan::wrap(Token::RParen)));
    Ok(out)
}

fn is_significant(token: &TokenWithSpan) -> bool {
    !matches!(token.token, Token::Whitespace(_))
}

fn keyword(token: &TokenWithSpan) -> Keyword {
    match &token.token {
        Token::Word(word) if word.quote_style.is_none() => word.keyword,
        _ => Keyword::NoKeyword,
    }
}

/// The next token that counts.
fn after(tokens: &[TokenWithSpan], at: usize) -> Option<usize> {
    tokens[at + 1..].iter().position(is_significant).map(|found| at + 1 + found)
}

/// Whether a table may follow these tokens: FROM, JOIN, or a comma of a FROM clause. A comma of a
/// select list is followed by a column, which may be called `values`.
fn in_from(before: &[TokenWithSpan]) -> bool {
    let mut tokens = before.iter().rev().filter(|token| is_significant(token));
    let is_from = |token: &TokenWithSpan| matches!(keyword(token), Keyword::FROM | Keyword::JOIN);
    match tokens.next() {
        Some(last) if last.token == Token::Comma => {}
        last => return last.is_some_and(is_from),
    }
    let mut depth = 0_usize;
    for token in tokens {
        match &token.token {
            Token::RParen => depth += 1,
            Token::LParen if depth == 0 => return false,
            Token::LParen => depth -= 1,
            _ if depth > 0 => {}
            _ if is_from(token) => return true,
            _ if matches!(keyword(token), Keyword::SELECT | Keyword::BY) => return false,
            _ => {}
        }
    }
    false
}

/// Whether the word VALUES has rows behind it, and is no name of a table or a column.
fn starts_rows(
    before: Option<&TokenWithSpan>,
    in_from: bool,
    tokens: &[TokenWithSpan],
    first: usize,
) -> Result<bool> {
    let next = &tokens[first].token;
    if matches!(next, Token::Number(..) | Token::SingleQuotedString(_) | Token::LParen) {
        return Ok(true);
    }
    let starts = |before: &TokenWithSpan| {
        before.token == Token::LParen
            || matches!(
                keyword(before),
                Keyword::UNION
                    | Keyword::ALL
                    | Keyword::DISTINCT
                    | Keyword::EXCEPT
                    | Keyword::MINUS
                    | Keyword::INTERSECT
            )
    };
    let behind = after(tokens, first).map(|at| &tokens[at].token);
    Ok(match next {
        Token::Minus | Token::HexStringLiteral(_) => in_from || before.is_none_or(starts),
        Token::Word(word) if word.quote_style.is_none() => match behind {
            Some(Token::SingleQuotedString(_)) => true,
            Some(Token::Number(..)) => word.keyword == Keyword::INTERVAL,
            Some(Token::LParen) if word.keyword == Keyword::STRUCT => {
                return Err(errors::unsupported("a struct as a row of VALUES"));
            }
            Some(Token::LParen) => {
                let known = support(&word.value.to_lowercase()) == Support::Supported;
                known || word.keyword == Keyword::CAST
            }
            // Behind FROM it is the name of a table and its alias.
            _ if in_from => {
                let literals = [Keyword::TRUE, Keyword::FALSE, Keyword::NULL];
                if literals.contains(&word.keyword) {
                    return Err(errors::unsupported("VALUES without parentheses"));
                }
                false
            }
            _ => {
                let literals = [Keyword::TRUE, Keyword::FALSE, Keyword::NULL, Keyword::CASE];
                literals.contains(&word.keyword) && before.is_none_or(starts)
            }
        },
        _ => false,
    })
}

/// Finds the rows without parentheses. Where they begin is marked with `true`, and where they end
/// with `false`.
fn rows(tokens: &[TokenWithSpan], first: usize, around: &mut Vec<(usize, bool)>) -> Result<()> {
    let mut parser = None;
    let mut at = first;
    loop {
        let closed = match tokens[at].token {
            Token::LParen => closing(tokens, at),
            _ => None,
        };
        // `(1 + 1) * 2` is not a row in parentheses.
        let closed = closed.filter(|closed| match after(tokens, *closed) {
            Some(next) => !is_operator(&tokens[next]),
            None => true,
        });
        let end = match closed {
            Some(closed) => closed + 1,
            None => {
                let parser = parser.get_or_insert_with(|| {
                    Parser::new(&Warehouse).with_tokens_with_locations(tokens.to_vec())
                });
                while parser.index() < at {
                    parser.next_token_no_skip();
                }
                parser.parse_expr().map_err(|error| errors::from_parser(&error))?;
                let end = parser.index();
                around.push((at, true));
                around.push((end, false));
                end
            }
        };
        let comma = tokens[end.min(tokens.len())..].iter().position(is_significant);
        let Some(comma) = comma.map(|found| end + found) else { return Ok(()) };
        if tokens[comma].token != Token::Comma {
            return Ok(());
        }
        let Some(next) = after(tokens, comma) else { return Ok(()) };
        // `VALUES (1), t` or a mistake.
        let starts = matches!(tokens[next].token, Token::Word(_))
            && closed.is_some()
            && after(tokens, next).is_none_or(|behind| tokens[behind].token != Token::LParen);
        if starts {
            return Ok(());
        }
        at = next;
    }
}

/// Where the parenthesis that is opened here is closed.
fn closing(tokens: &[TokenWithSpan], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

fn is_operator(token: &TokenWithSpan) -> bool {
    matches!(
        token.token,
        Token::Plus
            | Token::Minus
            | Token::Mul
            | Token::Div
            | Token::Mod
            | Token::StringConcat
            | Token::Period
            | Token::DoubleColon
    )
}
