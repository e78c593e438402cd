//! Errors of handles quote nothing of their input.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::{Debug, Display};

use dbsql_protocol::handle::{ExecutionHandle, HandleEndpoint, Protocol, QueryId, QuerySecret};
use proptest::prelude::*;
use serde::de::value::{
    BoolDeserializer, BorrowedBytesDeserializer, BorrowedStrDeserializer, BytesDeserializer,
    CharDeserializer, F64Deserializer, I64Deserializer, I128Deserializer, MapDeserializer,
    SeqDeserializer, StrDeserializer, StringDeserializer, U64Deserializer, U128Deserializer,
    UnitDeserializer,
};
use serde::de::{Deserialize, DeserializeOwned, IntoDeserializer};
use serde_json::{Value, json};

const ID: &str = "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b";
const SECRET: &str = "c2ee5b97-3ea0-41fc-ac16-9bd708ed8f38";
/// A secret that is not a UUID, and one for where only a number can be.
const CANARY: &str = "canary7349";
const NUMBER: u64 = 73_497_349_734_973;

/// An error of serde's value deserializers, which build an error of this type from any text.
type ValueError = serde::de::value::Error;

fn thrift() -> ExecutionHandle {
    format!("{ID}:{SECRET}").parse().expect("a handle")
}

/// Everything that an error prints: `Display` and `Debug` of itself and of its sources.
fn shown(error: &(dyn Error + 'static)) -> String {
    let mut shown = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        shown.push_str(&format!("{error} {error:?} {error:#?} "));
        next = error.source();
    }
    shown
}

#[track_caller]
fn assert_silent(error: &(dyn Error + 'static), input: &impl Debug) {
    let shown = shown(error);
    // Any part of the secret counts, and so does the number, however it is written.
    for canary in [CANARY, "7349", "c2ee5b97", "3ea0", "41fc", "ac16", "9bd708ed8f38"] {
        assert!(!shown.contains(canary), "{canary} of {input:?} is in {shown}");
    }
}

/// Reads the text as `T` and checks that an error does not quote it.
#[track_caller]
fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let value = serde_json::from_str::<T>(text);
    if let Ok(tree) = serde_json::from_str::<Value>(text) {
        // A tree is asked for its types in other ways.
        if let Err(error) = serde_json::from_value::<T>(tree.clone()) {
            assert_silent(&error, &text);
        }
        if let Err(error) = T::deserialize(&tree) {
            assert_silent(&error, &text);
        }
    }
    value.inspect_err(|error| assert_silent(error, &text)).ok()
}

#[test]
fn text_form_deserializes_from_a_string() {
    let text = format!("\"{ID}:{SECRET}\"");
    assert_eq!(read::<ExecutionHandle>(&text), Some(thrift()));
    assert_eq!(read::<ExecutionHandle>(&format!("\"{ID}:{SECRET}\\n\"")), Some(thrift()));
    let sea = ExecutionHandle::sea(ID.parse().expect("an id"));
    assert_eq!(read::<ExecutionHandle>(&format!("\"sea:{ID}\"")), Some(sea));

    let whole = format!("{ID}:{SECRET}");
    let as_str: StrDeserializer<'_, ValueError> = whole.as_str().into_deserializer();
    assert_eq!(ExecutionHandle::deserialize(as_str), Ok(thrift()));
    let as_string: StringDeserializer<ValueError> = whole.clone().into_deserializer();
    assert_eq!(ExecutionHandle::deserialize(as_string), Ok(thrift()));
    let borrowed = BorrowedStrDeserializer::<ValueError>::new(&whole);
    assert_eq!(ExecutionHandle::deserialize(borrowed), Ok(thrift()));
    let bytes = BytesDeserializer::<ValueError>::new(whole.as_bytes());
    assert_eq!(ExecutionHandle::deserialize(bytes), Ok(thrift()));
}

#[test]
fn both_forms_deserialize_inside_other_types() {
    let placed = thrift().at(HandleEndpoint::new("h.example", "p"));
    let versioned = serde_json::to_value(&placed).expect("writes");
    let list = json!([format!("{ID}:{SECRET}"), versioned]).to_string();
    let handles: Vec<ExecutionHandle> = read(&list).expect("a list");
    assert_eq!(handles, [thrift(), placed.clone()]);
    let option: Option<ExecutionHandle> = read(&format!("\"{ID}:{SECRET}\"")).expect("an option");
    assert_eq!(option, Some(thrift()));
    assert_eq!(read::<Option<ExecutionHandle>>("null"), Some(None));

    #[derive(serde::Deserialize)]
    struct Job {
        name: String,
        #[serde(flatten)]
        handle: ExecutionHandle,
    }
    let mut job = versioned;
    job["name"] = json!("nightly");
    let job: Job = serde_json::from_value(job).expect("a job");
    assert_eq!((job.name.as_str(), job.handle), ("nightly", placed));
}

