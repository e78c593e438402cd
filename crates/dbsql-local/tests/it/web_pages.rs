//! Web pages cannot use a server that needs no token.

use dbsql_local::faults::FaultPlan;
use dbsql_local::{Server, Service, Settings};
use dbsql_protocol::message::encode_call;
use dbsql_protocol::rpc;
use dbsql_protocol::types::TOpenSessionReq;
use serde_json::json;

use crate::socket_input::response_to;
use crate::sockets::{any_port, serve};
use crate::support::{PATH, TEN};

const STATEMENTS: &str = "/api/2.0/sql/statements";
const THRIFT: &str = "Content-Type: application/x-thrift\r\n";

fn request(path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn open() -> Vec<u8> {
    encode_call::<rpc::OpenSession>(&TOpenSessionReq::default()).to_vec()
}

fn statement() -> Vec<u8> {
    json!({ "warehouse_id": "local", "statement": TEN }).to_string().into_bytes()
}

#[tokio::test]
async fn another_host_or_site_gets_a_403_that_tells_why() {
    let (server, service, _) = serve(FaultPlan::default(), Settings::default()).await;
    for headers in [
        "Host: evil.example\r\n",
        "Host: evil.example:8080\r\n",
        "Host: localhost\r\nOrigin: https://evil.example\r\n",
        "Host: localhost\r\nOrigin: null\r\n",
    ] {
        for (path, kind, body) in [
            (PATH, THRIFT, open()),
            (STATEMENTS, "Content-Type: application/json\r\n", statement()),
            ("/oidc/v1/token", "", Vec::new()),
        ] {
            let answer =
                response_to(&server, &request(path, &format!("{headers}{kind}"), &body)).await;
            assert!(answer.starts_with("HTTP/1.1 403 "), "{headers} {answer}");
            assert!(answer.contains("PERMISSION_DENIED"), "{answer}");
            assert!(answer.contains(&format!("connect to {}", server.url())), "{answer}");
        }
    }
    assert_eq!((service.live_sessions(), service.runs(TEN)), (0, 0));
}

#[tokio::test]
async fn clients_of_this_machine_pass_under_every_name() {
    let (server, service, _) = serve(FaultPlan::default(), Settings::default()).await;
    let port = server.address().port();
    for (number, headers) in [
        format!("Host: 127.0.0.1:{port}\r\n"),
        format!("Host: localhost:{port}\r\n"),
        "Host: localhost\r\n".to_owned(),
        format!("Host: [::1]:{port}\r\n"),
        // Through a forwarded port.
        "Host: 127.0.0.1:9\r\n".to_owned(),
        // From a page of this machine, which must ask first.
        "Host: localhost\r\nOrigin: http://localhost:3000\r\n".to_owned(),
    ]
    .into_iter()
    .enumerate()
    {
        let answer =
            response_to(&server, &request(PATH, &format!("{headers}{THRIFT}"), &open())).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{headers} {answer}");
        assert_eq!(service.live_sessions(), number + 1);
    }
    service.change_settings(|settings| settings.oauth.hosts = vec!["warehouse.test".to_owned()]);
    let named = request(PATH, &format!("Host: warehouse.test\r\n{THRIFT}"), &open());
    assert!(response_to(&server, &named).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn page_must_name_a_content_type_that_it_needs_consent_for() {
    let (server, service, _) = serve(FaultPlan::default(), Settings::default()).await;
    let pages = [
        "Host: localhost\r\nOrigin: http://localhost:3000\r\n",
        "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
    ];
    for page in pages {
        for kind in ["", "Content-Type: text/plain\r\n", "Content-Type: \r\n"] {
            for (path, body) in [(PATH, open()), (STATEMENTS, statement())] {
                let answer =
                    response_to(&server, &request(path, &format!("{page}{kind}"), &body)).await;
                assert!(answer.starts_with("HTTP/1.1 415 "), "{page}{kind} {answer}");
            }
        }
        let preflight = format!(
            "OPTIONS {STATEMENTS} HTTP/1.1\r\n{page}Access-Control-Request-Method: POST\r\n\
             Connection: close\r\n\r\n"
        );
        let answer = response_to(&server, preflight.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
        assert!(!answer.to_lowercase().contains("access-control"), "{answer}");
    }
    assert_eq!((service.live_sessions(), service.runs(TEN)), (0, 0));
    // A program need not name it.
    for (path, body) in [(PATH, open()), (STATEMENTS, statement())] {
        let answer = response_to(&server, &request(path, "Host: localhost\r\n", &body)).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
}

#[tokio::test]
async fn token_makes_the_names_irrelevant() {
    let service = Service::builder().accept_token("secret").build();
    let server = Server::start(service.clone(), any_port()).await.expect("it starts");
    let headers = format!("Host: warehouse.test\r\n{THRIFT}");
    let answer = response_to(&server, &request(PATH, &headers, &open())).await;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    let headers = format!("{headers}Authorization: Bearer secret\r\n");
    let answer = response_to(&server, &request(PATH, &headers, &open())).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(service.live_sessions(), 1);
}
