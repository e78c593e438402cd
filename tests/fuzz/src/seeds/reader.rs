//! Faults of responses and downloads. Every seed yields the exact rows.

use crate::Seed;

/// An edit: its kind, its position, and bytes.
fn edit(kind: u8, position: u16, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).expect("an edit is small");
    [&[kind][..], &position.to_le_bytes(), &[length], bytes].concat()
}

pub(crate) fn answers() -> Vec<Seed> {
    let mut seeds: Vec<_> =
        (0..10).map(|kind| Seed::new(format!("kind-{kind}"), [kind, 0, 0, 0])).collect();
    for kind in 0..10 {
        // The first response is truncated; the request is retried.
        let cut = [&[kind, 0, 0, 0][..], &edit(3, 100, &[])].concat();
        seeds.push(Seed::new(format!("kind-{kind}-cut"), cut));
    }
    for method in 0..6 {
        // Bytes replaced by equal ones: Thrift's version.
        let same = [&[0, method, 0, 1][..], &edit(0, 0, &[0x80, 1, 0, 2])].concat();
        seeds.push(Seed::new(format!("method-{method}-version"), same));
    }
    seeds
}

pub(crate) fn files() -> Vec<Seed> {
    let section = crate::input::section;
    let faults: [(&str, Vec<u8>); 9] = [
        ("none", vec![]),
        ("edited", [&[1][..], &section(&edit(0, 60, &[0xff; 4]))].concat()),
        ("inserted", [&[1][..], &section(&edit(1, 40, &[0; 9]))].concat()),
        ("broken", vec![2, 100, 0]),
        ("broken-twice", vec![2, 100, 0, 0, 2, 20, 0]),
        ("short", vec![3, 90, 0]),
        ("stalled", vec![4, 90, 0]),
        ("busy", vec![5, 0, 5, 4]),
        ("wrong-ranges", vec![2, 100, 0, 6, 2, 100, 0, 7, 5, 0]),
    ];
    let seeds = (0..).zip(faults);
    seeds
        .map(|(pieces, (name, faults))| Seed::new(name, [&[pieces * 5][..], &faults].concat()))
        .collect()
}
