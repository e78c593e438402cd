//! `get_json_object`: the parts of JSON that a path finds.

use super::json_tree::Json;

/// A step of a path.
#[derive(Debug, PartialEq)]
enum Step {
    Name(String),
    /// In lower case.
    NameInAnyCase(String),
    AnyName,
    Index(usize),
    AnyIndex,
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    /// A text is without quotes.
    Raw,
    Quoted,
    /// Lists are replaced by their items.
    Flat,
}

/// The text of what is found; `None` for nothing, or for an invalid path.
pub(super) fn found(json: &Json, path: &str) -> Option<String> {
    let path = steps(path)?;
    let mut out = Vec::new();
    find(json, Style::Raw, &path, &mut out).then(|| out.join(" "))
}

/// The same as `found`, with names in any case.
pub(super) fn found_in_any_case(json: &Json, path: &str) -> Option<String> {
    let path = steps(path)?.into_iter().map(|step| match step {
        Step::Name(name) => Step::NameInAnyCase(name.to_lowercase()),
        other => other,
    });
    let mut out = Vec::new();
    find(json, Style::Raw, &path.collect::<Vec<_>>(), &mut out).then(|| out.join(" "))
}

fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("['") {
            let (name, behind) = quoted.split_once("']")?;
            if name.is_empty() || name.contains(['\'', '?']) {
                return None;
            }
            steps.push(match name {
                "*" => Step::AnyName,
                name => Step::Name(name.to_owned()),
            });
            rest = behind;
        } else if let Some(subscript) = rest.strip_prefix('[') {
            let (index, behind) = subscript.split_once(']')?;
            steps.push(match index {
                "*" => Step::AnyIndex,
                digits if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                    Step::Index(digits.parse().ok()?)
                }
                _ => return None,
            });
            rest = behind;
        } else {
            let name = rest.strip_prefix('.')?;
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, behind) = name.split_at(end);
            if name.is_empty() {
                return None;
            }
            steps.push(match name {
                "*" => Step::AnyName,
                name => Step::Name(name.trim_start().to_owned()),
            });
            rest = behind;
        }
    }
    Some(steps)
}

/// Writes what the path finds; whether it finds something.
fn find(json: &Json, style: Style, path: &[Step], out: &mut Vec<String>) -> bool {
    match (json, path) {
        (Json::Text(text), []) if style == Style::Raw => {
            out.push(text.clone());
            true
        }
        (Json::List(items), []) if style == Style::Flat => {
            let found = items.iter().map(|item| find(item, style, &[], out));
            found.fold(false, |all, one| all | one)
        }
        (json, []) => {
            out.push(json.printed());
            true
        }
        (Json::Object(members), [Step::Name(name), rest @ ..]) => members
            .iter()
            .filter(|(own, member)| own == name && *member != Json::Null)
            .any(|(_, member)| find(member, style, rest, out)),
        (Json::Object(members), [Step::NameInAnyCase(name), rest @ ..]) => members
            .iter()
            .filter(|(own, member)| own.to_lowercase() == *name && *member != Json::Null)
            .any(|(_, member)| find(member, style, rest, out)),
        (Json::List(items), [Step::AnyIndex, Step::AnyIndex, rest @ ..]) => {
            let mut inner = Vec::new();
            let found = all(items, Style::Flat, rest, &mut inner) > 0;
            out.push(format!("[{}]", inner.join(",")));
            found
        }
        (Json::List(items), [Step::AnyIndex, rest @ ..]) if style != Style::Quoted => {
            let next = if style == Style::Raw { Style::Quoted } else { style };
            let mut inner = Vec::new();
            let found = all(items, next, rest, &mut inner);
            match found {
                0 => return false,
                1 => out.push(inner.join(",")),
                _ => out.push(format!("[{}]", inner.join(","))),
            }
            true
        }
        (Json::List(items), [Step::AnyIndex, rest @ ..]) => {
            let mut inner = Vec::new();
            let found = all(items, style, rest, &mut inner) > 0;
            out.push(format!("[{}]", inner.join(",")));
            found
        }
        (Json::List(items), [Step::Index(index), rest @ ..]) => {
            let style = if rest.first() == Some(&Step::AnyIndex) { Style::Quoted } else { style };
            items.get(*index).is_some_and(|item| find(item, style, rest, out))
        }
        _ => false,
    }
}

/// The number of items where something is found.
fn all(items: &[Json], style: Style, path: &[Step], out: &mut Vec<String>) -> usize {
    items.iter().filter(|item| find(item, style, path, out)).count()
}
