//! `Debug` and errors print no secret.

use std::fmt::Debug;

use bytes::Bytes;
use dbsql_protocol::types::{
    TCancelDelegationTokenReq, TExecuteStatementReq, TGetDelegationTokenResp, THandleIdentifier,
    TOpenSessionReq, TOpenSessionResp, TRenewDelegationTokenReq, TSparkArrowResultLink,
    TSparkParameter, TSparkParameterValue, TSparkParameterValueArg, TStringColumn,
};

const SECRET: &str = "hunter2";

fn secret() -> String {
    SECRET.to_owned()
}

#[track_caller]
fn assert_hidden(value: &impl Debug) -> String {
    let (short, long) = (format!("{value:?}"), format!("{value:#?}"));
    let bytes = format!("{:?}", SECRET.as_bytes());
    for text in [&short, &long] {
        assert!(!text.contains(SECRET) && !text.contains(bytes.trim_matches(['[', ']'])), "{text}");
    }
    short
}

#[test]
fn handle_secret_is_hidden() {
    let guid = Bytes::from_static(b"public");
    let text = assert_hidden(&THandleIdentifier { guid, secret: Bytes::from(secret()) });
    assert!(text.contains("public") && text.contains("<redacted>"), "{text}");
}

#[test]
fn passwords_and_settings_are_hidden() {
    let settings = || Some([("name".to_owned(), secret())].into());
    let text = assert_hidden(&TOpenSessionReq {
        username: Some("me".to_owned()),
        password: Some(secret()),
        configuration: settings(),
        connection_properties: settings(),
        ..Default::default()
    });
    assert!(text.contains("\"me\"") && text.contains("\"name\""), "{text}");
    assert_hidden(&TOpenSessionResp { configuration: settings(), ..Default::default() });
}

#[test]
fn statements_and_parameters_are_hidden() {
    let argument = || TSparkParameterValueArg {
        value: Some(secret()),
        arguments: Some(vec![TSparkParameterValueArg {
            value: Some(secret()),
            ..Default::default()
        }]),
        ..Default::default()
    };
    let parameter = TSparkParameter {
        name: Some("p".to_owned()),
        value: Some(TSparkParameterValue::StringValue(secret())),
        arguments: Some(vec![argument()]),
        ..Default::default()
    };
    assert_hidden(&argument());
    assert_hidden(&parameter);
    assert_hidden(&TSparkParameterValue::StringValue(secret()));
    assert_hidden(&TExecuteStatementReq {
        statement: format!("SELECT '{SECRET}'"),
        conf_overlay: Some([("name".to_owned(), secret())].into()),
        parameters: Some(vec![parameter]),
        ..Default::default()
    });
}

#[test]
fn links_are_printed_up_to_their_query() {
    let link = TSparkArrowResultLink {
        file_link: format!("https://user:{SECRET}@host.example/path?signature={SECRET}"),
        http_headers: Some([("x-key".to_owned(), secret())].into()),
        ..Default::default()
    };
    let text = assert_hidden(&link);
    assert!(text.contains("\"https://host.example/path?<redacted>\""), "{text}");
}

#[test]
fn delegation_tokens_are_hidden() {
    assert_hidden(&TGetDelegationTokenResp {
        delegation_token: Some(secret()),
        ..Default::default()
    });
    assert_hidden(&TCancelDelegationTokenReq { delegation_token: secret(), ..Default::default() });
    assert_hidden(&TRenewDelegationTokenReq { delegation_token: secret(), ..Default::default() });
}

#[test]
fn rows_are_not_printed() {
    let column = TStringColumn { values: [SECRET].into_iter().collect(), nulls: Bytes::new() };
    assert_hidden(&column);
}
