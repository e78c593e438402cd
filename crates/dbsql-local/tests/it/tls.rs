//! The warehouse behind TLS, for clients that require `https`.

use dbsql_local::faults::{Fault, FaultPlan, Moment, Rule, Target, Trigger};
use dbsql_local::{Server, Service, Settings, TlsCertificate};
use dbsql_protocol::rpc;
use dbsql_protocol::types::TExecuteStatementReq;
use dbsql_runtime::Runtime;
use dbsql_transport::{HttpOptions, HyperTransport};
use tempfile::TempDir;

use crate::sockets::any_port;
use crate::support::{Client, Failure, TEN, builder, direct, engine, stream_ids};

/// A certificate for the loopback address, as files and as text.
pub(crate) fn certificate() -> (TempDir, TlsCertificate, String) {
    let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
    let folder = tempfile::tempdir().expect("a folder");
    let (file, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&file, made.cert.pem()).expect("written");
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
    let certificate = TlsCertificate::from_pem_files(&file, &key).expect("it can be read");
    (folder, certificate, made.cert.pem())
}

/// A server with TLS that sends every result as links, and a client that trusts it.
async fn serve(plan: FaultPlan) -> (Server, Service, Client) {
    let runtime = Runtime::real();
    let settings = Settings { link_threshold: 0, ..Settings::default() };
    let service = builder(&engine(&runtime), &runtime).faults(plan).settings(settings).build();
    let (_folder, certificate, pem) = certificate();
    let server =
        Server::start_tls(service.clone(), any_port(), certificate).await.expect("it starts");
    let options = HttpOptions::default().add_root_certificate_pem(pem);
    let transport = HyperTransport::new(options).expect("a transport");
    let client = Client { transport: transport.into(), host: server.url(), authorization: None };
    (server, service, client)
}

#[tokio::test]
async fn statement_and_links_are_served_over_tls() {
    let (server, _, client) = serve(FaultPlan::default()).await;
    assert!(server.url().starts_with("https://127.0.0.1:"), "{}", server.url());
    let session = client.open().await;
    let request = TExecuteStatementReq { can_download_result: Some(true), ..direct(&session, TEN) };
    let rows = client.execute(request).await.direct_results.expect("asked for").result_set;
    let links = rows.expect("rows").results.expect("rows").result_links.expect("links");
    assert!(links[0].file_link.starts_with(&server.url()), "{}", links[0].file_link);
    let (status, body) = client.get(&links[0].file_link, &[]).await.expect("an answer");
    assert_eq!((status.as_u16(), stream_ids(&body)), (200, (0..10).collect()));
    server.shutdown().await;
}

#[tokio::test]
async fn client_without_trust_or_tls_is_rejected() {
    let (server, service, client) = serve(FaultPlan::default()).await;
    let distrustful = HyperTransport::new(HttpOptions::default()).expect("a transport");
    let plain = server.url().replace("https:", "http:");
    for host in [server.url(), plain] {
        let client = Client { transport: distrustful.clone().into(), host, authorization: None };
        let answer = client.call::<rpc::OpenSession>(&Default::default()).await;
        assert!(matches!(answer, Err(Failure::Transport(_))), "{answer:?}");
    }
    let session = client.open().await;
    client.execute(direct(&session, TEN)).await;
    assert_eq!(service.runs(TEN), 1);
}

#[tokio::test]
async fn reset_is_a_lost_connection_under_tls() {
    let fault = Fault::Reset(Moment::After);
    let rule = Rule::new(Target::method("ExecuteStatement"), Trigger::Nth(1), fault);
    let (_server, service, client) = serve(FaultPlan::seeded(1).rule(rule)).await;
    let session = client.open().await;
    let answer = client.call::<rpc::ExecuteStatement>(&direct(&session, TEN)).await;
    assert!(matches!(answer, Err(Failure::Transport(_))), "{answer:?}");
    assert_eq!(service.runs(TEN), 1);
}

#[test]
fn unusable_certificate_error_names_its_file() {
    let (folder, _, _) = certificate();
    let (file, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let missing = folder.path().join("no-such-file");
    for (certificate, key, words) in
        [(&missing, &key, "no-such-file"), (&key, &key, "key.pem"), (&file, &file, "cert.pem")]
    {
        let error = TlsCertificate::from_pem_files(certificate, key).expect_err("it is refused");
        assert!(error.to_string().contains(words), "{error}");
    }
}
