//! Adds the inputs of a run to the corpus in the tree, up to a size limit.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};

use super::{Fuzzer, files};
use crate::report::say;

/// The maximum size of a target's corpus in the tree, in bytes.
const MAX_CORPUS: u64 = 128 * 1024;

/// Lets libFuzzer select a minimal set of inputs with the same coverage, and adds the smallest of
/// them until the corpus is full.
pub(super) fn keep(fuzzer: &Fuzzer) -> anyhow::Result<()> {
    let chosen = fuzzer.grown.with_extension("chosen");
    if chosen.exists() {
        fs::remove_dir_all(&chosen)?;
    }
    fs::create_dir_all(&chosen)?;
    let output = fuzzer
        .command()
        .args(["-set_cover_merge=1"])
        .args([&chosen, &fuzzer.kept, &fuzzer.grown])
        .output()
        .with_context(|| fuzzer.program.display().to_string())?;
    ensure!(
        output.status.success(),
        "{}: choosing inputs failed: {}",
        fuzzer.target,
        String::from_utf8_lossy(&output.stderr)
    );
    let mut size = 0;
    let mut present = Vec::new();
    for kept in files(&fuzzer.kept)? {
        let bytes = fs::read(&kept)?;
        size += bytes.len() as u64;
        present.push(bytes);
    }
    let mut candidates = Vec::new();
    for candidate in files(&chosen)? {
        let bytes = fs::read(&candidate)?;
        // A selected input may already be in the tree under another name.
        if !present.contains(&bytes) {
            candidates.push((bytes.len() as u64, PathBuf::from(candidate)));
        }
    }
    candidates.sort();
    let found = candidates.len();
    let mut added = 0;
    for (length, path) in candidates {
        size += length;
        if size > MAX_CORPUS {
            break;
        }
        let name = path.file_name().context("a file has a name")?;
        fs::copy(&path, fuzzer.kept.join(name))?;
        added += 1;
    }
    say(&format!("{}: {added} of {found} new inputs are kept", fuzzer.target));
    Ok(())
}
