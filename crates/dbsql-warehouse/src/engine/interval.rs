//! Intervals: the fields of their types, and literals.

use std::collections::HashMap;
use std::fmt;

use arrow_schema::{DataType, Field, IntervalUnit, TimeUnit};

use super::calendar::{DAY, SECOND};
use super::coercion::is_interval;

const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// The key of the metadata of a field that has the name of its span.
const KEY: &str = "dbsql.interval";

/// A field of an interval type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

impl Unit {
    const ALL: [Self; 6] =
        [Self::Year, Self::Month, Self::Day, Self::Hour, Self::Minute, Self::Second];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Year => "YEAR",
            Self::Month => "MONTH",
            Self::Day => "DAY",
            Self::Hour => "HOUR",
            Self::Minute => "MINUTE",
            Self::Second => "SECOND",
        }
    }

    fn is_month_or_year(self) -> bool {
        self <= Self::Month
    }

    /// Months, or microseconds.
    fn length(self) -> i64 {
        match self {
            Self::Year => 12,
            Self::Month => 1,
            Self::Day => DAY,
            Self::Hour => HOUR,
            Self::Minute => MINUTE,
            Self::Second => SECOND,
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name().eq_ignore_ascii_case(name))
    }
}

/// The first and the last field of an interval type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Span {
    pub(super) first: Unit,
    pub(super) last: Unit,
}

impl Span {
    pub(super) const YEAR_MONTH: Self = Self { first: Unit::Year, last: Unit::Month };
    pub(super) const DAY_SECOND: Self = Self { first: Unit::Day, last: Unit::Second };
    pub(super) const DAYS: Self = Self { first: Unit::Day, last: Unit::Day };

    /// `None` when there is no such type.
    pub(super) fn new(first: Unit, last: Unit) -> Option<Self> {
        let exists = first <= last && first.is_month_or_year() == last.is_month_or_year();
        exists.then_some(Self { first, last })
    }

    pub(super) fn data_type(self) -> DataType {
        match self.first.is_month_or_year() {
            true => DataType::Interval(IntervalUnit::YearMonth),
            false => DataType::Duration(TimeUnit::Microsecond),
        }
    }

    /// The span of the fields of both.
    pub(super) fn with(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), last: self.last.max(other.last) }
    }

    /// The span of a column or an expression; `None` when that has no interval.
    pub(super) fn of(field: &Field) -> Option<Self> {
        if !is_interval(field.data_type()) {
            return None;
        }
        let named = field.metadata().get(KEY).and_then(|name| {
            let (first, last) = name.split_once(" to ").unwrap_or((name, name));
            Self::new(Unit::named(first)?, Unit::named(last)?)
        });
        let whole = match field.data_type() {
            DataType::Interval(_) => Self::YEAR_MONTH,
            _ => Self::DAY_SECOND,
        };
        Some(named.filter(|span| span.data_type() == *field.data_type()).unwrap_or(whole))
    }

    pub(super) fn metadata(self) -> HashMap<String, String> {
        HashMap::from([(KEY.to_owned(), self.to_string().to_lowercase())])
    }
}

/// `DAY`, `DAY TO SECOND`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.first.name())?;
        if self.first != self.last {
            write!(f, " TO {}", self.last.name())?;
        }
        Ok(())
    }
}

/// An interval of months or of microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) span: Span,
    pub(super) amount: i64,
}

impl Interval {
    /// Reads the text of a literal whose fields are known: `1 02:00:00` for `DAY TO SECOND`.
    pub(super) fn parse(text: &str, span: Span) -> Option<Self> {
        let text = text.trim();
        let (sign, text) = match text.strip_prefix(['-', '+']) {
            Some(rest) => (if text.starts_with('-') { -1 } else { 1 }, rest),
            None => (1, text),
        };
        let mut rest = text;
        let mut amount: i64 = 0;
        let fields = Unit::ALL.into_iter().filter(|unit| (span.first..=span.last).contains(unit));
        for unit in fields {
            if unit != span.first {
                let separator = match unit {
                    Unit::Month => '-',
                    Unit::Hour => ' ',
                    _ => ':',
                };
                rest = rest.strip_prefix(separator)?;
            }
            let end = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number: i64 = rest.get(..end)?.parse().ok()?;
            let most = match unit {
                _ if unit == span.first => i64::MAX,
                Unit::Month => 11,
                Unit::Hour => 23,
                _ => 59,
            };
            (number <= most).then_some(())?;
            amount = amount.checked_add(number.checked_mul(unit.length())?)?;
            rest = &rest[end..];
            if unit == Unit::Second
                && let Some(fraction) = rest.strip_prefix('.')
            {
                let micros = fraction_of_second(fraction)?;
                amount = amount.checked_add(micros)?;
                rest = "";
            }
        }
        rest.is_empty().then(|| Self { span, amount: sign * amount }).filter(Self::fits)
    }

