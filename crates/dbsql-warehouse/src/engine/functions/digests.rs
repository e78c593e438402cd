//! Hashes of values.

use arrow_schema::DataType;
use md5::Digest as _;

use super::define::Kind::{Binary, Int, Text};
use super::define::{Function, Types};
use super::encodings::hexadecimal;
use super::inputs::{bytes, integer};
use crate::engine::coercion::decimal_for;
use crate::engine::value::Value;

/// The functions.
pub(super) const ALL: &[Function] = &[
    Function::new("md5", &[Binary], Text, |values, _| {
        Ok(lower_hexadecimal(&md5::Md5::digest(bytes(values, 0))))
    }),
    SHA1,
    SHA1.named("sha"),
    Function::new("sha2", &[Binary, Int], Text, |values, _| {
        let bytes = bytes(values, 0);
        Ok(match integer(values, 1) {
            224 => lower_hexadecimal(&sha2::Sha224::digest(bytes)),
            0 | 256 => lower_hexadecimal(&sha2::Sha256::digest(bytes)),
            384 => lower_hexadecimal(&sha2::Sha384::digest(bytes)),
            512 => lower_hexadecimal(&sha2::Sha512::digest(bytes)),
            _ => Value::Null,
        })
    }),
    Function::new("crc32", &[Binary], super::define::Kind::BigInt, |values, _| {
        Ok(Value::Integer(i64::from(crc32fast::hash(bytes(values, 0)))))
    }),
    Function::typed(
        "hash",
        |arguments| hash_types(arguments, DataType::Int32),
        |values, types| {
            let each = values.iter().zip(&types.parameters);
            let hash =
                each.fold(42, |seed, (value, data_type)| Murmur.hash(value, data_type, seed));
            Ok(Value::Integer(i64::from(hash.cast_signed())))
        },
    )
    .counts(1, usize::MAX)
    .takes_nulls(),
    Function::typed(
        "xxhash64",
        |arguments| hash_types(arguments, DataType::Int64),
        |values, types| {
            let each = values.iter().zip(&types.parameters);
            let hash = each.fold(42, |seed, (value, data_type)| Xx.hash(value, data_type, seed));
            Ok(Value::Integer(hash.cast_signed()))
        },
    )
    .counts(1, usize::MAX)
    .takes_nulls(),
];

const SHA1: Function = Function::new("sha1", &[Binary], Text, |values, _| {
    Ok(lower_hexadecimal(&sha1::Sha1::digest(bytes(values, 0))))
});

fn lower_hexadecimal(digest: &[u8]) -> Value {
    Value::Text(hexadecimal(digest).to_lowercase())
}

/// Values of any type except maps.
fn hash_types(arguments: &[DataType], result: DataType) -> Option<Types> {
    let fits = !arguments.iter().any(has_map);
    fits.then(|| Types::new(arguments, result))
}

fn has_map(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map(..) => true,
        DataType::List(item) => has_map(item.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| has_map(field.data_type())),
        _ => false,
    }
}

/// A hash that goes on from the hash of the value before it.
trait Hash {
    type Number: Copy;

    fn of_int(&self, number: i32, seed: Self::Number) -> Self::Number;

    fn of_long(&self, number: i64, seed: Self::Number) -> Self::Number;

    fn of_bytes(&self, bytes: &[u8], seed: Self::Number) -> Self::Number;

    /// NULL does not change the hash.
    fn hash(&self, value: &Value, data_type: &DataType, seed: Self::Number) -> Self::Number {
        match value {
            Value::Null | Value::Map(_) => seed,
            Value::Boolean(flag) => self.of_int(i32::from(*flag), seed),
            Value::Integer(number) => match i32::try_from(*number) {
                Ok(number) if *data_type != DataType::Int64 => self.of_int(number, seed),
                _ => self.of_long(*number, seed),
            },
            Value::Date(number) | Value::Months(number) => self.of_int(*number, seed),
            Value::Timestamp(number) | Value::DayTime(number) => self.of_long(*number, seed),
            Value::Float(number) => {
                let number = if *number == 0.0 { 0.0 } else { *number };
                let bits = if number.is_nan() { 0x7fc0_0000 } else { number.to_bits() };
                self.of_int(bits.cast_signed(), seed)
            }
            Value::Double(number) => {
                let number = if *number == 0.0 { 0.0 } else { *number };
                let bits = if number.is_nan() { 0x7ff8_0000_0000_0000 } else { number.to_bits() };
                self.of_long(bits.cast_signed(), seed)
            }
            Value::Decimal(number) => {
                let (precision, _) = decimal_for(data_type).unwrap_or_default();
                match i64::try_from(*number) {
                    Ok(number) if precision <= 18 => self.of_long(number, seed),
                    _ => self.of_bytes(shortest(*number).as_slice(), seed),
                }
            }
            Value::Text(text) => self.of_bytes(text.as_bytes(), seed),
            Value::Binary(bytes) => self.of_bytes(bytes, seed),
            Value::List(items) => {
                let item = match data_type {
                    DataType::List(item) => item.data_type(),
                    _ => &DataType::Null,
                };
                items.iter().fold(seed, |seed, value| self.hash(value, item, seed))
            }
            Value::Struct(members) => match data_type {
                DataType::Struct(fields) => members
                    .iter()
                    .zip(fields)
                    .fold(seed, |seed, (value, field)| self.hash(value, field.data_type(), seed)),
                _ => seed,
            },
        }
    }
}

