//! Versions of the Thrift protocol.

use std::fmt;

use dbsql_protocol::types::TProtocolVersion;

/// A version of the Thrift protocol; later ones compare greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThriftVersion(TProtocolVersion);

impl ThriftVersion {
    /// The version of Apache Hive and Spark's Thrift server: no fields of Databricks.
    pub const HIVE_V10: Self = Self(TProtocolVersion::HIVE_CLI_SERVICE_PROTOCOL_V10);
    /// Direct results.
    pub const SPARK_V1: Self = Self(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V1);
    /// No visible difference here.
    pub const SPARK_V2: Self = Self(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V2);
    /// Result links.
    pub const SPARK_V3: Self = Self(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V3);
    /// Catalogs and schemas of a session, row limits.
    pub const SPARK_V4: Self = Self(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V4);
    /// Arrow schemas, native Arrow types, metadata with the rows.
    pub const SPARK_V5: Self = Self(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V5);
    /// LZ4.
    pub const SPARK_V6: Self = Self(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V6);
    /// No visible difference here.
    pub const SPARK_V7: Self = Self(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V7);
    /// No visible difference here.
    pub const SPARK_V8: Self = Self(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V8);
    /// The newest.
    pub const SPARK_V9: Self = Self(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V9);

    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> i32 {
        self.0.0
    }

    pub(super) fn from_wire(version: TProtocolVersion) -> Self {
        Self(version)
    }

    pub(super) fn to_wire(self) -> TProtocolVersion {
        self.0
    }
}

impl Default for ThriftVersion {
    fn default() -> Self {
        Self::SPARK_V9
    }
}

impl fmt::Debug for ThriftVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#06x}", self.number())
    }
}
