//! Functions of text whose positions count characters.

use arrow_schema::DataType;

use super::define::Kind::{Int, Text};
use super::define::{Function, Types};
use super::inputs::{bytes, check_size, count, fitting, integer, size, text, text_or_binary};
use crate::engine::coercion::{common_of, is_atomic, is_binary, is_text};
use crate::engine::errors::{Result, unsupported};
use crate::engine::value::{Value, list_of};

/// The functions.
pub(super) const ALL: &[Function] = &[
    LOWER,
    LOWER.named("lcase"),
    UPPER,
    UPPER.named("ucase"),
    Function::new("initcap", &[Text], Text, |values, _| Ok(Value::Text(capitals(text(values, 0))))),
    LENGTH,
    LENGTH.named("len"),
    LENGTH.named("char_length"),
    LENGTH.named("character_length"),
    Function::typed(
        "bit_length",
        |arguments| of_bytes(arguments, DataType::Int32),
        |values, _| Ok(count(bytes(values, 0).len() * 8)),
    )
    .counts(1, 1),
    Function::typed(
        "octet_length",
        |arguments| of_bytes(arguments, DataType::Int32),
        |values, _| Ok(count(bytes(values, 0).len())),
    )
    .counts(1, 1),
    Function::new("trim", &[Text, Text], Text, |values, _| Ok(trimmed(values, Ends::Both, 1)))
        .optional(1),
    Function::new("ltrim", &[Text, Text], Text, |values, _| Ok(trimmed(values, Ends::Start, 1)))
        .optional(1),
    Function::new("rtrim", &[Text, Text], Text, |values, _| Ok(trimmed(values, Ends::End, 1)))
        .optional(1),
    Function::new("btrim", &[Text, Text], Text, |values, _| Ok(trimmed(values, Ends::Both, 0)))
        .optional(1),
    Function::new("instr", &[Text, Text], Int, |values, _| {
        Ok(count(position(text(values, 0), text(values, 1), 0)))
    }),
    LOCATE,
    LOCATE.named("position"),
    LOCATE.named("charindex"),
    SUBSTRING,
    SUBSTRING.named("substr"),
    Function::typed(
        "left",
        |arguments| match arguments {
            [value, _] => {
                let value = text_or_binary(value);
                fitting(arguments, &[value.clone(), DataType::Int32], value)
            }
            _ => None,
        },
        |values, _| Ok(substring(&values[0], 1, integer(values, 1))),
    )
    .counts(2, 2),
    Function::new("right", &[Text, Int], Text, |values, _| {
        let length = integer(values, 1);
        Ok(match length {
            ..=0 => Value::Text(String::new()),
            _ => substring(&values[0], -length, i64::from(i32::MAX)),
        })
    }),
    Function::typed("lpad", pad_types, |values, _| padded(values, true)).counts(2, 3),
    Function::typed("rpad", pad_types, |values, _| padded(values, false)).counts(2, 3),
    Function::new("translate", &[Text, Text, Text], Text, |values, _| {
        Ok(Value::Text(translated(text(values, 0), text(values, 1), text(values, 2))))
    }),
    Function::typed("overlay", overlay_types, overlay).counts(3, 4),
    Function::new("replace", &[Text, Text, Text], Text, |values, _| {
        let (value, search) = (text(values, 0), text(values, 1));
        if search.is_empty() {
            return Ok(values[0].clone());
        }
        let by = text(values, 2);
        let longer = by.len().saturating_sub(search.len());
        let found = if longer == 0 { 0 } else { value.matches(search).count() };
        check_size(value.len().saturating_add(longer.saturating_mul(found)))?;
        Ok(Value::Text(value.replace(search, by)))
    })
    .optional(1),
    Function::new("repeat", &[Text, Int], Text, |values, _| {
        let (value, times) = (text(values, 0), size(integer(values, 1)));
        check_size(value.len().saturating_mul(times))?;
        Ok(Value::Text(value.repeat(times)))
    }),
    Function::new("space", &[Int], Text, |values, _| {
        let length = size(integer(values, 0));
        check_size(length)?;
        Ok(Value::Text(" ".repeat(length)))
    }),
    Function::new("ascii", &[Text], Int, |values, _| {
        let first = text(values, 0).chars().next();
        Ok(Value::Integer(first.map_or(0, |letter| i64::from(u32::from(letter)))))
    }),
    CHR,
    CHR.named("char"),
    Function::typed("reverse", reverse_types, |values, _| Ok(reversed(&values[0]))).counts(1, 1),
    Function::typed("concat", concat_types, concat),
    Function::typed("concat_ws", concat_ws_types, concat_ws).counts(1, usize::MAX).takes_nulls(),
    Function::new("split_part", &[Text, Text, Int], Text, split_part),
    Function::typed("soundex", strictly_text, |values, _| {
        Ok(Value::Text(soundex(text(values, 0))))
    })
    .counts(1, 1),
    Function::new("levenshtein", &[Text, Text, Int], Int, levenshtein).optional(1),
    Function::with_constants(
        "mask",
        |arguments| match arguments {
            [] => Some(Vec::new()),
            _ => mask_types(arguments).map(|types| types.parameters),
        },
        |arguments, _| match arguments {
            [] => {
                let message = "Cannot invoke `mask` because the parameter `str` is required.";
                let class = "REQUIRED_PARAMETER_NOT_FOUND";
                Err(dbsql_local::engine::SqlError::new(class, "4274K", message))
            }
            _ => Ok(DataType::Utf8),
        },
        mask,
    )
    .counts(0, 5)
    .takes_nulls(),
    Function::typed("contains", same_types, |values, _| {
        let (value, part) = (bytes(values, 0), bytes(values, 1));
        let found = part.is_empty() || value.windows(part.len()).any(|window| window == part);
        Ok(Value::Boolean(found))
    })
    .counts(2, 2),
    STARTS_WITH,
    STARTS_WITH.named("startswith"),
    ENDS_WITH,
    ENDS_WITH.named("endswith"),
    Function::typed("elt", elt_types, elt).counts(2, usize::MAX).takes_nulls(),
    Function::new("find_in_set", &[Text, Text], Int, |values, _| {
        let (word, list) = (text(values, 0), text(values, 1));
        let at = list.split(',').position(|item| item == word && !word.contains(','));
        Ok(count(at.map_or(0, |at| at + 1)))
    }),
    Function::new("substring_index", &[Text, Text, Int], Text, |values, _| {
        Ok(Value::Text(
            part_before(text(values, 0), text(values, 1), integer(values, 2)).to_owned(),
        ))
    }),
    Function::new("luhn_check", &[Text], super::define::Kind::Boolean, |values, _| {
        let number = text(values, 0);
        match number.chars().any(|letter| letter.is_numeric() && !letter.is_ascii()) {
            true => Err(unsupported("luhn_check of digits that are not ASCII")),
            false => Ok(Value::Boolean(luhn(number))),
        }
    }),
];

