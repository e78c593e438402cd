//! Our codec agrees byte for byte with the one that Apache Thrift generates for Python.

use std::collections::BTreeMap;

use bytes::Bytes;
use dbsql_protocol::{
    message::{self, Call, ReplyError},
    rpc::Rpc,
    types::{
        TColumnDesc, TGetInfoValue, TPrimitiveTypeEntry, TStatus, TStatusCode, TTableSchema,
        TTypeDesc, TTypeEntry, TTypeId, TTypeQualifierValue, TTypeQualifiers,
    },
    wire::{DecodeError, Reader, ThriftStruct, Writer},
};

use crate::support::{
    fixtures::{self, Fixture},
    generated::visit_all,
    messages::{self, MethodVisitor, SEQUENCE_ID, visit_methods},
    sample::{SampleStruct, Sampler, Visitor},
};

fn encode(value: &impl ThriftStruct) -> Bytes {
    let mut writer = Writer::new();
    value.write(&mut writer);
    writer.finish()
}

fn decode<T: ThriftStruct>(bytes: &Bytes) -> Result<T, DecodeError> {
    let mut reader = Reader::new(bytes.clone());
    let value = T::read(&mut reader)?;
    reader.finish().map(|()| value)
}

/// The fixtures that no test has used yet.
struct Fixtures(BTreeMap<(String, String), Bytes>);

impl Fixtures {
    fn new(text: &str) -> Self {
        let fixtures = fixtures::parse(text).into_iter();
        Self(fixtures.map(|Fixture { name, case, bytes }| ((name, case), bytes)).collect())
    }

    fn take(&mut self, name: &str, case: &str) -> Bytes {
        let fixture = self.0.remove(&(name.to_owned(), case.to_owned()));
        fixture.unwrap_or_else(|| panic!("no fixture {name} {case}"))
    }

    fn assert_used_up(&self) {
        let left: Vec<_> = self.0.keys().collect();
        assert!(left.is_empty(), "fixtures that nothing was compared with: {left:?}");
    }
}

#[track_caller]
fn assert_same_bytes(ours: &Bytes, theirs: &Bytes, what: &str) {
    assert!(ours == theirs, "{what}\n  ours   {ours:02x?}\n  theirs {theirs:02x?}");
}

struct Compare(Fixtures);

impl Compare {
    fn both_ways<T: SampleStruct>(&mut self, case: &str, sample: &T) {
        let theirs = self.0.take(T::NAME, case);
        let decoded: T = decode(&theirs).unwrap_or_else(|e| panic!("{} {case}: {e}", T::NAME));
        assert_eq!(&decoded, sample, "{} {case}", T::NAME);
        assert_same_bytes(&encode(sample), &theirs, &format!("{} {case}", T::NAME));
    }
}

impl Visitor for Compare {
    fn visit<T: SampleStruct>(&mut self) {
        let full = T::full();
        self.both_ways("full", &full);
        for (index, id) in T::MEMBERS.iter().enumerate() {
            let member = T::member(index, &mut Sampler::default(), 0);
            self.both_ways(&format!("member{id}"), &member);
        }

        let unknown: Result<T, _> = decode(&self.0.take(T::NAME, "unknown"));
        assert_eq!(unknown, Ok(full), "{} with unknown fields", T::NAME);

        let empty: Result<T, _> = decode(&self.0.take(T::NAME, "empty"));
        let expected = match T::REQUIRED.first() {
            None => Ok(T::default()),
            Some(field) => Err(DecodeError::MissingField { strct: T::NAME, field }),
        };
        assert_eq!(empty, expected, "{} without any field", T::NAME);
    }
}

#[test]
fn every_struct_and_union_agrees_with_python() {
    let mut compare = Compare(Fixtures::new(fixtures::STRUCTS));
    visit_all(&mut compare);
    compare.0.assert_used_up();
}

impl MethodVisitor for Fixtures {
    fn visit<R: Rpc>(&mut self)
    where
        R::Request: SampleStruct,
        R::Response: SampleStruct,
    {
        let theirs = self.take(R::NAME, "call");
        assert_same_bytes(&messages::call::<R>(), &theirs, "call");
        let call = Call::decode(theirs).expect("a call");
        assert_eq!((call.method(), call.sequence_id()), (R::NAME, 0));
        assert_eq!(call.arguments::<R>(), Ok(R::Request::full()));

        let theirs = self.take(R::NAME, "reply");
        assert_same_bytes(&messages::reply::<R>(), &theirs, "reply");
        assert_eq!(message::decode_reply::<R>(theirs), Ok(R::Response::full()));

        let theirs = self.take(R::NAME, "exception");
        assert_same_bytes(&messages::exception::<R>(), &theirs, "exception");
        let error = message::decode_reply::<R>(theirs).expect_err("an exception");
        assert_eq!(error, ReplyError::Exception(messages::sample_exception()));
    }
}

