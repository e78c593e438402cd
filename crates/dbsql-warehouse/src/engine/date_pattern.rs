//! Patterns of dates and times such as `yyyy-MM-dd`, as `date_format` and `to_timestamp` take them.

use super::calendar::{DAY, Date, SECOND};
use super::errors::{self, Result};
use super::time_zones::parse_offset;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const QUARTERS: [&str; 4] = ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"];

/// A pattern.
#[derive(Debug, PartialEq)]
pub(super) struct Pattern {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Literal(String),
    /// A letter, and how often it stands there.
    Field(char, usize),
    /// `[` and what follows up to `]`: reading may leave it out.
    Optional(Vec<Part>),
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// It has a letter that is not supported.
    pub(super) fn new(pattern: &str) -> Result<Self> {
        let refused = || errors::unsupported(format!("the date pattern {pattern:?}"));
        // Those in brackets are kept apart until the bracket is closed.
        let mut open: Vec<Vec<Part>> = vec![Vec::new()];
        let mut letters = pattern.chars().peekable();
        while let Some(letter) = letters.next() {
            let part = match letter {
                '\'' => {
                    let mut text = String::new();
                    loop {
                        match letters.next().ok_or_else(refused)? {
                            '\'' if letters.next_if_eq(&'\'').is_some() => text.push('\''),
                            '\'' => break,
                            letter => text.push(letter),
                        }
                    }
                    // Two quotes with nothing between them are one.
                    Part::Literal(if text.is_empty() { "'".to_owned() } else { text })
                }
                '[' => {
                    open.push(Vec::new());
                    continue;
                }
                ']' => {
                    let inner = open.pop().ok_or_else(refused)?;
                    let outer = open.last_mut().ok_or_else(refused)?;
                    outer.push(Part::Optional(inner));
                    continue;
                }
                '{' | '}' | '#' => return Err(refused()),
                letter if letter.is_ascii_alphabetic() => {
                    let mut count = 1;
                    while letters.next_if_eq(&letter).is_some() {
                        count += 1;
                    }
                    if !is_known(letter, count) {
                        return Err(refused());
                    }
                    Part::Field(letter, count)
                }
                letter => Part::Literal(letter.to_string()),
            };
            open.last_mut().ok_or_else(refused)?.push(part);
        }
        // An open bracket at the end closes by itself.
        while open.len() > 1 {
            let inner = open.pop().unwrap_or_default();
            if let Some(outer) = open.last_mut() {
                outer.push(Part::Optional(inner));
            }
        }
        Ok(Self { parts: open.pop().unwrap_or_default() })
    }

    /// The text of a point in time; microseconds since 1970.
    pub(super) fn format(&self, micros: i64) -> Result<String> {
        let mut out = String::new();
        write(&self.parts, micros, &mut out)?;
        Ok(out)
    }

    /// What a text says, in microseconds since 1970.
    ///
    /// # Errors
    ///
    /// The text has another form.
    pub(super) fn parse(&self, text: &str) -> Result<i64> {
        self.parsed(text).map(|(local, offset)| local - offset)
    }

    /// The same without its time zone.
    pub(super) fn parse_local(&self, text: &str) -> Result<i64> {
        self.parsed(text).map(|(local, _)| local)
    }

    fn parsed(&self, text: &str) -> Result<(i64, i64)> {
        if self.parts.is_empty() && !text.is_empty() {
            return Err(errors::cannot_parse_timestamp(text));
        }
        if self.parts.iter().any(|part| matches!(part, Part::Field('E' | 'D' | 'z' | 'V' | 'O', _)))
        {
            return Err(errors::unsupported("to read text by a date pattern with such a letter"));
        }
        if !is_separated(&self.parts) {
            return Err(errors::unsupported(
                "a date pattern with numbers of any length side by side",
            ));
        }
        let read = |strict: bool| {
            let mut found = Found::default();
            // It skipped spaces in front.
            let text = if strict { text } else { text.trim_start() };
            let rest = read(&self.parts, text, strict, &mut found)?;
            (!strict || rest.is_empty()).then(|| found.micros())?
        };
        match read(true) {
            Some(found) => Ok(found),
            None if read(false).is_some() => Err(errors::parsed_before(text)),
            None => Err(errors::cannot_parse_timestamp(text)),
        }
    }
}

