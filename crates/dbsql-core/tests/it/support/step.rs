//! What happens to one request on its way to the server and back.

use std::time::Duration;

use bytes::Bytes;
use dbsql_protocol::message::{
    ApplicationException, ApplicationExceptionKind, decode_reply, encode_exception, encode_reply,
};
use dbsql_protocol::rpc::Rpc;
use dbsql_transport::RequestSent;
use http::{HeaderName, HeaderValue, Response};

use super::body::End;

type Edit = Box<dyn Fn(Bytes) -> Bytes + Send>;

/// What happens to one request. Without [`taken`](Self::taken), a request that fails never came
/// to the server's notice.
pub(crate) struct Step {
    pub(super) fate: Fate,
    pub(super) taken: bool,
    pub(super) delay: Duration,
}

pub(super) enum Fate {
    /// The server's answer, with changes, ending in some way.
    Served(Option<Edit>, End),
    /// Half of the server's answer, ending in some way.
    Half(End),
    /// Another answer than the server's.
    Answered(Response<Bytes>),
    /// A body that claims to be this long.
    Claimed(u64),
    Refused,
    Reset(RequestSent),
    Silent(RequestSent),
}

impl Step {
    fn new(fate: Fate, taken: bool) -> Self {
        Self { fate, taken, delay: Duration::ZERO }
    }

    /// As without a step.
    pub(crate) fn serve() -> Self {
        Self::new(Fate::Served(None, End::Whole), true)
    }

    /// The server's answer to `R`, changed.
    pub(crate) fn edit<R: Rpc>(edit: impl Fn(&mut R::Response) + Send + 'static) -> Self {
        let change = move |body: Bytes| {
            let mut response = decode_reply::<R>(body).expect("the server answers");
            edit(&mut response);
            encode_reply::<R>(0, &response)
        };
        Self::new(Fate::Served(Some(Box::new(change)), End::Whole), true)
    }

    /// No connection: nothing was sent.
    pub(crate) fn refused() -> Self {
        Self::new(Fate::Refused, false)
    }

    /// The connection broke before anything was sent.
    pub(crate) fn reset_unsent() -> Self {
        Self::new(Fate::Reset(RequestSent::No), false)
    }

    /// The connection broke after the request was sent.
    pub(crate) fn reset() -> Self {
        Self::new(Fate::Reset(RequestSent::Maybe), false)
    }

    /// Nothing is sent and nothing happens: a connection that does not come about.
    pub(crate) fn stall_unsent() -> Self {
        Self::new(Fate::Silent(RequestSent::No), false)
    }

    /// The request is sent and no answer comes.
    pub(crate) fn stall() -> Self {
        Self::new(Fate::Silent(RequestSent::Maybe), false)
    }

    /// An HTTP status of its own.
    pub(crate) fn http(status: u16) -> Self {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = status.try_into().expect("a status");
        Self::new(Fate::Answered(response), false)
    }

    /// A 200 with this body.
    pub(crate) fn body(body: impl Into<Bytes>) -> Self {
        Self::new(Fate::Answered(Response::new(body.into())), false)
    }

    /// The server's Thrift layer refuses.
    pub(crate) fn exception(method: &str, kind: ApplicationExceptionKind) -> Self {
        let exception = ApplicationException { message: "no".to_owned(), kind };
        Self::body(encode_exception(method, 0, &exception))
    }

    /// The server's answer, cut off in the middle by a broken connection.
    pub(crate) fn cut() -> Self {
        Self::new(Fate::Half(End::Broken), true)
    }

    /// Half of the server's answer, as if it were all of it.
    pub(crate) fn half() -> Self {
        Self::new(Fate::Half(End::Whole), true)
    }

    /// Half of the server's answer, and then nothing more.
    pub(crate) fn stalled_body() -> Self {
        Self::new(Fate::Half(End::Stalled), true)
    }

    /// An answer that says it is this long.
    pub(crate) fn claims(length: u64) -> Self {
        Self::new(Fate::Claimed(length), true)
    }

    /// Adds a header to an answer of its own.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Fate::Answered(response) = &mut self.fate {
            let value = HeaderValue::from_str(value).expect("a header value");
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// Gives an answer of its own this body.
    pub(crate) fn text(mut self, text: &str) -> Self {
        if let Fate::Answered(response) = &mut self.fate {
            *response.body_mut() = Bytes::copy_from_slice(text.as_bytes());
        }
        self
    }

    /// The server did what was asked all the same.
    pub(crate) fn taken(mut self) -> Self {
        self.taken = true;
        self
    }

    /// Whether the server did what was asked.
    pub(crate) fn is_taken(&self) -> bool {
        self.taken
    }

    /// The answer takes this long.
    pub(crate) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}
