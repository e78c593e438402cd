//! The possible contents of a field: a value, an optional value, a list or a map.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::sea::at::At;

/// One value: a scalar or a record.
pub(super) trait Item: Sized {
    /// Reads a value. `None` stands for null, or for a value of a wrong type where any type is
    /// accepted.
    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        at: At<'_>,
    ) -> Result<Option<Self>, D::Error>;

    /// Returns the substitute for a value that is missing or null.
    fn absent<E: de::Error>(at: At<'_>) -> Result<Self, E> {
        Err(at.missing())
    }
}

/// The value of a field.
pub(super) trait Field: Sized {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: At<'_>) -> Result<Self, D::Error>;

    /// Returns the substitute for a field that is missing or null.
    fn absent<E: de::Error>(at: At<'_>) -> Result<Self, E>;

    /// Returns `true` if the field is not written.
    fn is_absent(&self) -> bool;
}

impl<T: Item> Field for T {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: At<'_>) -> Result<Self, D::Error> {
        <T as Item>::read(deserializer, at)?.map_or_else(|| <T as Item>::absent(at), Ok)
    }

    fn absent<E: de::Error>(at: At<'_>) -> Result<Self, E> {
        <T as Item>::absent(at)
    }

    fn is_absent(&self) -> bool {
        false
    }
}

impl<T: Item> Field for Option<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: At<'_>) -> Result<Self, D::Error> {
        <T as Item>::read(deserializer, at)
    }

    fn absent<E: de::Error>(_: At<'_>) -> Result<Self, E> {
        Ok(None)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Item> Field for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: At<'_>) -> Result<Self, D::Error> {
        let list = deserializer.deserialize_any(ListVisitor { at, item: PhantomData })?;
        Ok(list.unwrap_or_default())
    }

    fn absent<E: de::Error>(_: At<'_>) -> Result<Self, E> {
        Ok(Self::new())
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Item> Field for BTreeMap<String, T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: At<'_>) -> Result<Self, D::Error> {
        let map = deserializer.deserialize_any(MapVisitor { at, item: PhantomData })?;
        Ok(map.unwrap_or_default())
    }

    fn absent<E: de::Error>(_: At<'_>) -> Result<Self, E> {
        Ok(Self::new())
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// Reads a field from inside a list or a map.
pub(super) struct FieldSeed<'a, T> {
    at: At<'a>,
    field: PhantomData<T>,
}

impl<'a, T> FieldSeed<'a, T> {
    pub(super) fn new(at: At<'a>) -> Self {
        Self { at, field: PhantomData }
    }
}

impl<'de, T: Field> DeserializeSeed<'de> for FieldSeed<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::read(deserializer, self.at)
    }
}

/// Reads a key if it is one of these names. Other keys are not kept.
pub(super) struct NameSeed(pub(super) &'static [&'static str]);

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Option<&'static str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for NameSeed {
    type Value = Option<&'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().copied().find(|name| *name == key))
    }
}

/// Reads the first key; returns `true` if it is this one.
pub(super) fn first_key_is<'de, A: MapAccess<'de>>(
    map: &mut A,
    name: &'static [&'static str; 1],
) -> Result<bool, A::Error> {
    match map.next_key_seed(NameSeed(name))? {
        Some(Some(_)) => Ok(true),
        Some(None) => map.next_value().map(|IgnoredAny| false),
        None => Ok(false),
    }
}

pub(super) fn drain_seq<'de, A: SeqAccess<'de>>(list: &mut A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

pub(super) fn drain_map<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// The methods of a visitor that accepts no scalars: null means no value, others are rejected
/// without quoting them, as serde's defaults would.
macro_rules! reject_scalars {
    ($expected:expr) => {
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str($expected)
        }

        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_none<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        $crate::sea::field::reject_scalars! {
            @each $expected;
            visit_bool(bool), visit_i64(i64), visit_i128(i128), visit_u64(u64), visit_u128(u128),
            visit_f64(f64), visit_str(&str),
        }
    };
    (@each $expected:expr; $($method:ident($type:ty)),* $(,)?) => {$(
        fn $method<E: serde::de::Error>(self, _: $type) -> Result<Self::Value, E> {
            self.at.mismatch($expected)
        }
    )*};
}
pub(super) use reject_scalars;

const LIST: &str = "a list";
const MAP: &str = "an object";

struct ListVisitor<'a, T> {
    at: At<'a>,
    item: PhantomData<T>,
}

impl<'de, T: Item> Visitor<'de> for ListVisitor<'_, T> {
    type Value = Option<Vec<T>>;

    reject_scalars!(LIST);

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(FieldSeed::<Option<T>>::new(self.at))? {
            let item = match item {
                Some(item) => item,
                None if self.at.is_loose() => continue,
                // Keeps the positions of the others.
                None => <T as Item>::absent(self.at)?,
            };
            self.at.reserve(&mut items, 1)?;
            items.push(item);
        }
        Ok(Some(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let nothing = self.at.mismatch(LIST)?;
        drain_map(&mut map)?;
        Ok(nothing)
    }
}

struct MapVisitor<'a, T> {
    at: At<'a>,
    item: PhantomData<T>,
}

impl<'de, T: Item> Visitor<'de> for MapVisitor<'_, T> {
    type Value = Option<BTreeMap<String, T>>;

    reject_scalars!(MAP);

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let nothing = self.at.mismatch(MAP)?;
        drain_seq(&mut list)?;
        Ok(nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        // A node of the tree has room for 11 entries, and all nodes but the first are at least half
        // full.
        const NODE: usize = 11;
        let entry = size_of::<(String, T)>() + size_of::<usize>();
        let mut items = BTreeMap::new();
        while let Some(key) = map.next_key_seed(FieldSeed::<String>::new(self.at))? {
            let Some(item) = map.next_value_seed(FieldSeed::<Option<T>>::new(self.at))? else {
                continue;
            };
            self.at.charge(if items.is_empty() { NODE * entry } else { 2 * entry })?;
            items.insert(key, item);
        }
        Ok(Some(items))
    }
}
