//! The layout of a result: its schema, and what is needed to decode its rows.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};
use bytes::Bytes;
use dbsql_protocol::types::{TColumn, TTableSchema};

use super::{columnar, ipc, lz4};
use crate::{Error, ErrorKind, Result};

/// The size limit of an inline batch or a file after decompression. Servers split results into
/// pieces of about 20 MB.
const PIECE_BYTES_LIMIT: usize = 1 << 30;

/// How the rows of one result are encoded.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// The columns as they are returned.
    pub(crate) schema: SchemaRef,
    /// The encapsulated schema message that inline Arrow batches leave out.
    schema_message: Option<Bytes>,
    /// Batches and files are LZ4 frames.
    lz4: bool,
}

impl Layout {
    /// The layout of a result that was announced by an Arrow schema message, by a table of
    /// columns, or by both.
    ///
    /// # Errors
    ///
    /// `Decode` when the Arrow schema is malformed.
    pub(crate) fn new(
        schema_message: Option<Bytes>,
        table: Option<&TTableSchema>,
        lz4: bool,
    ) -> Result<Self> {
        let schema_message = schema_message.filter(|message| !message.is_empty());
        // The Arrow schema has inner types and real SQL types; the other one is for columns.
        let schema = match (&schema_message, table) {
            (Some(message), _) => ipc::schema(message)?,
            (None, Some(table)) => columnar::schema(table),
            (None, None) => Arc::new(Schema::empty()),
        };
        Ok(Self { schema, schema_message, lz4 })
    }

    /// Decodes a set of columns; `None` when it has no rows.
    pub(crate) fn columns(&self, columns: &[TColumn]) -> Result<Option<RecordBatch>> {
        if columnar::row_count(columns)? == 0 {
            return Ok(None);
        }
        if self.schema_message.is_some() {
            return Err(Error::new(
                ErrorKind::Protocol,
                "the result was announced as Arrow and came as columns",
            ));
        }
        columnar::record_batch(&self.schema, columns).map(Some)
    }

    /// Decodes one inline Arrow batch, which must hold `rows` rows.
    pub(crate) fn inline(&self, batch: &[u8], rows: u64) -> Result<Vec<RecordBatch>> {
        let schema_message = self.schema_message.as_ref().ok_or_else(|| {
            Error::new(ErrorKind::Protocol, "the server sends Arrow batches without a schema")
        })?;
        let messages = self.decompressed(batch)?;
        let batches = self.announced(&ipc::batches(schema_message, messages)?)?;
        let found = row_total(&batches);
        if found != rows {
            return Err(Error::new(
                ErrorKind::Decode,
                format!("a batch holds {found} rows where {rows} were announced"),
            ));
        }
        Ok(batches)
    }

    /// Decodes rows `skip..rows` of a result file. A file may hold more rows: padding.
    pub(crate) fn file(&self, bytes: &[u8], skip: u64, rows: u64) -> Result<Vec<RecordBatch>> {
        let batches = self.announced(&ipc::stream(self.decompressed(bytes)?)?)?;
        let found = row_total(&batches);
        if found < rows {
            return Err(Error::new(
                ErrorKind::Decode,
                format!("a result file holds {found} rows where {rows} were announced"),
            ));
        }
        Ok(window(batches, skip, rows))
    }

    fn decompressed(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        if self.lz4 { lz4::decompress(bytes, PIECE_BYTES_LIMIT) } else { Ok(bytes.to_vec()) }
    }

    /// The batches under the announced schema.
    fn announced(&self, batches: &[RecordBatch]) -> Result<Vec<RecordBatch>> {
        batches.iter().map(|batch| ipc::renamed(batch, &self.schema)).collect()
    }
}

/// Returns how many rows the batches hold.
pub(crate) fn row_total(batches: &[RecordBatch]) -> u64 {
    batches.iter().map(|batch| batch.num_rows() as u64).sum()
}

/// Returns rows `from..to` of the batches, without empty batches.
pub(crate) fn window(batches: Vec<RecordBatch>, from: u64, to: u64) -> Vec<RecordBatch> {
    let mut start = 0;
    let mut kept = Vec::new();
    for batch in batches {
        let end = start + batch.num_rows() as u64;
        let (first, last) = (from.max(start), to.min(end));
        if first < last {
            // Within one batch, whose length is a usize.
            kept.push(batch.slice((first - start) as usize, (last - first) as usize));
        }
        start = end;
    }
    kept
}

#[cfg(test)]
mod tests {
    use arrow_array::Int64Array;
    use arrow_array::cast::AsArray;
    use arrow_array::types::Int64Type;
    use arrow_schema::{DataType, Field};

    use super::*;

    fn batches(lengths: &[i64]) -> Vec<RecordBatch> {
        let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]));
        let mut next = 0;
        let batch = |length: &i64| {
            let values: Int64Array = (next..next + length).collect::<Vec<_>>().into();
            next += length;
            RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(values)]).unwrap()
        };
        lengths.iter().map(batch).collect()
    }

    #[test]
    fn window_cuts_across_batches() {
        for from in 0..=10 {
            for to in from..=10 {
                let kept = window(batches(&[3, 0, 4, 3]), from, to);
                assert!(kept.iter().all(|batch| batch.num_rows() > 0));
                let values: Vec<i64> = kept
                    .iter()
                    .flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec())
                    .collect();
                assert_eq!(values, (from as i64..to as i64).collect::<Vec<_>>());
            }
        }
    }
}
