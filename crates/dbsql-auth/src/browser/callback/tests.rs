//! What ends the wait, and what does not.

use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

const STATE: &str = "the-state";
const PORT: u16 = 8020;

fn judged(head: &str) -> (u16, Option<Return>) {
    let (page, returned) = judge(head.as_bytes(), STATE, PORT);
    (page.status, returned)
}

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nAccept: */*\r\nhost: localhost:8020\r\n\r\n")
}

#[test]
fn redirect_with_the_state_has_the_code() {
    for target in ["/?code=abc&state=the-state", "/?iss=x&state=the-state&code=%61bc&scope=a+b"] {
        let (status, returned) = judged(&get(target));
        assert_eq!(status, 200, "{target}");
        assert!(returned == Some(Return::Code(Secret::from("abc"))), "{target}");
    }
    let by_number = "GET /?code=abc&state=the-state HTTP/1.1\r\nHost: 127.0.0.1:8020\r\n\r\n";
    assert!(judged(by_number).1.is_some());
}

#[test]
fn error_with_the_state_is_returned() {
    let target = "/?error=access_denied&error_description=You+said+no.&state=the-state";
    let (status, returned) = judged(&get(target));
    assert_eq!(status, 200);
    let (code, description) = ("access_denied".to_owned(), "You said no.".to_owned());
    assert!(returned == Some(Return::Error { code, description }));
}

#[test]
fn no_other_request_ends_the_wait() {
    let with_host = |hosts: &str| format!("GET /?code=abc&state=the-state HTTP/1.1\r\n{hosts}\r\n");
    for (status, head) in [
        (403, get("/?code=abc&state=another")),
        (403, get("/?error=access_denied&state=")),
        (403, get("/?code=abc&state=the-state-and-more")),
        (403, get("/?code=abc&state=THE-STATE")),
        (400, get("/?code=abc")),
        (400, get("/?error=access_denied")),
        (400, get("/")),
        (400, get("/?state=the-state")),
        (400, get("/?code=&state=the-state")),
        (400, get("/?code=a%0Ab&state=the-state")),
        (400, get("/?code=abc&error=x&state=the-state")),
        (400, get("/?code=abc&code=def&state=the-state")),
        (400, get("/?code=abc&state=the-state&state=the-state")),
        (404, get("/favicon.ico")),
        (404, get("/callback?code=abc&state=the-state")),
        (404, get("//?code=abc&state=the-state")),
        (404, get("http://localhost:8020/?code=abc&state=the-state")),
        (405, get("/?code=abc&state=the-state").replace("GET", "POST")),
        (405, get("/?code=abc&state=the-state").replace("GET", "HEAD")),
        (421, with_host("")),
        (421, with_host("Host: evil.test:8020\r\n")),
        (421, with_host("Host: localhost:8021\r\n")),
        (421, with_host("Host: localhost\r\n")),
        (421, with_host("Host: localhost:8020\r\nHost: evil.test\r\n")),
        (400, "GET /?code=abc&state=the-state HTTP/1.1\r\nHost: localhost:8020\r\n".to_owned()),
        (400, get("/?code=abc&state=the-state x")),
        (400, get("/?code=abc&state=the-state").replace("HTTP/1.1", "ICY")),
        (400, "\u{16}\u{3}\u{1}".to_owned()),
        (400, String::new()),
    ] {
        let (shown, returned) = judged(&head);
        assert_eq!(shown, status, "{head}");
        assert!(returned.is_none(), "{head}");
    }
}

#[test]
fn pages_quote_nothing_of_the_request() {
    let target = "/?error=canary&error_description=%3Cscript%3Ecanary&state=the-state";
    let (page, _) = judge(get(target).as_bytes(), STATE, PORT);
    assert!(!String::from_utf8_lossy(&page.response()).contains("canary"));
}

/// Sends a request and returns the response.
async fn visit(port: u16, target: &str) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.expect("it listens");
    let head = format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("it is sent");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

#[tokio::test]
async fn idle_connections_do_not_block_the_redirect() {
    let runtime = Runtime::real();
    let listener = runtime.listen_on_loopback([0]).expect("a port");
    let port = listener.port();
    let callback = Callback::new(&runtime, &listener, STATE);
    let person = async {
        // More than are served at once, and some that send half a request.
        let mut idle = Vec::new();
        for number in 0..3 * MAX_CONNECTIONS {
            let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await;
            let mut stream = stream.expect("it listens");
            if number % 2 == 0 {
                stream.write_all(b"GET / HTTP").await.expect("it is sent");
            }
            idle.push(stream);
        }
        assert!(visit(port, "/favicon.ico").await.starts_with("HTTP/1.1 404 "));
        assert!(visit(port, "/?code=x&state=wrong").await.starts_with("HTTP/1.1 403 "));
        let end = visit(port, "/?code=abc&state=the-state").await;
        assert!(end.starts_with("HTTP/1.1 200 OK\r\n"), "{end}");
        assert!(end.contains("You can close this page"), "{end}");
    };
    let limit = runtime.now() + Duration::from_secs(60);
    let (returned, ()) = tokio::join!(runtime.timeout_at(Some(limit), callback.wait()), person);
    assert!(returned == Ok(Return::Code(Secret::from("abc"))));
}

#[tokio::test]
async fn endless_request_head_is_rejected() {
    let runtime = Runtime::real();
    let listener = runtime.listen_on_loopback([0]).expect("a port");
    let port = listener.port();
    let callback = Callback::new(&runtime, &listener, STATE);
    let person = async {
        let long = visit(port, &format!("/?x={}", "y".repeat(2 * MAX_HEAD))).await;
        assert!(long.is_empty() || long.starts_with("HTTP/1.1 400 "), "{long}");
        visit(port, "/?code=abc&state=the-state").await
    };
    let (returned, _) = tokio::join!(callback.wait(), person);
    assert!(returned == Return::Code(Secret::from("abc")));
}
