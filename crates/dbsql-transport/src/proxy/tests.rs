//! Valid and invalid proxy URLs, and what is never printed of either.

use super::*;

fn shown(text: &str) -> String {
    text.parse::<Proxy>().unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

#[test]
fn scheme_and_port_have_defaults() {
    for (text, url) in [
        ("proxy.example", "http://proxy.example:80"),
        ("proxy.example:3128", "http://proxy.example:3128"),
        ("http://proxy.example", "http://proxy.example:80"),
        ("HTTP://proxy.example:3128/", "http://proxy.example:3128"),
        ("https://proxy.example", "https://proxy.example:443"),
        ("socks5://10.0.0.1", "socks5://10.0.0.1:1080"),
        ("socks5h://[2001:db8::1]:9050", "socks5://[2001:db8::1]:9050"),
        ("[::1]:3128", "http://[::1]:3128"),
        ("  http://a_b-c.example:1 ", "http://a_b-c.example:1"),
    ] {
        assert_eq!(shown(text), url, "{text}");
    }
}

#[test]
fn credentials_are_decoded() {
    let password = |text: &str| {
        let proxy: Proxy = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        let login = proxy.credentials.expect("credentials");
        (login.user.to_string(), login.password.to_string())
    };
    let pair = |user: &str, password: &str| (user.to_owned(), password.to_owned());
    assert_eq!(password("http://u:p@h:1"), pair("u", "p"));
    assert_eq!(password("u:p@h:1"), pair("u", "p"));
    assert_eq!(password("http://u@h"), pair("u", ""));
    assert_eq!(password("http://u:a@b:c@h"), pair("u", "a@b:c"));
    assert_eq!(password("socks5://%C3%BC:%40%2f%3A@h"), pair("\u{fc}", "@/:"));
}

#[test]
fn invalid_url_is_rejected_without_quoting_it() {
    let long = format!("socks5://CANARY:{}@h", "x".repeat(256));
    for text in [
        "",
        "http://",
        "http://:3128",
        "socks4://CANARY@h",
        "ftp://CANARY@h",
        "http://u:CANARY@h:99999",
        "http://u:CANARY@h:0",
        "http://u:CANARY@h:",
        "http://u:CANARY@h:+80",
        "http://u:CANARY@h/path",
        "http://u:CANARY@h?query",
        "http://u:CANARY@",
        "http://u:CANARY%zz@h",
        "http://u:CANARY%4@h",
        "http://u:CANARY%ff@h",
        "http://u%3Av:CANARY@h",
        "http://u:CANARY/x@h:1",
        "http://u:CANARY@h h",
        "http://u:CANARY@[::1",
        "http://u:CANARY@[h]:1",
        "http://u:CANARY@::1",
        "http://u:CANARY@h\u{fc}",
        "socks5://CANARY@h",
        long.as_str(),
    ] {
        let error = text.parse::<Proxy>().expect_err(text);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("CANARY"), "{text}: {shown}");
    }
}

#[test]
fn credentials_are_never_printed() {
    for proxy in [
        "http://CANARY:CANARY@h:1".parse::<Proxy>().expect("a proxy"),
        "h:1".parse::<Proxy>().expect("a proxy").credentials("CANARY", "CANARY"),
    ] {
        let shown = format!("{proxy} {proxy:?} {proxy:#?}");
        assert!(shown.contains("http://h:1") && shown.contains("has_credentials: true"), "{shown}");
        assert!(!shown.contains("CANARY"), "{shown}");
    }
}