#[test]
fn messages_agree_with_python() {
    assert_eq!(SEQUENCE_ID, 7, "as in oracle.py");
    let mut fixtures = Fixtures::new(fixtures::MESSAGES);
    visit_methods(&mut fixtures);
    fixtures.assert_used_up();
}

/// Checks that each required field, when it alone is left out, is named in the error.
struct LeaveOut {
    checked: usize,
}

impl Visitor for LeaveOut {
    fn visit<T: SampleStruct>(&mut self) {
        let full = encode(&T::full());
        let ends = field_ends(&full);
        for field in T::REQUIRED {
            // Some top-level field, when left out, must lead to exactly this error.
            let found = ends.windows(2).any(|pair| {
                let without = [&full[..pair[0]], &full[pair[1]..]].concat();
                let error = DecodeError::MissingField { strct: T::NAME, field };
                decode::<T>(&Bytes::from(without)).err() == Some(error)
            });
            assert!(found, "{}.{field} is not required", T::NAME);
            self.checked += 1;
        }
    }
}

/// The end of each top-level field, and the start of the first.
fn field_ends(bytes: &Bytes) -> Vec<usize> {
    let mut reader = Reader::new(bytes.clone());
    reader.begin_struct().expect("first level");
    let mut ends = vec![0];
    while let Some(field) = reader.next_field().expect("a field") {
        reader.skip(field.wire_type).expect("a value");
        ends.push(reader.position());
    }
    ends
}

#[test]
fn missing_required_field_is_named() {
    let mut leave_out = LeaveOut { checked: 0 };
    visit_all(&mut leave_out);
    assert!(leave_out.checked > 100, "{}", leave_out.checked);
}

#[test]
fn unlisted_enum_numbers_are_kept() {
    let status = TStatus { status_code: TStatusCode(77), ..Default::default() };
    let decoded: TStatus = decode(&encode(&status)).expect("decodes");
    assert_eq!(decoded.status_code, TStatusCode(77));
    assert_eq!(decoded.status_code.name(), None);
    assert_eq!(format!("{:?}", decoded.status_code), "TStatusCode(77)");
    assert_eq!(format!("{:?}", TStatusCode::ERROR_STATUS), "ERROR_STATUS");
}

#[test]
fn unset_optional_fields_are_not_written() {
    // Field 1, i32, 0; stop.
    assert_eq!(encode(&TStatus::default()).as_ref(), [8, 0, 1, 0, 0, 0, 0, 0]);
}

#[test]
fn union_has_exactly_one_member() {
    let one = encode(&TGetInfoValue::LenValue(5));
    let two = [&one[..one.len() - 1], &one[..]].concat();
    let error = decode::<TGetInfoValue>(&Bytes::from(two)).expect_err("two members");
    assert!(
        matches!(error, DecodeError::ManyUnionMembers { union: "TGetInfoValue", .. }),
        "{error}"
    );
    // An unknown member, and a known one of another type.
    let unknown = Bytes::from_static(&[8, 0, 99, 0, 0, 0, 1, 2, 0, 6, 1, 0]);
    assert_eq!(decode::<TGetInfoValue>(&unknown), Ok(TGetInfoValue::Unset));
    assert_eq!(encode(&TGetInfoValue::Unset).as_ref(), [0]);
}

#[test]
fn known_field_of_another_type_is_skipped() {
    // sqlState as a list of i64, then statusCode.
    let bytes =
        [&[15, 0, 3, 10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9][..], &[8, 0, 1, 0, 0, 0, 3, 0]]
            .concat();
    let status: TStatus = decode(&Bytes::from(bytes)).expect("decodes");
    assert_eq!(status, TStatus { status_code: TStatusCode::ERROR_STATUS, ..Default::default() });
}

#[test]
fn empty_list_may_declare_any_element_type() {
    // infoMessages as a list of type 0 without elements.
    let bytes = [&[15, 0, 2, 0, 0, 0, 0, 0][..], &[8, 0, 1, 0, 0, 0, 0, 0]].concat();
    let status: TStatus = decode(&Bytes::from(bytes)).expect("decodes");
    assert_eq!(status.info_messages, Some(Vec::new()));
}

#[test]
fn schema_of_ten_thousand_decimals_fits_the_budget() {
    let qualifier = |name: &str, value| (name.to_owned(), TTypeQualifierValue::I32Value(value));
    let columns = (1..=10_000).map(|position| TColumnDesc {
        column_name: format!("c{position}"),
        type_desc: TTypeDesc {
            types: vec![TTypeEntry::PrimitiveEntry(TPrimitiveTypeEntry {
                r#type: TTypeId::DECIMAL_TYPE,
                type_qualifiers: Some(TTypeQualifiers {
                    qualifiers: [qualifier("precision", 10), qualifier("scale", 2)].into(),
                }),
            })],
        },
        position,
        comment: None,
    });
    let schema = TTableSchema { columns: columns.collect() };
    assert_eq!(decode::<TTableSchema>(&encode(&schema)), Ok(schema));
}
