//! What a statement looks like on the wire.

use super::*;
use crate::value::Value;

#[test]
fn a_timeout_is_whole_seconds_and_never_zero() {
    assert_eq!(whole_seconds(Duration::from_millis(1)).unwrap(), 1);
    assert_eq!(whole_seconds(Duration::from_secs(60)).unwrap(), 60);
    assert_eq!(whole_seconds(Duration::from_millis(60_001)).unwrap(), 61);
    for bad in [Duration::ZERO, Duration::MAX] {
        assert_eq!(whole_seconds(bad).unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

fn bound(name: Option<&str>, value: impl Into<Value>) -> Parameter {
    Parameter { name: name.map(str::to_owned), value: value.into() }
}

#[test]
fn named_parameters_have_names_and_positional_ones_their_place() {
    let sent = parameters(&[bound(Some("a"), "x"), bound(Some("b"), 7)]).unwrap().unwrap();
    let told: Vec<_> =
        sent.iter().map(|p| (p.ordinal, p.name.as_deref(), p.r#type.as_deref())).collect();
    assert_eq!(told, [(None, Some("a"), Some("STRING")), (None, Some("b"), Some("INT"))]);
    assert_eq!(sent[1].value, Some(TSparkParameterValue::StringValue("7".to_owned())));

    let sent = parameters(&[bound(None, 1.5), bound(None, None::<i32>)]).unwrap().unwrap();
    let told: Vec<_> = sent.iter().map(|p| (p.ordinal, p.name.as_deref())).collect();
    assert_eq!(told, [(Some(1), None), (Some(2), None)]);
    assert_eq!((sent[1].r#type.as_deref(), &sent[1].value), (Some("VOID"), &None));

    assert_eq!(parameters(&[]).unwrap(), None);
}

#[test]
fn named_and_positional_parameters_do_not_mix() {
    let error = parameters(&[bound(Some("a"), 1), bound(None, 2)]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}
