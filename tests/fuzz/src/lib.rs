//! What the fuzzer runs on each input: one function for each target, which panics on a finding.
//!
//! `fuzz/` drives these functions with libFuzzer, and the test `replay` runs them on the inputs that
//! are kept: the corpus and the inputs of past findings. [`Target::seeds`] returns the initial
//! inputs of a corpus; the program `fuzz-seeds` writes them to files.

mod arrow;
mod handle;
mod input;
mod panics;
mod reader;
mod sea;
mod seeds;
mod thrift;

/// A decoder under test.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of the target and of its folder in `fuzz/corpus` and `fuzz/findings`.
    pub name: &'static str,
    body: fn(&[u8]) -> bool,
    seeds: fn() -> Vec<Seed>,
}

/// An initial input of a corpus.
#[derive(Clone, Debug)]
pub struct Seed {
    /// Its file name.
    pub name: String,
    /// The input.
    pub bytes: Vec<u8>,
}

impl Seed {
    fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }
}

macro_rules! targets {
    ($($name:ident: $body:path, $seeds:path;)*) => {
        /// All targets.
        pub const TARGETS: &[Target] =
            &[$(Target { name: stringify!($name), body: $body, seeds: $seeds }),*];
    };
}

targets! {
    arrow_file: arrow::file, seeds::arrow::files;
    arrow_file_lz4: arrow::file_lz4, seeds::arrow::files_lz4;
    arrow_inline: arrow::inline, seeds::arrow::inline;
    arrow_inline_lz4: arrow::inline_lz4, seeds::arrow::inline_lz4;
    arrow_schema: arrow::schema, seeds::arrow::schemas;
    arrow_columns: arrow::columns, seeds::arrow::columns;
    thrift_reply: thrift::reply, seeds::thrift::replies;
    thrift_call: thrift::call, seeds::thrift::calls;
    thrift_skip: thrift::skip, seeds::thrift::structs;
    handle_text: handle::text, seeds::handle::texts;
    handle_json: handle::json, seeds::handle::documents;
    sea_json: sea::json, seeds::sea::documents;
    reader_answers: reader::answers, seeds::reader::answers;
    reader_files: reader::files, seeds::reader::files;
    sea_answers: reader::sea::answers, seeds::sea::answers;
}

impl Target {
    /// Returns the target with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TARGETS.iter().copied().find(|target| target.name == name)
    }

    /// Runs the target on an input. Returns whether the input was accepted as a whole.
    ///
    /// # Panics
    ///
    /// On a finding. A panic outside of the Arrow crates is a finding even if it was caught.
    pub fn run(self, input: &[u8]) -> bool {
        panics::watched(|| (self.body)(input))
    }

    /// Returns the initial inputs of the corpus, all of which are accepted.
    #[must_use]
    pub fn seeds(self) -> Vec<Seed> {
        (self.seeds)()
    }
}
