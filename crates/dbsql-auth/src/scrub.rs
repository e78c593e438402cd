//! Reduces the output of another program or page to one short line without anything that looks like
//! a token.

/// The maximum length of the text, in characters.
const MAX_TEXT: usize = 400;

/// Longer words that contain a digit are taken for secrets.
const MAX_MIXED: usize = 19;

/// Longer words are taken for secrets, whatever they contain.
const MAX_WORD: usize = 31;

/// The prefixes of tokens of Databricks, Entra, GitHub, and of JWTs.
const PREFIXES: [&str; 10] =
    ["dapi", "dose", "dkea", "doau", "eyJ", "ghp_", "gho_", "ghs_", "sk-", "0."];

/// Names whose values are secrets.
const SECRET_NAMES: [&str; 8] =
    ["token", "secret", "password", "passwd", "assertion", "verifier", "authorization", "api_key"];

/// Replaces the parts that were cut.
const CUT: &str = "[...]";

/// Makes foreign text suitable for an error: one line, bounded, without control characters, and
/// without anything that looks like a token. If the text has lines that start with `Error:`, it
/// starts with the first of them: warnings come before it.
pub(crate) fn scrub(text: &str) -> String {
    let plain = without_escapes(text);
    let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let is_error =
        |line: &&str| line.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("error:"));
    let start = lines.iter().position(is_error).unwrap_or(0);
    let mut shown = String::new();
    let mut names_secret = false;
    for word in lines[start..].iter().flat_map(|line| line.split_whitespace()) {
        if !shown.is_empty() {
            shown.push(' ');
        }
        let word = without_query(word);
        if names_secret && is_value(word) {
            shown.push_str(CUT);
        } else {
            shown.push_str(&scrub_word(word));
        }
        names_secret = names_a_secret(word);
    }
    let shown = match shown.strip_prefix("Error: ").or_else(|| shown.strip_prefix("ERROR: ")) {
        Some(rest) => rest.to_owned(),
        None => shown,
    };
    match shown.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}...", &shown[..end]),
        None => shown,
    }
}

/// Removes the escape sequences that color a terminal, and replaces other control characters and
/// invisible ones by spaces.
fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' && chars.next_if_eq(&'[').is_some() {
            // Parameters, then one letter.
            while chars.next().is_some_and(|c| !c.is_ascii_alphabetic()) {}
            continue;
        }
        let is_hidden = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}');
        match c {
            '\n' => plain.push('\n'),
            c if c.is_control() || is_hidden => plain.push(' '),
            c => plain.push(c),
        }
    }
    plain
}

/// Removes the query and fragment of a URL, which may contain anything.
fn without_query(word: &str) -> &str {
    match word.split_once(['?', '#']) {
        Some((address, _)) if word.contains("://") => address,
        _ => word,
    }
}

/// Returns `true` if the next word is the value of this name: `Bearer`, `"access_token":`,
/// `password=`.
fn names_a_secret(word: &str) -> bool {
    let is_scheme = |name: &str| word.eq_ignore_ascii_case(name);
    let name = word.trim_end_matches(['"', '\'']).strip_suffix([':', '=']);
    is_scheme("bearer") || is_scheme("basic") || name.is_some_and(is_secret_name)
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    SECRET_NAMES.iter().any(|secret| name.ends_with(secret))
}

/// Returns `true` for a value, as opposed to a word of a sentence.
fn is_value(word: &str) -> bool {
    word.starts_with(['"', '\'']) || word.chars().any(|c| c.is_ascii_digit() || "_=/+".contains(c))
}

/// Returns a word with the parts that look like a secret cut.
fn scrub_word(word: &str) -> String {
    // `name=value` and `"name":"value"` in one word.
    if let Some((name, value)) = word.split_once(['=', ':'])
        && is_secret_name(name)
        && value.chars().any(char::is_alphanumeric)
    {
        return format!("{name}={CUT}");
    }
    let mut shown = String::with_capacity(word.len());
    let mut rest = word;
    while !rest.is_empty() {
        let end = rest.find(|c| !in_token(c)).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        shown.push_str(if is_harmless(part) { part } else { CUT });
        let next = after.find(in_token).unwrap_or(after.len());
        shown.push_str(&after[..next]);
        rest = &after[next..];
    }
    shown
}

/// Characters that tokens consist of. Not the slash: it separates the parts of addresses and paths.
fn in_token(c: char) -> bool {
    c.is_alphanumeric() || "-_.~+=%".contains(c)
}

