//! What is stored, who may read it, and what is ignored.

use super::*;

fn key() -> Key {
    Key::new("https://h.test".to_owned(), "client", &["b".to_owned(), "a".to_owned()])
}

fn session(access: &str) -> Session {
    Session {
        access_token: access.into(),
        end: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000)),
        refresh_token: Some("refresh".into()),
        is_saved: true,
    }
}

async fn store_in(folder: &Path) -> Store {
    Store::open(&Runtime::real(), folder, &key()).await.expect("a folder of ours")
}

/// The files in the folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .expect("it is there")
        .map(|entry| entry.expect("one").path())
        .collect()
}

#[tokio::test]
async fn stored_tokens_are_read_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("new/folder");
    let runtime = Runtime::real();
    let store = store_in(&folder).await;
    assert!(store.load(&runtime).await.is_none());
    for access in ["one", "two"] {
        store.save(&runtime, &session(access)).await.expect("it is saved");
        assert!(store.load(&runtime).await == Some(session(access)));
    }
    let unknown = Session { end: None, refresh_token: None, ..session("three") };
    store.save(&runtime, &unknown).await.expect("it is saved");
    assert!(store.load(&runtime).await == Some(unknown));
    assert_eq!(files(&folder), [store.location.path()], "nothing temporary is left");
}

#[tokio::test]
async fn each_key_has_its_own_file() {
    let base = key();
    let others = [
        Key { origin: "https://i.test".to_owned(), ..base.clone() },
        Key { client_id: "other".to_owned(), ..base.clone() },
        Key { scopes: vec!["a".to_owned()], ..base.clone() },
    ];
    for other in others {
        assert_ne!(name_of(&base), name_of(&other));
    }
    let turned = Key::new("https://h.test".to_owned(), "client", &["a".to_owned(), "b".to_owned()]);
    assert_eq!(name_of(&base), name_of(&turned), "scopes are a set");
}

#[tokio::test]
async fn damaged_or_foreign_files_are_ignored() {
    let dir = tempfile::tempdir().expect("a folder");
    let runtime = Runtime::real();
    let store = store_in(dir.path()).await;
    store.save(&runtime, &session("one")).await.expect("it is saved");
    let path = store.location.path();
    let good = std::fs::read_to_string(&path).expect("it is there");
    let huge = format!("{good}{}", " ".repeat(MAX_FILE as usize));
    for bad in [
        "",
        "{",
        "null",
        "\u{0}\u{0}",
        &good[..good.len() - 1],
        &good.replace("https://h.test", "https://i.test"),
        &good.replace("\"client\"", "\"other\""),
        &good.replace("\"version\":1", "\"version\":2"),
        &good.replace("\"one\"", "5"),
        &huge,
    ] {
        // Over the old file, whose mode is kept.
        std::fs::write(&path, bad).expect("it is written");
        assert!(store.load(&runtime).await.is_none(), "{bad:.80}");
    }
    std::fs::write(&path, good).expect("it is written");
    assert!(store.load(&runtime).await.is_some());
    store.save(&runtime, &session("two")).await.expect("it is saved");
    assert!(store.load(&runtime).await == Some(session("two")));
}

#[tokio::test]
async fn concurrent_writers_leave_one_whole_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let runtime = Runtime::real();
    let tasks = runtime.tasks();
    for number in 0..8 {
        let (runtime, folder) = (runtime.clone(), dir.path().to_owned());
        tasks.spawn(async move {
            let store = store_in(&folder).await;
            for _ in 0..10 {
                store.save(&runtime, &session(&format!("token-{number}"))).await.expect("saved");
                assert!(store.load(&runtime).await.is_some(), "never half a file");
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(files(dir.path()).len(), 1);
    assert!(store_in(dir.path()).await.load(&runtime).await.is_some());
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("it is ours");
    }

    #[tokio::test]
    async fn folder_and_file_are_private() {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = dir.path().join("tokens");
        let store = store_in(&folder).await;
        store.save(&Runtime::real(), &session("one")).await.expect("it is saved");
        assert_eq!((mode(&folder), mode(&store.location.path())), (0o700, 0o600));
    }

    #[tokio::test]
    async fn file_readable_by_others_is_ignored_and_replaced() {
        let dir = tempfile::tempdir().expect("a folder");
        let runtime = Runtime::real();
        let store = store_in(dir.path()).await;
        for open in [0o640, 0o604, 0o620, 0o644] {
            store.save(&runtime, &session("one")).await.expect("it is saved");
            set_mode(&store.location.path(), open);
            assert!(store.load(&runtime).await.is_none(), "{open:o}");
            store.save(&runtime, &session("two")).await.expect("it is saved");
            assert_eq!(mode(&store.location.path()), 0o600);
            assert!(store.load(&runtime).await.is_some());
        }
    }

    #[tokio::test]
    async fn folder_writable_by_others_is_an_error() {
        let dir = tempfile::tempdir().expect("a folder");
        for open in [0o770, 0o707, 0o777] {
            set_mode(dir.path(), open);
            let opened = Store::open(&Runtime::real(), dir.path(), &key()).await;
            let error = opened.expect_err("open to others");
            assert_eq!(error.kind(), crate::AuthErrorKind::Invalid);
            assert!(error.next_step().is_some_and(|step| step.contains("chmod 700")));
        }
        // Reading the names in it is harmless.
        set_mode(dir.path(), 0o755);
        store_in(dir.path()).await;
    }

    #[expect(clippy::disallowed_methods, reason = "only sets the test up")]
    #[tokio::test]
    async fn symlink_or_pipe_is_not_read() {
        let dir = tempfile::tempdir().expect("a folder");
        let runtime = Runtime::real();
        let store = store_in(dir.path()).await;
        store.save(&runtime, &session("one")).await.expect("it is saved");
        let path = store.location.path();
        let elsewhere = dir.path().join("elsewhere");
        std::fs::rename(&path, &elsewhere).expect("it is moved");
        std::os::unix::fs::symlink(&elsewhere, &path).expect("a link");
        assert!(store.load(&runtime).await.is_none());
        std::fs::remove_file(&path).expect("it is removed");
        let made = std::process::Command::new("mkfifo").arg(&path).status().expect("it runs");
        assert!(made.success());
        assert!(store.load(&runtime).await.is_none());
    }

    #[tokio::test]
    async fn folder_that_cannot_be_created_is_an_error() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("file");
        std::fs::write(&file, "").expect("it is written");
        let opened = Store::open(&Runtime::real(), &file.join("folder"), &key()).await;
        assert_eq!(opened.expect_err("no folder").kind(), crate::AuthErrorKind::Invalid);
    }
}
