//! Each value as each type.

use super::VALUES;

pub(super) fn statements() -> Vec<String> {
    let mut all = Vec::new();
    for (source, values) in VALUES {
        for value in *values {
            for (target, _) in VALUES {
                all.push(format!("SELECT CAST({value} AS {target}) AS v"));
                if matches!(*source, "STRING" | "DOUBLE") {
                    all.push(format!("SELECT try_cast({value} AS {target}) AS v"));
                }
            }
        }
    }
    all
}
