//! Memory of batches that are kept: the size of one, and a copy that shares no memory.
//!
//! All arrays of a decoded batch point into one buffer: the part of the result, such as a file,
//! that contained the batch. Keeping one batch, or a column or slice of it, keeps the whole buffer
//! in memory. And [`RecordBatch::get_array_memory_size`] counts that buffer once for each array, so
//! that it reports many times the actual memory.
//!
//! ```
//! # use std::sync::Arc;
//! # use arrow_array::{ArrayRef, Int64Array, RecordBatch};
//! use dbsql_arrow::batch;
//!
//! # let column: ArrayRef = Arc::new(Int64Array::from_iter_values(0..100_000));
//! # let large = RecordBatch::try_from_iter([("id", column)])?;
//! let head = large.slice(0, 10);
//! assert_eq!(batch::memory_size(&head), 80);
//! assert!(head.get_array_memory_size() >= 800_000);
//!
//! let head = batch::compact(&head);
//! drop(large); // frees its memory, which `head` no longer needs
//! assert!(head.get_array_memory_size() < 1_000);
//! # Ok::<(), arrow_schema::ArrowError>(())
//! ```

use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::ByteArrayType;
use arrow_array::{
    Array, ArrayRef, GenericByteArray, OffsetSizeTrait, RecordBatch, RecordBatchOptions,
    downcast_primitive_array, make_array,
};
use arrow_buffer::{ArrowNativeType, BooleanBuffer, Buffer, NullBuffer};
use arrow_schema::{DataType, UnionMode};

/// Returns the number of bytes that hold the rows of a batch: only its part for a slice, and memory
/// shared by several arrays once.
///
/// The values of a dictionary, the runs of a run-end encoded array and the children of a dense
/// union count in full. Other data in the same buffer does not count, even though the batch keeps
/// it in memory; see [`compact`].
#[must_use]
pub fn memory_size(batch: &RecordBatch) -> usize {
    let mut regions = Regions::default();
    for column in batch.columns() {
        regions.add_array(column);
    }
    regions.size()
}

/// Copies a batch into its own memory, so that keeping the copy keeps nothing else.
///
/// The copy equals the batch, with the same schema, and has the size that [`memory_size`] returns;
/// memory shared by arrays is copied for each. Use it for batches that are kept for long, and for
/// small slices of large ones; a batch that is soon dropped needs no copy.
#[must_use]
pub fn compact(batch: &RecordBatch) -> RecordBatch {
    let columns = batch.columns().iter().map(compact_array).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(batch.schema(), columns, &options)
        // Equal columns are valid in the same schema.
        .unwrap_or_else(|_| batch.clone())
}

/// Address ranges in memory.
#[derive(Debug, Default)]
struct Regions(Vec<Range<usize>>);

impl Regions {
    fn add(&mut self, bytes: &[u8]) {
        let region = bytes.as_ptr_range();
        let region = region.start.addr()..region.end.addr();
        match self.0.last_mut() {
            Some(last) if last.end == region.start => last.end = region.end,
            _ => self.0.push(region),
        }
    }

    /// Returns the number of bytes in the regions, counting overlaps once.
    fn size(mut self) -> usize {
        self.0.sort_unstable_by_key(|region| region.start);
        let (mut size, mut end) = (0, 0);
        for region in self.0 {
            size += region.end.saturating_sub(region.start.max(end));
            end = end.max(region.end);
        }
        size
    }

    fn add_array(&mut self, array: &ArrayRef) {
        if let Some(nulls) = array.nulls() {
            self.add(bits(nulls.buffer(), nulls.offset(), nulls.len()));
        }
        // Building the data of an array costs more than reading the values of a simple one.
        downcast_primitive_array!(
            array => self.add(array.values().inner()),
            DataType::Boolean => {
                let values = array.as_boolean().values();
                self.add(bits(values.inner(), values.offset(), values.len()));
            }
            DataType::Utf8 => self.add_items(array.as_string::<i32>()),
            DataType::LargeUtf8 => self.add_items(array.as_string::<i64>()),
            DataType::Binary => self.add_items(array.as_binary::<i32>()),
            DataType::LargeBinary => self.add_items(array.as_binary::<i64>()),
            _ => self.add_data(array)
        );
    }

