//! See `dbsql_fuzz_targets`.
#![no_main]

use dbsql_fuzz_targets::Target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    Target::named("sea_answers").expect("it is one of the targets").run(input);
});
