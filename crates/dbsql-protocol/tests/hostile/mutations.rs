//! Every fixture, truncated at each byte and changed at random.

use bytes::Bytes;

use crate::{
    bounded::{message_decoders, struct_decoders},
    support::fixtures::{self, Fixture},
};

/// Bodies tried per kind of fixture.
const MUTATIONS: usize = 20_000;

#[test]
fn no_prefix_of_a_body_decodes() {
    for (text, decoders) in
        [(fixtures::STRUCTS, struct_decoders()), (fixtures::MESSAGES, message_decoders())]
    {
        for Fixture { name, case, bytes } in fixtures::parse(text) {
            let decode = &decoders[&name];
            for length in 0..bytes.len() {
                let cut = bytes.slice(..length);
                assert!(!decode(&cut), "the first {length} bytes of {name} {case} decode");
            }
        }
    }
}

#[test]
fn changed_bodies_neither_panic_nor_exceed_the_budget() {
    let mut chance = Chance(0x5eed);
    for (text, decoders) in
        [(fixtures::STRUCTS, struct_decoders()), (fixtures::MESSAGES, message_decoders())]
    {
        let fixtures = fixtures::parse(text);
        let mut decoded = 0;
        for _ in 0..MUTATIONS {
            let Fixture { name, bytes, .. } = &fixtures[chance.below(fixtures.len())];
            let mut body = bytes.to_vec();
            for _ in 0..=chance.below(3) {
                mutate(&mut body, &mut chance);
            }
            decoded += usize::from(decoders[name](&Bytes::from(body)));
        }
        // The changes are small enough that some bodies survive and large enough that most do not.
        assert!((MUTATIONS / 100..MUTATIONS).contains(&decoded), "{decoded} of {MUTATIONS}");
    }
}

fn mutate(body: &mut Vec<u8>, chance: &mut Chance) {
    const WORDS: [u32; 6] = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x0100_0000];
    let at = chance.below(body.len());
    match chance.below(6) {
        0 => body[at] ^= 1 << chance.below(8),
        1 => body[at] = u8::try_from(chance.below(256)).expect("a byte"),
        2 => body[at] = u8::try_from(chance.below(17)).expect("a type code"),
        3 => {
            let word = WORDS[chance.below(WORDS.len())].to_be_bytes();
            let end = body.len().min(at + 4);
            body[at..end].copy_from_slice(&word[..end - at]);
        }
        4 => {
            let end = body.len().min(at + chance.below(16));
            body.drain(at..end);
            body.push(0);
        }
        _ => {
            let end = body.len().min(at + chance.below(16));
            let copy = body[at..end].to_vec();
            body.splice(at..at, copy);
        }
    }
}

/// A fixed sequence of random numbers (xorshift).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }
}
