//! `format_string`, with the conversions of Java.

use std::iter::Peekable;
use std::str::Chars;

use arrow_schema::DataType;

use super::define::{Function, Types};
use super::inputs::check_size;
use super::number_texts::grouped;
use crate::engine::coercion::is_atomic;
use crate::engine::decimals::{parse, power, rounded};
use crate::engine::errors::{Result, unsupported};
use crate::engine::text_form;
use crate::engine::value::Value;
use dbsql_local::engine::SqlError;

/// The functions.
pub(super) const ALL: &[Function] = &[FORMAT_STRING, FORMAT_STRING.named("printf")];

const FORMAT_STRING: Function = Function::typed(
    "format_string",
    |arguments| {
        let (format, _) = arguments.split_first()?;
        let mut parameters = arguments.to_vec();
        parameters[0] = DataType::Utf8;
        let fits = is_atomic(format) || format.is_null();
        fits.then(|| Types::new(parameters, DataType::Utf8))
    },
    |values, types| {
        let Some(Value::Text(format)) = values.first() else { return Ok(Value::Null) };
        let out = formatted(format, &values[1..], types.parameters.get(1..).unwrap_or_default())?;
        Ok(Value::Text(out))
    },
)
.counts(1, usize::MAX)
.takes_nulls();

/// `%-08.2f`.
#[derive(Debug, Default)]
struct Conversion {
    index: Option<usize>,
    left: bool,
    zeros: bool,
    groups: bool,
    plus: bool,
    space: bool,
    brackets: bool,
    alternate: bool,
    width: usize,
    precision: Option<usize>,
}

fn refused(format: &str) -> SqlError {
    unsupported(format!("the format '{format}' with these arguments"))
}

fn formatted(format: &str, values: &[Value], types: &[DataType]) -> Result<String> {
    let mut out = String::new();
    let mut next = 0;
    let mut letters = format.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let conversion = Conversion::read(&mut letters).ok_or_else(|| refused(format))?;
        match letters.next() {
            Some('%') if conversion.width == 0 => out.push('%'),
            Some('n') => out.push('\n'),
            Some(kind) => {
                let index = conversion.index.unwrap_or(next);
                if conversion.index.is_none() {
                    next += 1;
                }
                let value = values.get(index).zip(types.get(index));
                let text =
                    value.and_then(|(value, data_type)| conversion.text(kind, value, data_type));
                check_size(out.len().saturating_add(conversion.width))?;
                out.push_str(&conversion.padded(&text.ok_or_else(|| refused(format))?));
            }
            None => return Err(refused(format)),
        }
    }
    Ok(out)
}

