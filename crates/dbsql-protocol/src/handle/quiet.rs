//! Deserializing without quoting the input: what looks like a mistake may contain most of a secret.
//!
//! serde's own errors quote what they found: the value of a wrong type, the name of an unknown
//! field or variant. So the visitors here reject every type of value themselves, and where a format
//! is asked for one type and would report its own error, that error is replaced.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Expected, Visitor};
use zeroize::Zeroizing;

/// Returns the error for a value of a wrong type: what was expected, and nothing of what was found.
pub(super) fn wrong_type<E: de::Error>(expected: &dyn Expected) -> E {
    E::custom(format_args!("expected {expected}"))
}

/// The methods of a text visitor that reject the other scalars: serde's defaults quote the value.
/// Its defaults for everything else name only the type.
macro_rules! reject_all_but_text {
    () => {
        $crate::handle::quiet::reject_all_but_text! {
            visit_bool(bool), visit_i64(i64), visit_i128(i128), visit_u64(u64), visit_u128(u128),
            visit_f64(f64),
        }
    };
    ($($method:ident($type:ty)),* $(,)?) => {$(
        fn $method<E: serde::de::Error>(self, _: $type) -> Result<Self::Value, E> {
            Err($crate::handle::quiet::wrong_type(&self))
        }
    )*};
}
pub(super) use reject_all_but_text;

/// The text of a handle, overwritten on drop.
pub(super) struct Text(pub(super) Zeroizing<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Clone, Copy)]
        struct TextVisitor;

        impl Visitor<'_> for TextVisitor {
            type Value = Text;

            reject_all_but_text! {}

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(Zeroizing::new(text.to_owned())))
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<Text, E> {
                Ok(Text(Zeroizing::new(text)))
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Text, E> {
                let text = std::str::from_utf8(bytes).map_err(|_| wrong_type(&self))?;
                self.visit_str(text)
            }
        }

        // A format that is asked for a string would report another type with its own error. A
        // format that is not self-describing has to be asked.
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(TextVisitor)
        } else {
            let text = deserializer.deserialize_str(TextVisitor);
            text.map_err(|_| wrong_type(&TextVisitor))
        }
    }
}

/// Deserializes a `T`; any error of the format or of `T` becomes "expected `expected`".
pub(super) fn or_expected<'de, T, D>(deserializer: D, expected: &'static str) -> Result<T, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map_err(|_| wrong_type(&expected))
}