const LOWER: Function = Function::new("lower", &[Text], Text, |values, _| {
    Ok(Value::Text(text(values, 0).to_lowercase()))
});

const UPPER: Function = Function::new("upper", &[Text], Text, |values, _| {
    Ok(Value::Text(text(values, 0).to_uppercase()))
});

const LENGTH: Function = Function::typed(
    "length",
    |arguments| of_bytes(arguments, DataType::Int32),
    |values, _| Ok(count(length(&values[0]))),
)
.counts(1, 1);

const LOCATE: Function = Function::typed(
    "locate",
    |arguments| {
        fitting(arguments, &[DataType::Utf8, DataType::Utf8, DataType::Int32], DataType::Int32)
    },
    |values, _| {
        let (part, value) = match values {
            [part, value, ..] => (part.text(), value.text()),
            _ => (None, None),
        };
        let from = match values.get(2) {
            None => 1,
            Some(Value::Null) => return Ok(Value::Integer(0)),
            Some(_) => integer(values, 2),
        };
        let (Some(part), Some(value)) = (part, value) else { return Ok(Value::Null) };
        Ok(match from {
            ..=0 => Value::Integer(0),
            _ => count(position(value, part, size(from - 1))),
        })
    },
)
.counts(2, 3)
.takes_nulls();

const SUBSTRING: Function = Function::typed(
    "substring",
    |arguments| {
        let value = text_or_binary(arguments.first()?);
        fitting(arguments, &[value.clone(), DataType::Int32, DataType::Int32], value)
    },
    |values, _| {
        let length = if values.len() > 2 { integer(values, 2) } else { i64::from(i32::MAX) };
        Ok(substring(&values[0], integer(values, 1), length))
    },
)
.counts(2, 3);

const CHR: Function = Function::new("chr", &[super::define::Kind::BigInt], Text, |values, _| {
    let code = integer(values, 0);
    Ok(Value::Text(match u8::try_from(code & 0xff) {
        Ok(byte) if code >= 0 => char::from(byte).to_string(),
        _ => String::new(),
    }))
});

