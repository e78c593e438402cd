//! The memory of a whole process that reads from a hostile server stays below the byte budget plus
//! a few MiB, whatever the server announces.
//!
//! Each case has two processes of its own: a server, and a client whose peak memory is read from
//! the operating system. A name as the only argument selects the cases that contain it.
//! `DBSQL_BUDGET` (in MiB) sets the budget of the client.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]
#![expect(clippy::expect_used, reason = "helpers of tests may panic as tests do")]
#![expect(clippy::print_stdout, reason = "there is no harness that prints")]
#![expect(clippy::disallowed_methods, reason = "processes have their own clock and tasks")]

mod cases;
mod client;
mod content;
mod server;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use self::cases::{Case, cases};

/// How many cases run at once.
const WIDTH: usize = 2;

/// Kills its process when it is dropped.
struct Process(Child);

impl Process {
    fn start(arguments: &[&str]) -> Self {
        let program = std::env::current_exe().unwrap();
        let mut command = Command::new(program);
        // The allocator of glibc keeps freed large blocks, up to some hundreds of MiB, which hides
        // how much is really in use. With this setting it returns them.
        command.env("MALLOC_MMAP_THRESHOLD_", "131072").env("MALLOC_TRIM_THRESHOLD_", "131072");
        Self(command.args(arguments).stdout(Stdio::piped()).spawn().unwrap())
    }

    fn stdout(&mut self) -> BufReader<impl Read + use<>> {
        BufReader::new(self.0.stdout.take().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have exited by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn run(case: &Case) -> String {
    let mut server = Process::start(&["--server", case.name]);
    let mut port = String::new();
    server.stdout().read_line(&mut port).unwrap();
    let mut client = Process::start(&["--client", case.name, port.trim()]);
    let mut output = String::new();
    client.stdout().read_to_string(&mut output).unwrap();
    match output.trim() {
        "" => "FAILED: the client crashed".to_owned(),
        output => output.to_owned(),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let cases = cases();
    let named = |name: &str| cases.iter().find(|case| case.name == name).expect("a case");
    match words[..] {
        ["--server", name] => server::serve(named(name)),
        ["--client", name, port] => client::read(named(name), port),
        _ => {}
    }
    let filter = words.iter().find(|word| !word.starts_with('-')).copied().unwrap_or_default();
    let chosen: Vec<&Case> = cases.iter().filter(|case| case.name.contains(filter)).collect();
    if words.contains(&"--list") {
        chosen.iter().for_each(|case| println!("{}: test", case.name));
        return ExitCode::SUCCESS;
    }
    let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..WIDTH {
            scope.spawn(|| {
                while let Some(case) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let began = Instant::now();
                    let output = run(case);
                    failed.fetch_add(usize::from(!output.starts_with("ok")), Ordering::Relaxed);
                    println!("test {} ... {output} ({:.1?})", case.name, began.elapsed());
                }
            });
        }
    });
    let failed = failed.into_inner();
    println!("{} cases, {failed} failed", chosen.len());
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
