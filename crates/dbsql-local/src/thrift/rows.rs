//! Results in Thrift: metadata and row sets.

use dbsql_protocol::types::{
    TCacheLookupResult, TGetResultSetMetadataResp, TRowSet, TSparkArrowBatch,
    TSparkArrowResultLink, TSparkRowSetType,
};

use crate::engine::SqlError;
use crate::result::{Format, Page, PageRows, ResultSet};
use crate::settings::Settings;
use crate::store::millis;
use crate::thrift::{columns, schema, status};

/// What a client must know before it reads the rows.
pub(super) fn metadata(result: &ResultSet) -> TGetResultSetMetadataResp {
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

/// The rows of a page. It computes: not for an async thread.
pub(super) fn row_set(
    result: &ResultSet,
    page: Page,
    settings: &Settings,
) -> Result<TRowSet, SqlError> {
    let mut rows = TRowSet { start_row_offset: number(page.start), ..TRowSet::default() };
    match page.rows {
        PageRows::Columns(batches) => {
            let columns = columns::encode(result.schema(), &batches, result.null_bitmaps())?;
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

/// A count as the wire has it.
pub(super) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