impl Conversion {
    /// What is between the percent sign and the letter.
    fn read(letters: &mut Peekable<Chars<'_>>) -> Option<Self> {
        let mut conversion = Self::default();
        let number = |letters: &mut Peekable<Chars<'_>>| {
            let mut digits = String::new();
            while let Some(digit) = letters.next_if(char::is_ascii_digit) {
                digits.push(digit);
            }
            digits
        };
        // A number at the start is an index, if a dollar sign follows.
        let mut ahead = letters.clone();
        let digits = number(&mut ahead);
        if !digits.is_empty() && ahead.next() == Some('$') {
            *letters = ahead;
            conversion.index = Some(digits.parse::<usize>().ok()?.checked_sub(1)?);
        }
        while let Some(flag) = letters.next_if(|letter| "-0,+ (#".contains(*letter)) {
            match flag {
                '-' => conversion.left = true,
                '0' => conversion.zeros = true,
                ',' => conversion.groups = true,
                '+' => conversion.plus = true,
                ' ' => conversion.space = true,
                '(' => conversion.brackets = true,
                _ => conversion.alternate = true,
            }
        }
        let width = number(letters);
        if !width.is_empty() {
            conversion.width = width.parse().ok()?;
        }
        if letters.next_if_eq(&'.').is_some() {
            conversion.precision = Some(number(letters).parse().ok()?);
        }
        let needs_width = conversion.left || conversion.zeros;
        (!needs_width || conversion.width > 0).then_some(conversion)
    }

    fn has_flags(&self) -> bool {
        self.zeros || self.groups || self.plus || self.space || self.brackets || self.alternate
    }

    fn padded(&self, text: &str) -> String {
        // The width is in units of UTF-16.
        let more = text.encode_utf16().count() - text.chars().count();
        let width = self.width.saturating_sub(more);
        match self.left {
            true => format!("{text:<width$}"),
            false => format!("{text:>width$}"),
        }
    }

    /// `None` for what Java rejects, or what is not known.
    fn text(&self, kind: char, value: &Value, data_type: &DataType) -> Option<String> {
        if kind.is_ascii_uppercase() {
            let lower = self.text(kind.to_ascii_lowercase(), value, data_type)?;
            return matches!(kind, 'S' | 'X' | 'B').then(|| lower.to_uppercase());
        }
        match (kind, value) {
            ('s', _) if self.has_flags() => None,
            ('s', value) => {
                let text = match value {
                    // The days and microseconds that the values are.
                    Value::Date(number) | Value::Months(number) => number.to_string(),
                    Value::Timestamp(number) | Value::DayTime(number) => number.to_string(),
                    Value::Binary(_) | Value::List(_) | Value::Map(_) | Value::Struct(_) => {
                        return None;
                    }
                    Value::Decimal(_) if matches!(data_type, DataType::Decimal128(_, 7..)) => {
                        return None;
                    }
                    value => text_form::text(value, data_type),
                };
                match self.precision {
                    // It may cut a letter beyond U+FFFF.
                    Some(_) if text.chars().any(|letter| letter.len_utf16() > 1) => None,
                    Some(most) => Some(text.chars().take(most).collect()),
                    None => Some(text),
                }
            }
            ('b', _) if self.has_flags() || self.precision.is_some() => None,
            ('b', Value::Null) => Some("false".to_owned()),
            ('b', Value::Boolean(flag)) => Some(flag.to_string()),
            ('b', _) => Some("true".to_owned()),
            ('d' | 'x' | 'o' | 'c', _) if self.precision.is_some() => None,
            ('d' | 'x' | 'o' | 'f' | 'e' | 'c', Value::Null) => {
                // Java cuts the word as it cuts a text.
                let word = "null".chars().take(self.precision.unwrap_or(usize::MAX)).collect();
                (!self.has_flags()).then_some(word)
            }
            ('d', Value::Integer(number)) => {
                let digits = number.unsigned_abs().to_string();
                let digits = if self.groups { grouped(&digits, 3) } else { digits };
                (!self.alternate).then(|| self.signed(*number < 0, &digits))
            }
            ('x' | 'o', Value::Integer(number)) => {
                if self.plus || self.space || self.brackets || self.groups {
                    return None;
                }
                let bits = match data_type {
                    DataType::Int8 => u64::from((*number as i8).cast_unsigned()),
                    DataType::Int16 => u64::from((*number as i16).cast_unsigned()),
                    DataType::Int32 => u64::from((*number as i32).cast_unsigned()),
                    _ => number.cast_unsigned(),
                };
                let (digits, prefix) = match kind {
                    'x' => (format!("{bits:x}"), "0x"),
                    _ => (format!("{bits:o}"), "0"),
                };
                let prefix = if self.alternate { prefix } else { "" };
                let width = self.width.saturating_sub(prefix.len());
                Some(match self.zeros {
                    true => format!("{prefix}{digits:0>width$}"),
                    false => format!("{prefix}{digits}"),
                })
            }
            ('c', Value::Integer(code)) if !self.has_flags() => {
                Some(char::from_u32(u32::try_from(*code).ok()?)?.to_string())
            }
            ('f', Value::Float(_) | Value::Double(_)) => {
                let number = value.double()?;
                if !number.is_finite() {
                    return (!self.has_flags()).then(|| text_form::text(value, data_type));
                }
                if self.alternate {
                    return None;
                }
                let digits = fixed(number.abs(), self.precision.unwrap_or(6))?;
                let digits = match (self.groups, digits.split_once('.')) {
                    (true, Some((whole, rest))) => format!("{}.{rest}", grouped(whole, 3)),
                    (true, None) => grouped(&digits, 3),
                    (false, _) => digits,
                };
                Some(self.signed(number.is_sign_negative(), &digits))
            }
            ('e', Value::Float(_) | Value::Double(_)) => {
                let number = value.double().filter(|number| number.is_finite())?;
                if self.alternate || self.groups {
                    return None;
                }
                let digits = scientific(number.abs(), self.precision.unwrap_or(6))?;
                Some(self.signed(number.is_sign_negative(), &digits))
            }
            _ => None,
        }
    }

    /// With its sign, and zeros up to the width.
    fn signed(&self, negative: bool, digits: &str) -> String {
        let (before, after) = match negative {
            true if self.brackets => ("(", ")"),
            true => ("-", ""),
            false if self.plus => ("+", ""),
            false if self.space => (" ", ""),
            false => ("", ""),
        };
        let width = if self.zeros { self.width } else { 0 };
        let width = width.saturating_sub(before.len() + after.len());
        format!("{before}{digits:0>width$}{after}")
    }
}

/// Rounded half up by the shortest digits that are the number.
fn fixed(number: f64, precision: usize) -> Option<String> {
    let (digits, exponent) = parse(&format!("{number:e}"))?;
    let precision = i32::try_from(precision).ok().filter(|precision| *precision <= 340)?;
    let cut = -exponent - precision;
    let (digits, exponent) = match u32::try_from(cut) {
        Ok(cut) if cut > 0 => (rounded(digits, cut), -precision),
        _ => (digits, exponent),
    };
    let mut text = digits.to_string();
    text.extend(std::iter::repeat_n('0', usize::try_from(exponent).unwrap_or_default()));
    let behind = usize::try_from(-exponent).unwrap_or_default();
    let text = format!("{text:0>width$}", width = behind + 1);
    let (whole, fraction) = text.split_at(text.len() - behind);
    let width = usize::try_from(precision).unwrap_or_default();
    Some(match precision {
        0 => whole.to_owned(),
        _ => format!("{whole}.{fraction:0<width$}"),
    })
}

fn scientific(number: f64, precision: usize) -> Option<String> {
    let (digits, exponent) = parse(&format!("{number:e}"))?;
    let precision = u32::try_from(precision).ok().filter(|precision| *precision <= 30)?;
    if digits == 0 {
        let zeros = "0".repeat(usize::try_from(precision).ok()?);
        let point = if precision == 0 { "" } else { "." };
        return Some(format!("0{point}{zeros}e+00"));
    }
    let count = u32::try_from(digits.to_string().len()).ok()?;
    let mut power_of_ten = exponent + i32::try_from(count).ok()? - 1;
    let mut kept = match count.checked_sub(precision + 1) {
        Some(cut) if cut > 0 => rounded(digits, cut),
        _ => digits.checked_mul(power(precision + 1 - count)?)?,
    };
    if kept == power(precision + 1)? {
        kept /= 10;
        power_of_ten += 1;
    }
    let text = kept.to_string();
    let (first, rest) = text.split_at(1);
    let point = if precision == 0 { "" } else { "." };
    let sign = if power_of_ten < 0 { '-' } else { '+' };
    Some(format!("{first}{point}{rest}e{sign}{:02}", power_of_ten.abs()))
}
