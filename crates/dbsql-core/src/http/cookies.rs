//! The cookies of a session: a server with several nodes may use them to find its node.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::header::{COOKIE, SET_COOKIE};
use http::uri::Scheme;
use http::{HeaderMap, HeaderValue, Uri};

/// The maximum number of cookies of a session.
const MAX_COOKIES: usize = 20;

/// The maximum length of a cookie, name and value together, in bytes.
const MAX_COOKIE_BYTES: usize = 4 << 10;

/// Authenticates by itself: its holder needs no token. Never stored.
const SIGNS_IN: &str = "hive.server2.auth";

/// The cookies that a server set in responses to the calls of one session. They are returned to
/// that host with the calls of the session and of the executions started in it, never anywhere
/// else. Cheap to clone; clones share the cookies.
#[derive(Clone, Default)]
pub(crate) struct Cookies(Arc<Mutex<Vec<Cookie>>>);

struct Cookie {
    name: String,
    value: String,
    host: String,
    path: String,
    only_secure: bool,
    expires: Option<SystemTime>,
}

impl Cookies {
    /// Adds the `Cookie` header for a request to `uri`.
    pub(crate) fn apply(&self, uri: &Uri, headers: &mut HeaderMap, now: SystemTime) {
        let pairs: Vec<_> = self
            .lock()
            .iter()
            .filter(|cookie| cookie.is_for(uri, now))
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        if pairs.is_empty() {
            return;
        }
        if let Ok(mut value) = HeaderValue::from_str(&pairs.join("; ")) {
            value.set_sensitive(true);
            headers.insert(COOKIE, value);
        }
    }

    /// Stores the cookies set by a response from `uri`, and removes those that it expires.
    pub(crate) fn store(&self, uri: &Uri, headers: &HeaderMap, now: SystemTime) {
        for header in headers.get_all(SET_COOKIE) {
            let Some(new) = header.to_str().ok().and_then(|text| Cookie::parse(text, uri, now))
            else {
                continue;
            };
            let mut cookies = self.lock();
            cookies.retain(|old| {
                let replaced = old.name == new.name && old.path == new.path;
                !replaced && old.expires.is_none_or(|at| at > now)
            });
            if cookies.len() < MAX_COOKIES && new.expires.is_none_or(|at| at > now) {
                cookies.push(new);
            }
        }
    }

    /// Removes all cookies: the server no longer accepts the caller.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Cookie>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cookie {
    /// Parses a `Set-Cookie` header (RFC 6265, 5.2) of a response from `uri`. `None` for a cookie
    /// that must not be stored.
    fn parse(text: &str, uri: &Uri, now: SystemTime) -> Option<Self> {
        let mut parts = text.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let is_plain = |text: &str| text.bytes().all(|byte| matches!(byte, 0x21..=0x7e));
        let fits = name.len() + value.len() <= MAX_COOKIE_BYTES;
        if name.is_empty() || !fits || !is_plain(name) || !is_plain(value) {
            return None;
        }
        if name.eq_ignore_ascii_case(SIGNS_IN) {
            return None;
        }
        let host = uri.host()?.to_ascii_lowercase();
        let mut cookie = Self {
            name: name.to_owned(),
            value: value.to_owned(),
            path: default_path(uri.path()).to_owned(),
            host,
            only_secure: false,
            expires: None,
        };
        let mut max_age = None;
        for attribute in parts {
            let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "domain" if !covers_host(value, &cookie.host) => return None,
                "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
                "secure" => cookie.only_secure = true,
                "expires" => cookie.expires = httpdate::parse_http_date(value).ok(),
                "max-age" => max_age = value.parse::<i64>().ok(),
                _ => {}
            }
        }
        // It takes precedence over `Expires`.
        if let Some(seconds) = max_age {
            let seconds = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
            cookie.expires = now.checked_add(seconds);
        }
        Some(cookie)
    }

    fn is_for(&self, uri: &Uri, now: SystemTime) -> bool {
        let host = uri.host().is_some_and(|host| host.eq_ignore_ascii_case(&self.host));
        let path = uri.path().strip_prefix(self.path.as_str()).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/')
        });
        let secure = !self.only_secure || uri.scheme() == Some(&Scheme::HTTPS);
        host && path && secure && self.expires.is_none_or(|at| at > now)
    }
}

