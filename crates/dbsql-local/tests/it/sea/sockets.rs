//! Requests of real clients over a socket.

use dbsql_local::Settings;
use http::Request;
use serde_json::{Value, json};

use super::{STATEMENTS, id, links, state};
use crate::support::{Client, TEN, stream_ids, unpacked};

async fn ask(client: &Client, method: &str, path: &str, body: Value) -> (u16, Value) {
    let request = Request::builder().method(method).uri(format!("{}{path}", client.host));
    let request = request.body(body.to_string().into()).expect("valid");
    let response = client.transport.send(request).await.expect("an answer");
    let status = response.status().as_u16();
    let body = response.into_body().collect(usize::MAX).await.expect("a body");
    (status, serde_json::from_slice(&body).expect("JSON"))
}

/// Some clients send a body with every request.
#[tokio::test]
async fn statement_is_read_and_closed_over_a_socket() {
    let settings = Settings { file_bytes: 32, ..Settings::default() };
    let (server, service, _) = crate::sockets::serve(Default::default(), settings).await;
    let client = crate::sockets::client(&server);
    let (status, answer) = ask(&client, "POST", STATEMENTS, links(TEN)).await;
    assert_eq!((status, state(&answer)), (200, "SUCCEEDED"));
    let path = format!("{STATEMENTS}/{}", id(&answer));
    let body = json!({ "statement_id": id(&answer) });
    let mut found = Vec::new();
    for index in 0..3 {
        let chunk = format!("{path}/result/chunks/{index}");
        let (status, data) = ask(&client, "GET", &chunk, body.clone()).await;
        assert_eq!(status, 200);
        let url = data["external_links"][0]["external_link"].as_str().expect("a link").to_owned();
        let (_, file) = client.get(&url, &[]).await.expect("an answer");
        found.extend(stream_ids(&unpacked(&file)));
    }
    assert_eq!(found, (0..10).collect::<Vec<_>>());
    assert_eq!(ask(&client, "DELETE", &path, body).await, (200, json!({})));
    assert_eq!(service.live_operations(), 0);
}
