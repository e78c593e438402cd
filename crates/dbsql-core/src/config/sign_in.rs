//! Selects the sign-in for the settings.

mod azure;
mod build;
mod rule;

use std::collections::BTreeMap;

use dbsql_auth::SharedTokenProvider;

use self::rule::{CHAIN, Fit, Rule};
use super::problem::{Problem, list};
use super::setting::{Family, Key};
use super::sources::Merged;

/// The selected sign-in, and the reason.
#[derive(Debug)]
pub(super) struct Choice {
    rule: &'static Rule,
    pub(super) why: String,
}

impl Choice {
    /// Returns its name, as in `auth_type`.
    pub(super) fn name(&self) -> &'static str {
        self.rule.name
    }

    /// Returns the provider of the tokens. Sends nothing.
    pub(super) fn provider(&self, settings: &Merged<'_>) -> Result<SharedTokenProvider, Problem> {
        (self.rule.build)(settings)
    }
}

/// Selects as the official SDKs do: the sign-in in `auth_type`, or else the first of their chain
/// that is configured. Settings of two sign-ins are ambiguous.
pub(super) fn choose(settings: &Merged<'_>) -> Result<Choice, Problem> {
    if let Some(given) = settings.given(Key::GroupId).filter(|given| !given.text().is_empty()) {
        return Err(Problem::new(
            format!(
                "group_id ({}) is not supported: queries would not run as the group",
                given.origin
            ),
            "remove it, or set a provider that signs in for the group with Config::credentials",
        ));
    }
    match settings.get(Key::AuthType) {
        Some(name) => named(settings, name),
        None => {
            reject_ambiguous(settings)?;
            first_of_chain(settings)
        }
    }
}

fn named(settings: &Merged<'_>, name: &str) -> Result<Choice, Problem> {
    let auth_type = settings.named(Key::AuthType);
    let Some(rule) = CHAIN.iter().find(|rule| rule.name == name) else {
        let names: Vec<_> =
            CHAIN.iter().filter(|rule| rule.is_supported).map(|rule| rule.name).collect();
        return Err(Problem::new(
            format!("unknown {auth_type}"),
            format!("set it to one of {}, or unset it", list(&names)),
        ));
    };
    let missing = rule.missing(settings);
    if !missing.is_empty() {
        return Err(Problem::new(
            format!("{auth_type} is {name}, but {} not set", is_or_are(&missing)),
            format!("set {}, or unset auth_type", ways_to_set(&missing)),
        ));
    }
    match (rule.fit)(settings, true) {
        Fit::Yes => Ok(Choice { rule, why: format!("selected by {auth_type}") }),
        Fit::No(why) => Err(Problem::new(
            format!("{auth_type} is {name}, but {why}"),
            format!("{}, or unset auth_type", rule.advice),
        )),
    }
}

/// Two sign-ins without an `auth_type`: it would be ambiguous which one counts.
fn reject_ambiguous(settings: &Merged<'_>) -> Result<(), Problem> {
    let mut families: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (key, given) in settings.iter() {
        let family: Family = key.setting().family;
        if let Some(name) = family.name().filter(|_| !given.text().is_empty()) {
            families.entry(name).or_default().push(settings.named(key));
        }
    }
    if families.len() < 2 {
        return Ok(());
    }
    let found: Vec<_> =
        families.iter().map(|(name, found)| format!("{name} by {}", list(found))).collect();
    Err(Problem::new(
        format!("more than one way to sign in is configured: {}", list(&found)),
        "set auth_type (DATABRICKS_AUTH_TYPE) to the intended one, or unset the others",
    ))
}

fn first_of_chain(settings: &Merged<'_>) -> Result<Choice, Problem> {
    let mut reasons = Vec::new();
    for rule in CHAIN {
        let missing = rule.missing(settings);
        if !missing.is_empty() {
            if missing.len() < rule.needs.len() {
                let found = rule.needs.iter().filter(|key| !missing.contains(key));
                let found: Vec<_> = found.map(|key| settings.named(*key)).collect();
                reasons.push(format!(
                    "for {} there is {}, but {} not set",
                    rule.name,
                    list(&found),
                    is_or_are(&missing)
                ));
            }
            continue;
        }
        match (rule.fit)(settings, false) {
            Fit::Yes if rule.needs.is_empty() => {
                return Ok(Choice { rule, why: format!("since {}", rule.why) });
            }
            Fit::Yes => {
                let found: Vec<_> = rule.needs.iter().map(|key| settings.named(*key)).collect();
                return Ok(Choice { rule, why: format!("from {}", list(&found)) });
            }
            Fit::No("") => {}
            Fit::No(why) => reasons.push(format!("for {} {why}", rule.name)),
        }
    }
    let reasons =
        if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join("; ")) };
    Err(Problem::missing(
        format!("there are no credentials{reasons}"),
        "set token (DATABRICKS_TOKEN, Config::token), or client_id and client_secret \
         (DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET, Config::client_credentials), or sign in \
         with `databricks auth login`, or set a provider with Config::credentials",
    ))
}

fn is_or_are(keys: &[Key]) -> String {
    let names: Vec<_> = keys.iter().map(|key| key.name()).collect();
    format!("{} {}", list(&names), if keys.len() == 1 { "is" } else { "are" })
}

/// `token (DATABRICKS_TOKEN)`.
pub(super) fn ways_to_set(keys: &[Key]) -> String {
    let names = keys.iter().map(|key| match key.setting().variables {
        [] => key.name().to_owned(),
        [variable, ..] => format!("{} ({variable})", key.name()),
    });
    list(&names.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
