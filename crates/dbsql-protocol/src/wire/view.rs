//! Lists that stay in wire form: the columns of a result.
//!
//! A column of a million values is one slice of the body, checked once and read in place. A caller
//! that converts it walks it once, without a copy or an allocation in between.

pub(crate) mod binary_list;
pub(crate) mod fixed_list;
pub(crate) mod string_list;