fn is_known(letter: char, count: usize) -> bool {
    match letter {
        'y' => count <= 6,
        'M' | 'L' | 'Q' | 'q' | 'E' | 'z' => count <= 4,
        'd' | 'H' | 'h' | 'k' | 'K' | 'm' | 's' => count <= 2,
        'D' => count <= 3,
        'S' => count <= 9,
        'a' => count == 1,
        'X' | 'x' | 'Z' => count <= 5,
        'V' => count == 2,
        'O' => matches!(count, 1 | 4),
        _ => false,
    }
}

fn write(parts: &[Part], micros: i64, out: &mut String) -> Result<()> {
    let date = Date::from_days(micros.div_euclid(DAY));
    let time = micros.rem_euclid(DAY);
    let hour = time / SECOND / 3600;
    for part in parts {
        let (letter, count) = match part {
            Part::Literal(text) => {
                out.push_str(text);
                continue;
            }
            Part::Optional(inner) => {
                write(inner, micros, out)?;
                continue;
            }
            Part::Field(letter, count) => (*letter, *count),
        };
        let padded = |number: i64| format!("{number:0count$}");
        let index = |number: i64| usize::try_from(number).unwrap_or_default();
        let name = |names: &[&str], at: i64| {
            let name = names.get(index(at)).copied().unwrap_or_default();
            if count < 4 { name[..3].to_owned() } else { name.to_owned() }
        };
        let text = match letter {
            'y' if count == 2 => format!("{:02}", date.year.rem_euclid(100)),
            'y' => {
                let sign = match date.year {
                    ..0 => "-",
                    // A longer year than the pattern has gets its sign.
                    year if count >= 4 && year >= 10_i64.pow(u32::try_from(count).unwrap_or(4)) => {
                        "+"
                    }
                    _ => "",
                };
                format!("{sign}{:0count$}", date.year.abs())
            }
            'M' | 'L' if count < 3 => padded(date.month),
            'M' | 'L' => name(&MONTHS, date.month - 1),
            'd' => padded(date.day),
            'D' => {
                let number = super::functions::day_of_year(date);
                // One letter has room for any number, two have not.
                if count == 2 && number > 99 {
                    return Err(errors::unsupported("the day of the year in two digits"));
                }
                padded(number)
            }
            'E' => name(&DAYS, (date.days() + 3).rem_euclid(7)),
            'Q' | 'q' => {
                let quarter = (date.month - 1) / 3 + 1;
                match count {
                    1 | 2 => padded(quarter),
                    3 => format!("Q{quarter}"),
                    _ => QUARTERS[index(quarter - 1)].to_owned(),
                }
            }
            'H' => padded(hour),
            'k' => padded(if hour == 0 { 24 } else { hour }),
            'K' => padded(hour % 12),
            'h' => padded(if hour % 12 == 0 { 12 } else { hour % 12 }),
            'm' => padded(time / SECOND / 60 % 60),
            's' => padded(time / SECOND % 60),
            'S' => format!("{:06}000", time % SECOND)[..count].to_owned(),
            'a' => if hour < 12 { "AM" } else { "PM" }.to_owned(),
            // The time zone is UTC.
            'X' => "Z".to_owned(),
            'x' => match count {
                1 => "+00",
                2 | 4 => "+0000",
                _ => "+00:00",
            }
            .to_owned(),
            'Z' => match count {
                4 => "GMT",
                5 => "Z",
                _ => "+0000",
            }
            .to_owned(),
            'V' => "UTC".to_owned(),
            'z' if count < 4 => "UTC".to_owned(),
            'z' => "Coordinated Universal Time".to_owned(),
            _ => "GMT".to_owned(),
        };
        out.push_str(&text);
    }
    Ok(())
}

/// Whether each number of any length has something else behind it.
fn is_separated(parts: &[Part]) -> bool {
    let is_number = |part: &Part| match part {
        Part::Field(letter, count) => match letter {
            'M' | 'L' | 'Q' | 'q' => *count < 3,
            letter => "ydDHhkKmsS".contains(*letter),
        },
        _ => false,
    };
    let is_open = |part: &Part| {
        is_number(part)
            && match part {
                Part::Field('y' | 'S', count) => *count != 4 && *count != 2,
                Part::Field(_, count) => *count == 1,
                _ => false,
            }
    };
    let pairs = parts.windows(2).all(|pair| !(is_open(&pair[0]) && is_number(&pair[1])));
    let inner = parts.iter().all(|part| match part {
        Part::Optional(inner) => is_separated(inner),
        _ => true,
    });
    pairs && inner
}

/// The fields that a text has.
#[derive(Clone, Default)]
struct Found {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    weekday: Option<i64>,
    quarter: Option<i64>,
    hour: Option<i64>,
    half_hour: Option<i64>,
    afternoon: Option<bool>,
    minute: Option<i64>,
    second: Option<i64>,
    micros: Option<i64>,
    offset: Option<i64>,
}

