//! Stored tokens: in memory, in a file, and used by several processes at once.

use dbsql_transport::{RequestSent, Transport, TransportError, TransportErrorKind};

use super::*;
use crate::browser::session::{Key, Session};
use crate::test_support::failure;

/// A server whose refresh tokens are valid once, and only the latest one.
fn once(lifetime: u64) -> Scripted {
    server(move |form, number| match field(form, "refresh_token") {
        "" => tokens(number, lifetime),
        last if last == format!("refresh-{}", number - 1) => tokens(number, lifetime),
        _ => used_up(),
    })
}

fn used_up() -> (u16, String) {
    (
        400,
        r#"{"error": "invalid_grant", "error_description": "Refresh token is invalid"}"#.to_owned(),
    )
}

/// The files in a folder with tokens.
fn files(folder: &std::path::Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("it is there");
    let paths = entries.map(|entry| entry.expect("one").path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect()
}

#[tokio::test]
async fn renewal_uses_the_latest_refresh_token() {
    let server = server(|_, number| tokens(number, 3600));
    let context = server.context(WORKSPACE);
    let provider = signing_in();
    for number in 0..3 {
        let token = provider.token(&context).await.expect("a token");
        assert_eq!(value(&token), format!("Bearer access-{number}"));
    }
    let posts = posts(&server);
    assert_eq!(posts.len(), 3);
    for (number, form) in posts.iter().enumerate().skip(1) {
        assert_eq!(field(form, "grant_type"), "refresh_token");
        assert_eq!(field(form, "refresh_token"), format!("refresh-{}", number - 1));
        assert_eq!(field(form, "client_id"), "databricks-cli");
    }
}

#[tokio::test]
async fn response_without_a_refresh_token_keeps_the_old_one() {
    let server = server(|_, number| match number {
        0 => tokens(0, 3600),
        _ => (200, format!(r#"{{"access_token": "access-{number}", "expires_in": 3600}}"#)),
    });
    let (context, provider) = (server.context(WORKSPACE), signing_in());
    for _ in 0..3 {
        let _ = provider.token(&context).await.expect("a token");
    }
    let posts = posts(&server);
    assert_eq!(field(&posts[2], "refresh_token"), "refresh-0");
}

#[tokio::test]
async fn rejected_refresh_token_opens_the_browser_again() {
    let server = server(|form, number| match field(form, "grant_type") {
        "refresh_token" => used_up(),
        _ => tokens(number, 3600),
    });
    let (context, provider) = (server.context(WORKSPACE), signing_in());
    let _ = provider.token(&context).await.expect("a token");
    let again = provider.token(&context).await.expect("another sign-in");
    assert_eq!(value(&again), "Bearer access-2");
}

#[tokio::test]
async fn unavailable_service_does_not_open_the_browser() {
    let server = Scripted::new(|request, _| match request.uri().path() {
        "/oidc/.well-known/oauth-authorization-server" => answer(200, METADATA),
        "/oidc/v1/token" if !request.body().starts_with(b"grant_type=refresh_token") => {
            answer(200, &tokens(0, 3600).1)
        }
        "/oidc/v1/token" => {
            failure(TransportError::new(TransportErrorKind::Connect, RequestSent::No, "refused"))
        }
        _ => answer(404, ""),
    });
    let context = server.context(WORKSPACE);
    let provider = signing_in();
    let _ = provider.token(&context).await.expect("a token");
    let provider = provider.opener(|_| async { panic!("the browser was opened") });
    let error = provider.token(&context).await.expect_err("it is away");
    assert_eq!(error.kind(), AuthErrorKind::Unavailable);
}

#[tokio::test]
async fn valid_stored_token_is_used_without_a_request() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = server(|_, number| tokens(number, 3600));
    let context = server.context(WORKSPACE);
    let first = signing_in().cache(dir.path()).token(&context).await.expect("a token");
    let asked = server.sent().len();
    let second = unused().cache(dir.path()).token(&context).await.expect("that of the file");
    assert_eq!(value(&first), value(&second));
    assert_eq!(server.sent().len(), asked, "nobody was asked");
}

#[tokio::test]
async fn expired_stored_token_is_renewed_without_the_browser() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = server(|_, number| tokens(number, 30));
    let context = server.context(WORKSPACE);
    let _ = signing_in().cache(dir.path()).token(&context).await.expect("a token");
    let renewed = unused().cache(dir.path()).token(&context).await.expect("renewed");
    assert_eq!(value(&renewed), "Bearer access-1");
    assert_eq!(field(&posts(&server)[1], "refresh_token"), "refresh-0");
    // The new refresh token was written to the file.
    let _ = unused().cache(dir.path()).token(&context).await.expect("renewed again");
    assert_eq!(field(&posts(&server)[2], "refresh_token"), "refresh-1");
}

#[tokio::test]
async fn refresh_token_used_by_another_process_is_reread() {
    let dir = tempfile::tempdir().expect("a folder");
    let rotated = once(3600);
    let context = rotated.context(WORKSPACE);
    let (one, two) = (signing_in().cache(dir.path()), unused().cache(dir.path()));
    let _ = one.token(&context).await.expect("a token");
    let _ = two.token(&context).await.expect("that of the file");
    // The other process renews; this one finds the new tokens in the file.
    let renewed = two.token(&context).await.expect("renewed");
    assert_eq!(value(&renewed), "Bearer access-1");
    let one = one.opener(|_| async { panic!("the browser was opened") });
    let found = one.token(&context).await.expect("that of the file");
    assert_eq!(value(&found), "Bearer access-1");
    assert_eq!(posts(&rotated).len(), 2);
}

#[tokio::test]
async fn concurrent_processes_use_the_refresh_token_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let quick = once(3600);
    // Slow enough for the others to start.
    let server = Scripted::new(move |request, _| {
        let (quick, request) = (quick.clone(), request.clone());
        Box::pin(async move {
            Runtime::real().sleep(Duration::from_millis(30)).await;
            Transport::send(&quick, request).await
        })
    });
    let context = server.context(WORKSPACE);
    let _ = signing_in().cache(dir.path()).token(&context).await.expect("a token");
    let providers: Vec<_> = (0..4).map(|_| unused().cache(dir.path())).collect();
    for provider in &providers {
        let _ = provider.token(&context).await.expect("that of the file");
    }
    let [one, two, three, four] = providers.as_slice() else { panic!("four") };
    let (one, two, three, four) = tokio::join!(
        one.token(&context),
        two.token(&context),
        three.token(&context),
        four.token(&context)
    );
    for token in [one, two, three, four] {
        assert_eq!(value(&token.expect("renewed")), "Bearer access-1");
    }
    assert_eq!(posts(&server).len(), 2, "one sign-in and one renewal");
}