const STARTS_WITH: Function = Function::typed("starts_with", same_types, |values, _| {
    Ok(Value::Boolean(bytes(values, 0).starts_with(bytes(values, 1))))
})
.counts(2, 2);

const ENDS_WITH: Function = Function::typed("ends_with", same_types, |values, _| {
    Ok(Value::Boolean(bytes(values, 0).ends_with(bytes(values, 1))))
})
.counts(2, 2);

/// One argument, a text or binary.
pub(super) fn of_bytes(arguments: &[DataType], result: DataType) -> Option<Types> {
    fitting(arguments, &[text_or_binary(arguments.first()?)], result)
}

/// Two texts or two binaries.
fn same_types(arguments: &[DataType]) -> Option<Types> {
    let [left, right] = arguments else { return None };
    let both = is_binary(left) && is_binary(right);
    let common = if both { DataType::Binary } else { DataType::Utf8 };
    fitting(arguments, &[common.clone(), common], DataType::Boolean)
}

fn length(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.chars().count(),
        Value::Binary(bytes) => bytes.len(),
        _ => 0,
    }
}

/// Lower case, except for the first letter and those behind spaces.
fn capitals(text: &str) -> String {
    let mut after_space = true;
    text.to_lowercase()
        .chars()
        .map(|letter| {
            let shown = if after_space { title(letter) } else { letter };
            after_space = letter == ' ';
            shown
        })
        .collect()
}

/// The title case of a small letter, where it is one letter.
fn title(letter: char) -> char {
    match letter {
        // Two letters in one have a form of their own, with a small second one.
        '\u{1C6}' => '\u{1C5}',
        '\u{1C9}' => '\u{1C8}',
        '\u{1CC}' => '\u{1CB}',
        '\u{1F3}' => '\u{1F2}',
        // Georgian has none.
        '\u{10D0}'..='\u{10FF}' => letter,
        // With a Greek iota below, of which the capital form has it beside.
        '\u{1F80}'..='\u{1F87}' | '\u{1F90}'..='\u{1F97}' | '\u{1FA0}'..='\u{1FA7}' => {
            shifted(letter, 8)
        }
        '\u{1FB3}' | '\u{1FC3}' | '\u{1FF3}' => shifted(letter, 9),
        _ => {
            let mut upper = letter.to_uppercase();
            match (upper.next(), upper.next()) {
                (Some(upper), None) => upper,
                _ => letter,
            }
        }
    }
}

fn shifted(letter: char, by: u32) -> char {
    char::from_u32(u32::from(letter) + by).unwrap_or(letter)
}

#[derive(Clone, Copy)]
enum Ends {
    Start,
    End,
    Both,
}

/// Without spaces, or the letters of the other argument, at the ends.
fn trimmed(values: &[Value], ends: Ends, value_at: usize) -> Value {
    let (value, letters) = match values.len() {
        1 => (text(values, 0), " "),
        _ => (text(values, value_at), text(values, 1 - value_at)),
    };
    let is_cut = |letter: char| letters.contains(letter);
    let left = match ends {
        Ends::Start => value.trim_start_matches(is_cut),
        Ends::End => value.trim_end_matches(is_cut),
        Ends::Both => value.trim_matches(is_cut),
    };
    Value::Text(left.to_owned())
}

/// Where a part begins, from 1 on, not before this character; 0 if nowhere.
fn position(value: &str, part: &str, from: usize) -> usize {
    if part.is_empty() {
        return 1;
    }
    let Some((start, _)) = value.char_indices().nth(from) else { return 0 };
    let found = value[start..].find(part);
    found.map_or(0, |at| from + value[start..start + at].chars().count() + 1)
}

/// The part from a position on: 1 and 0 are the start, and negative positions count from the end.
fn substring(value: &Value, position: i64, length: i64) -> Value {
    let whole = i64::try_from(self::length(value)).unwrap_or(i64::MAX);
    let start = match position {
        1.. => position - 1,
        0 => 0,
        _ => whole.saturating_add(position),
    };
    let end = start.saturating_add(length);
    let (from, to) = (size(start), size(end));
    match value {
        Value::Text(text) if from < to => {
            Value::Text(text.chars().skip(from).take(to - from).collect())
        }
        Value::Binary(bytes) => {
            let to = to.min(bytes.len());
            Value::Binary(bytes.get(from..to).unwrap_or_default().to_vec())
        }
        _ => Value::Text(String::new()),
    }
}

