//! Error statuses, and what is taken from their bodies.

use super::fake::{Act, Ended, Store, answer, content, read, whole};
use crate::{ErrorKind, RetryAdvice};

const EXPIRED: &str = "<?xml version=\"1.0\"?><Error><Code>ExpiredToken</Code><Message>The provided \
                       token has expired: canary</Message></Error>";

async fn outcome(act: Act) -> (Ended, Store) {
    let store = Store::new(10).then([act]);
    let (_, ended) = read(&mut store.download()).await;
    (ended, store)
}

#[tokio::test(start_paused = true)]
async fn expired_link_is_recognised_under_each_status() {
    for (status, body) in [
        (401, ""),
        (403, ""),
        (403, "<Code>AuthenticationFailed</Code>Signature not valid in the specified time frame"),
        (404, ""),
        (410, ""),
        (400, EXPIRED),
        (400, "<Code>TokenRefreshRequired</Code>"),
        (400, "{\"error\": {\"code\": \"ExpiredToken\", \"message\": \"canary\"}}"),
        (400, "the SAS token has expired"),
    ] {
        let (ended, store) = outcome(answer(status, body)).await;
        let Ended::Rejected(error) = ended else { panic!("{status} {body}: {ended:?}") };
        assert_eq!(error.kind(), ErrorKind::ResultGone);
        assert!(error.to_string().contains(&status.to_string()), "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        assert_eq!((store.requests(), store.open()), (1, 0));
    }
    let (ended, _) = outcome(answer(400, EXPIRED)).await;
    assert!(matches!(ended, Ended::Rejected(e) if e.to_string().contains("ExpiredToken")));
}

#[tokio::test(start_paused = true)]
async fn transient_status_is_retried() {
    for (status, body) in [
        (400, "<Code>RequestTimeout</Code>"),
        (408, ""),
        (425, ""),
        (429, ""),
        (500, ""),
        (503, ""),
    ] {
        let store = Store::new(10).then([answer(status, body), answer(status, body)]);
        assert_eq!(whole(&mut store.download()).await.unwrap(), content(10), "{status}");
        assert_eq!(store.requests(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn other_error_status_is_final_and_shows_its_code_only() {
    for (status, body, code) in [
        (400, "<Code>InvalidRequest</Code><Message>canary</Message>", "HTTP 400, InvalidRequest"),
        (400, "canary", "HTTP 400)"),
        (400, "<Code>canary 1\n</Code>", "HTTP 400)"),
        (400, "", "HTTP 400)"),
        (405, "<Code>MethodNotAllowed</Code>", "HTTP 405, MethodNotAllowed"),
        (204, "", "HTTP 204)"),
        (304, "", "HTTP 304)"),
    ] {
        let (ended, store) = outcome(answer(status, body)).await;
        let Ended::Failed(error) = ended else { panic!("{status} {body}: {ended:?}") };
        assert_eq!(error.kind(), ErrorKind::Protocol, "{status}");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(code) && !shown.contains("canary"), "{status}: {shown}");
        assert_eq!(store.requests(), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn unrequested_part_is_used_if_its_start_fits() {
    let store = Store::new(10).set(|state| {
        state.edit = |response| {
            *response.status_mut() = http::StatusCode::PARTIAL_CONTENT;
            response.headers_mut().insert("content-range", "bytes 0-9/10".parse().unwrap());
        };
    });
    assert_eq!(whole(&mut store.download()).await.unwrap(), content(10));
}

#[tokio::test(start_paused = true)]
async fn encoded_file_is_an_error_that_names_the_encoding() {
    for (encoding, shown) in [
        ("gzip", Some("gzip")),
        ("identity, br", Some("br")),
        ("x\u{1b}[31m-canary?", None),
        ("identity", Some("")),
        ("", Some("")),
    ] {
        let Ok(value) = http::HeaderValue::from_str(encoding) else {
            assert!(shown.is_none());
            continue;
        };
        let response =
            http::Response::builder().header("content-encoding", value).body("0123456789");
        let (ended, store) = outcome(Act::Answer(response.unwrap())).await;
        match (ended, shown.unwrap()) {
            (Ended::Whole, "") => {}
            (Ended::Failed(error), name) if !name.is_empty() => {
                assert_eq!(error.kind(), ErrorKind::Protocol);
                assert_eq!(error.retry(), RetryAdvice::Never);
                assert!(error.to_string().contains(&format!("encoding {name},")), "{error}");
            }
            (ended, name) => panic!("{encoding} {name}: {ended:?}"),
        }
        assert_eq!(store.requests(), 1);
    }
}
