//! The fields of a JSON object, each read once; errors name the field.

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::admin::Refusal;

/// The fields that were not read yet.
pub(super) struct Fields {
    /// The path of the object, empty for the whole body.
    path: String,
    left: Map<String, Value>,
    read: Vec<&'static str>,
}

/// A field that was read, with its path.
pub(super) type Found<T> = (String, T);

impl Fields {
    /// Reads a body; an empty one is an object without fields.
    pub(super) fn of_body(body: &Bytes) -> Result<Self, Refusal> {
        if body.is_empty() {
            return Self::of(String::new(), Value::Object(Map::new()));
        }
        let value = serde_json::from_slice(body).map_err(|error| Refusal::malformed(&error))?;
        Self::of(String::new(), value)
    }

    /// Reads the value at a path.
    pub(super) fn of(path: String, value: Value) -> Result<Self, Refusal> {
        match value {
            Value::Object(left) => Ok(Self { path, left, read: Vec::new() }),
            _ => Err(Refusal::invalid(path, "must be an object")),
        }
    }

    /// Returns the path of a field.
    pub(super) fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Returns a field; `null` counts as missing.
    pub(super) fn optional<T: FromField>(
        &mut self,
        name: &'static str,
    ) -> Result<Option<Found<T>>, Refusal> {
        self.read.push(name);
        let Some(value) = self.left.remove(name).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        let path = self.path_of(name);
        match T::from_field(value) {
            Some(value) => Ok(Some((path, value))),
            None => Err(Refusal::invalid(path, &format!("must be {}", T::EXPECTED))),
        }
    }

    pub(super) fn required<T: FromField>(
        &mut self,
        name: &'static str,
    ) -> Result<Found<T>, Refusal> {
        self.optional(name)?.ok_or_else(|| Refusal::missing(self.path_of(name)))
    }

    /// Fails if there are fields that were not read.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        let Some(name) = self.left.keys().next() else { return Ok(()) };
        let known = match self.read.is_empty() {
            true => "none".to_owned(),
            false => {
                self.read.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            }
        };
        let name: String = name.chars().take(64).collect();
        Err(Refusal::unknown(self.path_of(&name), &known))
    }
}

/// A type that a field can have.
pub(super) trait FromField: Sized {
    /// The type in words.
    const EXPECTED: &'static str;

    fn from_field(value: Value) -> Option<Self>;
}

impl FromField for Value {
    const EXPECTED: &'static str = "a value";

    fn from_field(value: Value) -> Option<Self> {
        Some(value)
    }
}

impl FromField for String {
    const EXPECTED: &'static str = "a string";

    fn from_field(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
}

impl FromField for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_field(value: Value) -> Option<Self> {
        value.as_bool()
    }
}

impl FromField for u64 {
    const EXPECTED: &'static str = "a whole number, not negative";

    fn from_field(value: Value) -> Option<Self> {
        value.as_u64()
    }
}

impl FromField for usize {
    const EXPECTED: &'static str = u64::EXPECTED;

    fn from_field(value: Value) -> Option<Self> {
        value.as_u64().and_then(|number| Self::try_from(number).ok())
    }
}

impl FromField for i64 {
    const EXPECTED: &'static str = "a whole number";

    fn from_field(value: Value) -> Option<Self> {
        value.as_i64()
    }
}

/// A fraction from 0 to 1.
pub(super) struct Fraction(pub(super) f64);

impl FromField for Fraction {
    const EXPECTED: &'static str = "a number from 0 to 1";

    fn from_field(value: Value) -> Option<Self> {
        value.as_f64().filter(|number| (0.0..=1.0).contains(number)).map(Self)
    }
}

/// The status of a response.
pub(super) struct Status(pub(super) u16);

impl FromField for Status {
    const EXPECTED: &'static str = "an HTTP status from 200 to 599";

    fn from_field(value: Value) -> Option<Self> {
        let number = value.as_u64().filter(|number| (200..600).contains(number))?;
        u16::try_from(number).ok().map(Self)
    }
}

/// A time in milliseconds.
pub(super) struct Millis(pub(super) u64);

impl FromField for Millis {
    const EXPECTED: &'static str = "a whole number of milliseconds, at most a day";

    fn from_field(value: Value) -> Option<Self> {
        value.as_u64().filter(|&number| number <= 24 * 60 * 60 * 1000).map(Self)
    }
}

impl FromField for Vec<Value> {
    const EXPECTED: &'static str = "an array";

    fn from_field(value: Value) -> Option<Self> {
        match value {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }
}

impl FromField for Map<String, Value> {
    const EXPECTED: &'static str = "an object";

    fn from_field(value: Value) -> Option<Self> {
        match value {
            Value::Object(fields) => Some(fields),
            _ => None,
        }
    }
}
