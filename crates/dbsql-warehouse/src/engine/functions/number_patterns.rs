//! Patterns such as `S9,999.00`, by which numbers are read and written.

use crate::engine::errors::{Result, unsupported};
use dbsql_local::engine::SqlError;

/// Where the sign is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sign {
    None,
    /// `S`: plus or minus.
    Start,
    End,
    /// `MI`: minus or a space.
    MinusStart,
    MinusEnd,
    /// `PR`: in angle brackets.
    Brackets,
}

/// What a pattern says.
#[derive(Debug)]
pub(super) struct NumberPattern {
    text: String,
    sign: Sign,
    dollar: bool,
    /// `0`, `9` and `,` before the point.
    whole: Vec<u8>,
    fraction: usize,
    has_point: bool,
}

/// What a text is by a pattern.
pub(super) enum Read {
    Number(i128),
    Mismatch(SqlError),
}

impl NumberPattern {
    /// # Errors
    ///
    /// The pattern is invalid.
    pub(super) fn parse(pattern: &str) -> Result<Self> {
        let invalid = |reason: &str| {
            let message = format!("The format is invalid: '{pattern}'.");
            SqlError::new(format!("INVALID_FORMAT.{reason}"), "42601", message)
        };
        let upper = pattern.to_uppercase();
        if upper.is_empty() {
            return Err(invalid("EMPTY"));
        }
        let mut rest = upper.as_str();
        let mut sign = Sign::None;
        for (word, at_start) in [("MI", Sign::MinusStart), ("S", Sign::Start)] {
            if let Some(behind) = rest.strip_prefix(word) {
                (rest, sign) = (behind, at_start);
            }
        }
        for (word, at_end) in [("MI", Sign::MinusEnd), ("S", Sign::End), ("PR", Sign::Brackets)] {
            if let Some(before) = rest.strip_suffix(word) {
                if sign != Sign::None {
                    return Err(invalid("WRONG_NUM_TOKEN"));
                }
                (rest, sign) = (before, at_end);
            }
        }
        let dollar = rest.starts_with('$');
        let rest = rest.strip_prefix('$').unwrap_or(rest);
        let rest = rest.replace('G', ",").replace('D', ".");
        let (whole, fraction) = rest.split_once('.').unwrap_or((&rest, ""));
        let known = |letter: u8| matches!(letter, b'0' | b'9' | b',');
        if !whole.bytes().all(known) || !fraction.bytes().all(|digit| matches!(digit, b'0' | b'9'))
        {
            return Err(invalid("UNEXPECTED_TOKEN"));
        }
        if whole.replace(',', "").len() + fraction.len() == 0 {
            return Err(invalid("WRONG_NUM_DIGIT"));
        }
        if whole.starts_with(',') || whole.ends_with(',') || whole.contains(",,") {
            return Err(invalid("CONT_THOUSANDS_SEPS"));
        }
        Ok(Self {
            text: pattern.to_owned(),
            sign,
            dollar,
            whole: whole.bytes().collect(),
            fraction: fraction.len(),
            has_point: rest.contains('.'),
        })
    }

    /// The digits before and behind the point.
    pub(super) fn digits(&self) -> (usize, usize) {
        (self.whole.iter().filter(|letter| **letter != b',').count(), self.fraction)
    }

    /// Reads a number, without its point.
    pub(super) fn read(&self, text: &str) -> Read {
        self.parts(text).map_or_else(
            || {
                let message = format!(
                    "The format is invalid: the input '{text}' does not match '{}'.",
                    self.text
                );
                let class = "INVALID_FORMAT.MISMATCH_INPUT";
                Read::Mismatch(SqlError::new(class, "42601", message))
            },
            Read::Number,
        )
    }

