//! The cases, their expected outcomes, and what the proxies must and must not see.

use serde_json::Value;

use super::TOKEN;
use super::certificates::Certificates;
use super::servers::{Logs, PASSWORD, Stage, USER};

/// The numbers of rows of the inline result, and of the one in files.
const INLINE: u64 = 3;
const FILES: u64 = 20_000;

/// One client.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// The arguments of `net-probe query`.
    pub(super) settings: Vec<String>,
    pub(super) environment: Vec<(&'static str, String)>,
    pub(super) expected: Expected,
}

/// The outcomes of its statements.
#[derive(Clone, Debug)]
pub(super) enum Expected {
    /// Both return their rows.
    Rows,
    /// The one without files returns its rows; the other is not run.
    InlineRows,
    /// The first fails with this kind and these words in the error or its causes.
    Error(&'static str, Vec<String>),
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rows => write!(f, "{INLINE} rows, {FILES} rows from files"),
            Self::InlineRows => write!(f, "{INLINE} rows"),
            Self::Error(kind, words) => {
                let words: Vec<_> = words.iter().map(|words| without_ports(words)).collect();
                write!(f, "`{kind}`: {}", words.join("; "))
            }
        }
    }
}

/// The output of the client.
pub(super) struct Seen(pub(super) Value);

impl Seen {
    fn rows(&self, which: &str) -> Option<u64> {
        self.0[which]["rows"].as_u64()
    }

    /// The text of the first error and its causes.
    fn text(&self) -> String {
        let error = &self.0["inline"];
        let causes = error["causes"].as_array().into_iter().flatten();
        let texts = std::iter::once(&error["message"]).chain(causes).filter_map(Value::as_str);
        texts.collect::<Vec<_>>().join(" | ")
    }

    /// For the table, without the parts that differ from run to run.
    pub(super) fn short(&self) -> String {
        match (self.rows("inline"), self.rows("files"), self.0["inline"]["kind"].as_str()) {
            (Some(inline), Some(files), _) => format!("{inline} rows, {files} rows from files"),
            (Some(inline), None, _) => match self.0["files"]["message"].as_str() {
                None => format!("{inline} rows"),
                Some(error) => format!("{inline} rows, then {}", without_ports(error)),
            },
            (None, _, Some(kind)) => {
                let message = self.0["inline"]["message"].as_str().unwrap_or_default();
                format!("`{kind}`: {}", without_ports(message))
            }
            (None, _, None) => "nothing".to_owned(),
        }
    }

    pub(super) fn in_full(&self) -> String {
        self.0.to_string()
    }
}

impl Case {
    pub(super) fn is_as_expected(&self, seen: &Seen) -> bool {
        match &self.expected {
            Expected::Rows => {
                seen.rows("inline") == Some(INLINE) && seen.rows("files") == Some(FILES)
            }
            Expected::InlineRows => {
                seen.rows("inline") == Some(INLINE) && seen.0["files"].is_null()
            }
            Expected::Error(kind, words) => {
                let (text, shown) = (seen.text(), seen.in_full());
                seen.0["inline"]["kind"] == *kind
                    && words.iter().all(|words| text.contains(words))
                    && !shown.contains(PASSWORD)
            }
        }
    }
}

/// All cases.
pub(super) fn all(stage: &Stage, certificates: &Certificates) -> Vec<Case> {
    let mut cases = proxies(stage, certificates);
    cases.extend(tls(stage, certificates));
    cases
}

fn case(name: &'static str, settings: &[String], expected: Expected) -> Case {
    Case { name, settings: settings.to_vec(), environment: Vec::new(), expected }
}

fn error(kind: &'static str, words: &[&str]) -> Expected {
    Expected::Error(kind, words.iter().map(|&words| words.to_owned()).collect())
}

