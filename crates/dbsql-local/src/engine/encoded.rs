//! Rows that an engine has encoded in advance.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use arrow_array::RecordBatch;
use bytes::Bytes;

use crate::result::ResultFile;

/// Rows in wire form, encoded once for any number of statements: the service adds no work of its
/// own, so that a client can be measured against it.
///
/// They are sent in this form whatever the client supports, and a page starts at the start of a
/// part: a client that requests a row inside a part gets an error, except for columns.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EncodedRows {
    /// Files behind links, each a complete Arrow stream.
    Links {
        /// The files, in order.
        files: Arc<[EncodedFile]>,
        /// Whether they are LZ4 frames.
        lz4: bool,
    },
    /// Record batches in the response.
    Arrow {
        /// The batches, in order.
        batches: Arc<[EncodedBatch]>,
        /// Whether each is an LZ4 frame.
        lz4: bool,
    },
    /// Columns in the form of the protocol.
    Columns(EncodedColumns),
}

/// A file with some of the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedFile {
    /// The location of the file.
    pub location: FileLocation,
    /// The number of rows.
    pub rows: u64,
    /// The size in bytes before compression.
    pub bytes: u64,
}

/// The location of a file that was encoded in advance.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileLocation {
    /// Another server has it, at this URL.
    Url(String),
    /// The object store of the service has it, behind signed links that expire.
    Store(StoredFile),
}

/// The contents of a file, for any number of results.
#[derive(Clone, Debug)]
pub struct StoredFile {
    pub(crate) file: Arc<ResultFile>,
}

impl StoredFile {
    /// Creates a file with these contents.
    #[must_use]
    pub fn new(bytes: Bytes) -> Self {
        Self { file: Arc::new(ResultFile::encoded(bytes)) }
    }
}

/// Compares the identity of files.
impl PartialEq for StoredFile {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.file, &other.file)
    }
}

impl Eq for StoredFile {}

/// Some of the rows, as one Arrow message without its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedBatch {
    /// The message, or an LZ4 frame that contains it.
    pub message: Bytes,
    /// The number of rows.
    pub rows: u64,
    /// The size in bytes before compression.
    pub bytes: u64,
}

/// Rows as columns of the protocol, one page per batch, encoded when they are first sent.
#[derive(Clone, Debug)]
pub struct EncodedColumns {
    pub(crate) pages: Arc<[Arc<KeptColumns>]>,
}

/// A page of columns, encoded at most once.
#[derive(Debug)]
pub(crate) struct KeptColumns {
    pub(crate) batch: RecordBatch,
    pub(crate) form: KeptForm,
}

/// The encoded form of a page.
#[derive(Default)]
pub(crate) struct KeptForm(OnceLock<Arc<dyn Any + Send + Sync>>);

impl KeptForm {
    /// Returns the form that was made the first time; `None` if that has another type.
    pub(crate) fn get_or_make<T: Send + Sync + 'static>(
        &self,
        make: impl FnOnce() -> T,
    ) -> Option<Arc<T>> {
        Arc::clone(self.0.get_or_init(|| Arc::new(make()))).downcast().ok()
    }
}

impl fmt::Debug for KeptForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptForm").field("is_made", &self.0.get().is_some()).finish()
    }
}

impl EncodedColumns {
    /// Creates one page per batch.
    #[must_use]
    pub fn new(batches: impl IntoIterator<Item = RecordBatch>) -> Self {
        let page = |batch| Arc::new(KeptColumns { batch, form: KeptForm::default() });
        Self { pages: batches.into_iter().map(page).collect() }
    }
}

/// Compares the rows of the pages.
impl PartialEq for EncodedColumns {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.pages, &other.pages)
    }
}
