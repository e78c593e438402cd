//! The results by statement, each encoded once.

use std::io::Write as _;
use std::sync::{Arc, OnceLock};

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::SchemaRef;
use bytes::Bytes;
use dbsql_local::engine::{
    EncodedBatch, EncodedColumns, EncodedFile, EncodedRows, FileLocation, QueryOutput, StoredFile,
};
use lz4_flex::frame::{FrameEncoder, FrameInfo};

use crate::Problem;
use crate::data::{self, Rows};

/// A statement that the server supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// One row.
    Small,
    /// This many files behind links.
    Links { files: usize, lz4: bool },
    /// The rows of this many files inside of responses.
    Inline { files: usize, lz4: bool },
    /// Thrift columns.
    Columns,
}

impl Work {
    /// `SELECT small`, `SELECT links 20`, `SELECT inline 20 plain`, `SELECT columns`.
    pub(crate) fn parse(sql: &str) -> Option<Self> {
        let words: Vec<&str> = sql.split_whitespace().collect();
        let (words, lz4) = match words.split_last()? {
            (&"plain", rest) => (rest, false),
            _ => (&words[..], true),
        };
        match words {
            ["SELECT", "small"] => Some(Self::Small),
            ["SELECT", "columns"] => Some(Self::Columns),
            ["SELECT", "links", files] => Some(Self::Links { files: files.parse().ok()?, lz4 }),
            ["SELECT", "inline", files] => Some(Self::Inline { files: files.parse().ok()?, lz4 }),
            _ => None,
        }
    }
}

/// A file as it is sent.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) rows: Rows,
    pub(crate) compressed: Bytes,
    /// Before compression.
    pub(crate) plain_bytes: u64,
    /// Encoded on first use, without LZ4 and with it.
    stored: [OnceLock<StoredFile>; 2],
    inline: [OnceLock<Arc<[EncodedBatch]>>; 2],
}

#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) schema: SchemaRef,
    pub(crate) files: Vec<File>,
    frame: FrameInfo,
    small: Rows,
    columnar_rows: usize,
    columnar: OnceLock<(EncodedColumns, u64, i64)>,
}

impl Results {
    pub(crate) fn new(
        frame: FrameInfo,
        (files, file_bytes): (usize, usize),
        columnar_rows: usize,
    ) -> Result<Self, Problem> {
        let schema = data::schema();
        let encode = |number| {
            let rows = data::file(number, file_bytes)?;
            let plain = stream(&schema, &rows.batches)?;
            Ok(File {
                compressed: compress(&frame, &plain)?,
                plain_bytes: plain.len() as u64,
                rows,
                stored: Default::default(),
                inline: Default::default(),
            })
        };
        let files = (0..files.max(1)).map(encode).collect::<Result<_, Problem>>()?;
        let (small, columnar) = (data::small()?, OnceLock::new());
        Ok(Self { schema, files, frame, small, columnar_rows, columnar })
    }

    /// The file with this index in a result of any length.
    pub(crate) fn file(&self, part: usize) -> &File {
        &self.files[part % self.files.len()]
    }

    /// The bytes at a path for the bare loop: `/bare/small`, or `/bare/3` for the part with this
    /// index of any result.
    pub(crate) fn bare(&self, path: &str) -> Option<Bytes> {
        match path.strip_prefix("/bare/")? {
            "small" => compress(&self.frame, &stream(&self.schema, &self.small.batches).ok()?).ok(),
            number => Some(self.file(number.parse().ok()?).compressed.clone()),
        }
    }

    fn stored(&self, file: &File, lz4: bool) -> Result<StoredFile, Problem> {
        let cell = &file.stored[usize::from(lz4)];
        if let Some(stored) = cell.get() {
            return Ok(stored.clone());
        }
        let bytes = match lz4 {
            true => file.compressed.clone(),
            false => stream(&self.schema, &file.rows.batches)?,
        };
        Ok(cell.get_or_init(|| StoredFile::new(bytes)).clone())
    }

