//! Results in Thrift: metadata and row sets.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use dbsql_protocol::types::{
    TCacheLookupResult, TGetResultSetMetadataResp, TRowSet, TSparkArrowBatch,
    TSparkArrowResultLink, TSparkRowSetType,
};

use crate::engine::SqlError;
use crate::result::{Format, Page, PageRows, ResultSet};
use crate::settings::{PageStart, Reading, Settings};
use crate::store::millis;
use crate::thrift::{columns, schema, status};

/// Returns the metadata that a client needs before it reads the rows.
pub(super) fn metadata(result: &ResultSet, settings: &Settings) -> TGetResultSetMetadataResp {
    if let Reading::ByCursor(_) = settings.reading {
        return TGetResultSetMetadataResp {
            status: status::success(),
            schema: Some(schema::table_schema(&columns_by_cursor(result))),
            ..TGetResultSetMetadataResp::default()
        };
    }
    let format = match result.format() {
        Format::Columns => TSparkRowSetType::COLUMN_BASED_SET,
        Format::Arrow => TSparkRowSetType::ARROW_BASED_SET,
        Format::Links => TSparkRowSetType::URL_BASED_SET,
    };
    TGetResultSetMetadataResp {
        status: status::success(),
        schema: Some(schema::table_schema(result.declared())),
        result_format: Some(format),
        lz4_compressed: Some(result.is_lz4()),
        arrow_schema: result.arrow_schema().cloned(),
        cache_lookup_result: Some(TCacheLookupResult::CACHE_MISS),
        uncompressed_bytes: i64::try_from(result.bytes()).ok(),
        is_staging_operation: Some(false),
        ..TGetResultSetMetadataResp::default()
    }
}

/// Returns the columns of a server without the extensions of Databricks: a statement without
/// columns has one there, as with Spark.
fn columns_by_cursor(result: &ResultSet) -> SchemaRef {
    match result.has_columns() {
        true => Arc::clone(result.declared()),
        false => Arc::new(Schema::new(vec![Field::new("Result", DataType::Utf8, true)])),
    }
}

/// Returns the rows of a page. CPU-bound: not for an async thread.
pub(super) fn row_set(
    result: &ResultSet,
    page: Page,
    settings: &Settings,
) -> Result<TRowSet, SqlError> {
    let start = match settings.reading {
        Reading::ByCursor(PageStart::Zero) => 0,
        Reading::ByCursor(PageStart::End) => page.end,
        Reading::ByCursor(PageStart::FirstRow) | Reading::ByOffset => page.start,
    };
    let mut rows = TRowSet { start_row_offset: number(start), ..TRowSet::default() };
    match page.rows {
        PageRows::Columns(batches) => {
            let columns = match settings.reading {
                Reading::ByCursor(_) if !result.has_columns() => {
                    columns::encode(&columns_by_cursor(result), &[], result.null_bitmaps())?
                }
                _ => columns::encode(result.schema(), &batches, result.null_bitmaps())?,
            };
            rows.column_count = i32::try_from(columns.len()).ok();
            rows.columns = Some(columns);
        }
        PageRows::KeptColumns(page) => {
            let encode = || {
                let batches = std::slice::from_ref(&page.batch);
                columns::encode(result.schema(), batches, result.null_bitmaps())
            };
            let columns = match page.form.get_or_make(encode) {
                Some(kept) => (*kept).clone()?,
                None => encode()?,
            };
            rows.column_count = i32::try_from(columns.len()).ok();
            rows.columns = Some(columns);
        }
        PageRows::Arrow(batches) => {
            let batches = batches.into_iter().map(|batch| TSparkArrowBatch {
                batch: batch.bytes,
                row_count: number(batch.rows),
            });
            rows.arrow_batches = Some(batches.collect());
        }
        PageRows::Links(links) => {
            let unit = if settings.quirks.expiry_in_seconds { 1000 } else { 1 };
            let links = links.into_iter().map(|link| TSparkArrowResultLink {
                file_link: link.url,
                expiry_time: millis(link.expires) / unit,
                start_row_offset: number(link.start),
                row_count: number(link.rows),
                bytes_num: number(link.bytes),
                http_headers: None,
            });
            rows.result_links = Some(links.collect());
        }
    }
    Ok(rows)
}

/// Converts a count to the type on the wire.
pub(super) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
