//! Functions whose result has members with names. The names are part of the name of the function.

use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::Result as PlanResult;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::define::rows;
use super::items::{entry, item, list};
use crate::engine::errors::{self, Result, into_datafusion};
use crate::engine::types::outer_type;
use crate::engine::value::{Value, list_of, struct_of};
use dbsql_local::engine::SqlError;

/// Between the names.
const SEPARATOR: char = '\u{1}';

/// What is made of the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Form {
    Struct,
    /// A list of structs, of lists.
    Zip,
}

const FORMS: &[(&str, Form)] = &[("dbsql_struct", Form::Struct), ("dbsql_zip", Form::Zip)];

/// The name of the function that makes a struct with these members.
pub(in crate::engine) fn struct_with<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    with_names("dbsql_struct", names)
}

/// The name of the function that makes a list of structs with these members of lists.
pub(in crate::engine) fn zip_with_names<S: AsRef<str>>(
    names: impl IntoIterator<Item = S>,
) -> String {
    with_names("dbsql_zip", names)
}

fn with_names<S: AsRef<str>>(form: &str, names: impl IntoIterator<Item = S>) -> String {
    names.into_iter().fold(form.to_owned(), |mut out, name| {
        out.push(SEPARATOR);
        out.push_str(name.as_ref());
        out
    })
}

/// The function with such a name.
pub(in crate::engine) fn named(name: &str) -> Option<Arc<ScalarUDF>> {
    let mut parts = name.split(SEPARATOR);
    let first = parts.next()?;
    let (_, form) = FORMS.iter().find(|(known, _)| *known == first)?;
    let signature = Signature::user_defined(Volatility::Immutable);
    let members = parts.map(str::to_owned).collect();
    let function = Members { name: name.to_owned(), form: *form, members, signature };
    Some(Arc::new(ScalarUDF::new_from_impl(function)))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Members {
    name: String,
    form: Form,
    members: Vec<String>,
    signature: Signature,
}

impl Members {
    fn parameters(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let plain = arguments.iter().map(outer_type);
        match self.form {
            Form::Struct => Ok(plain.collect()),
            Form::Zip => plain
                .map(|side| list(&side))
                .collect::<Option<_>>()
                .ok_or_else(|| errors::wrong_argument_types("arrays_zip", arguments)),
        }
    }

    fn result(&self, parameters: &[DataType]) -> DataType {
        let members = |types: Vec<DataType>| struct_of(self.members.iter().cloned().zip(types));
        match self.form {
            Form::Struct => members(parameters.to_vec()),
            Form::Zip => {
                let items = parameters.iter().map(|side| item(side).unwrap_or(DataType::Null));
                list_of(members(items.collect()))
            }
        }
    }
}

impl ScalarUDFImpl for Members {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> PlanResult<Vec<DataType>> {
        self.parameters(arguments).map_err(into_datafusion)
    }

    fn return_type(&self, arguments: &[DataType]) -> PlanResult<DataType> {
        Ok(self.result(&self.parameters(arguments).map_err(into_datafusion)?))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> PlanResult<ColumnarValue> {
        let result = args.return_type().clone();
        rows(&args, &result, |values| Ok(self.row(values)))
    }
}

impl Members {
    fn row(&self, values: &[Value]) -> Value {
        if self.form == Form::Struct {
            return Value::Struct(values.to_vec());
        }
        let Some(lists) = values.iter().map(Value::list).collect::<Option<Vec<_>>>() else {
            return Value::Null;
        };
        let longest = lists.iter().map(|list| list.len()).max().unwrap_or(0);
        let row = |at: usize| {
            let members = lists.iter().map(|list| list.get(at).cloned().unwrap_or(Value::Null));
            Value::Struct(members.collect())
        };
        Value::List((0..longest).map(row).collect())
    }
}

/// A member of a struct, or of each struct in a list.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Member {
    index: usize,
    result: DataType,
    signature: Signature,
}

/// `value.name`; names are compared without case.
///
/// # Errors
///
/// The type has no such member, or more than one.
pub(in crate::engine) fn member(
    value: Expr,
    data_type: &DataType,
    name: &str,
) -> Result<(Expr, DataType)> {
    let (fields, in_list) = match data_type {
        DataType::Struct(fields) => (fields, false),
        DataType::List(item) => match item.data_type() {
            DataType::Struct(fields) => (fields, true),
            _ => return Err(errors::wrong_argument_types("[]", std::slice::from_ref(data_type))),
        },
        DataType::Map(..) => {
            let key = datafusion::logical_expr::lit(name);
            let (_, content) = entry(data_type).ok_or_else(|| no_member(name, data_type))?;
            return Ok((super::index_of(value, key), content));
        }
        _ => return Err(no_member(name, data_type)),
    };
    let mut found = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.name().to_lowercase() == name.to_lowercase());
    let Some((index, field)) = found.next() else {
        let known: Vec<_> = fields.iter().map(|field| format!("`{}`", field.name())).collect();
        let message = format!("No such struct field `{name}` in {}.", known.join(", "));
        return Err(SqlError::new("FIELD_NOT_FOUND", "42704", message));
    };
    if found.next().is_some() {
        let message =
            format!("Field name `{name}` is ambiguous and has matching fields in the struct.");
        let class = "AMBIGUOUS_REFERENCE_TO_FIELDS";
        return Err(SqlError::new(class, "42000", message));
    }
    let own = outer_type(field.data_type());
    let result = if in_list { list_of(own) } else { own };
    let signature = Signature::any(1, Volatility::Immutable);
    let function = ScalarUDF::new_from_impl(Member { index, result: result.clone(), signature });
    Ok((function.call(vec![value]), result))
}

