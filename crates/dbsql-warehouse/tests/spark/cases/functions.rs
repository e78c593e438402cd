//! Each function of one row over values of each type, extremes, empty values and NULL.

use super::listed;

/// Values, with which each argument is replaced in turn.
const VALUES: &[&str] = &[
    "NULL",
    "CAST(NULL AS STRING)",
    "true",
    "0",
    "-3",
    LARGE,
    "9223372036854775807",
    "1.5F",
    "2.5D",
    "CAST('NaN' AS DOUBLE)",
    "CAST(1.25 AS DECIMAL(10,2))",
    "'12'",
    "''",
    "'abc'",
    "X'3132'",
    "DATE'2024-02-29'",
    "TIMESTAMP'2024-02-29 12:34:56.5'",
    "INTERVAL '1 02:03:04.5' DAY TO SECOND",
    "array(1, NULL, 3)",
    "map('a', 1)",
    "named_struct('a', 1, 'b', 'x')",
];

const LARGE: &str = "2147483647";

/// Functions whose result would be of this length.
const LONG: &[&str] =
    &["repeat", "space", "lpad", "rpad", "array_repeat", "sequence", "array_insert", "stack"];

/// Functions whose result contains an argument.
const NESTING: &[&str] = &["array_repeat", "map", "named_struct", "struct"];

pub(super) fn statements() -> Vec<String> {
    let mut all = Vec::new();
    for call in listed(include_str!("functions.sql")) {
        let (name, arguments) = parts(&call);
        let select = |arguments: &[&str]| format!("SELECT {name}({}) AS v", arguments.join(", "));
        all.push(select(&arguments));
        for (index, usual) in arguments.iter().enumerate() {
            // The body of a lambda and a unit of time are no values.
            let is_unit = *usual != "NULL" && usual.bytes().all(|byte| byte.is_ascii_uppercase());
            if usual.contains("->") || is_unit {
                continue;
            }
            for value in VALUES {
                let is_long = *value == LARGE && LONG.contains(&name);
                // Inside of other values they have another text in each server.
                let is_nested = *value == "X'3132'" && NESTING.contains(&name)
                    || value.starts_with("named_struct") && name == "map";
                if is_long || is_nested {
                    continue;
                }
                let mut changed = arguments.clone();
                changed[index] = value;
                all.push(select(&changed));
            }
        }
        // Too few and too many.
        if let Some((_, fewer)) = arguments.split_last()
            && name != "unix_timestamp"
        {
            all.push(select(fewer));
        }
        let more: Vec<_> = arguments.iter().copied().chain(["1"]).collect();
        all.push(select(&more));
    }
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|sql| seen.insert(sql.clone()));
    all
}

/// The name and the arguments of a call.
fn parts(call: &str) -> (&str, Vec<&str>) {
    let (name, rest) = call.split_once('(').unwrap_or((call, ")"));
    let rest = rest.strip_suffix(')').unwrap_or(rest);
    let (mut arguments, mut start, mut depth, mut is_text) = (Vec::new(), 0, 0, false);
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'\'' => is_text = !is_text,
            _ if is_text => {}
            b'(' => depth += 1,
            b')' => depth -= 1,
            b',' if depth == 0 => {
                arguments.push(rest[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    if !rest.is_empty() {
        arguments.push(rest[start..].trim());
    }
    (name, arguments)
}
