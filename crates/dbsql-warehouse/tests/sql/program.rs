//! The program: its greeting, its service, and its end on Ctrl-C whatever is running.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use dbsql_protocol::message;
use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::types::{
    TColumn, TExecuteStatementReq, TExecuteStatementResp, TOpenSessionReq, TSparkGetDirectResults,
};
use dbsql_transport::{HttpOptions, HyperTransport, Transport as _};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dbsql-warehouse"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A running program; killed if a test fails before it has ended.
struct Running {
    child: Child,
    greeting: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = program(arguments).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut greeting = String::new();
        while !greeting.contains("Ctrl-C") {
            greeting.push_str(&lines.next().unwrap().unwrap());
            greeting.push('\n');
        }
        Self { child, greeting }
    }

    /// Returns the value that the greeting exports under this name.
    fn exported(&self, name: &str) -> &str {
        let line = self.greeting.lines().find_map(|line| {
            line.trim().strip_prefix("export ")?.strip_prefix(name)?.strip_prefix('=')
        });
        line.unwrap()
    }

    fn url(&self) -> String {
        format!("{}{}", self.exported("DATABRICKS_HOST"), self.exported("DATABRICKS_HTTP_PATH"))
    }

    /// Sends Ctrl-C and returns how the program ended.
    fn interrupt(mut self) -> (bool, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        let deadline = Instant::now() + Duration::from_secs(30);
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None => assert!(Instant::now() < deadline, "it did not end"),
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut errors = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (status.success(), errors)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn call<R: Rpc>(url: &str, token: &str, request: &R::Request) -> Result<R::Response, u16> {
    let request = http::Request::post(url)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/x-thrift")
        .body(message::encode_call::<R>(request))
        .unwrap();
    let transport = HyperTransport::new(HttpOptions::default()).unwrap();
    let response = transport.send(request).await.unwrap();
    if response.status() != 200 {
        return Err(response.status().as_u16());
    }
    let body = response.into_body().collect(1 << 20).await.unwrap();
    Ok(message::decode_reply::<R>(body).unwrap())
}

async fn run(url: &str, token: &str, sql: &str, direct: bool) -> TExecuteStatementResp {
    let session = call::<rpc::OpenSession>(url, token, &TOpenSessionReq::default()).await.unwrap();
    let request = TExecuteStatementReq {
        session_handle: session.session_handle.unwrap(),
        statement: sql.to_owned(),
        run_async: Some(true),
        get_direct_results: direct
            .then(|| TSparkGetDirectResults { max_rows: 100, ..Default::default() }),
        ..TExecuteStatementReq::default()
    };
    call::<rpc::ExecuteStatement>(url, token, &request).await.unwrap()
}

#[tokio::test]
async fn program_serves_the_data_folder_and_ends_on_ctrl_c() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("cities.csv"), "name\nParis\nRome\n").unwrap();
    let data = folder.path().to_str().unwrap();
    let running = Running::start(&["--port", "0", "--data", data]);
    let url = running.url();
    assert!(running.greeting.contains(&format!("_connection_uri=\"{url}\"")));
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");

    let answer = run(&url, "any", "SELECT name FROM cities", true).await;
    let rows = answer.direct_results.unwrap().result_set.unwrap().results.unwrap();
    let columns = rows.columns.unwrap();
    let TColumn::StringVal(names) = &columns[0] else { panic!("{columns:?}") };
    assert_eq!(names.values.iter().collect::<Vec<_>>(), [&b"Paris"[..], b"Rome"]);
    run(&url, "any", "SELECT count(*) FROM range(100000000000) WHERE id % 7 = 9", false).await;

    let (success, errors) = running.interrupt();
    assert!(success, "{errors}");
    assert_eq!(errors, "");
}

#[tokio::test]
async fn test_warehouse_runs_sql_for_its_token() {
    let warehouse = dbsql_warehouse::start().await.unwrap();
    let url = format!("{}{}", warehouse.host(), warehouse.http_path());
    let answer = run(&url, warehouse.token(), "SELECT 6 * 7 AS n", true).await;
    let rows = answer.direct_results.unwrap().result_set.unwrap().results.unwrap();
    let columns = rows.columns.unwrap();
    let TColumn::I32Val(numbers) = &columns[0] else { panic!("{columns:?}") };
    assert_eq!(numbers.values.iter().collect::<Vec<_>>(), [42]);
    let refused = call::<rpc::OpenSession>(&url, "any", &TOpenSessionReq::default()).await;
    assert_eq!(refused.unwrap_err(), 401);
    assert_eq!(warehouse.service().runs("SELECT 6 * 7 AS n"), 1);
}

