//! `LIKE` and the functions of regular expressions.

use std::num::NonZero;

use arrow_schema::DataType;

use super::define::Kind::{Boolean, Int, Text};
use super::define::{Function, Types};
use super::inputs::{check_size, count, fitting, integer, text};
use super::patterns::{Part, Pattern, replacement, split};
use crate::engine::coercion::is_implicit;
use crate::engine::errors::{Result, unsupported};
use crate::engine::value::{Value, list_of};
use dbsql_local::engine::SqlError;

/// The functions.
pub(super) const ALL: &[Function] = &[
    LIKE.shortened(2),
    LIKE.optional(1).named("dbsql_like"),
    ILIKE.shortened(2),
    ILIKE.optional(1).named("dbsql_ilike"),
    Function::typed("dbsql_like_all", like_types, |values, _| like_many(values, true, false))
        .counts(2, usize::MAX)
        .takes_nulls(),
    Function::typed("dbsql_like_any", like_types, |values, _| like_many(values, false, false))
        .counts(2, usize::MAX)
        .takes_nulls(),
    Function::typed("dbsql_not_like_all", like_types, |values, _| like_many(values, true, true))
        .counts(2, usize::MAX)
        .takes_nulls(),
    Function::typed("dbsql_not_like_any", like_types, |values, _| like_many(values, false, true))
        .counts(2, usize::MAX)
        .takes_nulls(),
    RLIKE,
    RLIKE.named("regexp_like"),
    RLIKE.named("regexp"),
    Function::new("regexp_count", &[Text, Text], Int, |values, _| {
        let pattern = Pattern::new("regexp_count", text(values, 1))?;
        Ok(count(pattern.all(text(values, 0), 0)?.len()))
    }),
    Function::new("regexp_instr", &[Text, Text, Int], Int, |values, _| {
        let pattern = Pattern::new("regexp_instr", text(values, 1))?;
        let value = text(values, 0);
        let found = pattern.first(value, 0)?.and_then(|found| Some(found.get(0)?.start()));
        // Positions of Java: letters beyond U+FFFF are two.
        Ok(count(found.map_or(0, |at| value[..at].encode_utf16().count() + 1)))
    })
    .optional(1),
    Function::new("regexp_substr", &[Text, Text], Text, |values, _| {
        let pattern = Pattern::new("regexp_substr", text(values, 1))?;
        let found = pattern.first(text(values, 0), 0)?;
        let found = found.and_then(|found| Some(found.get(0)?.as_str().to_owned()));
        // An empty match is as none.
        Ok(found.filter(|found| !found.is_empty()).map_or(Value::Null, Value::Text))
    }),
    Function::new("regexp_extract", &[Text, Text, Int], Text, |values, _| {
        let pattern = Pattern::new("regexp_extract", text(values, 1))?;
        let Some(found) = pattern.first(text(values, 0), 0)? else {
            return Ok(Value::Text(String::new()));
        };
        let group = group("regexp_extract", values, &pattern)?;
        let found = found.get(group).map(|part| part.as_str().to_owned());
        Ok(Value::Text(found.unwrap_or_default()))
    })
    .optional(1),
    Function::typed(
        "regexp_extract_all",
        |arguments| {
            let parameters = [DataType::Utf8, DataType::Utf8, DataType::Int32];
            fitting(arguments, &parameters, list_of(DataType::Utf8))
        },
        |values, _| {
            let pattern = Pattern::new("regexp_extract_all", text(values, 1))?;
            let found = pattern.all(text(values, 0), 0)?;
            if found.is_empty() {
                return Ok(Value::List(Vec::new()));
            }
            let group = group("regexp_extract_all", values, &pattern)?;
            let part = |found: &regex::Captures<'_>| {
                let part = found.get(group).map(|part| part.as_str().to_owned());
                Value::Text(part.unwrap_or_default())
            };
            Ok(Value::List(found.iter().map(part).collect()))
        },
    )
    .counts(2, 3),
    Function::new("regexp_replace", &[Text, Text, Text, Int], Text, replace).optional(1),
    Function::typed(
        "split",
        |arguments| {
            let parameters = [DataType::Utf8, DataType::Utf8, DataType::Int32];
            fitting(arguments, &parameters, list_of(DataType::Utf8))
        },
        |values, _| {
            let limit = if values.len() > 2 { integer(values, 2) } else { -1 };
            Ok(Value::List(parts(text(values, 0), text(values, 1), limit)?))
        },
    )
    .counts(2, 3),
];

const LIKE: Function = Function::new("like", &[Text, Text, Text], Boolean, |values, _| {
    let found = is_like(text(values, 0), text(values, 1), escape(values)?)?;
    Ok(Value::Boolean(found))
});

const ILIKE: Function = Function::new("ilike", &[Text, Text, Text], Boolean, |values, _| {
    let [value, pattern] = [0, 1].map(|at| text(values, at).to_lowercase());
    Ok(Value::Boolean(is_like(&value, &pattern, escape(values)?)?))
});

/// The letter that takes the meaning from a wildcard.
fn escape(values: &[Value]) -> Result<char> {
    let Some(escape) = values.get(2).and_then(Value::text) else { return Ok('\\') };
    let mut letters = escape.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Ok(letter),
        _ => {
            let message = format!("Found an invalid escape string: '{escape}'.");
            Err(SqlError::new("INVALID_ESC", "42604", message))
        }
    }
}

const RLIKE: Function = Function::new("rlike", &[Text, Text], Boolean, |values, _| {
    let pattern = Pattern::new("rlike", text(values, 1))?;
    Ok(Value::Boolean(pattern.is_in(text(values, 0))?))
});

/// One letter or any number of them, or this letter.
enum Wild {
    One,
    Many,
    Letter(char),
}