fn proxies(stage: &Stage, certificates: &Certificates) -> Vec<Case> {
    let ca = format!("ca={}", certificates.authority.certificate.display());
    let host = |name: &str| format!("host=https://{name}:{}", stage.good);
    let here = || host("localhost");
    let through =
        |scheme: &str, login: &str, port: u16| format!("proxy={scheme}://{login}localhost:{port}");
    let right = format!("{USER}:{PASSWORD}@");
    let wrong = format!("{USER}:not-{PASSWORD}@");
    let (squid, with_login) = (stage.squid, stage.squid_with_login);
    let (socks, socks_login) = (stage.socks, stage.socks_with_login);
    let via = |scheme: &str, port: u16| format!("via proxy {scheme}://localhost:{port}");
    let of = |settings: Vec<String>| [settings, vec![ca.clone()]].concat();
    let failing =
        |kind, words: &str, via: String| Expected::Error(kind, vec![words.to_owned(), via]);
    let wants = "the proxy requires credentials";
    let rejected = "the proxy rejected the credentials";
    let environment = |name, settings, variables: Vec<(&'static str, String)>, expected| Case {
        environment: variables,
        ..case(name, settings, expected)
    };
    let squid_url = format!("http://localhost:{squid}");
    vec![
        case("squid", &of(vec![here(), through("http", "", squid)]), Expected::Rows),
        case(
            "squid, which looks up the name",
            &of(vec![host("workspace.invalid"), through("http", "", squid)]),
            Expected::Rows,
        ),
        case(
            "squid with a login",
            &of(vec![here(), through("http", &right, with_login)]),
            Expected::Rows,
        ),
        case(
            "squid with a wrong password",
            &of(vec![here(), through("http", &wrong, with_login)]),
            failing("Auth", rejected, via("http", with_login)),
        ),
        case(
            "squid without the login that it wants",
            &of(vec![here(), through("http", "", with_login)]),
            failing("Auth", wants, via("http", with_login)),
        ),
        case(
            "squid that forbids the host",
            &of(vec![host("forbidden.invalid"), through("http", "", squid)]),
            failing("Transport", "the proxy does not allow the connection", via("http", squid)),
        ),
        case(
            "squid that does not find the name",
            &of(vec![host("nosuch.invalid"), through("http", "", squid)]),
            failing("Transport", "could not resolve or reach the host", via("http", squid)),
        ),
        case(
            "squid, and nothing listens at the host",
            &of(vec![
                format!("host=https://localhost:{}", stage.closed),
                through("http", "", squid),
            ]),
            failing(
                "Transport",
                "the proxy could not resolve or reach the host",
                via("http", squid),
            ),
        ),
        case(
            "no squid at its port",
            &of(vec![here(), through("http", "", stage.closed)]),
            failing("Transport", "tcp connect to the proxy failed", via("http", stage.closed)),
        ),
        case(
            "squid behind TLS",
            &of(vec![here(), through("https", "", stage.squid_tls)]),
            Expected::Rows,
        ),
        case(
            "squid behind TLS that is not trusted",
            &of(vec![here(), through("https", "", stage.squid_unknown)]),
            failing(
                "Transport",
                "tls handshake with the proxy failed",
                via("https", stage.squid_unknown),
            ),
        ),
        environment(
            "squid from HTTPS_PROXY",
            &of(vec![host("workspace.invalid")]),
            vec![("HTTPS_PROXY", squid_url.clone())],
            Expected::Rows,
        ),
        environment(
            "squid from all_proxy",
            &of(vec![host("workspace.invalid")]),
            vec![("all_proxy", squid_url.clone())],
            Expected::Rows,
        ),
        environment(
            "NO_PROXY names the host",
            &of(vec![host("workspace.invalid")]),
            vec![("HTTPS_PROXY", squid_url), ("NO_PROXY", "a.example, .invalid".to_owned())],
            error("Transport", &["dns lookup for workspace.invalid:"]),
        ),
        environment(
            "this machine in spite of HTTPS_PROXY",
            &of(vec![here()]),
            vec![("HTTPS_PROXY", format!("http://localhost:{}", stage.closed))],
            Expected::Rows,
        ),
        environment(
            "malformed HTTPS_PROXY",
            &of(vec![here()]),
            vec![("HTTPS_PROXY", format!("ftp://{USER}:{PASSWORD}@h"))],
            error("Config", &["cannot use the environment variable HTTPS_PROXY"]),
        ),
        case("SOCKS", &of(vec![here(), through("socks5h", "", socks)]), Expected::Rows),
        case(
            "SOCKS with a login",
            &of(vec![here(), through("socks5", &right, socks_login)]),
            Expected::Rows,
        ),
        case(
            "SOCKS with a wrong password",
            &of(vec![here(), through("socks5", &wrong, socks_login)]),
            failing("Auth", rejected, via("socks5", socks_login)),
        ),
        case(
            "SOCKS without the login that it wants",
            &of(vec![here(), through("socks5", "", socks_login)]),
            failing("Auth", wants, via("socks5", socks_login)),
        ),
        case(
            "SOCKS that does not find the name",
            &of(vec![host("nosuch.invalid"), through("socks5", "", socks)]),
            failing(
                "Transport",
                "the proxy could not resolve or reach the host",
                via("socks5", socks),
            ),
        ),
        case(
            "SOCKS taken for an HTTP proxy",
            &of(vec![here(), through("http", "", socks)]),
            failing("Transport", "invalid response from the proxy", via("http", socks)),
        ),
    ]
}