#[tokio::test]
async fn requested_token_is_required_and_not_printed() {
    let running = Running::start(&["--port", "0", "--token", "secret-4711"]);
    assert!(!running.greeting.contains("secret-4711"), "{}", running.greeting);
    let url = running.url();
    let request = TOpenSessionReq::default();
    let refused = call::<rpc::OpenSession>(&url, "any", &request).await;
    assert_eq!(refused.unwrap_err(), 401);
    call::<rpc::OpenSession>(&url, "secret-4711", &request).await.unwrap();
    assert!(running.interrupt().0);
}

/// Returns the status of a change at the admin endpoint with this token.
async fn change(running: &Running, token: &str) -> u16 {
    let url = format!("{}/-/recover", running.exported("DATABRICKS_HOST"));
    let request = http::Request::post(url).header("authorization", format!("Bearer {token}"));
    let transport = HyperTransport::new(HttpOptions::default()).unwrap();
    let response = transport.send(request.body("".into()).unwrap()).await.unwrap();
    response.status().as_u16()
}

#[tokio::test]
async fn admin_token_is_printed_unless_it_was_given() {
    let running = Running::start(&["--port", "0"]);
    let (_, token) = running.greeting.split_once("/#token=").unwrap();
    let token = token.lines().next().unwrap();
    assert_eq!((token.len(), change(&running, token).await), (32, 200), "{token}");
    assert_eq!(change(&running, "any").await, 401);

    let running = Running::start(&["--port", "0", "--admin-token", "secret-4711"]);
    assert!(!running.greeting.contains("secret-4711"), "{}", running.greeting);
    assert_eq!(change(&running, "secret-4711").await, 200);

    let refused = program(&["--admin-token", ""]).output().unwrap();
    assert!(!refused.status.success());
    assert_eq!(String::from_utf8_lossy(&refused.stderr), "error: --admin-token is empty\n");
}

#[tokio::test]
async fn service_principal_signs_in_and_is_the_current_user() {
    let flags = ["--port", "0", "--oauth-client", "me:secret-4711", "--token-lifetime", "77"];
    let running = Running::start(&flags);
    assert!(!running.greeting.contains("secret-4711"), "{}", running.greeting);
    assert_eq!(running.exported("DATABRICKS_CLIENT_ID"), "me");
    let url = running.url();
    let refused = call::<rpc::OpenSession>(&url, "any", &TOpenSessionReq::default()).await;
    assert_eq!(refused.unwrap_err(), 401);

    let form = "grant_type=client_credentials&client_id=me&client_secret=secret-4711";
    let request =
        http::Request::post(format!("{}/oidc/v1/token", running.exported("DATABRICKS_HOST")))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.into())
            .unwrap();
    let transport = HyperTransport::new(HttpOptions::default()).unwrap();
    let response = transport.send(request).await.unwrap();
    let body = response.into_body().collect(1 << 20).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    assert!(body.contains("\"expires_in\":77"), "{body}");
    let token = body.split_once("\"access_token\":\"").unwrap().1.split('"').next().unwrap();

    let answer = run(&url, token, "SELECT current_user()", true).await;
    let rows = answer.direct_results.unwrap().result_set.unwrap().results.unwrap();
    let columns = rows.columns.unwrap();
    let TColumn::StringVal(names) = &columns[0] else { panic!("{columns:?}") };
    assert_eq!(names.values.iter().collect::<Vec<_>>(), [&b"me"[..]]);
    assert!(running.interrupt().0);
}

#[test]
fn version_is_printed() {
    let output = program(&["--version"]).output().unwrap();
    assert!(output.status.success());
    let version = format!("dbsql-warehouse {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8_lossy(&output.stdout), version);
}

#[test]
fn startup_errors_are_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let nowhere = Path::new(env!("CARGO_MANIFEST_DIR")).join("no-such-folder");
    let nowhere = nowhere.to_str().unwrap();
    for (arguments, words) in [
        (["--port", port.as_str()], port.as_str()),
        (["--data", nowhere], "no-such-folder"),
        (["--port", "99999"], "--port"),
        (["--prot", "0"], "--prot"),
        (["--tls-key", nowhere], "--tls-cert"),
        (["--oauth-client", "me"], "ID:SECRET"),
    ] {
        let output = program(&arguments).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        assert!(errors.contains(words), "{errors}");
        assert!(errors.trim().lines().count() <= 3, "{errors}");
        assert_eq!(output.stdout, b"", "{arguments:?}");
    }
}
