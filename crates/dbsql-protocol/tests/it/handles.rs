//! Handles are written and read without loss, and nothing else parses as a handle.

use dbsql_protocol::handle::{ExecutionHandle, HandleEndpoint, Protocol, QueryId, QuerySecret};
use proptest::prelude::*;
use serde_json::{Value, json};

const ID: &str = "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b";
const SECRET: &str = "c2ee5b97-3ea0-41fc-ac16-9bd708ed8f38";

fn thrift() -> ExecutionHandle {
    format!("{ID}:{SECRET}").parse().expect("a handle")
}

prop_compose! {
    fn any_handle()(
        id in any::<[u8; 16]>(),
        secret in proptest::option::of(any::<[u8; 16]>()),
        endpoint in proptest::option::of(("[a-z.]{1,9}(:80[0-9]{2})?", "[a-zA-Z0-9/?=.]{0,9}")),
    ) -> ExecutionHandle {
        let id = QueryId::from_guid(&id).expect("16 bytes");
        let secret = secret.map(|secret| QuerySecret::from_wire(&secret).expect("16 bytes"));
        let handle = match secret {
            Some(secret) => ExecutionHandle::thrift(id, secret),
            None => ExecutionHandle::sea(id),
        };
        match endpoint {
            Some((host, path)) => handle.at(HandleEndpoint::new(&host, &path)),
            None => handle,
        }
    }
}

proptest! {
    #[test]
    fn text_form_round_trips(handle in any_handle()) {
        let read: ExecutionHandle = handle.serialize().parse().expect("reads back");
        prop_assert_eq!(read.endpoint(), None);
        let read = match handle.endpoint() {
            Some(endpoint) => read.at(endpoint.clone()),
            None => read,
        };
        prop_assert_eq!(read, handle);
    }

    #[test]
    fn versioned_form_round_trips(handle in any_handle()) {
        let text = serde_json::to_string(&handle).expect("writes");
        let read: ExecutionHandle = serde_json::from_str(&text).expect("reads back");
        prop_assert_eq!(read, handle);
    }

    #[test]
    fn wire_form_round_trips(handle in any_handle()) {
        match handle.to_identifier() {
            Some(identifier) => {
                let read = ExecutionHandle::from_identifier(&identifier).expect("reads back");
                prop_assert_eq!(read.serialize(), handle.serialize());
            }
            None => prop_assert_eq!(handle.protocol(), Protocol::Sea),
        }
    }

    #[test]
    fn text_is_a_handle_only_if_it_round_trips(text in "(sea:)?[0-9a-fA-F:-]{30,80}|\\PC*") {
        if let Ok(handle) = text.parse::<ExecutionHandle>() {
            prop_assert_eq!(handle.serialize(), text.to_ascii_lowercase());
        }
    }

    #[test]
    fn normalizing_a_place_is_idempotent(host in "(https?://)?[A-Za-z.0-9/ ]{0,12}(:443)?/?(:443)?", path in "[/a-z ]{0,9}") {
        let endpoint = HandleEndpoint::new(&host, &path);
        prop_assert_eq!(HandleEndpoint::new(endpoint.host(), endpoint.http_path()), endpoint);
    }
}

#[test]
fn handle_returns_its_parts() {
    let handle = thrift();
    assert_eq!(handle.protocol(), Protocol::Thrift);
    assert_eq!(handle.query_id().to_string(), ID);
    let secret = handle.query_secret().expect("a secret");
    assert_eq!(secret.expose().to_string(), SECRET);

    let sea: ExecutionHandle = format!("sea:{ID}").parse().expect("a handle");
    assert_eq!(sea, ExecutionHandle::sea(ID.parse().expect("an id")));
    assert_eq!((sea.protocol(), sea.query_secret()), (Protocol::Sea, None));
    assert_eq!(sea.to_identifier(), None);
}

#[test]
fn upper_case_is_read_and_lower_case_is_written() {
    let upper = format!("{}:{}", ID.to_uppercase(), SECRET.to_uppercase());
    let handle: ExecutionHandle = upper.parse().expect("a handle");
    assert_eq!(handle, thrift());
    assert_eq!(handle.serialize(), format!("{ID}:{SECRET}"));
}

#[test]
fn surrounding_whitespace_is_ignored() {
    for text in [format!("{ID}:{SECRET}\n"), format!(" {ID}:{SECRET}\r\n")] {
        assert_eq!(text.parse::<ExecutionHandle>().expect("a handle"), thrift());
    }
}

