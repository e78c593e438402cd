//! `cargo xtask`: the maintenance commands of this workspace. `cargo xtask help` lists them.
//!
//! `flags.rs` declares the commands, each has its own module, and this file only dispatches.

mod bench;
mod cargo_variables;
mod ci;
mod codegen;
mod flags;
mod fuzz;
mod interop;
mod public_api;
mod release;
mod report;
mod tidy;
mod workspace;

use std::process::ExitCode;

use xshell::Shell;

fn main() -> ExitCode {
    if let Some(status) = public_api::rustdoc::wrapper() {
        return status;
    }
    if let Some(status) = cargo_variables::drop_all() {
        return status;
    }
    let flags = flags::Xtask::from_env_or_exit();
    match run(flags) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::problem(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(flags: flags::Xtask) -> anyhow::Result<()> {
    let sh = Shell::new()?;
    sh.change_dir(workspace::root());
    match flags.subcommand {
        flags::XtaskCmd::Help(_) => {
            report::say(flags::Xtask::help());
            Ok(())
        }
        flags::XtaskCmd::Codegen(command) => codegen::run(command.check),
        flags::XtaskCmd::Tidy(command) => command.run(&sh),
        flags::XtaskCmd::PublicApi(command) => command.run(&sh),
        flags::XtaskCmd::Release(command) => command.run(&sh),
        flags::XtaskCmd::Interop(command) => command.run(&sh),
        flags::XtaskCmd::Bench(command) => command.run(&sh),
        flags::XtaskCmd::Fuzz(command) => command.run(&sh),
        flags::XtaskCmd::Ci(command) => command.run(&sh),
    }
}
