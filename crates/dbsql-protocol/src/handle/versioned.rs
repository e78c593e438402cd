//! The versioned form of a handle, as `serde` reads and writes it.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, IgnoredAny, MapAccess},
    ser::SerializeStruct,
};
use zeroize::Zeroizing;

use crate::handle::{
    ExecutionHandle, HandleEndpoint, Protocol, QueryId,
    execution_handle::Operation,
    parse_error::{Expected, parse_uuid},
    quiet::{Text, or_expected, reject_all_but_text, wrong_type},
};

const NAME: &str = "ExecutionHandle";
const VERSION: u64 = 1;
const UNKNOWN_FIELD: &str = "unknown field in an execution handle: expected `version`, `protocol`, `host`, \
                             `http_path`, `query_id` and `query_secret`";

/// Writes version 1, including the secret.
impl Serialize for ExecutionHandle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let optional = 2 * usize::from(self.endpoint.is_some())
            + usize::from(matches!(self.operation, Operation::Thrift(..)));
        let mut fields = serializer.serialize_struct(NAME, 3 + optional)?;
        fields.serialize_field("version", &VERSION)?;
        fields.serialize_field("protocol", &self.protocol())?;
        match &self.endpoint {
            Some(endpoint) => {
                fields.serialize_field("host", endpoint.host())?;
                fields.serialize_field("http_path", endpoint.http_path())?;
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

/// Reads version 1, or the short text as a string. Any other version is an error, and so is an
/// unknown field in version 1. Errors never quote the input.
impl<'de> Deserialize<'de> for ExecutionHandle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

#[derive(Clone, Copy)]
struct Visitor;

impl<'de> de::Visitor<'de> for Visitor {
    type Value = ExecutionHandle;

    reject_all_but_text! {}

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an execution handle as a string or in its versioned form")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ExecutionHandle, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<ExecutionHandle, E> {
        self.visit_str(&Zeroizing::new(text))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<ExecutionHandle, E> {
        self.visit_str(std::str::from_utf8(bytes).map_err(|_| wrong_type(&self))?)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ExecutionHandle, A::Error> {
        let mut fields = Fields::default();
        while let Some(Text(key)) = map.next_key()? {
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
                    fields.has_unknown = true;
                }
            }
        }
        fields.into_handle()
    }
}

/// A version number in any format.
#[derive(Clone, Copy)]
struct Version(u64);

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Requested by type: some formats have numbers that are not one of serde's types.
        or_expected(deserializer, "an unsigned integer as version of an execution handle").map(Self)
    }
}

/// The fields as they were read. Errors are reported at the end, once the version is known.
#[derive(Default)]
struct Fields {
    version: Option<Version>,
    protocol: Option<Text>,
    host: Option<Text>,
    http_path: Option<Text>,
    query_id: Option<Text>,
    query_secret: Option<Text>,
    has_unknown: bool,
}

impl Fields {
    fn check_version<E: de::Error>(&self) -> Result<(), E> {
        match self.version {
            Some(Version(VERSION)) => Ok(()),
            Some(_) => Err(E::custom(format_args!(
                "unknown version of an execution handle: expected version {VERSION}"
            ))),
            None => Err(E::missing_field("version")),
        }
    }

    fn into_handle<E: de::Error>(self) -> Result<ExecutionHandle, E> {
        self.check_version()?;
        if self.has_unknown {
            return Err(E::custom(UNKNOWN_FIELD));
        }
        let Text(id) = self.query_id.ok_or_else(|| E::missing_field("query_id"))?;
        let id: QueryId = id.parse().map_err(E::custom)?;
        let Text(protocol) = self.protocol.ok_or_else(|| E::missing_field("protocol"))?;
        let protocol =
            Protocol::from_name(&protocol).ok_or_else(|| wrong_type(&Protocol::NAMES))?;
        let handle = match (protocol, self.query_secret) {
            (Protocol::Thrift, Some(Text(secret))) => {
                let secret = parse_uuid(&secret, Expected::Secret).map_err(E::custom)?;
                ExecutionHandle::thrift(id, secret.into())
            }
            (Protocol::Thrift, None) => return Err(E::missing_field("query_secret")),
            (Protocol::Sea, None) => ExecutionHandle::sea(id),
            (Protocol::Sea, Some(_)) => {
                return Err(E::custom(
                    "unexpected `query_secret`: handles of protocol `sea` have none",
                ));
            }
        };
        Ok(match (self.host, self.http_path) {
            (Some(Text(host)), Some(Text(path))) => handle.at(HandleEndpoint::new(&host, &path)),
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
