//! Decodes under a memory limit.

use std::collections::BTreeMap;

use bytes::Bytes;
use dbsql_protocol::{
    message::{Call, decode_reply},
    rpc::Rpc,
    wire::{DecodeError, Reader, ThriftStruct},
};

use crate::support::{
    generated::visit_all,
    messages::{MethodVisitor, visit_methods},
    sample::{SampleStruct, Visitor},
};

/// The memory limit for decoding a body, in addition to the body itself.
fn limit(body: usize) -> u64 {
    8 * body as u64 + 64 * 1024
}

/// Runs `decode` on a body and asserts that it stays within the limit.
#[track_caller]
pub(crate) fn bounded<T>(body: &Bytes, decode: impl FnOnce(Bytes) -> T) -> T {
    let mut result = None;
    let body_len = body.len();
    let body = body.clone();
    let used = allocation_counter::measure(|| result = Some(decode(body)));
    let peak = used.bytes_max;
    assert!(peak <= limit(body_len), "{peak} bytes for a body of {body_len}");
    result.expect("decode has run")
}

/// Reads one struct and visits all of it.
#[track_caller]
pub(crate) fn read<T: ThriftStruct>(body: &Bytes) -> Result<T, DecodeError> {
    bounded(body, |body| {
        let mut reader = Reader::new(body);
        let value = T::read(&mut reader)?;
        reader.finish().map(|()| value)
    })
}

/// Decodes a body and discards the result; returns whether it succeeded.
pub(crate) type Decode = Box<dyn Fn(&Bytes) -> bool>;

/// A decoder for each struct and union, by name.
pub(crate) fn struct_decoders() -> BTreeMap<String, Decode> {
    struct Decoders(BTreeMap<String, Decode>);

    impl Visitor for Decoders {
        fn visit<T: SampleStruct>(&mut self) {
            self.0.insert(T::NAME.to_owned(), Box::new(|body| read::<T>(body).is_ok()));
        }
    }

    let mut decoders = Decoders(BTreeMap::new());
    visit_all(&mut decoders);
    decoders.0
}

/// A decoder for the messages of each method, by name.
pub(crate) fn message_decoders() -> BTreeMap<String, Decode> {
    struct Decoders(BTreeMap<String, Decode>);

    impl MethodVisitor for Decoders {
        fn visit<R: Rpc>(&mut self)
        where
            R::Request: SampleStruct,
            R::Response: SampleStruct,
        {
            let decode = |body: &Bytes| {
                let is_reply = bounded(body, |body| decode_reply::<R>(body).is_ok());
                let is_call =
                    bounded(body, |body| Call::decode(body)?.arguments::<R>().map(|_| ())).is_ok();
                is_reply || is_call
            };
            self.0.insert(R::NAME.to_owned(), Box::new(decode));
        }
    }

    let mut decoders = Decoders(BTreeMap::new());
    visit_methods(&mut decoders);
    decoders.0
}
