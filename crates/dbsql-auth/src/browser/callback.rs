//! Waits for the redirect of the browser.
//!
//! Every page that the user visits, and every program on this machine, can send requests here. So a
//! request ends the wait only if it has the state of this sign-in; no other request can end it,
//! change it or block the right one.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use dbsql_runtime::{LoopbackListener, LoopbackStream, Runtime};
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::page::{self, Page};
use crate::{BoxFuture, Secret};

/// The maximum size of a request head.
const MAX_HEAD: usize = 16 * 1024;

/// The time limit of a connection. Browsers open some that they never use.
const CONNECTION_LIMIT: Duration = Duration::from_secs(10);

/// The maximum number of connections served at once. The oldest one is closed for a new one, so
/// that none can block others.
const MAX_CONNECTIONS: usize = 16;

/// The pause after a failed accept.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The listener of one sign-in.
pub(super) struct Callback<'a> {
    runtime: &'a Runtime,
    listener: &'a LoopbackListener,
    state: &'a str,
}

/// The outcome of the sign-in page. It has no `Debug`.
#[cfg_attr(test, derive(PartialEq, Eq))]
pub(super) enum Return {
    Code(Secret),
    /// The error of the server: RFC 6749, 4.1.2.1.
    Error {
        code: String,
        description: String,
    },
}

impl<'a> Callback<'a> {
    pub(super) fn new(
        runtime: &'a Runtime,
        listener: &'a LoopbackListener,
        state: &'a str,
    ) -> Self {
        Self { runtime, listener, state }
    }

    /// Serves requests until one of them is the redirect.
    pub(super) async fn wait(&self) -> Return {
        let mut accepting = self.accept();
        let mut connections: VecDeque<BoxFuture<'_, Option<Return>>> = VecDeque::new();
        poll_fn(|cx| {
            while let Poll::Ready(stream) = accepting.as_mut().poll(cx) {
                if connections.len() == MAX_CONNECTIONS {
                    connections.pop_front();
                }
                connections.push_back(Box::pin(self.serve(stream)));
                accepting = self.accept();
            }
            let mut returned = None;
            connections.retain_mut(|connection| match connection.as_mut().poll(cx) {
                Poll::Ready(outcome) => {
                    returned = returned.take().or(outcome);
                    false
                }
                Poll::Pending => true,
            });
            returned.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    fn accept(&self) -> Pin<Box<dyn Future<Output = LoopbackStream> + Send + '_>> {
        Box::pin(async {
            loop {
                match self.listener.accept().await {
                    Ok(stream) => return stream,
                    Err(error) => tracing::debug!(%error, "failed to accept a connection"),
                }
                self.runtime.sleep(ACCEPT_PAUSE).await;
            }
        })
    }

    /// Serves one request.
    async fn serve(&self, mut stream: LoopbackStream) -> Option<Return> {
        let until = self.runtime.now().checked_add(CONNECTION_LIMIT);
        let head = self.runtime.timeout_at(until, read_head(&mut stream)).await.ok().flatten()?;
        let (page, returned) = judge(&head, self.state, self.listener.port());
        tracing::debug!(status = page.status, "the sign-in listener served a request");
        let response = page.response();
        // The redirect counts even if the browser does not wait for the page.
        let _ = self.runtime.timeout_at(until, stream.finish(&response)).await;
        returned
    }
}

/// Returns the head of a request, possibly cut off at the limit; `None` when nothing was received.
async fn read_head(stream: &mut LoopbackStream) -> Option<Zeroizing<Vec<u8>>> {
    let mut head = Zeroizing::new(vec![0; MAX_HEAD]);
    let mut len = 0;
    while len < MAX_HEAD {
        let read = stream.read(&mut head[len..]).await.ok()?;
        len += read;
        let is_whole = head[..len].windows(4).any(|end| end == b"\r\n\r\n");
        if read == 0 || is_whole {
            break;
        }
    }
    head.truncate(len);
    (len > 0).then_some(head)
}

/// Returns the page for a request, and the outcome of the sign-in if the request is the redirect.
fn judge(head: &[u8], state: &str, port: u16) -> (Page, Option<Return>) {
    let refuse = |page| (page, None);
    let Some((method, target, hosts)) = parse(head) else { return refuse(page::NOT_A_RETURN) };
    let own_hosts = [format!("localhost:{port}"), format!("127.0.0.1:{port}")];
    match hosts.as_slice() {
        [host] if own_hosts.iter().any(|own| own.eq_ignore_ascii_case(host)) => {}
        // A page whose host name was made to resolve to this machine.
        _ => return refuse(page::WRONG_HOST),
    }
    if method != "GET" {
        return refuse(page::ONLY_GET);
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path != "/" {
        return refuse(page::NOT_FOUND);
    }
    let Ok(query) = Query::parse(query) else { return refuse(page::NOT_A_RETURN) };
    match query.state {
        Some(given) if given == state => {}
        Some(_) => return refuse(page::OTHER_SIGN_IN),
        None => return refuse(page::NOT_A_RETURN),
    }
    match (query.code, query.error) {
        (Some(code), None) if !code.is_empty() && code.bytes().all(|b| b.is_ascii_graphic()) => {
            (page::RETURNED, Some(Return::Code(Secret::from(code.into_owned()))))
        }
        (None, Some(error)) => {
            let description = query.description.unwrap_or_default().into_owned();
            (page::REFUSED, Some(Return::Error { code: error.into_owned(), description }))
        }
        _ => refuse(page::NOT_A_RETURN),
    }
}

/// Returns the method, the target and the values of `Host`.
fn parse(head: &[u8]) -> Option<(&str, &str, Vec<&str>)> {
    let head = std::str::from_utf8(head).ok()?;
    let head = head.split_once("\r\n\r\n")?.0;
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || !version.starts_with("HTTP/1.") {
        return None;
    }
    let hosts = lines
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case("host"))
        .map(|(_, value)| value.trim())
        .collect();
    Some((method, target, hosts))
}

/// The relevant query parameters.
#[derive(Default)]
struct Query<'a> {
    state: Option<Cow<'a, str>>,
    code: Option<Cow<'a, str>>,
    error: Option<Cow<'a, str>>,
    description: Option<Cow<'a, str>>,
}

impl<'a> Query<'a> {
    /// A duplicate parameter is an error: RFC 6749, 3.1.
    fn parse(query: &'a str) -> Result<Self, ()> {
        let mut found = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let slot = match &*name {
                "state" => &mut found.state,
                "code" => &mut found.code,
                "error" => &mut found.error,
                "error_description" => &mut found.description,
                _ => continue,
            };
            if slot.replace(value).is_some() {
                return Err(());
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests;