    /// Adds up values with their units, such as `2 HOURS 30 MINUTES`.
    pub(super) fn of_units(parts: &[(String, String)]) -> Option<Self> {
        let mut sum: Option<Self> = None;
        for (value, unit) in parts {
            let next = Self::of_unit(value.trim(), unit)?;
            sum = Some(match sum {
                None => next,
                Some(before) => Self {
                    span: Some(before.span.with(next.span))
                        .filter(|span| Span::new(span.first, span.last).is_some())?,
                    amount: before.amount.checked_add(next.amount)?,
                },
            });
        }
        sum.filter(Self::fits)
    }

    fn of_unit(value: &str, unit: &str) -> Option<Self> {
        let name = unit.to_uppercase();
        let name = name.strip_suffix('S').unwrap_or(&name);
        let (field, length) = match name {
            "WEEK" => (Unit::Day, 7 * DAY),
            "MILLISECOND" => (Unit::Second, 1_000),
            "MICROSECOND" => (Unit::Second, 1),
            name => {
                let field = Unit::named(name)?;
                (field, field.length())
            }
        };
        let (sign, unsigned) = match value.strip_prefix(['-', '+']) {
            Some(unsigned) => (if value.starts_with('-') { -1 } else { 1 }, unsigned.trim()),
            None => (1, value),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        // Only seconds have a fraction.
        let micros = match fraction {
            "" => 0,
            fraction if name == "SECOND" => fraction_of_second(fraction)?,
            _ => return None,
        };
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let amount = whole.checked_mul(length)?.checked_add(micros)?;
        Some(Self { span: Span { first: field, last: field }, amount: sign * amount })
    }

    fn fits(&self) -> bool {
        !self.span.first.is_month_or_year() || i32::try_from(self.amount).is_ok()
    }

    /// What stands between the quotes of a literal.
    pub(super) fn text(self) -> String {
        let sign = if self.amount < 0 { "-" } else { "" };
        let mut rest = self.amount.unsigned_abs();
        let mut out = sign.to_owned();
        for unit in Unit::ALL {
            if unit < self.span.first || unit > self.span.last {
                continue;
            }
            let length = unit.length().unsigned_abs();
            let number = rest / length;
            rest %= length;
            if unit != self.span.first {
                out.push(match unit {
                    Unit::Month => '-',
                    Unit::Hour => ' ',
                    _ => ':',
                });
            }
            match unit {
                Unit::Year | Unit::Month | Unit::Day => out += &number.to_string(),
                _ => out += &format!("{number:02}"),
            }
            if unit == Unit::Second && rest > 0 {
                let fraction = format!("{rest:06}");
                out = out + "." + fraction.trim_end_matches('0');
            }
        }
        out
    }
}

/// `INTERVAL '1 02:00:00' DAY TO SECOND`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "INTERVAL '{}' {}", self.text(), self.span)
    }
}

/// The microseconds of the digits behind the point.
fn fraction_of_second(digits: &str) -> Option<i64> {
    let fits = digits.len() <= 9 && digits.bytes().all(|digit| digit.is_ascii_digit());
    fits.then(|| format!("{digits:0<6}")[..6].parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_and_written() {
        for (text, first, last, amount) in [
            ("1 02:00:00", Unit::Day, Unit::Second, DAY + 2 * HOUR),
            ("-1-2", Unit::Year, Unit::Month, -14),
            ("02:30", Unit::Hour, Unit::Minute, 150 * MINUTE),
            ("05.5", Unit::Second, Unit::Second, 5_500_000),
        ] {
            let interval = Interval::parse(text, Span { first, last }).unwrap();
            assert_eq!((interval.amount, interval.text().as_str()), (amount, text));
        }
        let part = |value: &str, unit: &str| (value.to_owned(), unit.to_owned());
        let sum = Interval::of_units(&[part("2", "HOURS"), part("30", "minute")]).unwrap();
        assert_eq!(sum.to_string(), "INTERVAL '02:30' HOUR TO MINUTE");
        assert_eq!(Interval::of_units(&[part("1", "month"), part("1", "day")]), None);
    }
}
