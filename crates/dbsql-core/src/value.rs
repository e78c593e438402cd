//! Values that can be bound to a statement's parameters.

use std::fmt;

/// A parameter's value with its SQL type. `Debug` shows the type only.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// NULL of no particular type (`VOID`).
    Null,
    /// `BOOLEAN`
    Boolean(bool),
    /// `INT`
    Int(i32),
    /// `BIGINT`
    BigInt(i64),
    /// `DOUBLE`: a Rust float is never narrowed.
    Double(f64),
    /// `STRING`
    String(String),
}

impl Value {
    /// The SQL type's name as it is sent.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "VOID",
            Self::Boolean(_) => "BOOLEAN",
            Self::Int(_) => "INT",
            Self::BigInt(_) => "BIGINT",
            Self::Double(_) => "DOUBLE",
            Self::String(_) => "STRING",
        }
    }

    /// The value's text as it is sent; `None` is NULL.
    pub(crate) fn text(&self) -> Option<String> {
        Some(match self {
            Self::Null => return None,
            Self::Boolean(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::BigInt(value) => value.to_string(),
            Self::Double(value) if value.is_nan() => "NaN".to_owned(),
            Self::Double(value) if value.is_infinite() => {
                if *value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
            }
            // `{:?}` is the shortest text that reads back as the same number.
            Self::Double(value) => format!("{value:?}"),
            Self::String(value) => value.clone(),
        })
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(..)", self.type_name())
    }
}

macro_rules! value_from {
    ($($rust:ty => $variant:ident),* $(,)?) => {$(
        impl From<$rust> for Value {
            fn from(value: $rust) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

value_from! {
    bool => Boolean,
    i8 => Int,
    i16 => Int,
    i32 => Int,
    i64 => BigInt,
    u8 => Int,
    u16 => Int,
    u32 => BigInt,
    f32 => Double,
    f64 => Double,
    &str => String,
    String => String,
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_numbers_keep_their_width_and_their_digits() {
        let sent = |value: Value| (value.type_name(), value.text());
        assert_eq!(sent(7.into()), ("INT", Some("7".into())));
        assert_eq!(sent(7_i64.into()), ("BIGINT", Some("7".into())));
        assert_eq!(sent(0.1.into()), ("DOUBLE", Some("0.1".into())));
        assert_eq!(sent(1e300.into()), ("DOUBLE", Some("1e300".into())));
        assert_eq!(sent(f64::NEG_INFINITY.into()), ("DOUBLE", Some("-Infinity".into())));
        assert_eq!(sent(None::<i32>.into()), ("VOID", None));
        assert_eq!(sent("x".into()), ("STRING", Some("x".into())));
    }
}
