//! `cargo xtask fuzz`: runs the targets of `tests/fuzz` under libFuzzer, sequentially.
//!
//! cargo-fuzz builds them. Without a sanitizer it needs no nightly toolchain: our code has no `unsafe`,
//! and the targets themselves measure allocations. A run writes to `fuzz` in cargo's target folder:
//! its corpus, its log, and the inputs of its findings.

mod keep;
mod report;
mod tool;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use xshell::{Shell, cmd};

use self::report::Run;
use self::tool::Tool;
use crate::report::say;
use crate::{flags, workspace};

/// How long a target runs.
const MINUTES: u64 = 20;
/// The maximum size of an input, in bytes.
const MAX_INPUT: u32 = 16 * 1024;
/// The memory limit of a process, in MiB.
const MAX_MEMORY: u32 = 2_048;
/// The time limit of one input, in seconds.
const MAX_TIME: u32 = 10;

impl flags::Fuzz {
    pub(crate) fn run(self, sh: &Shell) -> anyhow::Result<()> {
        let corpus = workspace::root().join("fuzz/corpus");
        if self.seed {
            let program = ["--package", "dbsql-fuzz-targets", "--bin", "fuzz-seeds"];
            return Ok(cmd!(sh, "cargo run {program...} -- {corpus}").run()?);
        }
        let targets = chosen(&self.targets, all()?)?;
        let minutes = self.minutes.unwrap_or(MINUTES);
        ensure!(minutes > 0, "a run of no time would never end");
        let tool = Tool::install(sh)?;
        let mut runs = Vec::new();
        for target in targets {
            let program = tool.build(sh, &target)?;
            say(&format!("{target}: {minutes} min"));
            let fuzzer = Fuzzer::new(&tool.folder, &corpus, target, program)?;
            let run = fuzzer.run(minutes)?;
            if self.keep && run.findings.is_empty() {
                keep::keep(&fuzzer)?;
            }
            runs.push(run);
        }
        say(&report::table(&runs));
        let findings: Vec<&str> =
            runs.iter().flat_map(|run| &run.findings).map(String::as_str).collect();
        if !findings.is_empty() {
            bail!("{} finding(s):\n{}", findings.len(), findings.join("\n"));
        }
        Ok(())
    }
}

/// The names of all targets: each is a program of the fuzz workspace.
fn all() -> anyhow::Result<Vec<String>> {
    let folder = workspace::root().join("fuzz/fuzz_targets");
    let mut targets = Vec::new();
    for file in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        if let Some(name) = file?.path().file_stem() {
            targets.push(name.to_string_lossy().into_owned());
        }
    }
    targets.sort();
    Ok(targets)
}

fn chosen(named: &[String], all: Vec<String>) -> anyhow::Result<Vec<String>> {
    if named.is_empty() {
        return Ok(all);
    }
    for name in named {
        ensure!(all.contains(name), "no target `{name}`; there are {}", all.join(", "));
    }
    Ok(named.to_vec())
}

/// One target, ready to run.
struct Fuzzer {
    target: String,
    program: PathBuf,
    /// The corpus in the tree.
    kept: PathBuf,
    /// The corpus of runs.
    grown: PathBuf,
    findings: PathBuf,
    log: PathBuf,
}

impl Fuzzer {
    fn new(folder: &Path, corpus: &Path, target: String, program: PathBuf) -> anyhow::Result<Self> {
        let fuzzer = Self {
            kept: corpus.join(&target),
            grown: folder.join("corpus").join(&target),
            findings: folder.join("findings").join(&target),
            log: folder.join(format!("{target}.log")),
            target,
            program,
        };
        for folder in [&fuzzer.kept, &fuzzer.grown, &fuzzer.findings] {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        Ok(fuzzer)
    }

    fn run(&self, minutes: u64) -> anyhow::Result<Run> {
        let before = files(&self.findings)?;
        let log = File::create(&self.log).with_context(|| self.log.display().to_string())?;
        let status = self
            .command()
            .args([&self.grown, &self.kept])
            .arg(format!("-max_total_time={}", minutes * 60))
            .arg("-print_final_stats=1")
            .stdout(log.try_clone()?)
            .stderr(log)
            .status()
            .with_context(|| self.program.display().to_string())?;
        let log = String::from_utf8_lossy(&fs::read(&self.log)?).into_owned();
        let mut findings = files(&self.findings)?;
        findings.retain(|finding| !before.contains(finding));
        if !status.success() && findings.is_empty() {
            findings.push(format!("{}: {status}, see {}", self.target, self.log.display()));
        }
        Ok(Run::read(&self.target, minutes, &log, findings))
    }

    /// The program with the common limits.
    fn command(&self) -> std::process::Command {
        let mut command = std::process::Command::new(&self.program);
        command
            .arg(format!("-max_len={MAX_INPUT}"))
            .arg(format!("-rss_limit_mb={MAX_MEMORY}"))
            .arg(format!("-timeout={MAX_TIME}"))
            // A name without its folder: the option takes a prefix.
            .arg(format!("-artifact_prefix={}/", self.findings.display()));
        command
    }
}

/// The paths of the files in a folder.
fn files(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder)? {
        files.push(file?.path().display().to_string());
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_for_all_targets() {
        let all = || vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(chosen(&[], all()).unwrap(), all());
        assert_eq!(chosen(&["b".to_owned()], all()).unwrap(), ["b"]);
        let error = chosen(&["c".to_owned()], all()).unwrap_err();
        assert!(error.to_string().contains("there are a, b"), "{error}");
    }
}
