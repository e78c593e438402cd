//! The keys of ROLLUP, CUBE and GROUPING SETS.

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::token_forms::is_word;

/// Puts parentheses around each key that only begins with one: the parser reads `(a)` of
/// `ROLLUP((a) + 1, b)` as a whole key.
pub(super) fn with_parentheses(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let keys = partly_in_parentheses(&tokens);
    if keys.is_empty() {
        return tokens;
    }
    let mut keys = keys.into_iter().peekable();
    let mut end = None;
    let mut all = Vec::with_capacity(tokens.len() + 2 * keys.len());
    for (index, token) in tokens.into_iter().enumerate() {
        let span = token.span;
        if let Some(key) = keys.next_if(|key| key.first == index) {
            all.push(TokenWithSpan::new(Token::LParen, span));
            end = Some(key.last);
        }
        all.push(token);
        if end == Some(index) {
            all.push(TokenWithSpan::new(Token::RParen, span));
            end = None;
        }
    }
    all
}

/// The first and the last token of a key.
struct Key {
    first: usize,
    last: usize,
}

/// An open parenthesis.
struct Open {
    at: usize,
    /// Whether it is the one of ROLLUP, CUBE or GROUPING SETS.
    has_keys: bool,
    /// The first token of the item that is being read.
    first: Option<usize>,
    /// The end of the parentheses that the item began with.
    closed: Option<usize>,
}

/// The outermost keys in question, in order.
fn partly_in_parentheses(tokens: &[TokenWithSpan]) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut last: Option<usize> = None;
    for (index, TokenWithSpan { token, .. }) in tokens.iter().enumerate() {
        if matches!(token, Token::Whitespace(_)) {
            continue;
        }
        if matches!(token, Token::Comma | Token::RParen)
            && let Some(item) = open.last_mut()
        {
            if let (Some(first), Some(closed), Some(last)) = (item.first, item.closed, last)
                && item.has_keys
                && closed != last
            {
                // Those inside of it end before it does.
                while keys.pop_if(|key| key.first > first).is_some() {}
                keys.push(Key { first, last });
            }
            (item.first, item.closed) = (None, None);
        } else if let Some(item) = open.last_mut() {
            item.first.get_or_insert(index);
        }
        match token {
            Token::LParen => {
                let word = last.map(|last| &tokens[last].token);
                let has_keys = word.is_some_and(|word| {
                    ["ROLLUP", "CUBE", "SETS"].iter().any(|name| is_word(word, name))
                });
                open.push(Open { at: index, has_keys, first: None, closed: None });
            }
            Token::RParen => {
                let inner = open.pop();
                if let (Some(inner), Some(outer)) = (inner, open.last_mut())
                    && outer.first == Some(inner.at)
                {
                    outer.closed.get_or_insert(index);
                }
            }
            _ => {}
        }
        last = Some(index);
    }
    keys
}