#[test]
fn invalid_text_is_rejected_without_quoting_it() {
    let simple = SECRET.replace('-', "");
    for text in [
        String::new(),
        ID.to_owned(),
        format!("{ID}|{SECRET}"),
        format!("{ID}:"),
        format!(":{SECRET}"),
        format!("{ID}:{SECRET}:"),
        format!("{ID}: {SECRET}"),
        format!("{ID}:{simple}"),
        format!("{ID}:{{{SECRET}}}"),
        format!("{ID}:urn:uuid:{SECRET}"),
        format!("{ID}:{}", SECRET.replacen('c', "g", 1)),
        format!("SEA:{ID}"),
        format!("sea:{ID}:{SECRET}"),
        "sea:".to_owned(),
        format!("thrift:{ID}:{SECRET}"),
    ] {
        let error = text.parse::<ExecutionHandle>().expect_err(&text);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(&SECRET[..8]) && !shown.contains(&ID[..8]), "{shown}");
        assert!(shown.contains("<query id>:<query secret>"), "{shown}");
    }
}

#[test]
fn debug_hides_the_secret() {
    let text = format!("{:?}", thrift().at(HandleEndpoint::new("host", "path")));
    assert!(text.contains(ID) && text.contains("host") && text.contains("<redacted>"), "{text}");
    for part in SECRET.split('-') {
        assert!(!text.contains(part), "{text}");
    }
    let bytes = format!("{:?}", thrift().query_secret());
    assert_eq!(bytes, "Some(<redacted>)");
}

#[test]
fn versioned_form_has_named_fields() {
    let endpoint = HandleEndpoint::new("Example.COM:443", "/sql/1.0/warehouses/Abc/");
    let value = serde_json::to_value(thrift().at(endpoint)).expect("writes");
    assert_eq!(
        value,
        json!({
            "version": 1, "protocol": "thrift", "host": "example.com",
            "http_path": "sql/1.0/warehouses/Abc", "query_id": ID, "query_secret": SECRET,
        })
    );
    let sea = ExecutionHandle::sea(ID.parse().expect("an id"));
    let value = serde_json::to_value(sea).expect("writes");
    assert_eq!(value, json!({ "version": 1, "protocol": "sea", "query_id": ID }));
}

#[test]
fn mistakes_in_the_versioned_form_are_named() {
    let full = || {
        json!({
            "version": 1, "protocol": "thrift", "host": "h", "http_path": "p",
            "query_id": ID, "query_secret": SECRET,
        })
    };
    let with = |name: &str, new: Value| {
        let mut value = full();
        value[name] = new;
        value.to_string()
    };
    let without = |name: &str| {
        let mut value = full();
        value.as_object_mut().expect("an object").remove(name);
        value.to_string()
    };
    for (text, complaint) in [
        (with("version", json!(2)), "unknown version of an execution handle: expected version 1"),
        (without("version"), "missing field `version`"),
        (
            with("colour", json!("red")),
            "unknown field in an execution handle: expected `version`, ",
        ),
        (with("protocol", json!("carrier pigeon")), "expected `thrift` or `sea` as protocol"),
        (without("protocol"), "missing field `protocol`"),
        (with("query_id", json!("x")), "invalid query id: expected a hyphenated UUID"),
        (without("query_id"), "missing field `query_id`"),
        (
            with("query_secret", json!(format!("{SECRET}0"))),
            "invalid query secret: expected a hyphenated UUID",
        ),
        (without("query_secret"), "missing field `query_secret`"),
        (without("host"), "missing field `host`"),
        (without("http_path"), "missing field `http_path`"),
        (
            with("protocol", json!("sea")),
            "unexpected `query_secret`: handles of protocol `sea` have none",
        ),
        (r#"{"version":1,"version":1}"#.to_owned(), "duplicate field `version`"),
        (format!("[\"{ID}:{SECRET}\"]"), "expected an execution handle"),
    ] {
        let error = serde_json::from_str::<ExecutionHandle>(&text).expect_err(&text).to_string();
        assert!(error.contains(complaint), "{error}");
        assert!(!error.contains(&SECRET[..8]), "{error}");
    }
}

#[test]
fn later_version_may_have_other_fields() {
    for text in [
        r#"{"version":9,"protocol":{"name":"quic"},"shards":[1]}"#,
        r#"{"shards":[1],"version":9}"#,
    ] {
        let error = serde_json::from_str::<ExecutionHandle>(text).expect_err(text).to_string();
        assert!(error.contains("unknown version"), "{error}");
    }
}

#[test]
fn ids_of_another_length_are_rejected() {
    let error = QueryId::from_guid(&[0; 15]).expect_err("15 bytes");
    assert_eq!(error.to_string(), "invalid operation identifier: expected 16 bytes, found 15");
    assert_eq!(QuerySecret::from_wire(&[0; 17]).map_err(|e| e.found), Err(17));
}

#[test]
fn query_id_serializes_as_a_string() {
    let id: QueryId = ID.to_uppercase().parse().expect("an id");
    assert_eq!(serde_json::to_value(id).expect("writes"), json!(ID));
    assert_eq!(serde_json::from_value::<QueryId>(json!(ID)).expect("reads"), id);
    assert!(serde_json::from_value::<QueryId>(json!(5)).is_err());
    assert_eq!(format!("{id:?}"), format!("QueryId({ID})"));
}
