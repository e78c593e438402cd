//! A scripted step: what happens to one request, down to the bytes of its response.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use crate::faults::body::End;
use crate::service::error_response;

/// Modifies the body of a response.
pub(crate) type Edit = Box<dyn Fn(Bytes) -> Bytes + Send + Sync>;

/// What happens to one request of a method, for [`Service::script`](crate::Service::script) and
/// [`Service::always`](crate::Service::always).
///
/// A request that fails is not carried out, unless the step is [`accepted`](Self::accepted); a
/// request whose response starts with that of the service ([`serve`](Self::serve),
/// [`edit_body`](Self::edit_body), [`cut`](Self::cut), [`cut_after`](Self::cut_after),
/// [`half`](Self::half), [`stalled_body`](Self::stalled_body),
/// [`stalled_after`](Self::stalled_after), [`trickle`](Self::trickle), [`claims`](Self::claims))
/// always is.
///
/// ```
/// use std::time::Duration;
/// use dbsql_local::Service;
/// use dbsql_local::faults::Step;
///
/// let service = Service::builder().build();
/// // The statement runs, and a proxy responds instead of the server. Later requests succeed.
/// service.script("ExecuteStatement", [Step::http(502).text("<html>bad gateway</html>").accepted()]);
/// // Every poll is rate limited for now.
/// service.always("GetOperationStatus", || Step::http(429).header("retry-after", "2"));
/// service.recover("GetOperationStatus");
/// assert!(Step::serve().after(Duration::from_secs(5)).is_accepted());
/// ```
pub struct Step {
    pub(crate) fate: Fate,
    pub(crate) accepted: bool,
    pub(crate) delay: Duration,
    /// The headers added to the response.
    pub(crate) headers: HeaderMap,
}

pub(crate) enum Fate {
    /// The service's response, possibly modified, with one of the ends.
    Served(Option<Edit>, End),
    /// The beginning of the service's response, with one of the ends.
    Begun(Beginning, End),
    /// The service's response in pieces of this size with a pause before each.
    Slow(usize, Duration),
    /// Another response than the service's.
    Answered(Response<Bytes>),
    /// A body that claims to have this length.
    Claimed(u64),
    Refused,
    ResetUnsent,
    Reset,
    StalledUnsent,
    Stalled,
}

/// How much of a response is sent.
#[derive(Clone, Copy)]
pub(crate) enum Beginning {
    Half,
    Bytes(usize),
}

impl Beginning {
    pub(crate) fn of(self, bytes: &Bytes) -> Bytes {
        let len = match self {
            Self::Half => bytes.len() / 2,
            Self::Bytes(len) => len.min(bytes.len()),
        };
        bytes.slice(..len)
    }
}

impl Step {
    fn new(fate: Fate, accepted: bool) -> Self {
        Self { fate, accepted, delay: Duration::ZERO, headers: HeaderMap::new() }
    }

    /// Sends the service's response, as without a step.
    #[must_use]
    pub fn serve() -> Self {
        Self::new(Fate::Served(None, End::Whole), true)
    }

    /// Sends the service's response with a modified body. [`edit`](Self::edit) modifies the decoded
    /// response of a Thrift call.
    #[must_use]
    pub fn edit_body(edit: impl Fn(Bytes) -> Bytes + Send + Sync + 'static) -> Self {
        Self::new(Fate::Served(Some(Box::new(edit)), End::Whole), true)
    }

    /// Refuses the connection: nothing is sent.
    #[must_use]
    pub fn refused() -> Self {
        Self::new(Fate::Refused, false)
    }

    /// Breaks the connection before anything is sent. On a socket a client cannot distinguish it
    /// from [`reset`](Self::reset).
    #[must_use]
    pub fn reset_unsent() -> Self {
        Self::new(Fate::ResetUnsent, false)
    }

    /// Breaks the connection after the request was sent.
    #[must_use]
    pub fn reset() -> Self {
        Self::new(Fate::Reset, false)
    }

    /// Never establishes the connection: nothing is sent and nothing happens.
    #[must_use]
    pub fn stall_unsent() -> Self {
        Self::new(Fate::StalledUnsent, false)
    }

    /// Lets the request be sent, but never responds.
    #[must_use]
    pub fn stall() -> Self {
        Self::new(Fate::Stalled, false)
    }

