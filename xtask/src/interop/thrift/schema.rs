//! Compares the IDL with the metadata of the Python package.

use std::collections::BTreeSet;

use anyhow::ensure;

use crate::codegen::idl::{Field, Idl, Type};

/// Fails with the first few differences. Only whether fields are required is unknown in Python.
pub(crate) fn compare(idl: &Idl, text: &str) -> anyhow::Result<()> {
    let ours: BTreeSet<String> = lines(idl).into_iter().collect();
    let theirs: BTreeSet<String> =
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect();
    let only = |left: &BTreeSet<String>, right: &BTreeSet<String>| {
        left.difference(right).take(5).cloned().collect::<Vec<_>>().join("; ")
    };
    ensure!(
        ours == theirs,
        "the IDL differs from the package: only in the IDL [{}], only in the package [{}]",
        only(&ours, &theirs),
        only(&theirs, &ours)
    );
    Ok(())
}

/// The IDL as lines of `schema.txt`.
fn lines(idl: &Idl) -> Vec<String> {
    let mut lines = Vec::new();
    for item in &idl.structs {
        for field in &item.fields {
            let default = default(idl, field).map_or_else(String::new, |it| format!(" = {it}"));
            let (id, name, ty) = (field.id, &field.name, type_name(idl, &field.ty));
            lines.push(format!("{} {id} {name} {ty}{default}", item.name));
        }
    }
    for item in &idl.enums {
        for value in &item.values {
            lines.push(format!("enum {} {} {}", item.name, value.value, value.name));
        }
    }
    for method in &idl.methods {
        lines.push(format!("method {} {} {}", method.name, method.request, method.response));
    }
    lines
}

/// A default as Python prints it.
fn default(idl: &Idl, field: &Field) -> Option<String> {
    let default = field.default.as_deref()?;
    let enum_value = match &field.ty {
        Type::Named(name) => idl.enums.iter().find(|it| it.name == *name).and_then(|it| {
            it.values.iter().find(|value| value.name == default).map(|value| value.value)
        }),
        _ => None,
    };
    Some(match (enum_value, default) {
        (Some(number), _) => number.to_string(),
        (None, "false") => "False".to_owned(),
        (None, "true") => "True".to_owned(),
        (None, other) => other.to_owned(),
    })
}

fn type_name(idl: &Idl, ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::I8 => "i8".to_owned(),
        Type::I16 => "i16".to_owned(),
        Type::I32 => "i32".to_owned(),
        Type::I64 => "i64".to_owned(),
        Type::Double => "double".to_owned(),
        Type::String => "string".to_owned(),
        Type::Binary => "binary".to_owned(),
        Type::List(element) => format!("list<{}>", type_name(idl, element)),
        Type::Map(key, value) => format!("map<{},{}>", type_name(idl, key), type_name(idl, value)),
        Type::Named(name) if idl.is_enum(name) => "i32".to_owned(),
        Type::Named(name) => name.clone(),
    }
}
