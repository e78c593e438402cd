//! The TLS settings: trusted certificates, the client certificate, and files that cannot be used.

use std::path::{Path, PathBuf};

use dbsql_transport::{BuildError, HttpOptions, HyperTransport, RequestSent, TransportError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::identity::{Authority, Identity};
use crate::server::Server;
use crate::{chain, send, text};

fn transport(options: HttpOptions) -> HyperTransport {
    HyperTransport::new(options).expect("valid options")
}

async fn refused(options: HttpOptions, server: &Server) -> TransportError {
    let error = send(&transport(options), &server.url("https")).await.expect_err("refused");
    assert!(error.is_tls(), "{error:?}");
    error
}

async fn accepted(options: HttpOptions, server: &Server) {
    let answer = send(&transport(options), &server.url("https")).await;
    let answer = answer.unwrap_or_else(|error| panic!("{}", chain(&error)));
    assert!(text(answer).await.starts_with("HTTP/"));
}

/// Creates a folder for this test with these files.
fn folder(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, content) in files {
        std::fs::write(folder.join(name), content).expect("written");
    }
    folder
}

#[tokio::test]
async fn invalid_certificates_are_distinguished() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    for (identity, words) in [
        (other.issue("localhost"), "signed by an untrusted authority"),
        (ours.issue_expired("localhost"), "has expired"),
        (ours.issue("other.example"), "is for another host"),
        (Identity::of("localhost"), "signed by an untrusted authority"),
    ] {
        let server = Server::tls(&identity).await;
        let error = refused(HttpOptions::new().add_root_certificate_pem(ours.pem()), &server).await;
        assert!(error.to_string().contains(words), "{words}: {error}");
    }
    let server = Server::tls(&ours.issue("localhost")).await;
    accepted(HttpOptions::new().add_root_certificate_pem(ours.pem()), &server).await;
}

#[tokio::test]
async fn root_is_read_from_a_file() {
    let authority = Authority::new("ours");
    let folder = folder("root_is_read_from_a_file", &[("ca.pem", &authority.pem())]);
    let server = Server::tls(&authority.issue("localhost")).await;
    let options = HttpOptions::new().add_root_certificate_file(folder.join("ca.pem"));
    accepted(options.clone(), &server).await;
    accepted(options.platform_roots(false), &server).await;
}

#[tokio::test]
async fn only_given_roots_are_trusted_without_platform_roots() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let only = HttpOptions::new().platform_roots(false).add_root_certificate_pem(ours.pem());
    let server = Server::tls(&ours.issue("localhost")).await;
    accepted(only.clone(), &server).await;
    let server = Server::tls(&other.issue("localhost")).await;
    refused(only, &server).await;
    let error = HyperTransport::new(HttpOptions::new().platform_roots(false)).expect_err("none");
    assert!(error.to_string().contains("`platform_roots` is off"), "{error}");
}

/// On these systems the platform's roots are those of `SSL_CERT_FILE`, which shows whether they are
/// omitted.
#[cfg(target_os = "linux")]
#[test]
fn platform_roots_can_be_disabled() {
    const CHILD: &str = "DBSQL_TEST_ROOTS";
    if let Ok(url) = std::env::var(CHILD) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let platform = transport(HttpOptions::new());
            assert_eq!(send(&platform, &url).await.expect("trusted").status(), 200);
            let other = Authority::new("other").pem();
            let only = HttpOptions::new().platform_roots(false).add_root_certificate_pem(other);
            assert!(send(&transport(only), &url).await.expect_err("refused").is_tls());
        });
        return;
    }
    // Serves while this thread waits for the child process.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let authority = Authority::new("platform");
    let folder = folder("roots_of_the_platform", &[("ca.pem", &authority.pem())]);
    let server = runtime.block_on(Server::tls(&authority.issue("localhost")));
    let child = std::process::Command::new(std::env::current_exe().expect("the test program"))
        .args(["--exact", "trust::platform_roots_can_be_disabled"])
        .env(CHILD, server.url("https"))
        .env("SSL_CERT_FILE", folder.join("ca.pem"))
        .env_remove("SSL_CERT_DIR")
        .output()
        .expect("it runs");
    let output = String::from_utf8_lossy(&child.stdout).into_owned();
    assert!(child.status.success() && output.contains("1 passed"), "{output}");
}

#[tokio::test]
async fn client_certificate_is_sent_on_request() {
    let (servers, clients) = (Authority::new("servers"), Authority::new("clients"));
    let client = clients.issue_client();
    let acceptor = servers.issue("localhost").acceptor_for_clients_of(&clients);
    let server = Server::tls_with(acceptor).await;
    let trusting = || HttpOptions::new().add_root_certificate_pem(servers.pem());
    let with =
        |identity: &Identity| trusting().client_certificate_pem(identity.pem(), identity.key_pem());
    accepted(with(&client), &server).await;
    let files = [("client.pem", client.pem()), ("key.pem", client.key_pem())];
    let files = files.each_ref().map(|(name, content)| (*name, content.as_str()));
    let folder = folder("client_shows_its_certificate", &files);
    let options =
        trusting().client_certificate_files(folder.join("client.pem"), folder.join("key.pem"));
    accepted(options, &server).await;
    // With TLS 1.3 the server rejects the client after the client's part of the handshake.
    let stranger = Authority::new("strangers").issue_client();
    for (options, reason) in [
        (trusting(), "it requires a client certificate"),
        (with(&stranger), "it rejected the client certificate"),
    ] {
        let error = refused(options, &server).await;
        assert!(error.to_string().ends_with(&format!("failed: {reason}")), "{error}");
        assert_eq!(error.request_sent(), RequestSent::No);
    }
    // A server that does not request a certificate does not get one.
    let server = Server::tls(&servers.issue("localhost")).await;
    accepted(with(&client), &server).await;
}

