//! Rust names and types for those of the IDL.

use crate::codegen::idl::{Field, Type};

/// `canDecompressLZ4Result` becomes `can_decompress_lz4_result`; keywords become raw identifiers.
pub(crate) fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, &c) in chars.iter().enumerate() {
        if c.is_ascii_uppercase() && index > 0 {
            let before = chars[index - 1];
            let next_is_lower = chars.get(index + 1).is_some_and(char::is_ascii_lowercase);
            let word_starts = before.is_ascii_lowercase()
                || ((before.is_ascii_uppercase() || before.is_ascii_digit()) && next_is_lower);
            if word_starts {
                snake.push('_');
            }
        }
        snake.push(c.to_ascii_lowercase());
    }
    if snake == "type" { "r#type".to_owned() } else { snake }
}

/// `i32Value` becomes `I32Value`.
pub(crate) fn upper_first(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| {
        let mut upper = first.to_ascii_uppercase().to_string();
        upper.extend(chars);
        upper
    })
}

/// The Rust type of a field, without the `Option` of an optional one.
pub(crate) fn field_type(field: &Field) -> String {
    if field.annotations.contains_key("view")
        && let Type::List(element) = &field.ty
    {
        return match &**element {
            Type::String => "StringList".to_owned(),
            Type::Binary => "BinaryList".to_owned(),
            fixed => format!("FixedList<{}>", rust_type(fixed)),
        };
    }
    rust_type(&field.ty)
}

fn rust_type(ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::I8 => "i8".to_owned(),
        Type::I16 => "i16".to_owned(),
        Type::I32 => "i32".to_owned(),
        Type::I64 => "i64".to_owned(),
        Type::Double => "f64".to_owned(),
        Type::String => "String".to_owned(),
        Type::Binary => "Bytes".to_owned(),
        Type::List(element) => format!("Vec<{}>", rust_type(element)),
        Type::Map(key, value) => format!("BTreeMap<{}, {}>", rust_type(key), rust_type(value)),
        Type::Named(name) => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn names_become_snake_case() {
        for (name, expected) in [
            ("client_protocol_i64", "client_protocol_i64"),
            ("operationHandle", "operation_handle"),
            ("canDecompressLZ4Result", "can_decompress_lz4_result"),
            ("lz4Compressed", "lz4_compressed"),
            ("i32Val", "i32_val"),
            ("type", "r#type"),
        ] {
            assert_eq!(snake_case(name), expected);
        }
    }
}
