//! The outcome of a case on one side.

use serde_json::{Map, Value};

/// A host, a sign-in and its credentials; or an error.
#[derive(Debug)]
pub(super) struct Outcome(Value);

impl Outcome {
    /// Parses the output of a side.
    pub(super) fn new(value: Value) -> Self {
        Self(value)
    }

    pub(super) fn is_error(&self) -> bool {
        self.0.get("error").is_some()
    }

    /// Whether both are errors, with any text, or have the same host, sign-in and credentials.
    pub(super) fn is_the_same(&self, other: &Self) -> bool {
        match (self.is_error(), other.is_error()) {
            (true, true) => true,
            (false, false) => {
                self.host().is_some()
                    && self.host() == other.host()
                    && self.0["kind"] == other.0["kind"]
                    && self.credentials() == other.credentials()
            }
            _ => false,
        }
    }

    /// The normalized host.
    fn host(&self) -> Option<String> {
        let text = self.0["host"].as_str()?.trim();
        let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let scheme = scheme.to_ascii_lowercase();
        let usual = if scheme == "https" { ":443" } else { ":80" };
        let authority = authority.strip_suffix(usual).unwrap_or(authority).to_ascii_lowercase();
        Some(format!(
            "{scheme}://{authority}{}",
            path.trim_start_matches('/').trim_end_matches('/')
        ))
    }

    /// The credentials, with the default scopes if none are set.
    fn credentials(&self) -> Option<Map<String, Value>> {
        let mut credentials = self.0["credentials"].as_object()?.clone();
        if let Some(scopes) = credentials.get_mut("scopes") {
            let text = scopes.as_str().unwrap_or("all-apis");
            let split = |c: char| c == ',' || c == ' ';
            let mut all: Vec<_> = text.split(split).filter(|scope| !scope.is_empty()).collect();
            all.sort_unstable();
            all.dedup();
            *scopes = Value::from(all.join(" "));
        }
        Some(credentials)
    }

    /// In one line, for users. The secrets of cases are fake.
    pub(super) fn shown(&self) -> String {
        let mut value = self.0.clone();
        if let Some(object) = value.as_object_mut() {
            object.remove("shown");
        }
        let text = value.to_string();
        let end = text.char_indices().nth(400).map_or(text.len(), |(at, _)| at);
        text[..end].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(host: &str, scopes: Option<&str>) -> Outcome {
        let credentials = json!({"scopes": scopes});
        Outcome::new(json!({"host": host, "kind": "oauth-m2m", "credentials": credentials}))
    }

    #[test]
    fn spelling_does_not_matter_and_all_else_does() {
        let plain = of("https://h.example", None);
        for same in [
            of("H.example/", Some("all-apis")),
            of("HTTPS://h.example:443//", None),
            of(" h.example\n", None),
        ] {
            assert!(plain.is_the_same(&same), "{same:?}");
        }
        let error = || Outcome::new(json!({"error": "x"}));
        for other in [
            of("http://h.example", None),
            of("https://h.example:8443", None),
            of("https://h.example/x", None),
            of("https://h.example", Some("sql")),
            error(),
            Outcome::new(json!({"host": "h.example", "kind": "pat", "credentials": {}})),
        ] {
            assert!(!plain.is_the_same(&other) && !other.is_the_same(&plain), "{other:?}");
        }
        assert!(error().is_the_same(&Outcome::new(json!({"error": "y"}))));
        assert!(of("h", Some("b, a b")).is_the_same(&of("h", Some("a b"))));
    }
}
