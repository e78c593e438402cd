//! Downloads from the object store: links, ranges and redirects.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};

use crate::faults::{Fault, RedirectTo};
use crate::result::ResultFile;
use crate::service::Inner;
use crate::service::gateway::{broken, error};
use crate::store::{Denied, Served};

pub(super) async fn download(
    inner: &Inner,
    request: &Request<Bytes>,
    origin: &str,
    fault: Option<&Fault>,
) -> Response<Bytes> {
    // As with real stores: the signature is the authorization, and a second one is an error. It
    // also detects a token that is sent where it must not be.
    if request.headers().contains_key(header::AUTHORIZATION) {
        let message = "InvalidArgument: only one way of authorization is allowed";
        return error(StatusCode::BAD_REQUEST, message);
    }
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    let opened = inner.store.open(target, request.headers(), inner.runtime.wall_now());
    let file = match opened {
        Ok(file) if fault != Some(&Fault::ExpireLink) => file,
        Err(Denied::BadSignature) => {
            return error(StatusCode::FORBIDDEN, "SignatureDoesNotMatch: no such link");
        }
        Err(Denied::Freed) => {
            let message = "NoSuchKey: the result was freed when its statement was closed";
            return error(StatusCode::NOT_FOUND, message);
        }
        Ok(_) | Err(Denied::Expired) => {
            return error(StatusCode::FORBIDDEN, "AccessDenied: the request has expired");
        }
    };
    if let Some(&Fault::Redirect { status, to }) = fault {
        return redirect(status, location(inner, origin, target, &file, to));
    }
    let encode = move || {
        ResultFile::bytes(&file).map(|bytes| {
            let tag = file.tag(&bytes);
            (bytes, tag)
        })
    };
    let Ok(Ok((bytes, tag))) = inner.runtime.offload(encode).await else { return broken() };
    let quirks = &inner.settings().quirks.store;
    let served = Served::new(bytes, tag, quirks);
    let mut response = if quirks.ignore_ranges {
        Response::new(served.bytes.clone())
    } else {
        let mut response = ranged(request, &served);
        response.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        response
    };
    served.identify(response.headers_mut());
    let length = HeaderValue::from(response.body().len());
    response.headers_mut().insert(header::CONTENT_LENGTH, length);
    let kind = HeaderValue::from_static("application/octet-stream");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    if request.method() == Method::HEAD {
        *response.body_mut() = Bytes::new();
    }
    response
}

/// Returns the destination of a redirect.
fn location(
    inner: &Inner,
    origin: &str,
    target: &str,
    file: &Arc<ResultFile>,
    to: RedirectTo,
) -> String {
    let (scheme, authority) = origin.split_once("://").unwrap_or(("http", origin));
    match to {
        RedirectTo::AnotherLink => {
            let lifetime = inner.settings().link_lifetime;
            let (path, _) = inner.store.link(file, lifetime, &BTreeMap::new(), &inner.runtime);
            format!("{origin}{path}")
        }
        RedirectTo::OtherHost => format!("{scheme}://elsewhere.invalid{target}"),
        RedirectTo::OtherScheme => {
            let other = if scheme == "https" { "http" } else { "https" };
            format!("{other}://{authority}{target}")
        }
    }
}

fn redirect(status: u16, location: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::FOUND);
    match HeaderValue::try_from(location) {
        Ok(location) => {
            response.headers_mut().insert(header::LOCATION, location);
            response
        }
        Err(_) => broken(),
    }
}

/// Returns the requested part of the bytes: one range, or all of them.
fn ranged(request: &Request<Bytes>, served: &Served) -> Response<Bytes> {
    let bytes = served.bytes.clone();
    let total = bytes.len() as u64;
    let wanted = request.headers().get(header::RANGE).and_then(|value| value.to_str().ok());
    let wanted = wanted.filter(|_| served.allows_range(request.headers()));
    let (start, end) = match wanted.map_or(Range::All, |text| range(text, total)) {
        Range::All => return Response::new(bytes),
        Range::Outside => {
            let mut response = error(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange");
            put_range(&mut response, &format!("bytes */{total}"));
            return response;
        }
        Range::Part(start, end) => (start, end),
    };
    let mut response = Response::new(bytes.slice(start as usize..end as usize));
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    put_range(&mut response, &format!("bytes {start}-{}/{total}", end - 1));
    response
}

fn put_range(response: &mut Response<Bytes>, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Range {
    All,
    /// From the first byte to before the second.
    Part(u64, u64),
    Outside,
}

/// Parses the header. Anything but a single range of bytes may be answered with everything.
fn range(text: &str, total: u64) -> Range {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|part| part.split_once('-'))
    else {
        return Range::All;
    };
    match (first.parse::<u64>(), last.parse::<u64>()) {
        _ if total == 0 => Range::Outside,
        (Ok(first), _) if first >= total => Range::Outside,
        (Ok(first), Ok(last)) if first <= last => {
            Range::Part(first, last.saturating_add(1).min(total))
        }
        (Ok(first), Err(_)) if last.is_empty() => Range::Part(first, total),
        (Err(_), Ok(0)) if first.is_empty() => Range::Outside,
        (Err(_), Ok(count)) if first.is_empty() => Range::Part(total.saturating_sub(count), total),
        _ => Range::All,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_parsed_as_in_rfc_9110() {
        let cases = [
            ("bytes=0-0", Range::Part(0, 1)),
            ("bytes=2-", Range::Part(2, 10)),
            ("bytes=-3", Range::Part(7, 10)),
            ("bytes=-30", Range::Part(0, 10)),
            ("bytes=5-99", Range::Part(5, 10)),
            ("bytes=10-", Range::Outside),
            ("bytes=-0", Range::Outside),
            ("bytes=5-4", Range::All),
            ("bytes=0-1,4-5", Range::All),
            ("rows=0-1", Range::All),
            ("bytes=x-1", Range::All),
        ];
        for (text, expected) in cases {
            assert_eq!(range(text, 10), expected, "{text}");
        }
    }
}
