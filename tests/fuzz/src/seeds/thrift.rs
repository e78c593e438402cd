//! Messages of each method, from samples written by another implementation.

use bytes::Bytes;
use dbsql_protocol::message::{ApplicationException, encode_call, encode_exception, encode_reply};
use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::wire::{Reader, ThriftStruct};

use crate::Seed;
use crate::thrift::{STRUCT_NAMES, selector};

/// Structs and unions, one `name case hex` per line.
const STRUCTS: &str = include_str!("../../../../crates/dbsql-protocol/tests/fixtures/structs.txt");

/// The samples of a struct: their cases and bytes.
fn samples(name: &str) -> Vec<(&'static str, Vec<u8>)> {
    let of_name = |line: &'static str| {
        let rest = line.strip_prefix(name)?.strip_prefix(' ')?;
        let (case, hex) = rest.split_once(' ')?;
        // An empty struct lacks the required fields.
        if case == "empty" {
            return None;
        }
        let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex digits");
        Some((case, (0..hex.len()).step_by(2).map(byte).collect::<Vec<_>>()))
    };
    STRUCTS.lines().filter_map(of_name).collect()
}

fn sample<T: ThriftStruct>(bytes: Vec<u8>) -> T {
    T::read(&mut Reader::new(Bytes::from(bytes))).expect("a sample can be read")
}

fn message(method: &str, body: &[u8]) -> Vec<u8> {
    [&[selector(method)][..], body].concat()
}

fn replies_to<R: Rpc>() -> Vec<Seed> {
    let seed = |(case, bytes)| {
        let body = encode_reply::<R>(0, &sample::<R::Response>(bytes));
        Seed::new(format!("{}-{case}", R::NAME), message(R::NAME, &body))
    };
    samples(R::Response::NAME).into_iter().map(seed).collect()
}

fn calls_of<R: Rpc>() -> Vec<Seed> {
    let seed = |(case, bytes)| {
        let body = encode_call::<R>(&sample::<R::Request>(bytes));
        Seed::new(format!("{}-{case}", R::NAME), message(R::NAME, &body))
    };
    samples(R::Request::NAME).into_iter().map(seed).collect()
}

pub(crate) fn replies() -> Vec<Seed> {
    let exception = ApplicationException { message: "no".to_owned(), ..Default::default() };
    let exception = encode_exception("FetchResults", 0, &exception);
    let exception = Seed::new("exception", message("FetchResults", &exception));
    [
        replies_to::<rpc::FetchResults>(),
        replies_to::<rpc::ExecuteStatement>(),
        replies_to::<rpc::GetOperationStatus>(),
        replies_to::<rpc::GetResultSetMetadata>(),
        replies_to::<rpc::OpenSession>(),
        replies_to::<rpc::CancelOperation>(),
        replies_to::<rpc::GetInfo>(),
        replies_to::<rpc::GetColumns>(),
        replies_to::<rpc::GetDelegationToken>(),
        vec![exception],
    ]
    .concat()
}

pub(crate) fn calls() -> Vec<Seed> {
    [
        calls_of::<rpc::OpenSession>(),
        calls_of::<rpc::ExecuteStatement>(),
        calls_of::<rpc::GetOperationStatus>(),
        calls_of::<rpc::FetchResults>(),
        calls_of::<rpc::CloseOperation>(),
        calls_of::<rpc::GetTables>(),
    ]
    .concat()
}

/// The samples of each struct that `skip` reads.
pub(crate) fn structs() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for (at, name) in (0..).zip(STRUCT_NAMES) {
        for (case, bytes) in samples(name) {
            seeds.push(Seed::new(format!("{name}-{case}"), [&[at][..], &bytes].concat()));
        }
    }
    seeds
}
