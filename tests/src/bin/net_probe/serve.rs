//! The warehouse: a small inline result and a large one behind links.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use dbsql::Runtime;
use dbsql::arrow::array::{Int64Array, RecordBatch};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::{Server, Service, Settings, TlsCertificate};
use serde_json::json;

pub(crate) const INLINE: &str = "SELECT inline";
pub(crate) const FILES: &str = "SELECT files";

/// Results above this many bytes are files: the small one has none, the large one several.
const LINK_THRESHOLD: u64 = 10_000;
const FILE_BYTES: u64 = 50_000;
const SMALL: i64 = 3;
const LARGE: i64 = 20_000;

fn rows(count: i64) -> Result<RecordBatch, Box<dyn std::error::Error>> {
    let ids: Int64Array = (0..count).collect::<Vec<_>>().into();
    Ok(RecordBatch::try_from_iter([("id", Arc::new(ids) as _)])?)
}

pub(crate) async fn run(tls: Option<(&str, &str)>) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::real();
    let engine = ScriptedEngine::new(runtime.clone())
        .on(INLINE, Answer::rows(vec![rows(SMALL)?]))
        .on(FILES, Answer::rows(vec![rows(LARGE)?]));
    let settings =
        Settings { link_threshold: LINK_THRESHOLD, file_bytes: FILE_BYTES, ..Settings::default() };
    let builder = Service::builder().engine(engine).runtime(runtime).settings(settings);
    let service = builder.accept_token(dbsql_tests::TOKEN).build();
    let address = ([127, 0, 0, 1], 0).into();
    let server = match tls {
        None => Server::start(service, address).await?,
        Some((certificate, key)) => {
            let certificate =
                TlsCertificate::from_pem_files(Path::new(certificate), Path::new(key))?;
            Server::start_tls(service, address, certificate).await?
        }
    };
    println!("{}", json!({ "port": server.address().port() }));
    // Until the parent process has exited.
    let (ended, end) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::stdin().lock().read_to_end(&mut Vec::new());
        let _ = ended.send(());
    });
    let _ = end.await;
    Ok(())
}
