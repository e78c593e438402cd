//! A store that redirects downloads.

use std::time::Duration;

use dbsql_local::Settings;
use dbsql_local::faults::{Fault, FaultPlan, RedirectTo, Rule, Target, Trigger};
use dbsql_protocol::types::{TExecuteStatementReq, TSessionHandle};
use http::Request;

use crate::support::{Client, HOST, TEN, Warehouse, direct, stream_ids};

fn settings() -> Settings {
    Settings { link_threshold: 0, ..Settings::default() }
}

fn plan(status: u16, to: RedirectTo) -> FaultPlan {
    let fault = Fault::Redirect { status, to };
    FaultPlan::seeded(1).rule(Rule::new(Target::Download, Trigger::Nth(1), fault))
}

async fn link(client: &Client, session: &TSessionHandle) -> String {
    let request = TExecuteStatementReq { can_download_result: Some(true), ..direct(session, TEN) };
    let rows = client.execute(request).await.direct_results.expect("asked for").result_set;
    let links = rows.expect("rows").results.expect("rows").result_links;
    links.expect("links").remove(0).file_link
}

/// Returns the status of a download, and its redirect.
async fn get(client: &Client, url: &str) -> (u16, Option<String>) {
    let request = Request::get(url).body("".into()).expect("valid");
    let response = client.transport.send(request).await.expect("an answer");
    let location = response.headers().get("location");
    let location = location.map(|value| value.to_str().expect("text").to_owned());
    (response.status().as_u16(), location)
}

/// Returns a link that is redirected, and the destination.
async fn redirected(client: &Client, session: &TSessionHandle, status: u16) -> (String, String) {
    let link = link(client, session).await;
    let (found, location) = get(client, &link).await;
    assert_eq!(found, status);
    let location = location.expect("a location");
    // Only once.
    assert_eq!(get(client, &link).await, (200, None));
    (link, location)
}

#[tokio::test(start_paused = true)]
async fn link_can_redirect_to_another_link() {
    for status in [302, 307] {
        let plan = plan(status, RedirectTo::AnotherLink);
        let w = Warehouse::with(|builder| builder.faults(plan).settings(settings())).await;
        let (link, location) = redirected(&w.client, &w.session, status).await;
        assert!(location.starts_with(&format!("{HOST}/files/")), "{location}");
        assert_ne!(location, link);
        let (status, body) = w.client.get(&location, &[]).await.expect("an answer");
        assert_eq!((status.as_u16(), stream_ids(&body)), (200, (0..10).collect()));
        assert_eq!(w.service.downloads(), 3);
        // It lives as long as any link.
        w.runtime.sleep(Duration::from_secs(901)).await;
        assert_eq!(get(&w.client, &location).await.0, 403);
    }
}

#[tokio::test(start_paused = true)]
async fn link_can_redirect_to_another_host_or_scheme() {
    for (to, start) in [
        (RedirectTo::OtherHost, "http://elsewhere.invalid/files/"),
        (RedirectTo::OtherScheme, "https://warehouse.test/files/"),
    ] {
        let w = Warehouse::with(|builder| builder.faults(plan(302, to)).settings(settings())).await;
        let (link, location) = redirected(&w.client, &w.session, 302).await;
        assert!(location.starts_with(start), "{location}");
        let target = |url: &str| url.split_once("/files/").map(|(_, target)| target.to_owned());
        assert_eq!(target(&location), target(&link));
        // A client that follows in process arrives, and is counted.
        assert_eq!(w.service.downloads(), 2);
        assert_eq!(get(&w.client, &location).await.0, 200);
        assert_eq!(w.service.downloads(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn secure_origin_redirects_to_the_insecure_scheme() {
    let plan = plan(307, RedirectTo::OtherScheme);
    let w = Warehouse::with(|builder| builder.faults(plan).settings(settings())).await;
    let secure = Client { host: "https://warehouse.test".to_owned(), ..w.client.clone() };
    let (link, location) = redirected(&secure, &w.session, 307).await;
    assert!(link.starts_with("https://"), "{link}");
    assert_eq!(location, link.replacen("https://", "http://", 1));
}

#[tokio::test(start_paused = true)]
async fn invalid_link_is_not_redirected() {
    let plan = plan(302, RedirectTo::AnotherLink);
    let w = Warehouse::with(|builder| builder.faults(plan).settings(settings())).await;
    assert_eq!(get(&w.client, &format!("{HOST}/files/none")).await, (403, None));
}

#[tokio::test]
async fn redirects_work_over_a_socket() {
    for to in [RedirectTo::AnotherLink, RedirectTo::OtherHost, RedirectTo::OtherScheme] {
        let (server, service, _) = crate::sockets::serve(plan(307, to), settings()).await;
        let client = crate::sockets::client(&server);
        let session = client.open().await;
        let (_, location) = redirected(&client, &session, 307).await;
        let start = match to {
            RedirectTo::OtherHost => "http://elsewhere.invalid".to_owned(),
            RedirectTo::OtherScheme => server.url().replacen("http", "https", 1),
            _ => server.url(),
        };
        assert!(location.starts_with(&format!("{start}/files/")), "{location}");
        if to == RedirectTo::AnotherLink {
            let (status, body) = client.get(&location, &[]).await.expect("an answer");
            assert_eq!((status.as_u16(), stream_ids(&body)), (200, (0..10).collect()));
        }
        assert_eq!(service.downloads(), if to == RedirectTo::AnotherLink { 3 } else { 2 });
    }
}
