//! The manifest of a result.

use arrow_schema::Field;
use dbsql_protocol::sea::{ChunkInfo, ColumnInfo, ColumnType, Compression, Manifest, ResultSchema};

use crate::result::types::sql_name;
use crate::result::{Piece, ResultSet};
use crate::sea::Delivery;
use crate::settings::Quirks;

pub(super) fn of(result: &ResultSet, delivery: &Delivery, quirks: &Quirks) -> Manifest {
    let fields = result.declared().fields();
    let columns = fields.iter().zip(0..).map(|(field, position)| column(field, position));
    let schema =
        ResultSchema { column_count: u32::try_from(fields.len()).ok(), columns: columns.collect() };
    let chunks = result.pieces().iter().zip(0..).map(|(piece, index)| chunk(*piece, index));
    let manifest = Manifest {
        format: Some(delivery.format.clone()),
        schema: Some(schema),
        truncated: Some(result.is_truncated()),
        result_compression: Some(match result.is_lz4() {
            true => Compression::Lz4Frame,
            false => Compression::None,
        }),
        is_volume_operation: Some(false),
        ..Manifest::default()
    };
    if quirks.sea.omit_counts {
        return manifest;
    }
    Manifest {
        total_chunk_count: Some(result.pieces().len() as u64),
        chunks: chunks.collect(),
        total_row_count: Some(result.total()),
        total_byte_count: Some(result.bytes()),
        ..manifest
    }
}

fn chunk(piece: Piece, index: u64) -> ChunkInfo {
    ChunkInfo {
        chunk_index: Some(index),
        row_offset: Some(piece.start),
        row_count: Some(piece.rows),
        byte_count: Some(piece.bytes),
    }
}

fn column(field: &Field, position: u32) -> ColumnInfo {
    let text = sql_name(field);
    let type_name = class(&text);
    let (precision, scale) = match type_name {
        ColumnType::Decimal => digits(&text),
        _ => (None, None),
    };
    let interval = text.to_ascii_uppercase();
    let interval = interval.strip_prefix("INTERVAL ").map(str::to_owned);
    ColumnInfo {
        name: Some(field.name().clone()),
        position: Some(position),
        type_precision: precision,
        type_scale: scale,
        type_interval_type: interval,
        type_name: Some(type_name),
        type_text: Some(text),
        type_json: None,
    }
}

/// Returns the class of an SQL type.
fn class(sql_name: &str) -> ColumnType {
    let word: String =
        sql_name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    match word.to_ascii_uppercase().as_str() {
        "BOOLEAN" => ColumnType::Boolean,
        "TINYINT" | "BYTE" => ColumnType::Byte,
        "SMALLINT" | "SHORT" => ColumnType::Short,
        "INT" | "INTEGER" => ColumnType::Int,
        "BIGINT" | "LONG" => ColumnType::Long,
        "FLOAT" | "REAL" => ColumnType::Float,
        "DOUBLE" => ColumnType::Double,
        "DECIMAL" | "DEC" | "NUMERIC" => ColumnType::Decimal,
        "STRING" | "VARCHAR" => ColumnType::Text,
        "CHAR" => ColumnType::Char,
        "BINARY" => ColumnType::Binary,
        "DATE" => ColumnType::Date,
        // Only the text distinguishes them.
        "TIMESTAMP" | "TIMESTAMP_LTZ" | "TIMESTAMP_NTZ" => ColumnType::Timestamp,
        "INTERVAL" => ColumnType::Interval,
        "ARRAY" => ColumnType::Array,
        "MAP" => ColumnType::Map,
        "STRUCT" => ColumnType::Struct,
        "VOID" | "NULL" => ColumnType::Null,
        _ => ColumnType::UserDefined,
    }
}

/// Returns precision and scale, which are in parentheses.
fn digits(sql_name: &str) -> (Option<i32>, Option<i32>) {
    let (_, rest) = sql_name.split_once('(').unwrap_or_default();
    let (inside, _) = rest.split_once(')').unwrap_or_default();
    let mut numbers = inside.split(',').map(|part| part.trim().parse().ok());
    (numbers.next().flatten(), numbers.next().flatten())
}
