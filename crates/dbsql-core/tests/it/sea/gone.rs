//! Results that expire on the server while they are read.

use dbsql_core::{AsyncExecution, Config, ErrorKind};
use dbsql_local::{Quirks, SeaQuirks, Settings};

use super::hybrid::hybrid;
use super::{chunked, sea, server};
use crate::support::{Server, client_with, config, counted, ids, seconds};

/// Reads some rows, deletes the result on the server, and reads on.
async fn names_the_row(settings: Settings, config: Config, forget: impl AsyncFn(&Server)) {
    let server = server(settings, 200);
    let query: AsyncExecution =
        client_with(&server, config).execute_async("SELECT 1").await.unwrap();
    query.wait().await.unwrap();
    let mut results = query.get_results().await.unwrap();
    let mut rows = ids(&[results.next().await.unwrap().unwrap()]);
    forget(&server).await;
    let error = loop {
        match results.next().await {
            Ok(batch) => rows.extend(ids(&[batch.expect("no end")])),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::ResultGone, "{error}");
    assert_eq!(rows, counted(0, results.position()));
    assert!(rows.len() < 200, "all was read ahead");
    let text = format!("; rows from {} on were not read", rows.len());
    assert!(error.to_string().contains(&text), "{error}");
    // A repeated call returns the same error.
    let error = results.next().await.unwrap_err();
    assert!(error.to_string().contains(&text), "{error}");
}

#[tokio::test(start_paused = true)]
async fn first_unread_row_is_named() {
    let lose = async |server: &Server| server.lose_operations();
    let sea_quirks = SeaQuirks { attachment_rows: 4, ..SeaQuirks::default() };
    let attachments = Quirks { sea: sea_quirks, ..Quirks::default() };
    names_the_row(Settings { quirks: attachments, ..Settings::default() }, hybrid(), lose).await;
    names_the_row(Settings { arrow: false, ..Settings::default() }, config(), lose).await;
}

#[tokio::test(start_paused = true)]
async fn result_expires_after_an_hour_while_it_is_read() {
    // Its links have expired, too, and are not renewed.
    let wait = async |_: &Server| tokio::time::sleep(seconds(3700)).await;
    names_the_row(chunked(1), sea(), wait).await;
}