/// An expression that is this error.
pub(in crate::engine) fn failing(error: &SqlError) -> Expr {
    let signature = Signature::nullary(Volatility::Immutable);
    let state = error.sql_state.clone();
    let failing = Failing {
        class: error.error_class.clone(),
        state,
        message: error.message.clone(),
        signature,
    };
    ScalarUDF::new_from_impl(failing).call(Vec::new())
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Failing {
    class: Option<String>,
    state: Option<String>,
    message: String,
    signature: Signature,
}

impl Failing {
    fn error(&self) -> datafusion::common::DataFusionError {
        into_datafusion(SqlError {
            message: self.message.clone(),
            sql_state: self.state.clone(),
            error_class: self.class.clone(),
        })
    }
}

impl ScalarUDFImpl for Failing {
    fn name(&self) -> &str {
        "dbsql_failing"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> PlanResult<DataType> {
        Err(self.error())
    }

    fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> PlanResult<ColumnarValue> {
        Err(self.error())
    }
}

/// The member at this position of a struct.
pub(in crate::engine) fn member_at(value: Expr, index: usize, data_type: &DataType) -> Expr {
    let result = outer_type(data_type);
    let signature = Signature::any(1, Volatility::Immutable);
    ScalarUDF::new_from_impl(Member { index, result, signature }).call(vec![value])
}

pub(in crate::engine) fn no_member(name: &str, data_type: &DataType) -> SqlError {
    let own = crate::engine::types::sql_name(data_type).to_uppercase();
    errors::no_fields(name, &own)
}

impl ScalarUDFImpl for Member {
    fn name(&self) -> &str {
        "dbsql_member"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> PlanResult<DataType> {
        Ok(self.result.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> PlanResult<ColumnarValue> {
        let of = |value: &Value| match value {
            Value::Struct(members) => members.get(self.index).cloned().unwrap_or(Value::Null),
            _ => Value::Null,
        };
        rows(&args, &self.result, |values| {
            Ok(match values.first() {
                Some(Value::List(items)) => Value::List(items.iter().map(of).collect()),
                Some(value) => of(value),
                None => Value::Null,
            })
        })
    }
}
