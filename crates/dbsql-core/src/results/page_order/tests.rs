//! Correct pages, and pages with a wrong position.

use super::*;

fn page(start: u64, rows: u64, more: bool) -> Outline {
    Outline { start: Some(start), rows, more: Some(more), rewound: false, attached: false }
}

fn rewound(start: u64, rows: u64) -> Outline {
    Outline { rewound: true, ..page(start, rows, false) }
}

fn without_start(page: Outline) -> Outline {
    Outline { start: None, ..page }
}

fn by_row(row: u64) -> PageOrder {
    PageOrder::new(PageAccess::ByRow, Cursor::new(None), row)
}

fn by_cursor(row: u64) -> PageOrder {
    PageOrder::new(PageAccess::ByCursor, Cursor::new(None), row)
}

fn attached_only(row: u64) -> PageOrder {
    PageOrder::new(PageAccess::AttachedOnly, Cursor::new(None), row)
}

fn kind(page_use: Result<PageUse>) -> ErrorKind {
    page_use.expect_err("a page that lies").kind()
}

const ALL: PageUse = PageUse::Rows { skip: 0 };

#[test]
fn each_page_by_row_follows_the_last() {
    let mut order = by_row(0);
    for start in [0, 4, 8] {
        assert_eq!(order.request(), Some(PageAt::Row(start)));
        assert_eq!(order.place(&page(start, 4, start < 8)).unwrap(), ALL);
        assert_eq!(order.ended(), start == 8);
    }
}

#[test]
fn page_without_a_start_is_the_requested_one() {
    let mut order = by_row(7);
    assert_eq!(order.place(&without_start(page(0, 3, true))).unwrap(), ALL);
    assert_eq!(order.request(), Some(PageAt::Row(10)));

    let mut order = by_cursor(2);
    order.request();
    let first = Outline { rewound: true, ..without_start(page(0, 3, false)) };
    assert_eq!(order.place(&first).unwrap(), PageUse::Rows { skip: 2 });
    order.request();
    assert_eq!(order.place(&without_start(page(0, 3, false))).unwrap(), ALL);
    order.request();
    assert_eq!(order.place(&without_start(page(0, 0, false))).unwrap(), PageUse::Unwanted);
    assert!(order.ended());
}

#[test]
fn page_that_starts_early_is_cut() {
    for (start, skip) in [(0, 5), (3, 2), (5, 0)] {
        let mut order = by_row(5);
        assert_eq!(order.place(&page(start, 9, true)).unwrap(), PageUse::Rows { skip });
        assert_eq!(order.request(), Some(PageAt::Row(start + 9)));
    }
}

#[test]
fn page_that_starts_late_is_out_of_order() {
    for rows in [0, 1, 9] {
        assert_eq!(kind(by_row(5).place(&page(6, rows, true))), ErrorKind::Protocol);
        assert_eq!(kind(attached_only(5).place(&page(6, rows, false))), ErrorKind::Protocol);
        // The same applies to the first page.
        assert_eq!(kind(by_cursor(5).place(&rewound(6, rows))), ErrorKind::Protocol);
    }
    let whole_range = page(1, u64::MAX, true);
    assert_eq!(kind(by_row(5).place(&whole_range)), ErrorKind::Protocol);
}

#[test]
fn same_page_by_row_again_is_out_of_order() {
    let mut order = by_row(0);
    assert_eq!(order.place(&page(0, 4, true)).unwrap(), ALL);
    for _ in 0..3 {
        assert_eq!(kind(order.place(&page(0, 4, true))), ErrorKind::Protocol);
        assert_eq!(order.request(), Some(PageAt::Row(4)), "an error changes nothing");
    }
    assert_eq!(order.place(&page(4, 4, false)).unwrap(), ALL);
}

#[test]
fn empty_page_with_more_rows_is_not_the_end() {
    let mut order = by_row(0);
    assert_eq!(order.place(&page(0, 0, true)).unwrap(), PageUse::Unwanted);
    assert!(!order.ended());
    assert_eq!(order.place(&page(0, 0, false)).unwrap(), PageUse::Unwanted);
    assert!(order.ended());
}

#[test]
fn end_before_rows_that_were_read_is_truncated() {
    let mut order = by_row(0);
    assert_eq!(order.place(&page(0, 4, true)).unwrap(), ALL);
    assert_eq!(kind(order.place(&page(0, 3, false))), ErrorKind::Truncated);
    assert!(!order.ended());
    let mut order = attached_only(0);
    assert_eq!(kind(order.place(&page(0, 4, true))), ErrorKind::Truncated);
}

#[test]
fn start_beyond_the_end_is_invalid_input() {
    for mut order in [by_row(9), attached_only(9), by_cursor(9)] {
        order.request();
        let page_use = match order.place(&rewound(0, 4)) {
            Ok(_) => order.place(&page(4, 0, false)),
            error => error,
        };
        assert_eq!(kind(page_use), ErrorKind::InvalidInput);
    }
}

