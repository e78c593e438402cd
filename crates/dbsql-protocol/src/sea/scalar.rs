//! Values that are a single string, number or boolean.

use std::{fmt, marker::PhantomData};

use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::{
    handle::QueryId,
    sea::{
        at::At,
        field::{FieldSeed, Item, drain_map, drain_seq, first_key_is},
    },
};

/// The conversions from a string, number or boolean. A method returns `None` for a value of a wrong
/// type or out of range.
pub(super) trait Scalar: Sized {
    /// What errors say was expected.
    const EXPECTED: &'static str;

    fn from_text(text: &str) -> Option<Self>;

    fn from_u64(_: u64) -> Option<Self> {
        None
    }

    fn from_i64(_: i64) -> Option<Self> {
        None
    }

    fn from_f64(_: f64) -> Option<Self> {
        None
    }

    fn from_bool(_: bool) -> Option<Self> {
        None
    }
}

impl<T: Scalar> Item for T {
    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        at: At<'_>,
    ) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(ScalarVisitor { at, scalar: PhantomData })
    }
}

/// Reads a scalar; `None` for null, and for a value of another type where any type is accepted.
struct ScalarVisitor<'a, T> {
    at: At<'a>,
    scalar: PhantomData<T>,
}

impl<T: Scalar> ScalarVisitor<'_, T> {
    fn check<E: de::Error>(&self, scalar: Option<T>) -> Result<Option<T>, E> {
        scalar.map_or_else(|| self.at.mismatch(T::EXPECTED), |scalar| Ok(Some(scalar)))
    }
}

/// The only key of a number in `serde_json` when its feature `arbitrary_precision` is on, which any
/// crate of a program can enable for all.
const NUMBER: &[&str; 1] = &["$serde_json::private::Number"];

impl<'de, T: Scalar> Visitor<'de> for ScalarVisitor<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        self.at.charge(text.len())?;
        self.check(T::from_text(text))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        self.check(T::from_u64(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        // Formats differ in the type that they report for a positive number.
        self.check(u64::try_from(number).map_or_else(|_| T::from_i64(number), T::from_u64))
    }

    fn visit_u128<E: de::Error>(self, _: u128) -> Result<Self::Value, E> {
        self.check(None)
    }

    fn visit_i128<E: de::Error>(self, _: i128) -> Result<Self::Value, E> {
        self.check(None)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        self.check(T::from_f64(number))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        self.check(T::from_bool(value))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let nothing = self.check(None)?;
        drain_seq(&mut list)?;
        Ok(nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        if first_key_is(&mut map, NUMBER)? {
            let text = map.next_value_seed(FieldSeed::<Option<String>>::new(self.at))?;
            drain_map(&mut map)?;
            return self.check(text.and_then(|text| number_from_text(&text)));
        }
        let nothing = self.check(None)?;
        drain_map(&mut map)?;
        Ok(nothing)
    }
}

fn number_from_text<T: Scalar>(text: &str) -> Option<T> {
    if let Ok(number) = text.parse() {
        return T::from_u64(number);
    }
    if let Ok(number) = text.parse() {
        return T::from_i64(number);
    }
    T::from_f64(text.parse().ok()?)
}

impl Scalar for String {
    const EXPECTED: &'static str = "a string";

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn from_u64(number: u64) -> Option<Self> {
        Some(number.to_string())
    }

    fn from_i64(number: i64) -> Option<Self> {
        Some(number.to_string())
    }

    fn from_bool(value: bool) -> Option<Self> {
        Some(value.to_string())
    }
}

impl Scalar for bool {
    const EXPECTED: &'static str = "a boolean";

    fn from_text(text: &str) -> Option<Self> {
        let is = |name: &str| text.eq_ignore_ascii_case(name);
        if is("true") { Some(true) } else { is("false").then_some(false) }
    }

    fn from_u64(number: u64) -> Option<Self> {
        match number {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn from_bool(value: bool) -> Option<Self> {
        Some(value)
    }
}

impl Scalar for QueryId {
    const EXPECTED: &'static str = "a hyphenated UUID";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// Implements `Serialize` as a string and `Deserialize` with the conversions of [`Scalar`].
macro_rules! scalar_serde {
    ($scalar:ident) => {
        impl serde::Serialize for $scalar {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.to_wire())
            }
        }

        impl<'de> serde::Deserialize<'de> for $scalar {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let at = $crate::sea::at::At::document(stringify!($scalar), None);
                <Self as $crate::sea::field::Field>::read(deserializer, at)
            }
        }
    };
}
pub(super) use scalar_serde;
