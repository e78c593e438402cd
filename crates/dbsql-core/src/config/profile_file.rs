//! The profile file, `.databrickscfg`, and the selection of a section.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file_system::FileSystem;
use super::ini::{DEFAULT, Ini};
use super::layer::Layer;
use super::origin::{Origin, ProfileName};
use super::problem::{Problem, list};
use super::setting::{Key, OF_OTHER_TOOLS};
use super::sources::{Chosen, Profile};

/// The maximum size of a profile file. Typical files have a few kilobytes.
const MAX_FILE_BYTES: u64 = 10 << 20;

/// The section for settings of the tools, which is not a profile.
const SETTINGS_SECTION: &str = "__settings__";

/// The maximum number of profiles that an error lists.
const MAX_LISTED: usize = 20;

/// A profile file, read and parsed.
#[derive(Debug)]
pub(super) struct ProfileFile {
    path: PathBuf,
    shown: String,
    ini: Ini,
}

impl ProfileFile {
    /// Reads the file; `None` if it does not exist.
    pub(super) fn read(path: &Path, files: &dyn FileSystem) -> Result<Option<Self>, Problem> {
        let shown = shown(path);
        let bytes = match files.read(path, MAX_FILE_BYTES + 1) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(Problem::new(
                    // Only the kind: it says as much as the error.
                    format!("the profile file {shown} cannot be read: {}", error.kind()),
                    "make it readable, or select another file with DATABRICKS_CONFIG_FILE",
                ));
            }
        };
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(Problem::new(
                format!("the profile file {shown} is larger than {} MiB", MAX_FILE_BYTES >> 20),
                "select another file with DATABRICKS_CONFIG_FILE",
            ));
        }
        let ini = Ini::parse(&bytes).map_err(|error| {
            Problem::new(
                format!("line {} of the profile file {shown}: {}", error.line, error.message),
                "correct the line, such as `host = https://...` below `[DEFAULT]`",
            )
        })?;
        Ok(Some(Self { path: path.to_owned(), shown, ini }))
    }

    /// Selects the section with this name, or the default one; `None` if there is none.
    pub(super) fn choose(&self, named: Option<&str>) -> Result<Option<Profile>, Problem> {
        let default = self.ini.value(SETTINGS_SECTION, "default_profile").map(str::trim);
        let (section, chosen) = match (named, default.filter(|name| !name.is_empty())) {
            (Some(name), _) => (name, Chosen::Named),
            (None, Some(name)) => (name, Chosen::Default),
            (None, None) => (DEFAULT, Chosen::Fallback),
        };
        if section == SETTINGS_SECTION {
            let message = format!("[{SETTINGS_SECTION}] of {} is not a profile", self.shown);
            return Err(Problem::new(message, "select another section"));
        }
        let entries = self.ini.section(section).map(Iterator::collect::<Vec<_>>);
        // As in `configparser`, a `[DEFAULT]` without keys does not exist.
        let entries = entries.filter(|entries| section != DEFAULT || !entries.is_empty());
        match entries {
            Some(entries) => Ok(Some(self.profile(section, chosen, &entries))),
            None if chosen == Chosen::Fallback => Ok(None),
            None => Err(self.missing(section, chosen)),
        }
    }

    fn profile(&self, section: &str, chosen: Chosen, entries: &[(&str, &str)]) -> Profile {
        let name = ProfileName { section: section.to_owned(), file: self.shown.clone() };
        let name = Arc::new(name);
        let mut values = Layer::default();
        let mut unknown = Vec::new();
        for &(key, value) in entries {
            match Key::from_name(key) {
                Some(_) if value.is_empty() => {}
                Some(key) => values.set(key, value, Origin::Profile(Arc::clone(&name))),
                None if OF_OTHER_TOOLS.contains(&key) => {}
                None => unknown.push(key.to_owned()),
            }
        }
        Profile { name, path: self.path.clone(), chosen, values, unknown }
    }

    fn missing(&self, section: &str, chosen: Chosen) -> Problem {
        let names: Vec<_> =
            self.ini.section_names().filter(|name| *name != SETTINGS_SECTION).collect();
        let there = match names.len() {
            0 => "it has no profile".to_owned(),
            count if count > MAX_LISTED => {
                format!("it has {count}, such as {}", list(&names[..MAX_LISTED]))
            }
            _ => format!("it has {}", list(&names)),
        };
        let by = match chosen {
            Chosen::Default => ", the default_profile of [__settings__]",
            _ => "",
        };
        Problem::new(
            format!("there is no profile [{section}] in {}{by}; {there}", self.shown),
            "select an existing one, or add one with `databricks auth login --profile NAME`",
        )
    }
}

/// Formats a path for messages.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Returns the default path of the file.
pub(super) fn usual_path() -> PathBuf {
    PathBuf::from("~/.databrickscfg")
}
