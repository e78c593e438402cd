//! Responses with unknown fields.

use std::collections::BTreeSet;

use dbsql_local::{Quirks, Settings};
use dbsql_protocol::message::encode_call;
use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::types::{
    TExecuteStatementReq, TGetInfoReq, TGetInfoType, TGetTypeInfoReq, TOpenSessionReq,
};
use dbsql_protocol::wire::{Reader, WireType};

use crate::support::{Client, Failure, TEN, Warehouse, direct, from_row, ids, next};

async fn start(unknown_fields: bool, link_threshold: u64) -> Warehouse {
    let quirks = Quirks { unknown_fields, ..Quirks::default() };
    let settings = Settings { quirks, link_threshold, ..Settings::default() };
    Warehouse::with_settings(settings).await
}

async fn same<R: Rpc>(clients: [&Client; 2], requests: [&R::Request; 2])
where
    R::Response: std::fmt::Debug,
{
    let [plain, odd] = clients;
    let answers: [Result<R::Response, Failure>; 2] =
        [plain.call::<R>(requests[0]).await, odd.call::<R>(requests[1]).await];
    let [plain, odd] = answers.map(|answer| format!("{:?}", answer.expect("an answer")));
    assert_eq!(plain, odd);
}

/// The same seed on both sides, so that the responses differ only in these fields.
#[tokio::test(start_paused = true)]
async fn client_that_skips_unknown_fields_reads_the_same() {
    let (plain, odd) = (start(false, 0).await, start(true, 0).await);
    assert_eq!(plain.session, odd.session);
    let clients = [&plain.client, &odd.client];
    let session = &plain.session;
    let info =
        TGetInfoReq { session_handle: session.clone(), info_type: TGetInfoType::CLI_DBMS_NAME };
    same::<rpc::GetInfo>(clients, [&info, &info]).await;
    let types = TGetTypeInfoReq {
        session_handle: session.clone(),
        get_direct_results: direct(session, "").get_direct_results,
        run_async: Some(true),
    };
    same::<rpc::GetTypeInfo>(clients, [&types, &types]).await;
    for request in [
        direct(session, TEN),
        TExecuteStatementReq { can_read_arrow_result: None, ..direct(session, TEN) },
        TExecuteStatementReq { can_download_result: Some(true), ..direct(session, TEN) },
        direct(session, "SELECT nothing"),
    ] {
        same::<rpc::ExecuteStatement>(clients, [&request, &request]).await;
    }
    let mut handles = Vec::new();
    for w in [&plain, &odd] {
        let handle = w.client.submit(session, TEN).await;
        w.client.wait(&handle).await;
        handles.push(handle);
    }
    let requests = [&from_row(&handles[0], 2, 5), &from_row(&handles[1], 2, 5)];
    same::<rpc::FetchResults>(clients, requests).await;
    let rows = odd.client.fetch(next(&handles[1], 100)).await;
    assert_eq!(ids(&rows), (7..10).collect::<Vec<_>>());
}

/// Collects the ids and types of the fields of all structs below the next one.
fn fields(reader: &mut Reader, wire_type: WireType, found: &mut Vec<(i16, WireType)>) {
    match wire_type {
        WireType::Struct => {
            reader.begin_struct().expect("a struct");
            let mut ids = BTreeSet::new();
            while let Some(field) = reader.next_field().expect("a field") {
                assert!(ids.insert(field.id), "{} twice", field.id);
                found.push((field.id, field.wire_type));
                fields(reader, field.wire_type, found);
            }
        }
        other => reader.skip(other).expect("a value"),
    }
}

#[tokio::test(start_paused = true)]
async fn unknown_fields_of_every_type_are_in_every_struct() {
    let w = start(true, u64::MAX).await;
    let answer = async |call| {
        let body = w.client.post(call).await.expect("an answer").into_body();
        let mut reader = Reader::new(body.collect(usize::MAX).await.expect("a body"));
        reader.i32().expect("a version");
        reader.binary().expect("a name");
        reader.i32().expect("a sequence id");
        let mut found = Vec::new();
        fields(&mut reader, WireType::Struct, &mut found);
        reader.finish().expect("nothing after it");
        found
    };
    let found = answer(encode_call::<rpc::ExecuteStatement>(&direct(&w.session, TEN))).await;
    // The response, its status, handle and id; the direct results, and their parts.
    let structs = found.iter().filter(|(id, _)| *id == 3329).count();
    assert!(structs > 10, "{structs}");
    for wire_type in [
        WireType::Bool,
        WireType::I8,
        WireType::I16,
        WireType::I32,
        WireType::I64,
        WireType::Double,
        WireType::Binary,
        WireType::Struct,
        WireType::List,
        WireType::Set,
        WireType::Map,
    ] {
        let unknown = found.iter().any(|&(id, found)| id >= 3329 && found == wire_type);
        assert!(unknown, "{wire_type:?}");
    }
    // A session handle has its own field 3329, and keeps it.
    let found = answer(encode_call::<rpc::OpenSession>(&TOpenSessionReq::default())).await;
    assert!(found.contains(&(3329, WireType::I32)), "{found:?}");
    assert_eq!(w.session.server_protocol_version, Some(42249));
}
