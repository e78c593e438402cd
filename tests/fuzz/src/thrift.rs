//! Thrift messages: replies and calls of each method, and skipped values.

use std::fmt::{self, Debug, Write};

use bytes::Bytes;
use dbsql_protocol::message::{Call, ReplyError, decode_reply, encode_call, encode_reply};
use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::types::{
    TColumn, TExecuteStatementResp, TFetchResultsResp, TGetResultSetMetadataResp, TOpenSessionReq,
    TRowSet, TSparkParameterValueArg, TStatus, TTableSchema,
};
use dbsql_protocol::wire::{DecodeError, Reader, ThriftStruct, WireType};

use crate::input::Input;

type Decode = fn(&Bytes) -> bool;

macro_rules! for_each_method {
    ($decode:ident) => {
        [
            $decode::<rpc::FetchResults>,
            $decode::<rpc::ExecuteStatement>,
            $decode::<rpc::GetOperationStatus>,
            $decode::<rpc::GetResultSetMetadata>,
            $decode::<rpc::OpenSession>,
            $decode::<rpc::CloseSession>,
            $decode::<rpc::CancelOperation>,
            $decode::<rpc::CloseOperation>,
            $decode::<rpc::GetInfo>,
            $decode::<rpc::GetTypeInfo>,
            $decode::<rpc::GetCatalogs>,
            $decode::<rpc::GetSchemas>,
            $decode::<rpc::GetTables>,
            $decode::<rpc::GetTableTypes>,
            $decode::<rpc::GetColumns>,
            $decode::<rpc::GetFunctions>,
            $decode::<rpc::GetPrimaryKeys>,
            $decode::<rpc::GetCrossReference>,
            $decode::<rpc::GetDelegationToken>,
            $decode::<rpc::CancelDelegationToken>,
            $decode::<rpc::RenewDelegationToken>,
        ]
    };
}

const REPLIES: [Decode; rpc::METHODS.len()] = for_each_method!(reply_to);
const CALLS: [Decode; rpc::METHODS.len()] = for_each_method!(call_of);

/// Returns the first byte of an input for a reply to, or a call of, the method.
pub(crate) fn selector(method: &str) -> u8 {
    fn name<R: Rpc>() -> &'static str {
        R::NAME
    }
    let names: [fn() -> &'static str; rpc::METHODS.len()] = for_each_method!(name);
    let at = names.iter().position(|name| name() == method).expect("every method is there");
    u8::try_from(at).expect("few methods")
}

/// A reply. The first byte selects the method.
pub(crate) fn reply(input: &[u8]) -> bool {
    run(&REPLIES, input)
}

/// A call as a server reads it. The first byte selects the method.
pub(crate) fn call(input: &[u8]) -> bool {
    run(&CALLS, input)
}

fn run(decoders: &[Decode], input: &[u8]) -> bool {
    let mut input = Input::new(input);
    let decode = decoders[usize::from(input.byte()) % decoders.len()];
    decode(&Bytes::copy_from_slice(input.rest()))
}

fn reply_to<R: Rpc>(body: &Bytes) -> bool
where
    R::Response: Debug,
{
    match bounded(body, decode_reply::<R>) {
        Ok(response) => {
            print(&response);
            let written = encode_reply::<R>(0, &response);
            match decode_reply::<R>(written.clone()) {
                Ok(again) => assert_eq!(encode_reply::<R>(0, &again), written),
                // Without its unknown fields a body is shorter and has a smaller budget.
                Err(ReplyError::Decode(DecodeError::BudgetExceeded { .. })) => {}
                Err(error) => panic!("a reply that was written cannot be read: {error:?}"),
            }
            true
        }
        Err(error) => {
            print(&error);
            matches!(error, ReplyError::Exception(_))
        }
    }
}

fn call_of<R: Rpc>(body: &Bytes) -> bool
where
    R::Request: Debug,
{
    let read = |body| Call::decode(body)?.arguments::<R>();
    match bounded(body, read) {
        Ok(request) => {
            print(&request);
            let written = encode_call::<R>(&request);
            match read(written.clone()) {
                Ok(again) => assert_eq!(encode_call::<R>(&again), written),
                Err(DecodeError::BudgetExceeded { .. }) => {}
                Err(error) => panic!("a call that was written cannot be read: {error:?}"),
            }
            true
        }
        Err(error) => {
            print(&error);
            false
        }
    }
}

/// The structs that [`skip`] reads, in the order of its first byte.
pub(crate) const STRUCT_NAMES: [&str; 9] = [
    TStatus::NAME,
    TRowSet::NAME,
    TColumn::NAME,
    TTableSchema::NAME,
    TFetchResultsResp::NAME,
    TExecuteStatementResp::NAME,
    TGetResultSetMetadataResp::NAME,
    TOpenSessionReq::NAME,
    TSparkParameterValueArg::NAME,
];

/// A struct whose fields are partly or all unknown. Reading it must end where skipping it does.
pub(crate) fn skip(input: &[u8]) -> bool {
    const STRUCTS: [fn(&Bytes) -> Option<usize>; STRUCT_NAMES.len()] = [
        read::<TStatus>,
        read::<TRowSet>,
        read::<TColumn>,
        read::<TTableSchema>,
        read::<TFetchResultsResp>,
        read::<TExecuteStatementResp>,
        read::<TGetResultSetMetadataResp>,
        read::<TOpenSessionReq>,
        read::<TSparkParameterValueArg>,
    ];
    let mut input = Input::new(input);
    let read = STRUCTS[usize::from(input.byte()) % STRUCTS.len()];
    let body = Bytes::copy_from_slice(input.rest());
    let skipped = bounded(&body, |body| {
        let mut reader = Reader::new(body);
        reader.skip(WireType::Struct).map(|()| reader.remaining())
    });
    match (skipped, read(&body)) {
        (Ok(skipped), Some(read)) => {
            assert_eq!(skipped, read, "the end of a struct depends on who reads it");
            true
        }
        (Err(error), Some(_)) => panic!("a struct that can be read is not skipped: {error:?}"),
        (Ok(_), None) | (Err(_), None) => false,
    }
}

/// The number of bytes after the struct.
fn read<T: ThriftStruct>(body: &Bytes) -> Option<usize> {
    bounded(body, |body| {
        let mut reader = Reader::new(body);
        T::read(&mut reader).ok().map(|_| reader.remaining())
    })
}

/// Decodes, and checks the memory bound.
fn bounded<T>(body: &Bytes, decode: impl FnOnce(Bytes) -> T) -> T {
    let mut result = None;
    let body = body.clone();
    let limit = 8 * body.len() as u64 + 64 * 1024;
    let used = allocation_counter::measure(|| result = Some(decode(body)));
    assert!(used.bytes_max <= limit, "{} bytes, more than {limit}", used.bytes_max);
    result.expect("it was decoded")
}

/// Formats the value, which must not panic.
fn print(value: &impl Debug) {
    struct Nowhere;
    impl Write for Nowhere {
        fn write_str(&mut self, _: &str) -> fmt::Result {
            Ok(())
        }
    }
    write!(Nowhere, "{value:?}").expect("nowhere takes all text");
}