fn pad_types(arguments: &[DataType]) -> Option<Types> {
    let value = arguments.first()?;
    let pad = arguments.get(2);
    let both = is_binary(value) && pad.is_none_or(is_binary);
    let data_type = if both { DataType::Binary } else { DataType::Utf8 };
    fitting(arguments, &[data_type.clone(), DataType::Int32, data_type.clone()], data_type)
}

fn padded(values: &[Value], at_start: bool) -> Result<Value> {
    let wanted = size(integer(values, 1));
    let own = length(&values[0]);
    let missing = wanted.saturating_sub(own);
    check_size(missing)?;
    Ok(match &values[0] {
        Value::Binary(bytes) => {
            let pad = if values.len() > 2 { self::bytes(values, 2) } else { &[0] };
            let pad: Vec<u8> = pad.iter().copied().cycle().take(missing).collect();
            let kept = &bytes[..wanted.min(own)];
            let (start, end) = if at_start { (&pad[..], kept) } else { (kept, &pad[..]) };
            Value::Binary([start, end].concat())
        }
        _ => {
            let pad = if values.len() > 2 { text(values, 2) } else { " " };
            let pad: String = pad.chars().cycle().take(missing).collect();
            let kept: String = text(values, 0).chars().take(wanted).collect();
            Value::Text(if at_start { pad + &kept } else { kept + &pad })
        }
    })
}

fn translated(value: &str, from: &str, to: &str) -> String {
    let to: Vec<char> = to.chars().collect();
    let map = |letter: char| match from.chars().position(|other| other == letter) {
        Some(at) => to.get(at).copied(),
        None => Some(letter),
    };
    value.chars().filter_map(map).collect()
}

fn overlay_types(arguments: &[DataType]) -> Option<Types> {
    let [value, by, ..] = arguments else { return None };
    if is_binary(value) != is_binary(by) && !value.is_null() && !by.is_null() {
        return None;
    }
    let both = is_binary(value) || is_binary(by);
    let data_type = if both { DataType::Binary } else { DataType::Utf8 };
    let parameters = [data_type.clone(), data_type.clone(), DataType::Int32, DataType::Int32];
    fitting(arguments, &parameters, data_type)
}

fn overlay(values: &[Value], _types: &Types) -> Result<Value> {
    let (value, by, position) = (&values[0], &values[1], integer(values, 2));
    let own = || i64::try_from(length(by)).unwrap_or(i64::MAX);
    let replaced = values.get(3).and_then(Value::integer).filter(|length| *length >= 0);
    let replaced = replaced.unwrap_or_else(own);
    let start = substring(value, 1, position - 1);
    // The sum and the end are INTs in Spark, which wrap around.
    let [position, replaced] = [position, replaced].map(|number| number as i32);
    let rest = i64::from(position.wrapping_add(replaced));
    let end = substring(value, rest, i64::from(i32::MAX));
    let parts = [start, by.clone(), end];
    Ok(joined(&parts))
}

/// Texts or binaries in a row.
fn joined(parts: &[Value]) -> Value {
    if let Some(Value::Binary(_)) = parts.first() {
        let all = (0..parts.len()).flat_map(|at| bytes(parts, at).iter().copied());
        return Value::Binary(all.collect());
    }
    Value::Text((0..parts.len()).map(|at| text(parts, at)).collect())
}

fn reverse_types(arguments: &[DataType]) -> Option<Types> {
    match arguments {
        [list @ DataType::List(_)] => Some(Types::new([list.clone()], list.clone())),
        _ => fitting(arguments, &[DataType::Utf8], DataType::Utf8),
    }
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.iter().rev().cloned().collect()),
        Value::Text(text) => Value::Text(text.chars().rev().collect()),
        other => other.clone(),
    }
}

fn concat_types(arguments: &[DataType]) -> Option<Types> {
    if arguments.iter().any(|argument| matches!(argument, DataType::List(_))) {
        // NULL of no type is no array.
        let lists = common_of(arguments).filter(|_| !arguments.iter().any(DataType::is_null))?;
        return Some(Types::new(vec![lists.clone(); arguments.len()], lists));
    }
    let binary = !arguments.is_empty() && arguments.iter().all(is_binary);
    let data_type = if binary { DataType::Binary } else { DataType::Utf8 };
    let atomic = arguments.iter().all(|argument| is_atomic(argument) || argument.is_null());
    atomic.then(|| Types::new(vec![data_type.clone(); arguments.len()], data_type))
}