fn is_harmless(part: &str) -> bool {
    if is_uuid(part) || is_workspace_host(part) {
        return true;
    }
    let is_token = part.len() > 8 && PREFIXES.iter().any(|prefix| part.starts_with(prefix));
    let has_long_piece = part.split(['.', '~']).any(|piece| {
        let has_digit = piece.chars().any(|c| c.is_ascii_digit());
        piece.chars().count() > if has_digit { MAX_MIXED } else { MAX_WORD }
    });
    !is_token && !has_long_piece
}

/// Ids of applications, tenants and requests, which are not secret and help to investigate.
fn is_uuid(part: &str) -> bool {
    let lengths = part.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && part.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

/// `adb-<workspace id>.<n>.azuredatabricks.net`, whose first label is long and has digits.
fn is_workspace_host(part: &str) -> bool {
    let Some((label, domain)) = part.split_once('.') else { return false };
    let is_number = |text: &str| text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit());
    label.strip_prefix("adb-").is_some_and(is_number)
        && [".azuredatabricks.net", ".databricks.azure.us", ".databricks.azure.cn"]
            .iter()
            .any(|known| domain.strip_suffix(known).is_some_and(is_number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_programs_remain_readable() {
        for (text, shown) in [
            (
                "Warn: [hostmetadata] failed to fetch host metadata for https://h.test, will skip \
                 for 1m0s\nError: cache: databricks OAuth is not configured for this host. no cached \
                 credentials; run `databricks auth login` to sign in\n",
                "cache: databricks OAuth is not configured for this host. no cached credentials; run \
                 `databricks auth login` to sign in",
            ),
            (
                "Error: A new access token could not be retrieved because the refresh token is \
                 invalid. To reauthenticate, run the following command:\n  $ databricks auth login \
                 --profile test-profile\n",
                "A new access token could not be retrieved because the refresh token is invalid. To \
                 reauthenticate, run the following command: $ databricks auth login --profile \
                 test-profile",
            ),
            (
                "\u{1b}[31mERROR: Please run 'az login' to setup account.\u{1b}[0m\r\n",
                "Please run 'az login' to setup account.",
            ),
            (
                "AADSTS700082: see https://login.test/error?code=700082 now",
                "AADSTS700082: see https://login.test/error now",
            ),
            (
                "Error: token refresh: dial tcp: lookup adb-1234567890123456.7.azuredatabricks.net: \
                 no such host",
                "token refresh: dial tcp: lookup adb-1234567890123456.7.azuredatabricks.net: no such \
                 host",
            ),
            (
                "Trace ID: 1f6fa410-64eb-4312-82c3-ab4173858500",
                "Trace ID: 1f6fa410-64eb-4312-82c3-ab4173858500",
            ),
            (
                "report it at https://github.com/databricks/cli/issues/new",
                "report it at https://github.com/databricks/cli/issues/new",
            ),
            ("one\u{200b}two\u{7}three", "one two three"),
            ("", ""),
        ] {
            assert_eq!(scrub(text), shown);
        }
    }

    #[test]
    fn anything_that_looks_like_a_token_is_cut() {
        let jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl";
        for (secret, text) in [
            (jwt, "refresh with {} failed"),
            (jwt, "Authorization: Bearer {}"),
            (jwt, "{\"access_token\":\"{}\",\"expires_in\":3600}"),
            (jwt, "{ \"access_token\": \"{}\" }"),
            ("dapi0123456789abcdef", "the token '{}' is invalid"),
            ("dapi012345", "got({})"),
            ("abcdefghijklmnopqrstuvwxyzabcdefghijklmnop", "say {} aloud"),
            ("canary-secret-4711-0123456789", "<{}>"),
            ("hunter2", "password: {}"),
            ("hunter2", "password={}"),
            ("hunter", "\"client_secret\": \"{}\""),
            ("s3cr3t", "client_secret={}&x=y"),
            ("s3cr3t", "see https://h.test/path?token={}"),
            ("0.AXoA1234-abc", "refresh {}"),
            ("dXNlcjpwYXNzd29yZA==", "Basic {}"),
            ("a%20b1c2d3e4f5g6h7i8j9", "x/{}/y"),
        ] {
            let text = text.replace("{}", secret);
            let shown = scrub(&text);
            assert!(!shown.contains(secret), "{text} -> {shown}");
            assert!(shown.contains(CUT) || !shown.contains('?'), "{text} -> {shown}");
        }
    }

    #[test]
    fn text_is_bounded_and_one_line() {
        let shown = scrub(&"word\n".repeat(100_000));
        assert_eq!(shown.chars().count(), MAX_TEXT + 3);
        assert!(!shown.contains('\n'));
        assert_eq!(scrub("\u{1b}["), "");
    }
}
