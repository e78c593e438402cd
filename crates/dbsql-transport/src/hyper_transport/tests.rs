//! What is decided before a connection is opened.

use super::*;

#[test]
fn this_machine_is_known_by_its_names() {
    for host in ["localhost", "LocalHost", "127.0.0.1", "127.255.1.2", "[::1]"] {
        assert!(is_loopback(host), "{host}");
    }
}

#[test]
fn nothing_else_passes_for_this_machine() {
    for host in [
        "localhost.example.com",
        "notlocalhost",
        "127.0.0.1.example.com",
        "128.0.0.1",
        "0.0.0.0",
        "127.1",
        "[::2]",
        "[::]",
        "10.0.0.1",
        "",
    ] {
        assert!(!is_loopback(host), "{host}");
    }
}

#[test]
fn without_roots_only_tls_is_refused() {
    let transport = HyperTransport::new(HttpOptions::default()).expect("valid options");
    let Ok(mut inner) = Arc::try_unwrap(transport.0) else { panic!("one owner") };
    inner.no_roots = Some(rustls::Error::General("no roots".into()));
    let transport = HyperTransport(Arc::new(inner));

    let error = transport.check(&Uri::from_static("https://h/p?sig=x")).expect_err("refused");
    assert_eq!(error.kind(), TransportErrorKind::Other);
    assert_eq!(error.request_sent(), RequestSent::No);
    assert_eq!(error.to_string(), "no certificate of h:443 can be trusted on this machine");
    let plain = transport.check(&Uri::from_static("http://localhost/"));
    assert_eq!(&*plain.expect("allowed"), "localhost:80");
}

#[test]
fn a_transport_can_be_made_outside_an_async_runtime() {
    let transport = HyperTransport::new(HttpOptions::default()).expect("valid options");
    drop(transport.clone());
    assert!(format!("{transport:?}").contains("connect_timeout"));
}

#[test]
fn an_extra_root_must_be_a_certificate() {
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for pem in ["", "no pem", broken] {
        let options = HttpOptions::new().add_root_certificate_pem(pem);
        let error = HyperTransport::new(options).expect_err("refused");
        assert!(matches!(error, BuildError::RootCertificate(_)), "{error:?}");
    }
}
