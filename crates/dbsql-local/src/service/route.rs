//! The routing of requests, by path and method.

use bytes::Bytes;
use http::{Method, Request, header};

use crate::admin::{self, Admin};
use crate::counters::DOWNLOAD;
use crate::oauth;
use crate::sea;
use crate::service::MAX_REQUEST;
use crate::settings::Settings;
use crate::store;
use crate::thrift;

#[derive(Debug)]
pub(super) enum Route {
    Thrift(thrift::Request),
    /// The Thrift path, with a body of another content type.
    NotThrift,
    /// A web page could send this without the consent of the server.
    Untyped,
    TooLarge,
    Download,
    FeatureFlags,
    Telemetry,
    Sea(sea::Call),
    OAuth(oauth::Call),
    /// The page and the admin endpoint.
    Admin(admin::Call),
    /// The path exists, but only for these methods.
    WrongMethod(&'static str),
    Nothing,
}

/// The content types of `TBinaryProtocol`: the one sent by all clients, and the registered one.
const THRIFT: [&str; 2] = ["application/x-thrift", "application/vnd.apache.thrift.binary"];

impl Route {
    pub(super) fn of(settings: &Settings, request: &Request<Bytes>) -> Self {
        if request.body().len() > MAX_REQUEST {
            return Self::TooLarge;
        }
        let path = request.uri().path();
        let method = request.method();
        let reads = method == Method::GET || method == Method::HEAD;
        let posts = method == Method::POST;
        if same_path(path, &settings.http_path) {
            return match posts {
                true if is_thrift(request) => {
                    Self::Thrift(thrift::Request::decode(request.body().clone()))
                }
                true => Self::NotThrift,
                false => Self::WrongMethod("POST"),
            };
        }
        if let Some(call) = sea::Call::of(method, path) {
            let is_json = |kind: &str| kind.eq_ignore_ascii_case("application/json");
            if posts && is_from_page(request) && !content_type(request).is_some_and(is_json) {
                return Self::Untyped;
            }
            return call.map_or_else(Self::WrongMethod, Self::Sea);
        }
        if let Some(call) = oauth::Call::of(method, path) {
            return call.map_or_else(Self::WrongMethod, Self::OAuth);
        }
        let (serves, route, allowed) = if path.starts_with(store::PREFIX) {
            (reads, Self::Download, "GET, HEAD")
        } else if path.starts_with("/api/2.0/connector-service/feature-flags/") {
            (reads, Self::FeatureFlags, "GET, HEAD")
        } else if ["/telemetry-ext", "/telemetry-unauth"].contains(&path) {
            (posts, Self::Telemetry, "POST")
        } else {
            return Self::Nothing;
        };
        if serves { route } else { Self::WrongMethod(allowed) }
    }

    /// Returns the route of the admin endpoint, if the service has one and this is none of its
    /// other routes.
    pub(super) fn or_admin(self, admin: &Admin, request: &Request<Bytes>) -> Self {
        let Self::Nothing = self else { return self };
        match admin.call(request.method(), request.uri().path()) {
            None => self,
            Some(call) => call.map_or_else(Self::WrongMethod, Self::Admin),
        }
    }

    /// Returns `true` if credentials of the workspace are needed.
    pub(super) fn needs_credentials(&self) -> bool {
        match self {
            Self::OAuth(call) => call.needs_credentials(),
            _ => matches!(self, Self::Thrift(_) | Self::NotThrift | Self::Untyped | Self::Sea(_)),
        }
    }

    /// The name under which requests are counted and faults are planned.
    pub(super) fn name(&self) -> &str {
        match self {
            // No method has a longer name, and untrusted input is not stored at any length.
            Self::Thrift(request) => {
                request.method().filter(|method| method.len() <= 64).unwrap_or("other")
            }
            Self::NotThrift
            | Self::Untyped
            | Self::TooLarge
            | Self::WrongMethod(_)
            | Self::Nothing => "other",
            Self::Download => DOWNLOAD,
            Self::FeatureFlags => "feature-flags",
            Self::Telemetry => "telemetry",
            Self::Sea(call) => call.name(),
            Self::OAuth(call) => call.name(),
            Self::Admin(_) => "admin",
        }
    }
}

/// Compares paths, ignoring slashes at their ends and a query.
fn same_path(one: &str, other: &str) -> bool {
    one.trim_matches('/') == other.split('?').next().unwrap_or_default().trim_matches('/')
}

/// Returns `true` if the content type is Thrift. Without one the body decides, but not for a web page.
fn is_thrift(request: &Request<Bytes>) -> bool {
    match content_type(request) {
        Some(kind) => THRIFT.iter().any(|thrift| thrift.eq_ignore_ascii_case(kind)),
        None => !is_from_page(request),
    }
}

/// Returns the content type without its parameters; empty if it is unreadable.
fn content_type(request: &Request<Bytes>) -> Option<&str> {
    let kind = request.headers().get(header::CONTENT_TYPE)?.to_str().unwrap_or_default();
    Some(kind.split(';').next().unwrap_or_default().trim())
}

/// Returns `true` if a browser sent it for a page. Without a content type, or with that of a form or
/// of text, it did not ask this server whether the page may do that.
fn is_from_page(request: &Request<Bytes>) -> bool {
    let headers = request.headers();
    headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site")
}