#[test]
fn broken_text_form_is_not_in_the_error() {
    for text in [
        format!("{ID}:{CANARY}"),
        format!("{CANARY}:{SECRET}"),
        format!("{CANARY}{ID}:{SECRET}"),
        format!("{ID}:{SECRET}{CANARY}"),
        format!("{ID} {SECRET}"),
        format!("sea:{SECRET}:{CANARY}"),
        format!("thrift:{ID}:{SECRET}"),
        SECRET.replace('-', ""),
        SECRET.to_owned(),
        CANARY.to_owned(),
    ] {
        assert_silent(&text.parse::<ExecutionHandle>().expect_err("no handle"), &text);
        let quoted = json!(text).to_string();
        assert_eq!(read::<ExecutionHandle>(&quoted), None);
        // Cut off, with a bad escape, with a control character, and followed by more.
        for broken in [
            quoted[..quoted.len() - 1].to_owned(),
            format!("\"{text}\\q\""),
            format!("\"{text}\u{1}\""),
            format!("{quoted}{CANARY}"),
            text.clone(),
        ] {
            assert_eq!(read::<ExecutionHandle>(&broken), None, "{broken}");
        }
    }
}

#[test]
fn broken_ids_and_secrets_are_not_in_the_error() {
    for text in [CANARY.to_owned(), format!("{SECRET}0"), SECRET.replacen('c', "g", 1)] {
        assert_silent(&text.parse::<QueryId>().expect_err("no id"), &text);
        assert_eq!(read::<QueryId>(&json!(text).to_string()), None);
        assert_silent(&QueryId::from_guid(text.as_bytes()).expect_err("no id"), &text);
        assert_silent(&QuerySecret::from_wire(text.as_bytes()).expect_err("no secret"), &text);
    }
    for value in values() {
        // The secret alone has the form of an id.
        let is_id = value == json!(SECRET);
        assert_eq!(read::<QueryId>(&value.to_string()).is_some(), is_id, "{value}");
        assert_eq!(read::<Protocol>(&value.to_string()), None, "{value}");
        let key = json!({ CANARY: 1 }).to_string();
        assert_eq!(read::<BTreeMap<QueryId, u64>>(&key), None);
    }
    assert_eq!(read::<Protocol>("\"sea\""), Some(Protocol::Sea));
    assert_eq!(read::<Protocol>("\"thrift\""), Some(Protocol::Thrift));
}

/// The canary as a value of every type.
fn values() -> Vec<Value> {
    let negative = -i64::try_from(NUMBER).expect("fits");
    vec![
        json!(CANARY),
        json!(SECRET),
        json!(NUMBER),
        json!(negative),
        json!(73_497_349.0),
        json!([CANARY]),
        json!([SECRET, NUMBER]),
        json!({ CANARY: CANARY }),
        json!({ "thrift": CANARY }),
        json!({ "version": CANARY }),
        json!({ "version": NUMBER }),
        json!([[{ SECRET: [NUMBER] }]]),
    ]
}

#[test]
fn canary_in_any_field_is_not_in_the_error() {
    let full = || {
        json!({
            "version": 1, "protocol": "thrift", "host": "h", "http_path": "p",
            "query_id": ID, "query_secret": SECRET,
        })
    };
    for value in values() {
        assert_eq!(read::<ExecutionHandle>(&value.to_string()), None, "{value}");
        for name in ["version", "protocol", "query_id", "query_secret", "colour", CANARY, SECRET] {
            let mut input = full();
            input[name] = value.clone();
            let read = read::<ExecutionHandle>(&input.to_string());
            // The only case that is correct.
            let good = ["query_id", "query_secret"].contains(&name) && value == json!(SECRET);
            assert_eq!(read.is_some(), good, "{input}");
        }
        for name in ["host", "http_path"] {
            let mut input = full();
            input[name] = value.clone();
            let read = read::<ExecutionHandle>(&input.to_string());
            assert_eq!(read.is_some(), value.is_string(), "{input}");
        }
        for name in ["version", "protocol", "query_id", "query_secret", "host", "http_path"] {
            // Duplicated, and in place of a field that is then missing.
            let twice = format!("{{\"{name}\":{value},\"{name}\":{value}}}");
            assert_eq!(read::<ExecutionHandle>(&twice), None, "{twice}");
            let mut input = full();
            let fields = input.as_object_mut().expect("an object");
            fields.remove(name);
            fields.insert(CANARY.to_owned(), value.clone());
            assert_eq!(read::<ExecutionHandle>(&input.to_string()), None, "{input}");
        }
    }
}

