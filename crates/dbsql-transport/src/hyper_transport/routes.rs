//! The proxy for each connection, determined by the options and the environment.

use std::ffi::OsString;
use std::sync::Arc;

use http::Uri;
use http::uri::Scheme;

use super::BuildError;
use super::no_proxy::NoProxy;
use super::target::is_loopback;
use crate::{HttpOptions, Proxy};

/// The routes to all hosts.
#[derive(Debug, Default)]
pub(super) struct Routes {
    https: Option<Arc<Proxy>>,
    http: Option<Arc<Proxy>>,
    no_proxy: NoProxy,
    loopback: bool,
}

/// In order of precedence.
const HTTPS: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
const HTTP: [&str; 2] = ["all_proxy", "ALL_PROXY"];
const NO_PROXY: [&str; 2] = ["no_proxy", "NO_PROXY"];

impl Routes {
    /// Creates the routes for these options. `lookup` reads an environment variable.
    pub(super) fn new(
        options: &HttpOptions,
        lookup: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, BuildError> {
        let allow_plain_http = options.allow_plain_http;
        let options = &options.proxy;
        let mut routes = Self::default();
        if let Some(proxy) = &options.proxy {
            let proxy = Arc::new(proxy.clone());
            (routes.https, routes.http) = (Some(Arc::clone(&proxy)), Some(proxy));
            routes.loopback = options.loopback;
        } else if options.from_environment {
            let environment = Environment(lookup);
            routes.https = environment.proxy(&HTTPS)?;
            // Otherwise `http://` is allowed for this machine only, which needs no proxy.
            if allow_plain_http {
                routes.http = environment.proxy(&HTTP)?;
            }
            if routes.https.is_some() || routes.http.is_some() {
                environment.no_proxy(&mut routes.no_proxy)?;
            }
        }
        for hosts in &options.no_proxy {
            routes.no_proxy.add(hosts).map_err(|error| BuildError::NoProxy(error.into()))?;
        }
        Ok(routes)
    }

    /// Returns the proxy for a URL; `None` for a direct connection.
    pub(super) fn proxy_for(&self, uri: &Uri) -> Option<&Arc<Proxy>> {
        let is_https = uri.scheme() == Some(&Scheme::HTTPS);
        let proxy = if is_https { self.https.as_ref() } else { self.http.as_ref() }?;
        let host = uri.host()?;
        let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        let is_direct = (is_loopback(host) && !self.loopback) || self.no_proxy.matches(host, port);
        (!is_direct).then_some(proxy)
    }
}

struct Environment<F>(F);

impl<F: Fn(&str) -> Option<OsString>> Environment<F> {
    /// Returns the first of these variables that is set.
    fn first(&self, names: &[&'static str]) -> Result<Option<(&'static str, String)>, BuildError> {
        let Some((name, value)) = names.iter().find_map(|&name| Some((name, self.0(name)?))) else {
            return Ok(None);
        };
        let value = value.into_string().map_err(|_| BuildError::ProxyVariable {
            name,
            source: "the value is not valid Unicode".into(),
        })?;
        Ok(Some((name, value)))
    }

    fn proxy(&self, names: &[&'static str]) -> Result<Option<Arc<Proxy>>, BuildError> {
        match self.first(names)? {
            Some((name, value)) if !value.trim().is_empty() => match value.parse() {
                Ok(proxy) => Ok(Some(Arc::new(proxy))),
                Err(error) => Err(BuildError::ProxyVariable { name, source: Box::new(error) }),
            },
            _ => Ok(None),
        }
    }

    fn no_proxy(&self, hosts: &mut NoProxy) -> Result<(), BuildError> {
        let Some((name, list)) = self.first(&NO_PROXY)? else { return Ok(()) };
        hosts.add(&list).map_err(|error| BuildError::ProxyVariable { name, source: error.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variables<'a> = &'a [(&'a str, &'a str)];

    fn routes(options: &HttpOptions, variables: Variables<'_>) -> Result<Routes, BuildError> {
        Routes::new(options, |wanted| {
            let found = variables.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    /// Returns the proxy for a URL with default options and these variables, or `direct`.
    fn way(variables: Variables<'_>, url: &str) -> String {
        let options = HttpOptions::new().allow_plain_http(true);
        let routes = routes(&options, variables).expect("valid variables");
        shown(&routes, url)
    }

    fn shown(routes: &Routes, url: &str) -> String {
        let proxy = routes.proxy_for(&url.parse().expect("a url"));
        proxy.map_or_else(|| "direct".to_owned(), ToString::to_string)
    }

    #[test]
    fn first_set_variable_wins() {
        let all: Variables<'_> = &[
            ("https_proxy", "a:1"),
            ("HTTPS_PROXY", "b:1"),
            ("all_proxy", "socks5://c:1"),
            ("ALL_PROXY", "socks5://d:1"),
        ];
        let https = ["http://a:1", "http://b:1", "socks5://c:1", "socks5://d:1", "direct"];
        let http = ["socks5://c:1", "socks5://c:1", "socks5://c:1", "socks5://d:1", "direct"];
        for (skip, (https, http)) in https.into_iter().zip(http).enumerate() {
            assert_eq!(way(&all[skip..], "https://h.example/"), https);
            assert_eq!(way(&all[skip..], "http://h.example/"), http);
        }
        assert_eq!(way(&[("HTTP_PROXY", "p:1"), ("http_proxy", "p:1")], "http://h/"), "direct");
    }

    #[test]
    fn empty_variable_means_none() {
        for empty in ["", "  "] {
            let variables = [("https_proxy", empty), ("HTTPS_PROXY", "p:1"), ("ALL_PROXY", "q:1")];
            assert_eq!(way(&variables, "https://h/"), "direct");
            let variables = [("HTTPS_PROXY", "p:1"), ("no_proxy", empty), ("NO_PROXY", "h")];
            assert_eq!(way(&variables, "https://h/"), "http://p:1");
        }
    }

    #[test]
    fn no_proxy_and_this_machine_are_direct() {
        let variables = [("ALL_PROXY", "p:1"), ("NO_PROXY", ".internal, 10.0.0.0/8, h:8443")];
        for url in [
            "https://a.internal/",
            "https://10.1.1.1/",
            "https://h:8443/",
            "https://localhost/",
            "http://127.0.0.1:8080/",
            "https://[::1]:1/",
        ] {
            assert_eq!(way(&variables, url), "direct", "{url}");
        }
        for url in ["https://h/", "https://a.internal.example/", "https://127.example/"] {
            assert_eq!(way(&variables, url), "http://p:1", "{url}");
        }
    }

    #[test]
    fn explicit_proxy_replaces_that_of_the_environment() {
        let broken = [("HTTPS_PROXY", "no://proxy"), ("NO_PROXY", "*")];
        let explicit = || HttpOptions::new().proxy("socks5://p".parse().expect("a proxy"));
        let routes_of = |options| routes(&options, &broken).expect("valid options");
        let some = routes_of(explicit().no_proxy("h"));
        assert_eq!(shown(&some, "https://other/"), "socks5://p:1080");
        assert_eq!(shown(&some, "http://other/"), "socks5://p:1080");
        assert_eq!(shown(&some, "https://h/"), "direct");
        assert_eq!(shown(&some, "https://localhost/"), "direct");
        let all = routes_of(explicit().proxy_loopback(true));
        assert_eq!(shown(&all, "https://localhost/"), "socks5://p:1080");
        let none = routes_of(HttpOptions::new().proxy_from_environment(false));
        assert_eq!(shown(&none, "https://h/"), "direct");
    }

    #[test]
    fn environment_proxy_is_never_used_for_this_machine() {
        let options = HttpOptions::new().proxy_loopback(true);
        let routes = routes(&options, &[("ALL_PROXY", "p:1")]).expect("valid variables");
        assert_eq!(shown(&routes, "https://localhost/"), "direct");
        assert_eq!(shown(&routes, "https://h/"), "http://p:1");
    }

    #[test]
    fn no_proxy_of_options_and_environment_are_combined() {
        let options = HttpOptions::new().no_proxy("a").no_proxy("b");
        let variables = [("HTTPS_PROXY", "p:1"), ("NO_PROXY", "c")];
        let routes = routes(&options, &variables).expect("valid variables");
        for host in ["a", "b", "c"] {
            assert_eq!(shown(&routes, &format!("https://{host}/")), "direct");
        }
        assert_eq!(shown(&routes, "https://d/"), "http://p:1");
    }

    #[test]
    fn malformed_variable_is_named_without_its_value() {
        for (variables, wanted) in [
            (&[("HTTPS_PROXY", "ftp://CANARY@h")][..], "HTTPS_PROXY"),
            (&[("https_proxy", "CANARY CANARY"), ("HTTPS_PROXY", "p:1")], "https_proxy"),
            (&[("all_proxy", "http://u:CANARY@")], "all_proxy"),
            (&[("ALL_PROXY", "CANARY:x")], "ALL_PROXY"),
            (&[("HTTPS_PROXY", "p:1"), ("NO_PROXY", "http://CANARY")], "NO_PROXY"),
        ] {
            let error = routes(&HttpOptions::new(), variables).expect_err(wanted);
            assert!(matches!(error, BuildError::ProxyVariable { name, .. } if name == wanted));
            let source = std::error::Error::source(&error).map(ToString::to_string);
            let text = format!("{error} {error:?} {source:?}");
            assert!(text.contains(wanted) && !text.contains("CANARY"), "{text}");
        }
        // These are not needed.
        let spare = [("HTTPS_PROXY", "p:1"), ("ALL_PROXY", "socks://CANARY")];
        assert!(routes(&HttpOptions::new(), &spare).is_ok());
        assert_eq!(way(&[("NO_PROXY", "http://h")], "https://h/"), "direct");
        let error = routes(&HttpOptions::new().no_proxy("a b://c"), &[]).expect_err("no list");
        assert!(matches!(error, BuildError::NoProxy(_)), "{error:?}");
    }

    #[cfg(unix)]
    #[test]
    fn non_unicode_variable_is_named() {
        use std::os::unix::ffi::OsStringExt;

        let lookup = |name: &str| (name == "https_proxy").then(|| OsString::from_vec(vec![0xff]));
        let error = Routes::new(&HttpOptions::new(), lookup).expect_err("not Unicode");
        assert_eq!(error.to_string(), "cannot use the environment variable https_proxy");
    }
}
