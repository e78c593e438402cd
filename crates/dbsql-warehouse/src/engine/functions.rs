//! Functions of Databricks that DataFusion lacks or defines differently.

mod checked;
mod constant;
mod divide;
mod raise_error;
mod sleep;
mod sql_type;
mod to_string;

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

pub(super) use self::checked::CheckedArithmetic;
use self::constant::Constant;
pub(super) use self::divide::{divide, integer_divide};
use self::raise_error::RaiseError;
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
        ScalarUDF::new_from_impl(to_string::ToText::new()),
        sleep::sleep(progress.clone()),
        divide::try_divide(),
    ];
    constants
        .into_iter()
        .chain(functions)
        .map(|function| (function.name().to_owned(), Arc::new(function)))
        .collect()
}

/// Returns the names of the functions that are not DataFusion's.
pub(super) fn names(planner: &super::planner::Planner) -> Vec<String> {
    let functions = of_statement(&planner.namespace, &planner.user, &planner.progress);
    functions.into_keys().filter(|name| !name.starts_with("dbsql_")).collect()
}
