//! Writes the initial inputs of each corpus to `<folder>/<target>/seed-<name>`. Existing ones are
//! replaced.

use std::path::Path;
use std::{env, fs, io};

use dbsql_fuzz_targets::TARGETS;

fn main() -> io::Result<()> {
    let folder =
        env::args_os().nth(1).ok_or_else(|| io::Error::other("usage: fuzz-seeds <folder>"))?;
    for target in TARGETS {
        let corpus = Path::new(&folder).join(target.name);
        fs::create_dir_all(&corpus)?;
        for old in fs::read_dir(&corpus)? {
            let old = old?;
            if old.file_name().to_string_lossy().starts_with("seed-") {
                fs::remove_file(old.path())?;
            }
        }
        for seed in target.seeds() {
            fs::write(corpus.join(format!("seed-{}", seed.name)), seed.bytes)?;
        }
    }
    Ok(())
}
