//! Bodies that are not the expected message.

use bytes::Bytes;
use dbsql_protocol::{
    message::{
        self, ApplicationException, ApplicationExceptionKind, Call, ReplyError, decode_reply,
        decode_reply_within,
    },
    rpc::{CloseSession, METHODS, OpenSession},
    types::{TCloseSessionResp, TStatus, TStatusCode},
    wire::DecodeError,
};

fn reply() -> Bytes {
    message::encode_reply::<CloseSession>(3, &TCloseSessionResp::default())
}

fn reply_error(body: impl Into<Bytes>) -> DecodeError {
    match decode_reply::<CloseSession>(body.into()) {
        Err(ReplyError::Decode(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn reply_to_another_method_is_rejected() {
    let Err(ReplyError::Decode(error)) = decode_reply::<OpenSession>(reply()) else { panic!() };
    let found = "CloseSession".to_owned();
    assert_eq!(error, DecodeError::WrongMethod { expected: "OpenSession", found });
}

#[test]
fn arguments_of_another_method_are_rejected() {
    let body = message::encode_call::<CloseSession>(&Default::default());
    let call = Call::decode(body).expect("a call");
    let error = call.arguments::<OpenSession>().expect_err("another method");
    assert!(matches!(error, DecodeError::WrongMethod { expected: "OpenSession", .. }), "{error}");
}

#[test]
fn exception_is_a_distinct_error() {
    let exception = ApplicationException {
        message: "Invalid method name: 'Nope'".to_owned(),
        kind: ApplicationExceptionKind(99),
    };
    let body = message::encode_exception("Nope", 0, &exception);
    let error = decode_reply::<CloseSession>(body).expect_err("an exception");
    assert_eq!(error, ReplyError::Exception(exception.clone()));
    assert_eq!(exception.to_string(), "exception of type 99: Invalid method name: 'Nope'");
}

#[test]
fn reply_stays_within_the_given_budget() {
    let texts = Some(vec!["text".to_owned(); 10_000]);
    let status = TStatus { info_messages: texts, ..TStatus::default() };
    let body = message::encode_reply::<CloseSession>(0, &TCloseSessionResp { status });
    let needed = 10_000 * (size_of::<String>() + 4);
    assert!(decode_reply_within::<CloseSession>(body.clone(), needed + 1_000).is_ok());
    let budget = needed - 1;
    let error = decode_reply_within::<CloseSession>(body, budget).expect_err("too little");
    let ReplyError::Decode(DecodeError::BudgetExceeded { budget: named, .. }) = error else {
        panic!("{error:?}")
    };
    assert_eq!(named, budget);
    // The budget never exceeds the default.
    let hollow =
        TStatus { info_messages: Some(vec![String::new(); 100_000]), ..Default::default() };
    let body = message::encode_reply::<CloseSession>(0, &TCloseSessionResp { status: hollow });
    assert_eq!(
        decode_reply_within::<CloseSession>(body.clone(), usize::MAX).is_ok(),
        decode_reply::<CloseSession>(body).is_ok()
    );
}

#[test]
fn bytes_after_the_message_are_rejected() {
    let body = [&reply()[..], b"\0\0"].concat();
    let at = reply().len();
    assert_eq!(reply_error(body), DecodeError::TrailingBytes { at, count: 2 });

    let call = message::encode_call::<CloseSession>(&Default::default());
    let call = Call::decode(Bytes::from([&call[..], b"\0"].concat())).expect("a call");
    let error = call.arguments::<CloseSession>().expect_err("a byte too many");
    assert!(matches!(error, DecodeError::TrailingBytes { count: 1, .. }), "{error}");
}

#[test]
fn reply_without_a_result_is_rejected() {
    let head = reply().len() - encoded_response().len() - 4;
    let body = [&reply()[..head], &[0][..]].concat();
    let expected = DecodeError::MissingField { strct: "CloseSession", field: "success" };
    assert_eq!(reply_error(body), expected);
}

fn encoded_response() -> Vec<u8> {
    use dbsql_protocol::wire::{ThriftStruct as _, Writer};
    let mut writer = Writer::new();
    TCloseSessionResp::default().write(&mut writer);
    writer.finish().to_vec()
}

#[test]
fn calls_and_replies_are_not_interchangeable() {
    let call = message::encode_call::<CloseSession>(&Default::default());
    assert_eq!(reply_error(call), DecodeError::WrongMessageType { expected: "a reply", found: 1 });
    let error = Call::decode(reply()).expect_err("a reply");
    assert_eq!(error, DecodeError::WrongMessageType { expected: "a call", found: 2 });
}

#[test]
fn one_way_call_is_rejected() {
    let mut body = message::encode_call::<CloseSession>(&Default::default()).to_vec();
    body[3] = 4;
    let error = Call::decode(body.into()).expect_err("one-way");
    assert_eq!(error, DecodeError::WrongMessageType { expected: "a call", found: 4 });
}

#[test]
fn html_is_rejected_and_its_beginning_is_shown() {
    let body = "<!DOCTYPE html>\n<title>\"Sign in\"</title> and so on, for more than 64 characters";
    let error = reply_error(body);
    assert_eq!(
        error.to_string(),
        "expected Thrift, found a body that starts with \
         \"<!DOCTYPE html>.<title>.Sign in.</title> and so on, for more tha\""
    );
}

#[test]
fn empty_body_is_truncated() {
    assert_eq!(reply_error(""), DecodeError::Truncated { at: 0, needed: 4 });
}

#[test]
fn old_heads_and_other_versions_are_rejected() {
    // The old head starts with the length of the method's name.
    let old = b"\0\0\0\x0cCloseSession\x02\0\0\0\0\0";
    assert_eq!(reply_error(&old[..]), DecodeError::BadVersion { head: 12 });
    let mut other = reply().to_vec();
    other[1] = 2;
    assert_eq!(reply_error(other), DecodeError::BadVersion { head: 0x8002_0002 });
}

#[test]
fn long_method_name_is_cut_in_the_error() {
    let name = "n".repeat(10_000);
    let body = message::encode_exception(&name, 0, &Default::default());
    let mut body = body.to_vec();
    body[3] = 2;
    let DecodeError::WrongMethod { found, .. } = reply_error(body) else { panic!() };
    assert_eq!(found.len(), 64);
}

#[test]
fn every_method_has_a_name() {
    assert_eq!(METHODS.len(), 21);
    assert!(METHODS.contains(&"ExecuteStatement"));
}

#[test]
fn failed_call_is_an_ordinary_response() {
    let response = TCloseSessionResp {
        status: TStatus {
            status_code: TStatusCode::INVALID_HANDLE_STATUS,
            error_message: Some("Invalid SessionHandle".to_owned()),
            ..Default::default()
        },
    };
    let body = message::encode_reply::<CloseSession>(0, &response);
    assert_eq!(decode_reply::<CloseSession>(body), Ok(response));
}