/// Whether a text is like a pattern with `_` and `%`.
fn is_like(value: &str, pattern: &str, escape: char) -> Result<bool> {
    let invalid = |reason: &str, what: &str| {
        let message = format!("The format is invalid: '{pattern}'. {what}");
        SqlError::new(format!("INVALID_FORMAT.{reason}"), "42601", message)
    };
    let mut wilds = Vec::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        wilds.push(match letter {
            letter if letter == escape => match letters.next() {
                Some(next) if matches!(next, '_' | '%') || next == escape => Wild::Letter(next),
                Some(_) => {
                    let what = "The escape character is not allowed to precede another letter.";
                    return Err(invalid("ESC_IN_THE_MIDDLE", what));
                }
                None => {
                    let what = "The escape character is not allowed to end with.";
                    return Err(invalid("ESC_AT_THE_END", what));
                }
            },
            '_' => Wild::One,
            '%' => Wild::Many,
            letter => Wild::Letter(letter),
        });
    }
    let value: Vec<char> = value.chars().collect();
    let (mut at, mut wild) = (0, 0);
    // Where to go on when what follows the last `%` does not match.
    let mut retry: Option<(usize, usize)> = None;
    while at < value.len() {
        let fits = match wilds.get(wild) {
            Some(Wild::Many) => {
                retry = Some((wild + 1, at));
                wild += 1;
                continue;
            }
            Some(Wild::One) => true,
            Some(Wild::Letter(letter)) => *letter == value[at],
            None => false,
        };
        if fits {
            at += 1;
            wild += 1;
        } else {
            let Some((behind, from)) = &mut retry else { return Ok(false) };
            *from += 1;
            (wild, at) = (*behind, *from);
        }
    }
    Ok(wilds[wild..].iter().all(|wild| matches!(wild, Wild::Many)))
}

fn like_types(arguments: &[DataType]) -> Option<Types> {
    let fits = arguments.iter().all(|argument| is_implicit(argument, &DataType::Utf8));
    fits.then(|| Types::new(vec![DataType::Utf8; arguments.len()], DataType::Boolean))
}

/// `LIKE ALL` and `LIKE ANY`, or with `NOT` before them.
fn like_many(values: &[Value], all: bool, negated: bool) -> Result<Value> {
    let [Value::Text(value), patterns @ ..] = values else { return Ok(Value::Null) };
    let mut has_null = false;
    for pattern in patterns {
        match pattern.text() {
            None => has_null = true,
            Some(pattern) if (is_like(value, pattern, '\\')? != negated) != all => {
                return Ok(Value::Boolean(!all));
            }
            Some(_) => {}
        }
    }
    Ok(if has_null { Value::Null } else { Value::Boolean(all) })
}

/// The group to extract: 1 by default.
fn group(function: &str, values: &[Value], pattern: &Pattern) -> Result<usize> {
    let wanted = if values.len() > 2 { integer(values, 2) } else { 1 };
    match usize::try_from(wanted) {
        Ok(group) if group <= pattern.groups() => Ok(group),
        _ => {
            let message = format!(
                "The value of parameter(s) `idx` in `{function}` is invalid: Expects group index \
                 between 0 and {}, but got {wanted}.",
                pattern.groups()
            );
            let class = "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX";
            Err(SqlError::new(class, "22023", message))
        }
    }
}

fn replace(values: &[Value], _types: &Types) -> Result<Value> {
    let (value, pattern) = (text(values, 0), Pattern::new("regexp_replace", text(values, 1))?);
    let position = if values.len() > 3 { integer(values, 3) } else { 1 };
    if position < 1 {
        let message = format!("The position {position} is invalid: it must be positive.");
        let class = "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE";
        return Err(SqlError::new(class, "42K09", message));
    }
    let from = usize::try_from(position - 1).unwrap_or(usize::MAX);
    let Some(start) = byte_at(value, from)? else { return Ok(values[0].clone()) };
    // What is before it is not there for anchors.
    let (before, value) = value.split_at(start);
    let found = pattern.all(value, 0)?;
    if found.is_empty() {
        return Ok(values[0].clone());
    }
    let parts = replacement(text(values, 2), &pattern)?;
    let mut out = before.to_owned();
    let mut last = 0;
    for captures in &found {
        let Some(whole) = captures.get(0) else { continue };
        out.push_str(&value[last..whole.start()]);
        for part in &parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Group(group) => {
                    out.push_str(captures.get(*group).map_or("", |group| group.as_str()));
                }
            }
        }
        last = whole.end();
        check_size(out.len())?;
    }
    out.push_str(&value[last..]);
    Ok(Value::Text(out))
}

/// Where the text goes on behind so many units of UTF-16; `None` at its end or behind it.
fn byte_at(value: &str, units: usize) -> Result<Option<usize>> {
    let mut left = units;
    for (at, letter) in value.char_indices() {
        if left == 0 {
            return Ok(Some(at));
        }
        left = left
            .checked_sub(letter.len_utf16())
            .ok_or_else(|| unsupported("a position in the middle of a letter beyond U+FFFF"))?;
    }
    // An empty text has a start.
    Ok((units == 0).then_some(0))
}

fn parts(value: &str, pattern: &str, limit: i64) -> Result<Vec<Value>> {
    let limit = usize::try_from(limit).ok().and_then(NonZero::new);
    if pattern.is_empty() && !value.is_empty() {
        let most = limit.map_or(usize::MAX, NonZero::get);
        return Ok(value
            .chars()
            .take(most)
            .map(|letter| Value::Text(letter.to_string()))
            .collect());
    }
    let pattern = Pattern::new("split", pattern)?;
    Ok(split(&pattern, value, limit)?.into_iter().map(Value::Text).collect())
}
