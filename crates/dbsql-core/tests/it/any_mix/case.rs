//! The parameters of one case. Cases are small, so that thousands run in a minute.

use proptest::collection::vec;
use proptest::prelude::*;

/// A result, its server, and its reader.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) access: Access,
    /// Whether the schema and inline rows are Arrow; otherwise they are columns.
    pub(super) arrow: bool,
    pub(super) lz4: bool,
    pub(super) pages: Vec<Page>,
    /// Bytes of text in each row.
    pub(super) text: usize,
    /// Whether pages have `hasMoreRows`.
    pub(super) says_more: bool,
    /// Whether a page starts at the requested row, or at the piece that contains it.
    pub(super) exact_start: bool,
    pub(super) confirm_end: bool,
    pub(super) budget: u64,
    pub(super) max_downloads: usize,
    /// How long links are valid, in seconds.
    pub(super) link_life: u64,
    pub(super) store: Store,
    /// The start row, as a fraction of the rows in 255ths.
    pub(super) from: u8,
    /// What the caller does before each batch.
    pub(super) acts: Vec<Act>,
    pub(super) page_faults: Vec<PageFault>,
    pub(super) file_faults: Vec<FileFault>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    ByRow,
    ByCursor,
    /// The first page is a direct result. With `closed`, there are no other pages.
    Attached {
        closed: bool,
    },
}

#[derive(Clone, Debug)]
pub(super) enum Page {
    /// Rows in the response, and rows per batch.
    Inline(Vec<usize>, Frames),
    Links(Vec<File>),
}

#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) batches: Vec<usize>,
    /// Rows after those that count.
    pub(super) padding: usize,
    pub(super) frames: Frames,
}

/// How content is split into LZ4 frames.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frames {
    pub(super) count: usize,
    pub(super) linked: bool,
    pub(super) block_checksums: bool,
    pub(super) content_checksum: bool,
    pub(super) content_size: bool,
    /// 4 to 7, as in a frame header.
    pub(super) block_size: u8,
    /// Content bytes per block.
    pub(super) block: usize,
    /// Whether there are empty and skippable frames in between.
    pub(super) extras: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Store {
    pub(super) ignores_ranges: bool,
    pub(super) says_ranges: bool,
    pub(super) etags: bool,
    pub(super) lengths: bool,
    /// Bytes per chunk.
    pub(super) chunk: usize,
    /// Milliseconds before the first byte.
    pub(super) latency: u64,
    /// The announced size of each file, whatever its real size. If it is large, ranges of the file
    /// are requested before the store answers.
    pub(super) announced: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    Read,
    /// Seconds.
    Pause(u64),
    /// Polls a call this many times, and drops it.
    Drop(usize),
    /// Milliseconds.
    Deadline(u64),
}

/// A position is a fraction of the body, in 255ths.
#[derive(Clone, Copy, Debug)]
pub(super) enum PageFault {
    None,
    Reset,
    /// The response breaks off.
    Cut(u8),
    /// The response ends there without an error.
    Short(u8),
    Stall,
    Status(u16),
    /// 429, with this `Retry-After` in seconds.
    Throttle(u64),
    /// An empty page although more rows follow.
    Empty,
    /// One flipped bit of an inline batch with a checksum.
    Flip(u8, u8),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum FileFault {
    None,
    Refused,
    Reset,
    Cut(u8),
    Short(u8),
    Stall,
    StallAfter(u8),
    Status(u16),
    Throttle(u64),
    /// The store reports that the link has expired.
    Reject,
    /// One flipped bit that a checksum detects.
    Flip(u8, u8),
    /// This many bytes per second.
    Trickle(usize),
    /// Both faults.
    FlipAndTrickle(u8, u8, usize),
    /// The whole file, whatever range was requested.
    IgnoresRange,
    /// Another version of the file from here on.
    Changes,
}

impl Frames {
    pub(super) fn is_checked(self) -> bool {
        self.block_checksums || self.content_checksum
    }
}

impl Page {
    pub(super) fn rows(&self) -> usize {
        match self {
            Self::Inline(batches, _) => batches.iter().sum(),
            Self::Links(files) => files.iter().map(File::rows).sum(),
        }
    }
}

impl File {
    pub(super) fn rows(&self) -> usize {
        self.batches.iter().sum()
    }
}

impl Case {
    pub(super) fn rows(&self) -> usize {
        self.pages.iter().map(Page::rows).sum()
    }

