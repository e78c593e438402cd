//! Releases of small repositories created by the tests: what stops a release, and that it then
//! changes nothing.

use std::{collections::BTreeMap, fs, path::Path};

use xshell::TempDir;

use anyhow::bail;

use super::*;

/// A workspace of two crates with a release `v0.1.0`, and a shell in it.
struct Repository {
    sh: Shell,
    folder: TempDir,
}

const WITH: With = With { ci: |_| Ok("passed".to_owned()), may_publish: || Ok(false) };

impl Repository {
    fn new() -> Self {
        let sh = Shell::new().unwrap();
        let folder = sh.create_temp_dir().unwrap();
        sh.change_dir(folder.path());
        sh.set_var("CARGO_NET_OFFLINE", "true");
        // A separate one: cargo unpacks packages there.
        sh.set_var("CARGO_HOME", folder.path().join("target/home"));
        sh.set_var("CARGO_TARGET_DIR", folder.path().join("target"));
        for (key, value) in [
            ("GIT_AUTHOR_NAME", "Test"),
            ("GIT_AUTHOR_EMAIL", "test@example.com"),
            ("GIT_COMMITTER_NAME", "Test"),
            ("GIT_COMMITTER_EMAIL", "test@example.com"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
        ] {
            sh.set_var(key, value);
        }
        let repository = Self { sh, folder };
        repository.write(
            "Cargo.toml",
            "[workspace]\nmembers = [\"base\", \"top\"]\nresolver = \"3\"\n\n\
             [workspace.package]\nversion = \"0.1.0\"\nedition = \"2024\"\nlicense = \"MIT\"\n\n\
             [workspace.dependencies]\n# Ours.\nbase = { path = \"base\", version = \"0.1.0\" }\n",
        );
        for (name, dependencies, lib) in [
            ("base", "", "pub fn one() -> u8 { 1 }\n"),
            ("top", "base.workspace = true\n", "pub fn two() -> u8 { base::one() + 1 }\n"),
        ] {
            let manifest = format!(
                "[package]\nname = \"{name}\"\ndescription = \"{name}\"\nversion.workspace = true\n\
                 edition.workspace = true\nlicense.workspace = true\n\n[dependencies]\n{dependencies}"
            );
            repository.write(&format!("{name}/Cargo.toml"), &manifest);
            repository.write(&format!("{name}/src/lib.rs"), lib);
        }
        repository.write("api/base.txt", "pub fn base::one() -> u8\npub mod base\n");
        repository.write("api/top.txt", "pub fn top::two() -> u8\npub mod top\n");
        repository.write("deny.toml", "[licenses]\nallow = [\"MIT\"]\n");
        repository.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n- New.\n");
        repository.write(".gitignore", "/target\n");
        let sh = &repository.sh;
        cmd!(sh, "cargo generate-lockfile").quiet().ignore_stderr().run().unwrap();
        cmd!(sh, "git init --quiet --initial-branch main").quiet().run().unwrap();
        repository.commit("Begin");
        cmd!(sh, "git tag v0.1.0").quiet().run().unwrap();
        repository
    }

    fn write(&self, path: &str, text: &str) {
        self.sh.write_file(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        self.sh.read_file(path).unwrap()
    }

    fn commit(&self, message: &str) {
        cmd!(self.sh, "git add --all").quiet().run().unwrap();
        cmd!(self.sh, "git commit --quiet --message {message}").quiet().run().unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        cmd!(self.sh, "git {arguments...}").quiet().read().unwrap()
    }

    /// Returns everything that a release might change: files, branch, tags, work trees.
    fn state(&self) -> (BTreeMap<String, Vec<u8>>, String) {
        let mut files = BTreeMap::new();
        collect(self.folder.path(), &mut files);
        let refs = self.git(&["for-each-ref"]);
        let head = self.git(&["symbolic-ref", "HEAD"]);
        let status = self.git(&["status", "--porcelain"]);
        (files, [refs, head, status, self.git(&["worktree", "list"])].join("\n"))
    }

    /// Checks that the release fails with these words and changes nothing, as a dry run and
    /// otherwise.
    #[track_caller]
    fn is_rejected(&self, level: Level, expected: &[&str]) {
        let before = self.state();
        for dry_run in [true, false] {
            let error = run(&self.sh, level, dry_run, &WITH).unwrap_err();
            let error = format!("{error:#}");
            for words in expected {
                assert!(error.contains(words), "{words}: {error}");
            }
            assert!(self.state() == before, "{:?}", self.state().1);
        }
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // The internal files of git and cargo; refs are compared through git.
        if path.ends_with(".git") || path.ends_with("target") {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
}

#[test]
fn release_commits_and_tags() {
    let repository = Repository::new();
    run(&repository.sh, Level::Minor, false, &WITH).unwrap();
    let manifest = repository.read("Cargo.toml");
    assert!(manifest.contains("version = \"0.2.0\"\nedition"), "{manifest}");
    assert!(
        manifest.contains("# Ours.\nbase = { path = \"base\", version = \"0.2.0\" }"),
        "{manifest}"
    );
    assert_eq!(repository.read("Cargo.lock").matches("version = \"0.2.0\"").count(), 2);
    let changelog = repository.read("CHANGELOG.md");
    assert!(changelog.contains("## Unreleased\n\n## 0.2.0 - 2"), "{changelog}");
    assert_eq!(repository.git(&["status", "--porcelain"]), "");
    assert_eq!(repository.git(&["log", "-1", "--format=%s"]), "Release 0.2.0");
    assert_eq!(repository.git(&["tag", "--points-at", "HEAD"]), "v0.2.0");
    assert_eq!(repository.git(&["symbolic-ref", "--short", "HEAD"]), "main");
    for name in ["base", "top"] {
        assert!(repository.sh.path_exists(format!("target/package/{name}-0.2.0.crate")));
    }
}

#[test]
fn dry_run_leaves_nothing() {
    let repository = Repository::new();
    let before = repository.state();
    run(&repository.sh, Level::Patch, true, &WITH).unwrap();
    assert!(repository.state() == before);
    assert!(!repository.sh.path_exists("target/release-tree"));
}

/// Cargo caches sources and libraries by version, and the second attempt has the same version.
#[test]
fn second_attempt_builds_the_new_sources() {
    let repository = Repository::new();
    run(&repository.sh, Level::Minor, true, &WITH).unwrap();
    repository.write("base/src/lib.rs", "pub fn uno() -> u8 { 1 }\n");
    repository.write("top/src/lib.rs", "pub fn two() -> u8 { base::uno() + 1 }\n");
    repository.write("api/base.txt", "pub fn base::uno() -> u8\npub mod base\n");
    repository.commit("Rename");
    run(&repository.sh, Level::Minor, true, &WITH).unwrap();
    repository.write("base/src/lib.rs", "pub fn one() -> u8 { 1 }\n");
    repository.commit("Forget the other crate");
    repository.is_rejected(Level::Minor, &["`top` does not build", "cannot find function `uno`"]);
}

#[test]
fn dirty_tree_is_rejected() {
    let repository = Repository::new();
    repository.write("base/src/new.rs", "");
    repository.is_rejected(Level::Patch, &["tree: uncommitted changes", "?? base/src/new.rs"]);
}

#[test]
fn other_branch_is_rejected() {
    let repository = Repository::new();
    repository.git(&["switch", "--quiet", "--create", "topic"]);
    let error = run(&repository.sh, Level::Patch, false, &WITH).unwrap_err();
    assert!(format!("{error:#}").contains("on `topic`"), "{error:#}");
    run(&repository.sh, Level::Patch, true, &WITH).unwrap();
}

#[test]
fn tag_that_exists_is_rejected() {
    let repository = Repository::new();
    repository.git(&["commit", "--quiet", "--allow-empty", "--message", "Elsewhere"]);
    repository.git(&["tag", "v0.1.1"]);
    repository.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    repository.is_rejected(Level::Patch, &["the tag `v0.1.1` exists already"]);
}

#[test]
fn changelog_without_entries_is_rejected() {
    let repository = Repository::new();
    repository.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n- Old.\n");
    repository.commit("Release notes");
    repository.is_rejected(Level::Patch, &["CHANGELOG.md:3: no entries"]);
}

#[test]
fn breaking_change_under_a_patch_is_rejected() {
    let repository = Repository::new();
    repository.write("api/base.txt", "pub fn base::one() -> u16\npub mod base\n");
    repository.commit("Return more");
    let expected = ["api/base.txt: removed or changed: pub fn base::one() -> u8", "`minor` may"];
    repository.is_rejected(Level::Patch, &expected);
    run(&repository.sh, Level::Minor, true, &WITH).unwrap();
}

#[test]
fn missing_snapshot_is_rejected() {
    let repository = Repository::new();
    repository.git(&["rm", "--quiet", "api/top.txt"]);
    repository.commit("Forget");
    repository.is_rejected(Level::Minor, &["api/top.txt: no snapshot", "cargo xtask public-api"]);
}

#[test]
fn forbidden_licence_is_rejected() {
    let repository = Repository::new();
    repository.write("deny.toml", "[licenses]\nallow = [\"ISC\"]\n");
    repository.commit("Allow less");
    repository.is_rejected(Level::Patch, &["licence", "base"]);
}

#[test]
fn crate_that_needs_a_file_outside_is_rejected() {
    let repository = Repository::new();
    repository.write("notes.txt", "text");
    let lib = "pub fn two() -> &'static str { include_str!(\"../../notes.txt\") }\n";
    repository.write("top/src/lib.rs", lib);
    repository.commit("Read the notes");
    let expected = ["`top` does not build from its package alone", "src/lib.rs:1", "notes.txt"];
    repository.is_rejected(Level::Patch, &expected);
}

#[test]
fn failed_ci_is_rejected() {
    let repository = Repository::new();
    let with = With { ci: |_| bail!("step `test` failed"), ..WITH };
    let before = repository.state();
    let error = run(&repository.sh, Level::Patch, false, &with).unwrap_err();
    assert!(format!("{error:#}").contains("ci: step `test` failed"), "{error:#}");
    assert!(repository.state() == before);
}

#[test]
fn branch_that_moved_in_the_meantime_gets_no_tag() {
    let repository = Repository::new();
    let sh = &repository.sh;
    let scratch = Scratch::new(sh).unwrap();
    cmd!(scratch.sh, "git commit --quiet --allow-empty --message Release").quiet().run().unwrap();
    let commit = scratch.commit().unwrap();
    drop(scratch);
    repository.git(&["commit", "--quiet", "--allow-empty", "--message", "Meanwhile"]);
    let error = repository::advance(sh, &commit, &Version::new(0, 1, 1)).unwrap_err();
    assert!(error.to_string().contains("changed during the release"), "{error:#}");
    assert_eq!(repository.git(&["tag"]), "v0.1.0");
}
