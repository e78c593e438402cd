//! What a result consists of.

use crate::sea::{Compression, Format, names::names, record::record};

record! {
    /// What a result consists of. Zeros may be missing in all counts.
    pub struct Manifest {
        /// What the chunks are.
        pub format: Option<Format>,
        /// The columns.
        pub schema: Option<ResultSchema>,
        /// How many chunks there are. A check, not the end of the result: newer servers do not promise it.
        pub total_chunk_count: Option<u64>,
        /// The chunks.
        pub chunks: Vec<ChunkInfo>,
        /// How many rows there are.
        pub total_row_count: Option<u64>,
        /// How many bytes there are; missing at times.
        pub total_byte_count: Option<u64>,
        /// Whether a limit cut the result short.
        pub truncated: Option<bool>,
        /// How the chunks are compressed, whatever was asked for.
        pub result_compression: Option<Compression>,
        /// Whether the result tells the client to move files. It holds signed links then.
        pub is_volume_operation: Option<bool>,
        /// The schema in Arrow's form, from some servers.
        pub arrow_schema: Option<String> => loose,
        /// Whether the result is one of a metadata statement, from some servers.
        pub is_native_metadata_result: Option<bool> => loose,
    }
}

record! {
    /// The columns of a result.
    pub struct ResultSchema {
        /// How many there are.
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
        /// The place, from 0.
        pub position: Option<u32>,
        /// The class of the type.
        pub type_name: Option<ColumnType>,
        /// The type as SQL has it. Some types have no class of their own and stand here alone.
        pub type_text: Option<String>,
        /// Digits of a DECIMAL.
        pub type_precision: Option<i32>,
        /// Digits of a DECIMAL after the point.
        pub type_scale: Option<i32>,
        /// The fields of an INTERVAL.
        pub type_interval_type: Option<String>,
        /// The type as JSON in a text, from some servers.
        pub type_json: Option<String> => loose,
    }
}

names! {
    /// The class of a type. Types with a collation have a name outside of these.
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
        /// Any other.
        UserDefined = "USER_DEFINED_TYPE",
    }
}

record! {
    /// Where the rows of a chunk are in the result.
    #[derive(Copy)]
    pub struct ChunkInfo {
        /// The chunk, from 0.
        pub chunk_index: Option<u64>,
        /// Its first row.
        pub row_offset: Option<u64>,
        /// How many rows it has.
        pub row_count: Option<u64>,
        /// How many bytes it has.
        pub byte_count: Option<u64>,
    }
}
