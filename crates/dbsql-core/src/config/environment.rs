//! The environment variables of a discovery.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

use super::file_system::FileSystem;
use super::layer::Layer;
use super::origin::Origin;
use super::problem::Problem;
use super::setting::SETTINGS;
use super::sources::Surroundings;

/// A copy of the variables. Its `Debug` prints none: half of them may be secrets.
#[derive(Clone)]
pub(super) struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    pub(super) fn of_process() -> Self {
        Self(std::env::vars_os().collect())
    }

    pub(super) fn of(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        Self(variables.into_iter().collect())
    }

    fn os(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(|value| &**value).filter(|value| !value.is_empty())
    }

    /// Returns a variable, trimmed; `None` if nothing is left.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Problem> {
        let Some(value) = self.os(name) else { return Ok(None) };
        let text = value.to_str().ok_or_else(|| {
            Problem::new(
                format!("environment variable {name} is not valid Unicode"),
                "set it again, or unset it",
            )
        })?;
        Ok(Some(text.trim()).filter(|text| !text.is_empty()))
    }

    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.os(name).map(PathBuf::from)
    }

    /// Returns the settings in the table.
    pub(super) fn settings(&self) -> Result<Layer, Problem> {
        let mut layer = Layer::default();
        for setting in SETTINGS {
            for &variable in setting.variables {
                if let Some(value) = self.text(variable)? {
                    layer.set(setting.key, value, Origin::Variable(variable));
                    break;
                }
            }
        }
        Ok(layer)
    }

    /// Returns the home folder, which `~` stands for.
    pub(super) fn home(&self) -> Option<PathBuf> {
        self.path(if cfg!(windows) { "USERPROFILE" } else { "HOME" })
    }

    /// Expands a leading `~` to the home folder.
    pub(super) fn expand(&self, path: &Path) -> PathBuf {
        match (path.strip_prefix("~"), self.home()) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path.to_owned(),
        }
    }

    pub(super) fn surroundings(&self, files: &dyn FileSystem) -> Surroundings {
        let set = self.0.iter().filter(|(_, value)| !value.is_empty());
        Surroundings {
            variables: set.filter_map(|(name, _)| name.to_str().map(str::to_owned)).collect(),
            has_az: self.has_program("az", files),
            has_databricks: self.has_program("databricks", files),
        }
    }

    fn has_program(&self, name: &str, files: &dyn FileSystem) -> bool {
        let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ".bat"] } else { &[""] };
        self.os("PATH").is_some_and(|path| {
            std::env::split_paths(path).any(|folder| {
                endings.iter().any(|ending| files.is_file(&folder.join(format!("{name}{ending}"))))
            })
        })
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment(..)")
    }
}