/// The fewest bytes of a number in two's complement, the highest first.
fn shortest(number: i128) -> Vec<u8> {
    let all = number.to_be_bytes();
    let is_sign = |byte: u8, next: u8| (byte == 0 && next < 0x80) || (byte == 0xff && next >= 0x80);
    let start = all.windows(2).take_while(|pair| is_sign(pair[0], pair[1])).count();
    all[start..].to_vec()
}

/// MurmurHash3 with 32 bits, where each byte behind the last whole word is a word by itself.
struct Murmur;

impl Murmur {
    fn mix(word: u32, seed: u32) -> u32 {
        let word = word.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
        (seed ^ word).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64)
    }

    fn finish(hash: u32, length: usize) -> u32 {
        let hash = hash ^ u32::try_from(length).unwrap_or_default();
        let hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
        let hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
        hash ^ (hash >> 16)
    }
}

impl Hash for Murmur {
    type Number = u32;

    fn of_int(&self, number: i32, seed: u32) -> u32 {
        Self::finish(Self::mix(number.cast_unsigned(), seed), 4)
    }

    fn of_long(&self, number: i64, seed: u32) -> u32 {
        let number = number.cast_unsigned();
        let hash = Self::mix(number as u32, seed);
        Self::finish(Self::mix((number >> 32) as u32, hash), 8)
    }

    fn of_bytes(&self, bytes: &[u8], seed: u32) -> u32 {
        let (words, rest) = bytes.as_chunks::<4>();
        let hash = words.iter().fold(seed, |hash, word| Self::mix(u32::from_le_bytes(*word), hash));
        let signed = |byte: &u8| i32::from(byte.cast_signed()).cast_unsigned();
        let hash = rest.iter().fold(hash, |hash, byte| Self::mix(signed(byte), hash));
        Self::finish(hash, bytes.len())
    }
}

/// XXH64.
struct Xx;

const P1: u64 = 0x9E37_79B1_85EB_CA87;
const P2: u64 = 0xC2B2_AE3D_27D4_EB4F;
const P3: u64 = 0x1656_67B1_9E37_79F9;
const P4: u64 = 0x85EB_CA77_C2B2_AE63;
const P5: u64 = 0x27D4_EB2F_1656_67C5;

impl Xx {
    fn round(sum: u64, word: u64) -> u64 {
        sum.wrapping_add(word.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1)
    }

    fn word(hash: u64, word: u64) -> u64 {
        let hash = hash ^ Self::round(0, word);
        hash.rotate_left(27).wrapping_mul(P1).wrapping_add(P4)
    }

    fn half(hash: u64, word: u32) -> u64 {
        let hash = hash ^ u64::from(word).wrapping_mul(P1);
        hash.rotate_left(23).wrapping_mul(P2).wrapping_add(P3)
    }

    fn finish(hash: u64) -> u64 {
        let hash = (hash ^ (hash >> 33)).wrapping_mul(P2);
        let hash = (hash ^ (hash >> 29)).wrapping_mul(P3);
        hash ^ (hash >> 32)
    }
}

impl Hash for Xx {
    type Number = u64;

    fn of_int(&self, number: i32, seed: u64) -> u64 {
        let hash = seed.wrapping_add(P5).wrapping_add(4);
        Self::finish(Self::half(hash, number.cast_unsigned()))
    }

    fn of_long(&self, number: i64, seed: u64) -> u64 {
        let hash = seed.wrapping_add(P5).wrapping_add(8);
        Self::finish(Self::word(hash, number.cast_unsigned()))
    }

    fn of_bytes(&self, bytes: &[u8], seed: u64) -> u64 {
        let (stripes, rest) = bytes.as_chunks::<32>();
        let mut hash = if stripes.is_empty() {
            seed.wrapping_add(P5)
        } else {
            let mut sums = [
                seed.wrapping_add(P1).wrapping_add(P2),
                seed.wrapping_add(P2),
                seed,
                seed.wrapping_sub(P1),
            ];
            for stripe in stripes {
                let (words, _) = stripe.as_chunks::<8>();
                for (sum, word) in sums.iter_mut().zip(words) {
                    *sum = Self::round(*sum, u64::from_le_bytes(*word));
                }
            }
            let [one, two, three, four] = sums;
            let mut hash = one
                .rotate_left(1)
                .wrapping_add(two.rotate_left(7))
                .wrapping_add(three.rotate_left(12))
                .wrapping_add(four.rotate_left(18));
            for sum in sums {
                hash = (hash ^ Self::round(0, sum)).wrapping_mul(P1).wrapping_add(P4);
            }
            hash
        };
        hash = hash.wrapping_add(bytes.len() as u64);
        let (words, rest) = rest.as_chunks::<8>();
        hash = words.iter().fold(hash, |hash, word| Self::word(hash, u64::from_le_bytes(*word)));
        let (halves, rest) = rest.as_chunks::<4>();
        hash = halves.iter().fold(hash, |hash, half| Self::half(hash, u32::from_le_bytes(*half)));
        hash = rest.iter().fold(hash, |hash, byte| {
            (hash ^ u64::from(*byte).wrapping_mul(P5)).rotate_left(11).wrapping_mul(P1)
        });
        Self::finish(hash)
    }
}
