//! Each operator between values of each pair of types.

use super::VALUES;

const OPERATORS: &[&str] = &["+", "-", "*", "/", "%", "DIV", "=", "<=>", "<", "||", "&", "AND"];

pub(super) fn statements() -> Vec<String> {
    let mut all = Vec::new();
    for operator in OPERATORS {
        for (left_type, left) in VALUES {
            for (right_type, right) in VALUES {
                // Of the same type all pairs, else one value of each.
                let same = left_type == right_type;
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
