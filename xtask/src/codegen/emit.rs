//! Writes the Rust source of enums, structs, unions and methods. `rustfmt` makes it readable.

use std::fmt::Write as _;

use anyhow::bail;

use crate::codegen::{
    idl::{Enum, Field, Idl, Struct, Type},
    names::{field_type, snake_case, upper_first},
};

/// The module that holds the others.
pub(crate) fn root() -> String {
    "//! Everything that follows from `idl/tcliservice.thrift`.

     pub(crate) mod enums;
     pub(crate) mod services;
     pub(crate) mod structs;
    "
    .to_owned()
}

/// The enums.
pub(crate) fn enums(idl: &Idl) -> String {
    let mut out = "//! The enums of the IDL: numbers with names, unknown numbers kept.

        use std::fmt;

        use crate::wire::{DecodeError, Reader, Value, WireType, Writer};
        "
    .to_owned();
    for item in &idl.enums {
        enumeration(&mut out, item);
    }
    out
}

/// The structs and unions.
pub(crate) fn structs(idl: &Idl) -> anyhow::Result<String> {
    let mut out = "//! The structs and unions of the IDL.

        #![allow(clippy::large_enum_variant, reason = \"the shape is the IDL's\")]
        #![allow(clippy::semicolon_if_nothing_returned, reason = \"rustfmt wraps long match arms\")]

        use std::{collections::BTreeMap, fmt};

        use bytes::Bytes;

        use crate::{
            generated::enums::*,
            redact::{Keys, Size, WithoutQuery, hidden},
            wire::{
                BinaryList, DecodeError, FixedList, Reader, StringList, ThriftStruct, WireType, Writer,
            },
        };
        "
    .to_owned();
    for item in &idl.structs {
        if item.is_union {
            union(&mut out, idl, item)?;
        } else {
            structure(&mut out, idl, item)?;
        }
    }
    Ok(out)
}

/// The methods.
pub(crate) fn services(idl: &Idl) -> String {
    let mut out = "//! The methods of the IDL.

        use crate::{generated::structs::*, rpc::Rpc};
        "
    .to_owned();
    let names: Vec<_> = idl.methods.iter().map(|it| format!("{:?}", it.name)).collect();
    let _ = write!(
        out,
        "\n/// The name of every method.\npub const METHODS: [&str; {}] = [{}];\n",
        names.len(),
        names.join(", ")
    );
    for method in &idl.methods {
        let (name, request, response) = (&method.name, &method.request, &method.response);
        out.push('\n');
        doc(&mut out, &method.doc);
        let _ = write!(
            out,
            "#[derive(Clone, Copy, Debug)]
             pub struct {name};

             impl Rpc for {name} {{
                 const NAME: &'static str = {name:?};
                 type Request = {request};
                 type Response = {response};
             }}
            "
        );
    }
    out
}

/// A doc comment, wrapped at 100 columns.
fn doc(out: &mut String, text: &str) {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.len() + word.len() > 91 {
            let _ = writeln!(out, "/// {line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        let _ = writeln!(out, "/// {line}");
    }
}

fn enumeration(out: &mut String, item: &Enum) {
    let name = &item.name;
    out.push('\n');
    doc(out, &item.doc);
    let _ = write!(
        out,
        "#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
         pub struct {name}(pub i32);

         impl {name} {{
        "
    );
    for value in &item.values {
        doc(out, &value.doc);
        let _ = writeln!(out, "pub const {}: Self = Self({});\n", value.name, value.value);
    }
    let _ = write!(
        out,
        "/// The name in the IDL, `None` for a number that it does not list.
         #[must_use]
         pub const fn name(self) -> Option<&'static str> {{
             Some(match self.0 {{
        "
    );
    for value in &item.values {
        let _ = writeln!(out, "{} => {:?},", value.value, value.name);
    }
    let _ = write!(
        out,
        "_ => return None,
             }})
         }}
         }}

         impl fmt::Debug for {name} {{
             fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {{
                 match self.name() {{
                     Some(name) => f.write_str(name),
                     None => f.debug_tuple({name:?}).field(&self.0).finish(),
                 }}
             }}
         }}

         impl Value for {name} {{
             const WIRE_TYPE: WireType = WireType::I32;

             fn read_value(reader: &mut Reader) -> Result<Self, DecodeError> {{
                 Ok(Self(reader.i32()?))
             }}

             fn write_value(&self, writer: &mut Writer) {{
                 writer.i32(self.0);
             }}
         }}
        "
    );
}