    fn inline(&self, file: &File, lz4: bool) -> Result<Arc<[EncodedBatch]>, Problem> {
        let cell = &file.inline[usize::from(lz4)];
        if let Some(batches) = cell.get() {
            return Ok(Arc::clone(batches));
        }
        let batches = file.rows.batches.iter().map(|batch| self.message(batch, lz4));
        let batches: Arc<[EncodedBatch]> = batches.collect::<Result<_, Problem>>()?;
        Ok(Arc::clone(cell.get_or_init(|| batches)))
    }

    fn message(&self, batch: &RecordBatch, lz4: bool) -> Result<EncodedBatch, Problem> {
        let mut writer = StreamWriter::try_new(Vec::new(), &self.schema)?;
        let head = writer.get_ref().len();
        writer.write(batch)?;
        let plain = Bytes::copy_from_slice(&writer.get_ref()[head..]);
        let (rows, bytes) = (batch.num_rows() as u64, plain.len() as u64);
        let message = if lz4 { compress(&self.frame, &plain)? } else { plain };
        Ok(EncodedBatch { message, rows, bytes })
    }

    fn columnar(&self) -> Result<&(EncodedColumns, u64, i64), Problem> {
        if let Some(columnar) = self.columnar.get() {
            return Ok(columnar);
        }
        let rows = data::columnar(self.columnar_rows)?;
        let columnar = (EncodedColumns::new(rows.batches), rows.rows, rows.id_sum);
        Ok(self.columnar.get_or_init(|| columnar))
    }

    /// The output of an engine for the statement.
    pub(crate) fn output(&self, work: Work) -> Result<QueryOutput, Problem> {
        let schema = Arc::clone(&self.schema);
        Ok(match work {
            Work::Small => QueryOutput::new(schema, self.small.batches.clone()),
            Work::Links { files, lz4 } => {
                let link = |part| {
                    let file = self.file(part);
                    let location = FileLocation::Store(self.stored(file, lz4)?);
                    Ok(EncodedFile { location, rows: file.rows.rows, bytes: file.plain_bytes })
                };
                let files = (0..files).map(link).collect::<Result<_, Problem>>()?;
                let rows = EncodedRows::Links { files, lz4 };
                QueryOutput::encoded(schema, rows)
            }
            Work::Inline { files, lz4 } => {
                let mut batches = Vec::new();
                for part in 0..files {
                    batches.extend_from_slice(&self.inline(self.file(part), lz4)?);
                }
                let rows = EncodedRows::Arrow { batches: batches.into(), lz4 };
                QueryOutput::encoded(schema, rows)
            }
            Work::Columns => {
                let (columns, ..) = self.columnar()?;
                let rows = EncodedRows::Columns(columns.clone());
                QueryOutput::encoded(data::columnar_schema(), rows)
            }
        })
    }

    /// The number of rows of the statement, and the wrapping sum of its column `id`.
    pub(crate) fn expected(&self, work: Work) -> Result<(u64, i64), Problem> {
        Ok(match work {
            Work::Small => (self.small.rows, self.small.id_sum),
            Work::Links { files, .. } | Work::Inline { files, .. } => (0..files)
                .map(|part| &self.file(part).rows)
                .fold((0, 0_i64), |(rows, sum), file| {
                    (rows + file.rows, sum.wrapping_add(file.id_sum))
                }),
            Work::Columns => {
                let &(_, rows, id_sum) = self.columnar()?;
                (rows, id_sum)
            }
        })
    }
}

fn stream(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Bytes, Problem> {
    let mut writer = StreamWriter::try_new(Vec::new(), schema)?;
    for batch in batches {
        writer.write(batch)?;
    }
    Ok(writer.into_inner()?.into())
}

fn compress(frame: &FrameInfo, plain: &[u8]) -> Result<Bytes, Problem> {
    let mut encoder = FrameEncoder::with_frame_info(frame.clone(), Vec::new());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?.into())
}