#[tokio::test]
async fn wait_for_the_lock_is_bounded() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = server(|_, number| tokens(number, 30));
    let context = server.context(WORKSPACE);
    let _ = signing_in().cache(dir.path()).token(&context).await.expect("a token");
    let key = Key::new(
        WORKSPACE.to_owned(),
        "databricks-cli",
        &["all-apis".to_owned(), "offline_access".to_owned()],
    );
    let store = Store::open(context.runtime(), dir.path(), &key).await.expect("a folder of ours");
    let lock = store.lock(context.runtime()).await.expect("it is free");
    tokio::time::pause();
    let renewed = unused().cache(dir.path()).token(&context).await.expect("without the lock");
    assert_eq!(value(&renewed), "Bearer access-1");
    drop(lock);
}

#[tokio::test]
async fn process_that_lost_the_race_reads_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().to_owned();
    let key = Key::new(
        WORKSPACE.to_owned(),
        "databricks-cli",
        &["all-apis".to_owned(), "offline_access".to_owned()],
    );
    let open = |folder: PathBuf, key: Key| async move {
        Store::open(&Runtime::seeded(1), &folder, &key).await.expect("a folder of ours")
    };
    let session = |name: &str| Session {
        access_token: format!("access-{name}").into(),
        end: None,
        refresh_token: Some(format!("refresh-{name}").into()),
        is_saved: true,
    };
    let store = open(folder.clone(), key.clone()).await;
    store.save(&Runtime::seeded(1), &session("old")).await.expect("it is saved");

    // The response arrives before the other process has written its new tokens.
    let server = server(|form, _| match field(form, "refresh_token") {
        "refresh-new" => tokens(7, 3600),
        _ => used_up(),
    });
    let context = server.context(WORKSPACE);
    let provider = unused().cache(&folder);
    let other = async {
        while posts(&server).is_empty() {
            Runtime::real().sleep(Duration::from_millis(5)).await;
        }
        Runtime::real().sleep(Duration::from_millis(100)).await;
        store.save(&Runtime::seeded(2), &session("new")).await.expect("it is saved");
    };
    let (token, ()) = tokio::join!(provider.token(&context), other);
    assert_eq!(value(&token.expect("by the new refresh token")), "Bearer access-7");
    assert_eq!(posts(&server).len(), 2);
}

#[tokio::test]
async fn unwritable_file_does_not_require_a_new_sign_in() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = once(30);
    let _ =
        signing_in().cache(dir.path()).token(&server.context(WORKSPACE)).await.expect("a token");
    // The temporary file that would be written first: the number is the first of this seed.
    let kept = files(dir.path());
    let name = kept.iter().find_map(|path| path.file_name()?.to_str()).expect("a file");
    let number = server.context(WORKSPACE).runtime().random_u64();
    std::fs::write(dir.path().join(format!(".{name}.{number:016x}")), "").expect("it is written");

    let provider = unused().cache(dir.path());
    for number in 1..4 {
        let token = provider.token(&server.context(WORKSPACE)).await.expect("renewed");
        assert_eq!(value(&token), format!("Bearer access-{number}"));
    }
    assert!(std::fs::read_to_string(&kept[0]).expect("it is there").contains("access-0"));
}

#[tokio::test]
async fn tokens_of_another_application_or_scope_are_not_used() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = server(|_, number| tokens(number, 3600));
    let context = server.context(WORKSPACE);
    for (number, provider) in
        [signing_in(), signing_in().client_id("mine"), signing_in().scopes(["sql"])]
            .into_iter()
            .enumerate()
    {
        let token = provider.cache(dir.path()).token(&context).await.expect("a token");
        assert_eq!(value(&token), format!("Bearer access-{number}"));
    }
}

#[tokio::test]
async fn two_workspaces_keep_separate_tokens() {
    let server = once(3600);
    let provider = signing_in();
    let other = "https://dbc-2.cloud.databricks.com";
    let one = provider.token(&server.context(WORKSPACE)).await.expect("a token");
    let _ = provider.token(&server.context(other)).await.expect("another sign-in");
    assert_eq!(value(&one), "Bearer access-0");
    assert_eq!(field(&posts(&server)[1], "grant_type"), "authorization_code");
    // The refresh token of the first one is still there.
    let _ = provider.token(&server.context(WORKSPACE)).await;
    assert_eq!(field(&posts(&server)[2], "refresh_token"), "refresh-0");
}

#[tokio::test]
async fn clone_starts_without_tokens() {
    let server = once(3600);
    let context = server.context(WORKSPACE);
    let provider = signing_in();
    let _ = provider.token(&context).await.expect("a token");
    let _ = provider.clone().token(&context).await.expect("another sign-in");
    assert_eq!(field(&posts(&server)[1], "grant_type"), "authorization_code");
}