    /// Adds all buffers of an array except its nulls.
    fn add_data(&mut self, array: &ArrayRef) {
        let data = array.to_data();
        let (offset, len) = (data.offset(), data.len());
        let empty = Buffer::default();
        let buffer = |at: usize| data.buffers().get(at).unwrap_or(&empty);
        match data.data_type() {
            DataType::Utf8View | DataType::BinaryView => {
                self.add(part(buffer(0), offset, len, 16));
                for view in views(buffer(0), offset, len) {
                    self.add(long_value(*view, data.buffers()).unwrap_or_default());
                }
            }
            DataType::ListView(_) => self.add_views::<i32>(buffer(0), buffer(1), offset, len),
            DataType::LargeListView(_) => self.add_views::<i64>(buffer(0), buffer(1), offset, len),
            DataType::List(_) | DataType::Map(..) => {
                self.add(part(buffer(0), offset, len + 1, size_of::<i32>()));
            }
            DataType::LargeList(_) => {
                self.add(part(buffer(0), offset, len + 1, size_of::<i64>()));
            }
            DataType::Union(_, mode) => {
                self.add(part(buffer(0), offset, len, 1));
                if *mode == UnionMode::Dense {
                    self.add(part(buffer(1), offset, len, size_of::<i32>()));
                }
            }
            other => self.add(part(buffer(0), offset, len, width(other))),
        }
        if !data.child_data().is_empty() {
            children(array).iter().for_each(|child| self.add_array(child));
        }
    }

    fn add_items<T: ByteArrayType>(&mut self, array: &GenericByteArray<T>) {
        let offsets = array.offsets();
        self.add(offsets.inner().inner());
        if let [first, .., last] = offsets[..] {
            self.add(array.values().get(first.as_usize()..last.as_usize()).unwrap_or_default());
        }
    }

    fn add_views<O: OffsetSizeTrait>(
        &mut self,
        offsets: &Buffer,
        sizes: &Buffer,
        offset: usize,
        len: usize,
    ) {
        self.add(part(offsets, offset, len, size_of::<O>()));
        self.add(part(sizes, offset, len, size_of::<O>()));
    }
}

fn compact_array(array: &ArrayRef) -> ArrayRef {
    let data = array.to_data();
    let nulls = data.nulls().map(|nulls| {
        NullBuffer::new(BooleanBuffer::new(
            copy_bits(nulls.buffer(), nulls.offset(), nulls.len()),
            0,
            nulls.len(),
        ))
    });
    let (offset, len) = (data.offset(), data.len());
    let empty = Buffer::default();
    let buffer = |at: usize| data.buffers().get(at).unwrap_or(&empty);
    let copy = |at, len, width| Buffer::from_slice_ref(part(buffer(at), offset, len, width));
    let mut offset_left = 0;
    let buffers = match data.data_type() {
        DataType::Null | DataType::Struct(_) | DataType::FixedSizeList(..) => Vec::new(),
        // Its buffers are those of its children, whose first runs may start before it.
        DataType::RunEndEncoded(..) => {
            offset_left = offset;
            Vec::new()
        }
        DataType::Boolean => vec![copy_bits(buffer(0), offset, len)],
        DataType::Utf8 | DataType::Binary => copy_items::<i32>(buffer(0), buffer(1), offset, len),
        DataType::LargeUtf8 | DataType::LargeBinary => {
            copy_items::<i64>(buffer(0), buffer(1), offset, len)
        }
        DataType::Utf8View | DataType::BinaryView => copy_views(data.buffers(), offset, len),
        DataType::List(_) | DataType::Map(..) => {
            vec![rebased::<i32>(buffer(0), offset, len)]
        }
        DataType::LargeList(_) => vec![rebased::<i64>(buffer(0), offset, len)],
        DataType::ListView(_) => rebased_views::<i32>(buffer(0), buffer(1), offset, len),
        DataType::LargeListView(_) => rebased_views::<i64>(buffer(0), buffer(1), offset, len),
        DataType::Union(_, UnionMode::Sparse) => vec![copy(0, len, 1)],
        DataType::Union(_, UnionMode::Dense) => {
            vec![copy(0, len, 1), copy(1, len, size_of::<i32>())]
        }
        other => vec![copy(0, len, width(other))],
    };
    let children = children(array).iter().map(|child| compact_array(child).to_data()).collect();
    let builder = data.clone().into_builder().offset(offset_left).nulls(nulls);
    let copy = builder.buffers(buffers).child_data(children).build();
    // A copy of a valid array is valid.
    copy.map_or_else(|_| Arc::clone(array), make_array)
}

