//! Rows with known numbers, in each encoding.

use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use bytes::Bytes;
use dbsql_protocol::types::{
    TColumn, TColumnDesc, TPrimitiveTypeEntry, TTableSchema, TTypeDesc, TTypeEntry, TTypeId,
};
use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};

use super::case::Frames;
use crate::support::{bigints, strings};

pub(super) fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, true),
        Field::new("t", DataType::Utf8, true),
    ]))
}

/// The same for columns.
pub(super) fn table() -> TTableSchema {
    let column = |name: &str, r#type| TColumnDesc {
        column_name: name.to_owned(),
        type_desc: TTypeDesc {
            types: vec![TTypeEntry::PrimitiveEntry(TPrimitiveTypeEntry {
                r#type,
                type_qualifiers: None,
            })],
        },
        ..TColumnDesc::default()
    };
    TTableSchema {
        columns: vec![column("id", TTypeId::BIGINT_TYPE), column("t", TTypeId::STRING_TYPE)],
    }
}

/// The text of a row: of about this length, and different from row to row.
fn text(row: usize, length: usize) -> String {
    let noise = (row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut text = format!("{row}:{noise:x}");
    while text.len() < length {
        text.push_str(&format!("{:x}", noise.rotate_left(text.len() as u32)));
    }
    text.truncate(length.max(1));
    text
}

pub(super) fn batch(rows: Range<usize>, length: usize) -> RecordBatch {
    let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(rows.clone().map(|row| row as i64)));
    let texts = rows.map(|row| Some(text(row, length))).collect::<StringArray>();
    RecordBatch::try_new(schema(), vec![ids, Arc::new(texts)]).unwrap()
}

/// Asserts that these are the rows from `first` on, and returns their number.
pub(super) fn check(batch: &RecordBatch, first: usize, length: usize) -> Result<usize, String> {
    let ids = batch.column(0).as_primitive::<Int64Type>();
    let texts = batch.column(1).as_string::<i32>();
    for at in 0..batch.num_rows() {
        let row = first + at;
        if ids.value(at) != row as i64 || texts.value(at) != text(row, length) {
            return Err(format!("row {row} came as {}: {:?}", ids.value(at), texts.value(at)));
        }
    }
    Ok(batch.num_rows())
}

pub(super) fn columns(rows: Range<usize>, length: usize) -> Vec<TColumn> {
    let texts: Vec<String> = rows.clone().map(|row| text(row, length)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    vec![bigints(rows.map(|row| row as i64)), strings(&texts)]
}

pub(super) fn schema_message() -> Bytes {
    let writer = StreamWriter::try_new(Vec::new(), &schema()).unwrap();
    Bytes::copy_from_slice(writer.get_ref())
}

/// A batch as one message.
pub(super) fn message(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &schema()).unwrap();
    let head = writer.get_ref().len();
    writer.write(batch).unwrap();
    writer.get_ref()[head..].to_vec()
}

pub(super) fn stream(batches: &[RecordBatch]) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &schema()).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

/// The content in LZ4 frames with this layout.
pub(super) fn compress(content: &[u8], layout: Frames) -> Vec<u8> {
    let mut out = Vec::new();
    let part = content.len().div_ceil(layout.count).max(1);
    for (number, part) in content.chunks(part).enumerate() {
        if layout.extras && number > 0 {
            frame(&mut out, &[], layout);
            let skippable = 0x184d_2a50 + number as u32;
            out.extend(skippable.to_le_bytes());
            out.extend(5_u32.to_le_bytes());
            out.extend(b"\x04\x22\x4d\x18!");
        }
        frame(&mut out, part, layout);
    }
    out
}

fn frame(out: &mut Vec<u8>, content: &[u8], layout: Frames) {
    let mode = if layout.linked { BlockMode::Linked } else { BlockMode::Independent };
    let size = match layout.block_size {
        4 => BlockSize::Max64KB,
        5 => BlockSize::Max256KB,
        6 => BlockSize::Max1MB,
        _ => BlockSize::Max4MB,
    };
    let info = FrameInfo::new()
        .block_mode(mode)
        .block_size(size)
        .block_checksums(layout.block_checksums)
        .content_checksum(layout.content_checksum)
        .content_size(layout.content_size.then_some(content.len() as u64));
    let mut encoder = FrameEncoder::with_frame_info(info, out);
    for block in content.chunks(layout.block) {
        encoder.write_all(block).unwrap();
        // The block ends here.
        encoder.flush().unwrap();
    }
    encoder.flush().unwrap();
    encoder.finish().unwrap();
}
