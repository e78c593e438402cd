//! The wire form of parameters: a type and a text each.

use dbsql_protocol::sea::StatementParameter;

use crate::statement::Parameter;
use crate::{Error, ErrorKind, Result};

/// Converts parameters, which have been validated before.
///
/// # Errors
///
/// `Unsupported` for a collection, for which the protocol has no form.
pub(super) fn sent(bound: &[Parameter]) -> Result<Vec<StatementParameter>> {
    (1..).zip(bound).map(|(ordinal, parameter)| one(ordinal, parameter)).collect()
}

fn one(ordinal: u32, parameter: &Parameter) -> Result<StatementParameter> {
    if parameter.value.arguments().is_some() {
        let message = "the Statement Execution API has no parameters that are arrays or maps";
        return Err(Error::new(ErrorKind::Unsupported, message).with_next_step(
            "bind the value as JSON text and read it with from_json, or use SqlProtocol::Thrift",
        ));
    }
    Ok(StatementParameter {
        name: parameter.name.clone(),
        ordinal: parameter.name.is_none().then_some(ordinal),
        value: parameter.value.text().map(str::to_owned),
        sql_type: Some(parameter.value.type_name()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    fn bound(name: Option<&str>, value: impl Into<Value>) -> Parameter {
        Parameter { name: name.map(str::to_owned), value: value.into() }
    }

    #[test]
    fn named_and_positional_parameters_are_converted() {
        let parts = |parameter: StatementParameter| {
            (parameter.ordinal, parameter.name, parameter.value, parameter.sql_type.unwrap())
        };
        let named = sent(&[bound(Some("a"), "x"), bound(Some("b"), 7)]).unwrap();
        let named: Vec<_> = named.into_iter().map(parts).collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            named,
            [
                (None, text("a"), text("x"), "STRING".to_owned()),
                (None, text("b"), text("7"), "INT".to_owned()),
            ]
        );
        let positional = sent(&[bound(None, 1.5), bound(None, None::<i32>)]).unwrap();
        let positional: Vec<_> = positional.into_iter().map(parts).collect();
        assert_eq!(
            positional,
            [
                (Some(1), None, text("1.5"), "DOUBLE".to_owned()),
                (Some(2), None, None, "VOID".to_owned()),
            ]
        );
    }

    #[test]
    fn collections_are_rejected_before_sending() {
        for value in [Value::array([1, 2]), Value::map([("k", 1)])] {
            let error = sent(&[bound(Some("a"), value)]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
        }
    }
}
