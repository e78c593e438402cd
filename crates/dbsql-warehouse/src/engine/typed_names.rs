//! Names of columns of results that depend on the types of the columns in them.

use std::collections::BTreeSet;

/// A name in which these columns are structs, of which `st['a']` is the member `st.a`, or lists of
/// structs, of which `sa['a']` and `sa[0]['a']` are.
pub(super) fn with_members(
    name: &str,
    structs: &BTreeSet<String>,
    lists: &BTreeSet<String>,
    columns: &BTreeSet<String>,
) -> String {
    let mut written = String::with_capacity(name.len());
    let mut rest = name;
    // Whether the item of such a list is open.
    let mut is_item = false;
    while let Some(open) = rest.find('[') {
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        let column = rest[rest[..open].trim_end_matches(is_part).len()..open].to_lowercase();
        let close = rest[open..].find(']').map(|length| open + length);
        let key = close.map_or("", |close| &rest[open + 1..close]);
        let is_number = key.bytes().all(|byte| byte.is_ascii_digit());
        let is_member = match open {
            0 if is_item => !is_number,
            _ if lists.contains(&column) => {
                !is_number && key.chars().all(is_part) && !columns.contains(&key.to_lowercase())
            }
            _ => structs.contains(&column),
        };
        is_item = lists.contains(&column) && is_number;
        match close {
            Some(close) if is_item => {
                written.push_str(&rest[..=close]);
                rest = &rest[close + 1..];
                is_item = rest.starts_with('[');
            }
            Some(close) if is_member => {
                written.push_str(&format!("{}.{}", &rest[..open], &rest[open + 1..close]));
                rest = &rest[close + 1..];
            }
            _ => {
                written.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
    }
    written + rest
}

/// A name in which these columns are integers: a decimal that one is compared with is an integer there.
pub(super) fn with_integers(name: &str, integers: &BTreeSet<String>) -> String {
    let mut written = name.to_owned();
    let mut from = 0;
    while let Some((at, operator)) = next_comparison(&written, from) {
        from = at + operator.len();
        let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-');
        let start = written[..at].trim_end_matches(is_part).len();
        let rest = &written[from..];
        let end = from + rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let is_whole = written[..start].ends_with('(') && written[end..].starts_with(')');
        let (left, right) = (&written[start..at], &written[from..end]);
        let is_integer = |side: &str| integers.contains(&side.to_lowercase());
        // `>=` and `<` need the next greater one.
        let rounded = if !is_whole {
            None
        } else if is_integer(left) {
            whole(right, matches!(operator, " >= " | " < ")).map(|number| (from..end, number))
        } else if is_integer(right) {
            whole(left, matches!(operator, " <= " | " > ")).map(|number| (start..at, number))
        } else {
            None
        };
        if let Some((range, number)) = rounded {
            from = range.start;
            written.replace_range(range, &number);
        }
    }
    written
}

/// Whether there is a window with a RANGE of numbers in the order of one of these columns, whose name
/// depends on the types of the numbers.
pub(super) fn has_float_range(name: &str, floats: &BTreeSet<String>) -> bool {
    name.match_indices("ORDER BY ").any(|(at, start)| {
        let window = &name[at + start.len()..];
        let window = window.find(')').map_or(window, |end| &window[..end]);
        let column = window.split(' ').next().unwrap_or_default().to_lowercase();
        let is_number = |word: &str| word.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
        let bounds = window.split_once(" RANGE BETWEEN ").map_or("", |(_, bounds)| bounds);
        floats.contains(&column) && bounds.split(' ').any(is_number)
    })
}

fn next_comparison(name: &str, from: usize) -> Option<(usize, &'static str)> {
    let operators = [" > ", " >= ", " < ", " <= "];
    let found = operators
        .into_iter()
        .filter_map(|operator| name.get(from..)?.find(operator).map(|at| (from + at, operator)));
    found.min()
}

/// The integer for a decimal, not less or not greater than it; `None` for anything else.
fn whole(text: &str, up: bool) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (front, back) = digits.split_once('.')?;
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(front) || !are_digits(back) || digits.len() > 18 {
        return None;
    }
    let number: i64 = if front.is_empty() { 0 } else { front.parse().ok()? };
    let has_fraction = back.bytes().any(|byte| byte != b'0');
    let is_negative = text.starts_with('-');
    let number = if is_negative { -number } else { number };
    let away = match (has_fraction, is_negative, up) {
        (true, false, true) => 1,
        (true, true, false) => -1,
        _ => 0,
    };
    Some((number + away).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_beside_integers_are_rounded_to_where_the_comparison_is_the_same() {
        let integers = BTreeSet::from(["i".to_owned()]);
        for (name, expected) in [
            ("(i > 10.0)", "(i > 10)"),
            ("(i >= 2.5)", "(i >= 3)"),
            ("(i <= 2.5)", "(i <= 2)"),
            ("(i < 2.5)", "(i < 3)"),
            ("(2.50 <= I)", "(3 <= I)"),
            ("(i > -1.5)", "(i > -2)"),
            ("((i >= 1.5) AND (i <= 2.5))", "((i >= 2) AND (i <= 2))"),
            ("(x > 10.5)", "(x > 10.5)"),
            ("(i > x.y)", "(i > x.y)"),
            ("(i = 10.0)", "(i = 10.0)"),
        ] {
            assert_eq!(with_integers(name, &integers), expected);
        }
    }

    #[test]
    fn members_of_structs_have_a_dot() {
        let [structs, lists] = ["st", "sa"].map(|name| BTreeSet::from([name.to_owned()]));
        let columns = BTreeSet::from(["i".to_owned()]);
        for (name, expected) in [
            ("(st[a] + m[b])", "(st.a + m[b])"),
            ("sa[0][v]", "sa[0].v"),
            ("(sa[k] + sa[i])", "(sa.k + sa[i])"),
            ("size(sa[0]) + m[0][v]", "size(sa[0]) + m[0][v]"),
        ] {
            assert_eq!(with_members(name, &structs, &lists, &columns), expected);
        }
    }
}
