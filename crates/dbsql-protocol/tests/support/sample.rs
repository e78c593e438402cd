//! The rule that makes sample values. `xtask/src/interop/thrift/oracle.py` implements the same rule
//! independently: fields in ascending order, depth first, each scalar made from a counter that is
//! incremented per scalar. A list has two elements and a map two entries; a union has the member
//! that the counter selects; a field that leads back to its own struct is absent from depth 3.

use std::{collections::BTreeMap, fmt};

use bytes::Bytes;
use dbsql_protocol::wire::{BinaryList, Fixed, FixedList, StringList, ThriftStruct};

/// The counter.
#[derive(Debug, Default)]
pub(crate) struct Sampler {
    count: i64,
}

impl Sampler {
    fn next(&mut self) -> i64 {
        self.count += 1;
        self.count
    }

    /// Selects one of this many members of a union.
    pub(crate) fn choose(&self, members: usize) -> usize {
        usize::try_from(self.count).expect("a small count") % members
    }
}

/// A type with a sample value.
pub(crate) trait Sample: Sized {
    fn sample(sampler: &mut Sampler, depth: usize) -> Self;
}

/// A struct or union with a sample value.
pub(crate) trait SampleStruct:
    Sample + ThriftStruct + Clone + Default + PartialEq + fmt::Debug
{
    /// The required fields, in order.
    const REQUIRED: &'static [&'static str];
    /// The members of a union.
    const MEMBERS: &'static [i16] = &[];

    /// A union with the given member.
    fn member(_index: usize, _sampler: &mut Sampler, _depth: usize) -> Self {
        Self::default()
    }

    /// The sample value with a fresh counter.
    fn full() -> Self {
        Self::sample(&mut Sampler::default(), 0)
    }
}

/// Visits every struct and union.
pub(crate) trait Visitor {
    fn visit<T: SampleStruct>(&mut self);
}

macro_rules! scalar {
    ($($scalar:ty: $count:ident => $value:expr;)*) => {$(
        impl Sample for $scalar {
            fn sample(sampler: &mut Sampler, _depth: usize) -> Self {
                let $count = sampler.next();
                $value
            }
        }
    )*};
}

scalar! {
    bool: n => n % 2 == 1;
    i8: n => i8::try_from(n % 127).expect("fits");
    i16: n => i16::try_from(n * 31 % 60_000 - 30_000).expect("fits");
    i32: n => i32::try_from(n * 1_000_003 % 2_000_000_000 - 1_000_000_000).expect("fits");
    i64: n => if n % 2 == 1 { -n * 10_000_000_019 } else { n * 10_000_000_019 };
    f64: n => f64::from(i32::try_from(n).expect("fits")) + 0.5;
    String: n => format!("s{n}é");
    Bytes: n => Bytes::from(binary(n));
}

fn binary(n: i64) -> Vec<u8> {
    let count = u32::try_from(n).expect("fits").to_be_bytes();
    let length = usize::try_from(n % 6).expect("fits");
    count.into_iter().rev().chain([0xff]).take(length).collect()
}

impl<T: Sample> Sample for Vec<T> {
    fn sample(sampler: &mut Sampler, depth: usize) -> Self {
        vec![T::sample(sampler, depth), T::sample(sampler, depth)]
    }
}

impl<K: Sample + Ord, V: Sample> Sample for BTreeMap<K, V> {
    fn sample(sampler: &mut Sampler, depth: usize) -> Self {
        let mut entry = || {
            let key = K::sample(sampler, depth);
            (key, V::sample(sampler, depth))
        };
        Self::from([entry(), entry()])
    }
}

impl<T: Fixed + Sample> Sample for FixedList<T> {
    fn sample(sampler: &mut Sampler, depth: usize) -> Self {
        Vec::<T>::sample(sampler, depth).into_iter().collect()
    }
}

impl Sample for BinaryList {
    fn sample(sampler: &mut Sampler, depth: usize) -> Self {
        Vec::<Bytes>::sample(sampler, depth).into_iter().collect()
    }
}

impl Sample for StringList {
    fn sample(sampler: &mut Sampler, depth: usize) -> Self {
        Vec::<String>::sample(sampler, depth).into_iter().collect()
    }
}
