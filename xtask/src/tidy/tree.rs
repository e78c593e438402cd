//! The files that the rules check: those that git tracks, and those that it would track if added.

use std::fs;

use anyhow::Context as _;
use xshell::{Shell, cmd};

use crate::workspace;

/// One text file of the tree.
#[derive(Debug)]
pub(crate) struct TextFile {
    /// The path below the workspace's root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Every text file of the tree.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) files: Vec<TextFile>,
    /// The paths of all other files, such as pictures.
    pub(crate) binaries: Vec<String>,
}

impl Tree {
    /// Reads the tree.
    pub(crate) fn read(sh: &Shell) -> anyhow::Result<Self> {
        // `safe.directory` allows a clone that belongs to another user.
        let listing =
            cmd!(sh, "git -c safe.directory=* ls-files -z --cached --others --exclude-standard")
                .quiet()
                .read()
                .context("tidy asks git which files belong to the tree")?;
        let mut paths: Vec<&str> = listing.split('\0').filter(|path| !path.is_empty()).collect();
        paths.sort_unstable();
        paths.dedup();
        let root = workspace::root();
        let mut tree = Self::default();
        for path in paths {
            // A file that is deleted but not yet staged has nothing to check.
            let Ok(bytes) = fs::read(root.join(path)) else { continue };
            match String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')) {
                Some(text) => tree.files.push(TextFile { path: path.to_owned(), text }),
                None => tree.binaries.push(path.to_owned()),
            }
        }
        Ok(tree)
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }
}

/// Whether the file is generated. `codegen --check` checks these instead.
pub(crate) fn is_generated(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "generated" | "generated.rs"))
}
