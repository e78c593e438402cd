//! Columns whose values are copied unchanged: bools, numbers, strings and binaries.

use arrow_array::{ArrowPrimitiveType, BooleanArray, PrimitiveArray};
use arrow_buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use dbsql_protocol::wire::BinaryRanges;

/// Converts `raw`, which has one byte per bool.
pub(super) fn bools(raw: &[u8], nulls: Option<NullBuffer>) -> BooleanArray {
    let (bytes, rest) = raw.as_chunks::<8>();
    let mut bits: Vec<u8> = bytes.iter().map(|bytes| pack(u64::from_le_bytes(*bytes))).collect();
    if !rest.is_empty() {
        let last = rest.iter().rev().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte));
        bits.push(pack(last));
    }
    BooleanArray::new(BooleanBuffer::new(bits.into(), 0, raw.len()), nulls)
}

/// Returns one bit for each byte that is not 0.
fn pack(bytes: u64) -> u8 {
    const LOW: u64 = u64::from_le_bytes([0x7f; 8]);
    let ones = ((((bytes & LOW) + LOW) | bytes) & !LOW) >> 7;
    // Moves the bit of byte `i` to bit `56 + i`.
    (ones.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8
}

/// Converts `raw`, which has `N` bytes per number.
pub(super) fn numbers<A: ArrowPrimitiveType, const N: usize>(
    raw: &[u8],
    nulls: Option<NullBuffer>,
    number: impl Fn([u8; N]) -> A::Native,
) -> PrimitiveArray<A> {
    let (numbers, _) = raw.as_chunks::<N>();
    let values: Vec<_> = numbers.iter().map(|bytes| number(*bytes)).collect();
    PrimitiveArray::new(values.into(), nulls)
}

/// Concatenated items, without their lengths.
pub(super) struct Items {
    pub(super) bytes: Vec<u8>,
    pub(super) offsets: OffsetBuffer<i32>,
}

impl Items {
    /// Copies the items of `raw`. The values behind nulls are left out. Returns `None` for more
    /// than 2 GiB; `payload` is the sum of all lengths.
    pub(super) fn copied(
        raw: &[u8],
        ranges: BinaryRanges<'_>,
        payload: usize,
        nulls: Option<&NullBuffer>,
    ) -> Option<Self> {
        /// Short items are copied with this fixed size, which needs no function call. The next item
        /// overwrites the excess.
        const SHORT: usize = 32;
        i32::try_from(payload).ok()?;
        let mut bytes = vec![0; payload + SHORT];
        let mut offsets = Vec::with_capacity(ranges.len() + 1);
        offsets.push(0);
        let mut end = 0;
        for (row, range) in ranges.enumerate() {
            if nulls.is_none_or(|nulls| nulls.is_valid(row)) {
                let length = range.len();
                let short = raw.get(range.start..).and_then(<[u8]>::first_chunk::<SHORT>);
                let to = bytes.get_mut(end..)?;
                match (short, to.first_chunk_mut::<SHORT>()) {
                    (Some(short), Some(to)) if length <= SHORT => *to = *short,
                    _ => to.get_mut(..length)?.copy_from_slice(raw.get(range)?),
                }
                end += length;
            }
            offsets.push(end as i32);
        }
        bytes.truncate(end);
        Some(Self { bytes, offsets: OffsetBuffer::new(offsets.into()) })
    }
}
