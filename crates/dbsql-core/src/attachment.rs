//! The part of a result that is returned with the status of its statement.

use std::any::Any;
use std::fmt::{self, Debug};
use std::sync::Arc;

/// The part of a result that came with the response to a submit or a status: rows, a manifest, or
/// the first links. Only its backend looks inside. Clones share the attachment.
#[derive(Clone)]
pub(crate) struct Attachment(Arc<dyn Any + Send + Sync>);

impl Attachment {
    pub(crate) fn new(attachment: impl Any + Send + Sync) -> Self {
        Self(Arc::new(attachment))
    }

    /// Returns the attachment as its backend knows it; `None` for another protocol's.
    pub(crate) fn get<T: Any + Send + Sync>(self) -> Option<Arc<T>> {
        self.0.downcast().ok()
    }
}

impl Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It contains rows.
        f.write_str("Attachment(..)")
    }
}
