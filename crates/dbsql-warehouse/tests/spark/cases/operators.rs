//! Each operator between values of each pair of types.

use super::VALUES;

const OPERATORS: &[&str] = &["+", "-", "*", "/", "%", "DIV", "=", "<", "||", "AND"];

/// Types that behave in an operator as another one does.
const LEFT_OUT: &[&str] = &[
    "SMALLINT",
    "BINARY",
    "TIMESTAMP_NTZ",
    "INTERVAL YEAR TO MONTH",
    "ARRAY<STRING>",
    "MAP<STRING,INT>",
    "STRUCT<a:INT,b:STRING>",
];

pub(super) fn statements() -> Vec<String> {
    let mut all = Vec::new();
    for operator in OPERATORS {
        let values = || VALUES.iter().filter(|(name, _)| !LEFT_OUT.contains(name));
        for (left_type, left) in values() {
            for (right_type, right) in values() {
                // Of numbers of one type all pairs, else one value of each.
                let same = left_type == right_type && is_number(left_type);
                let (left, right) = if same { (*left, *right) } else { (&left[..1], &right[..1]) };
                for left in left {
                    for right in right {
                        all.push(format!("SELECT {left} {operator} {right} AS v"));
                    }
                }
            }
        }
        let unary = VALUES.iter().flat_map(|(_, values)| values.iter());
        if matches!(*operator, "-" | "+") {
            all.extend(unary.map(|value| format!("SELECT {operator} ({value}) AS v")));
        }
    }
    all
}

fn is_number(name: &str) -> bool {
    ["INT", "BIGINT", "DOUBLE", "DECIMAL(10,2)"].contains(&name)
}