/// Reads every deserializable type from one of serde's own deserializers.
macro_rules! assert_all_silent {
    ($($deserializer:expr),* $(,)?) => {$(
        if let Err(error) = ExecutionHandle::deserialize($deserializer) {
            assert_silent(&error, &stringify!($deserializer));
        } else {
            panic!("{} is a handle", stringify!($deserializer));
        }
        assert_silent(&QueryId::deserialize($deserializer).expect_err("no id"), &"");
        assert_silent(&Protocol::deserialize($deserializer).expect_err("no protocol"), &"");
    )*};
}

#[test]
fn values_of_any_type_are_not_in_the_error() {
    type E = ValueError;
    let negative = -i64::try_from(NUMBER).expect("fits");
    assert_all_silent!(
        StrDeserializer::<'_, E>::new(CANARY),
        BorrowedStrDeserializer::<'_, E>::new(CANARY),
        StringDeserializer::<E>::new(CANARY.to_owned()),
        BytesDeserializer::<'_, E>::new(CANARY.as_bytes()),
        BorrowedBytesDeserializer::<'_, E>::new(b"\xffcanary7349"),
        U64Deserializer::<E>::new(NUMBER),
        I64Deserializer::<E>::new(negative),
        U128Deserializer::<E>::new(u128::from(NUMBER) << 64),
        U128Deserializer::<E>::new(u128::from(NUMBER)),
        I128Deserializer::<E>::new(i128::from(negative)),
        F64Deserializer::<E>::new(73_497_349.0),
        CharDeserializer::<E>::new('7'),
        BoolDeserializer::<E>::new(true),
        UnitDeserializer::<E>::new(),
        SeqDeserializer::<_, E>::new([CANARY, SECRET].into_iter()),
        MapDeserializer::<_, E>::new([(CANARY, CANARY)].into_iter()),
        MapDeserializer::<_, E>::new([(NUMBER, CANARY)].into_iter()),
        MapDeserializer::<_, E>::new([(true, NUMBER)].into_iter()),
        MapDeserializer::<_, E>::new([("version", NUMBER)].into_iter()),
        MapDeserializer::<_, E>::new([("version", CANARY)].into_iter()),
        MapDeserializer::<_, E>::new([("query_secret", NUMBER)].into_iter()),
        MapDeserializer::<_, E>::new([("query_id", i128::from(NUMBER))].into_iter()),
        MapDeserializer::<_, E>::new([("protocol", 73_497_349.0)].into_iter()),
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Strings and JSON documents that contain the secret, changed at random positions.
    #[test]
    fn damaged_handles_are_not_in_the_error(
        form in 0_usize..5,
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..5, any::<char>()), 1..5),
    ) {
        let placed = thrift().at(HandleEndpoint::new("h.example", "p"));
        let whole = match form {
            0 => format!("{ID}:{SECRET}"),
            1 => format!("\"{ID}:{SECRET}\""),
            2 => serde_json::to_string(&placed).expect("writes"),
            3 => serde_json::to_string_pretty(&json!({ "a": [placed], CANARY: SECRET })).expect("writes"),
            _ => format!("{{\"version\":{NUMBER},\"{CANARY}\":\"{SECRET}\",\"query_id\":{NUMBER}}}"),
        };
        let mut text: Vec<char> = whole.chars().collect();
        for (index, edit, new) in edits {
            let at = index.index(text.len() + 1);
            let structural = ['"', '{', '}', '[', ']', ',', ':', '-', '0', '\\', '\n', 'n'];
            match edit {
                0 => text.truncate(at),
                1 => text.insert(at, new),
                2 => text.insert(at, structural[index.index(structural.len())]),
                3 if at < text.len() => {
                    text.remove(at);
                }
                _ if at < text.len() => text[at] = new,
                _ => {}
            }
        }
        let text: String = text.into_iter().collect();
        if let Err(error) = text.parse::<ExecutionHandle>() {
            assert_silent(&error, &text);
        }
        if let Err(error) = text.parse::<QueryId>() {
            assert_silent(&error, &text);
        }
        read::<ExecutionHandle>(&text);
        read::<QueryId>(&text);
        read::<Protocol>(&text);
        read::<Vec<ExecutionHandle>>(&format!("[{text}]"));
        read::<Option<ExecutionHandle>>(&text);
    }
}

#[test]
fn wrong_types_name_the_expected_type() {
    fn shown(result: Result<impl Debug, impl Display>) -> String {
        result.map_err(|error| error.to_string()).expect_err("an error")
    }
    assert_eq!(
        shown(serde_json::from_str::<ExecutionHandle>("5")),
        "expected an execution handle as a string or in its versioned form at line 1 column 1"
    );
    assert_eq!(
        shown(serde_json::from_str::<ExecutionHandle>("{\"version\": \"1\"}")),
        "expected an unsigned integer as version of an execution handle at line 1 column 16"
    );
    assert_eq!(
        shown(serde_json::from_str::<ExecutionHandle>("{\"query_secret\": 5}")),
        "expected a string at line 1 column 18"
    );
}
