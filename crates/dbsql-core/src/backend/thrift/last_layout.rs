//! The layout of the last result, which the next one often has too.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use dbsql_arrow::Layout;
use dbsql_protocol::types::TGetResultSetMetadataResp;

use crate::Result;

/// Larger schema messages are not cached.
const LONGEST: usize = 64 << 10;

/// The layout of the last result with an Arrow schema message. Parsing that message costs as much
/// as all rows of a small result. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct LastLayout(Arc<Mutex<Option<Layout>>>);

impl LastLayout {
    /// Returns the layout that the metadata of a result announces.
    ///
    /// # Errors
    ///
    /// `Decode` when its schema is malformed.
    pub(super) fn of(&self, metadata: &TGetResultSetMetadataResp) -> Result<Layout> {
        let lz4 = metadata.lz4_compressed.unwrap_or(false);
        let message = metadata.arrow_schema.as_ref();
        let Some(short) = message.filter(|message| (1..=LONGEST).contains(&message.len())) else {
            return Ok(Layout::new(message.cloned(), metadata.schema.as_ref(), lz4)?);
        };
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(last) = last.filter(|last| last.is_announced_by(short, lz4)) {
            return Ok(last);
        }
        // A copy, which does not keep the response in memory.
        let copy = Bytes::copy_from_slice(short);
        let layout = Layout::new(Some(copy), metadata.schema.as_ref(), lz4)?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(layout.clone());
        Ok(layout)
    }
}

#[cfg(test)]
mod tests {
    use arrow_ipc::writer::StreamWriter;
    use arrow_schema::{DataType, Field, Schema};

    use super::*;

    fn metadata(column: &str, lz4: bool) -> TGetResultSetMetadataResp {
        let schema = Schema::new(vec![Field::new(column, DataType::Int64, true)]);
        let message = StreamWriter::try_new(Vec::new(), &schema).unwrap().into_inner().unwrap();
        TGetResultSetMetadataResp {
            arrow_schema: Some(message.into()),
            lz4_compressed: Some(lz4),
            ..TGetResultSetMetadataResp::default()
        }
    }

    #[test]
    fn layout_does_not_depend_on_the_last_result() {
        let layouts = LastLayout::default();
        for (column, lz4) in [("a", true), ("a", true), ("b", true), ("a", false), ("a", true)] {
            let metadata = metadata(column, lz4);
            let layout = layouts.of(&metadata).unwrap();
            assert_eq!(layout.schema().field(0).name(), column);
            let message = metadata.arrow_schema.as_deref().unwrap();
            assert!(layout.is_announced_by(message, lz4) && !layout.is_announced_by(message, !lz4));
        }
        let none = TGetResultSetMetadataResp::default();
        assert!(layouts.of(&none).unwrap().schema().fields().is_empty());
    }
}
