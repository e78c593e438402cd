//! The wire form of parameters: a type, and a text or the arguments of a collection.

use dbsql_protocol::types::{TSparkParameter, TSparkParameterValue, TSparkParameterValueArg};

use crate::statement::Parameter;
use crate::value::Value;

/// Converts parameters, which have been validated before; `None` if there are none.
pub(super) fn sent(bound: &[Parameter]) -> Option<Vec<TSparkParameter>> {
    let sent = (1..).zip(bound).map(|(ordinal, parameter)| TSparkParameter {
        // Servers use the order in the list when there is no name.
        ordinal: parameter.name.is_none().then_some(ordinal),
        name: parameter.name.clone(),
        r#type: Some(parameter.value.type_name()),
        value: parameter.value.text().map(|text| TSparkParameterValue::StringValue(text.into())),
        arguments: arguments(&parameter.value),
    });
    (!bound.is_empty()).then(|| sent.collect())
}

fn arguments(value: &Value) -> Option<Vec<TSparkParameterValueArg>> {
    let sent = value.arguments()?.into_iter().map(|argument| TSparkParameterValueArg {
        r#type: Some(argument.type_name()),
        value: argument.text().map(str::to_owned),
        arguments: arguments(argument),
    });
    Some(sent.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(name: Option<&str>, value: impl Into<Value>) -> Parameter {
        Parameter { name: name.map(str::to_owned), value: value.into() }
    }

    #[test]
    fn named_and_positional_parameters_are_converted() {
        let named = sent(&[bound(Some("a"), "x"), bound(Some("b"), 7)]).unwrap();
        let parts: Vec<_> =
            named.iter().map(|p| (p.ordinal, p.name.as_deref(), p.r#type.as_deref())).collect();
        assert_eq!(parts, [(None, Some("a"), Some("STRING")), (None, Some("b"), Some("INT"))]);
        assert_eq!(named[1].value, Some(TSparkParameterValue::StringValue("7".to_owned())));
        assert_eq!(named[1].arguments, None);

        let positional = sent(&[bound(None, 1.5), bound(None, None::<i32>)]).unwrap();
        let parts: Vec<_> = positional.iter().map(|p| (p.ordinal, p.name.as_deref())).collect();
        assert_eq!(parts, [(Some(1), None), (Some(2), None)]);
        assert_eq!((positional[1].r#type.as_deref(), &positional[1].value), (Some("VOID"), &None));

        assert_eq!(sent(&[]), None);
    }

    #[test]
    fn collection_has_arguments_and_no_text() {
        let inner = Value::array([Some(1), None]);
        let map = Value::map([("k", inner)]);
        let parameter = &sent(&[bound(Some("m"), map)]).unwrap()[0];
        assert_eq!((parameter.r#type.as_deref(), &parameter.value), (Some("MAP"), &None));
        let argument = |sql_type: &str, value: Option<&str>, arguments| TSparkParameterValueArg {
            r#type: Some(sql_type.to_owned()),
            value: value.map(str::to_owned),
            arguments,
        };
        let elements = vec![argument("INT", Some("1"), None), argument("VOID", None, None)];
        let expected =
            vec![argument("STRING", Some("k"), None), argument("ARRAY", None, Some(elements))];
        assert_eq!(parameter.arguments, Some(expected));

        let empty = &sent(&[bound(None, Value::array::<i32>([]))]).unwrap()[0];
        assert_eq!((empty.r#type.as_deref(), &empty.arguments), (Some("ARRAY"), &Some(vec![])));
    }
}
