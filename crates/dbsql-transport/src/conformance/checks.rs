//! The list of all checks, in the order in which they run.

mod behavior;
mod body;
mod cancel;
mod exchange;
mod failure;
mod permit;
mod request;
mod response;

use super::check::Check;

/// Defines the checks of a module: the name, which is also that of the function that runs it, its
/// scope, what it proves, and what to do about a failure.
macro_rules! list {
    ($($name:ident, $scope:ident, $proves:literal, $next_step:literal;)+) => {
        pub(in crate::conformance) const CHECKS: &[crate::conformance::check::Check] = &[$(
            crate::conformance::check::Check {
                name: stringify!($name),
                proves: $proves,
                next_step: $next_step,
                scope: crate::conformance::check::Scope::$scope,
                run: |bench| Box::pin($name(bench)),
            }
        ),+];
    };
}
use list;

const ALL: &[&[Check]] = &[
    exchange::CHECKS,
    request::CHECKS,
    response::CHECKS,
    body::CHECKS,
    behavior::CHECKS,
    failure::CHECKS,
    permit::CHECKS,
    cancel::CHECKS,
];

/// Returns every check, in the order in which a [`Suite`](super::Suite) runs them.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    ALL.iter().copied().flatten()
}
