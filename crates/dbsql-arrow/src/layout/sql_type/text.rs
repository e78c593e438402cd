//! Parses SQL types as servers write them.
//!
//! The grammar is that of Databricks SQL, in either case, and with or without spaces and the colons
//! after member names. A part that cannot be parsed is an unknown type.

use arrow_schema::{DataType, TimeUnit};

use super::{Member, SqlType};

/// The maximum length of a type.
const MAX_LENGTH: usize = 256 << 10;

/// The maximum number of bytes examined per byte of text, however often a part is parsed again.
/// Valid types need about a third.
const MAX_EFFORT: usize = 16;

/// The maximum nesting depth of a type.
const MAX_DEPTH: usize = 64;

/// The maximum precision of a DECIMAL.
const MAX_PRECISION: u32 = 38;

pub(super) fn parse(text: &str) -> SqlType {
    if text.len() > MAX_LENGTH {
        return SqlType::Unknown;
    }
    let mut parser = Parser { rest: text, budget: MAX_EFFORT * text.len() };
    let parsed = parser.sql_type(MAX_DEPTH).filter(|_| {
        let is_valid = parser.nullability().is_some();
        is_valid && parser.next() == Token::End
    });
    parsed.unwrap_or(SqlType::Unknown)
}

#[derive(Debug)]
struct Parser<'a> {
    rest: &'a str,
    /// The number of bytes that may still be examined.
    budget: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    /// A name, a keyword or a number.
    Word(&'a str),
    /// A back-quoted name, without the quotes.
    Name(&'a str),
    /// A literal.
    Text,
    Symbol(char),
    End,
    /// An unclosed quote, or too many tokens.
    Broken,
}

impl Token<'_> {
    fn is(self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }
}