/// Returns the children of an array, limited to the part that its rows use if that part is
/// contiguous.
fn children(array: &ArrayRef) -> Vec<ArrayRef> {
    let data = array.to_data();
    let (offset, len) = (data.offset(), data.len());
    let empty = Buffer::default();
    let buffer = |at: usize| data.buffers().get(at).unwrap_or(&empty);
    let used = match data.data_type() {
        DataType::List(_) | DataType::Map(..) => extent::<i32>(buffer(0), offset, len),
        DataType::LargeList(_) => extent::<i64>(buffer(0), offset, len),
        DataType::ListView(_) => view_extent::<i32>(buffer(0), buffer(1), offset, len),
        DataType::LargeListView(_) => view_extent::<i64>(buffer(0), buffer(1), offset, len),
        DataType::FixedSizeList(_, size) => {
            let size = usize::try_from(*size).unwrap_or_default();
            offset * size..(offset + len) * size
        }
        _ => 0..usize::MAX,
    };
    let children = data.child_data().iter().cloned().map(make_array);
    children
        .map(|child| {
            let end = used.end.min(child.len());
            let start = used.start.min(end);
            child.slice(start, end - start)
        })
        .collect()
}

/// Returns the size of a value of a fixed-width type; for a dictionary, of a key.
fn width(data_type: &DataType) -> usize {
    match data_type {
        DataType::FixedSizeBinary(size) => usize::try_from(*size).unwrap_or_default(),
        DataType::Dictionary(keys, _) => width(keys),
        other => other.primitive_width().unwrap_or_default(),
    }
}

/// Returns the bytes of the values from `offset` on.
fn part(buffer: &Buffer, offset: usize, len: usize, width: usize) -> &[u8] {
    buffer.get(offset * width..(offset + len) * width).unwrap_or_default()
}

/// Returns the bytes that contain the bits from `offset` on.
fn bits(buffer: &Buffer, offset: usize, len: usize) -> &[u8] {
    buffer.get(offset / 8..(offset + len).div_ceil(8)).unwrap_or_default()
}

fn copy_bits(buffer: &Buffer, offset: usize, len: usize) -> Buffer {
    let bits = buffer.bit_slice(offset, len);
    Buffer::from_slice_ref(bits.get(..len.div_ceil(8)).unwrap_or_default())
}

fn typed<O: OffsetSizeTrait>(buffer: &Buffer, offset: usize, len: usize) -> &[O] {
    buffer.typed_data::<O>().get(offset..offset + len).unwrap_or_default()
}

/// Returns the range of the child, or of the bytes, that the offsets span.
fn extent<O: OffsetSizeTrait>(offsets: &Buffer, offset: usize, len: usize) -> Range<usize> {
    match typed::<O>(offsets, offset, len + 1) {
        [first, .., last] => first.as_usize()..last.as_usize(),
        _ => 0..0,
    }
}

/// Returns the offsets relative to the first.
fn rebased<O: OffsetSizeTrait>(offsets: &Buffer, offset: usize, len: usize) -> Buffer {
    let offsets = typed::<O>(offsets, offset, len + 1);
    let first = offsets.first().copied().unwrap_or_default();
    match offsets {
        [] => Buffer::from_vec(vec![O::default()]),
        _ => offsets.iter().map(|offset| *offset - first).collect::<Vec<O>>().into(),
    }
}

