//! The facade over both transports against the local warehouse with SQL, over both protocols: submit,
//! wait, results in the response and behind links, cancel, pick up, a failure, a wrong token.

use std::time::Duration;

use dbsql::arrow::array::cast::AsArray;
use dbsql::arrow::array::types::Int64Type;
use dbsql::{Client, Config, ErrorKind, ExecutionStatus, SharedTransport, SqlProtocol};
use dbsql_local::{Server, Service, Settings};
use dbsql_warehouse::DataFusionEngine;

use crate::reqwest_transport::ReqwestTransport;
use crate::socket_transport::SocketTransport;

const TOKEN: &str = "the-token-of-the-suite";
const LONG_QUERY: &str =
    "select count(*) from range(0, 100000000000, 1, 1) where sha2(cast(id as string), 256) = 'x'";

fn socket() -> SharedTransport {
    SocketTransport.into()
}

fn reqwest() -> SharedTransport {
    ReqwestTransport::new().unwrap().into()
}

struct Warehouse {
    server: Server,
    config: Config,
}

impl Warehouse {
    async fn start(settings: Settings, over: SqlProtocol) -> Self {
        let engine = DataFusionEngine::builder().build().unwrap();
        let service =
            Service::builder().engine(engine).accept_token(TOKEN).settings(settings).build();
        let path = service.settings().http_path.clone();
        let server = Server::start(service, ([127, 0, 0, 1], 0).into()).await.unwrap();
        let config = Config::new(server.url(), path).token(TOKEN).protocol(over);
        Self { server, config }
    }

    fn client(&self, transport: &SharedTransport) -> Client {
        Client::builder(self.config.clone())
            .transport(transport.clone())
            .storage_transport(transport.clone())
            .build()
            .unwrap()
    }
}

async fn ids(results: dbsql::ResultSet) -> Vec<i64> {
    let batches = results.fetch_all().await.unwrap();
    let columns = batches.iter().map(|batch| batch.column(0).as_primitive::<Int64Type>());
    columns.flat_map(|column| column.values().to_vec()).collect()
}

/// Everything, with rows in the responses and behind links.
async fn facade_works(transport: SharedTransport, over: SqlProtocol) {
    for link_threshold in [0, u64::MAX] {
        let settings = Settings { link_threshold, ..Settings::default() };
        let warehouse = Warehouse::start(settings, over).await;
        let client = warehouse.client(&transport);
        let connection = client.connect().await.unwrap();

        let query =
            connection.execute_async("select id from range(0, 100000, 1, 1)").await.unwrap();
        assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
        let handle = query.handle().unwrap();
        assert_eq!(ids(query.get_results().await.unwrap()).await, (0..100_000).collect::<Vec<_>>());
        let elsewhere = warehouse.client(&transport).get_async_execution(handle).await.unwrap();
        assert_eq!(ids(elsewhere.get_results().await.unwrap()).await.len(), 100_000);
        query.close().await.unwrap();

        let small = connection.execute("select id from range(3)").await.unwrap();
        assert_eq!(ids(small).await, [0, 1, 2]);

        let long = connection.execute_async(LONG_QUERY).await.unwrap();
        long.cancel().await.unwrap();
        let end = long.wait().deadline(Duration::from_secs(60)).await.unwrap();
        assert_eq!(end, ExecutionStatus::Canceled);

        let error = connection.execute("select nothing from nowhere").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Failed, "{error}");
        client.shutdown(Duration::from_secs(30)).await.unwrap();
        warehouse.server.shutdown().await;
    }
}

#[tokio::test]
async fn facade_works_over_a_socket_with_thrift() {
    facade_works(socket(), SqlProtocol::Thrift).await;
}

#[tokio::test]
async fn facade_works_over_a_socket_with_sea() {
    facade_works(socket(), SqlProtocol::Sea).await;
}

#[tokio::test]
async fn facade_works_over_reqwest_with_thrift() {
    facade_works(reqwest(), SqlProtocol::Thrift).await;
}

#[tokio::test]
async fn facade_works_over_reqwest_with_sea() {
    facade_works(reqwest(), SqlProtocol::Sea).await;
}

/// A status is a response, also to the engine above a transport of one's own.
#[tokio::test]
async fn wrong_token_is_an_auth_error() {
    for transport in [socket(), reqwest()] {
        let mut warehouse = Warehouse::start(Settings::default(), SqlProtocol::Thrift).await;
        warehouse.config = warehouse.config.token("another");
        let error = warehouse.client(&transport).connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    }
}

#[tokio::test]
async fn server_that_is_gone_is_a_transport_error() {
    for transport in [socket(), reqwest()] {
        let warehouse = Warehouse::start(Settings::default(), SqlProtocol::Thrift).await;
        warehouse.server.shutdown().await;
        let config = warehouse.config.clone().retry(dbsql::RetryPolicy::none());
        let client = Client::builder(config).transport(transport).build().unwrap();
        let error = client.connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    }
}