    fn parts(&self, text: &str) -> Option<i128> {
        let mut rest = text.trim_matches(' ');
        let mut negative = false;
        match self.sign {
            Sign::None => {}
            Sign::Start | Sign::MinusStart => {
                if let Some(behind) = rest.strip_prefix('-') {
                    (rest, negative) = (behind, true);
                } else if self.sign == Sign::Start {
                    rest = rest.strip_prefix('+').unwrap_or(rest);
                }
            }
            Sign::End | Sign::MinusEnd => {
                if let Some(before) = rest.strip_suffix('-') {
                    (rest, negative) = (before, true);
                } else if self.sign == Sign::End {
                    rest = rest.strip_suffix('+').unwrap_or(rest);
                }
            }
            Sign::Brackets => {
                if let Some(inside) = rest.strip_prefix('<') {
                    (rest, negative) = (inside.strip_suffix('>')?, true);
                }
            }
        }
        if self.dollar {
            rest = rest.strip_prefix('$')?;
        }
        let (whole, fraction) = match rest.split_once('.') {
            Some(_) if !self.has_point => return None,
            Some(parts) => parts,
            None => (rest, ""),
        };
        if fraction.len() > self.fraction || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        // From the last digit on, each one and each separator is where the pattern has one.
        let (mut letters, mut pattern) = (whole.bytes().rev(), self.whole.iter().rev());
        let mut left = letters.len();
        while left > 0 {
            let (letter, expected) = (letters.next()?, pattern.next()?);
            let fits = if *expected == b',' { letter == b',' } else { letter.is_ascii_digit() };
            if !fits {
                return None;
            }
            left -= 1;
        }
        // Digits that are written as `0` at the start must be there.
        if self.whole.first() == Some(&b'0') && pattern.next().is_some() {
            return None;
        }
        let digits: String = whole.bytes().filter(u8::is_ascii_digit).map(char::from).collect();
        if digits.is_empty() && fraction.is_empty() {
            return None;
        }
        let fraction = format!("{fraction:0<width$}", width = self.fraction);
        let number: i128 = format!("0{digits}{fraction}").parse().ok()?;
        Some(if negative { -number } else { number })
    }

    /// Writes a number with that scale.
    ///
    /// # Errors
    ///
    /// It is not known how Spark writes it.
    pub(super) fn write(&self, number: i128, scale: i8) -> Result<String> {
        let refused = || unsupported(format!("to_char with the format {}", self.text));
        let plain = crate::engine::decimals::text(number, scale);
        let (negative, unsigned) = match plain.strip_prefix('-') {
            Some(unsigned) => (true, unsigned),
            None => (false, plain.as_str()),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let fraction = fraction.trim_end_matches('0');
        let whole = whole.trim_start_matches('0');
        let (positions, _) = self.digits();
        if fraction.len() > self.fraction || whole.len() > positions {
            if self.dollar || self.sign != Sign::None {
                return Err(refused());
            }
            // It does not fit.
            let hidden = self.text.to_uppercase().replace('G', ",").replace('D', ".");
            return Ok(hidden.replace(['0', '9'], "#"));
        }
        if whole.is_empty() && self.has_point && self.fraction == 0 {
            return Err(refused());
        }
        let mut digits = whole.bytes().rev();
        let mut out = Vec::new();
        let first_zero = self.whole.iter().position(|letter| *letter == b'0');
        let last = self.whole.len().checked_sub(1);
        for (at, letter) in self.whole.iter().enumerate().rev() {
            let padding = match first_zero {
                Some(first) if first <= at => b'0',
                // A zero is shown before the point only.
                _ if Some(at) == last && self.fraction > 0 => b'0',
                _ => b' ',
            };
            out.push(match letter {
                b',' if digits.len() > 0 || padding == b'0' => b',',
                b',' => b' ',
                _ => digits.next().unwrap_or(padding),
            });
        }
        out.reverse();
        let whole: String = out.into_iter().map(char::from).collect();
        let is_padded = whole.starts_with(' ');
        if is_padded && (self.dollar || self.sign != Sign::None || self.fraction > 0) {
            return Err(refused());
        }
        let fraction = format!("{fraction:0<width$}", width = self.fraction);
        let point = match (self.fraction, self.has_point) {
            (0, false) => "",
            (0, true) => " ",
            _ => ".",
        };
        let dollar = if self.dollar { "$" } else { "" };
        let number = format!("{dollar}{whole}{point}{fraction}");
        Ok(match (self.sign, negative) {
            (Sign::None, false) => number,
            (Sign::Start, false) => format!("+{number}"),
            (Sign::MinusStart, false) => format!(" {number}"),
            (Sign::Start | Sign::MinusStart, true) => format!("-{number}"),
            (Sign::End, false) => format!("{number}+"),
            (Sign::End | Sign::MinusEnd, true) => format!("{number}-"),
            (Sign::Brackets, true) => format!("<{number}>"),
            _ => return Err(refused()),
        })
    }
}
