//! Each value as each type.

use super::VALUES;

pub(super) fn statements() -> Vec<String> {
    let mut all = Vec::new();
    for (_, values) in VALUES {
        for value in *values {
            for (target, _) in VALUES {
                all.push(format!("SELECT CAST({value} AS {target}) AS v"));
                all.push(format!("SELECT try_cast({value} AS {target}) AS v"));
            }
        }
    }
    all
}
