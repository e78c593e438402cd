//! The number of rows to request from a server without a byte limit.

use super::MAX_ROWS;

/// The number of rows of the first fetch.
const FIRST_ROWS: u64 = 1_000;

/// The maximum factor by which a page may have more rows than the one before it.
const GROWTH: u64 = 10;

/// A page that is too large is requested again with this many times fewer rows.
const SHRINK: u64 = 8;

/// Estimates the size of a page from the rows of the last one. Without I/O.
#[derive(Debug)]
pub(super) struct PageSize {
    /// The maximum number of rows of the next page.
    most: u64,
    /// The size of a row; `None` before the first one.
    row_bytes: Option<u64>,
}

impl Default for PageSize {
    fn default() -> Self {
        Self { most: FIRST_ROWS, row_bytes: None }
    }
}

impl PageSize {
    /// Returns the number of rows of about this size.
    pub(super) fn request(&self, wanted_bytes: u64) -> u64 {
        let fit = self.row_bytes.map_or(self.most, |bytes| wanted_bytes / bytes);
        fit.clamp(1, self.most.clamp(1, MAX_ROWS))
    }

    /// Records a page of this many rows and bytes.
    pub(super) fn arrived(&mut self, rows: u64, bytes: u64) {
        if rows > 0 {
            self.most = rows.max(FIRST_ROWS).saturating_mul(GROWTH);
            self.row_bytes = Some((bytes / rows).max(1));
        }
    }

    /// Records that this many rows were too many.
    pub(super) fn was_too_large(&mut self, asked: u64) {
        self.most = (asked / SHRINK).max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(rows: u64, bytes: u64) -> PageSize {
        let mut size = PageSize::default();
        size.arrived(rows, bytes);
        size
    }

    #[test]
    fn page_size_follows_the_size_of_rows() {
        let mib = |mib: u64| mib << 20;
        assert_eq!(PageSize::default().request(mib(16)), 1_000);
        // Small rows: grows tenfold at most, up to the cap.
        assert_eq!(after(1_000, 8_000).request(mib(16)), 10_000);
        assert_eq!(after(500_000, 500_000).request(mib(16)), MAX_ROWS);
        // Rows of a mebibyte: shrinks immediately.
        assert_eq!(after(1_000, mib(1_000)).request(mib(16)), 16);
        assert_eq!(after(1, mib(1_000)).request(mib(16)), 1);
        // An empty page says nothing.
        assert_eq!(after(0, 100).request(mib(16)), 1_000);
    }

    #[test]
    fn page_size_follows_the_current_request() {
        let size = after(1_000, 100_000);
        assert_eq!([size.request(50_000), size.request(100), size.request(0)], [500, 1, 1]);
    }

    #[test]
    fn oversized_page_shrinks_until_it_fits() {
        let mut size = after(1_000, 1_000);
        let mut asked = vec![size.request(1 << 20)];
        while asked.last() != Some(&1) {
            size.was_too_large(*asked.last().expect("one"));
            asked.push(size.request(1 << 20));
        }
        assert_eq!(asked, [10_000, 1_250, 156, 19, 2, 1]);
        // A page of wide rows arrived: no return to what was too large.
        size.arrived(2, 600_000);
        assert_eq!(size.request(1 << 20), 3);
    }
}