fn concat(values: &[Value], types: &Types) -> Result<Value> {
    if let DataType::List(_) = types.result {
        let items = values.iter().filter_map(Value::list).flatten();
        return Ok(Value::List(items.cloned().collect()));
    }
    let total = values.iter().fold(0_usize, |sum, value| sum.saturating_add(value.bytes()));
    check_size(total)?;
    Ok(joined(values))
}

/// A text, then texts and lists of texts.
fn concat_ws_types(arguments: &[DataType]) -> Option<Types> {
    let parameter = |argument: &DataType| match argument {
        DataType::List(item) => {
            let fits = crate::engine::coercion::is_implicit(item.data_type(), &DataType::Utf8);
            fits.then(|| list_of(DataType::Utf8))
        }
        other => (is_atomic(other) || other.is_null()).then_some(DataType::Utf8),
    };
    if matches!(arguments.first(), Some(DataType::List(_))) {
        return None;
    }
    let parameters = arguments.iter().map(parameter).collect::<Option<Vec<_>>>()?;
    Some(Types::new(parameters, DataType::Utf8))
}

fn concat_ws(values: &[Value], _types: &Types) -> Result<Value> {
    let [Value::Text(separator), rest @ ..] = values else { return Ok(Value::Null) };
    let mut parts = Vec::new();
    for value in rest {
        match value {
            Value::Text(text) => parts.push(text.as_str()),
            Value::List(items) => parts.extend(items.iter().filter_map(Value::text)),
            _ => {}
        }
    }
    let bytes = parts.iter().map(|part| part.len() + separator.len());
    check_size(bytes.fold(0, usize::saturating_add))?;
    Ok(Value::Text(parts.join(separator)))
}

fn split_part(values: &[Value], _types: &Types) -> Result<Value> {
    let (value, delimiter, part) = (text(values, 0), text(values, 1), integer(values, 2));
    if part == 0 {
        let message = "The index 0 is invalid. An index shall be either < 0 or > 0 (the first \
                       element has index 1).";
        let class = "INVALID_INDEX_OF_ZERO";
        return Err(dbsql_local::engine::SqlError::new(class, "22003", message));
    }
    let parts: Vec<_> =
        if delimiter.is_empty() { vec![value] } else { value.split(delimiter).collect() };
    let at = usize::try_from(part.unsigned_abs()).unwrap_or(usize::MAX);
    let found = if part > 0 {
        parts.get(at - 1)
    } else {
        parts.len().checked_sub(at).and_then(|at| parts.get(at))
    };
    Ok(Value::Text(found.copied().unwrap_or_default().to_owned()))
}

/// The codes of the letters A to Z; 7 is for those that do not even separate others.
const SOUNDEX: &[u8; 26] = b"01230127022455012623017202";

fn soundex(value: &str) -> String {
    let mut letters = value.bytes();
    let Some(first) = letters.next() else { return String::new() };
    if !first.is_ascii_alphabetic() {
        return value.to_owned();
    }
    let code = |letter: u8| SOUNDEX.get(usize::from(letter.to_ascii_uppercase() - b'A')).copied();
    let mut out = String::from(char::from(first.to_ascii_uppercase()));
    let mut last = code(first).unwrap_or(b'0');
    for letter in letters {
        let code = if letter.is_ascii_alphabetic() { code(letter) } else { None };
        let Some(code) = code else {
            last = b'0';
            continue;
        };
        if code == b'7' {
            continue;
        }
        if code != b'0' && code != last {
            out.push(char::from(code));
            if out.len() > 3 {
                break;
            }
        }
        last = code;
    }
    format!("{out:0<4}")
}

/// The most steps of a comparison of two texts.
const MAX_STEPS: usize = 1 << 28;

fn levenshtein(values: &[Value], _types: &Types) -> Result<Value> {
    let [left, right]: [Vec<char>; 2] = [0, 1].map(|at| text(values, at).chars().collect());
    if left.len().saturating_mul(right.len()) > MAX_STEPS {
        return Err(unsupported("the distance of texts that are so long"));
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, letter) in left.iter().enumerate() {
        let mut diagonal = at;
        row[0] = at + 1;
        for (column, other) in right.iter().enumerate() {
            let change = diagonal + usize::from(letter != other);
            diagonal = row[column + 1];
            row[column + 1] = change.min(diagonal + 1).min(row[column] + 1);
        }
    }
    let distance = row.last().copied().unwrap_or_default();
    if let Some(threshold) = values.get(2).and_then(Value::integer)
        && (threshold < 0 || distance > size(threshold))
    {
        return Ok(Value::Integer(-1));
    }
    Ok(count(distance))
}

