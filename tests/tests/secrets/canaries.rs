//! Secrets to search for, and the outputs that must not contain them.

use std::fmt::Debug;
use std::sync::{Arc, LazyLock, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use dbsql_local::SeenRequest;
use tracing_subscriber::fmt::format::FmtSpan;

/// A secret, and the requests that may contain it.
#[derive(Clone)]
pub(crate) struct Canary {
    pub(crate) what: &'static str,
    pub(crate) secret: String,
    pub(crate) goes_to: Receiver,
}

/// Not the secret itself: a transport that knows it is printed, too.
impl Debug for Canary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Canary").field("what", &self.what).finish_non_exhaustive()
    }
}

/// The requests that may contain a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Receiver {
    /// Requests to this endpoint.
    Endpoint(&'static str),
    /// Requests of statements and sessions.
    Workspace,
    Nobody,
}

/// The endpoints of a sign-in.
const SIGN_IN: [&str; 7] = [
    "databricks-config",
    "oauth-discovery",
    "oauth-authorize",
    "oauth-token",
    "aad-auth",
    "aad-token",
    "github-token",
];

impl Canary {
    pub(crate) fn new(what: &'static str, secret: impl Into<String>, goes_to: Receiver) -> Self {
        Self { what, secret: secret.into(), goes_to }
    }

    /// Whether the text contains it, in any encoding.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        spellings(&self.secret).iter().any(|spelling| text.contains(spelling))
    }

    /// Fails if a text that may be printed contains it.
    pub(crate) fn must_not_be_in(&self, context: &str, text: &str) {
        for spelling in spellings(&self.secret) {
            if let Some(at) = text.find(&spelling) {
                let around = &text.as_bytes()[at.saturating_sub(300)..(at + 300).min(text.len())];
                let around = String::from_utf8_lossy(around);
                panic!("{context} holds the {} as `{spelling}`: {around}", self.what);
            }
        }
    }

    /// Whether a request may contain it.
    pub(crate) fn may_go_with(&self, request: &SeenRequest) -> bool {
        match self.goes_to {
            Receiver::Endpoint(name) => request.name() == name,
            Receiver::Workspace => !SIGN_IN.contains(&request.name()),
            Receiver::Nobody => false,
        }
    }
}

/// All parts of a request in one text.
pub(crate) fn whole(request: &SeenRequest) -> String {
    let mut text = format!("{}\n", request.uri());
    for (name, value) in request.headers() {
        text.push_str(&format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    }
    text.push_str(&String::from_utf8_lossy(request.body()));
    text
}

/// The encodings of a secret.
fn spellings(secret: &str) -> Vec<String> {
    let percent = |keeps: &str, hex: fn(u8) -> String| -> String {
        let one = |byte: u8| match byte.is_ascii_alphanumeric() || keeps.as_bytes().contains(&byte)
        {
            true => char::from(byte).to_string(),
            false => hex(byte),
        };
        secret.bytes().map(one).collect()
    };
    let upper: fn(u8) -> String = |byte| format!("%{byte:02X}");
    let lower: fn(u8) -> String = |byte| format!("%{byte:02x}");
    let debug = format!("{secret:?}");
    let mut spellings = vec![
        secret.to_owned(),
        percent("", upper),
        percent("", lower),
        percent("-._~", upper),
        percent("-._*", upper).replace("%20", "+"),
        debug.trim_matches('"').to_owned(),
    ];
    // Inside of a longer text, such as `id:secret` in the scheme Basic, which may be escaped first.
    for plain in spellings.clone() {
        for before in 1..=3 {
            let text = [&b"xxx"[..before], plain.as_bytes()].concat();
            let encoded = STANDARD_NO_PAD.encode(text);
            // Characters that depend on their neighbours are omitted.
            let (start, end) = ((before * 8).div_ceil(6), encoded.len() - 2);
            spellings.push(encoded[start..end].to_owned());
            spellings.push(encoded[start..end].replace('+', "-").replace('/', "_"));
        }
    }
    spellings.extend([
        format!("{:?}", secret.as_bytes()).trim_matches(['[', ']']).to_owned(),
        STANDARD.encode(secret),
        URL_SAFE.encode(secret),
    ]);
    // The signature alone makes a JWT usable.
    let signature = secret.split('.').nth(2).filter(|part| part.len() > 20);
    spellings.extend(signature.map(str::to_owned));
    spellings
}

/// Everything that this process logs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

static LOG: LazyLock<Log> = LazyLock::new(|| {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        // What a span has is all there at its beginning and its end.
        .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    log
});

/// The log, which starts with the first call.
pub(crate) fn log() -> &'static Log {
    &LOG
}

impl Log {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// An error as it may be printed: each source, in both formats.
pub(crate) fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n");
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(&format!("{next}\n{next:?}\n"));
        cause = next.source();
    }
    text
}

/// A value as it may be printed.
pub(crate) fn shown(value: &impl Debug) -> String {
    format!("{value:?}\n{value:#?}\n")
}

#[test]
fn canary_is_found_in_every_encoding() {
    let canary = Canary::new("secret", "canary/secret+1 =%&\"2\"", Receiver::Nobody);
    for text in [
        "x canary/secret+1 =%&\"2\" y".to_owned(),
        "canary%2Fsecret%2B1%20%3D%25%26%222%22".to_owned(),
        "canary%2fsecret%2b1%20%3d%25%26%222%22".to_owned(),
        "canary%2Fsecret%2B1+%3D%25%26%222%22".to_owned(),
        format!("{:?}", canary.secret),
        format!("{:?}", canary.secret.as_bytes()),
        STANDARD.encode(&canary.secret),
        STANDARD.encode(format!("an id:{}", canary.secret)),
        STANDARD.encode("id:canary%2Fsecret%2B1+%3D%25%26%222%22"),
        STANDARD.encode(format!("id:{}:more", canary.secret)),
        URL_SAFE.encode(format!("i:{}", canary.secret)),
    ] {
        assert!(canary.is_in(&text), "{text}");
    }
    assert!(!canary.is_in("canary secret"));
}