impl Found {
    /// The local time, and its difference to UTC; what is missing is that of 1970-01-01 00:00:00.
    fn micros(&self) -> Option<(i64, i64)> {
        let year = self.year.unwrap_or(1970);
        let date = match (self.day_of_year, self.year) {
            (Some(number), Some(year)) => super::functions::of_year(year, number)?,
            _ => Date::new(year, self.month.unwrap_or(1), self.day.unwrap_or(1))?,
        };
        let agrees = |field: Option<i64>, is: i64| field.is_none_or(|field| field == is);
        if !agrees(self.weekday, (date.days() + 3).rem_euclid(7))
            || (self.year.is_some() && self.month.is_some())
                && !agrees(self.quarter, (date.month - 1) / 3 + 1)
        {
            return None;
        }
        let half = if self.afternoon == Some(true) { 12 } else { 0 };
        let hour = self.hour.or(self.half_hour.map(|hour| hour + half)).unwrap_or(0);
        let minute = self.minute.unwrap_or(0);
        let seconds = (hour * 60 + minute) * 60 + self.second.unwrap_or(0);
        let time = seconds * SECOND + self.micros.unwrap_or(0);
        let local = date.days().checked_mul(DAY)?.checked_add(time)?;
        Some((local, self.offset.unwrap_or(0) * SECOND))
    }
}

/// Reads a text as these parts; the rest of it. Without `strict`, as Spark 2 did: numbers have any
/// length.
fn read<'a>(parts: &[Part], text: &'a str, strict: bool, found: &mut Found) -> Option<&'a str> {
    let mut text = text;
    for part in parts {
        text = match part {
            Part::Literal(literal) => {
                let head = text.get(..literal.len())?;
                head.eq_ignore_ascii_case(literal).then(|| &text[literal.len()..])?
            }
            Part::Optional(inner) => {
                let mut attempt = found.clone();
                match read(inner, text, strict, &mut attempt) {
                    Some(rest) => {
                        *found = attempt;
                        rest
                    }
                    None => text,
                }
            }
            Part::Field(letter, count) => field(*letter, *count, text, strict, found)?,
        };
    }
    Some(text)
}

fn field<'a>(
    letter: char,
    count: usize,
    text: &'a str,
    strict: bool,
    found: &mut Found,
) -> Option<&'a str> {
    let set = |slot: &mut Option<i64>, (number, rest): (i64, &'a str), range: (i64, i64)| {
        let fits = (range.0..=range.1).contains(&number);
        let agrees = slot.is_none_or(|before| before == number);
        (fits && agrees).then(|| *slot = Some(number))?;
        Some(rest)
    };
    let number = || match count {
        _ if !strict => digits(text, 1, 19),
        1 => digits(text, 1, 19),
        count => digits(text, count, count),
    };
    match letter {
        'y' if count == 2 => {
            let (year, rest) = digits(text, 2, 2)?;
            set(&mut found.year, (2000 + year, rest), (2000, 2099))
        }
        'y' => {
            let (sign, unsigned) = match text.strip_prefix(['-', '+']) {
                Some(unsigned) => (if text.starts_with('-') { -1 } else { 1 }, unsigned),
                None => (1, text),
            };
            let signed = unsigned.len() != text.len();
            let least = if strict { count } else { 1 };
            let most = if signed || count < 4 || !strict { 10 } else { count };
            let (year, rest) = digits(unsigned, least, most)?;
            set(&mut found.year, (sign * year, rest), (-999_999_999, 999_999_999))
        }
        'M' | 'L' if count < 3 => set(&mut found.month, number()?, (1, 12)),
        'M' | 'L' => {
            let (index, rest) = named(text, &MONTHS, count)?;
            set(&mut found.month, (index + 1, rest), (1, 12))
        }
        'E' => set(&mut found.weekday, named(text, &DAYS, count)?, (0, 6)),
        'Q' | 'q' if count < 3 => set(&mut found.quarter, number()?, (1, 4)),
        'd' => set(&mut found.day, number()?, (1, 31)),
        'D' => set(&mut found.day_of_year, number()?, (1, 366)),
        'H' => set(&mut found.hour, number()?, (0, 23)),
        'k' => {
            let (hour, rest) = number()?;
            (1..=24).contains(&hour).then_some(())?;
            set(&mut found.hour, (hour % 24, rest), (0, 23))
        }
        'K' => set(&mut found.half_hour, number()?, (0, 11)),
        'h' => {
            let (hour, rest) = number()?;
            (1..=12).contains(&hour).then_some(())?;
            set(&mut found.half_hour, (hour % 12, rest), (0, 11))
        }
        'm' => set(&mut found.minute, number()?, (0, 59)),
        's' => set(&mut found.second, number()?, (0, 59)),
        'S' => {
            let end = text.bytes().take_while(u8::is_ascii_digit).count();
            let end = if strict { end.min(count) } else { end };
            (end >= 1).then_some(())?;
            if !strict {
                // It was a number of milliseconds.
                let (millis, rest) = digits(text, 1, 18)?;
                return set(&mut found.micros, (millis.checked_mul(1000)?, rest), (0, SECOND - 1));
            }
            let micros = format!("{:0<6}", &text[..end.min(6)]).parse().ok()?;
            set(&mut found.micros, (micros, &text[end..]), (0, SECOND))
        }
        'a' => {
            let head = text.get(..2)?;
            found.afternoon = match head.to_ascii_uppercase().as_str() {
                "AM" => Some(false),
                "PM" => Some(true),
                _ => return None,
            };
            Some(&text[2..])
        }
        'X' | 'x' | 'Z' => {
            let (offset, rest) = offset(letter, count, text)?;
            found.offset = Some(offset);
            Some(rest)
        }
        _ => None,
    }
}

