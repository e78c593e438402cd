//! Documents as servers and clients send them, and faults of responses. Every seed yields the exact
//! rows, or the failure of a statement that fails.

use crate::Seed;

#[path = "../../../../crates/dbsql-protocol/tests/support/sea.rs"]
mod samples;

pub(crate) fn documents() -> Vec<Seed> {
    samples::ALL.into_iter().map(|(name, text)| Seed::new(name, text)).collect()
}

/// A method, and the fault of a request to it: its kind and arguments.
type Fault<'a> = (u8, &'a [u8]);

/// Faults that each kind of result survives.
const SURVIVED: [(&str, &[Fault<'static>]); 9] = [
    ("honest", &[]),
    ("edited-by-nothing", &[(1, &[1, 1, 0, 0]), (2, &[1, 1, 0, 0])]),
    ("status-cut", &[(1, &[5, 40, 0]), (1, &[6, 70, 0])]),
    ("status-stalls", &[(1, &[7, 40, 0]), (1, &[10, 0]), (1, &[11, 40])]),
    ("status-refused", &[(1, &[8, 0, 0]), (1, &[8, 2, 128]), (1, &[8, 3, 0])]),
    ("chunk-cut", &[(2, &[5, 40, 0]), (2, &[6, 70, 0]), (2, &[9])]),
    ("chunk-refused", &[(2, &[8, 1, 0]), (2, &[8, 3, 133]), (2, &[10, 1])]),
    ("download-cut", &[(3, &[5, 100, 0]), (3, &[6, 200, 0]), (3, &[8, 5, 0])]),
    ("submit-refused", &[(0, &[8, 3, 133]), (0, &[10, 1])]),
];

pub(crate) fn answers() -> Vec<Seed> {
    let seed = |name: &str, kind: u8, way: u8, faults: &[Fault<'_>]| {
        let faults = faults.iter().flat_map(|(method, fault)| [&[*method][..], fault].concat());
        Seed::new(name, [kind, way].into_iter().chain(faults).collect::<Vec<_>>())
    };
    let mut seeds = Vec::new();
    for kind in 0..11 {
        for way in 0..2 {
            seeds.push(seed(&format!("kind-{kind}-way-{way}"), kind, way, &[]));
        }
        for (name, faults) in SURVIVED {
            // The rows of a statement that is closed with its submit are sent once, and the submit
            // of another client is not under test.
            let is_ours = (kind != 6 && kind != 8) || name == "honest";
            if is_ours && (!faults.is_empty()) {
                seeds.push(seed(&format!("kind-{kind}-{name}"), kind, 1, faults));
            }
        }
    }
    seeds
}
