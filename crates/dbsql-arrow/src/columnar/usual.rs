//! A fast path for decimals, dates and timestamps in the format that servers usually write, eight
//! bytes at a time.
//!
//! `None` only means that a string has another format: [`text`](super::text) reads it then, or
//! reports that it cannot be read. Where these functions return a value, `text` returns the same.

use std::ops::Range;

use crate::calendar::MICROS_PER_DAY;

/// `0` in every byte.
const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);
const HIGH_BITS: u64 = u64::from_le_bytes([0x80; 8]);
/// Added to a byte, sets its highest bit unless the byte is at most 9.
const ABOVE_NINE: u8 = 0x7f - 9;
/// Added to a byte, sets its highest bit unless the byte is 0.
const ABOVE_ZERO: u8 = 0x7f;
/// Checks that all bytes are digits, after `0` was subtracted from them.
const DIGITS: u64 = u64::from_le_bytes([ABOVE_NINE; 8]);

/// Has a high bit if any byte of `bytes` is above its limit; see [`ABOVE_NINE`].
#[inline]
fn above(bytes: u64, limits: u64) -> u64 {
    // A carry into the next byte needs a byte above its limit, which is detected anyway.
    (bytes.wrapping_add(limits) | bytes) & HIGH_BITS
}

/// Returns ten times each byte plus the next: in every second byte, the number that two digits
/// form.
#[inline]
fn pairs(digits: u64) -> u64 {
    digits.wrapping_mul(10).wrapping_add(digits >> 8)
}

/// Returns the number that eight digits form, the first in the lowest byte.
#[inline]
fn number(digits: u64) -> u64 {
    let pairs = pairs(digits) & 0x00ff_00ff_00ff_00ff;
    let quads = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (quads * 10_000 + (quads >> 32)) & 0xffff_ffff
}

/// The decimals of one column that have all decimal places of its scale and at most 18 digits.
#[derive(Debug)]
pub(crate) struct Decimals {
    /// The length of the point and the places after it.
    tail: usize,
    /// 1 when there is a point.
    point: usize,
    /// The byte of the point in a window, and its required value.
    point_mask: u128,
    point_value: u128,
    /// The bytes of a window before the point, and after it.
    before: u128,
    after: u128,
    /// The first value with too many digits.
    limit: u64,
    /// The weight of the digits before a window.
    window: u64,
}

/// The size of a window, which ends where the text ends.
const WINDOW: usize = 16;
/// The maximum number of digits of a usual decimal: that many always fit an `i64`.
const MAX_DIGITS: usize = 18;

/// Keeps the last bytes of a window.
const KEEP: [u128; WINDOW + 1] = {
    let mut keep = [0; WINDOW + 1];
    let mut bytes = 1;
    while bytes <= WINDOW {
        keep[bytes] = u128::MAX << (8 * (WINDOW - bytes));
        bytes += 1;
    }
    keep
};

impl Decimals {
    /// `None` when a window does not reach from the end to the digit before the point.
    pub(crate) fn new(precision: u8, scale: u8) -> Option<Self> {
        let scale = usize::from(scale);
        let point = usize::from(scale > 0);
        if scale + point >= WINDOW {
            return None;
        }
        let point_at = 8 * (WINDOW - 1 - scale);
        let (point_mask, point_value, before) = match point {
            0 => (0, 0, 0),
            _ => (0xff << point_at, u128::from(b'.') << point_at, (1 << point_at) - 1),
        };
        Some(Self {
            tail: scale + point,
            point,
            point_mask,
            point_value,
            before,
            after: !(before | point_mask),
            limit: 10_u64.pow(u32::from(precision).min(MAX_DIGITS as u32)),
            window: 10_u64.pow((WINDOW - point) as u32),
        })
    }

    /// Parses `[-]digits[.digits]`, the bytes of `raw` in `range`.
    #[inline]
    pub(crate) fn parse(&self, raw: &[u8], range: Range<usize>) -> Option<i128> {
        let window = raw.get(range.end.checked_sub(WINDOW)?..range.end)?.first_chunk::<WINDOW>()?;
        let negative = *raw.get(range.start)? == b'-';
        let length = range.len().checked_sub(usize::from(negative))?;
        if length <= self.tail || length > MAX_DIGITS + self.point {
            return None;
        }
        let window = u128::from_le_bytes(*window);
        if window & self.point_mask != self.point_value {
            return None;
        }
        let digits = ((window & self.before) << 8) | (window & self.after);
        let digits = (digits ^ (u128::from(ZEROS) << 64 | u128::from(ZEROS)))
            & KEEP.get(length.min(WINDOW) - self.point)?;
        let (high, low) = (digits as u64, (digits >> 64) as u64);
        if above(high, DIGITS) | above(low, DIGITS) != 0 {
            return None;
        }
        let mut value = number(high) * 100_000_000 + number(low);
        if length > WINDOW {
            let mut front = 0;
            for byte in raw.get(range.end - length..range.end - WINDOW)? {
                let digit = byte ^ b'0';
                if digit > 9 {
                    return None;
                }
                front = front * 10 + u64::from(digit);
            }
            value += front * self.window;
        }
        let signed = if negative { -(value as i64) } else { value as i64 };
        (value < self.limit).then_some(i128::from(signed))
    }
}

