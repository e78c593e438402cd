//! For tests: a folder with fakes of real programs.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use dbsql_runtime::Runtime;
use dbsql_transport::SharedTransport;

use crate::AuthContext;
use crate::test_support::Scripted;

/// A folder with programs, removed on drop.
pub(crate) struct FakePrograms(tempfile::TempDir);

impl FakePrograms {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// Returns the path of a fake from `tests/fakes`. It is copied, since its behavior is set by
    /// files next to it.
    pub(crate) fn stand_in(&self, name: &str) -> PathBuf {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fakes").join(name);
        self.install(&source, name)
    }

    /// Returns the path of a program that consists of this shell script.
    pub(crate) fn script(&self, name: &str, script: &str) -> PathBuf {
        let source = self.0.path().join(format!("{name}.sh"));
        std::fs::write(&source, format!("#!/bin/sh\n{script}\n")).expect("it is written");
        self.install(&source, name)
    }

    /// Copied by another process: a program that this process has open for writing, even if only in
    /// a child that another test is about to start, is not executable.
    #[expect(clippy::disallowed_methods, reason = "only sets the test up")]
    fn install(&self, source: &Path, name: &str) -> PathBuf {
        let path = self.0.path().join(name);
        let copied = Command::new("cp").arg(source).arg(&path).status().expect("cp runs");
        assert!(copied.success());
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).expect("it is ours");
        path
    }

    /// Sets the behavior of a fake.
    pub(crate) fn set(&self, name: &str, setting: &str, value: &str) {
        std::fs::write(self.0.path().join(format!("{name}.{setting}")), value).expect("written");
    }

    /// Returns the arguments of the runs of a fake, one line each.
    pub(crate) fn log(&self, name: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.0.path().join(format!("{name}.log")));
        text.unwrap_or_default().lines().map(str::to_owned).collect()
    }
}

/// A context in which programs run for real, with a transport that reaches nothing.
pub(crate) fn context(workspace: &'static str) -> AuthContext {
    let transport = SharedTransport::new(Scripted::routes(&[]));
    AuthContext::new(transport, Runtime::real(), workspace.parse().expect("a URL"))
}
