//! Who may read and who may change.

use super::*;

const CHANGES: [&str; 7] = [
    "/-/script",
    "/-/always",
    "/-/recover",
    "/-/plan",
    "/-/lose-sessions",
    "/-/lose-operations",
    "/-/statements/00000000-0000-0000-0000-000000000000/cancel",
];

#[tokio::test]
async fn service_without_a_token_has_no_admin_endpoint() {
    for service in [Service::builder().build(), Service::builder().admin_token("").build()] {
        for path in ["/", "/-/state", "/-/counts"] {
            assert_eq!(get(&service, path).await.code(), (404, "ENDPOINT_NOT_FOUND"));
        }
        for path in CHANGES {
            let said = post(&service, path, &json!({})).await;
            assert_eq!(said.code(), (404, "ENDPOINT_NOT_FOUND"), "{path}");
        }
    }
}

#[tokio::test]
async fn changes_need_the_token() {
    let warehouse = Warehouse::with(with_admin).await;
    for path in CHANGES {
        for authorization in [None, Some("Bearer wrong"), Some("Basic admin-c0ffee"), Some("")] {
            let mut request = Request::post(format!("{HOST}{path}"));
            if let Some(authorization) = authorization {
                request = request.header("authorization", authorization);
            }
            let said = send(&warehouse.service, request, "").await;
            assert_eq!(said.code(), (401, "UNAUTHENTICATED"), "{path} {authorization:?}");
        }
    }
    assert_eq!(warehouse.service.live_sessions(), 1);
}

#[tokio::test]
async fn get_changes_nothing() {
    let warehouse = Warehouse::with(with_admin).await;
    for path in CHANGES {
        for method in ["GET", "HEAD", "PUT", "DELETE"] {
            let request = Request::builder()
                .method(method)
                .uri(format!("{HOST}{path}"))
                .header("authorization", format!("Bearer {TOKEN}"));
            let said = send(&warehouse.service, request, "").await;
            assert_eq!(said.status, 405, "{method} {path}");
            assert_eq!(said.headers["allow"], "POST");
        }
    }
    assert_eq!(warehouse.service.live_sessions(), 1);
}

#[tokio::test]
async fn pages_of_other_origins_change_nothing() {
    let warehouse = Warehouse::with(with_admin).await;
    let send_from = async |origin: &str| {
        let request = Request::post(format!("{HOST}/-/lose-sessions"))
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("origin", origin);
        send(&warehouse.service, request, "").await
    };
    for origin in
        ["http://evil.example", "null", "https://warehouse.test", "http://warehouse.test:81", ""]
    {
        assert_eq!(send_from(origin).await.code(), (403, "PERMISSION_DENIED"), "{origin}");
    }
    assert_eq!(warehouse.service.live_sessions(), 1);
    assert_eq!(send_from(HOST).await.status, 200);
    assert_eq!(warehouse.service.live_sessions(), 0);
}

#[tokio::test]
async fn foreign_host_names_are_rejected() {
    let warehouse = Warehouse::with(with_admin).await;
    for path in ["/", "/-/state", "/-/counts", "/-/methods"] {
        for (host, status) in
            [("evil.example", 403), ("127.0.0.1.evil.example", 403), ("localhost:1", 200)]
        {
            let request = Request::get(format!("{HOST}{path}")).header("host", host);
            let said = send(&warehouse.service, request, "").await;
            assert_eq!(said.status.as_u16(), status, "{path} {host}");
        }
    }
}

#[tokio::test]
async fn body_that_is_not_json_is_rejected() {
    let warehouse = Warehouse::with(with_admin).await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let request = Request::post(format!("{HOST}/-/lose-sessions"))
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("content-type", kind);
        let said = send(&warehouse.service, request, "{}").await;
        assert_eq!(said.code(), (415, "UNSUPPORTED_MEDIA_TYPE"), "{kind}");
    }
    let large = format!("\"{}\"", "x".repeat(1 << 20));
    let said = post_text(&warehouse.service, "/-/plan", &large).await;
    assert_eq!(said.code(), (413, "REQUEST_TOO_LARGE"));
    assert_eq!(warehouse.service.live_sessions(), 1);
}

#[tokio::test]
async fn page_allows_nothing_from_elsewhere() {
    let warehouse = Warehouse::with(with_admin).await;
    let said = get(&warehouse.service, "/").await;
    assert_eq!(said.headers["content-type"], "text/html; charset=utf-8");
    let policy = said.headers["content-security-policy"].to_str().expect("text");
    for part in [
        "default-src 'none'",
        "script-src 'sha256-",
        "frame-ancestors 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
    ] {
        assert!(policy.contains(part), "{part}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(said.headers["x-content-type-options"], "nosniff");
    assert_eq!(said.headers["cache-control"], "no-store");
    let page = said.body.as_str().expect("a page");
    assert!(page.starts_with("<!doctype html>") && !page.contains(TOKEN));
}

#[tokio::test]
async fn debug_shows_no_admin_token() {
    let builder = Service::builder().admin_token(TOKEN);
    assert!(!format!("{builder:?}").contains(TOKEN));
    assert!(!format!("{:?}", builder.build()).contains(TOKEN));
}