fn digits(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let end = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    (end >= least).then(|| Some((text[..end].parse().ok()?, &text[end..])))?
}

fn named<'a>(text: &'a str, names: &[&str], count: usize) -> Option<(i64, &'a str)> {
    let found = names.iter().position(|name| {
        let name = if count < 4 { &name[..3] } else { name };
        text.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name))
    })?;
    let length = if count < 4 { 3 } else { names[found].len() };
    Some((i64::try_from(found).ok()?, &text[length..]))
}

/// `+01`, `+0100`, `+01:00`, and `Z` where the letter allows it; in seconds.
fn offset(letter: char, count: usize, text: &str) -> Option<(i64, &str)> {
    if (letter == 'X' || (letter == 'Z' && count == 5)) && text.starts_with(['Z', 'z']) {
        return Some((0, &text[1..]));
    }
    let form = match (letter, count) {
        ('X' | 'x', 1) => "+HH",
        ('X' | 'x', 2) | ('Z', 1..=3) => "+HHMM",
        ('X' | 'x', 3) => "+HH:MM",
        _ => return None,
    };
    let head = text.get(..form.len())?;
    let (hours, minutes) = match form {
        "+HH" => (head.get(1..)?, "00"),
        "+HHMM" => (head.get(1..3)?, head.get(3..)?),
        _ => (head.get(1..3)?, head.get(4..)?),
    };
    let same_form = form != "+HH:MM" || head.as_bytes().get(3) == Some(&b':');
    let all = [hours, minutes].iter().all(|part| part.bytes().all(|digit| digit.is_ascii_digit()));
    let sign = &head[..1];
    (same_form && all)
        .then(|| parse_offset(&format!("{sign}{hours}:{minutes}")))?
        .map(|seconds| (seconds, &text[form.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_write_and_read() {
        // 2024-02-29 07:08:09.5, a Thursday.
        let micros = 19_782 * DAY + (7 * 3600 + 8 * 60 + 9) * SECOND + SECOND / 2;
        for (pattern, text) in [
            ("yyyy-MM-dd", "2024-02-29"),
            ("yyyy-MM-dd'T'HH:mm:ss.SSS", "2024-02-29T07:08:09.500"),
            ("d MMM yy", "29 Feb 24"),
            ("EEEE, h 'o''clock' a", "Thursday, 7 o'clock AM"),
            ("D QQQ", "60 Q1"),
        ] {
            assert_eq!(Pattern::new(pattern).unwrap().format(micros).unwrap(), text);
        }
        let read = |pattern: &str, text: &str| Pattern::new(pattern).unwrap().parse(text);
        assert_eq!(read("yyyyMMdd", "20240229").unwrap(), 19_782 * DAY);
        assert_eq!(read("dd/MM/yyyy[ HH:mm]", "29/02/2024").unwrap(), 19_782 * DAY);
        let class = |pattern, text| read(pattern, text).unwrap_err().error_class.unwrap();
        assert_eq!(class("yyyy-MM-dd", "x"), "CANNOT_PARSE_TIMESTAMP");
        assert!(class("yyyy-MM-dd", "2024-2-9").starts_with("INCONSISTENT_BEHAVIOR"));
        assert!(Pattern::new("YYYY").is_err());
    }
}
