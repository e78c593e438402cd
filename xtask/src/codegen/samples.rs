//! Writes the sample values of every struct, by the same rule as the Python oracle: fields in
//! ascending order, depth first, every scalar made from a counter.

use std::fmt::Write as _;

use crate::codegen::{
    idl::{Idl, Struct},
    names::{snake_case, upper_first},
};

/// The depth from which recursive fields are absent.
const RECURSION_LIMIT: usize = 3;

/// `tests/support/generated.rs` of the protocol crate.
pub(crate) fn emit(idl: &Idl) -> String {
    let mut out = "//! Sample values of everything in the IDL, and a walk over them.

        use dbsql_protocol::types::*;

        use super::sample::{Sample, SampleStruct, Sampler, Visitor};

        /// Shows every struct and union to `visitor`.
        pub(crate) fn visit_all(visitor: &mut impl Visitor) {
        "
    .to_owned();
    for item in &idl.structs {
        let _ = writeln!(out, "visitor.visit::<{}>();", item.name);
    }
    out.push_str("}\n");
    for item in &idl.enums {
        let name = &item.name;
        let _ = write!(
            out,
            "
             impl Sample for {name} {{
                 fn sample(sampler: &mut Sampler, depth: usize) -> Self {{
                     Self(Sample::sample(sampler, depth))
                 }}
             }}
            "
        );
    }
    for item in &idl.structs {
        if item.is_union {
            union(&mut out, item);
        } else {
            structure(&mut out, idl, item);
        }
    }
    out
}

fn structure(out: &mut String, idl: &Idl, item: &Struct) {
    let name = &item.name;
    let _ = write!(
        out,
        "
         impl Sample for {name} {{
             fn sample(sampler: &mut Sampler, depth: usize) -> Self {{
                 Self {{
        "
    );
    for field in &item.fields {
        let field_name = snake_case(&field.name);
        let mut reachable = Vec::new();
        field.ty.names(&mut reachable);
        let is_recursive = reaches(idl, &mut reachable, name);
        let sample = "Sample::sample(sampler, depth + 1)";
        let _ = if field.required {
            writeln!(out, "{field_name}: {sample},")
        } else if is_recursive {
            writeln!(out, "{field_name}: (depth < {RECURSION_LIMIT}).then(|| {sample}),")
        } else {
            writeln!(out, "{field_name}: Some({sample}),")
        };
    }
    let required: Vec<_> =
        item.fields.iter().filter(|it| it.required).map(|it| format!("{:?}", it.name)).collect();
    let _ = write!(
        out,
        "}}
         }}
         }}

         impl SampleStruct for {name} {{
             const REQUIRED: &'static [&'static str] = &[{}];
         }}
        ",
        required.join(", ")
    );
}

fn union(out: &mut String, item: &Struct) {
    let (name, members) = (&item.name, item.fields.len());
    let _ = write!(
        out,
        "
         impl Sample for {name} {{
             fn sample(sampler: &mut Sampler, depth: usize) -> Self {{
                 let member = sampler.choose({members});
                 Self::member(member, sampler, depth)
             }}
         }}

         impl SampleStruct for {name} {{
             const REQUIRED: &'static [&'static str] = &[];
             const MEMBERS: &'static [i16] = &[{}];

             fn member(index: usize, sampler: &mut Sampler, depth: usize) -> Self {{
                 match index {{
        ",
        item.fields.iter().map(|it| it.id.to_string()).collect::<Vec<_>>().join(", ")
    );
    for (index, field) in item.fields.iter().enumerate() {
        let variant = upper_first(&field.name);
        let _ = writeln!(out, "{index} => Self::{variant}(Sample::sample(sampler, depth + 1)),");
    }
    out.push_str("_ => Self::Unset,\n}\n}\n}\n");
}

/// Whether `target` is reachable from the structs in `names`.
fn reaches(idl: &Idl, names: &mut Vec<String>, target: &str) -> bool {
    let mut next = 0;
    while next < names.len() {
        if names[next] == target {
            return true;
        }
        if let Some(item) = idl.structure(&names[next]) {
            for field in &item.fields {
                let mut found = Vec::new();
                field.ty.names(&mut found);
                found.retain(|name| !names.contains(name));
                names.extend(found);
            }
        }
        next += 1;
    }
    false
}