/// Returns `true` if a `Domain` attribute matches `host` or a parent domain. Either way the cookie
/// is returned only to the host that set it.
fn covers_host(domain: &str, host: &str) -> bool {
    let domain = domain.trim_start_matches('.').to_ascii_lowercase();
    host == domain || host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Returns the default path of a cookie (RFC 6265, 5.1.4).
fn default_path(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(end) => &path[..end],
    }
}

impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cookies({})", self.lock().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn set(uri: &str, cookies: &[&str]) -> Cookies {
        let jar = Cookies::default();
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(SET_COOKIE, cookie.parse().unwrap());
        }
        jar.store(&uri.parse().unwrap(), &headers, NOW);
        jar
    }

    fn sent(jar: &Cookies, uri: &str, now: SystemTime) -> Option<String> {
        let mut headers = HeaderMap::new();
        jar.apply(&uri.parse().unwrap(), &mut headers, now);
        headers.get(COOKIE).map(|value| {
            assert!(value.is_sensitive());
            value.to_str().unwrap().to_owned()
        })
    }

    #[test]
    fn cookies_return_to_their_host_and_path_only() {
        let jar = set("https://h.example/sql/1.0/w", &["node=1; Path=/", "deep=2", "x=3; Path=/a"]);
        assert_eq!(
            sent(&jar, "https://h.example/sql/1.0/w", NOW).as_deref(),
            Some("node=1; deep=2")
        );
        assert_eq!(sent(&jar, "https://H.example/other", NOW).as_deref(), Some("node=1"));
        assert_eq!(sent(&jar, "https://h.example/ab", NOW).as_deref(), Some("node=1"));
        assert_eq!(sent(&jar, "https://evil.example/sql/1.0/w", NOW), None);
    }

    #[test]
    fn secure_cookies_are_not_sent_over_plain_http() {
        let jar = set("https://h.example/", &["a=1; Secure", "b=2"]);
        assert_eq!(sent(&jar, "http://h.example/", NOW).as_deref(), Some("b=2"));
        assert_eq!(sent(&jar, "https://h.example/", NOW).as_deref(), Some("a=1; b=2"));
    }

    #[test]
    fn cookies_expire_and_are_replaced() {
        let jar = set("https://h.example/", &["a=1; Max-Age=60", "b=1", "b=2", "c=1; Max-Age=0"]);
        assert_eq!(sent(&jar, "https://h.example/", NOW).as_deref(), Some("a=1; b=2"));
        let later = NOW + Duration::from_secs(61);
        assert_eq!(sent(&jar, "https://h.example/", later).as_deref(), Some("b=2"));
        let date = set("https://h.example/", &["a=1; Expires=Thu, 01 Jan 1970 00:01:00 GMT"]);
        assert!(sent(&date, "https://h.example/", NOW).is_some());
        assert_eq!(sent(&date, "https://h.example/", later), None);
    }

    #[test]
    fn foreign_domains_and_auth_cookies_are_not_stored() {
        let jar = set(
            "https://h.example/",
            &[
                "a=1; Domain=other.example",
                "hive.server2.auth=secret",
                "Hive.Server2.Auth=secret",
                "b=2; Domain=.example",
                "noequals",
                "=empty",
            ],
        );
        assert_eq!(sent(&jar, "https://h.example/", NOW).as_deref(), Some("b=2"));
    }

    #[test]
    fn number_and_size_of_cookies_are_limited() {
        let many: Vec<String> = (0..50).map(|n| format!("c{n}=1")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let jar = set("https://h.example/", &many);
        assert_eq!(jar.lock().len(), MAX_COOKIES);
        let long = format!("a={}", "x".repeat(MAX_COOKIE_BYTES));
        assert_eq!(set("https://h.example/", &[&long]).lock().len(), 0);
    }

    #[test]
    fn nothing_is_printed_or_stored_after_a_401() {
        let jar = set("https://h.example/", &["canary-name=canary-value"]);
        assert!(!format!("{jar:?}").contains("canary"));
        jar.clear();
        assert_eq!(sent(&jar, "https://h.example/", NOW), None);
    }
}
