//! Redirects: how they are resolved, which headers they carry, and which targets are allowed.

use std::sync::Arc;

use http::{HeaderMap, Uri};

use super::fake::{Ended, LINK, Store, content, read, redirect, rules, whole};
use crate::{Error, ErrorKind, LinkPolicy, RetryAdvice};

fn uris(store: &Store) -> Vec<String> {
    store.state().requests.iter().map(|request| request.uri().to_string()).collect()
}

async fn failure(
    store: &Store,
    policy: &LinkPolicy,
    url: &str,
    headers: HeaderMap,
) -> Option<Error> {
    let mut storage = store.storage();
    storage.links = Arc::new(rules(policy));
    let mut download = storage.download(url.parse().unwrap(), headers, 0, None, None);
    match read(&mut download).await {
        (_, Ended::Whole) => None,
        (_, Ended::Failed(error)) => Some(error),
        (_, ended) => panic!("{ended:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn redirect_is_resolved_as_in_rfc_3986() {
    for (location, target) in [
        ("//other.example/path", "https://other.example/path"),
        ("//other.example:8443/a?b", "https://other.example:8443/a?b"),
        ("/moved", "https://storage.example/moved"),
        ("sibling", "https://storage.example/dir/sibling"),
        ("../up/file", "https://storage.example/up/file"),
        ("./same", "https://storage.example/dir/same"),
        ("?signature=fresh", "https://storage.example/dir/file?signature=fresh"),
        ("https://other.example/f?a=%2F'%27+b~%zz", "https://other.example/f?a=%2F'%27+b~%zz"),
        ("HTTPS://Other.example/F", "https://Other.example/F"),
    ] {
        let store = Store::new(10).then([redirect(location)]);
        let url: Uri = "https://storage.example/dir/file?signature=%2Bcanary%2f".parse().unwrap();
        let mut download = store.storage().download(url, HeaderMap::new(), 0, None, None);
        assert_eq!(whole(&mut download).await.unwrap(), content(10), "{location}");
        let sent = uris(&store);
        assert_eq!(sent[0], "https://storage.example/dir/file?signature=%2Bcanary%2f", "unchanged");
        assert_eq!(sent[1], target, "{location}");
    }
}

#[tokio::test(start_paused = true)]
async fn invalid_redirect_is_a_protocol_error() {
    for location in [
        "",
        "http://storage.example/file",
        "ftp://storage.example/file",
        "https://canary@other.example/f",
        "//canary:x@other.example/f",
        "https://other.example:99999/f",
        "https://",
        "https:///canary",
        "http:relative",
        "javascript:canary",
        "\\\\other.example\\canary",
        "https:\\\\other.example",
        "//",
    ] {
        let store = Store::new(10).then([redirect(location)]);
        let error = failure(&store, &LinkPolicy::default(), LINK, HeaderMap::new()).await;
        let error = error.unwrap_or_else(|| panic!("{location} was followed: {:?}", uris(&store)));
        assert_eq!(error.kind(), ErrorKind::Protocol, "{location}: {error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
    let store = Store::new(10).then((0..4).map(|_| redirect("/again")));
    let error = failure(&store, &LinkPolicy::default(), LINK, HeaderMap::new()).await.unwrap();
    assert!(error.to_string().contains("too many redirects"), "{error}");
    assert_eq!(store.requests(), 3);
}

#[tokio::test(start_paused = true)]
async fn authorization_of_a_link_goes_to_its_host_only() {
    let headers = |names: &[&'static str]| {
        names
            .iter()
            .map(|name| (name.parse().unwrap(), "canary".parse().unwrap()))
            .collect::<HeaderMap>()
    };
    for (location, sent) in [
        ("/same", true),
        ("https://storage.example/same", true),
        ("https://STORAGE.example/same", true),
        ("//other.example/other", false),
        ("https://storage.example:8443/port", false),
    ] {
        let store = Store::new(10).then([redirect(location)]);
        let failed =
            failure(&store, &LinkPolicy::default(), LINK, headers(&["authorization"])).await;
        assert!(failed.is_none(), "{location}: {failed:?}");
        let state = store.state();
        assert_eq!(state.requests[0].headers()["authorization"], "canary");
        assert_eq!(state.requests[1].headers().contains_key("authorization"), sent, "{location}");
    }
    // Other headers may be keys as well, and the file cannot be downloaded without them.
    let store = Store::new(10).then([redirect("//other.example/other")]);
    let both = headers(&["authorization", "x-key"]);
    let error = failure(&store, &LinkPolicy::default(), LINK, both).await.unwrap();
    assert_eq!((error.kind(), store.requests()), (ErrorKind::Protocol, 1), "{error}");
}

#[tokio::test(start_paused = true)]
async fn rejected_host_gets_no_request_not_even_by_redirect() {
    for host in ["127.0.0.1:9000", "169.254.169.254", "localhost", "[::1]", "2130706433"] {
        let url = format!("https://{host}/canary");
        let store = Store::new(10);
        let direct = failure(&store, &LinkPolicy::default(), &url, HeaderMap::new()).await.unwrap();
        assert_eq!(store.requests(), 0, "{host}");
        let store = Store::new(10).then([redirect(&url)]);
        let hop = failure(&store, &LinkPolicy::default(), LINK, HeaderMap::new()).await.unwrap();
        assert_eq!(store.requests(), 1, "{host}");
        let relative = url.strip_prefix("https:").unwrap();
        let store = Store::new(10).then([redirect(relative)]);
        let relative =
            failure(&store, &LinkPolicy::default(), LINK, HeaderMap::new()).await.unwrap();
        for error in [direct, hop, relative] {
            assert_eq!((error.kind(), error.retry()), (ErrorKind::Config, RetryAdvice::Never));
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("LinkPolicy::allow_host"), "{shown}");
            assert!(!shown.contains("canary"), "{shown}");
            let name = host.split_once(":9").map_or(host, |(name, _)| name);
            assert!(error.to_string().contains(name) || name == "2130706433", "{error}");
        }
        let store = Store::new(10);
        for policy in [LinkPolicy::default().allow_host(host), LinkPolicy::off()] {
            assert!(failure(&store, &policy, &url, HeaderMap::new()).await.is_none(), "{host}");
        }
        assert!(!store.remote_only());
    }
}

#[tokio::test(start_paused = true)]
async fn transport_gets_the_policy_for_resolved_addresses() {
    let store = Store::new(10).then([redirect("//other.example/file")]);
    assert!(failure(&store, &LinkPolicy::default(), LINK, HeaderMap::new()).await.is_none());
    assert_eq!(store.requests(), 2);
    assert!(store.remote_only());
}
