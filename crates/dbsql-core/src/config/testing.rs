//! The environment and files of a test.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::discovery::{Discovery, Scope};
use super::file_system::FileSystem;
use super::{Config, problem::Problem};

/// The path of the profile file of a test.
pub(super) const FILE: &str = "/home/me/.databrickscfg";

/// Files by path, or why they cannot be read.
#[derive(Default)]
pub(super) struct Files(BTreeMap<PathBuf, Result<Vec<u8>, io::ErrorKind>>);

impl Files {
    pub(super) fn with(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.0.insert(path.into(), Ok(content.into()));
        self
    }

    pub(super) fn failing(mut self, path: &str, kind: io::ErrorKind) -> Self {
        self.0.insert(path.into(), Err(kind));
        self
    }
}

impl FileSystem for Files {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        match self.0.get(path) {
            None => Err(io::ErrorKind::NotFound.into()),
            Some(Err(kind)) => Err((*kind).into()),
            Some(Ok(content)) => {
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                Ok(content[..content.len().min(limit)].to_vec())
            }
        }
    }

    fn is_file(&self, path: &Path) -> bool {
        self.0.get(path).is_some_and(Result::is_ok)
    }
}

/// Creates a discovery with these variables, a home folder and no programs.
pub(super) fn discovery(variables: &[(&str, &str)]) -> Discovery {
    let home = [("HOME", "/home/me"), ("USERPROFILE", "/home/me")];
    Discovery::new().environment(home.into_iter().chain(variables.iter().copied()))
}

pub(super) fn load(discovery: Discovery, scope: Scope, files: &Files) -> Result<Config, Problem> {
    Ok(Config::with_sources(discovery.sources(scope, files)?))
}

/// [`Config::discover`] with these variables and this profile file.
#[track_caller]
pub(super) fn found(variables: &[(&str, &str)], file: &str) -> Config {
    let files = Files::default().with(FILE, file);
    load(discovery(variables), Scope::All, &files).unwrap()
}

/// Returns the effective value of a setting.
pub(super) fn value(config: &Config, key: &str) -> Option<String> {
    config.get(key).map(|value| value.expose().to_owned())
}

/// Returns the error of a client with these settings, after checking it for the canary.
#[track_caller]
pub(super) fn refused(config: &Config) -> String {
    let error = config.resolve().unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::Config);
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("canary"), "{shown}");
    error.to_string()
}