impl<'a> Parser<'a> {
    /// Returns the next token.
    fn next(&mut self) -> Token<'a> {
        let rest = self.rest.trim_start();
        let Some(first) = rest.chars().next() else {
            self.rest = rest;
            return Token::End;
        };
        let (token, length) = match first {
            '`' => match quoted_length(rest, '`') {
                Some(length) => (Token::Name(rest.get(1..length - 1).unwrap_or_default()), length),
                None => (Token::Broken, rest.len()),
            },
            '\'' | '"' => match quoted_length(rest, first) {
                Some(length) => (Token::Text, length),
                None => (Token::Broken, rest.len()),
            },
            _ => match rest.find(|c: char| !c.is_alphanumeric() && c != '_') {
                Some(0) => (Token::Symbol(first), first.len_utf8()),
                end => {
                    let length = end.unwrap_or(rest.len());
                    (Token::Word(rest.get(..length).unwrap_or_default()), length)
                }
            },
        };
        let behind = rest.get(length..).unwrap_or_default();
        let used = self.rest.len() - behind.len();
        self.rest = behind;
        let left = self.budget.checked_sub(used);
        self.budget = left.unwrap_or(0);
        if left.is_some() { token } else { Token::Broken }
    }

    fn peek(&mut self) -> Token<'a> {
        let start = self.rest;
        let token = self.next();
        self.rest = start;
        token
    }

    /// Takes the next token if it satisfies the predicate.
    fn takes_if(&mut self, is_like_that: impl FnOnce(Token<'a>) -> bool) -> bool {
        let start = self.rest;
        let is_next = is_like_that(self.next());
        if !is_next {
            self.rest = start;
        }
        is_next
    }

    fn takes(&mut self, token: Token<'_>) -> bool {
        self.takes_if(|next| next == token)
    }

    fn takes_word(&mut self, keyword: &str) -> bool {
        self.takes_if(|next| next.is(keyword))
    }

    fn symbol(&mut self, symbol: char) -> Option<()> {
        self.takes(Token::Symbol(symbol)).then_some(())
    }

    /// Parses a type nested at most `depth` levels; `None` when its end cannot be determined.
    fn sql_type(&mut self, depth: usize) -> Option<SqlType> {
        let start = self.rest;
        let known = depth.checked_sub(1).and_then(|depth| self.known(depth));
        // Following words make it another type, such as TIMESTAMP WITH TIME ZONE.
        if known.is_some() && self.is_behind_type() {
            return known;
        }
        self.rest = start;
        self.skip_unknown().map(|()| SqlType::Unknown)
    }

    fn is_behind_type(&mut self) -> bool {
        match self.peek() {
            Token::End | Token::Symbol(',' | '>') => true,
            word => ["NOT", "COMMENT", "COLLATE"].iter().any(|keyword| word.is(keyword)),
        }
    }

    fn skip_unknown(&mut self) -> Option<()> {
        let mut open = 0_usize;
        if self.is_behind_type() {
            return None;
        }
        while open > 0 || !self.is_behind_type() {
            match self.next() {
                Token::Symbol('<' | '(') => open += 1,
                Token::Symbol('>' | ')') => open = open.checked_sub(1)?,
                // The colon follows a member name.
                Token::Symbol(':') if open == 0 => return None,
                Token::End | Token::Broken => return None,
                _ => {}
            }
        }
        Some(())
    }

    fn known(&mut self, depth: usize) -> Option<SqlType> {
        let Token::Word(word) = self.next() else { return None };
        Some(match word.to_ascii_uppercase().as_str() {
            "BOOLEAN" => SqlType::Fixed(DataType::Boolean),
            "TINYINT" | "BYTE" => SqlType::Fixed(DataType::Int8),
            "SMALLINT" | "SHORT" => SqlType::Fixed(DataType::Int16),
            "INT" | "INTEGER" => SqlType::Fixed(DataType::Int32),
            "BIGINT" | "LONG" => SqlType::Fixed(DataType::Int64),
            "FLOAT" | "REAL" => SqlType::Fixed(DataType::Float32),
            "DOUBLE" => SqlType::Fixed(DataType::Float64),
            "DATE" => SqlType::Fixed(DataType::Date32),
            "TIMESTAMP_NTZ" => SqlType::Fixed(DataType::Timestamp(TimeUnit::Microsecond, None)),
            "TIMESTAMP" | "TIMESTAMP_LTZ" => SqlType::Timestamp,
            "DECIMAL" | "DEC" | "NUMERIC" => self.decimal()?,
            "STRING" => self.collated()?,
            "VARCHAR" | "CHAR" | "CHARACTER" => {
                self.numbers()?;
                self.collated()?
            }
            "BINARY" => SqlType::Binary,
            "VOID" | "NULL" => SqlType::Void,
            "INTERVAL" => self.interval()?,
            "VARIANT" => SqlType::Variant,
            "GEOGRAPHY" | "GEOMETRY" => {
                if self.takes(Token::Symbol('(')) {
                    while !self.takes(Token::Symbol(')')) {
                        let (Token::Word(_) | Token::Symbol(',' | ':')) = self.next() else {
                            return None;
                        };
                    }
                }
                SqlType::Shape
            }
            "ARRAY" => {
                self.symbol('<')?;
                let item = self.sql_type(depth)?;
                self.symbol('>')?;
                SqlType::Array(Box::new(item))
            }
            "MAP" => {
                self.symbol('<')?;
                let key = self.sql_type(depth)?;
                self.symbol(',')?;
                let value = self.sql_type(depth)?;
                self.symbol('>')?;
                SqlType::Map(Box::new((key, value)))
            }
            "STRUCT" => SqlType::Struct(self.members(depth)?),
            _ => return None,
        })
    }

    fn members(&mut self, depth: usize) -> Option<Vec<Member>> {
        let mut members = Vec::new();
        self.symbol('<')?;
        if self.takes(Token::Symbol('>')) {
            return Some(members);
        }
        loop {
            let name = match self.next() {
                Token::Word(name) => name.to_owned(),
                Token::Name(name) => name.replace("``", "`"),
                _ => return None,
            };
            let has_colon = self.takes(Token::Symbol(':'));
            let sql_type = self.sql_type(depth)?;
            // More likely the name continues, without the back-quotes that it needs.
            if sql_type == SqlType::Unknown && !has_colon {
                return None;
            }
            let nullable = self.nullability()?;
            members.push(Member { name, sql_type, nullable });
            match self.next() {
                Token::Symbol(',') => {}
                Token::Symbol('>') => return Some(members),
                _ => return None,
            }
        }
    }

    /// Parses what follows the type of a member; returns its nullability.
    fn nullability(&mut self) -> Option<bool> {
        let mut nullable = true;
        loop {
            if self.takes_word("NOT") {
                self.takes_word("NULL").then_some(())?;
                nullable = false;
            } else if self.takes_word("COMMENT") {
                self.takes(Token::Text).then_some(())?;
            } else if self.peek().is("COLLATE") {
                self.collated()?;
            } else {
                return Some(nullable);
            }
        }
    }

    /// Parses the collation of a string, which may be qualified.
    fn collated(&mut self) -> Option<SqlType> {
        if self.takes_word("COLLATE") {
            loop {
                let (Token::Word(_) | Token::Name(_)) = self.next() else { return None };
                if !self.takes(Token::Symbol('.')) {
                    break;
                }
            }
        }
        Some(SqlType::Text)
    }

    fn decimal(&mut self) -> Option<SqlType> {
        let (precision, scale) = match self.numbers()?[..] {
            [] => return Some(SqlType::Decimal),
            [precision] => (precision, 0),
            [precision, scale] => (precision, scale),
            _ => return None,
        };
        let is_valid = (1..=MAX_PRECISION).contains(&precision) && scale <= precision;
        let (precision, scale) = (u8::try_from(precision).ok()?, i8::try_from(scale).ok()?);
        is_valid.then_some(SqlType::Fixed(DataType::Decimal128(precision, scale)))
    }

    /// Parses numbers in parentheses, if present.
    fn numbers(&mut self) -> Option<Vec<u32>> {
        let mut numbers = Vec::new();
        if !self.takes(Token::Symbol('(')) {
            return Some(numbers);
        }
        loop {
            let Token::Word(number) = self.next() else { return None };
            numbers.push(number.parse().ok()?);
            match self.next() {
                Token::Symbol(',') => {}
                Token::Symbol(')') => return Some(numbers),
                _ => return None,
            }
        }
    }

    /// Parses the fields of an INTERVAL, such as `DAY TO SECOND`.
    fn interval(&mut self) -> Option<SqlType> {
        const FAMILIES: [(SqlType, &[&str]); 2] = [
            (SqlType::YearMonthInterval, &["YEAR", "MONTH"]),
            (SqlType::DayTimeInterval, &["DAY", "HOUR", "MINUTE", "SECOND"]),
        ];
        let first = self.peek();
        for (sql_type, fields) in FAMILIES {
            let position = |word: Token<'_>| fields.iter().position(|field| word.is(field));
            let Some(first) = position(first) else { continue };
            self.next();
            if self.takes_word("TO") {
                position(self.next()).filter(|last| *last > first)?;
            }
            return Some(sql_type);
        }
        Some(SqlType::CalendarInterval)
    }
}

/// Returns the length of the quoted text at the start of `text`. Inside it, the quote is doubled,
/// or in a literal escaped by a backslash.
fn quoted_length(text: &str, quote: char) -> Option<usize> {
    let mut rest = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = rest.next() {
        if c == '\\' && quote != '`' {
            rest.next();
        } else if c == quote && rest.next_if(|(_, next)| *next == quote).is_none() {
            return Some(at + 1);
        }
    }
    None
}
