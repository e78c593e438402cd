//! The versioned form of a handle: what `serde` reads and writes.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, IgnoredAny, MapAccess},
    ser::SerializeStruct,
};
use zeroize::Zeroizing;

use crate::handle::{
    ExecutionHandle, Place,
    execution_handle::Operation,
    parse_error::{Expected, parse_uuid},
};

const NAME: &str = "ExecutionHandle";
const VERSION: u64 = 1;
const FIELDS: &[&str] = &["version", "protocol", "host", "http_path", "query_id", "query_secret"];

/// Writes version 1, secret included.
impl Serialize for ExecutionHandle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let optional = 2 * usize::from(self.place.is_some())
            + usize::from(matches!(self.operation, Operation::Thrift(..)));
        let mut fields = serializer.serialize_struct(NAME, 3 + optional)?;
        fields.serialize_field("version", &VERSION)?;
        fields.serialize_field("protocol", &self.protocol())?;
        match &self.place {
            Some(place) => {
                fields.serialize_field("host", place.host())?;
                fields.serialize_field("http_path", place.http_path())?;
            }
            None => {
                fields.skip_field("host")?;
                fields.skip_field("http_path")?;
            }
        }
        fields.serialize_field("query_id", &self.query_id())?;
        match &self.operation {
            Operation::Thrift(_, secret) => {
                let secret = Zeroizing::new(secret.expose().to_string());
                fields.serialize_field("query_secret", secret.as_str())?;
            }
            Operation::Sea(_) => fields.skip_field("query_secret")?,
        }
        fields.end()
    }
}

/// Reads version 1. Another version, and in version 1 any other field, is an error.
impl<'de> Deserialize<'de> for ExecutionHandle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct(NAME, FIELDS, Visitor)
    }
}

struct Visitor;

impl<'de> de::Visitor<'de> for Visitor {
    type Value = ExecutionHandle;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an execution handle")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ExecutionHandle, A::Error> {
        let mut fields = Fields::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "version" => {
                    set(&mut fields.version, "version", &mut map)?;
                    fields.check_version()?;
                }
                "protocol" => set(&mut fields.protocol, "protocol", &mut map)?,
                "host" => set(&mut fields.host, "host", &mut map)?,
                "http_path" => set(&mut fields.http_path, "http_path", &mut map)?,
                "query_id" => set(&mut fields.query_id, "query_id", &mut map)?,
                "query_secret" => set(&mut fields.query_secret, "query_secret", &mut map)?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    fields.unknown.get_or_insert(key);
                }
            }
        }
        fields.into_handle()
    }
}

/// The fields as they come. What is wrong with them is said at the end, when the version is known.
#[derive(Default)]
struct Fields {
    version: Option<u64>,
    protocol: Option<String>,
    host: Option<String>,
    http_path: Option<String>,
    query_id: Option<String>,
    query_secret: Option<SecretText>,
    unknown: Option<String>,
}

impl Fields {
    fn check_version<E: de::Error>(&self) -> Result<(), E> {
        match self.version {
            Some(VERSION) => Ok(()),
            Some(other) => Err(E::custom(format_args!(
                "version {other} of execution handles is not known, only version {VERSION} is"
            ))),
            None => Err(E::missing_field("version")),
        }
    }

    fn into_handle<E: de::Error>(self) -> Result<ExecutionHandle, E> {
        self.check_version()?;
        if let Some(unknown) = self.unknown {
            return Err(E::unknown_field(&unknown, FIELDS));
        }
        let id = self.query_id.ok_or_else(|| E::missing_field("query_id"))?;
        let id = parse_uuid(&id, Expected::Id).map_err(E::custom)?.into();
        let protocol = self.protocol.ok_or_else(|| E::missing_field("protocol"))?;
        let handle = match (protocol.as_str(), self.query_secret) {
            ("thrift", Some(SecretText(secret))) => {
                let secret = parse_uuid(&secret, Expected::Secret).map_err(E::custom)?;
                ExecutionHandle::thrift(id, secret.into())
            }
            ("thrift", None) => return Err(E::missing_field("query_secret")),
            ("sea", None) => ExecutionHandle::sea(id),
            ("sea", Some(_)) => return Err(E::custom("a handle of protocol sea has no secret")),
            (other, _) => return Err(E::unknown_variant(other, &["thrift", "sea"])),
        };
        Ok(match (self.host, self.http_path) {
            (Some(host), Some(http_path)) => handle.at(Place::new(&host, &http_path)),
            (None, None) => handle,
            (Some(_), None) => return Err(E::missing_field("http_path")),
            (None, Some(_)) => return Err(E::missing_field("host")),
        })
    }
}

fn set<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(de::Error::duplicate_field(name));
    }
    *slot = Some(map.next_value()?);
    Ok(())
}

/// The text of a secret, overwritten when it is dropped.
struct SecretText(Zeroizing<String>);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}
