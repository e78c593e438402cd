//! The delivery of a result: inline or links, format and pieces.

use std::sync::atomic::{AtomicU64, Ordering};

use dbsql_protocol::sea::{Compression, Disposition, ExecuteStatement, Format};

use crate::result::{Cut, Links, NativeTypes, PlainForm, ResultOptions};
use crate::sea::Refusal;
use crate::settings::Settings;

/// The data that the Statement Execution API keeps with a statement.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(super) disposition: Disposition,
    pub(super) format: Format,
    /// The version of the session with this statement.
    pub(super) session_version: Option<u64>,
    /// How often chunks were divided anew.
    cuts: AtomicU64,
}

/// The maximum size of a result behind links, unless the request sets a limit.
const MAX_LINKED: u64 = 100 << 30;

impl Delivery {
    /// Returns the requested delivery, if it is possible.
    pub(super) fn new(request: &ExecuteStatement, settings: &Settings) -> Result<Self, Refusal> {
        let disposition = request.disposition.clone().unwrap_or(Disposition::Inline);
        let format = request.format.clone().unwrap_or(Format::JsonArray);
        let quirks = &settings.quirks.sea;
        match (&disposition, &format) {
            (Disposition::InlineOrExternalLinks, _) if quirks.refuse_hybrid => {
                return Err(unsupported(&disposition));
            }
            (Disposition::Other(_), _) => return Err(unsupported(&disposition)),
            (_, Format::Other(name)) => {
                return Err(Refusal::invalid(format!("{name} is not a supported format")));
            }
            (Disposition::Inline, Format::ArrowStream | Format::Csv)
            | (Disposition::InlineOrExternalLinks, Format::Csv) => {
                let message = format!("The format {format} is not supported with {disposition}");
                return Err(Refusal::invalid(message));
            }
            _ => {}
        }
        Ok(Self { disposition, format, session_version: None, cuts: AtomicU64::new(0) })
    }

    pub(super) fn is_hybrid(&self) -> bool {
        self.disposition == Disposition::InlineOrExternalLinks
    }

    /// Returns how often chunks were divided anew before.
    pub(super) fn cut(&self) -> u64 {
        self.cuts.fetch_add(1, Ordering::Relaxed)
    }

    /// Returns the options of the result.
    pub(super) fn options(
        &self,
        request: &ExecuteStatement,
        settings: &Settings,
    ) -> Result<ResultOptions, Refusal> {
        let is_arrow = self.format == Format::ArrowStream;
        let wants_lz4 = match &request.result_compression {
            // Some models list Gzip. The manifest says that it was not used.
            None | Some(Compression::None | Compression::Gzip) => false,
            Some(Compression::Lz4Frame) => true,
            Some(other) => {
                return Err(Refusal::invalid(format!("{other} is not a supported compression")));
            }
        };
        let is_inline = self.disposition == Disposition::Inline;
        let plain = match self.format {
            Format::JsonArray => Some(PlainForm::Json),
            Format::Csv => Some(PlainForm::Csv),
            _ => None,
        };
        Ok(ResultOptions {
            arrow: is_arrow,
            link_threshold: None,
            lz4: wants_lz4 && is_arrow,
            lz4_frames: settings.quirks.lz4_frames,
            arrow_schema: false,
            native: NativeTypes::all(),
            row_limit: request.row_limit,
            batch_bytes: settings.batch_bytes,
            file_bytes: settings.file_bytes,
            padding_rows: if is_arrow { settings.quirks.padding_rows } else { 0 },
            null_bitmaps: settings.quirks.null_bitmaps,
            byte_limit: request.byte_limit.or((!is_inline).then_some(MAX_LINKED)),
            most_bytes: is_inline.then_some(settings.sea.inline_bytes),
            plain,
            cut: Some(self.cut_for(settings)),
        })
    }

    fn cut_for(&self, settings: &Settings) -> Cut {
        let rows = settings.quirks.sea.attachment_rows;
        let json_bytes = settings.sea.inline_chunk_bytes;
        match self.disposition {
            Disposition::InlineOrExternalLinks if rows > 0 => {
                Cut { links: Links::Never, inline_rows: rows, inline_bytes: u64::MAX }
            }
            Disposition::InlineOrExternalLinks => Cut {
                links: Links::Above(settings.link_threshold),
                inline_rows: u64::MAX,
                inline_bytes: u64::MAX,
            },
            Disposition::ExternalLinks => {
                Cut { links: Links::Always, inline_rows: u64::MAX, inline_bytes: json_bytes }
            }
            _ => Cut { links: Links::Never, inline_rows: u64::MAX, inline_bytes: json_bytes },
        }
    }
}

fn unsupported(disposition: &Disposition) -> Refusal {
    Refusal::invalid(format!("{disposition} is not a supported disposition"))
}
