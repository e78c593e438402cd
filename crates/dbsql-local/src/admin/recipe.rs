//! A scripted step as JSON: what [`Step`] is in Rust, but for its functions.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use crate::admin::Refusal;
use crate::admin::fields::{Fields, Millis, Status};
use crate::faults::Step;

/// All that a step is made of, any number of times.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    kind: Kind,
    accepted: bool,
    delay: Duration,
    headers: HeaderMap,
}

#[derive(Clone, Debug)]
enum Kind {
    Serve,
    Refused,
    ResetUnsent,
    Reset,
    StallUnsent,
    Stall,
    Http(u16, Bytes),
    Error(u16, String),
    Cut(Option<usize>),
    Half,
    StalledBody(Option<usize>),
    Trickle(usize, Duration),
    Claims(u64),
}

const KINDS: &str = "`serve`, `refused`, `reset_unsent`, `reset`, `stall_unsent`, `stall`, `http`, \
                     `error`, `cut`, `half`, `stalled_body`, `trickle` or `claims`";

impl Recipe {
    /// Reads the step at a path.
    pub(super) fn read(path: String, value: Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(path, value)?;
        let (kind_field, name) = fields.required::<String>("kind")?;
        let kind = Kind::read(&name, &kind_field, &mut fields)?;
        let accepted = fields.optional::<bool>("accepted")?;
        let delay = fields.optional::<Millis>("delay_ms")?.map_or(0, |(_, Millis(delay))| delay);
        let headers = fields.optional("headers")?;
        fields.finish()?;
        if let Some((field, false)) = &accepted
            && kind.step().is_accepted()
        {
            let message = format!("cannot be false: with `{name}` the request is carried out");
            return Err(Refusal::invalid(field.clone(), &message));
        }
        Ok(Self {
            kind,
            accepted: accepted.is_some_and(|(_, accepted)| accepted),
            delay: Duration::from_millis(delay),
            headers: headers.map(read_headers).transpose()?.unwrap_or_default(),
        })
    }

    pub(super) fn step(&self) -> Step {
        let mut step = self.kind.step().after(self.delay);
        step.headers.clone_from(&self.headers);
        if self.accepted { step.accepted() } else { step }
    }
}

impl Kind {
    fn read(name: &str, field: &str, fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(match name {
            "serve" => Self::Serve,
            "refused" => Self::Refused,
            "reset_unsent" => Self::ResetUnsent,
            "reset" => Self::Reset,
            "stall_unsent" => Self::StallUnsent,
            "stall" => Self::Stall,
            "http" => {
                let (_, Status(status)) = fields.required("status")?;
                Self::Http(status, body(fields)?)
            }
            "error" => {
                let (_, Status(status)) = fields.required("status")?;
                Self::Error(status, fields.required("message")?.1)
            }
            "cut" => Self::Cut(fields.optional("after_bytes")?.map(|(_, bytes)| bytes)),
            "half" => Self::Half,
            "stalled_body" => {
                Self::StalledBody(fields.optional("after_bytes")?.map(|(_, bytes)| bytes))
            }
            "trickle" => {
                let (_, piece) = fields.required("piece_bytes")?;
                let (_, Millis(pause)) = fields.required("pause_ms")?;
                Self::Trickle(piece, Duration::from_millis(pause))
            }
            "claims" => Self::Claims(fields.required("length")?.1),
            _ => {
                let message = format!("is not a kind of step: expected {KINDS}");
                return Err(Refusal::invalid(field.to_owned(), &message));
            }
        })
    }

    fn step(&self) -> Step {
        match self {
            Self::Serve => Step::serve(),
            Self::Refused => Step::refused(),
            Self::ResetUnsent => Step::reset_unsent(),
            Self::Reset => Step::reset(),
            Self::StallUnsent => Step::stall_unsent(),
            Self::Stall => Step::stall(),
            Self::Http(status, body) => Step::http(*status).text(body.clone()),
            Self::Error(status, message) => Step::error(*status, message),
            Self::Cut(None) => Step::cut(),
            Self::Cut(Some(bytes)) => Step::cut_after(*bytes),
            Self::Half => Step::half(),
            Self::StalledBody(None) => Step::stalled_body(),
            Self::StalledBody(Some(bytes)) => Step::stalled_after(*bytes),
            Self::Trickle(piece, pause) => Step::trickle(*piece, *pause),
            Self::Claims(length) => Step::claims(*length),
        }
    }
}

/// Reads the body of a response: text, or any bytes in base64.
fn body(fields: &mut Fields) -> Result<Bytes, Refusal> {
    let text = fields.optional::<String>("body")?;
    let Some((field, encoded)) = fields.optional::<String>("body_base64")? else {
        return Ok(text.map(|(_, text)| Bytes::from(text)).unwrap_or_default());
    };
    if text.is_some() {
        return Err(Refusal::invalid(field, "cannot be used together with `body`"));
    }
    let bytes = STANDARD.decode(encoded);
    bytes.map(Bytes::from).map_err(|_| Refusal::invalid(field, "must be base64"))
}

fn read_headers((path, fields): (String, Map<String, Value>)) -> Result<HeaderMap, Refusal> {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        let field = format!("{path}.{}", name.chars().take(64).collect::<String>());
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
            return Err(Refusal::invalid(field, "is not a name that HTTP allows"));
        };
        let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
        let Some(value) = value else {
            return Err(Refusal::invalid(field, "must be a string that HTTP allows"));
        };
        headers.insert(name, value);
    }
    Ok(headers)
}