/// The name of the `WireType` of a field.
fn wire_type(idl: &Idl, ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "Bool",
        Type::I8 => "I8",
        Type::I16 => "I16",
        Type::I32 => "I32",
        Type::I64 => "I64",
        Type::Double => "Double",
        Type::String | Type::Binary => "Binary",
        Type::List(_) => "List",
        Type::Map(..) => "Map",
        Type::Named(name) if idl.is_enum(name) => "I32",
        Type::Named(_) => "Struct",
    }
}

fn field_doc(out: &mut String, field: &Field) {
    doc(out, &field.doc);
    if let (Some(default), false) = (&field.default, field.required) {
        let text = format!("When it is absent, the receiver assumes `{default}`.");
        let _ = writeln!(out, "///");
        doc(out, &text);
    }
}

fn structure(out: &mut String, idl: &Idl, item: &Struct) -> anyhow::Result<()> {
    let name = &item.name;
    let derives = if has_secrets(item) {
        "Clone, Default, PartialEq"
    } else {
        "Clone, Debug, Default, PartialEq"
    };
    out.push('\n');
    doc(out, &item.doc);
    let _ = writeln!(out, "#[derive({derives})]\npub struct {name} {{");
    for field in &item.fields {
        field_doc(out, field);
        let (field_name, ty) = (snake_case(&field.name), field_type(field));
        let ty = if field.required { ty } else { format!("Option<{ty}>") };
        let _ = writeln!(out, "pub {field_name}: {ty},");
    }
    let _ = write!(
        out,
        "}}

         impl ThriftStruct for {name} {{
             const NAME: &'static str = {name:?};

             fn read(reader: &mut Reader) -> Result<Self, DecodeError> {{
        "
    );
    for field in &item.fields {
        let _ = writeln!(out, "let mut {} = None;", snake_case(&field.name));
    }
    out.push_str(
        "reader.begin_struct()?;
         while let Some(field) = reader.next_field()? {
             match (field.id, field.wire_type) {
        ",
    );
    for field in &item.fields {
        let _ = writeln!(
            out,
            "({}, WireType::{}) => {} = Some(reader.value()?),",
            field.id,
            wire_type(idl, &field.ty),
            snake_case(&field.name)
        );
    }
    out.push_str("(_, other) => reader.skip(other)?,\n}\n}\nOk(Self {\n");
    for field in &item.fields {
        let field_name = snake_case(&field.name);
        let _ = if field.required {
            writeln!(
                out,
                "{field_name}: reader.required({field_name}, Self::NAME, {:?})?,",
                field.name
            )
        } else {
            writeln!(out, "{field_name},")
        };
    }
    out.push_str("})\n}\n\nfn write(&self, writer: &mut Writer) {\n");
    for field in &item.fields {
        let (id, field_name) = (field.id, snake_case(&field.name));
        let _ = if field.required {
            writeln!(out, "writer.field({id}, &self.{field_name});")
        } else {
            writeln!(out, "writer.optional_field({id}, self.{field_name}.as_ref());")
        };
    }
    out.push_str("writer.stop();\n}\n}\n");
    if has_secrets(item) {
        let _ = write!(
            out,
            "
             impl fmt::Debug for {name} {{
                 fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {{
                     f.debug_struct({name:?})
            "
        );
        for field in &item.fields {
            let field_name = snake_case(&field.name);
            let label = field_name.trim_start_matches("r#");
            let value = match redactor(field)? {
                None => format!("&self.{field_name}"),
                Some(redactor) if field.required => format!("&{redactor}(&self.{field_name})"),
                Some(redactor) => format!("&self.{field_name}.as_ref().map({redactor})"),
            };
            let _ = writeln!(out, ".field({label:?}, {value})");
        }
        out.push_str(".finish()\n}\n}\n");
    }
    Ok(())
}

fn union(out: &mut String, idl: &Idl, item: &Struct) -> anyhow::Result<()> {
    let name = &item.name;
    let derives = if has_secrets(item) {
        "Clone, Default, PartialEq"
    } else {
        "Clone, Debug, Default, PartialEq"
    };
    out.push('\n');
    doc(out, &item.doc);
    let _ = write!(
        out,
        "#[derive({derives})]
         #[non_exhaustive]
         pub enum {name} {{
             /// No member, or only ones that the IDL does not list.
             #[default]
             Unset,
        "
    );
    for field in &item.fields {
        doc(out, &field.doc);
        let _ = writeln!(out, "{}({}),", upper_first(&field.name), field_type(field));
    }
    let _ = write!(
        out,
        "}}

         impl ThriftStruct for {name} {{
             const NAME: &'static str = {name:?};

             fn read(reader: &mut Reader) -> Result<Self, DecodeError> {{
                 let mut found = Self::Unset;
                 reader.begin_struct()?;
                 while let Some(field) = reader.next_field()? {{
                     let at = reader.position();
                     let member = match (field.id, field.wire_type) {{
        "
    );
    for field in &item.fields {
        let _ = writeln!(
            out,
            "({}, WireType::{}) => Self::{}(reader.value()?),",
            field.id,
            wire_type(idl, &field.ty),
            upper_first(&field.name)
        );
    }
    out.push_str(
        "(_, other) => {
             reader.skip(other)?;
             continue;
         }
         };
         if !matches!(found, Self::Unset) {
             return Err(DecodeError::ManyUnionMembers { at, union: Self::NAME });
         }
         found = member;
         }
         Ok(found)
         }

         fn write(&self, writer: &mut Writer) {
             match self {
                 Self::Unset => {}
        ",
    );
    for field in &item.fields {
        let variant = upper_first(&field.name);
        let _ = writeln!(out, "Self::{variant}(value) => writer.field({}, value),", field.id);
    }
    out.push_str("}\nwriter.stop();\n}\n}\n");
    if has_secrets(item) {
        let _ = write!(
            out,
            "
             impl fmt::Debug for {name} {{
                 fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {{
                     match self {{
                         Self::Unset => f.write_str(\"Unset\"),
            "
        );
        for field in &item.fields {
            let variant = upper_first(&field.name);
            let value = redactor(field)?
                .map_or_else(|| "value".to_owned(), |redactor| format!("&{redactor}(value)"));
            let _ = writeln!(
                out,
                "Self::{variant}(value) => f.debug_tuple({variant:?}).field({value}).finish(),"
            );
        }
        out.push_str("}\n}\n}\n");
    }
    Ok(())
}

fn has_secrets(item: &Struct) -> bool {
    item.fields.iter().any(|field| field.annotations.contains_key("secret"))
}

/// Returns the wrapper that redacts a field in `Debug`, if the field is secret.
fn redactor(field: &Field) -> anyhow::Result<Option<&'static str>> {
    Ok(Some(match field.annotations.get("secret").map(String::as_str) {
        None => return Ok(None),
        Some("true") => "hidden",
        Some("query") => "WithoutQuery",
        Some("values") => "Keys",
        Some("size") => "Size",
        Some(other) => bail!("{}: unknown kind of secret {other:?}", field.name),
    }))
}