#[tokio::test]
async fn tls13_only_rejects_an_older_server() {
    let identity = Identity::of("localhost");
    let trusting = HttpOptions::new().add_root_certificate_pem(identity.pem());
    let old = Server::tls_with(identity.tls12_acceptor()).await;
    accepted(trusting.clone(), &old).await;
    refused(trusting.clone().tls13_only(true), &old).await;
    accepted(trusting.tls13_only(true), &Server::tls(&identity).await).await;
}

/// The first message of a server that supports TLS 1.1 and nothing newer (RFC 4346).
fn hello_of_tls11() -> Vec<u8> {
    let mut hello = vec![3, 2];
    hello.extend([7; 32]); // random
    hello.push(0); // no session id
    hello.extend([0xc0, 0x13, 0]); // ECDHE with AES-128-CBC and SHA-1, no compression
    let length = u8::try_from(hello.len()).expect("short");
    let mut record = vec![22, 3, 2, 0, length + 4, 2, 0, 0, length];
    record.extend(hello);
    record
}

#[tokio::test]
async fn tls_1_1_is_rejected() {
    let server = Server::serve(|mut stream| async move {
        let mut hello = [0; 16];
        let _ = stream.read_exact(&mut hello).await;
        let _ = stream.write_all(&hello_of_tls11()).await;
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let error = refused(HttpOptions::new(), &server).await;
    assert!(chain(&error).contains("peer is incompatible"), "{}", chain(&error));
}

#[tokio::test]
async fn any_certificate_is_accepted_only_by_explicit_option() {
    let expired = Authority::new("unknown").issue_expired("other.example");
    let options = HttpOptions::new().dangerously_accept_any_certificate(true);
    assert!(format!("{options:?}").contains("dangerously_accept_any_certificate: true"));
    for acceptor in [expired.acceptor(), expired.tls12_acceptor()] {
        let server = Server::tls_with(acceptor).await;
        refused(HttpOptions::new(), &server).await;
        accepted(options.clone(), &server).await;
    }
    // Then it needs no roots.
    assert!(HyperTransport::new(options.platform_roots(false)).is_ok());
}

#[test]
fn unusable_file_is_named() {
    let identity = Identity::of("h");
    let key = identity.key_pem();
    let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    let folder = folder(
        "file_that_cannot_be_used",
        &[
            ("cert.pem", &identity.pem()),
            ("key.pem", &key),
            ("encrypted.pem", &encrypted),
            ("other.pem", &Identity::of("h").key_pem()),
            ("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            ("broken-key.pem", "-----BEGIN PRIVATE KEY-----\nCANARY!\n-----END PRIVATE KEY-----\n"),
            ("empty.pem", ""),
        ],
    );
    for name in ["missing.pem", "empty.pem", "key.pem", "broken.pem", "."] {
        let options = HttpOptions::new().add_root_certificate_file(folder.join(name));
        let error = HyperTransport::new(options).expect_err(name);
        assert!(matches!(error, BuildError::RootCertificateFile { .. }), "{error:?}");
        assert!(error.to_string().contains(&*folder.join(name).to_string_lossy()), "{error}");
    }
    for (chain, key, bad, why) in [
        ("missing.pem", "key.pem", "missing.pem", ""),
        ("key.pem", "key.pem", "key.pem", "no certificate"),
        ("cert.pem", "missing.pem", "missing.pem", ""),
        ("cert.pem", "cert.pem", "cert.pem", "no private key"),
        ("cert.pem", "encrypted.pem", "encrypted.pem", "passphrase"),
        ("cert.pem", "broken-key.pem", "broken-key.pem", "not valid PEM"),
    ] {
        let (chain, key) = (folder.join(chain), folder.join(key));
        let options = HttpOptions::new().client_certificate_files(chain, key);
        let error = HyperTransport::new(options).expect_err(bad);
        assert!(matches!(error, BuildError::ClientCertificateFile { .. }), "{error:?}");
        let source = std::error::Error::source(&error).expect("a cause").to_string();
        assert!(error.to_string().contains(&*folder.join(bad).to_string_lossy()), "{error}");
        assert!(source.contains(why) && !source.contains("CANARY"), "{source}");
    }
    // Each is valid, but they do not match.
    let pair = |key: &str| {
        HttpOptions::new().client_certificate_files(folder.join("cert.pem"), folder.join(key))
    };
    assert!(HyperTransport::new(pair("key.pem")).is_ok());
    let error = HyperTransport::new(pair("other.pem")).expect_err("another key");
    assert!(matches!(error, BuildError::ClientCertificate(_)), "{error:?}");
}

#[test]
fn private_key_is_never_printed() {
    let identity = Identity::of("h");
    let key = identity.key_pem();
    let secret = key.lines().nth(1).expect("a line").to_owned();
    let options = HttpOptions::new().client_certificate_pem(identity.pem(), key);
    let transport = transport(options.clone());
    let shown = format!("{options:?} {options:#?} {transport:?}");
    assert!(shown.contains("ClientCertificate") && !shown.contains(&secret), "{shown}");
    // Nor as the numbers of its bytes.
    let bytes = format!("{:?}", secret.as_bytes());
    assert!(!shown.contains(bytes.trim_matches(['[', ']'])), "{shown}");
}
