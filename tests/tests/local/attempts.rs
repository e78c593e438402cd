//! Errors tell how many attempts there were, and how long they took together.

use std::error::Error as _;
use std::time::Duration;

use dbsql::auth::ClientCredentials;
use dbsql::{Client, Config, Error, ErrorKind, Runtime, SqlProtocol};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::faults::{Fault, FaultPlan, Rule, Step, Target, Trigger};
use dbsql_local::{OAuthClient, Service, Settings};

use crate::support::{BIG, engine, names, warehouse_with, with_links};

const PROTOCOLS: [SqlProtocol; 2] = [SqlProtocol::Thrift, SqlProtocol::Sea];
const SLOW: &str = "select slow";

fn setup(over: SqlProtocol, settings: Settings, plan: FaultPlan) -> (Service, Client) {
    let engine = |runtime: &Runtime| engine(runtime).on(SLOW, Answer::endless());
    warehouse_with(over, engine, settings, plan)
}

fn always(target: Target, fault: Fault) -> FaultPlan {
    FaultPlan::seeded(1).rule(Rule::new(target, Trigger::Always, fault))
}

/// The error says so, by its accessors and in its text.
fn tells(error: &Error, attempts: u64, elapsed: Duration) {
    assert_eq!(u64::from(error.attempts()), attempts, "{error}");
    assert_eq!(error.elapsed(), Some(elapsed), "{error}");
    let text = format!(", after {attempts} attempts in {:.1} s)", elapsed.as_secs_f64());
    assert!(error.to_string().contains(&text), "{text} in {error}");
}

#[tokio::test(start_paused = true)]
async fn workspace_call_tells_attempts_and_elapsed_time() {
    for over in PROTOCOLS {
        let plan = always(Target::method(names(over).status), Fault::status(502));
        let (service, client) = setup(over, Settings::default(), plan);
        let query = client.execute_async(SLOW).await.unwrap();
        let start = tokio::time::Instant::now();
        let error = query.sync_status().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
        let requests = service.requests(names(over).status);
        assert!(requests > 3, "{requests}");
        tells(&error, requests, start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn single_attempt_is_not_mentioned() {
    for over in PROTOCOLS {
        let plan = always(Target::method(names(over).status), Fault::status(403));
        let (_service, client) = setup(over, Settings::default(), plan);
        let query = client.execute_async(SLOW).await.unwrap();
        let error = query.sync_status().await.unwrap_err();
        assert_eq!(error.attempts(), 1);
        assert!(!error.to_string().contains("attempt"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn download_tells_attempts_and_elapsed_time() {
    for over in PROTOCOLS {
        let plan = always(Target::Download, Fault::status(503));
        let (service, client) = setup(over, with_links(), plan);
        let query = client.execute_async(BIG).await.unwrap();
        let error = match query.get_results().await {
            Ok(results) => results.fetch_all().await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(error.kind(), ErrorKind::Transport);
        let attempts = u64::from(error.attempts());
        assert!((2..=service.downloads()).contains(&attempts), "{error}");
        tells(&error, attempts, error.elapsed().unwrap());
    }
}

/// A sign-in sends its own requests up to three times within one attempt of the call.
#[tokio::test(start_paused = true)]
async fn sign_in_tells_attempts_and_elapsed_time() {
    let runtime = Runtime::seeded(11);
    let service = Service::builder()
        .engine(ScriptedEngine::new(runtime.clone()))
        .runtime(runtime.clone())
        .oauth_client(OAuthClient::confidential("the-client", "the-secret"))
        .build();
    service.always("oauth-token", || Step::http(404).text("<html>no</html>"));
    let credentials = ClientCredentials::new("the-client", "the-secret");
    let config = Config::new("local.example", "/sql/1.0/warehouses/local").credentials(credentials);
    let builder = Client::builder(config).transport(service.transport()).runtime(runtime);
    let client = builder.build().unwrap();
    let start = tokio::time::Instant::now();
    let error = client.connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    let requests = service.requests("oauth-token");
    assert_eq!(requests, 3);
    tells(&error, requests, start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn deadline_of_a_wait_names_the_last_transient_error() {
    for over in PROTOCOLS {
        let plan = always(Target::method(names(over).status), Fault::status(502));
        let (service, client) = setup(over, Settings::default(), plan);
        let query = client.execute_async(SLOW).await.unwrap();
        let error = query.wait().deadline(Duration::from_secs(20)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Deadline);
        let cause = error.source().unwrap().downcast_ref::<Error>().unwrap();
        assert_eq!(cause.kind(), ErrorKind::Transport);
        let requests = service.requests(names(over).status);
        tells(cause, requests, cause.elapsed().unwrap());
        assert!(cause.to_string().contains("502"), "{cause}");
        // Once polls are answered again, they have nothing to do with the deadline.
        let (_service, client) = setup(over, Settings::default(), FaultPlan::default());
        let query = client.execute_async(SLOW).await.unwrap();
        let error = query.wait().deadline(Duration::from_secs(20)).await.unwrap_err();
        assert!(error.source().is_none(), "{error:?}");
    }
}
