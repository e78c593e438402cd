//! Waits for many executions in parallel: the delay of each wait, and the resources of the client.
//!
//! A scripted server in a child process (this program with `--serve`) runs any number of statements
//! that end at a planned time. This process submits them, waits for all of them concurrently and
//! measures the lag of each wait (from the end of its statement by the server's clock to the return
//! of the wait), the connections and polls as the server saw them, memory and file descriptors. The
//! lag is compared with the limits of the client: executions / polls per second, or executions x
//! hold time / polls in flight.
//!
//! `cargo run --release -p dbsql-tests --bin fleet -- --executions 1000 --mode hold --ends-after
//! 15`
//!
//! `--scale 10` runs the program twice, each time in a separate process, with N and with 10 N
//! executions: since connections are limited, the difference of the two memory figures divided by
//! the difference of the executions is the cost of a waiting execution beyond connections.
//!
//! `--bare` holds the same polls without a client, for comparison: a connection for each execution.
//!
//! Exits with 1 when a wait failed or did not end. `--help` lists the flags.

#![expect(clippy::print_stdout, reason = "reports, and the lines between the two processes")]

mod bare;
mod child;
mod client;
mod flags;
mod process;
mod report;
mod scale;
mod server;

use std::error::Error;
use std::process::ExitCode;

use self::flags::{Fleet, Plan};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let flags = Fleet::from_env_or_exit();
    let plan = Plan::new(&flags)?;
    if flags.serve {
        server::serve(&plan)?;
        return Ok(ExitCode::SUCCESS);
    }
    if flags.bare {
        println!("{}", bare::run(&plan)?);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(factor) = flags.scale {
        let comparison = scale::compare(&plan, factor)?;
        if flags.json {
            println!("{}", comparison.to_json());
        } else {
            print!("{comparison}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let report = client::run(&plan)?;
    if flags.json {
        println!("{}", report.to_json());
    } else {
        print!("{report}");
    }
    Ok(if report.is_complete() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
