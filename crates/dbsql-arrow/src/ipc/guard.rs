//! Checks the metadata of a message against its body and the schema.
//!
//! `arrow-ipc` validates the values of each array, but trusts these numbers.

use arrow_ipc::{DictionaryBatch, MetadataVersion, RecordBatch};
use arrow_schema::{DataType, Field, Schema, UnionMode};

use super::malformed;
use crate::Result;

/// The maximum number of rows of a column without data, such as a column of nulls, as the format
/// recommends: the rows of many such batches can still be summed.
const ROWS_MAX_WITHOUT_DATA: usize = i32::MAX as usize;

/// The parts of a column in a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Parts {
    nodes: usize,
    buffers: usize,
    /// The number of columns whose count of additional buffers is in the message.
    views: usize,
}

/// Checks a batch of rows under `schema`, with a body of `body` bytes.
pub(super) fn check_batch(
    batch: RecordBatch<'_>,
    schema: &Schema,
    version: MetadataVersion,
    body: usize,
) -> Result<()> {
    let parts = schema
        .fields()
        .iter()
        .fold(Parts::default(), |sum, field| sum.plus(Parts::of(field.data_type(), version)));
    check(batch, parts, body)
}

/// Checks the values of a dictionary of a column in `schema`.
pub(super) fn check_dictionary(
    dictionary: DictionaryBatch<'_>,
    schema: &Schema,
    version: MetadataVersion,
    body: usize,
) -> Result<()> {
    #[expect(deprecated, reason = "the reader of `arrow-ipc` looks dictionaries up by it")]
    let fields = schema.fields_with_dict_id(dictionary.id());
    let Some(DataType::Dictionary(_, values)) = fields.first().map(|field| field.data_type())
    else {
        return Err(malformed("a dictionary belongs to no column"));
    };
    let batch = dictionary.data().ok_or_else(|| malformed("a dictionary has no values"))?;
    check(batch, Parts::of(values, version), body)
}

fn check(batch: RecordBatch<'_>, parts: Parts, body: usize) -> Result<()> {
    if batch.compression().is_some() {
        return Err(malformed("compressed buffers are not supported"));
    }
    let rows_max = body.saturating_mul(8).max(ROWS_MAX_WITHOUT_DATA);
    let is_row_count = |count: i64| usize::try_from(count).is_ok_and(|count| count <= rows_max);
    if !is_row_count(batch.length()) {
        return Err(malformed("row count of a batch out of range"));
    }
    let nodes = batch.nodes().ok_or_else(|| malformed("a batch has no columns"))?;
    if nodes.iter().any(|node| {
        !is_row_count(node.length()) || node.null_count() < 0 || node.null_count() > node.length()
    }) {
        return Err(malformed("row or null count of a column out of range"));
    }

    let buffers = batch.buffers().ok_or_else(|| malformed("a batch has no buffers"))?;
    let mut sum = 0_usize;
    for buffer in buffers {
        let start = usize::try_from(buffer.offset()).ok();
        let length = usize::try_from(buffer.length()).ok();
        let end = start.zip(length).and_then(|(start, length)| start.checked_add(length));
        if end.is_none_or(|end| end > body) {
            return Err(malformed("a buffer exceeds its message"));
        }
        sum = sum.saturating_add(length.unwrap_or(usize::MAX));
    }
    // A small message with many columns over the same bytes would take long to check.
    if sum > body {
        return Err(malformed("overlapping buffers"));
    }

    let mut views = 0;
    let mut data_buffers = 0_usize;
    for count in batch.variadicBufferCounts().into_iter().flatten() {
        views += 1;
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        data_buffers = data_buffers.saturating_add(count);
    }
    let found = Parts { nodes: nodes.len(), buffers: buffers.len(), views };
    let expected = Parts { buffers: parts.buffers.saturating_add(data_buffers), ..parts };
    if found != expected {
        return Err(malformed("the columns of a batch do not match the schema"));
    }
    Ok(())
}

impl Parts {
    fn of(data_type: &DataType, version: MetadataVersion) -> Self {
        let own = |buffers| Self { nodes: 1, buffers, views: 0 };
        let with = |buffers, child: &Field| own(buffers).plus(Self::of(child.data_type(), version));
        match data_type {
            DataType::Null => own(0),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Binary | DataType::LargeBinary => {
                own(3)
            }
            DataType::Utf8View | DataType::BinaryView => Self { views: 1, ..own(2) },
            DataType::List(child) | DataType::LargeList(child) | DataType::Map(child, _) => {
                with(2, child)
            }
            DataType::ListView(child) | DataType::LargeListView(child) => with(3, child),
            DataType::FixedSizeList(child, _) => with(1, child),
            DataType::Struct(children) => children
                .iter()
                .fold(own(1), |sum, child| sum.plus(Self::of(child.data_type(), version))),
            DataType::RunEndEncoded(ends, values) => {
                with(0, ends).plus(Self::of(values.data_type(), version))
            }
            DataType::Union(children, mode) => {
                let offsets = usize::from(*mode == UnionMode::Dense);
                let validity = usize::from(version < MetadataVersion::V5);
                children.iter().fold(own(1 + offsets + validity), |sum, (_, child)| {
                    sum.plus(Self::of(child.data_type(), version))
                })
            }
            // Validity and values, or the keys of a dictionary.
            _ => own(2),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            nodes: self.nodes + other.nodes,
            buffers: self.buffers + other.buffers,
            views: self.views + other.views,
        }
    }
}
