//! The browser sign-in, with an HTTP client as the browser. The listener is real, so time is real
//! as well until there is a session.

use std::time::Duration;

use bytes::Bytes;
use dbsql::Runtime;
use dbsql::auth::BrowserSignIn;
use dbsql::transport::{HttpOptions, HyperTransport, Transport};
use dbsql_local::faults::Step;
use dbsql_local::{Consent, Service};
use http::{Request, header};

use crate::world::{sign_in, warehouse};

/// How the browser handles the URL to which the warehouse redirects it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Browser {
    Follows,
    /// It returns the state of another sign-in, and then does nothing.
    BringsAnotherState,
}

fn warehouse_with(consent: Consent) -> (Service, Runtime) {
    let runtime = Runtime::real();
    let service = warehouse(&runtime, |builder| builder.user("ann@example.com"));
    service.change_settings(|settings| settings.oauth.consent = consent);
    (service, runtime)
}

/// Opens the page, and follows its redirect.
async fn browse(service: Service, url: String, browser: Browser) {
    let get = |url: &str| Request::get(url).body(Bytes::new()).unwrap();
    let page = service.transport().send(get(&url)).await.unwrap();
    let location = page.headers()[header::LOCATION].to_str().unwrap().to_owned();
    let location = match browser {
        Browser::Follows => location,
        Browser::BringsAnotherState => location.replace("state=", "state=x"),
    };
    // The listener is at 127.0.0.1, whatever `localhost` resolves to.
    let location = location.replace("//localhost:", "//127.0.0.1:");
    let hyper = HyperTransport::new(HttpOptions::default()).unwrap();
    hyper.send(get(&location)).await.unwrap();
}

fn provider(service: &Service, browser: Browser) -> BrowserSignIn {
    let service = service.clone();
    BrowserSignIn::new().redirect_ports([0]).timeout(Duration::from_secs(2)).opener(move |url| {
        let service = service.clone();
        async move {
            browse(service, url, browser).await;
            Ok(())
        }
    })
}

#[tokio::test]
async fn verifier_and_refresh_token_reach_the_token_endpoint_only() {
    let folder = tempfile::tempdir().unwrap();
    let (service, runtime) = warehouse_with(Consent::Allow);
    let provider = provider(&service, Browser::Follows).cache(folder.path().join("tokens"));
    let outcome = sign_in(&service, &runtime, provider, Vec::new()).await;
    outcome.is_clean("the browser").has_succeeded("the browser");
    // Code and verifier; both tokens of the first sign-in, and of the refresh.
    assert!(outcome.secrets() >= 6, "{}", outcome.secrets());
    assert_eq!(service.grants()["refresh_token"], 1);
}

#[tokio::test]
async fn failed_sign_in_reveals_no_secret() {
    for (consent, browser) in
        [(Consent::Deny, Browser::Follows), (Consent::Allow, Browser::BringsAnotherState)]
    {
        let (service, runtime) = warehouse_with(consent);
        let provider = provider(&service, browser);
        let outcome = sign_in(&service, &runtime, provider, Vec::new()).await;
        outcome.is_clean(&format!("{consent:?}, {browser:?}"));
        assert!(outcome.error.is_some(), "{consent:?}, {browser:?}");
    }
}

#[tokio::test]
async fn failed_exchange_and_failed_refresh_reveal_no_secret() {
    let steps: [fn() -> Step; 5] = [
        || Step::http(200).header("content-type", "text/html").text("<html>sign in</html>"),
        || Step::http(307).header("location", "https://evil.example/"),
        Step::reset,
        || Step::http(500),
        || Step::http(400).text("{\"error\":\"invalid_grant\",\"error_description\":\"no\"}"),
    ];
    for (at, step) in steps.into_iter().enumerate() {
        for good in [0, 1] {
            let (service, runtime) = warehouse_with(Consent::Allow);
            service.script("oauth-token", (0..good).map(|_| Step::serve()));
            service.always("oauth-token", step);
            let provider = provider(&service, Browser::Follows);
            let outcome = sign_in(&service, &runtime, provider, Vec::new()).await;
            let scene = format!("step {at} after {good}");
            outcome.is_clean(&scene);
            assert!(outcome.error.is_some(), "{scene}");
            assert!(outcome.secrets() >= 2, "{scene}: code and verifier");
        }
    }
}
