//! Generators of long bodies that use little memory, and the Arrow and LZ4 data in them.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};

pub(super) const MIB: usize = 1 << 20;

/// `head`, then `part` this many times, then `tail`.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub(super) head: Bytes,
    pub(super) part: Bytes,
    pub(super) times: u64,
    pub(super) tail: Bytes,
    /// Bytes per chunk, and the pause before each.
    pub(super) pace: Option<(usize, Duration)>,
    /// No length is announced.
    pub(super) is_unmeasured: bool,
}

/// More than any reader reads.
pub(super) const ENDLESS: u64 = 1 << 30;

impl Content {
    pub(super) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self { head: bytes.into(), ..Self::default() }
    }

    pub(super) fn length(&self) -> u64 {
        (self.head.len() + self.tail.len()) as u64 + self.part.len() as u64 * self.times
    }

    pub(super) fn slowly(self, bytes: usize, pause: Duration) -> Self {
        Self { pace: Some((bytes, pause)), ..self }
    }

    pub(super) fn unmeasured(self) -> Self {
        Self { is_unmeasured: true, ..self }
    }

    /// Some of the bytes from here on; none at the end.
    pub(super) fn at(&self, position: u64) -> Bytes {
        let (head, part) = (self.head.len() as u64, self.part.len() as u64);
        if position < head {
            return self.head.slice(position as usize..);
        }
        let behind = position - head;
        if behind < part * self.times {
            return self.part.slice((behind % part) as usize..);
        }
        let behind = (behind - part * self.times) as usize;
        self.tail.get(behind..).map(|_| self.tail.slice(behind..)).unwrap_or_default()
    }
}

pub(super) fn schema() -> Schema {
    Schema::new(vec![Field::new("id", DataType::Int64, true)])
}

/// The schema as a message.
pub(super) fn schema_message() -> Bytes {
    let writer = StreamWriter::try_new(Vec::new(), &schema()).unwrap();
    Bytes::copy_from_slice(writer.get_ref())
}

pub(super) const END: &[u8] = &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

/// A message with this many bytes of values, either zeros or incompressible.
pub(super) fn message(bytes: usize, zeros: bool) -> Bytes {
    let mut noise: u64 = 9;
    let value = |_| {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        if zeros { 0 } else { (noise ^ (noise >> 29)) as i64 }
    };
    let values: ArrayRef = Arc::new(Int64Array::from_iter_values((0..bytes / 8).map(value)));
    let batch = RecordBatch::try_new(Arc::new(schema()), vec![values]).unwrap();
    let mut writer = StreamWriter::try_new(Vec::new(), &schema()).unwrap();
    let head = writer.get_ref().len();
    writer.write(&batch).unwrap();
    Bytes::copy_from_slice(&writer.get_ref()[head..])
}

/// The head of a message that announces a body of this many bytes.
pub(super) fn claiming(body: u64) -> Bytes {
    // Its length is announced, and also that of the buffer in it, which differs.
    let (body_bytes, real) = (MIB as u64, message(MIB - 8, true));
    let mut head = real[..real.len() - MIB].to_vec();
    let is_body = |at: &usize| head[*at..at + 8] == body_bytes.to_le_bytes();
    let at = (0..head.len() - 8).find(is_body).unwrap();
    head[at..at + 8].copy_from_slice(&body.to_le_bytes());
    head.into()
}

/// A stream with a message repeated this many times.
pub(super) fn stream(message: Bytes, times: u64) -> Content {
    Content {
        head: schema_message(),
        part: message,
        times,
        tail: Bytes::from_static(END),
        ..Content::default()
    }
}

/// The same with each message in its own LZ4 frame.
pub(super) fn frames(content: &Content) -> Content {
    let packed = |bytes: &Bytes| frame(bytes).into();
    Content {
        head: packed(&content.head),
        part: packed(&content.part),
        tail: packed(&content.tail),
        ..content.clone()
    }
}

pub(super) fn frame(content: &[u8]) -> Vec<u8> {
    let info = FrameInfo::new().block_size(BlockSize::Max4MB).block_mode(BlockMode::Independent);
    let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
    encoder.write_all(content).unwrap();
    encoder.flush().unwrap();
    encoder.finish().unwrap()
}

/// One frame whose first block has `head` and zeros, and whose other blocks are all `part`, of at
/// most 4 MiB.
pub(super) fn bomb(head: &[u8], part: &[u8], times: u64) -> Content {
    let mut first = head.to_vec();
    if part.iter().all(|byte| *byte == 0) {
        first.resize(4 * MIB, 0);
    }
    let block = |content: &[u8]| {
        let frame = frame(content);
        // After the header of a frame, and before its end.
        Bytes::copy_from_slice(&frame[7..frame.len() - 4])
    };
    let mut begin = frame(&[])[..7].to_vec();
    begin.extend(block(&first));
    Content {
        head: begin.into(),
        part: block(part),
        times,
        tail: Bytes::from_static(&[0; 4]),
        ..Content::default()
    }
}
