//! Decimal numbers as an integer and a power of ten.

/// Reads a number; with its exponent of ten.
pub(super) fn parse(text: &str) -> Option<(i128, i32)> {
    let text = text.trim_matches(super::calendar::is_space);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, unsigned) = match mantissa.strip_prefix('-') {
        Some(unsigned) => (-1, unsigned),
        None => (1, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits: String = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let mut exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let mut number: i128 = 0;
    let significant = digits.trim_start_matches('0');
    for (index, digit) in significant.bytes().enumerate() {
        if index >= 38 {
            // More digits than any type has: they only count for the size. Rounding looks at the next.
            exponent = exponent.checked_add(i32::try_from(significant.len() - index).ok()?)?;
            break;
        }
        number = number * 10 + i128::from(digit - b'0');
    }
    Some((sign * number, exponent))
}

/// `number * 10^exponent` with that scale, rounded half up (away from zero); `None` when it has more
/// digits than the precision.
pub(super) fn rescaled(number: i128, exponent: i32, precision: u8, scale: i8) -> Option<i128> {
    let shift = exponent.checked_add(i32::from(scale))?;
    let scaled = if number == 0 {
        0
    } else if shift >= 0 {
        number.checked_mul(power(u32::try_from(shift).ok()?)?)?
    } else {
        rounded(number, u32::try_from(-shift).ok()?)
    };
    (scaled.unsigned_abs() < power(u32::from(precision))?.unsigned_abs()).then_some(scaled)
}

/// The number without its last digits, rounded half up.
pub(super) fn rounded(number: i128, digits: u32) -> i128 {
    let Some(divisor) = power(digits) else { return 0 };
    let (quotient, rest) = (number / divisor, number % divisor);
    // Not twice the rest: that may overflow.
    let up = rest.unsigned_abs() >= divisor.unsigned_abs() - rest.unsigned_abs();
    if rest != 0 && up { quotient + number.signum() } else { quotient }
}

/// The number with no more digits than Java's DECIMAL128 has; half is rounded to even.
pub(super) fn with_34_digits(number: i128) -> i128 {
    let digits = number.unsigned_abs().to_string().len();
    let Some(factor) = digits.checked_sub(34).and_then(|more| power(u32::try_from(more).ok()?))
    else {
        return number;
    };
    let (kept, rest) = (number / factor, (number % factor).abs());
    let is_up = rest * 2 > factor || rest * 2 == factor && kept % 2 != 0;
    (kept + if is_up { number.signum() } else { 0 }) * factor
}

/// `number` of that scale times `10^exponent`, without its fraction.
pub(super) fn truncated_times(number: i128, scale: i8, exponent: u32) -> i128 {
    let shift = i64::from(exponent) - i64::from(scale);
    match u32::try_from(shift) {
        Ok(shift) => {
            power(shift).and_then(|factor| number.checked_mul(factor)).unwrap_or(i128::MAX)
        }
        Err(_) => {
            let divisor = u32::try_from(-shift).ok().and_then(power);
            divisor.map_or(0, |divisor| number / divisor)
        }
    }
}

/// Ten to that power; `None` when it is too large.
pub(super) fn power(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}

/// The digits with their point.
pub(super) fn text(number: i128, scale: i8) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let digits = number.unsigned_abs().to_string();
    match usize::try_from(scale) {
        Ok(scale) if scale > 0 => {
            let padded = format!("{digits:0>width$}", width = scale + 1);
            let (whole, fraction) = padded.split_at(padded.len() - scale);
            format!("{sign}{whole}.{fraction}")
        }
        _ => format!("{sign}{digits}"),
    }
}

/// As Java writes a number: one that is small, with a power of ten.
pub(super) fn java_text(number: i128, scale: i8) -> String {
    let digits = number.unsigned_abs().to_string();
    let exponent = digits.len() as i64 - 1 - i64::from(scale);
    if exponent >= -6 {
        return text(number, scale);
    }
    let sign = if number < 0 { "-" } else { "" };
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{first}{point}{rest}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_rounded() {
        assert_eq!(parse(" -1.50 "), Some((-150, -2)));
        assert_eq!(parse("1e3"), Some((1, 3)));
        assert_eq!(parse("1.2.3"), None);
        assert_eq!(parse("."), None);
        assert_eq!(rescaled(125, -2, 5, 1), Some(13));
        assert_eq!(rescaled(-125, -2, 5, 1), Some(-13));
        assert_eq!(rescaled(99_995, -3, 4, 2), None);
        assert_eq!(text(-5, 2), "-0.05");
        assert_eq!(java_text(1, 6), "0.000001");
        assert_eq!(java_text(-1200, 10), "-1.200E-7");
        assert_eq!(java_text(0, 7), "0E-7");
    }
}
