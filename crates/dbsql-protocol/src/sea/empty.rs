//! A response without content.

use serde::{Deserialize, Deserializer, Serialize, de::MapAccess};

use crate::sea::{
    at::At,
    field::drain_map,
    record::{self, Record},
};

/// An object without relevant fields: the response to a cancel, a close and the end of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Empty {}

impl Record for Empty {
    const NAME: &'static str = "Empty";

    fn fields<'de, A: MapAccess<'de>>(map: &mut A, _: At<'_>) -> Result<Self, A::Error> {
        drain_map(map)?;
        Ok(Self {})
    }
}

impl<'de> Deserialize<'de> for Empty {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        record::document(deserializer, None)
    }
}
