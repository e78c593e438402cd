//! The variables that `cargo run` sets for the program that it runs.
//!
//! Build scripts read some of them, and cargo compiles a package and all that stands on it again when
//! such a variable has changed. So the commands here would compile again what `cargo test` has
//! compiled, and it again what they have.

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

/// The folder of this package as cargo told it, for the program without cargo's variables.
const PACKAGE: &str = "DBSQL_XTASK_PACKAGE";

/// The folder of this package, if cargo told it.
pub(crate) fn package() -> Option<String> {
    env::var(PACKAGE).or_else(|_| env::var("CARGO_MANIFEST_DIR")).ok()
}

/// Puts this program without the variables in the place of the running one.
///
/// Returns only if there are none, or if that failed.
#[cfg(unix)]
pub(crate) fn drop_all() -> Option<ExitCode> {
    use std::os::unix::process::CommandExt as _;

    let names: Vec<OsString> =
        env::vars_os().map(|(name, _)| name).filter(|name| is_from_cargo(name)).collect();
    if names.is_empty() {
        return None;
    }
    let this = match env::current_exe() {
        Ok(this) => this,
        Err(error) => return Some(failed(&error)),
    };
    let mut command = std::process::Command::new(this);
    command.args(env::args_os().skip(1));
    if let Some(package) = package() {
        command.env(PACKAGE, package);
    }
    for name in names {
        command.env_remove(name);
    }
    Some(failed(&command.exec()))
}

/// Does nothing: elsewhere no process takes the place of another. Only time is lost.
#[cfg(not(unix))]
pub(crate) fn drop_all() -> Option<ExitCode> {
    None
}

#[cfg(unix)]
fn failed(error: &std::io::Error) -> ExitCode {
    crate::report::problem(&format!("error: cannot start without the variables of cargo: {error}"));
    ExitCode::FAILURE
}

#[cfg(unix)]
fn is_from_cargo(name: &std::ffi::OsStr) -> bool {
    name.to_str().is_some_and(|n| n.starts_with("CARGO_PKG_") || n.starts_with("CARGO_MANIFEST_"))
}
