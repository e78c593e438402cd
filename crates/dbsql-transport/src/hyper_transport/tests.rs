//! What is decided before a connection is opened.

use std::time::Duration;

use super::*;

#[test]
fn transport_is_created_outside_an_async_runtime() {
    let transport = HyperTransport::new(HttpOptions::default()).expect("valid options");
    drop(transport.clone());
    assert!(format!("{transport:?}").contains("connect_timeout"));
}

#[test]
fn additional_root_must_be_a_certificate() {
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for pem in ["", "no pem", broken] {
        let options = HttpOptions::new().add_root_certificate_pem(pem);
        let error = HyperTransport::new(options).expect_err("refused");
        assert!(matches!(error, BuildError::RootCertificate(_)), "{error:?}");
    }
}

#[test]
fn zero_connect_timeout_is_rejected() {
    let options = HttpOptions::new().connect_timeout(Duration::ZERO);
    assert!(options.validate().is_err());
    let error = HyperTransport::new(options).expect_err("refused");
    assert!(matches!(error, BuildError::Options(_)), "{error:?}");
    assert!(error.to_string().contains("`connect_timeout` must not be zero"), "{error}");
    let shortest = HttpOptions::new().connect_timeout(Duration::from_nanos(1));
    assert!(HyperTransport::new(shortest).is_ok());
}