    /// Responds with an HTTP status without a body and without any mark of the protocol, like a
    /// proxy. A number outside 100 to 999 is sent as 500.
    #[must_use]
    pub fn http(status: u16) -> Self {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(Fate::Answered(response), false)
    }

    /// Responds with an HTTP status with the marks of the protocol, like the server itself: JSON
    /// with an `error_code`, which is the part of the message before the colon, and the header
    /// `x-thriftserver-error-message`.
    #[must_use]
    pub fn error(status: u16, message: &str) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(Fate::Answered(error_response(status, message)), false)
    }

    /// Responds with status 200 and this body.
    #[must_use]
    pub fn body(body: impl Into<Bytes>) -> Self {
        Self::new(Fate::Answered(Response::new(body.into())), false)
    }

    /// Cuts the service's response in the middle with a broken connection.
    #[must_use]
    pub fn cut() -> Self {
        Self::new(Fate::Begun(Beginning::Half, End::Broken), true)
    }

    /// Sends half of the service's response, ended as if it were complete.
    #[must_use]
    pub fn half() -> Self {
        Self::new(Fate::Begun(Beginning::Half, End::Whole), true)
    }

    /// Sends half of the service's response, then nothing more.
    #[must_use]
    pub fn stalled_body() -> Self {
        Self::new(Fate::Begun(Beginning::Half, End::Stalled), true)
    }

    /// Cuts the service's response after this many bytes of its body with a broken connection.
    #[must_use]
    pub fn cut_after(bytes: usize) -> Self {
        Self::new(Fate::Begun(Beginning::Bytes(bytes), End::Broken), true)
    }

    /// Sends this many bytes of the body of the service's response, then nothing more.
    #[must_use]
    pub fn stalled_after(bytes: usize) -> Self {
        Self::new(Fate::Begun(Beginning::Bytes(bytes), End::Stalled), true)
    }

    /// Sends the body of the service's response in pieces of this size with a pause before each.
    #[must_use]
    pub fn trickle(piece: usize, pause: Duration) -> Self {
        Self::new(Fate::Slow(piece, pause), true)
    }

    /// Sends the head of the service's response with an empty body that claims to have this length.
    #[must_use]
    pub fn claims(length: u64) -> Self {
        Self::new(Fate::Claimed(length), true)
    }

    /// Adds a header to the response, including the service's own, replacing one with the same
    /// name. The value may be any bytes that HTTP allows, including non-ASCII.
    ///
    /// # Panics
    ///
    /// If HTTP does not allow the name or the value, which are constants of the test.
    #[must_use]
    #[expect(clippy::expect_used, reason = "documented: the test's own text")]
    pub fn header(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        let value = HeaderValue::from_bytes(value.as_ref()).expect("a header value");
        self.headers.insert(name, value);
        self
    }

    /// Adds `Retry-After` as the date `at`, and `Date` by the clock of the server, which may differ
    /// from the client's.
    #[must_use]
    pub fn retry_at(self, at: SystemTime, server_clock: SystemTime) -> Self {
        self.header("retry-after", httpdate::fmt_http_date(at))
            .header("date", httpdate::fmt_http_date(server_clock))
    }

    /// Sets the body of a response created by [`http`](Self::http) or [`body`](Self::body).
    #[must_use]
    pub fn text(mut self, text: impl Into<Bytes>) -> Self {
        if let Fate::Answered(response) = &mut self.fate {
            *response.body_mut() = text.into();
        }
        self
    }

    /// Lets the request be carried out nevertheless, if the connection got that far.
    #[must_use]
    pub fn accepted(mut self) -> Self {
        self.accepted = true;
        self
    }

    /// Returns `true` if the request is carried out.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.accepted
    }

    /// Delays the response. A request that is carried out is carried out before the delay.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fate = match &self.fate {
            Fate::Served(None, _) => "served",
            Fate::Served(Some(_), _) => "edited",
            Fate::Begun(..) => "begun",
            Fate::Slow(..) => "slow",
            Fate::Answered(_) => "answered",
            Fate::Claimed(_) => "claimed length",
            Fate::Refused => "refused",
            Fate::ResetUnsent => "reset, unsent",
            Fate::Reset => "reset",
            Fate::StalledUnsent => "stalled, unsent",
            Fate::Stalled => "stalled",
        };
        f.debug_struct("Step")
            .field("fate", &fate)
            .field("accepted", &self.accepted)
            .field("delay", &self.delay)
            .finish()
    }
}
