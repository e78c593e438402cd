//! Bytes as text: hexadecimal, base 64, character sets and URLs.

use arrow_schema::DataType;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::define::Kind::{Binary, Text};
use super::define::{Function, Types};
use super::inputs::{bytes, check_size, fitting, integer, text};
use crate::engine::coercion::{is_binary, is_number, is_text};
use crate::engine::errors::{Result, unsupported};
use crate::engine::value::Value;
use dbsql_local::engine::SqlError;

/// The functions.
pub(super) const ALL: &[Function] = &[
    Function::typed("hex", hex_types, |values, _| {
        Ok(Value::Text(match values.first() {
            Some(Value::Integer(number)) => format!("{number:X}"),
            _ => hexadecimal(bytes(values, 0)),
        }))
    })
    .counts(1, 1),
    Function::new("unhex", &[Text], Binary, |values, _| {
        Ok(from_hexadecimal(text(values, 0)).map_or(Value::Null, Value::Binary))
    }),
    Function::new("base64", &[Binary], Text, |values, _| {
        check_size(bytes(values, 0).len().saturating_mul(4) / 3)?;
        // Lines of at most 76 letters.
        let encoded = BASE64.encode(bytes(values, 0));
        let lines: Vec<String> = encoded
            .as_bytes()
            .chunks(76)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        Ok(Value::Text(lines.join("\r\n")))
    }),
    Function::new("unbase64", &[Text], Binary, |values, _| {
        from_base64(text(values, 0)).map(Value::Binary)
    }),
    Function::new("encode", &[Text, Text], Binary, |values, _| {
        encoded(text(values, 0), text(values, 1)).map(Value::Binary)
    }),
    Function::new("decode", &[Binary, Text], Text, |values, _| {
        decoded(bytes(values, 0), text(values, 1)).map(Value::Text)
    }),
    Function::typed(
        "to_binary",
        |arguments| fitting(arguments, &[DataType::Utf8, DataType::Utf8], DataType::Binary),
        |values, _| to_binary(values),
    )
    .counts(1, 2),
    Function::typed(
        "try_to_binary",
        |arguments| fitting(arguments, &[DataType::Utf8, DataType::Utf8], DataType::Binary),
        |values, _| Ok(to_binary(values).unwrap_or(Value::Null)),
    )
    .counts(1, 2),
    Function::typed(
        "bin",
        |arguments| fitting(arguments, &[DataType::Int64], DataType::Utf8),
        |values, _| Ok(Value::Text(format!("{:b}", integer(values, 0)))),
    )
    .counts(1, 1),
    Function::new("url_encode", &[Text], Text, |values, _| {
        let encoded = url::form_urlencoded::byte_serialize(bytes(values, 0));
        Ok(Value::Text(encoded.collect()))
    }),
    Function::new("url_decode", &[Text], Text, |values, _| {
        from_url(text(values, 0)).map(Value::Text).ok_or_else(|| {
            let message = format!("The provided URL cannot be decoded: {}.", text(values, 0));
            SqlError::new("CANNOT_DECODE_URL", "22546", message)
        })
    }),
    Function::new("try_url_decode", &[Text], Text, |values, _| {
        Ok(from_url(text(values, 0)).map_or(Value::Null, Value::Text))
    }),
];

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// In one line.
pub(super) fn base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// With all of its padding, and nothing else.
pub(super) fn strict_base64(text: &str) -> Option<Vec<u8>> {
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

/// Two digits for each byte.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |half: u8| char::from(DIGITS[usize::from(half & 0xf)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// With an odd number of digits, the first byte has one.
fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digit = |letter: char| letter.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut digits = text.chars().map(digit).collect::<Option<Vec<_>>>()?;
    if digits.len() % 2 == 1 {
        digits.insert(0, 0);
    }
    let (pairs, _) = digits.as_chunks::<2>();
    Some(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

fn hex_types(arguments: &[DataType]) -> Option<Types> {
    let [argument] = arguments else { return None };
    let parameter = match argument {
        binary if is_binary(binary) => DataType::Binary,
        text if is_text(text) || text.is_null() => DataType::Utf8,
        number if is_number(number) => DataType::Int64,
        _ => DataType::Utf8,
    };
    fitting(arguments, &[parameter], DataType::Utf8)
}

/// Leaves out what is no digit of it, as MIME does.
fn from_base64(text: &str) -> Result<Vec<u8>> {
    let invalid = || {
        let message = format!("The value '{text}' cannot be converted to BINARY as base 64.");
        SqlError::new("CONVERSION_INVALID_INPUT", "22018", message)
    };
    let is_digit = |letter: &u8| letter.is_ascii_alphanumeric() || matches!(letter, b'+' | b'/');
    let end = text.find('=').unwrap_or(text.len());
    if text[end..].bytes().any(|letter| is_digit(&letter)) {
        return Err(unsupported("base 64 with something behind its end"));
    }
    let digits: Vec<u8> = text.bytes().take(end).filter(is_digit).collect();
    if digits.len() % 4 == 1 {
        return Err(invalid());
    }
    BASE64.decode(digits).map_err(|_| invalid())
}

fn charset(name: &str) -> Result<String> {
    let upper = name.to_uppercase();
    match upper.as_str() {
        "UTF-8" | "US-ASCII" | "ISO-8859-1" | "UTF-16" | "UTF-16BE" | "UTF-16LE" => Ok(upper),
        _ => Err(unsupported(format!("the character set {name}"))),
    }
}

fn encoded(text: &str, charset: &str) -> Result<Vec<u8>> {
    let single = |most: u32| {
        let byte = move |letter: char| match u32::from(letter) {
            code if code <= most => u8::try_from(code).unwrap_or(b'?'),
            _ => b'?',
        };
        text.chars().map(byte).collect()
    };
    let big = || text.encode_utf16().flat_map(u16::to_be_bytes);
    Ok(match self::charset(charset)?.as_str() {
        "UTF-8" => text.as_bytes().to_vec(),
        "US-ASCII" => single(0x7f),
        "ISO-8859-1" => single(0xff),
        "UTF-16BE" => big().collect(),
        "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        // With a byte order mark, if there is something.
        _ if text.is_empty() => Vec::new(),
        _ => [0xfe, 0xff].into_iter().chain(big()).collect(),
    })
}

fn decoded(bytes: &[u8], charset: &str) -> Result<String> {
    let wide = |bytes: &[u8], little: bool| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let unit = |pair: &[u8; 2]| match little {
            true => u16::from_le_bytes(*pair),
            false => u16::from_be_bytes(*pair),
        };
        let mut text = String::from_utf16_lossy(&pairs.iter().map(unit).collect::<Vec<_>>());
        if !rest.is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        text
    };
    Ok(match self::charset(charset)?.as_str() {
        "UTF-8" => String::from_utf8_lossy(bytes).into_owned(),
        "US-ASCII" => {
            let letter = |byte: &u8| match byte.is_ascii() {
                true => char::from(*byte),
                false => char::REPLACEMENT_CHARACTER,
            };
            bytes.iter().map(letter).collect()
        }
        "ISO-8859-1" => bytes.iter().copied().map(char::from).collect(),
        "UTF-16BE" => wide(bytes, false),
        "UTF-16LE" => wide(bytes, true),
        _ => match bytes {
            [0xff, 0xfe, rest @ ..] => wide(rest, true),
            [0xfe, 0xff, rest @ ..] | rest => wide(rest, false),
        },
    })
}

fn to_binary(values: &[Value]) -> Result<Value> {
    let value = text(values, 0);
    let format = if values.len() > 1 { text(values, 1) } else { "hex" };
    let invalid = || {
        let message = format!("The value '{value}' cannot be converted to BINARY.");
        SqlError::new("CONVERSION_INVALID_INPUT", "22018", message)
    };
    match format.to_lowercase().as_str() {
        "hex" => from_hexadecimal(value).map(Value::Binary).ok_or_else(invalid),
        "utf-8" | "utf8" => Ok(Value::Binary(value.as_bytes().to_vec())),
        "base64" => from_base64(value).map(Value::Binary),
        _ => Err(unsupported(format!("to_binary with the format {format}"))),
    }
}

/// `None` where a `%` is not followed by two digits, or the bytes are no text.
fn from_url(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let pair = [rest.next()?, rest.next()?];
                let pair = std::str::from_utf8(&pair).ok()?;
                u8::from_str_radix(pair, 16).ok().filter(|_| !pair.starts_with('+'))?
            }
            other => other,
        });
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
