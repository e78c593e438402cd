//! The web service, as its callers see it.

use std::time::Duration;

use dbsql_local::faults::Step;
use dbsql_tests::web;
use hyper::{Method, Request, StatusCode, header::LOCATION};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::SUBMITS;
use crate::support::{Running, example, example_at, until, warehouse};

struct Service {
    program: Running,
    url: String,
}

impl Service {
    fn start(command: std::process::Command) -> Self {
        let program = Running::start(command);
        let line = program.line_that_begins("listening on ");
        let url = line.trim_start_matches("listening on ").to_owned();
        Self { program, url }
    }

    /// One request: the status, the `Location` and the body.
    async fn call(&self, method: Method, path: &str, body: &str) -> (StatusCode, String, Value) {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        let answer = web::send(request.body(body.to_owned()).unwrap()).await.unwrap();
        let location = answer.headers().get(LOCATION).map(|path| path.to_str().unwrap().to_owned());
        let body = serde_json::from_str(answer.body()).unwrap();
        (answer.status(), location.unwrap_or_default(), body)
    }

    async fn submit(&self, sql: &str) -> String {
        let (status, location, _) = self.call(Method::POST, "/queries", sql).await;
        assert_eq!(status, StatusCode::ACCEPTED);
        location
    }

    /// Asks until it is not running.
    async fn ended(&self, path: &str) -> Value {
        loop {
            let (status, _, shown) = self.call(Method::GET, path, "").await;
            assert_eq!(status, StatusCode::OK);
            if !["pending", "running"].contains(&shown["status"].as_str().unwrap()) {
                return shown;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn stop(self) -> String {
        self.program.interrupt();
        let ended = self.program.end();
        assert!(ended.status.success(), "{ended:?}");
        assert_eq!(ended.stderr, "");
        ended.stdout
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn web_service_answers_at_once_and_later() {
    let service = Service::start(example("web-service", &["0"]));
    let long = service.submit("SELECT sleep(600)").await;
    let (_, _, shown) = service.call(Method::GET, &long, "").await;
    assert_eq!(shown, json!({ "status": "running" }));

    let slow = service.submit("SELECT sleep(1) AS slept, CAST(NULL AS INT) AS n").await;
    // The token is random: no id, no secret.
    let token = slow.strip_prefix("/queries/").unwrap();
    assert!(token.len() == 32 && token.chars().all(|c| c.is_ascii_hexdigit()), "{slow}");
    let shown = service.ended(&slow).await;
    assert_eq!(shown, json!({ "status": "finished", "rows": [["1.0", null]] }));

    let failing = service.submit("SELECT * FROM nowhere").await;
    let shown = service.ended(&failing).await;
    assert_eq!(shown["status"], "failed");
    assert!(shown["error"].as_str().unwrap().contains("nowhere"), "{shown}");

    let large = service.submit("SELECT * FROM RANGE(5000)").await;
    let rows = service.ended(&large).await["rows"].as_array().unwrap().len();
    assert_eq!(rows, 1000);

    let (status, ..) = service.call(Method::DELETE, &large, "").await;
    assert_eq!(status, StatusCode::OK);
    for (method, path) in [
        (Method::GET, &*large),
        (Method::DELETE, &*large),
        (Method::GET, "/queries/00000000000000000000000000000000"),
        (Method::GET, "/queries"),
        (Method::PUT, &*slow),
    ] {
        let (status, ..) = service.call(method, path, "").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let (status, ..) = service.call(Method::POST, "/queries", &" ".repeat(65 * 1024)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(service.stop(), "stopped, and closed 3 queries");
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_and_abandoned_queries_stop() {
    for (protocol, submit) in SUBMITS {
        let warehouse = warehouse(protocol).await;
        let server = warehouse.service();
        let service = Service::start(example_at(&warehouse, "web-service", &["0"]));
        let path = service.submit("SELECT sleep(60)").await;
        assert_eq!(server.running_operations(), 1);
        service.call(Method::DELETE, &path, "").await;
        assert_eq!(server.running_operations(), 0);

        // One is left when the service stops.
        service.submit("SELECT sleep(61)").await;
        // The caller of another one hangs up before the warehouse has answered.
        server.script(submit, [Step::serve().after(Duration::from_secs(1))]);
        let mut caller =
            TcpStream::connect(service.url.trim_start_matches("http://")).await.unwrap();
        let request =
            "POST /queries HTTP/1.1\r\nhost: h\r\ncontent-length: 16\r\n\r\nSELECT sleep(62)";
        caller.write_all(request.as_bytes()).await.unwrap();
        until("the statement arrives", || server.runs("SELECT sleep(62)") == 1).await;
        drop(caller);
        until("the statement is canceled", || server.running_operations() == 1).await;
        assert_eq!(service.stop(), "stopped, and closed 1 queries");
        assert_eq!(server.running_operations(), 0);
    }
}