/// Nothing is converted to a text.
fn strictly_text(arguments: &[DataType]) -> Option<Types> {
    let strict = arguments.iter().all(|argument| is_text(argument) || argument.is_null());
    strict.then(|| Types::new(vec![DataType::Utf8; arguments.len()], DataType::Utf8))
}

fn mask_types(arguments: &[DataType]) -> Option<Types> {
    strictly_text(arguments)?;
    fitting(arguments, &[const { DataType::Utf8 }; 5], DataType::Utf8)
}

fn mask(values: &[Value], _types: &Types) -> Result<Value> {
    let Some(Value::Text(value)) = values.first() else { return Ok(Value::Null) };
    let by = |at: usize, usual: Option<char>| match values.get(at) {
        None => Ok(usual),
        Some(Value::Text(letter))
            if letter.encode_utf16().count() > 1 && letter.chars().count() == 1 =>
        {
            Err(unsupported("mask with a letter beyond U+FFFF"))
        }
        Some(Value::Text(letter)) if letter.chars().count() == 1 => Ok(letter.chars().next()),
        Some(Value::Null) => Ok(None),
        Some(_) => {
            let message = "The replacement of letters must be a single letter.";
            let class = "DATATYPE_MISMATCH.INPUT_SIZE_NOT_ONE";
            Err(dbsql_local::engine::SqlError::new(class, "42K09", message))
        }
    };
    let (upper, lower) = (by(1, Some('X'))?, by(2, Some('x'))?);
    let (digit, other) = (by(3, Some('n'))?, by(4, None)?);
    let mut masked = String::with_capacity(value.len());
    for letter in value.chars() {
        if letter.len_utf16() > 1 {
            // Two units of UTF-16, each of which is something else.
            match other {
                Some(other) => masked.extend([other; 2]),
                None => masked.push(letter),
            }
            continue;
        }
        if letter.is_numeric() && !letter.is_ascii() {
            return Err(unsupported("mask of digits that are not ASCII"));
        }
        let mask = if letter.is_uppercase() {
            upper
        } else if letter.is_lowercase() {
            lower
        } else if letter.is_ascii_digit() {
            digit
        } else {
            other
        };
        masked.push(mask.unwrap_or(letter));
    }
    Ok(Value::Text(masked))
}

fn elt_types(arguments: &[DataType]) -> Option<Types> {
    let (_, items) = arguments.split_first()?;
    let binary = items.iter().all(is_binary);
    let item = if binary { DataType::Binary } else { DataType::Utf8 };
    let mut parameters = vec![item.clone(); arguments.len()];
    parameters[0] = DataType::Int32;
    fitting(arguments, &parameters, item)
}

fn elt(values: &[Value], _types: &Types) -> Result<Value> {
    let Some(at) = values.first().and_then(Value::integer) else { return Ok(Value::Null) };
    match usize::try_from(at).ok().filter(|at| *at > 0).and_then(|at| values.get(at)) {
        Some(value) => Ok(value.clone()),
        None => {
            let count = values.len() - 1;
            let message =
                format!("The index {at} is out of bounds. The array has {count} elements.");
            let class = "INVALID_ARRAY_INDEX";
            Err(dbsql_local::engine::SqlError::new(class, "22003", message))
        }
    }
}

/// What is before the nth delimiter, or behind the nth from the end.
fn part_before<'a>(value: &'a str, delimiter: &str, nth: i64) -> &'a str {
    if delimiter.is_empty() || nth == 0 {
        return "";
    }
    let index = usize::try_from(nth.unsigned_abs()).unwrap_or(usize::MAX) - 1;
    // Delimiters may overlap.
    let starts =
        (0..value.len()).filter(|at| value.as_bytes()[*at..].starts_with(delimiter.as_bytes()));
    if nth > 0 {
        let mut starts = starts;
        starts.nth(index).map_or(value, |at| &value[..at])
    } else {
        let mut starts = starts.rev();
        starts.nth(index).map_or(value, |at| &value[at + delimiter.len()..])
    }
}

fn luhn(value: &str) -> bool {
    let digits: Option<Vec<u32>> = value.chars().map(|letter| letter.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| !digits.is_empty()) else { return false };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| match at % 2 {
            0 => *digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}
