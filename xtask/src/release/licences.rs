//! Checks that `deny.toml` allows the licence of each dependency, for machines without cargo-deny:
//! the same list of licences, applied to `cargo metadata`.

use std::collections::BTreeSet;

use anyhow::{Context as _, bail};
use serde_json::Value;
use toml_edit::DocumentMut;

/// Returns the licences that the text of `deny.toml` allows.
pub(super) fn allowed(deny: &str) -> anyhow::Result<BTreeSet<String>> {
    let document: DocumentMut = deny.parse().context("deny.toml")?;
    let list = document.get("licenses").and_then(|licenses| licenses.get("allow"));
    let list = list.and_then(|allow| allow.as_array()).context("deny.toml: no `licenses.allow`")?;
    Ok(list.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
}

/// Checks every package of the metadata, and returns their number.
pub(super) fn check(metadata: &Value, allowed: &BTreeSet<String>) -> anyhow::Result<usize> {
    let packages = metadata["packages"].as_array().context("no packages in the metadata")?;
    let mut problems = Vec::new();
    for package in packages {
        let problem = match package["license"].as_str() {
            None => "it names no licence".to_owned(),
            Some(text) => match is_allowed(text, allowed) {
                Some(true) => continue,
                Some(false) => format!("`{text}` is not in the list of deny.toml"),
                None => format!("`{text}` is no licence expression"),
            },
        };
        let text = |key: &str| package[key].as_str().unwrap_or_default();
        problems.push(format!("\n  {} {}: {problem}", text("name"), text("version")));
    }
    if !problems.is_empty() {
        bail!("{} package(s) may not be used:{}", problems.len(), problems.concat());
    }
    Ok(packages.len())
}

/// Returns whether an SPDX expression can be satisfied; `None` if it is invalid.
fn is_allowed(text: &str, allowed: &BTreeSet<String>) -> Option<bool> {
    // `MIT/Apache-2.0` is the old syntax of `OR`.
    let spaced = text.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let met = either(&mut words, allowed)?;
    words.next().is_none().then_some(met)
}

type Words<'w> = std::iter::Peekable<std::str::SplitWhitespace<'w>>;

fn either(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> Option<bool> {
    let mut met = both(words, allowed)?;
    while words.next_if_eq(&"OR").is_some() {
        met |= both(words, allowed)?;
    }
    Some(met)
}

fn both(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> Option<bool> {
    let mut met = one(words, allowed)?;
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed)?;
    }
    Some(met)
}

fn one(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> Option<bool> {
    match words.next()? {
        "(" => {
            let met = either(words, allowed)?;
            words.next_if_eq(&")").map(|_| met)
        }
        "OR" | "AND" | "WITH" | ")" => None,
        name if words.next_if_eq(&"WITH").is_some() => {
            Some(allowed.contains(&format!("{name} WITH {}", words.next()?)))
        }
        name => Some(allowed.contains(name)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn list() -> BTreeSet<String> {
        let deny = "[licenses]\nallow = [\"MIT\", \"ISC\", \"Apache-2.0 WITH LLVM-exception\"]\n";
        allowed(deny).unwrap()
    }

    #[test]
    fn expressions_are_evaluated_by_the_rules_of_spdx() {
        for (text, expected) in [
            ("MIT", Some(true)),
            ("GPL-3.0", Some(false)),
            ("GPL-3.0 OR MIT", Some(true)),
            ("GPL-3.0/MIT", Some(true)),
            ("GPL-3.0 AND MIT", Some(false)),
            ("MIT AND ISC OR GPL-3.0", Some(true)),
            ("MIT AND (ISC OR GPL-3.0)", Some(true)),
            ("GPL-3.0 AND (ISC OR MIT)", Some(false)),
            ("Apache-2.0 WITH LLVM-exception", Some(true)),
            ("Apache-2.0", Some(false)),
            ("MIT WITH LLVM-exception", Some(false)),
            ("MIT OR", None),
            ("(MIT", None),
            ("MIT ISC", None),
            ("", None),
        ] {
            assert_eq!(is_allowed(text, &list()), expected, "{text}");
        }
    }

    #[test]
    fn package_with_a_foreign_licence_is_named() {
        let metadata = json!({ "packages": [
            { "name": "a", "version": "1.0.0", "license": "MIT" },
            { "name": "b", "version": "2.0.0", "license": "GPL-3.0" },
            { "name": "c", "version": "3.0.0", "license": null },
        ] });
        let error = check(&metadata, &list()).unwrap_err().to_string();
        assert!(error.starts_with("2 package(s)"), "{error}");
        assert!(error.contains("\n  b 2.0.0: `GPL-3.0` is not in the list"), "{error}");
        assert!(error.contains("\n  c 3.0.0: it names no licence"), "{error}");
        let metadata = json!({ "packages": [{ "name": "a", "license": "MIT" }] });
        assert_eq!(check(&metadata, &list()).unwrap(), 1);
    }
}
