//! xxHash32, the checksum of LZ4 frames.

const PRIME_1: u32 = 0x9e37_79b1;
const PRIME_2: u32 = 0x85eb_ca77;
const PRIME_3: u32 = 0xc2b2_ae3d;
const PRIME_4: u32 = 0x27d4_eb2f;
const PRIME_5: u32 = 0x1656_67b1;

/// The number of bytes that the four lanes consume at a time.
const STRIPE: usize = 16;

/// A hash with seed 0 over bytes that arrive in parts.
#[derive(Clone, Debug)]
pub(super) struct XxHash32 {
    lanes: [u32; 4],
    /// The start of an incomplete stripe, `length % STRIPE` bytes.
    partial: [u8; STRIPE],
    length: u64,
}

impl XxHash32 {
    pub(super) fn new() -> Self {
        let lanes = [PRIME_1.wrapping_add(PRIME_2), PRIME_2, 0, 0_u32.wrapping_sub(PRIME_1)];
        Self { lanes, partial: [0; STRIPE], length: 0 }
    }

    pub(super) fn write(&mut self, mut bytes: &[u8]) {
        let waiting = self.waiting();
        self.length = self.length.wrapping_add(bytes.len() as u64);
        if waiting > 0 {
            let (_, free) = self.partial.split_at_mut(waiting);
            let taken = free.len().min(bytes.len());
            let (now, later) = bytes.split_at(taken);
            free[..taken].copy_from_slice(now);
            if waiting + taken < STRIPE {
                return;
            }
            self.lanes = striped(self.lanes, &self.partial);
            bytes = later;
        }
        let (stripes, rest) = bytes.as_chunks::<STRIPE>();
        self.lanes = stripes.iter().fold(self.lanes, striped);
        self.partial[..rest.len()].copy_from_slice(rest);
    }

    pub(super) fn finish(&self) -> u32 {
        let [a, b, c, d] = self.lanes;
        let start = if self.length < STRIPE as u64 {
            PRIME_5
        } else {
            let sum = a.rotate_left(1).wrapping_add(b.rotate_left(7));
            sum.wrapping_add(c.rotate_left(12)).wrapping_add(d.rotate_left(18))
        };
        // The low 32 bits of the length, as specified.
        let mut hash = start.wrapping_add(self.length as u32);
        let (words, bytes) = self.partial[..self.waiting()].as_chunks::<4>();
        for word in words {
            let word = u32::from_le_bytes(*word).wrapping_mul(PRIME_3);
            hash = hash.wrapping_add(word).rotate_left(17).wrapping_mul(PRIME_4);
        }
        for byte in bytes {
            let byte = u32::from(*byte).wrapping_mul(PRIME_5);
            hash = hash.wrapping_add(byte).rotate_left(11).wrapping_mul(PRIME_1);
        }
        hash = (hash ^ hash >> 15).wrapping_mul(PRIME_2);
        hash = (hash ^ hash >> 13).wrapping_mul(PRIME_3);
        hash ^ hash >> 16
    }

    fn waiting(&self) -> usize {
        (self.length % STRIPE as u64) as usize
    }
}

/// Returns the hash of `bytes`.
pub(super) fn hash(bytes: &[u8]) -> u32 {
    let mut hash = XxHash32::new();
    hash.write(bytes);
    hash.finish()
}

fn striped(lanes: [u32; 4], stripe: &[u8; STRIPE]) -> [u32; 4] {
    let (words, _) = stripe.as_chunks::<4>();
    let mut next = lanes;
    for (lane, word) in next.iter_mut().zip(words) {
        let word = u32::from_le_bytes(*word).wrapping_mul(PRIME_2);
        *lane = lane.wrapping_add(word).rotate_left(13).wrapping_mul(PRIME_1);
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published test vectors.
    #[test]
    fn known_inputs_have_known_hashes() {
        for (text, expected) in [
            ("", 0x02cc_5d05),
            ("a", 0x550d_7456),
            ("abc", 0x32d1_53ff),
            ("Nobody inspects the spammish repetition", 0xe229_3b2f),
        ] {
            assert_eq!(hash(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn hash_of_parts_equals_hash_of_the_whole() {
        let whole: Vec<u8> = (0..200_u32).map(|n| (n * n / 3) as u8).collect();
        for length in 0..whole.len() {
            for piece in 1..40 {
                let mut hash_of_pieces = XxHash32::new();
                whole[..length].chunks(piece).for_each(|piece| hash_of_pieces.write(piece));
                assert_eq!(hash_of_pieces.finish(), hash(&whole[..length]), "{length} {piece}");
            }
        }
    }
}