fn copy_items<O: OffsetSizeTrait>(
    offsets: &Buffer,
    values: &Buffer,
    offset: usize,
    len: usize,
) -> Vec<Buffer> {
    let bytes = values.get(extent::<O>(offsets, offset, len)).unwrap_or_default();
    vec![rebased::<O>(offsets, offset, len), Buffer::from_slice_ref(bytes)]
}

/// Returns the range of the child that contains the lists.
fn view_extent<O: OffsetSizeTrait>(
    offsets: &Buffer,
    sizes: &Buffer,
    offset: usize,
    len: usize,
) -> Range<usize> {
    let lists = typed::<O>(offsets, offset, len).iter().zip(typed::<O>(sizes, offset, len));
    let lists = lists.filter(|(_, size)| **size > O::default());
    lists
        .map(|(start, size)| start.as_usize()..start.as_usize() + size.as_usize())
        .reduce(|all, list| all.start.min(list.start)..all.end.max(list.end))
        .unwrap_or_default()
}

fn rebased_views<O: OffsetSizeTrait>(
    offsets: &Buffer,
    sizes: &Buffer,
    offset: usize,
    len: usize,
) -> Vec<Buffer> {
    let first = O::usize_as(view_extent::<O>(offsets, sizes, offset, len).start);
    let sizes = typed::<O>(sizes, offset, len);
    let offsets = typed::<O>(offsets, offset, len).iter().zip(sizes);
    let offsets = offsets.map(|(offset, size)| match *size > O::default() {
        true => *offset - first,
        false => O::default(),
    });
    vec![offsets.collect::<Vec<O>>().into(), Buffer::from_vec(sizes.to_vec())]
}

fn views(buffer: &Buffer, offset: usize, len: usize) -> &[u128] {
    buffer.typed_data::<u128>().get(offset..offset + len).unwrap_or_default()
}

/// The bit of a view at which its buffer index starts, followed by its offset.
const VIEW_BUFFER: u32 = 64;
const VIEW_OFFSET: u32 = 96;
/// The maximum length of a value that is stored inline in a view.
const MAX_INLINE: usize = 12;

/// Returns the value of a view that is not stored inline. `buffers` starts with the views.
fn long_value(view: u128, buffers: &[Buffer]) -> Option<&[u8]> {
    let length = view as u32 as usize;
    let buffer = buffers.get((view >> VIEW_BUFFER) as u32 as usize + 1)?;
    let offset = (view >> VIEW_OFFSET) as u32 as usize;
    (length > MAX_INLINE).then(|| buffer.get(offset..offset + length))?
}

/// Copies views, and the values that they refer to into as few buffers as 32-bit offsets allow.
fn copy_views(buffers: &[Buffer], offset: usize, len: usize) -> Vec<Buffer> {
    let mut values = vec![Vec::new()];
    let views = buffers.first().map_or(&[][..], |buffer| views(buffer, offset, len));
    let views: Vec<u128> = views
        .iter()
        .map(|view| {
            let Some(value) = long_value(*view, buffers) else { return *view };
            if values.last().map_or(0, Vec::len) + value.len() > i32::MAX as usize {
                values.push(Vec::new());
            }
            let buffer = values.len() - 1;
            let at = values.last().map_or(0, Vec::len);
            if let Some(last) = values.last_mut() {
                last.extend_from_slice(value);
            }
            let location = (buffer as u128) << VIEW_BUFFER | (at as u128) << VIEW_OFFSET;
            (*view & u128::from(u64::MAX)) | location
        })
        .collect();
    let values = values.into_iter().map(|mut values| {
        values.shrink_to_fit();
        Buffer::from_vec(values)
    });
    [Buffer::from_vec(views)]
        .into_iter()
        .chain(values.filter(|values| !values.is_empty()))
        .collect()
}

#[cfg(test)]
mod tests;