#[test]
fn cursor_continues_until_an_empty_page() {
    let mut order = by_cursor(0);
    assert_eq!(order.request(), Some(PageAt::First));
    assert_eq!(order.place(&rewound(0, 4)).unwrap(), ALL);
    assert_eq!(order.request(), Some(PageAt::Next));
    assert_eq!(order.place(&page(4, 4, false)).unwrap(), ALL);
    assert!(!order.ended(), "such a server always says that there is no more");
    assert_eq!(order.request(), Some(PageAt::Next));
    assert_eq!(order.place(&page(8, 0, false)).unwrap(), PageUse::Unwanted);
    assert!(order.ended());
}

#[test]
fn cursor_is_rewound_after_a_lost_answer() {
    let mut order = by_cursor(0);
    order.request();
    order.place(&rewound(0, 4)).unwrap();
    assert_eq!(order.request(), Some(PageAt::Next));
    // The response was lost. The first page was read before.
    assert_eq!(order.request(), Some(PageAt::First));
    assert_eq!(order.place(&rewound(0, 4)).unwrap(), PageUse::Unwanted);
    assert_eq!(order.request(), Some(PageAt::Next));
    assert_eq!(order.place(&page(4, 4, false)).unwrap(), ALL);
}

#[test]
fn cursor_that_jumps_is_rewound_a_few_times() {
    let mut order = by_cursor(0);
    order.request();
    order.place(&rewound(0, 4)).unwrap();
    for _ in 0..3 {
        order.request();
        assert_eq!(order.place(&page(9, 4, false)).unwrap(), PageUse::Unwanted);
        assert_eq!(order.request(), Some(PageAt::First));
        order.place(&rewound(0, 4)).unwrap();
    }
    order.request();
    assert_eq!(kind(order.place(&page(9, 4, false))), ErrorKind::Unsupported);
}

#[test]
fn cursor_that_was_moved_back_reads_forward_again() {
    let mut order = by_cursor(0);
    order.request();
    order.place(&rewound(0, 20)).unwrap();
    // Another reader rewound the cursor, and many small pages lie in between.
    for start in 2..20 {
        order.request();
        assert_eq!(order.place(&page(start, 1, false)).unwrap(), PageUse::Unwanted, "{start}");
    }
    order.request();
    assert_eq!(order.place(&page(20, 4, false)).unwrap(), ALL);
}

#[test]
fn cursor_that_never_moves_is_an_error_after_a_few_pages() {
    for (start, rows) in [(0, 4), (1, 3), (3, 1)] {
        let mut order = by_cursor(0);
        order.request();
        order.place(&rewound(0, 4)).unwrap();
        let mut pages = 0;
        let error = loop {
            order.request();
            match order.place(&page(start, rows, false)) {
                Ok(page_use) => assert_eq!(page_use, PageUse::Unwanted),
                Err(error) => break error,
            }
            pages += 1;
            assert!(pages < 10, "rows {start} and {rows} more for ever");
        };
        assert_eq!(error.kind(), ErrorKind::Protocol);
    }
}

#[test]
fn empty_page_without_has_more_rows_is_the_end_when_repeated() {
    let silent = |start| Outline { more: None, ..page(start, 0, true) };
    let mut order = by_row(0);
    for start in [0, 4] {
        assert_eq!(order.place(&silent(start)).unwrap(), PageUse::Unwanted);
        assert!(!order.ended());
        assert_eq!(order.request(), Some(PageAt::Row(start)), "the same row again");
        assert_eq!(order.place(&page(start, 4, true)).unwrap(), ALL);
    }
    for ended in [false, true] {
        assert_eq!(order.place(&silent(8)).unwrap(), PageUse::Unwanted);
        assert_eq!(order.ended(), ended);
    }
}

#[test]
fn end_reported_by_an_early_page_is_requested_again() {
    let mut order = by_row(5);
    assert_eq!(order.place(&page(4, 4, false)).unwrap(), PageUse::Rows { skip: 1 });
    assert!(!order.ended());
    assert_eq!(order.request(), Some(PageAt::Row(8)));
    assert_eq!(order.place(&page(8, 2, false)).unwrap(), ALL);
    assert!(order.ended());
    // The page has only rows before the wanted one, which may still exist.
    assert_eq!(kind(by_row(5).place(&page(4, 1, false))), ErrorKind::Protocol);
}

#[test]
fn confirmed_end_is_reported_twice() {
    let mut order = by_row(0).confirm_end(true);
    assert_eq!(order.place(&page(0, 4, false)).unwrap(), ALL);
    assert!(!order.ended());
    // The first report was wrong.
    assert_eq!(order.place(&page(4, 2, false)).unwrap(), ALL);
    assert!(!order.ended());
    assert_eq!(order.place(&page(6, 0, false)).unwrap(), PageUse::Unwanted);
    assert!(order.ended());

    let mut order = attached_only(0).confirm_end(true);
    assert_eq!(order.place(&page(0, 4, false)).unwrap(), ALL);
    assert!(order.ended(), "there is nobody to ask");
}

#[test]
fn page_of_a_direct_result_was_not_requested() {
    let attached = Outline { attached: true, ..page(0, 8, false) };
    for row in [0, 5, 8] {
        let mut order = by_row(row);
        order.place(&attached).unwrap();
        assert!(order.ended());
    }
}
