//! Tokens in the forms that the parser reads.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Whitespace};

use super::literals;

/// `AS 'name'`, which no statement has: a text is not a name.
pub(super) fn quoted_alias(tokens: &[TokenWithSpan]) -> Option<&str> {
    let mut tokens = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_)));
    let mut is_after_as = false;
    tokens.find_map(|token| match &token.token {
        Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) if is_after_as => {
            Some(text.as_str())
        }
        token => {
            is_after_as = is_word(token, "AS");
            None
        }
    })
}

/// Stands for `*` in `UPDATE SET *` and `INSERT *` of MERGE.
pub(super) const ALL_COLUMNS: &str = "__dbsql_all_columns";

/// Replaces `SET *` by `SET all = TRUE` and `INSERT *` by `INSERT VALUES (all)`, which the parser
/// knows.
pub(super) fn without_stars(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
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

pub(super) fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(known)
        if known.quote_style.is_none() && known.value.eq_ignore_ascii_case(word))
}

/// `!>` and `!<`, which are `<=` and `>=`.
pub(super) fn join_operators(tokens: &mut Vec<TokenWithSpan>) {
    let mut read: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    for mut token in tokens.drain(..) {
        let opposite = match token.token {
            Token::Gt => Token::LtEq,
            Token::Lt => Token::GtEq,
            _ => {
                read.push(token);
                continue;
            }
        };
        let start = token.span.start;
        if let Some(not) =
            read.pop_if(|last| last.token == Token::ExclamationMark && last.span.end == start)
        {
            token = TokenWithSpan::new(opposite, not.span.union(&token.span));
        }
        read.push(token);
    }
    *tokens = read;
}

/// Gives string literals their text, which is raw behind `r`.
pub(super) fn read_literals(tokens: &mut Vec<TokenWithSpan>) {
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
pub(super) fn adapted(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
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
            Keyword::TABLE | Keyword::VALUES if rest().next().is_none_or(ends_name) => {}
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
            Keyword::VALUES
                if index == first
                    || out.iter().rev().find(|token| significant(token)).is_some_and(is_as) =>
            {
                out.extend(star);
            }
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

/// Whether the word before is a name, and begins no query.
fn ends_name(token: &TokenWithSpan) -> bool {
    matches!(token.token, Token::Comma | Token::RParen | Token::SemiColon | Token::EOF)
        || is_word(&token.token, "FROM")
}

/// The word before the query of a view or a table.
fn is_as(token: &TokenWithSpan) -> bool {
    is_word(&token.token, "AS")
}

/// Whether a query may follow.
fn starts_query(token: &TokenWithSpan) -> bool {
    let words = ["AS", "UNION", "ALL", "DISTINCT", "EXCEPT", "INTERSECT", "MINUS"];
    token.token == Token::LParen || words.iter().any(|word| is_word(&token.token, word))
}

/// Returns the maximum number of operators in a list item or a pair of parentheses.
pub(super) fn longest_chain(tokens: &[TokenWithSpan]) -> usize {
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