/// The days before a month in a year that starts in March, and the days of the month outside leap
/// years. No month has the number 0, 13, 14 or 15.
const MONTHS: [(u16, u8); 16] = [
    (0, 0),
    (306, 31),
    (337, 28),
    (0, 31),
    (31, 30),
    (61, 31),
    (92, 30),
    (122, 31),
    (153, 31),
    (184, 30),
    (214, 31),
    (245, 30),
    (275, 31),
    (0, 0),
    (0, 0),
    (0, 0),
];
/// Days from -0400-02-29 to 1970-01-01. Counting from there keeps every number positive.
const EPOCH_DAY: u32 = 719_469 + 146_097;

/// Parses `YYYY-MM-DD` as days since 1970-01-01.
#[inline]
pub(crate) fn date(text: &[u8]) -> Option<i32> {
    days(text.try_into().ok()?)
}

#[inline]
fn days(text: &[u8; 10]) -> Option<i32> {
    const SHAPE: u64 = u64::from_le_bytes(*b"0000-00-");
    const LIMITS: u64 = {
        let (digit, dash) = (ABOVE_NINE, ABOVE_ZERO);
        u64::from_le_bytes([digit, digit, digit, digit, dash, digit, digit, dash])
    };
    let [y1, y2, y3, y4, d1, m1, m2, d2, tens, ones] = *text;
    let digits = u64::from_le_bytes([y1, y2, y3, y4, d1, m1, m2, d2]) ^ SHAPE;
    let (tens, ones) = (u32::from(tens ^ b'0'), u32::from(ones ^ b'0'));
    let pairs = pairs(digits);
    let (century, year) = (pairs as u8, (pairs >> 16) as u8);
    let month = (pairs >> 40) as u8;
    let &(before, length) = MONTHS.get(usize::from(month))?;
    let leap = if year == 0 { century } else { year }.is_multiple_of(4);
    let length = u32::from(length) + u32::from(month == 2 && leap);
    let day = tens * 10 + ones;
    let valid = above(digits, LIMITS) == 0 && ones <= 9 && day >= 1 && day <= length;
    // The year that started in March, plus 400.
    let year = u32::from(century) * 100 + u32::from(year) + 400 - u32::from(month <= 2);
    let (leap_years, centuries) = (year / 4, year / 100);
    let days = year * 365 + leap_years - centuries + centuries / 4 + u32::from(before) + day;
    valid.then(|| days.wrapping_sub(EPOCH_DAY) as i32)
}

/// Parses `YYYY-MM-DD HH:MM:SS[.f]`, with up to six digits, as microseconds since 1970-01-01
/// 00:00:00.
#[inline]
pub(crate) fn timestamp(text: &[u8]) -> Option<i64> {
    const SHAPE: u64 = u64::from_le_bytes(*b"00:00:00");
    const LIMITS: u64 = {
        let (digit, colon) = (ABOVE_NINE, ABOVE_ZERO);
        u64::from_le_bytes([digit, digit, colon, digit, digit, colon, digit, digit])
    };
    let (date, rest) = text.split_first_chunk::<10>()?;
    let [b' ' | b'T', rest @ ..] = rest else { return None };
    let (clock, rest) = rest.split_first_chunk::<8>()?;
    let digits = u64::from_le_bytes(*clock) ^ SHAPE;
    let pairs = pairs(digits);
    let (hour, minute, second) = (pairs & 0xff, (pairs >> 24) & 0xff, (pairs >> 48) & 0xff);
    let micros = match rest {
        [] => 0,
        [b'.', fraction @ ..] => micros(text, fraction.len())?,
        _ => return None,
    };
    let days = days(date)?;
    let valid = above(digits, LIMITS) == 0 && hour <= 23 && minute <= 59 && second <= 59;
    let seconds = (hour * 60 + minute) * 60 + second;
    valid.then(|| i64::from(days) * MICROS_PER_DAY + (seconds * 1_000_000 + micros) as i64)
}

/// Returns the microseconds in the last one to six bytes of a string.
#[inline]
fn micros(text: &[u8], length: usize) -> Option<u64> {
    /// The bits that do not belong to the fraction, and the weight of its last digit.
    const LENGTHS: [(u32, u64); 7] =
        [(64, 0), (56, 100_000), (48, 10_000), (40, 1_000), (32, 100), (24, 10), (16, 1)];
    let &(others, unit) = LENGTHS.get(length)?;
    let bytes = u64::from_le_bytes(*text.last_chunk()?) ^ ZEROS;
    let digits = bytes.checked_shr(others)? << others;
    (above(digits, DIGITS) == 0).then(|| number(digits) * unit)
}
