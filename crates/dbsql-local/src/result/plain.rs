//! Files of text.

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use bytes::Bytes;

use crate::result::text::text;

/// The format of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlainForm {
    /// A JSON array of rows, each an array of strings and nulls.
    Json,
    /// CSV as in RFC 4180, with NULL as `null`; the first file starts with the column names.
    Csv,
}

impl PlainForm {
    pub(super) fn encode(self, schema: &Schema, batches: &[RecordBatch], is_first: bool) -> Bytes {
        let mut out = String::new();
        match self {
            Self::Json => json(&mut out, batches),
            Self::Csv => {
                if is_first {
                    let names = schema.fields().iter().map(|field| Some(field.name().clone()));
                    line(&mut out, names);
                }
                for batch in batches {
                    (0..batch.num_rows()).for_each(|row| line(&mut out, cells(batch, row)));
                }
            }
        }
        out.into()
    }
}

/// Returns the values of a row as strings.
pub(crate) fn cells(batch: &RecordBatch, row: usize) -> impl Iterator<Item = Option<String>> {
    batch.columns().iter().map(move |column| text(column, row))
}

fn json(out: &mut String, batches: &[RecordBatch]) {
    out.push('[');
    for batch in batches {
        for row in 0..batch.num_rows() {
            out.push_str(if out.len() > 1 { ",[" } else { "[" });
            for (index, cell) in cells(batch, row).enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&serde_json::Value::from(cell).to_string());
            }
            out.push(']');
        }
    }
    out.push(']');
}

fn line(out: &mut String, cells: impl Iterator<Item = Option<String>>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.push(',');
        }
        match cell {
            None => out.push_str("null"),
            Some(text) if text.contains(['"', ',', '\r', '\n']) => {
                out.push('"');
                out.push_str(&text.replace('"', "\"\""));
                out.push('"');
            }
            Some(text) => out.push_str(&text),
        }
    }
    out.push_str("\r\n");
}
