//! `parse_url`.

use super::define::Function;
use super::define::Kind::{OnlyText, Text};
use super::inputs::text;
use crate::engine::errors::{Result, unsupported};
use crate::engine::value::Value;
use dbsql_local::engine::SqlError;

/// The functions.
pub(super) const ALL: &[Function] =
    &[Function::new("parse_url", &[OnlyText, OnlyText, OnlyText], Text, |values, _| {
        let key = values.get(2).and_then(Value::text);
        Ok(part(text(values, 0), text(values, 1), key)?.map_or(Value::Null, Value::Text))
    })
    .optional(1)];

/// What a URL consists of, as written.
struct Url<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

fn part(url: &str, part: &str, key: Option<&str>) -> Result<Option<String>> {
    let invalid = || {
        let message = format!("The url is invalid: {url}.");
        SqlError::new("INVALID_URL", "22P02", message)
    };
    if !url.is_ascii() || url.contains('[') {
        return Err(unsupported(format!("the URL {url}")));
    }
    let parts = split(url).ok_or_else(invalid)?;
    let opaque =
        parts.scheme.is_some() && parts.authority.is_none() && !parts.path.starts_with('/');
    let (user, host) = match parts.authority {
        Some(authority) => match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), Some(host)),
            None => (None, Some(authority)),
        },
        None => (None, None),
    };
    let found = match part {
        _ if key.is_some() && part != "QUERY" => None,
        // Of `mailto:a` only the scheme and the fragment are known.
        "PATH" | "QUERY" | "FILE" if opaque => None,
        "PROTOCOL" => parts.scheme.map(str::to_owned),
        "HOST" => host.and_then(host_of),
        "PATH" => Some(parts.path.to_owned()),
        "QUERY" => match (parts.query, key) {
            (Some(query), Some(key)) => {
                if key.contains(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_') {
                    return Err(unsupported(format!("the key {key} of a query")));
                }
                let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                pairs.find(|(name, _)| *name == key).map(|(_, value)| value.to_owned())
            }
            (query, _) => query.map(str::to_owned),
        },
        "REF" => parts.fragment.map(str::to_owned),
        "FILE" => Some(match parts.query {
            Some(query) => format!("{}?{query}", parts.path),
            None => parts.path.to_owned(),
        }),
        "AUTHORITY" => parts.authority.map(str::to_owned),
        "USERINFO" => host.and_then(host_of).and(user).map(str::to_owned),
        _ => None,
    };
    Ok(found)
}

/// The name without its port; `None` if it is no name of a host.
fn host_of(host: &str) -> Option<String> {
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
    let is_name = !name.is_empty()
        && name.chars().all(fits)
        && port.bytes().all(|digit| digit.is_ascii_digit());
    let last = name.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let is_address =
        name.split('.').count() == 4 && name.split('.').all(|number| number.parse::<u8>().is_ok());
    // The last part starts with a letter, unless it is an address.
    let starts = last.starts_with(|letter: char| letter.is_ascii_alphabetic());
    (is_name && (starts || is_address)).then(|| name.to_owned())
}

/// `None` if it has letters that a URL cannot have.
fn split(url: &str) -> Option<Url<'_>> {
    let (rest, fragment) = match url.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (url, None),
    };
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.'))
    };
    let (scheme, rest) = match rest.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
        Some((before, _)) if !before.contains('/') => return None,
        _ => (None, rest),
    };
    if scheme.is_some() && rest.is_empty() {
        return None;
    }
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            (Some(authority).filter(|authority| !authority.is_empty()), path)
        }
        None => (None, rest),
    };
    let all_fit = [Some(path), query, fragment, authority].into_iter().flatten().all(|part| {
        let mut letters = part.chars();
        let mut fits = true;
        while let Some(letter) = letters.next() {
            fits &= match letter {
                '%' => [letters.next(), letters.next()]
                    .iter()
                    .all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit())),
                letter => letter.is_ascii_alphanumeric() || "-_.!~*'(),;:$&+=@/?".contains(letter),
            };
        }
        fits
    });
    all_fit.then_some(Url { scheme, authority, path, query, fragment })
}
