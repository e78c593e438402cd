//! The sample messages: calls and replies of some methods, and exceptions.

use bytes::Bytes;
use dbsql_protocol::{
    message::{self, ApplicationException, ApplicationExceptionKind},
    rpc::{self, Rpc},
};

use super::sample::SampleStruct;

/// Visits every method that has sample messages.
pub(crate) trait MethodVisitor {
    fn visit<R: Rpc>(&mut self)
    where
        R::Request: SampleStruct,
        R::Response: SampleStruct;
}

/// The methods that have sample messages.
pub(crate) fn visit_methods(visitor: &mut impl MethodVisitor) {
    visitor.visit::<rpc::OpenSession>();
    visitor.visit::<rpc::ExecuteStatement>();
    visitor.visit::<rpc::GetOperationStatus>();
    visitor.visit::<rpc::FetchResults>();
    visitor.visit::<rpc::CloseOperation>();
}

/// The sequence id of sample replies and exceptions.
pub(crate) const SEQUENCE_ID: i32 = 7;

pub(crate) fn call<R: Rpc>() -> Bytes
where
    R::Request: SampleStruct,
{
    message::encode_call::<R>(&R::Request::full())
}

pub(crate) fn reply<R: Rpc>() -> Bytes
where
    R::Response: SampleStruct,
{
    message::encode_reply::<R>(SEQUENCE_ID, &R::Response::full())
}

pub(crate) fn exception<R: Rpc>() -> Bytes {
    message::encode_exception(R::NAME, SEQUENCE_ID, &sample_exception())
}

pub(crate) fn sample_exception() -> ApplicationException {
    ApplicationException {
        message: "no such méthod".to_owned(),
        kind: ApplicationExceptionKind::UNKNOWN_METHOD,
    }
}
