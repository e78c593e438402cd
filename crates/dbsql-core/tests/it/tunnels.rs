//! TLS and proxy settings apply to the workspace, to result files and to sign-in, each of which can
//! have its own; and the errors when a proxy rejects a connection.

#![cfg(feature = "hyper-client")]

mod proxy;

use std::sync::Arc;

use arrow_array::{Int64Array, RecordBatch};
use bytes::Bytes;
use dbsql_auth::{
    AuthContext, AuthError, AuthErrorKind, ClientCredentials, Secret, Token, token_provider_fn,
};
use dbsql_core::{
    Client, Config, Error, ErrorKind, HttpOptions, RetryAdvice, RetryPolicy, Statement,
};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::{OAuthClient, Server, Service, Settings, TlsCertificate};
use dbsql_runtime::Runtime;

use self::proxy::{Act, Tunnels};

const SQL: &str = "SELECT id FROM t";
const ROWS: i64 = 1000;
const TOKEN: &str = "canary-token";
const WORKSPACE: &str = "localhost";
const STORAGE: &str = "127.0.0.1";
const SIGN_IN: &str = "signin.invalid";

/// A warehouse with TLS that puts every result behind links.
struct World {
    server: Server,
    service: Service,
    root: String,
}

impl World {
    async fn start() -> Self {
        let ids: Int64Array = (0..ROWS).collect::<Vec<_>>().into();
        let rows = RecordBatch::try_from_iter([("id", Arc::new(ids) as _)]).unwrap();
        let runtime = Runtime::real();
        let service = Service::builder()
            .engine(ScriptedEngine::new(runtime.clone()).on(SQL, Answer::rows(vec![rows])))
            .runtime(runtime)
            .settings(Settings { link_threshold: 0, ..Settings::default() })
            .accept_token(TOKEN)
            .oauth_client(OAuthClient::confidential("principal", "canary-secret"))
            .build();
        let names = [WORKSPACE, STORAGE, SIGN_IN].map(str::to_owned);
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (file, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&file, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let certificate = TlsCertificate::from_pem_files(&file, &key).unwrap();
        let address = ([127, 0, 0, 1], 0).into();
        let server = Server::start_tls(service.clone(), address, certificate).await.unwrap();
        Self { server, service, root: made.cert.pem() }
    }

    async fn proxy(&self, act: impl Fn(&str) -> Act + Send + Sync + 'static) -> Tunnels {
        Tunnels::start(self.server.address(), act).await
    }

    fn trusting(&self) -> HttpOptions {
        HttpOptions::new().add_root_certificate_pem(self.root.clone())
    }

    fn through(&self, proxy: &Tunnels) -> HttpOptions {
        self.trusting().proxy(proxy.proxy()).proxy_loopback(true)
    }

    /// Files are served by another host than the workspace, and tokens by a third one.
    fn config(&self) -> Config {
        let port = self.server.address().port();
        let host = format!("https://{WORKSPACE}:{port}");
        Config::new(host, "/sql/1.0/warehouses/local")
            .retry(RetryPolicy::none())
            .credentials(token_provider_fn(move |context| sign_in(context, port)))
    }
}

async fn sign_in(context: AuthContext, port: u16) -> Result<Token, AuthError> {
    let request = http::Request::post(format!("https://{SIGN_IN}:{port}/"));
    let request = request.body(Bytes::from("canary-secret")).unwrap();
    context.transport().send(request).await.map_err(|error| {
        AuthError::new(AuthErrorKind::Unavailable, "no sign-in").with_source(error)
    })?;
    Token::bearer(&Secret::from(TOKEN))
}

async fn count(client: &Client) -> Result<usize, Error> {
    let query = client.execute_async(Statement::new(SQL)).await?;
    let rows = query.get_results().await?.fetch_all().await?;
    Ok(rows.iter().map(RecordBatch::num_rows).sum())
}

/// The error, after a check that it and its sources contain no secret.
#[track_caller]
fn without_secrets(error: Error) -> Error {
    let mut shown = format!("{error} {error:?}");
    let mut next = std::error::Error::source(&error);
    while let Some(cause) = next {
        shown = format!("{shown} {cause} {cause:?}");
        next = cause.source();
    }
    assert!(!shown.contains("canary"), "{shown}");
    error
}

#[tokio::test]
async fn one_setting_applies_to_workspace_storage_and_sign_in() {
    let world = World::start().await;
    let proxy = world.proxy(|_| Act::Tunnel).await;
    let client = Client::new(world.config().http(world.through(&proxy))).unwrap();
    assert_eq!(count(&client).await.unwrap(), 1000);
    assert_eq!(proxy.hosts(), [STORAGE, WORKSPACE, SIGN_IN]);
    let seen = proxy.seen().concat();
    assert!(!seen.to_lowercase().contains("authorization"), "{seen}");
    assert!(!seen.contains("canary"), "{seen}");
}

#[tokio::test]
async fn storage_and_sign_in_can_have_their_own_settings() {
    let world = World::start().await;
    let [workspace, storage, sign_in] = [
        world.proxy(|_| Act::Tunnel).await,
        world.proxy(|_| Act::Tunnel).await,
        world.proxy(|_| Act::Tunnel).await,
    ];
    let config = world
        .config()
        .http(world.through(&workspace))
        .storage_http(world.through(&storage))
        .sign_in_http(world.through(&sign_in));
    assert_eq!(count(&Client::new(config).unwrap()).await.unwrap(), 1000);
    assert_eq!(workspace.hosts(), [WORKSPACE]);
    assert_eq!(storage.hosts(), [STORAGE]);
    assert_eq!(sign_in.hosts(), [SIGN_IN]);
    // All settings are replaced, including trusted certificates.
    let distrustful = HttpOptions::new();
    let config = world.config().http(world.through(&workspace));
    let client = Client::new(config.storage_http(distrustful)).unwrap();
    let error = without_secrets(count(&client).await.unwrap_err());
    assert_eq!(error.kind(), ErrorKind::StorageUnreachable, "{error}");
}

#[tokio::test]
async fn service_principal_signs_in_through_the_proxy() {
    let world = World::start().await;
    let [workspace, sign_in] =
        [world.proxy(|_| Act::Tunnel).await, world.proxy(|_| Act::Tunnel).await];
    let config = world
        .config()
        .credentials(ClientCredentials::new("principal", "canary-secret"))
        .http(world.through(&workspace))
        .sign_in_http(world.through(&sign_in));
    assert_eq!(count(&Client::new(config).unwrap()).await.unwrap(), 1000);
    assert_eq!(sign_in.hosts(), [WORKSPACE]);
    assert!(!sign_in.seen().concat().contains("canary"), "{:?}", sign_in.seen());
    // Only the workspace has a proxy setting: no sign-in bypasses the other proxy.
    let refusing = refusing(&world, WORKSPACE, 407).await;
    let config = world
        .config()
        .credentials(ClientCredentials::new("principal", "canary-secret"))
        .retry(RetryPolicy::default())
        .http(world.through(&workspace))
        .sign_in_http(world.through(&refusing));
    let error = without_secrets(count(&Client::new(config).unwrap()).await.unwrap_err());
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    assert!(error.to_string().contains("http://user:password@host:port"), "{error}");
    let tokens = world.service.grants().values().sum::<u64>();
    assert_eq!(tokens, 1, "{:?}", world.service.grants());
}

#[tokio::test]
async fn each_purpose_can_have_its_own_transport() {
    let world = World::start().await;
    let proxies = [
        world.proxy(|_| Act::Tunnel).await,
        world.proxy(|_| Act::Tunnel).await,
        world.proxy(|_| Act::Tunnel).await,
    ];
    let transport = |index: usize| {
        dbsql_transport::HyperTransport::new(world.through(&proxies[index])).unwrap()
    };
    let client = Client::builder(world.config())
        .transport(transport(0))
        .storage_transport(transport(1))
        .sign_in_transport(transport(2))
        .build()
        .unwrap();
    assert_eq!(count(&client).await.unwrap(), 1000);
    let hosts = proxies.each_ref().map(|proxy| proxy.hosts().join(" "));
    assert_eq!(hosts, [WORKSPACE, STORAGE, SIGN_IN]);
}

/// A proxy that rejects tunnels to this host.
async fn refusing(world: &World, host: &'static str, status: u16) -> Tunnels {
    world
        .proxy(move |head| {
            let is_host = head.starts_with(&format!("CONNECT {host}:"));
            if is_host { Act::Refuse(status) } else { Act::Tunnel }
        })
        .await
}

#[tokio::test]
async fn proxy_authentication_required_is_not_retried() {
    for host in [WORKSPACE, STORAGE, SIGN_IN] {
        let world = World::start().await;
        let proxy = refusing(&world, host, 407).await;
        let config = world.config().http(world.through(&proxy)).retry(RetryPolicy::default());
        let error = without_secrets(count(&Client::new(config).unwrap()).await.unwrap_err());
        assert_eq!(error.kind(), ErrorKind::Auth, "{host}: {error}");
        let asked = format!("CONNECT {host}:");
        let asked = proxy.seen().iter().filter(|head| head.starts_with(&asked)).count();
        assert_eq!(asked, 1, "{host}");
        let text = error.to_string();
        assert!(text.contains("http://user:password@host:port"), "{host}: {text}");
        if host != SIGN_IN {
            let via = format!("{host}:{} via proxy {}", world.server.address().port(), proxy.url());
            assert!(
                text.contains(&via) && text.contains("the proxy requires credentials"),
                "{text}"
            );
        }
        assert_eq!(world.service.runs(SQL), u64::from(host == STORAGE), "{host}");
    }
}

#[tokio::test]
async fn proxy_that_rejects_a_host_is_named_without_retry() {
    for (host, kind) in [
        (WORKSPACE, ErrorKind::Transport),
        (STORAGE, ErrorKind::StorageUnreachable),
        (SIGN_IN, ErrorKind::Auth),
    ] {
        let world = World::start().await;
        let proxy = refusing(&world, host, 403).await;
        let config = world.config().http(world.through(&proxy)).retry(RetryPolicy::default());
        let error = without_secrets(count(&Client::new(config).unwrap()).await.unwrap_err());
        assert_eq!(error.kind(), kind, "{host}: {error}");
        let asked = format!("CONNECT {host}:");
        let asked = proxy.seen().iter().filter(|head| head.starts_with(&asked)).count();
        assert_eq!(asked, 1, "{host}");
        let text = error.to_string();
        assert!(text.contains("NO_PROXY or HttpOptions::no_proxy"), "{host}: {text}");
        assert!(host == SIGN_IN || text.contains(&proxy.url()), "{host}: {text}");
        if host == WORKSPACE {
            assert_eq!(error.retry(), RetryAdvice::Never, "{text}");
        }
    }
}

#[tokio::test]
async fn proxy_that_cannot_connect_is_retried() {
    let world = World::start().await;
    let refusals = Arc::new(std::sync::atomic::AtomicU32::new(2));
    let proxy = world
        .proxy(move |_| {
            let left = refusals.load(std::sync::atomic::Ordering::Relaxed);
            refusals.store(left.saturating_sub(1), std::sync::atomic::Ordering::Relaxed);
            if left > 0 { Act::Refuse(503) } else { Act::Tunnel }
        })
        .await;
    let config = world.config().token(TOKEN).http(world.through(&proxy));
    let client = Client::new(config.retry(RetryPolicy::default())).unwrap();
    assert_eq!(count(&client).await.unwrap(), 1000);
    // A submit as well: nothing was sent.
    assert_eq!(world.service.runs(SQL), 1);
}
