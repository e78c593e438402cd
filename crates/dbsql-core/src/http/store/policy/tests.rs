//! Which hosts of links are allowed.

use super::*;

fn rules(workspace: &str, policy: &LinkPolicy) -> LinkRules {
    LinkRules::new(policy, &workspace.parse().unwrap()).unwrap()
}

fn follows(rules: &LinkRules, url: &str) -> bool {
    match rules.check(&url.parse().expect(url)) {
        Ok(()) => true,
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::Config | ErrorKind::Protocol), "{error}");
            false
        }
    }
}

const WORKSPACE: &str = "https://workspace.example/sql/1.0/w";

const REFUSED_HOSTS: [&str; 40] = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.8.9.10",
    "2130706433",
    "0x7f000001",
    "0x7F.1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",
    "0x0",
    "0.1.2.3",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:0.0.0.0]",
    "169.254.169.254",
    "169.254.0.1",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]",
    "[fe80::1]",
    "[febf::1]",
    "[fd00:ec2::254]",
    "[fd20:ce::254]",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "metadata.google.internal",
    "Metadata.Google.Internal.",
];

const FOLLOWED_HOSTS: [&str; 14] = [
    "storage.example",
    "my.blob.core.windows.net",
    "bucket.s3.amazonaws.com",
    "workspace.example",
    "1.2.3.4",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.0.10",
    "100.64.0.1",
    "[2001:db8::1]",
    "[fd12:3456::1]",
    "[::ffff:10.0.0.1]",
    "localhost.example",
    "127.0.0.1.example",
];

#[test]
fn local_and_metadata_hosts_are_rejected() {
    let rules = rules(WORKSPACE, &LinkPolicy::default());
    for host in REFUSED_HOSTS {
        for port in ["", ":443", ":9000"] {
            assert!(!follows(&rules, &format!("https://{host}{port}/f")), "{host}{port}");
        }
        assert!(follows(
            &LinkRules { is_off: true, ..Default::default() },
            &format!("http://{host}/")
        ));
    }
}

#[test]
fn public_and_private_hosts_are_allowed() {
    let rules = rules(WORKSPACE, &LinkPolicy::default());
    for host in FOLLOWED_HOSTS {
        assert!(follows(&rules, &format!("https://{host}/f")), "{host}");
        let is_remote_only = rules.is_remote_only(&format!("https://{host}/f").parse().unwrap());
        assert_eq!(is_remote_only, host != "workspace.example", "{host}");
    }
}

#[test]
fn scheme_must_not_be_weaker_than_that_of_the_workspace() {
    for (workspace, url, followed) in [
        (WORKSPACE, "http://storage.example/f", false),
        (WORKSPACE, "http://workspace.example/f", false),
        (WORKSPACE, "https://storage.example/f", true),
        ("http://workspace.example/w", "http://storage.example/f", true),
        ("http://workspace.example/w", "https://storage.example/f", true),
    ] {
        let followed_now = follows(&rules(workspace, &LinkPolicy::default()), url);
        assert_eq!(followed_now, followed, "{workspace} {url}");
    }
}

#[test]
fn workspace_on_localhost_may_have_files_on_localhost() {
    for workspace in ["http://127.0.0.1:10000/w", "http://localhost:1/w", "https://[::1]/w"] {
        let rules = rules(workspace, &LinkPolicy::default());
        for url in ["https://127.0.0.1:9000/f", "https://localhost/f", "https://[::1]:5/f"] {
            assert!(follows(&rules, url), "{workspace} {url}");
            assert!(!rules.is_remote_only(&url.parse().unwrap()));
        }
        for url in ["https://169.254.169.254/f", "https://[fe80::1]/f", "https://metadata/f"] {
            assert!(!follows(&rules, url), "{workspace} {url}");
        }
    }
}

#[test]
fn host_of_the_workspace_may_always_have_files() {
    let rules = rules("https://169.254.7.7:8443/w", &LinkPolicy::default());
    assert!(follows(&rules, "https://169.254.7.7/f"));
    assert!(follows(&rules, "https://0xa9fe0707:9/f"), "the same address in another spelling");
    assert!(!follows(&rules, "https://169.254.7.8/f"));
}

#[test]
fn allowed_host_is_matched_in_each_spelling_and_with_its_port() {
    let allow = |host: &str| rules(WORKSPACE, &LinkPolicy::default().allow_host(host));
    for (host, url, followed) in [
        ("127.0.0.1:9000", "http://127.0.0.1:9000/f", true),
        ("127.0.0.1:9000", "https://2130706433:9000/f", true),
        ("127.0.0.1:9000", "https://127.0.0.1:9001/f", false),
        ("127.0.0.1:9000", "https://localhost:9000/f", false),
        ("127.0.0.1", "https://127.0.0.1:9001/f", true),
        ("[::1]:9000", "http://[::1]:9000/f", true),
        ("[::1]", "http://[0:0::1]:7/f", true),
        ("LocalHost:80", "http://localhost/f", true),
        ("localhost:443", "https://localhost./f", true),
        ("storage.example", "http://storage.example/f", true),
        ("storage.example", "http://other.example/f", false),
    ] {
        assert_eq!(follows(&allow(host), url), followed, "{host} {url}");
    }
    let policy = LinkPolicy::default().allow_host("a.example").allow_host("127.0.0.1");
    assert!(follows(&rules(WORKSPACE, &policy), "https://127.0.0.1/f"));
}

#[test]
fn invalid_allowed_host_is_a_config_error() {
    for host in
        ["", "http://127.0.0.1:9000", "h/path", "h:0", "h:99999", "h:", "a b", "::1", "[::1", "u@h"]
    {
        let policy = LinkPolicy::default().allow_host(host);
        let error = LinkRules::new(&policy, &WORKSPACE.parse().unwrap()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{host}");
        assert!(error.to_string().contains("LinkPolicy::allow_host"), "{error}");
    }
}
