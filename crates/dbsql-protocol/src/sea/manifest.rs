//! The description of a result.

use crate::sea::{Compression, Format, names::names, record::record};

record! {
    /// The description of a result. Zeros may be missing in all counts.
    pub struct Manifest {
        /// The format of the chunks.
        pub format: Option<Format>,
        /// The columns.
        pub schema: Option<ResultSchema>,
        /// The number of chunks. A check, not the end of the result: newer servers do not promise
        /// it.
        pub total_chunk_count: Option<u64>,
        /// The chunks.
        pub chunks: Vec<ChunkInfo>,
        /// The number of rows.
        pub total_row_count: Option<u64>,
        /// The number of bytes; missing at times.
        pub total_byte_count: Option<u64>,
        /// Whether the result was truncated by a limit.
        pub truncated: Option<bool>,
        /// The compression of the chunks, whatever was requested.
        pub result_compression: Option<Compression>,
        /// Whether the result tells the client to move files. It contains signed links in that
        /// case.
        pub is_volume_operation: Option<bool>,
        /// The schema as Arrow, from some servers.
        pub arrow_schema: Option<String> => loose,
        /// Whether this is the result of a metadata statement, from some servers.
        pub is_native_metadata_result: Option<bool> => loose,
    }
}

record! {
    /// The columns of a result.
    pub struct ResultSchema {
        /// The number of columns.
        pub column_count: Option<u32>,
        /// The columns; may be missing if there are none.
        pub columns: Vec<ColumnInfo>,
    }
}

record! {
    /// A column.
    pub struct ColumnInfo {
        /// The name.
        pub name: Option<String>,
        /// The index of the column, from 0.
        pub position: Option<u32>,
        /// The class of the type.
        pub type_name: Option<ColumnType>,
        /// The type in SQL syntax. Some types have no class and appear here only.
        pub type_text: Option<String>,
        /// The precision of a DECIMAL.
        pub type_precision: Option<i32>,
        /// The scale of a DECIMAL.
        pub type_scale: Option<i32>,
        /// The fields of an INTERVAL.
        pub type_interval_type: Option<String>,
        /// The type as JSON in a string, from some servers.
        pub type_json: Option<String> => loose,
    }
}

names! {
    /// The class of a type. Types with a collation have other names.
    pub enum ColumnType {
        /// ARRAY.
        Array = "ARRAY",
        /// BINARY.
        Binary = "BINARY",
        /// BOOLEAN.
        Boolean = "BOOLEAN",
        /// TINYINT.
        Byte = "BYTE",
        /// CHAR.
        Char = "CHAR",
        /// DATE.
        Date = "DATE",
        /// DECIMAL.
        Decimal = "DECIMAL",
        /// DOUBLE.
        Double = "DOUBLE",
        /// FLOAT.
        Float = "FLOAT",
        /// INT.
        Int = "INT",
        /// INTERVAL.
        Interval = "INTERVAL",
        /// BIGINT.
        Long = "LONG",
        /// MAP.
        Map = "MAP",
        /// VOID.
        Null = "NULL",
        /// SMALLINT.
        Short = "SHORT",
        /// STRING.
        Text = "STRING",
        /// STRUCT.
        Struct = "STRUCT",
        /// TIMESTAMP.
        Timestamp = "TIMESTAMP",
        /// Any other type.
        UserDefined = "USER_DEFINED_TYPE",
    }
}

record! {
    /// The position of a chunk in the result.
    #[derive(Copy)]
    pub struct ChunkInfo {
        /// The index of the chunk, from 0.
        pub chunk_index: Option<u64>,
        /// Its first row.
        pub row_offset: Option<u64>,
        /// The number of rows.
        pub row_count: Option<u64>,
        /// The number of bytes.
        pub byte_count: Option<u64>,
    }
}
