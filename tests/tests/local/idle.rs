//! Idle connections on real sockets and in real time: if a server resets a connection when a
//! request arrives after a pause, no submit gets an unknown outcome.

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dbsql::{Client, Config, Runtime};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::{Server, Service};
use futures_util::future::try_join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// A connection that was idle for longer is reset by the next bytes. This is the worst moment,
/// since the client has sent a request and cannot know its outcome. The limit is longer than the
/// second for which a submit trusts a connection, by the possible delay on a busy machine.
const IDLE_LIMIT: Duration = Duration::from_secs(2);

const CLIENTS: u64 = 20;
const ROUNDS: u64 = 5;
const BURST: u64 = 10;

/// Forwards bytes between clients and a server, as long as they do not pause.
struct Gateway {
    address: SocketAddr,
    resets: Arc<AtomicU64>,
    /// Dropped with the gateway, which closes all its connections.
    _accepting: JoinSet<()>,
}

impl Gateway {
    async fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let resets = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&resets);
        let mut accepting = JoinSet::new();
        accepting.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = TcpStream::connect(server).await.unwrap();
                connections.spawn(pass_on(client, server, Arc::clone(&counted)));
            }
        });
        Self { address, resets, _accepting: accepting }
    }
}

async fn pass_on(mut client: TcpStream, mut server: TcpStream, resets: Arc<AtomicU64>) {
    let (mut asked, mut answered) = (vec![0; 16 << 10], vec![0; 16 << 10]);
    let mut last = Instant::now();
    loop {
        let passed = tokio::select! {
            biased;
            read = server.read(&mut answered) => match read {
                Ok(bytes @ 1..) => client.write_all(&answered[..bytes]).await,
                _ => return,
            },
            read = client.read(&mut asked) => match read {
                Ok(1..) if last.elapsed() > IDLE_LIMIT => {
                    resets.fetch_add(1, Ordering::Relaxed);
                    client.set_zero_linger().unwrap();
                    return;
                }
                Ok(bytes @ 1..) => server.write_all(&asked[..bytes]).await,
                _ => return,
            },
        };
        if passed.is_err() {
            return;
        }
        last = Instant::now();
    }
}

fn statement(client: u64, round: u64, number: u64) -> String {
    format!("insert into t values ({client}, {round}, {number})")
}

/// Pauses from about the second for which a submit trusts a connection to well above the limit, a
/// different one each time.
fn pause(client: u64, round: u64) -> Duration {
    let step = (client * 7 + round * 13) % 50;
    Duration::from_millis(900 + step * 40)
}

/// Submits in bursts of equal width: every connection is idle during the pause between them, and is
/// then needed again.
async fn work(number: u64, client: Client) {
    // Half of them use the client's own session.
    let connection = match number % 2 {
        0 => Some(client.connect().await.unwrap()),
        _ => None,
    };
    for round in 0..ROUNDS {
        let burst = (0..BURST).map(|n| {
            let sql = statement(number, round, n);
            match &connection {
                Some(connection) => connection.execute_async(sql).into_future(),
                None => client.execute_async(sql).into_future(),
            }
        });
        let queries = try_join_all(burst).await.unwrap_or_else(|error| panic!("{error:?}"));
        // On connections of any age: a lost request is sent again.
        let ended = queries.iter().map(|query| async {
            query.wait().await?;
            query.close().await
        });
        try_join_all(ended).await.unwrap();
        tokio::time::sleep(pause(number, round)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_of_an_idle_connection_makes_no_outcome_unknown() {
    let engine = ScriptedEngine::new(Runtime::real()).on_any(|_| Some(Answer::affected(1)));
    let service = Service::builder().engine(engine).accept_token("right").build();
    let server = Server::start(service.clone(), ([127, 0, 0, 1], 0).into()).await.unwrap();
    let gateway = Gateway::start(server.address()).await;
    let config = Config::new(format!("http://{}", gateway.address), "/sql/1.0/warehouses/local");
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        clients.spawn(work(number, Client::new(config.clone().token("right")).unwrap()));
    }
    while let Some(worked) = clients.join_next().await {
        worked.unwrap();
    }
    for (sql, runs) in service.statements() {
        assert_eq!(runs, 1, "{sql}");
    }
    assert_eq!(service.statements().len() as u64, CLIENTS * ROUNDS * BURST);
    assert_eq!(service.live_operations(), 0);
    let resets = gateway.resets.load(Ordering::Relaxed);
    assert!(resets > 100, "the gateway met idle connections: {resets}");
}