    /// The row that is read first.
    pub(super) fn first(&self) -> usize {
        self.rows() * usize::from(self.from) / 255
    }
}

fn frames() -> impl Strategy<Value = Frames> {
    let block = prop_oneof![Just(usize::MAX), 16_usize..400, Just(1_000)];
    let flags = any::<[bool; 5]>();
    (1_usize..4, flags, 4_u8..8, block).prop_map(|(count, flags, block_size, block)| {
        let [linked, block_checksums, content_checksum, content_size, extras] = flags;
        Frames {
            count,
            linked,
            block_checksums,
            content_checksum,
            content_size,
            block_size,
            block,
            extras,
        }
    })
}

fn batches() -> impl Strategy<Value = Vec<usize>> {
    vec(prop_oneof![1 => Just(0_usize), 6 => 1_usize..12], 0..4)
}

fn file() -> impl Strategy<Value = File> {
    let padding = prop_oneof![3 => Just(0_usize), 1 => 1_usize..20];
    (batches(), padding, frames()).prop_map(|(batches, padding, frames)| File {
        batches,
        padding,
        frames,
    })
}

fn page() -> impl Strategy<Value = Page> {
    prop_oneof![
        2 => (batches(), frames()).prop_map(|(batches, frames)| Page::Inline(batches, frames)),
        3 => vec(file(), 1..6).prop_map(Page::Links),
    ]
}

fn store() -> impl Strategy<Value = Store> {
    let chunk = prop_oneof![Just(usize::MAX), 1_usize..50, 50_usize..2_000];
    let latency = prop_oneof![Just(0_u64), 1_u64..500, Just(4_000_u64)];
    // A range has at least 1.5 MiB, far more than these files have.
    let announced = prop_oneof![
        1 => Just(None),
        1 => (0_u32..5_000).prop_map(Some),
        2 => ((3_u32 << 20)..(96 << 20)).prop_map(Some),
    ];
    (any::<[bool; 4]>(), chunk, latency, announced).prop_map(
        |(flags, chunk, latency, announced)| {
            let [ignores_ranges, says_ranges, etags, lengths] = flags;
            Store { ignores_ranges, says_ranges, etags, lengths, chunk, latency, announced }
        },
    )
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Read),
        2 => (1_u64..400).prop_map(Act::Pause),
        2 => (1_usize..6).prop_map(Act::Drop),
        2 => (0_u64..3_000).prop_map(Act::Deadline),
    ]
}

fn page_fault() -> impl Strategy<Value = PageFault> {
    prop_oneof![
        4 => Just(PageFault::None),
        1 => Just(PageFault::Reset),
        1 => any::<u8>().prop_map(PageFault::Cut),
        1 => any::<u8>().prop_map(PageFault::Short),
        1 => Just(PageFault::Stall),
        1 => prop::sample::select(vec![500_u16, 502, 503, 504]).prop_map(PageFault::Status),
        1 => (0_u64..20).prop_map(PageFault::Throttle),
        1 => Just(PageFault::Empty),
        2 => any::<(u8, u8)>().prop_map(|(at, bit)| PageFault::Flip(at, bit)),
    ]
}

fn file_fault() -> impl Strategy<Value = FileFault> {
    prop_oneof![
        5 => Just(FileFault::None),
        1 => Just(FileFault::Refused),
        1 => Just(FileFault::Reset),
        1 => any::<u8>().prop_map(FileFault::Cut),
        1 => any::<u8>().prop_map(FileFault::Short),
        1 => Just(FileFault::Stall),
        1 => any::<u8>().prop_map(FileFault::StallAfter),
        1 => prop::sample::select(vec![408_u16, 500, 503]).prop_map(FileFault::Status),
        1 => (0_u64..20).prop_map(FileFault::Throttle),
        1 => Just(FileFault::Reject),
        2 => any::<(u8, u8)>().prop_map(|(at, bit)| FileFault::Flip(at, bit)),
        1 => (20_usize..2_000).prop_map(FileFault::Trickle),
        1 => any::<(u8, u8)>().prop_map(|(at, bit)| FileFault::FlipAndTrickle(at, bit, 100)),
        1 => Just(FileFault::IgnoresRange),
        1 => Just(FileFault::Changes),
    ]
}

/// Any case whose pages are requested in this way.
pub(super) fn case(access: Access) -> impl Strategy<Value = Case> {
    let text = prop_oneof![4 => 0_usize..60, 1 => Just(3_000_usize)];
    let budget = prop::sample::select(vec![1_u64 << 17, 1 << 20, 16 << 20, 1 << 30]);
    let downloads = prop_oneof![Just(1_usize), Just(16_usize), 2_usize..16];
    let life = prop::sample::select(vec![45_u64, 600, 1 << 20]);
    let first = prop_oneof![2 => Just(0_u8), 1 => any::<u8>()];
    (
        any::<[bool; 5]>(),
        vec(page(), 0..6),
        (text, budget, downloads, life, first),
        store(),
        vec(act(), 0..12),
        vec(page_fault(), 0..5),
        vec(file_fault(), 0..6),
    )
        .prop_map(move |(flags, pages, numbers, store, acts, page_faults, file_faults)| {
            let [arrow, lz4, says_more, exact_start, confirm_end] = flags;
            let (text, budget, max_downloads, link_life, from) = numbers;
            // One message has to fit into the budget.
            let budget = if text > 1_000 { budget.max(1 << 20) } else { budget };
            let whole = access == Access::Attached { closed: true };
            let pages = if whole { pages.into_iter().take(1).collect() } else { pages };
            Case {
                access,
                arrow,
                lz4,
                pages,
                text,
                says_more,
                exact_start,
                confirm_end,
                budget,
                max_downloads,
                link_life,
                store,
                from,
                acts,
                page_faults,
                file_faults,
            }
        })
}