fn tls(stage: &Stage, certificates: &Certificates) -> Vec<Case> {
    let authority = certificates.authority.certificate.display().to_string();
    let at = |port: u16| format!("host=https://localhost:{port}");
    let trusting = |port: u16| vec![at(port), format!("ca={authority}")];
    let client = |pair: &super::certificates::Pair| {
        let (certificate, key) = (pair.certificate.display(), pair.key.display());
        let more = vec![format!("client-cert={certificate}"), format!("client-key={key}")];
        [trusting(stage.mutual), more, vec!["inline-only".to_owned()]].concat()
    };
    let refused = |words: &str| error("Transport", &["tls handshake with localhost:", words]);
    let stranger = certificates.stranger.certificate.display();
    vec![
        case("certificate of an authority in a file", &trusting(stage.good), Expected::Rows),
        case(
            "the authority is not known",
            &[at(stage.good)],
            refused("is signed by an untrusted authority"),
        ),
        case(
            "this authority alone",
            &[at(stage.good), format!("ca-only={authority}")],
            Expected::Rows,
        ),
        case(
            "another authority alone",
            &[at(stage.good), format!("ca-only={stranger}")],
            refused("is signed by an untrusted authority"),
        ),
        case(
            "expired certificate",
            &trusting(stage.expired),
            refused("its certificate has expired"),
        ),
        case(
            "certificate for another host",
            &trusting(stage.other_host),
            refused("its certificate is for another host"),
        ),
        case("self-signed certificate", &trusting(stage.self_signed), refused("CaUsedAsEndEntity")),
        case(
            "certificate of another authority",
            &trusting(stage.unknown),
            refused("is signed by an untrusted authority"),
        ),
        case(
            "any certificate, as code may ask for",
            &[at(stage.expired), "accept-any".to_owned()],
            Expected::Rows,
        ),
        case("mutual TLS", &client(&certificates.client), Expected::InlineRows),
        case(
            "mutual TLS without a certificate",
            &trusting(stage.mutual),
            refused("it requires a client certificate"),
        ),
        case(
            "mutual TLS with a certificate of another authority",
            &client(&certificates.stranger_client),
            refused("it rejected the client certificate"),
        ),
        case("TLS 1.1", &trusting(stage.tls11), refused("it does not support TLS 1.2 or newer")),
    ]
}

/// Returns the problems in the logs of squid, if any.
pub(super) fn judge_logs(logs: &Logs) -> Vec<String> {
    let mut wrong = Vec::new();
    let Logs { open, with_login, warehouse } = logs;
    for (name, log) in [("squid", open), ("squid with a login", with_login)] {
        // The workspace by name, and result files by the address in their links.
        for host in ["localhost", "127.0.0.1"] {
            let tunnel = format!("CONNECT {host}:{warehouse} 200");
            if !log.contains(&tunnel) {
                wrong.push(format!("the log of {name} has no `{tunnel}`"));
            }
        }
        if log.contains(TOKEN) || log.contains("Bearer") {
            wrong.push(format!("the log of {name} has the token of the workspace"));
        }
        if let Some(line) = log.lines().find(|line| {
            !line.starts_with("CONNECT ") && !line.starts_with("NONE ") && !line.starts_with("- ")
        }) {
            wrong.push(format!("{name} saw a request beside CONNECT: {line}"));
        }
    }
    // Shows that the log has headers, so the token would be found in it.
    if !with_login.contains("Proxy-Authorization: Basic") {
        wrong.push("the log of squid with a login shows no headers".to_owned());
    }
    if open.contains("Proxy-Authorization") {
        wrong.push("credentials went to a proxy that has none".to_owned());
    }
    wrong
}

/// Ports differ from run to run.
fn without_ports(text: &str) -> String {
    let mut parts = text.split(':');
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        shown.push(':');
        if digits >= 4 {
            shown.push_str("PORT");
        }
        shown.push_str(if digits >= 4 { &part[digits..] } else { part });
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ports_are_left_out_of_the_table() {
        assert_eq!(without_ports("a:12345 via http://b:3128: c"), "a:PORT via http://b:PORT: c");
        assert_eq!(without_ports("HTTP 407: x"), "HTTP 407: x");
    }

    #[test]
    fn outcome_must_match_in_kind_and_words() {
        let seen = Seen(json!({ "inline": {
            "kind": "Auth", "message": "m via proxy p", "causes": ["the cause"],
        }}));
        let wants = |kind, words: &[&str]| case("c", &[], error(kind, words)).is_as_expected(&seen);
        assert!(wants("Auth", &["via proxy p", "cause"]));
        assert!(!wants("Transport", &[]) && !wants("Auth", &["other"]));
        assert!(!case("c", &[], Expected::Rows).is_as_expected(&seen));
        let rows = Seen(json!({ "inline": { "rows": 3 }, "files": { "rows": 20_000 } }));
        assert!(case("c", &[], Expected::Rows).is_as_expected(&rows));
        let short = Seen(json!({ "inline": { "rows": 3 }, "files": { "rows": 1 } }));
        assert!(!case("c", &[], Expected::Rows).is_as_expected(&short));
    }

    #[test]
    fn log_without_tunnels_or_with_the_token_is_wrong() {
        let line = |host: &str, head: &str| format!("CONNECT {host}:1 200 \"{head}\"\n");
        let open = line("localhost", "") + &line("127.0.0.1", "");
        let login = line("localhost", "Proxy-Authorization: Basic x") + &line("127.0.0.1", "");
        let judge = |open: &str, login: &str| {
            let (open, with_login) = (open.to_owned(), login.to_owned());
            judge_logs(&Logs { open, with_login, warehouse: 1 }).len()
        };
        assert_eq!(judge(&open, &login), 0);
        assert_eq!(judge(&open, &open), 1);
        assert_eq!(judge(&line("localhost", ""), &login), 1);
        assert_eq!(judge(&format!("{open}GET http://x/ 200 \"\"\n"), &login), 1);
        let leak = open + &line("localhost", "Authorization: Bearer x");
        assert_eq!(judge(&leak, &login), 1);
    }
}
