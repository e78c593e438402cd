//! JSON objects with known fields.

use std::{fmt, marker::PhantomData};

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use crate::{
    redact::Hidden,
    sea::{
        at::{At, Ledger},
        field::{Field, drain_seq, reject_scalars},
    },
};

/// An object. The [`record`] macro implements this trait.
pub trait Record: Sized {
    /// The name of the type, for error messages.
    const NAME: &'static str;

    /// Reads the fields. Unknown fields are skipped, and null is equivalent to missing.
    fn fields<'de, A: MapAccess<'de>>(map: &mut A, at: At<'_>) -> Result<Self, A::Error>;
}

/// Reads an object; `None` for null, and for a value of another type where any type is accepted.
pub(super) fn read<'de, T: Record, D: Deserializer<'de>>(
    deserializer: D,
    at: At<'_>,
) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_any(RecordVisitor { at, record: PhantomData })
}

/// Reads a whole document, which must be an object.
pub(super) fn document<'de, T: Record, D: Deserializer<'de>>(
    deserializer: D,
    ledger: Option<&Ledger>,
) -> Result<T, D::Error> {
    let at = At::document(T::NAME, ledger);
    read(deserializer, at)?.ok_or_else(|| at.wrong(OBJECT))
}

/// Prints whether a value is present.
pub(super) struct Presence<'a, T>(pub(super) &'a T);

impl<T: Field> fmt::Debug for Presence<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (!self.0.is_absent()).then_some(Hidden).fmt(f)
    }
}

const OBJECT: &str = "an object";

struct RecordVisitor<'a, T> {
    at: At<'a>,
    record: PhantomData<T>,
}

impl<'de, T: Record> Visitor<'de> for RecordVisitor<'_, T> {
    type Value = Option<T>;

    reject_scalars!(OBJECT);

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let nothing = self.at.mismatch(OBJECT)?;
        drain_seq(&mut list)?;
        Ok(nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        T::fields(&mut map, self.at).map(Some)
    }
}

/// Defines a struct that is an object on the wire, with its serde traits and a `Debug` that prints
/// no secrets.
///
/// A field has its name on the wire, or `as "name"`. `=>` is followed by one of:
///
/// * `loose`: a value of a wrong type is ignored;
/// * `hidden`: `Debug` prints only whether it is present; `loose_hidden` is both;
/// * `link`: `Debug` prints it up to its query string;
/// * `keys`: `Debug` prints the keys of the map.
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $record:ident {$(
            $(#[$field_meta:meta])*
            pub $field:ident $(as $wire:literal)?: $type:ty $(=> $kind:ident)?,
        )*}
    ) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq, Eq)]
        pub struct $record {
            $($(#[$field_meta])* pub $field: $type,)*
        }

        impl $crate::sea::record::Record for $record {
            const NAME: &'static str = stringify!($record);

            fn fields<'de, A: serde::de::MapAccess<'de>>(
                map: &mut A,
                at: $crate::sea::at::At<'_>,
            ) -> Result<Self, A::Error> {
                #[derive(Default)]
                struct Slots {
                    $($field: Option<$type>,)*
                }

                const NAMES: &[&str] =
                    &[$($crate::sea::record::record!(@name $field $($wire)?)),*];
                let mut slots = Slots::default();
                while let Some(name) = map.next_key_seed($crate::sea::field::NameSeed(NAMES))? {
                    match name {
                        $(Some($crate::sea::record::record!(@name $field $($wire)?)) => {
                            let at = at.field(
                                Self::NAME,
                                $crate::sea::record::record!(@name $field $($wire)?),
                                $crate::sea::record::record!(@loose $($kind)?),
                            );
                            if slots.$field.is_some() {
                                return Err(at.duplicate());
                            }
                            let seed = $crate::sea::field::FieldSeed::<$type>::new(at);
                            slots.$field = Some(map.next_value_seed(seed)?);
                        })*
                        _ => {
                            map.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(Self { $($field: match slots.$field {
                    Some(value) => value,
                    None => $crate::sea::field::Field::absent(at.field(
                        Self::NAME,
                        $crate::sea::record::record!(@name $field $($wire)?),
                        $crate::sea::record::record!(@loose $($kind)?),
                    ))?,
                },)* })
            }
        }

        impl $crate::sea::field::Item for $record {
            fn read<'de, D: serde::Deserializer<'de>>(
                deserializer: D,
                at: $crate::sea::at::At<'_>,
            ) -> Result<Option<Self>, D::Error> {
                $crate::sea::record::read(deserializer, at)
            }

            fn absent<E: serde::de::Error>(at: $crate::sea::at::At<'_>) -> Result<Self, E> {
                use $crate::sea::record::Record;
                Ok(Self { $($field: $crate::sea::field::Field::absent(at.field(
                    Self::NAME,
                    $crate::sea::record::record!(@name $field $($wire)?),
                    $crate::sea::record::record!(@loose $($kind)?),
                ))?,)* })
            }
        }

        impl serde::Serialize for $record {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                let mut map = serializer.serialize_map(None)?;
                $(if !$crate::sea::field::Field::is_absent(&self.$field) {
                    map.serialize_entry(
                        $crate::sea::record::record!(@name $field $($wire)?),
                        &self.$field,
                    )?;
                })*
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $record {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::sea::record::document(deserializer, None)
            }
        }

        impl std::fmt::Debug for $record {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($record))
                    $(.field(
                        stringify!($field),
                        &$crate::sea::record::record!(@show (&self.$field) $($kind)?),
                    ))*
                    .finish()
            }
        }
    };

    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $wire:literal) => { $wire };

    (@loose loose) => { true };
    (@loose loose_hidden) => { true };
    (@loose $($other:ident)?) => { false };

    (@show $value:tt hidden) => { $crate::sea::record::Presence($value) };
    (@show $value:tt loose_hidden) => { $crate::sea::record::Presence($value) };
    (@show $value:tt link) => { $value.as_ref().map($crate::redact::WithoutQuery) };
    (@show $value:tt keys) => { $crate::redact::Keys($value) };
    (@show $value:tt $($other:ident)?) => { $value };
}
pub(super) use record;
