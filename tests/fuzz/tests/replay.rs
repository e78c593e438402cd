//! Replays the stored inputs: the corpus of each target, and the inputs of past findings.

use std::path::PathBuf;
use std::{fs, io};

use dbsql_fuzz_targets::{TARGETS, Target};

/// The inputs in a folder below `fuzz/`, by name.
fn inputs(folder: &str, target: Target) -> Vec<(String, Vec<u8>)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let folder = root.join(folder).join(target.name);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => panic!("{}: {error}", folder.display()),
    };
    let mut inputs: Vec<_> = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            (path.display().to_string(), fs::read(&path).expect("an input"))
        })
        .collect();
    inputs.sort();
    inputs
}

fn run(target: Target, name: &str, input: &[u8]) -> bool {
    // A failure must name its input.
    let outcome = std::panic::catch_unwind(|| target.run(input));
    outcome.unwrap_or_else(|_| panic!("{}: a finding for {name}", target.name))
}

#[test]
fn corpus_has_no_finding() {
    for target in TARGETS {
        let inputs = inputs("corpus", *target);
        assert!(!inputs.is_empty(), "{} has no corpus: cargo xtask fuzz --seed", target.name);
        for (name, input) in inputs {
            run(*target, &name, &input);
        }
    }
}

#[test]
fn past_findings_stay_fixed() {
    for target in TARGETS {
        for (name, input) in inputs("findings", *target) {
            run(*target, &name, &input);
        }
    }
}

#[test]
fn seeds_are_accepted() {
    for target in TARGETS {
        for seed in target.seeds() {
            assert!(run(*target, &seed.name, &seed.bytes), "{}: {}", target.name, seed.name);
        }
    }
}

#[test]
fn every_target_can_be_fuzzed() {
    for target in TARGETS {
        let program = format!("../../fuzz/fuzz_targets/{}.rs", target.name);
        let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(program);
        let text = fs::read_to_string(&program).unwrap_or_default();
        assert!(text.contains(&format!("\"{}\"", target.name)), "{}", program.display());
    }
}
