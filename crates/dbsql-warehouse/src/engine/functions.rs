//! Functions of Databricks that DataFusion lacks or defines differently.

mod aggregate;
mod aggregates;
mod arithmetic;
mod arrays;
mod attempts;
mod branches;
mod cast;
mod choices;
mod comparisons;
mod constant;
mod conversions;
mod csv;
mod date_texts;
mod dates;
mod define;
mod digests;
mod encodings;
mod extremes;
mod generators;
mod inputs;
mod intervals;
mod items;
mod json;
mod json_paths;
mod json_tree;
pub(super) mod lambdas;
mod maps;
mod matches;
mod mathematics;
mod number_patterns;
mod number_texts;
mod operands;
mod patterns;
mod printf;
mod raise_error;
mod rounding;
mod rows;
mod sequences;
mod signs;
mod sleep;
mod sql_type;
mod structs;
mod supported;
mod texts;
mod times;
mod totals;
mod urls;

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::logical_expr::{AggregateUDF, Expr, ScalarUDF};

pub(super) use self::aggregates::check_shares;
pub(super) use self::arithmetic::{Arithmetic, Operation, arithmetic, is_operation};
pub(super) use self::branches::{Branches, COALESCE, COMMON, TYPED};
pub(super) use self::cast::{Cast, cast, check_stored, convert, stored};
pub(super) use self::comparisons::Comparisons;
use self::constant::Constant;
pub(super) use self::conversions::Conversions;
pub(super) use self::dates::{day_of_year, of_year};
use self::define::Function;
pub(super) use self::intervals::{
    Operand, difference, literal_function, operation_type, product, quotient, sum,
};
pub(super) use self::items::tight;
use self::raise_error::RaiseError;
pub(super) use self::rows::{IN_ROWS, IN_STRUCTS, ROWS, compare_structs};
pub(super) use self::structs::{
    failing, member, member_at, named, no_member, struct_with, zip_with_names,
};
pub(super) use self::supported::{Support, support};
use super::progress::QueryProgress;
use super::session::Namespace;

/// The start of `version()`: the version of Spark whose SQL is implemented.
const VERSION: &str = concat!("4.0.0 dbsql-local/", env!("CARGO_PKG_VERSION"));

/// Returns the functions for one statement, by name.
pub(super) fn of_statement(
    namespace: &Namespace,
    user: &str,
    progress: &QueryProgress,
) -> BTreeMap<String, Arc<ScalarUDF>> {
    let constants = [
        ("current_user", user),
        ("session_user", user),
        ("user", user),
        ("current_catalog", &namespace.catalog),
        ("current_schema", &namespace.schema),
        ("current_database", &namespace.schema),
        ("current_timezone", super::types::TIME_ZONE),
        ("version", VERSION),
    ]
    .map(|(name, value)| ScalarUDF::new_from_impl(Constant::new(name, value)));
    let functions = [
        ScalarUDF::new_from_impl(RaiseError::new()),
        ScalarUDF::new_from_impl(sql_type::TypeOf::new()),
        rows::in_rows(),
        sleep::sleep(progress.clone()),
    ];
    constants
        .into_iter()
        .chain(functions)
        .map(Arc::new)
        .chain(families().map(Function::into_udf))
        .chain(intervals::makers())
        .map(|function| (function.name().to_owned(), function))
        .collect()
}

/// The functions that are defined value by value.
fn families() -> impl Iterator<Item = Function> {
    [
        attempts::ALL,
        branches::ALL,
        choices::ALL,
        comparisons::ALL,
        csv::ALL,
        digests::ALL,
        encodings::ALL,
        json::ALL,
        matches::ALL,
        mathematics::ALL,
        number_texts::ALL,
        printf::ALL,
        rounding::ALL,
        rows::ALL,
        signs::ALL,
        texts::ALL,
        urls::ALL,
        arrays::ALL,
        generators::ALL,
        maps::ALL,
        dates::ALL,
        date_texts::ALL,
        intervals::ALL,
        sequences::ALL,
        times::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Whether the function of this name is NULL where an argument is, whatever the others are.
pub(super) fn is_null_of_null(name: &str) -> bool {
    match name {
        name if is_operation(name) => true,
        // It computes all.
        "concat" => false,
        name => families().any(|function| function.name() == name && function.is_null_of_null()),
    }
}

/// `value[index]`, of an array or a map.
pub(super) fn index_of(value: Expr, index: Expr) -> Expr {
    match arrays::ALL.iter().find(|function| function.name() == "dbsql_index") {
        Some(function) => function.into_udf().call(vec![value, index]),
        None => value,
    }
}

/// The aggregate functions.
pub(super) fn aggregates() -> impl Iterator<Item = Arc<AggregateUDF>> {
    aggregates::ALL.iter().map(|aggregate| aggregate.into_udaf())
}

/// Whether this is the name of an aggregate function, in lower case.
pub(super) fn is_aggregate(name: &str) -> bool {
    const OTHERS: &[&str] = &["count", "min", "max", "bit_and", "bit_or", "bit_xor"];
    OTHERS.contains(&name) || aggregates::ALL.iter().any(|aggregate| aggregate.name == name)
}

/// Returns the names of the functions that are not DataFusion's.
pub(super) fn names(planner: &super::planner::Planner) -> Vec<String> {
    let functions = of_statement(&planner.namespace, &planner.user, &planner.progress);
    functions.into_keys().filter(|name| !name.starts_with("dbsql_")).collect()
}
